"""A container's log, followed through restarts of the container and of the engine without losing or doubling a line."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator

from models.connection import Phase
from models.docker.container import Run
from models.docker.wire import run_of
from models.errors import AppError, ConnectionLost, Gone, TimedOut, Unreachable
from models.kind import Ref
from models.logs import Gap, LogChunk, LogOptions
from services.cancel import CancelScope
from services.docker.connection import Connection
from services.docker.engine import Engine
from services.docker.events import Event, Events, Lost, News
from services.docker.log_frames import Damaged, Frames, TerminalLines
from services.docker.log_window import Window

READ = 256 * 1024  # bytes at most in one read, and so about the most in one chunk
_PAUSE_FIRST, _PAUSE_MOST = 0.1, 5.0  # seconds before a stream that ended without a reason is opened anew
_CLOCKS = 2.0  # seconds by which we may be wrong about the engine's clock


def logs(
    engine: Engine, connection: Connection, events: Events, ref: Ref, options: LogOptions, scope: CancelScope
) -> Iterator[LogChunk | Gap]:
    """The log in blocks, oldest first, by GET /containers/{id}/logs; lines are cut at `options.line_limit`.

    With `follow` it outlives the engine and the container's stops, each told by a Gap in the engine's time, and ends
    when the container is removed, `until` has passed or `scope` is cancelled. Raises Gone where there is no such
    container, Refused or Failed where its log cannot be read and, unless it follows, what ends a connection.
    """
    for state in connection.states(scope):
        if state.phase is not Phase.CONNECTING:  # the engine's API version is not known before
            break
    log = _Log(engine, connection, events, ref, options, scope)
    return log.follow() if options.follow else log.read()


class _Log:
    def __init__(
        self,
        engine: Engine,
        connection: Connection,
        events: Events,
        ref: Ref,
        options: LogOptions,
        scope: CancelScope,
    ) -> None:
        self._engine = engine
        self._connection = connection
        self._events = events
        self._ref = ref
        self._options = options
        self._scope = scope
        self._window = Window(from_start=options.tail is None and options.since is None)
        self._lines: Frames | TerminalLines = Frames()
        self._opened = 0.0  # when the present stream was asked for
        self._from: int | None = None  # nanoseconds since the epoch, where the window is empty
        self._heard = 0.0  # when the engine last said something, by our clock
        self._progress = False  # the present stream has brought something new
        self._pause = _PAUSE_FIRST
        self._run: Run | None = None  # the run that is followed, or was last
        self._stopped = False  # and that was told

    def read(self) -> Iterator[LogChunk]:
        """What is there now."""
        yield from self._stream(self._inspect())
        if not self._scope.cancelled and (error := self._connection.verdict()):
            raise error  # and not a log that seems to end here

    def follow(self) -> Iterator[LogChunk | Gap]:
        """What is there and what comes."""
        while not self._scope.cancelled:
            try:
                run = self._inspect()
                yield from self._turns(run)
                yield from self._stream(run)
                if self._over():
                    return
                if writes(run):
                    self._rest()  # ended by the container, by the rotation of its log or by an engine about to end
                else:
                    yield from self._stop(run)
                    self._wait_for_start()
            except Gone:
                if self._run is None:
                    raise
                yield Gap("The container was removed", self._now())
                return
            except Damaged:
                if not self._progress:
                    raise
            except AppError as error:
                if not (yield from self._outage(error)):
                    return

    # -- one stream

    def _stream(self, run: Run) -> Iterator[LogChunk]:
        """The lines of one request that were not passed on before; all that there will be if the container rests."""
        follow = self._options.follow and writes(run)
        since = self._window.resume(self._lines.begun) or self._from
        self._lines = TerminalLines(self._options.line_limit) if run.tty else Frames(self._options.line_limit)
        self._progress = False
        self._opened = self._now()
        with self._engine.stream(
            "GET", f"/containers/{self._ref.id}/logs", self._query(since, follow), self._scope
        ) as stream:
            self._heard = time.time()
            for block in stream.blocks(READ):
                self._heard = time.time()
                yield from self._passed_on(self._lines.feed(block))
        if not follow:
            yield from self._passed_on(self._lines.finish())

    def _passed_on(self, chunk: LogChunk | None) -> Iterator[LogChunk]:
        if chunk is not None and (fresh := self._window.fresh(chunk)) is not None:
            self._progress = True
            self._pause = _PAUSE_FIRST
            yield fresh

    def _query(self, since: int | None, follow: bool) -> dict[str, str]:
        query = {"stdout": "1", "stderr": "1", "timestamps": "1", "follow": "1" if follow else "0"}
        if since is not None:
            query["since"] = f"{since // 10**9}.{since % 10**9:09d}"
        else:
            query["tail"] = "all" if self._options.tail is None else str(self._options.tail)
            if self._options.since is not None:
                query["since"] = f"{self._options.since:.9f}"
        if self._options.until is not None:
            query["until"] = f"{self._options.until:.9f}"
        return query

    # -- the container

    def _inspect(self) -> Run:
        return run_of(self._engine.get(f"/containers/{self._ref.id}/json", None, self._scope))

    def _turns(self, run: Run) -> Iterator[Gap]:
        """Say that the container was started again, where it was."""
        if writes(run):
            if self._run and (self._stopped or run.started != self._run.started):
                if not self._stopped:  # it was quicker than we
                    yield Gap("The container has stopped", self._heard + self._connection.state.clock_offset)
                yield Gap("The container was started again", run.started or self._now(), back=True)
                self._pause = _PAUSE_FIRST
            self._stopped = False
        self._run = run

    def _stop(self, run: Run) -> Iterator[Gap]:
        """Say once that the container has stopped; one that never ran has not."""
        if not self._stopped and run.started is not None:
            yield Gap("The container has stopped", run.finished or self._now())
        self._stopped = True
        if self._window.empty and self._options.tail is not None:
            # Whatever comes now is new: a second look at the tail could leave some of it out.
            self._from = int((self._opened - _CLOCKS) * 1e9)

    def _wait_for_start(self) -> None:
        """Wait until the container runs. Raises Gone when it is removed, and what the engine is lost by."""
        with self._events.followed() as feed:
            while news := feed.take(self._scope, None):
                for one in news:
                    if isinstance(one, Lost):
                        raise one.error
                if any(map(self._concerns, news)) and writes(self._inspect()):
                    return

    def _concerns(self, news: News) -> bool:
        return not isinstance(news, Event) or (
            news.type == "container" and news.id == self._ref.id and not news.action.startswith("exec_")
        )

    # -- the engine

    def _outage(self, error: AppError) -> Generator[Gap, None, bool]:
        """Wait until the engine answers, saying so unless it does now; False when nobody waits any more.

        Raises the error if the engine answers and has never given this log.
        """
        if self._scope.cancelled:
            return False
        state = self._connection.state
        since = time.time() if state.live else max(state.live_until or 0.0, self._heard) or state.since
        if state.live and self._connection.alive():
            if not self._heard and not isinstance(error, (ConnectionLost, Unreachable, TimedOut)):
                raise error  # and no passing refusal, such as of a container that is just being removed
            return self._rest()  # only this stream was cut
        yield Gap("The engine stopped answering", since + state.clock_offset)
        while self._connection.wait_live(self._scope):
            if self._connection.alive():
                yield Gap("The engine answers again", self._now(), back=True)
                return True
            self._rest()
        return False

    def _rest(self) -> bool:
        """Pause, longer each time until something new comes; False when cancelled meanwhile."""
        pause, self._pause = self._pause, min(_PAUSE_MOST, self._pause * 2)
        return not self._scope.wait(pause)

    def _over(self) -> bool:
        """Whether nothing more is wanted."""
        until = self._options.until
        return self._scope.cancelled or (until is not None and self._now() >= until)

    def _now(self) -> float:
        """The engine's clock, seconds since the epoch."""
        return time.time() + self._connection.state.clock_offset


def writes(run: Run) -> bool:
    """Whether a process is there that may write: between the starts of a restart policy there is none."""
    return run.pid > 0
