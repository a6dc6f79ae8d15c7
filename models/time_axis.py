"""Round times of day for a time axis."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200)  # seconds
_DAY = 86_400


def local(moment: int) -> datetime:
    """Milliseconds since the epoch by this machine's clock."""
    return datetime.fromtimestamp(moment / 1000, UTC).astimezone()


def round_times(start: int, end: int, most: int) -> Iterator[tuple[int, str]]:
    """About `most` round times at most from `start` to before `end`, all in milliseconds, with their words."""
    apart = (end - start) / 1000 / max(1, most)
    step = next((step for step in _STEPS if step >= apart), _DAY * -int(-apart // _DAY))
    first = local(start)
    midnight = first.replace(hour=0, minute=0, second=0, microsecond=0)
    at = midnight + timedelta(seconds=(first - midnight).total_seconds() // step * step)
    while (moment := round(at.timestamp() * 1000)) < end:
        if moment >= start:
            yield moment, _words(at, step)
        at += timedelta(seconds=step)


def _words(at: datetime, step: int) -> str:
    if step >= _DAY or (at.hour == at.minute == at.second == 0 and step >= 60):
        return f"{at:%d %b}"
    return f"{at:%H:%M:%S}" if step < 60 else f"{at:%H:%M}"
