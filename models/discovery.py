"""What a search for engines and clusters found, and where it looked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from models.context import Context


class Looked(Struct, frozen=True):
    """One place that was looked at; `where` is a path with "~" for the home folder, or "environment"."""

    what: str  # "Docker engine", "DOCKER_HOST"
    where: str
    found: str  # "no such file", "3 contexts, 1 cannot be used"
    context: str | None = None  # the id of the context that it led to
    there: bool = False


class Discovery(Struct, frozen=True):
    """All contexts, all places, and what the command line would use by itself (an id; None: nothing that exists)."""

    contexts: tuple[Context, ...] = ()
    looked: tuple[Looked, ...] = ()
    preferred: str | None = None
    problems: tuple[str, ...] = ()  # each with its file and line: for a banner
    also: Mapping[str, str] = {}  # ids whose endpoint stands under another id

    def find(self, context_id: str) -> Context | None:
        """The context of this id, or the one under which it stands now."""
        wanted = self.also.get(context_id, context_id)
        return next((context for context in self.contexts if context.id == wanted), None)


class Answer(StrEnum):
    """What a first look at a socket tells."""

    ANSWERS = "answers"
    MISSING = "missing"
    REFUSED = "refused"
    NOT_PERMITTED = "not permitted"
    SILENT = "silent"  # somebody listens and says nothing
    OTHER = "other"  # something answers that is not an engine
    NOT_ASKED = "not asked"  # tcp and ssh: nothing is sent to a network before somebody opens it


def keep_last_good(before: Discovery, now: Discovery) -> Discovery:
    """`now`, with a file that cannot be read any more standing as it was `before`: it may be half written.

    `problems` still tells of it. What is no longer there at all is gone.
    """
    good = {context.source: context for context in before.contexts if context.problem is None and context.source}
    contexts = tuple(
        good.get(context.source, context) if context.problem is not None else context for context in now.contexts
    )
    preferred = now.preferred
    if preferred is None and now.problems and any(context.id == before.preferred for context in contexts):
        preferred = before.preferred
    return replace(now, contexts=contexts, preferred=preferred)


def with_aliases(context: Context, names: Sequence[str]) -> Context:
    """The context with these names beside its own, each once."""
    aliases = dict.fromkeys((*context.aliases, *names))
    aliases.pop(context.name, None)
    return replace(context, aliases=tuple(aliases))
