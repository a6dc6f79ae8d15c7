"""Images pulled from registries, with progress by layer; the sign-in is the docker command's own."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import quote

import msgspec

from models.docker.pull_progress import Item, Pull, advanced
from models.docker.reference import parse_reference
from models.errors import AppError, ConnectionLost, Failed, Gone
from models.text import command_text
from services.cancel import CancelScope
from services.docker.credentials import sign_in
from services.docker.engine import Engine
from services.docker.errors import error_for
from services.operations import Operation, Progress

_ITEM = msgspec.json.Decoder(Item)
_LONGEST = 1_000_000  # bytes of one item


def pull(
    engine: Engine,
    image: str,
    scope: CancelScope,
    platform: str = "",
    env: Mapping[str, str] | None = None,
    home: Path | None = None,
) -> Iterator[Pull]:
    """POST /images/create: the pull after each item, until the engine has the image. Cancelling ends it there too.

    Without a tag `latest` is meant. Raises BadInput for no reference, SignInNeeded for a helper that fails, Gone where
    the registry has no such image or hides it, Failed with the engine's words, ConnectionLost when cut.
    """
    reference = parse_reference(image)
    env = os.environ if env is None else env
    sign = sign_in(reference.server, env, home or Path.home(), scope)
    name, tag = reference.pulled
    params = {"fromImage": name, "tag": tag, **({"platform": platform} if platform else {})}
    now = Pull(line=sign.note)
    yield now
    with engine.stream("POST", "/images/create", params, scope, sign.header) as answer:
        for item in _items(answer.blocks()):
            if error := _error(item):
                raise error
            now = advanced(now, item)
            yield now
    if not scope.cancelled and not now.ended:
        _be_sure(engine, f"{name}@{tag}" if ":" in tag else f"{name}:{tag}", scope)


def _items(blocks: Iterator[bytes]) -> Iterator[Item]:
    """The items in a stream of lines; what is no item is not shown to anybody."""
    rest = b""
    for block in blocks:
        *lines, rest = (rest + block).split(b"\n")
        if len(rest) > _LONGEST:
            raise Failed("The engine's answer is no progress of a pull")
        for line in (*lines, b""):
            if line.strip():
                yield _item(line)
    if rest.strip():
        yield _item(rest)


def _item(line: bytes) -> Item:
    try:
        return _ITEM.decode(line)
    except msgspec.MsgspecError as error:
        raise ConnectionLost("The engine's answer broke off", since=time.time()) from error


def _error(item: Item) -> AppError | None:
    if not item.error and not item.error_detail:
        return None
    detail = item.error_detail
    words = (detail.message if detail else "") or item.error or "The pull failed"
    if detail and detail.code and detail.code >= 400:
        return error_for(detail.code, words.encode())
    return Failed(words)


def _be_sure(engine: Engine, image: str, scope: CancelScope) -> None:
    """Not every engine ends with a word (Podman does not), and a stream that ends proves nothing."""
    try:
        engine.get(f"/images/{quote(image, safe='/:@')}/json", None, scope)
    except Gone:
        raise ConnectionLost("The pull broke off before the image was there", since=time.time()) from None
    if not engine.podman:
        raise ConnectionLost("The pull broke off: what was there before is unchanged", since=time.time())


def pull_operation(engine: Engine, image: str, platform: str = "") -> Operation:
    """The pull for the panel of operations: bytes as progress, the engine's words as output."""
    name = parse_reference(image).text
    flags = ("--platform", platform) if platform else ()

    def work(scope: CancelScope) -> Iterator[Progress]:
        said = ""
        for now in pull(engine, image, scope, platform):
            line = now.line if now.line != said else ""
            said = now.line
            yield Progress(now.done, now.total, line, unit="bytes")

    return Operation(
        title=f"Pull {name}",
        done=f"{name} pulled",
        could_not=lambda _failed: f"Could not pull {name}",
        icon="pull",
        context=engine.context,
        command=command_text((*engine.context.command, "pull", *flags, name)),
        work=work,
    )
