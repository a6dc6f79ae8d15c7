"""One command in a running container, without a terminal: what it wrote and how it ended."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple
from urllib.parse import quote

import msgspec

from models.errors import AppError, ConnectionLost, Refused, TimedOut
from models.kind import Ref
from services.cancel import CancelScope
from services.docker.engine import ANSWER_SECONDS, Engine, Stream
from services.docker.errors import error_for, translated
from services.docker.frames import Unframed

LIMIT_SECONDS = 10.0
MOST_OUTPUT = 4 * 1024 * 1024  # bytes, of stdout and of stderr each

_STDERR = 2
_MARK = "PILOTHOUSE_COMMAND"  # a variable by which a command that took too long is found
_NOT_RUN = (126, 127)
_KILL_SECONDS = 2.0
_CODE_SECONDS = 2.0  # an exit code can come after the last byte
_BETWEEN_TRIES = 0.02  # seconds


class Executed(NamedTuple):
    """How a command ended. Of each stream the first `most` bytes are kept: one of that length may have had more."""

    exit_code: int
    stdout: bytes
    stderr: bytes


class _Id(msgspec.Struct):
    id: str = msgspec.field(name="Id")


class _Exec(msgspec.Struct):
    running: bool = msgspec.field(name="Running", default=False)
    exit_code: int | None = msgspec.field(name="ExitCode", default=None)
    pid: int = msgspec.field(name="Pid", default=0)


def run_inside(
    engine: Engine,
    ref: Ref,
    command: tuple[str, ...],
    scope: CancelScope,
    user: str = "",
    timeout: float = LIMIT_SECONDS,
    most: int = MOST_OUTPUT,
) -> Executed:
    """Run `command` there by POST /containers/{id}/exec and wait for its end, `timeout` seconds at most.

    No shell comes between. A command that is cancelled or takes longer is killed, where the container has a `sh`.
    Raises TimedOut; Refused where it cannot be run: the program is missing, the container is paused or not running;
    ConnectionLost.
    """
    mine = scope.child()
    mark = f"{_MARK}={secrets.token_hex(8)}"
    late = threading.Timer(timeout, mine.cancel)
    late.daemon = True
    late.name = "pilothouse-limit"
    late.start()
    try:
        exec_id = _created(engine, ref, command, user, mark, mine)
        with _started(engine, exec_id, mine) as stream:
            stdout, stderr = _written(stream, most)
        if not mine.cancelled:
            return _ended(engine, exec_id, stdout, stderr, mine)
    except AppError:
        if not mine.cancelled:
            raise
    finally:
        late.cancel()
        if mine.cancelled:
            _kill(engine, ref, user, mark)
        mine.cancel()  # so that the caller's scope forgets it
    if scope.cancelled:
        raise ConnectionLost("The request was cancelled", since=time.time())
    raise TimedOut(f"{command[0]} did not end within {timeout:g} seconds")


def written_inside(
    engine: Engine, ref: Ref, command: tuple[str, ...], scope: CancelScope, user: str = ""
) -> Generator[bytes, None, Executed]:
    """Run `command` there as `run_inside` does, without a time limit, and give its stdout as it comes.

    The answer at the end has the exit code and stderr. A command that is cancelled or not read to its end is killed.
    """
    mine = scope.child()
    mark = f"{_MARK}={secrets.token_hex(8)}"
    frames = Unframed()
    stderr = bytearray()
    ended = False
    try:
        exec_id = _created(engine, ref, command, user, mark, mine)
        with _started(engine, exec_id, mine) as stream:
            for block in stream.blocks():
                pieces = frames.pieces(block)
                if stdout := b"".join(piece for number, piece in pieces if number != _STDERR):
                    yield stdout
                for number, piece in pieces:
                    stderr += piece[: MOST_OUTPUT - len(stderr)] if number == _STDERR else b""
        executed = _ended(engine, exec_id, b"", bytes(stderr), mine)
        ended = True
        return executed
    except AppError:
        ended = not mine.cancelled
        raise
    finally:
        if not ended:
            _kill(engine, ref, user, mark)
        mine.cancel()  # so that the caller's scope forgets it


def _created(
    engine: Engine,
    ref: Ref,
    command: tuple[str, ...],
    user: str,
    mark: str,
    scope: CancelScope,
    timeout: float = ANSWER_SECONDS,
) -> str:
    wanted: dict[str, Any] = {"AttachStdout": True, "AttachStderr": True, "Cmd": list(command), "Env": [mark]}
    wanted |= {"User": user} if user else {}
    path = f"/containers/{quote(ref.id, safe='')}/exec"
    _, answer = engine.post(path, None, scope, timeout, body=msgspec.json.encode(wanted))
    return msgspec.json.decode(answer, type=_Id).id


@contextmanager
def _started(engine: Engine, exec_id: str, scope: CancelScope) -> Iterator[Stream]:
    """The command's output, as frames, for a with block."""
    with engine.client(scope) as line:
        path = f"/v{line.version}/exec/{exec_id}/start"
        with translated():
            response = line.request("POST", path, None, None, stream=True, body=b'{"Detach":false,"Tty":false}')
            if response.status_code >= 400:
                raise error_for(response.status_code, response.content)
        try:
            yield Stream(response, line, scope)
        finally:
            line.cut()
            response.close()


def _written(stream: Stream, most: int) -> tuple[bytes, bytes]:
    """Stdout and stderr until the end; what is beyond `most` bytes is read and dropped."""
    frames = Unframed()
    stdout, stderr = bytearray(), bytearray()
    for block in stream.blocks():
        for number, piece in frames.pieces(block):
            kept = stderr if number == _STDERR else stdout
            kept += piece[: most - len(kept)]
    return bytes(stdout), bytes(stderr)


def _ended(engine: Engine, exec_id: str, stdout: bytes, stderr: bytes, scope: CancelScope) -> Executed:
    """Its exit code, by GET /exec/{id}/json. Raises ConnectionLost where the output ended and the command did not."""
    until = time.monotonic() + _CODE_SECONDS
    while True:
        seen = msgspec.json.decode(engine.get(f"/exec/{exec_id}/json", None, scope), type=_Exec)
        if not seen.running and seen.exit_code is not None:
            if seen.exit_code in _NOT_RUN and not seen.pid:  # older engines say it here, newer ones refuse the start
                raise Refused((stdout or stderr).decode(errors="replace").strip() or "The command could not be run")
            return Executed(seen.exit_code, stdout, stderr)
        if time.monotonic() > until or scope.wait(_BETWEEN_TRIES):
            raise ConnectionLost("The command's output was cut off", since=time.time())


def _kill(engine: Engine, ref: Ref, user: str, mark: str) -> None:
    """Kill what carries this mark: engines leave a command running when nobody reads it any more."""
    script = (
        "for one in /proc/[0-9]*; do "
        f"tr '\\0' '\\n' 2>/dev/null <$one/environ | grep -qx {mark} && kill -KILL ${{one#/proc/}}; done"
    )
    scope = CancelScope()
    try:
        exec_id = _created(engine, ref, ("sh", "-c", script), user, f"{_MARK}_END=1", scope, _KILL_SECONDS)
        engine.post(f"/exec/{exec_id}/start", None, scope, _KILL_SECONDS, body=b'{"Detach":true}')
    except AppError:
        pass  # the container or the engine has gone, and the command with it
