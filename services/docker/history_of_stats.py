"""What the running containers of an engine have cost so far, kept while the session is open."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager

from models.docker.stats import Sample, marks, new_history, rates, same_life
from models.docker.verdict import Events
from models.errors import AppError
from models.series import History, Mark, Measured, Track
from services.cancel import CancelScope
from services.docker.engine import Engine
from services.docker.history import TURNING_POINTS, Chronicle, joined, past_events

LONGEST_WAIT = 20.0  # seconds between two looks, however coarse the steps
_YOUNG = 3  # steps: so few are looked at again after a second, however long they are
LIMIT_ASLEEP = 5.0  # seconds that the engine's clock may gain on ours between two samples: more, and one of them slept


class _Kept:
    """One container's history, and its last sample while its life goes on."""

    __slots__ = ("history", "last", "sampled")

    def __init__(self) -> None:
        self.history: History = new_history()
        self.last: Sample | None = None
        self.sampled = 0.0  # by our monotonic clock


class Ledger:
    """The histories by container. Safe from every thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[str, _Kept] = {}
        self._watched: Counter[str] = Counter()

    # -- who samples

    def enter(self, container: str, sample: Sample, monotonic: float) -> None:
        """Take in a sample that came at this time of our monotonic clock, which stands still while the machine sleeps.

        A counter that fell begins a new life: between the two nothing is known.
        """
        with self._lock:
            kept = self._kept.setdefault(container, _Kept())
            last, asleep = kept.last, (sample.at - monotonic) - (kept.last.at - kept.sampled if kept.last else 0.0)
            if last is not None and same_life(last, sample) and asleep < LIMIT_ASLEEP:
                kept.history.put(last.at, sample.at, rates(last, sample))
            if last is None or sample.at != last.at:
                kept.last, kept.sampled = sample, monotonic

    def interrupt(self, containers: Collection[str] | None = None) -> None:
        """What comes next of these (None: of all) does not continue what was before: they ended, or nobody answered."""
        with self._lock:
            for one in self._kept if containers is None else containers:
                if one in self._kept:
                    self._kept[one].last = None

    def keep_only(self, running: Collection[str], existing: Collection[str]) -> None:
        """Interrupt what runs no more, and forget what does not exist any more and nobody looks at."""
        with self._lock:
            for one in [one for one in self._kept if one not in existing and not self._watched[one]]:
                del self._kept[one]
            for one, kept in self._kept.items():
                if one not in running:
                    kept.last = None

    def watched(self) -> Collection[str]:
        """The containers that somebody looks at."""
        with self._lock:
            return [one for one, count in self._watched.items() if count > 0]

    # -- who looks

    @contextmanager
    def looking_at(self, containers: Sequence[str]) -> Iterator[None]:
        """For the length of a with block these are sampled every second."""
        with self._lock:
            self._watched.update(containers)
        try:
            yield
        finally:
            with self._lock:
                self._watched.subtract(containers)
                self._watched += Counter()  # without those that nobody looks at any more

    def tracks(self, containers: Sequence[str], reach: float) -> Mapping[str, Track]:
        """What is kept of these, where there is any, in the finest steps that reach back so many seconds."""
        with self._lock:
            tracks = {one: self._kept[one].history.track(reach) for one in containers if one in self._kept}
        return {one: track for one, track in tracks.items() if len(track)}


def measured(
    engine: Engine,
    ledger: Ledger,
    chronicle: Chronicle,
    now: Callable[[], float],
    containers: Sequence[str],
    reach: float,
    scope: CancelScope,
) -> Iterator[Measured]:
    """What these cost since `reach` seconds ago by the engine's clock `now`; again when there is more, until cancelled.

    What the engine itself remembers of their turning points comes with the second look: the first waits for nobody.
    """
    remembered: dict[str, Events] = {}
    with ledger.looking_at(containers):
        while not scope.cancelled:
            moment = now()
            tracks = ledger.tracks(containers, reach)
            yield Measured(moment, tracks, _marks(chronicle, remembered, containers, moment - reach, moment))
            if not remembered:
                remembered = {one: _remembered(engine, one, moment - reach, moment, scope) for one in containers}
            elif scope.wait(_pause(tracks)):
                return


def _pause(tracks: Mapping[str, Track]) -> float:
    """Seconds until there is something new to see."""
    young = not tracks or any(len(track) < _YOUNG for track in tracks.values())
    return 1.0 if young else min(LONGEST_WAIT, *(track.step for track in tracks.values()))


def _remembered(engine: Engine, container: str, since: float, until: float, scope: CancelScope) -> Events:
    try:
        return past_events(engine, container, since, until, scope, TURNING_POINTS)
    except AppError:
        return Events(until)  # what was seen while we watched has to do


def _marks(
    chronicle: Chronicle, remembered: Mapping[str, Events], containers: Sequence[str], since: float, until: float
) -> Mapping[str, tuple[Mark, ...]]:
    found = {}
    for one in containers:
        seen = chronicle.of(one, since, until, TURNING_POINTS)
        found[one] = marks(joined(remembered[one], seen).records if one in remembered else seen.records)
    return found
