"""The state of the connection to one engine or cluster."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from models.errors import AppError


class Phase(StrEnum):
    """Where a connection stands."""

    CONNECTING = "connecting"
    LIVE = "live"
    STALE = "stale"  # was live, a ping is overdue; nothing is known to be dead yet
    SIGN_IN = "sign-in"
    UNREACHABLE = "unreachable"
    CLOSED = "closed"


class ConnectionState(Struct, frozen=True):
    """One step in the life of a connection; all times in seconds since the epoch on this machine's clock."""

    phase: Phase
    since: float
    error: AppError | None = None
    attempt: int = 0  # failed attempts in a row
    retry_at: float | None = None
    live_until: float | None = None  # when it was last known to be live; None: never yet
    clock_offset: float = 0.0  # engine's clock minus ours, seconds

    @property
    def live(self) -> bool:
        """Whether what is shown is the present."""
        return self.phase is Phase.LIVE
