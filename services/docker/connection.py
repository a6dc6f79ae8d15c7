"""The life of a connection: connecting, live, stale, unreachable, and again; pings, back-off and waking up."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from models.connection import ConnectionState, Phase
from models.errors import AppError, ConnectionLost, Reason, SignInNeeded, TimedOut, Unreachable
from services.cancel import CancelScope
from services.docker.engine import Engine, EngineInfo


class Pace(Struct, frozen=True):
    """How often and how long; seconds."""

    ping_every: float = 10.0
    ping_limit: float = 3.0
    first_limit: float = 12.0  # for the first answer: an engine that wakes up is slow
    patience: float = 30.0  # the longest limit that a slow line gets
    retry_first: float = 0.8
    retry_most: float = 30.0
    settled: float = 120.0  # live for so long, and the back-off starts anew
    clock_jump: float = 30.0


class Connection:
    """Keeps one engine in sight. All methods may be called from any thread; only `alive` and the waits block."""

    def __init__(
        self,
        engine: Engine,
        pace: Pace = Pace(),  # noqa: B008  immutable
        wall: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Start keeping at once, in a thread of its own."""
        self._engine = engine
        self._pace = pace
        self._wall, self._monotonic = wall, monotonic
        self._scope = CancelScope()
        self._changed = threading.Condition()
        self._nudged = threading.Event()
        self._state = ConnectionState(Phase.CONNECTING, wall())
        self._life = CancelScope()
        self._life.cancel()  # it has yet to begin
        self._attempt = 0
        self._pause = 0.0
        self._round_trip = 0.0
        self._live_at = 0.0  # by the monotonic clock
        self._clocks = (wall(), monotonic())
        self._thread = threading.Thread(target=self._keep, name=f"pilothouse-connection {engine.name}", daemon=True)
        self._thread.start()

    # -- what others ask

    @property
    def state(self) -> ConnectionState:
        """Where it stands now."""
        return self._state

    @property
    def life(self) -> CancelScope:
        """Cancelled as soon as the connection is live no more; each time it becomes live has one of its own."""
        return self._life

    def states(self, scope: CancelScope) -> Iterator[ConnectionState]:
        """The present state, then each newer one, until cancelled or closed; a slow reader misses what has passed."""
        seen: ConnectionState | None = None
        while (state := self._next_state(seen, scope)) is not None:
            seen = state
            yield state
            if state.phase is Phase.CLOSED:
                return

    def wait_live(self, scope: CancelScope) -> bool:
        """Wait until it is live: True at once where it is, False when cancelled or closed."""
        return any(state.live for state in self.states(scope)) and not scope.cancelled

    def alive(self) -> bool:
        """Whether the engine answers a ping now, asked on the ping's own connection; blocks some seconds at most."""
        return self.verdict() is None

    def verdict(self) -> AppError | None:
        """Why the engine does not answer a ping now, or None; wakes the keeper where it does not."""
        try:
            self._engine.ping(self._limit())
        except AppError as error:
            self.suspect()
            return error
        return None

    def suspect(self) -> None:
        """A stream has ended or a request failed: ping at once. Does not shorten a back-off."""
        if self._state.live:
            self._nudged.set()

    def retry_now(self) -> None:
        """End the present back-off."""
        self._nudged.set()

    def renew(self) -> None:
        """The way to the engine is another one now: drop every connection and ping at once."""
        self._engine.drop()
        self.retry_now()

    def close(self) -> None:
        """End it, and every connection to the engine; returns at once. The thread ends within a second."""
        self._scope.cancel()
        self._engine.close()
        self._nudged.set()
        self._publish(ConnectionState(Phase.CLOSED, self._wall()))

    def join(self, seconds: float) -> None:
        """Wait for the keeper's thread after `close`; for tests and the end of the application."""
        self._thread.join(seconds)

    # -- the keeper's thread

    def _keep(self) -> None:
        while not self._scope.cancelled:
            if self._try_to_reach():
                self._stay_in_touch()
            else:
                self._wait(self._pause)
        self._engine.free()

    def _try_to_reach(self) -> bool:
        try:
            info = self._engine.ping(max(self._pace.first_limit, self._limit()))
        except AppError as error:
            self._lost(error)
            return False
        self._reached(info)
        return True

    def _stay_in_touch(self) -> None:
        """Ping until the engine is lost. One miss is stale, a second one or a refusal unreachable."""
        missed = False
        while True:
            if not missed:
                self._wait(self._pace.ping_every)
            if self._ended():
                return
            if self._clock_jumped():
                self._engine.drop()  # the lines are likely dead, and would say so only after minutes
                self._stale(ConnectionLost("The machine slept", since=self._state.live_until or self._wall()))
                missed = True
            try:
                info = self._engine.ping(self._limit())
            except TimedOut as error:
                if missed:
                    self._lost(error)
                    return
                missed = True
                self._stale(error)
            except AppError as error:
                self._lost(error)
                return
            else:
                missed = False
                self._reached(info)

    def _ended(self) -> bool:
        return self._scope.cancelled

    def _wait(self, seconds: float) -> None:
        self._nudged.wait(seconds)
        self._nudged.clear()

    def _limit(self) -> float:
        """Seconds that a ping may take: three, or twice what the last one took where the line is slow."""
        return min(self._pace.patience, max(self._pace.ping_limit, 2 * self._round_trip))

    def _clock_jumped(self) -> bool:
        """Whether the wall clock has left the monotonic one, which stands still while the machine sleeps."""
        wall, monotonic = self._wall(), self._monotonic()
        jump = (wall - self._clocks[0]) - (monotonic - self._clocks[1])
        self._clocks = (wall, monotonic)
        return abs(jump) > self._pace.clock_jump

    # -- its states

    def _reached(self, info: EngineInfo) -> None:
        now = self._wall()
        self._round_trip = info.round_trip
        if self._state.live:
            if self._monotonic() - self._live_at > self._pace.settled:
                self._attempt = 0
            offset = info.clock_offset
            if abs(offset - self._state.clock_offset) > 1.0:
                self._publish(replace(self._state, clock_offset=offset, live_until=now))
            else:
                with self._changed:
                    if self._state.live:  # it may have been closed meanwhile
                        self._state = replace(self._state, live_until=now)  # no news: nobody is woken
            return
        self._clocks = (now, self._monotonic())
        self._live_at = self._monotonic()
        self._life = CancelScope()
        self._publish(ConnectionState(Phase.LIVE, now, live_until=now, clock_offset=info.clock_offset))

    def _stale(self, error: AppError) -> None:
        self._publish(replace(self._state, phase=Phase.STALE, since=self._wall(), error=error))

    def _lost(self, error: AppError) -> None:
        """Unreachable, or in need of a sign-in; whoever still waits for the engine is freed."""
        self._engine.drop()
        jitter = random.uniform(0.75, 1.25)  # noqa: S311  not a secret
        self._pause = min(self._pace.retry_most, self._pace.retry_first * 2**self._attempt * jitter)
        self._attempt = min(self._attempt + 1, 16)
        now = self._wall()
        phase = Phase.SIGN_IN if isinstance(error, SignInNeeded) else Phase.UNREACHABLE
        known = self._state.phase is phase
        self._publish(
            ConnectionState(
                phase,
                self._state.since if known else now,
                error=_as_unreachable(error),
                attempt=self._attempt,
                retry_at=now + self._pause,
                live_until=self._state.live_until,
                clock_offset=self._state.clock_offset,
            )
        )

    def _publish(self, state: ConnectionState) -> None:
        with self._changed:
            if self._state.phase is not Phase.CLOSED:
                self._state = state
            self._changed.notify_all()
        if not state.live:
            self._life.cancel()

    def _next_state(self, seen: ConnectionState | None, scope: CancelScope) -> ConnectionState | None:
        with scope.unblocking(self._wake), self._changed:
            self._changed.wait_for(lambda: scope.cancelled or self._news(seen))
            return None if scope.cancelled else self._state

    def _news(self, seen: ConnectionState | None) -> bool:
        return seen is None or replace(self._state, live_until=None) != replace(seen, live_until=None)

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify_all()


def _as_unreachable(error: AppError) -> AppError:
    """A ping's failure as the reason that a page shows."""
    if isinstance(error, TimedOut):
        return Unreachable("Pings get no answer", Reason.NOT_ANSWERING)
    if isinstance(error, ConnectionLost):
        return Unreachable("The connection was closed before an answer", Reason.NOT_ANSWERING)
    return error
