"""What the sample engine remembers of a container: the starts, signals and ends of the lives that are kept."""

from __future__ import annotations

from collections.abc import Iterator

from models.docker.verdict import EngineEvent, Events
from services.demo.life import Life, Lifetime

_OOM_BEFORE_DEATH = 0.05  # seconds between the kernel's kill and the end that it leads to


def past_events(life: Life, since: float, until: float) -> Events:
    """Its events between two times, seconds since the epoch; none is missing since its oldest life that is kept."""
    told = (event for lifetime in life.lives for event in _of_one_life(lifetime))
    kept = tuple(sorted((event for event in told if since <= event.time <= until), key=lambda event: event.time))
    return Events(life.lives[0].started if life.lives else life.created, kept)


def _of_one_life(lifetime: Lifetime) -> Iterator[EngineEvent]:
    yield EngineEvent("start", lifetime.started)
    for time, number in lifetime.signals:
        yield EngineEvent("kill", time, {"signal": str(number)})
    if lifetime.ended is None:
        return
    if lifetime.oom_killed:
        yield EngineEvent("oom", lifetime.ended - _OOM_BEFORE_DEATH)
    lived = int(lifetime.ended - lifetime.started)
    yield EngineEvent("die", lifetime.ended, {"exitCode": str(lifetime.exit_code), "execDuration": str(lived)})
    if lifetime.stopped is not None:
        yield EngineEvent("stop", lifetime.stopped)
