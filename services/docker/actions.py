"""What is done to containers: each request once, each container's outcome by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any
from urllib.parse import quote

import msgspec
from msgspec import Struct

from models.docker.container import Container
from models.docker.limits import update_body
from models.docker.wire import container_rows
from models.errors import AppError, Gone, Unsupported
from models.kind import Options, Ref
from services.cancel import CancelScope
from services.docker.engine import ANSWER_SECONDS, Engine, Params
from services.session import Outcome

DEFAULT_GRACE = 10  # seconds, of engines that are not told another
MARGIN = 60.0  # seconds that an engine may need beyond the grace period: it kills, unmounts and tidies up
_NOT_MODIFIED = 304


class _Request(Struct, frozen=True):
    method: str
    path: str
    params: Params = {}
    timeout: float = ANSWER_SECONDS
    unchanged: str = ""  # what 304 means
    body: bytes | None = None


def _timed(verb: str, unchanged: str) -> Callable[[str, Options], _Request]:
    def request(path: str, options: Options) -> _Request:
        seconds = options.get("seconds")
        params: Params = {} if seconds is None else {"t": int(seconds)}
        grace = float(DEFAULT_GRACE if seconds is None else seconds)
        # A container may have a longer grace period of its own (--stop-timeout), and a negative one waits for ever.
        limit = MARGIN + max(grace, 3600.0 if seconds is None or grace < 0 else 0.0)
        return _Request("POST", f"{path}/{verb}", params, limit, unchanged)

    return request


def _plain(verb: str, unchanged: str = "") -> Callable[[str, Options], _Request]:
    return lambda path, _options: _Request("POST", f"{path}/{verb}", unchanged=unchanged)


def _removal(path: str, options: Options) -> _Request:
    params = {"force": int(bool(options.get("force"))), "v": int(bool(options.get("volumes")))}
    return _Request("DELETE", path, params, ANSWER_SECONDS + MARGIN)


def _update(path: str, options: Options) -> _Request:
    return _Request("POST", f"{path}/update", body=msgspec.json.encode(update_body(options)))


_REQUESTS: dict[str, Callable[[str, Options], _Request]] = {
    "start": _plain("start", "was running already"),
    "stop": _timed("stop", "was stopped already"),
    "restart": _timed("restart", ""),
    "kill": lambda path, options: _Request("POST", f"{path}/kill", {"signal": str(options["signal"])}),
    "pause": _plain("pause"),
    "unpause": _plain("unpause"),
    "rename": lambda path, options: _Request("POST", f"{path}/rename", {"name": str(options["name"])}),
    "update": _update,
    "remove": _removal,
    # Exactly what the preview named, and nothing that was stopped since; one that was started since is refused.
    "prune": lambda path, _options: _removal(path, {}),
}

CALLS = frozenset(_REQUESTS)


def act(engine: Engine, call: str, refs: Sequence[Ref], options: Options, scope: CancelScope) -> Iterator[Outcome]:
    """Do it to each container in turn, by its id; ends early when cancelled. Raises Unsupported for an unknown call."""
    if call not in _REQUESTS:
        raise Unsupported(f"Containers know no {call!r}")
    for ref in refs:
        if scope.cancelled:
            return
        yield _outcome(engine, ref, _REQUESTS[call](f"/containers/{quote(ref.id, safe='')}", options), scope)


def _outcome(engine: Engine, ref: Ref, request: _Request, scope: CancelScope) -> Outcome:
    try:
        status, answer = engine.post(
            request.path, request.params, scope, request.timeout, method=request.method, body=request.body
        )
    except AppError as error:
        return Outcome(ref, _meant(error, engine, request))
    return Outcome(ref, note=request.unchanged if status == _NOT_MODIFIED else _remarks(answer))


def _meant(error: AppError, engine: Engine, request: _Request) -> AppError:
    """Podman answers 404 to what it does not know: the container need not be gone."""
    if isinstance(error, Gone) and engine.podman and request.path.endswith("/update"):
        return Unsupported("Podman's service cannot change limits in this version: use podman update")
    return error


class _Answer(Struct):
    Warnings: list[str] | None = None


def _remarks(answer: bytes) -> str:
    """What the engine remarks on what it has done."""
    if not answer.startswith(b"{"):
        return ""
    try:
        return "; ".join(msgspec.json.decode(answer, type=_Answer).Warnings or ())
    except msgspec.MsgspecError:
        return ""


def prunable(engine: Engine, scope: CancelScope) -> Sequence[Container]:
    """The containers that `docker container prune` would remove now, with the bytes that each has written.

    GET /containers/json?size=1: the engine walks the disk, which can take long.
    """
    return _listed(engine, {"status": ["created", "exited", "dead"]}, scope)


def sizes(engine: Engine, refs: Sequence[Ref], scope: CancelScope) -> dict[str, int | None]:
    """Bytes that these containers (none named: all) have written on top of their images, by id; the disk is walked."""
    chosen = {"id": [ref.id for ref in refs]} if refs else {}
    return {row.id: row.size_rw for row in _listed(engine, chosen, scope)}


def _listed(engine: Engine, filters: dict[str, Any], scope: CancelScope) -> list[Container]:
    params = {"all": "1", "size": "1", "filters": msgspec.json.encode(filters).decode()}
    rows = container_rows(engine.get("/containers/json", params, scope, timeout=600.0))
    # A container that has written nothing has no SizeRw.
    return [msgspec.structs.replace(row, size_rw=row.size_rw or 0) for row in rows]
