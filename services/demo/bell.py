"""A bell that many threads can wait for."""

from __future__ import annotations

import threading

from services.cancel import CancelScope


class Bell:
    """Rung when something changed. Waiting for a count, not for a moment, misses no ring."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._rung = 0

    @property
    def rung(self) -> int:
        """How often it has been rung: what to pass to `wait`."""
        return self._rung

    def ring(self) -> None:
        """Wake everybody."""
        with self._condition:
            self._rung += 1
            self._condition.notify_all()

    def wait(self, heard: int, seconds: float, scope: CancelScope) -> bool:
        """Until it has been rung since `heard`, for at most `seconds`; whether the scope is cancelled."""
        with scope.unblocking(self.ring), self._condition:
            self._condition.wait_for(lambda: self._rung != heard or scope.cancelled, seconds)
        return scope.cancelled
