"""Terminals in containers: exec and attach, over a connection that the engine hands over."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import msgspec

from models.errors import AppError, ConnectionLost, Refused
from models.kind import Ref
from models.terminal import Attach, Ended, Execute, Opened, Request, Size
from services.cancel import CancelScope
from services.docker.connection import Connection
from services.docker.duplex import Duplex
from services.docker.engine import ANSWER_SECONDS, Engine, Params
from services.docker.frames import Unframed
from services.session import Inbox

SHELLS = ("bash", "ash", "sh")  # the first that is there is taken
KIND = "xterm-256color"  # what programs are told that they write to
MARK = "PILOTHOUSE_TERMINAL"  # a variable by which what was begun in a terminal is found when that closes
HANG_UP_SECONDS = 2.0
NEW_LINES = b"\x1b[20h"  # LNM: of output that was made for no terminal, a line feed alone begins a new line
RESIZES = 10  # tries: right after the start an engine may not know the program yet
BETWEEN_TRIES = 0.05  # seconds
CODE_SECONDS = 2.0  # a program's exit code can come after its last byte

_SIZE_AT_START = (1, 42)


class _Exec(msgspec.Struct):
    running: bool = msgspec.field(name="Running", default=False)
    exit_code: int | None = msgspec.field(name="ExitCode", default=None)
    pid: int = msgspec.field(name="Pid", default=0)


class _Config(msgspec.Struct):
    terminal: bool = msgspec.field(name="Tty", default=False)


class _State(msgspec.Struct):
    running: bool = msgspec.field(name="Running", default=False)
    exit_code: int | None = msgspec.field(name="ExitCode", default=None)


class _Container(msgspec.Struct):
    config: _Config = msgspec.field(name="Config", default_factory=_Config)
    state: _State = msgspec.field(name="State", default_factory=_State)


class _Id(msgspec.Struct):
    id: str = msgspec.field(name="Id")


def terminal(
    engine: Engine, connection: Connection, ref: Ref, request: Request, inbox: Inbox, scope: CancelScope
) -> Iterator[bytes | Opened | Ended]:
    """Opened, then what the program writes, then Ended. Raises ConnectionLost where the engine goes before it."""
    match request:
        case Execute():
            yield from _execute(engine, connection, ref, request, inbox, scope)
        case Attach():
            yield from _attach(engine, connection, ref, request, inbox, scope)


def _execute(
    engine: Engine, connection: Connection, ref: Ref, request: Execute, inbox: Inbox, scope: CancelScope
) -> Iterator[bytes | Opened | Ended]:
    opened = Opened(request.command) if request.command else _shell(engine, ref, request, scope)
    mark = f"{MARK}={secrets.token_hex(8)}"
    exec_id = _created(engine, ref, opened.command, request, scope, mark)
    start: dict[str, Any] = {"Detach": False, "Tty": True}
    if engine.api >= _SIZE_AT_START:
        start["ConsoleSize"] = [request.size.rows, request.size.columns]
    try:
        with engine.duplex(f"/exec/{exec_id}/start", None, msgspec.json.encode(start), scope) as line:
            yield opened
            with _typing(engine, line, f"/exec/{exec_id}/resize", request.size, inbox, scope):
                while block := line.read():
                    yield block
    finally:
        if scope.cancelled:
            _hang_up(engine, ref, request, mark)
    if not scope.cancelled:
        _still_there(connection)
        yield Ended(_exec_code(engine, exec_id, scope))


def _hang_up(engine: Engine, ref: Ref, request: Execute, mark: str) -> None:
    """Send SIGHUP to what was begun in a terminal that was closed: engines leave it running for ever.

    Only where there is a `sh`; what ignores the signal goes on, as after any terminal's end.
    """
    script = (
        "for one in /proc/[0-9]*; do "
        f"tr '\\0' '\\n' 2>/dev/null <$one/environ | grep -qx {mark} && kill -HUP ${{one#/proc/}}; done"
    )
    scope = CancelScope()
    try:
        exec_id = _created(engine, ref, ("sh", "-c", script), request, scope, timeout=HANG_UP_SECONDS)
        engine.post(f"/exec/{exec_id}/start", None, scope, HANG_UP_SECONDS, body=b'{"Detach":true}')
    except AppError:
        pass  # the container or the engine has gone, and the program with it


def _created(
    engine: Engine,
    ref: Ref,
    command: tuple[str, ...],
    request: Execute,
    scope: CancelScope,
    mark: str = "",
    timeout: float = ANSWER_SECONDS,
) -> str:
    wanted: dict[str, Any] = {
        "AttachStdin": True,
        "AttachStdout": True,
        "AttachStderr": True,
        "Tty": True,
        "Cmd": list(command),
        "Env": [f"TERM={KIND}", *filter(None, (mark,))],
    }
    wanted |= {"User": request.user} if request.user else {}
    wanted |= {"WorkingDir": request.directory} if request.directory else {}
    if engine.api >= _SIZE_AT_START:
        wanted["ConsoleSize"] = [request.size.rows, request.size.columns]
    _, answer = engine.post(f"{_path(ref)}/exec", None, scope, timeout, body=msgspec.json.encode(wanted))
    return msgspec.json.decode(answer, type=_Id).id


def _shell(engine: Engine, ref: Ref, request: Execute, scope: CancelScope) -> Opened:
    """The first of SHELLS that runs there. Raises Refused where none does."""
    missing: list[str] = []
    for shell in SHELLS:
        if _runs(engine, ref, (shell, "-c", "exit 0"), request, scope):
            return Opened((shell,), f"{' and '.join(missing)} {_are(missing)} not there" if missing else "")
        missing.append(shell)
    raise Refused("There is no shell in this container: neither bash nor ash nor sh could be run. Name a command.")


def _are(words: list[str]) -> str:
    return "is" if len(words) == 1 else "are"


def _runs(engine: Engine, ref: Ref, command: tuple[str, ...], request: Execute, scope: CancelScope) -> bool:
    """Whether this command ends with exit code 0 there."""
    exec_id = _created(engine, ref, command, request, scope)
    try:
        with engine.duplex(f"/exec/{exec_id}/start", None, b'{"Detach":false,"Tty":true}', scope) as line:
            while line.read():
                pass
    except AppError as error:
        if isinstance(error, ConnectionLost):
            raise
        return False  # newer engines refuse to start what is not there
    return _exec_code(engine, exec_id, scope) == 0


def _exec_code(engine: Engine, exec_id: str, scope: CancelScope) -> int | None:
    until = time.monotonic() + CODE_SECONDS
    while True:
        seen = msgspec.json.decode(engine.get(f"/exec/{exec_id}/json", None, scope), type=_Exec)
        if not seen.running or time.monotonic() > until:
            return None if seen.running else seen.exit_code
        if scope.wait(BETWEEN_TRIES):
            return None


def _attach(
    engine: Engine, connection: Connection, ref: Ref, request: Attach, inbox: Inbox, scope: CancelScope
) -> Iterator[bytes | Opened | Ended]:
    framed = not _container(engine, ref, scope).config.terminal
    params: Params = {"stream": 1, "stdin": 1, "stdout": 1, "stderr": 1}
    with engine.duplex(f"{_path(ref)}/attach", params, None, scope) as line:
        yield Opened(())
        if request.start:
            engine.post(f"{_path(ref)}/start", None, scope)
        frames = Unframed()
        if framed:
            yield NEW_LINES
        with _typing(engine, line, None if framed else f"{_path(ref)}/resize", request.size, inbox, scope):
            while block := line.read():
                if content := frames.feed(block) if framed else block:
                    yield content
    if scope.cancelled:
        return
    _still_there(connection)
    state = _container(engine, ref, scope).state
    yield Ended(None if state.running else state.exit_code)


def _container(engine: Engine, ref: Ref, scope: CancelScope) -> _Container:
    return msgspec.json.decode(engine.get(f"{_path(ref)}/json", None, scope), type=_Container)


def _path(ref: Ref) -> str:
    return f"/containers/{quote(ref.id, safe='')}"


def _still_there(connection: Connection) -> None:
    """An end proves nothing: streams end as well when the engine dies. Raises ConnectionLost."""
    if not connection.alive():
        raise ConnectionLost("The engine stopped; what ran in this terminal may have ended", since=time.time())


@contextmanager
def _typing(
    engine: Engine, line: Duplex, resize: str | None, size: Size, inbox: Inbox, scope: CancelScope
) -> Iterator[None]:
    """Carries the inbox's messages to the program, in a thread of its own, for a with block."""
    thread = threading.Thread(
        target=_carry, args=(engine, line, resize, size, inbox, scope), name="pilothouse-keys", daemon=True
    )
    thread.start()
    try:
        yield
    finally:
        inbox.put(None)
        thread.join()


def _carry(engine: Engine, line: Duplex, resize: str | None, size: Size, inbox: Inbox, scope: CancelScope) -> None:
    message: Any = size
    while message is not None:
        try:
            if isinstance(message, Size):
                _resize(engine, resize, message, scope)
            else:
                line.send(message)
        except AppError:
            return  # the reader meets the same end, and says so
        message = inbox.get()


def _resize(engine: Engine, path: str | None, size: Size, scope: CancelScope) -> None:
    if path is None:
        return
    for _ in range(RESIZES):
        try:
            engine.post(path, {"h": size.rows, "w": size.columns}, scope)
            return
        except ConnectionLost:
            raise
        except AppError:
            if scope.wait(BETWEEN_TRIES):
                return
