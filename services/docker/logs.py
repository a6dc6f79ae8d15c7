"""A container's log, followed through stops of the container and of the engine without losing or doubling a line."""

from __future__ import annotations

import json
from collections.abc import Iterator

import msgspec
from msgspec import Struct

from models.errors import ConnectionLost, Gone, TimedOut, Unreachable
from models.kind import Ref
from models.log_lines import stamp_seconds
from models.logs import Gap, LogChunk, LogOptions
from services.cancel import CancelScope
from services.docker.connection import Connection
from services.docker.engine import Engine, Params
from services.docker.log_frames import Frames, TerminalLines
from services.docker.log_window import Window, engine_time

READ = 256 * 1024  # bytes at most in one read, and so in one chunk
_PAUSE = 0.25  # seconds before asking once more where nothing tells of a change

_CUT_SHORT = (ConnectionLost, Unreachable, TimedOut)


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
    """The log in blocks, oldest first: GET /containers/{id}/logs, and GET /events while the container is stopped.

    With `follow` it outlives the engine and the container's stops, each told by a Gap, and ends when the container is
    removed or `scope` cancelled. Lines are cut at `options.line_limit`. Raises Gone, Refused, Denied and, unless it
    follows, ConnectionLost, Unreachable and TimedOut.
    """
    log = _Log(engine, connection, ref, options, scope)
    return log.follow() if options.follow else log.read()


class _Log:
    def __init__(
        self, engine: Engine, connection: Connection, ref: Ref, options: LogOptions, scope: CancelScope
    ) -> None:
        self._engine = engine
        self._connection = connection
        self._path = f"/containers/{ref.id}"
        self._id = ref.id
        self._options = options
        self._scope = scope
        self._window = Window()

    def read(self) -> Iterator[LogChunk]:
        """What is there now."""
        yield from self._pass(self._inspect().config.tty)

    def follow(self) -> Iterator[LogChunk | Gap]:
        """What is there and what comes."""
        container = self._inspect()  # the first look decides: who asks for nothing that exists is told so
        while not self._scope.cancelled:
            life = container.state.started_at
            try:
                yield from self._pass(container.config.tty)
                if lost := self._connection.verdict():  # the end of a stream proves nothing
                    raise lost
                container = self._inspect()
                if not container.state.writes and not self._scope.cancelled:
                    yield Gap("The container stopped", _seconds(container.state.finished_at))
                    self._wait_for_start()
                    container = self._inspect()
            except Gone:
                return  # removed: what was read stays
            except _CUT_SHORT:
                yield from self._outage()
                continue
            if container.state.started_at != life and not self._scope.cancelled:
                yield Gap("The container was started again", _seconds(container.state.started_at), back=True)
            else:
                self._scope.wait(_PAUSE)  # it runs on: its log was rotated, or its end is not known yet

    def _pass(self, tty: bool) -> Iterator[LogChunk]:
        """One connection's worth: what follows on the lines that were read before."""
        lines = (TerminalLines if tty else Frames)(self._options.line_limit)
        with self._engine.stream("GET", f"{self._path}/logs", self._params(), self._scope) as stream:
            for block in stream.blocks(READ):
                if chunk := self._window.news(lines.feed(block)):
                    yield chunk
        if not self._options.follow and (chunk := lines.finish()):
            yield chunk  # when following, the rest of a line comes in the next pass, and with it the whole line

    def _params(self) -> Params:
        options = self._options
        params: dict[str, str | int] = {
            "stdout": 1,
            "stderr": 1,
            "timestamps": 1,
            "follow": int(options.follow),
            "tail": "all" if options.tail is None else options.tail,
        }
        if options.since is not None:
            params["since"] = engine_time(options.since)
        if options.until is not None:
            params["until"] = engine_time(options.until)
        if resume := self._window.resume_from():
            params |= {"since": resume, "tail": "all"}
        return params

    def _inspect(self) -> _Container:
        return msgspec.json.decode(self._engine.get(f"{self._path}/json", scope=self._scope), type=_Container)

    def _wait_for_start(self) -> None:
        """Return when the container runs again, or may. Raises Gone, ConnectionLost, Unreachable."""
        wanted = {"type": ["container"], "container": [self._id], "event": ["start", "destroy"]}
        with self._engine.stream("GET", "/events", {"filters": json.dumps(wanted)}, self._scope) as events:
            if not self._inspect().state.writes:  # it may have started just before we listened
                events.read()
        if lost := self._connection.verdict():
            raise lost

    def _outage(self) -> Iterator[Gap]:
        """Tell that the engine is lost, wait until it is back, and tell that. Nothing where it answers by now."""
        since = self._connection.state.live_until or 0.0
        if self._scope.cancelled or self._connection.alive():
            self._scope.wait(_PAUSE)
            return
        yield Gap("The engine stopped", since)
        while self._connection.wait_live(self._scope):
            if self._connection.alive():
                yield Gap("The engine is back", self._connection.state.since, back=True)
                return
            self._scope.wait(_PAUSE)  # it was lost a moment ago, which its state does not say yet


def _seconds(moment: str) -> float:
    """An inspect's RFC 3339 time in seconds since the epoch; 0.0 where there is none."""
    return stamp_seconds(moment.encode().ljust(29, b"0"))
