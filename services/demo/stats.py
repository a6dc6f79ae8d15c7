"""What the sample containers cost: a function of time, like all that they do."""

from __future__ import annotations

import math
from collections.abc import Mapping

from models.docker.stats import TIERS, marks
from models.series import History, Mark, Track
from services.demo.history import past_events
from services.demo.life import Life, cpu_at, memory_at, processes
from services.demo.noise import wander


class Costs:
    """One container's history for a reach, filled up to the present whenever it is asked for."""

    def __init__(self, reach: float, now: float) -> None:
        self._reach = reach
        self._tier = next((tier for tier in TIERS if tier.span >= reach), TIERS[-1])
        self._history = History([self._tier])
        self._until = math.floor((now - min(reach, self._tier.span)) / self._tier.step) * self._tier.step

    def at(self, life: Life, now: float) -> tuple[Track, tuple[Mark, ...]]:
        """What is known `now`, and its turning points since then."""
        step = self._tier.step
        while self._until + step <= now:
            middle = self._until + step / 2
            if middle >= life.created and life.alive_at(middle):
                self._history.put(self._until, self._until + step, _costs(life, middle))
            self._until += step
        return self._history.track(self._reach), marks(past_events(life, now - self._reach, now).records)


def _costs(life: Life, time: float) -> Mapping[str, float]:
    cpu = cpu_at(life, time) / 100
    memory = memory_at(life, time)
    busy = 0.4 + min(cpu, 1.0)
    limit = life.sample.cpu_limit
    values = {
        "cpu": cpu,
        "memory": float(memory),
        "cache": memory * (0.12 + 0.05 * wander(life.seed + "cache", time, 90.0)),
        "received": 3.4e6 * busy * wander(life.seed + "received", time, 20.0) ** 2,
        "sent": 0.6e6 * busy * wander(life.seed + "sent", time, 20.0) ** 2,
        "read": 5e6 * max(0.0, wander(life.seed + "read", time, 35.0) - 0.75) * 4,
        "written": 2e6 * busy * wander(life.seed + "written", time, 25.0) ** 3,
        "pids": float(processes(life) or 1),
    }
    if limit:
        values["throttled"] = max(0.0, cpu / limit - 0.7)
    return values
