"""The sample engine's connection: live at once, lost and found again when a test or a visitor says so."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

from models.connection import ConnectionState, Phase
from models.errors import AppError, NotPermitted, SignInNeeded, TimedOut
from services.cancel import CancelScope
from services.demo.bell import Bell

_FIRST_BACK_OFF, _LONGEST_BACK_OFF = 0.8, 30.0
_ATTEMPT = 0.3  # seconds that one attempt takes


class Connection:
    """Its states over time. Safe from every thread; nothing here waits but `states`."""

    def __init__(self, now: Callable[[], float]) -> None:
        self.bell = Bell()
        self._now = now
        self._lock = threading.Lock()
        self._state = ConnectionState(Phase.LIVE, now(), live_until=now())

    @property
    def state(self) -> ConnectionState:
        """Where it stands now."""
        with self._lock:
            before = self._state
            self._advance(self._now())
            state = self._state
        if state is not before:
            self.bell.ring()
        return state

    @property
    def error(self) -> AppError | None:
        """Why there is no answer; None while it is live."""
        state = self.state
        return None if state.live else state.error

    @property
    def live_until(self) -> float:
        """When it was live for the last time: the present while it is, else when it was lost."""
        state = self.state
        return self._now() if state.live or state.live_until is None else state.live_until

    def states(self, scope: CancelScope) -> Iterator[ConnectionState]:
        """The present state, then each change; ends with CLOSED or by the scope."""
        shown: ConnectionState | None = None
        while not scope.cancelled:
            heard = self.bell.rung
            state = self.state
            if state != shown:
                yield (shown := state)
            if state.phase is Phase.CLOSED:
                return
            self.bell.wait(heard, self._next_step(state), scope)

    def lose(self, error: AppError) -> None:
        """From now on nothing answers."""
        now = self._now()
        phase = Phase.UNREACHABLE
        if isinstance(error, SignInNeeded):
            phase = Phase.SIGN_IN
        elif isinstance(error, TimedOut):
            phase = Phase.STALE
        retried = not isinstance(error, SignInNeeded | NotPermitted)
        retry_at = now + _FIRST_BACK_OFF if retried else None
        self._set(ConnectionState(phase, now, error, attempt=1, retry_at=retry_at, live_until=now))

    def recover(self) -> None:
        """It answers again."""
        now = self._now()
        self._set(ConnectionState(Phase.LIVE, now, live_until=now))

    def retry(self) -> None:
        """Attempt it now instead of after the back-off."""
        with self._lock:
            if self._state.error is not None and self._state.phase is not Phase.CONNECTING:
                self._attempt(self._now())
        self.bell.ring()

    def close(self) -> None:
        """For good."""
        self._set(ConnectionState(Phase.CLOSED, self._now()))

    def _set(self, state: ConnectionState) -> None:
        with self._lock:
            if self._state.phase is not Phase.CLOSED:
                self._state = state
        self.bell.ring()

    def _attempt(self, now: float) -> None:
        lost = self._state
        self._state = ConnectionState(Phase.CONNECTING, now, lost.error, lost.attempt, None, lost.live_until)

    def _advance(self, now: float) -> None:
        state = self._state
        if state.phase is Phase.CONNECTING and now >= state.since + _ATTEMPT:
            wait = min(_LONGEST_BACK_OFF, _FIRST_BACK_OFF * 2 ** min(state.attempt, 10))
            self._state = ConnectionState(
                Phase.UNREACHABLE, now, state.error, state.attempt + 1, now + wait, state.live_until
            )
        elif state.retry_at is not None and now >= state.retry_at:
            self._attempt(now)

    def _next_step(self, state: ConnectionState) -> float:
        due = state.since + _ATTEMPT if state.phase is Phase.CONNECTING else state.retry_at
        return _LONGEST_BACK_OFF if due is None else max(0.02, due - self._now())
