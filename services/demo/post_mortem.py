"""What the sample engine knows of the ends of a container: all, of the lives that are kept."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from models.docker.details import container_details
from models.docker.post_mortem import MOST_DEATHS, Case, Lines, Memory, Witness
from models.docker.post_mortem_around import Surroundings
from services.demo.document import document
from services.demo.history import past_events
from services.demo.life import Life, Lifetime, memory_at

_CURVE = 300.0  # seconds of memory before an end
_POINTS = 60
_STOP_COMES = 5.0
_WITH_LINES = 5  # of the newest ends
_UP = 30 * 86_400.0  # seconds that the sample engine has been up


def case_of(life: Life, now: float, lines: Callable[[float], Lines]) -> Case:
    """All of its ends; `lines` has what it wrote before a time, which is asked for the newest only."""
    details = container_details(msgspec.json.encode(document(life, now)))
    ended = [one for one in life.lives if one.ended is not None][-MOST_DEATHS:]
    witnesses = []
    for number, lifetime in enumerate(ended):
        died = lifetime.ended or now
        events = past_events(life, lifetime.started, died + _STOP_COMES)
        said = lines(died) if number >= len(ended) - _WITH_LINES else Lines()
        witnesses.append(Witness(died, events, said, _memory(life, lifetime, died)))
    around = Surroundings(
        engine_started=now - _UP, health=details.health, started=details.life.started, running=details.running
    )
    return Case(details, around, tuple(witnesses), tuple(one.started for one in life.lives))


def _memory(life: Life, lifetime: Lifetime, died: float) -> Memory:
    begin = max(lifetime.started, died - _CURVE)
    step = max(0.1, (died - begin) / _POINTS)
    times = [begin + number * step for number in range(int((died - begin) / step))]
    return Memory(tuple((at, float(memory_at(life, at))) for at in times), step)
