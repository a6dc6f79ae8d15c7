"""CPU and memory of processes over the last looks."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping

from msgspec import Struct

from models.docker.processes import Look

KEPT = 24  # looks that a sparkline shows
COARSE_SECONDS = 10.0  # over which whole seconds of CPU time say something


class Rates(Struct, frozen=True, gc=False):
    """What one process uses now, and used; oldest first."""

    cpu: float | None = None  # per cent of one core; None until there is something to compare with
    cpu_history: tuple[float, ...] = ()
    memory_history: tuple[float, ...] = ()


class _Past(Struct):
    seconds: deque[tuple[float, float]]  # when, and the CPU seconds used until then
    cpu: deque[float]
    memory: deque[float]


class Meter:
    """Takes look after look of one container."""

    def __init__(self) -> None:
        self._pasts: dict[str, _Past] = {}
        self._zombies: frozenset[str] = frozenset()
        self.lasting_zombies: frozenset[str] = frozenset()  # marks of those that were zombies at the look before, too

    def take(self, look: Look) -> Mapping[str, Rates]:
        """The rates of all processes of this look, by their marks; what is gone is forgotten."""
        self._pasts = {process.mark: self._past(process.mark) for process in look.processes}
        zombies = frozenset(process.mark for process in look.processes if process.zombie)
        self.lasting_zombies, self._zombies = zombies & self._zombies, zombies
        rates = {}
        for process in look.processes:
            past = self._pasts[process.mark]
            cpu = None if process.zombie else _note_cpu(past, look, process.cpu_seconds)
            if cpu is not None:
                past.cpu.append(cpu)
            if process.memory is not None:
                past.memory.append(float(process.memory))
            rates[process.mark] = Rates(cpu, tuple(past.cpu), tuple(past.memory))
        return rates

    def _past(self, mark: str) -> _Past:
        return self._pasts.get(mark) or _Past(deque(maxlen=KEPT), deque(maxlen=KEPT), deque(maxlen=KEPT))


def _note_cpu(past: _Past, look: Look, seconds: float | None) -> float | None:
    """Per cent since the look before; where only whole seconds are told, over ten seconds at least."""
    if seconds is None:
        return None
    if past.seconds and seconds < past.seconds[-1][1]:
        past.seconds.clear()  # another process with the same PID and command
    past.seconds.append((look.at, seconds))
    span = 0.0 if look.exact else COARSE_SECONDS
    since = next((one for one in reversed(past.seconds) if look.at - one[0] >= span and one[0] < look.at), None)
    return None if since is None else max(0.0, 100.0 * (seconds - since[1]) / (look.at - since[0]))
