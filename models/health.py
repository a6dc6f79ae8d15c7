"""States that need a glyph, and the tones that text may take."""

from __future__ import annotations

from enum import StrEnum


class Tone(StrEnum):
    """The meaning of a colour: a token group of the theme."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    DISABLED = "disabled"
    OK = "ok"
    BUSY = "busy"
    WARNING = "warning"
    ERROR = "error"
    IDLE = "idle"


class Health(StrEnum):
    """What the state glyph of a row says; the shape differs as well as the colour."""

    RUNNING = "running"
    HEALTHY = "healthy"
    STARTING = "starting"
    RESTARTING = "restarting"
    UNHEALTHY = "unhealthy"
    FAILED = "failed"
    PENDING = "pending"
    EXITED = "exited"
    EXITED_OK = "exited-ok"
    PAUSED = "paused"
    CREATED = "created"
    UNKNOWN = "unknown"
    NOT_REACHED = "not-reached"

    @property
    def tone(self) -> Tone:
        """The tone of words that repeat this state."""
        return _TONES[self]

    @property
    def problem(self) -> bool:
        """Whether somebody should look."""
        return self in (Health.UNHEALTHY, Health.FAILED, Health.RESTARTING)


_TONES = {
    Health.RUNNING: Tone.OK,
    Health.HEALTHY: Tone.OK,
    Health.STARTING: Tone.BUSY,
    Health.RESTARTING: Tone.BUSY,
    Health.UNHEALTHY: Tone.WARNING,
    Health.FAILED: Tone.ERROR,
    Health.PENDING: Tone.WARNING,
    Health.EXITED: Tone.IDLE,
    Health.EXITED_OK: Tone.IDLE,
    Health.PAUSED: Tone.IDLE,
    Health.CREATED: Tone.IDLE,
    Health.UNKNOWN: Tone.IDLE,
    Health.NOT_REACHED: Tone.IDLE,
}
