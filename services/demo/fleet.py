"""All sample containers as a function of time: whoever asks first brings them up to the present.

No thread of its own: what will happen (an end, a restart, a probe) stands in a queue by its time, and `advance` works
it off in that order. So the fleet is the same whoever asks and however often, and several watchers see one truth.
"""

from __future__ import annotations

import heapq
import random
import threading
from collections import deque
from collections.abc import Callable, Iterable

from msgspec.structs import replace

from models.docker.container import Container, State
from models.errors import Gone
from services.demo.bell import Bell
from services.demo.catalogue import CI_JOB, SAMPLES
from services.demo.life import SAMPLE_SECONDS, Life, Lifetime, image_id, row
from services.demo.load import synthetic
from services.demo.samples import Sample, Script

_LONGEST_BACK_OFF = 60.0
_WARM_UP = 6.0  # seconds from a start to the first good probe
_CI_EVERY = 55.0
_CI_STAYS = 20.0  # seconds that a finished job is kept

Happening = Callable[[float], None]


class Fleet:
    """The containers of the sample engine. Every method is called with `lock` held; times are epoch seconds."""

    def __init__(self, seed: int, now: float) -> None:
        self.lock = threading.RLock()
        self.bell = Bell()
        self.time = now
        self._seed = seed
        self._lives: dict[str, Life] = {}
        self._chances: dict[str, random.Random] = {}
        self.version = 0  # grows with each change of a row
        self._touched: dict[str, int] = {}  # id → version of its last change, oldest first; also of those that went
        self._queue: list[tuple[float, int, str, int, Happening]] = []
        self._queued = 0
        self._sampled = now // SAMPLE_SECONDS
        self._crowd: deque[str] = deque()  # the synthetic ones; next to change first
        self._churned = 0.0
        self._churn_share = 0.0
        self._jobs = 4_711
        self._made = 0
        for sample in SAMPLES:
            self._plan_first(self._add(sample, now), now)
        self._plan(now + 12.0, self._start_ci_job)

    # What there is

    def lives(self) -> list[Life]:
        """All of them, in the order in which they came."""
        return list(self._lives.values())

    def find(self, container: str) -> Life:
        """By full id. Raises Gone."""
        try:
            return self._lives[container]
        except KeyError:
            raise Gone(f"No such container: {container[:12]}") from None

    def user_of(self, image: str) -> Life:
        """A container that was made from the image of this id. Raises Gone."""
        for life in self._lives.values():
            if image_id(life.sample.image) == image:
                return life
        raise Gone(f"No such image: {image}")

    def row(self, life: Life) -> Container:
        """Its row as of `time`; the same object until it changes."""
        if life.row is None:
            life.row = row(life, self.time)
        return life.row

    def rows(self, containers: Iterable[str]) -> list[Container]:
        """The rows of these ids, as far as they are still there."""
        return [self.row(self._lives[container]) for container in containers if container in self._lives]

    def changes(self, version: int) -> tuple[int, tuple[Container, ...], tuple[str, ...]]:
        """The present version, the rows that changed since `version`, and the ids that went."""
        upserts: list[Container] = []
        removed: list[str] = []
        for container in reversed(self._touched):
            if self._touched[container] <= version:
                break
            life = self._lives.get(container)
            if life is None:
                removed.append(container)
            else:
                upserts.append(self.row(life))
        return self.version, tuple(reversed(upserts)), tuple(removed)

    # Time

    def advance(self, now: float) -> None:
        """Let everything happen that is due by `now`; a clock set back changes nothing."""
        while self._queue and self._queue[0][0] <= now:
            time, _, container, generation, happening = heapq.heappop(self._queue)
            life = self._lives.get(container)
            if container and (life is None or life.generation != generation):
                continue  # it was stopped, started or removed since this was planned
            self.time = max(self.time, time)
            happening(time)
        self.time = max(self.time, now)
        self._take_samples()
        self._churn()

    def _take_samples(self) -> None:
        if self._sampled == (sampled := self.time // SAMPLE_SECONDS):
            return
        self._sampled = sampled
        for life in self._lives.values():
            if life.sample.script is not Script.SYNTHETIC and (life.running or life.state is State.RESTARTING):
                self._touch(life)

    def _plan(self, time: float, happening: Happening, life: Life | None = None) -> None:
        self._queued += 1
        container, generation = (life.id, life.generation) if life else ("", 0)
        heapq.heappush(self._queue, (time, self._queued, container, generation, happening))

    def _touch(self, life: Life) -> None:
        self.version += 1
        self._touched.pop(life.id, None)
        self._touched[life.id] = self.version
        life.row = None

    def _chance(self, life: Life) -> random.Random:
        return self._chances[life.id]

    def moment(self) -> float:
        """The present, a millisecond later at each call: what is done by hand never coincides with what was told."""
        self.time += 0.001
        return self.time

    # What happens to one

    def start(self, life: Life, now: float) -> None:
        """A new life."""
        life.generation += 1
        life.lives.append(Lifetime(now))
        life.state, life.paused, life.restart_at, life.error = State.RUNNING, None, None, ""
        life.probe, life.probe_since = ("starting", now) if life.sample.probe else ("", now)
        self._plan_life(life, now)
        self._touch(life)

    def end(self, life: Life, now: float, exit_code: int, *, oom_killed: bool = False, by_hand: bool = False) -> None:
        """The end of its life; `by_hand` lets its restart policy rest until the next start."""
        life.generation += 1
        if life.last and life.last.ended is None:
            life.last.ended, life.last.exit_code, life.last.oom_killed = now, exit_code, oom_killed
        life.state, life.paused, life.restart_at, life.probe = State.EXITED, None, None, ""
        policy = life.sample.policy
        if not by_hand and (policy in ("always", "unless-stopped") or (policy == "on-failure" and exit_code)):
            self._plan_restart(life, now)
        elif not by_hand and life.sample.script is Script.JOB and life.sample.name != CI_JOB.name:
            self._plan(now + life.sample.pause, lambda time: self.start(life, time), life)
        self._touch(life)

    def signal(self, life: Life, now: float, number: int) -> None:
        """A signal goes to it through the engine; what it does to it is told by `end`."""
        if life.last and life.last.ended is None:
            life.last.signals += ((max(now, life.last.started), number),)

    def pause(self, life: Life, now: float) -> None:
        """Freeze it: nothing that was planned for this life happens."""
        life.generation += 1
        life.state, life.paused = State.PAUSED, now
        self._touch(life)

    def unpause(self, life: Life, now: float) -> None:
        """Let it go on, with the rest of its life from now."""
        life.state, life.paused = State.RUNNING, None
        self._plan_life(life, now)
        self._touch(life)

    def rename(self, life: Life, name: str) -> None:
        """Give it another name."""
        life.name = name
        self._touch(life)

    def measure(self, life: Life) -> None:
        """Its size is known from now on."""
        life.measured = True
        self._touch(life)

    def remove(self, life: Life) -> None:
        """It is gone."""
        self._touch(life)
        del self._lives[life.id], self._chances[life.id]

    def make(self, sample: Sample) -> Life:
        """One that somebody has asked for; it has not been started. Its id is new, whatever had its name before."""
        self._made += 1
        return self._add(sample, self.moment(), self._seed + self._made * 1_000_003)

    def _add(self, sample: Sample, now: float, seed: int | None = None) -> Life:
        life = Life(sample, self._seed if seed is None else seed, now)
        self._lives[life.id] = life
        self._chances[life.id] = random.Random(life.seed)  # noqa: S311 (a sample fleet, not a secret)
        self._touch(life)
        return life

    # Scripts

    def _plan_first(self, life: Life, now: float) -> None:
        if life.state is State.RUNNING and life.last:
            self._plan_life(life, life.last.started if life.sample.script in _ENDING else now)
        elif life.state is State.RESTARTING:
            life.restart_at = now + 26.0
            self._plan(life.restart_at, lambda time: self._restart(life, time), life)

    def _plan_life(self, life: Life, started: float) -> None:
        sample, chance = life.sample, self._chance(life)
        ends = started + chance.uniform(0.8, 1.2) * sample.lasts
        match sample.script:
            case Script.CRASHING:
                self._plan(ends, lambda time: self.end(life, time, 1), life)
            case Script.GROWING:
                self._plan(started + sample.lasts, lambda time: self.end(life, time, 137, oom_killed=True), life)
            case Script.JOB:
                code = 1 if chance.random() < 0.25 else 0
                self._plan(ends, lambda time: self.end(life, time, code), life)
            case Script.FLAPPING:
                self._plan(started + chance.uniform(25, 50), lambda time: self._flap(life, time), life)
        if life.probe == "starting":
            self._plan(started + _WARM_UP, lambda time: self._probe(life, time, "healthy"), life)

    def _flap(self, life: Life, now: float) -> None:
        well = life.probe != "unhealthy"
        self._probe(life, now, "unhealthy" if well else "healthy")
        self._plan(now + self._chance(life).uniform(40, 90), lambda time: self._flap(life, time), life)

    def _probe(self, life: Life, now: float, answer: str) -> None:
        life.probe, life.probe_since = answer, now
        self._touch(life)

    def _plan_restart(self, life: Life, now: float) -> None:
        """As the engine does: 0.1 s, doubled at each end, from the beginning again after a life of over 10 s."""
        lived = now - life.last.started if life.last else 0.0
        wait = 0.1 if lived > 10 else min(_LONGEST_BACK_OFF, 0.1 * 2 ** min(life.restarts, 10))
        life.state, life.restart_at = State.RESTARTING, now + wait
        self._plan(life.restart_at, lambda time: self._restart(life, time), life)

    def _restart(self, life: Life, now: float) -> None:
        life.restarts += 1
        self.start(life, now)

    def _start_ci_job(self, now: float) -> None:
        job = self._add(replace(CI_JOB, name=f"ci-job-{self._jobs}"), now)
        self._jobs += 1
        self.start(job, now)
        self._plan(now + 1.5 * CI_JOB.lasts + _CI_STAYS, lambda _time: self._clear_away(job))
        self._plan(now + _CI_EVERY, self._start_ci_job)

    def _clear_away(self, job: Life) -> None:
        if job.id in self._lives:
            self.remove(job)

    # Load, for tests and for trying

    def grow(self, count: int) -> None:
        """`count` synthetic containers more."""
        for number in range(len(self._crowd), len(self._crowd) + count):
            self._crowd.append(self._add(synthetic(number), self.time).id)

    def churn(self, share: float) -> None:
        """Change this share of the synthetic ones each second from now on."""
        self._churn_share, self._churned = share, self.time

    def _churn(self) -> None:
        due = int((self.time - self._churned) * self._churn_share * len(self._crowd))
        if not due:
            return
        self._churned = self.time
        for _ in range(min(due, len(self._crowd))):
            self._crowd.append(container := self._crowd.popleft())
            if life := self._lives.get(container):
                life.variant += 1
                self._touch(life)


_ENDING = (Script.CRASHING, Script.GROWING, Script.JOB)
