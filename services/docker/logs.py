"""A container's log, followed through restarts of the container and of the engine without losing or doubling a line."""

from __future__ import annotations

import json
from collections import Counter, deque
from collections.abc import Iterator
from datetime import datetime

import msgspec
from msgspec import Struct

from models.errors import AppError, ConnectionLost, Gone, TimedOut, Unreachable
from models.kind import Ref
from models.log_lines import stamp_of, stamp_seconds
from models.logs import STAMP, Gap, LogChunk, LogOptions
from services.cancel import CancelScope
from services.docker.connection import Connection
from services.docker.engine import Engine
from services.docker.log_frames import Frames, TerminalLines

READ = 256 * 1024  # bytes at most in one read, and so in one chunk
_WINDOW = 1024 * 1024  # bytes of the newest lines, in which doubles are looked for
_PAUSE = 0.25  # seconds before asking once more where nothing says what has changed

_Line = tuple[bytes, int, bytes]  # time stamp, stream, text


class _Config(Struct, rename="pascal"):
    tty: bool = False


class _State(Struct, rename="pascal"):
    running: bool = False
    restarting: bool = False
    started_at: str = ""
    finished_at: str = ""

    @property
    def writes(self) -> bool:
        """Whether a process is there that may write."""
        return self.running and not self.restarting


class _Container(Struct, rename="pascal"):
    config: _Config = msgspec.field(default_factory=_Config)
    state: _State = msgspec.field(default_factory=_State)


def logs(
    engine: Engine, connection: Connection, ref: Ref, options: LogOptions, scope: CancelScope
) -> Iterator[LogChunk | Gap]:
    """The log in blocks, oldest first: GET /containers/{id}/logs, to be joined by GET /events when the container stops.

    With `follow` it outlives the engine and the container's stops, each told by a Gap, and ends when the container is
    removed or `scope` cancelled. Lines are cut at `options.line_limit`. Raises Gone, Refused and, unless it follows,
    what ends a connection.
    """
    log = _Log(engine, connection, ref, options, scope)
    return log.follow() if options.follow else log.read()


class _Log:
    def __init__(
        self, engine: Engine, connection: Connection, ref: Ref, options: LogOptions, scope: CancelScope
    ) -> None:
        self._engine = engine
        self._connection = connection
        self._ref = ref
        self._options = options
        self._scope = scope
        self._recent = _Recent()
        self._started = ""  # of the life that was followed last

    def read(self) -> Iterator[LogChunk]:
        """What is there now."""
        yield from self._chunks(self._inspect(), complete=True)

    def follow(self) -> Iterator[LogChunk | Gap]:
        """What is there and what comes."""
        container = self._inspect()
        while not self._scope.cancelled:
            try:
                yield from self._new_life(container.state)
                yield from self._chunks(container, complete=not container.state.writes)
                if self._scope.cancelled:
                    return
                container = self._inspect()
                if not container.state.writes:
                    yield Gap("The container has stopped", _seconds(container.state.finished_at))
                    container = self._wait_for_start()
                elif container.state.started_at == self._started:
                    self._scope.wait(_PAUSE)  # it runs on: its log was rotated, or the engine is about to end
            except Gone:
                if not self._recent.empty:
                    return  # removed meanwhile: what was read stays
                raise
            except (ConnectionLost, Unreachable, TimedOut) as error:
                if self._scope.cancelled:
                    return
                yield from self._outage(error)
                container = self._inspect_again() or container

    def _new_life(self, state: _State) -> Iterator[Gap]:
        """Say that the container was started again, where it was."""
        if state.writes and state.started_at != self._started:
            if self._started:
                yield Gap("The container was started again", _seconds(state.started_at), back=True)
            self._started = state.started_at

    def _outage(self, error: AppError) -> Iterator[Gap]:
        """Wait until the engine answers; says so only where it does not answer now."""
        since = self._connection.state.live_until or self._recent.newest_seconds
        verdict = self._connection.verdict()
        if verdict is None:
            self._scope.wait(_PAUSE)  # only this stream was cut
            return
        yield Gap("The engine stopped answering", self._now(), back=False) if since == 0.0 else self._lost()
        while not self._scope.cancelled and self._connection.wait_live(self._scope):
            if self._connection.alive():
                yield Gap("The engine is back", self._now(), back=True)
                return
            self._scope.wait(_PAUSE)
