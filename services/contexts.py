"""What is added to the contexts that were found: the user's own marks, and whether somebody answers."""

from __future__ import annotations

import os
from collections.abc import Mapping
from urllib.parse import urlsplit
from zlib import crc32

from msgspec.structs import replace

from models.context import Context
from models.discovery import Answer, Discovery, Looked
from models.settings import CONTEXT_COLOURS, DIRECT, ContextMarks
from services.cancel import CancelScope


def with_marks(context: Context, marks: ContextMarks | None, env: Mapping[str, str] = os.environ) -> Context:
    """The context as the user has marked it; without a colour of the user's choice one that its id stands for.

    `env` names the proxy where the user has chosen none.
    """
    marks = marks or ContextMarks()
    colour = marks.colour if marks.colour in CONTEXT_COLOURS else usual_colour(context.id)
    return replace(
        context,
        colour=colour,
        label=marks.label,
        protected=marks.protected,
        trusted=marks.trusted,
        proxy=_proxy(context, marks.proxy, env),
    )


def environments_proxy(context: Context, env: Mapping[str, str] = os.environ) -> str:
    """The proxy that the environment names for this context, "" for none: only tcp is ever proxied."""
    if context.scheme != "tcp" or context.problem is not None:
        return ""
    from models.proxies import proxy_of_environment  # most contexts are sockets of this machine

    url = urlsplit(context.endpoint)
    tls = context.tls is not None
    return proxy_of_environment(url.hostname or "", url.port or (2376 if tls else 2375), env, tls=tls)


def _proxy(context: Context, chosen: str, env: Mapping[str, str]) -> str:
    if context.scheme != "tcp" or chosen == DIRECT:
        return ""
    return chosen or environments_proxy(context, env)


def with_answers(found: Discovery, scope: CancelScope) -> Discovery:
    """The places with what a first look at their sockets tells; asks each for at most two seconds."""
    return replace(found, looked=tuple(_answered(row, found, scope) for row in found.looked))


def _answered(row: Looked, found: Discovery, scope: CancelScope) -> Looked:
    context = found.find(row.context) if row.context else None
    if context is None or context.problem is not None:
        return row
    from services.docker.probe import probe  # sockets and TLS, which the first paint does without

    words = _ANSWERS.get(probe(context, scope))
    return row if words is None else replace(row, found=words)


_ANSWERS = {
    Answer.ANSWERS: "there, and answers",
    Answer.MISSING: "no longer there",
    Answer.REFUSED: "there, but nobody answers",
    Answer.NOT_PERMITTED: "there, but your user may not open it",
    Answer.SILENT: "there, but it does not answer",
    Answer.OTHER: "there, but something else answers",
}


def usual_colour(context_id: str) -> str:
    """The same colour for the same context at every start. Red is left for the user to give."""
    quiet = [colour for colour in CONTEXT_COLOURS if colour != "red"]
    return quiet[crc32(context_id.encode()) % len(quiet)]
