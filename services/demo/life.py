"""One sample container while the session lives: where it stands, its lives so far, and the row that says so."""

from __future__ import annotations

from collections import deque
from hashlib import sha256

from msgspec import Struct

from models.docker.container import Container, Run, State, Usage
from models.docker.signals import SIGKILL, SIGTERM
from models.text import age_text
from services.demo.noise import chance, wander
from services.demo.samples import Sample, Script

SAMPLE_SECONDS = 2.0  # between two stats samples
HISTORY = 24
PROBE_SECONDS = 30.0
LIVES_KEPT = 60
_MACHINE_MEMORY = 31_2 * 1024**3 // 10
_MEMORY_OF_A_PROCESS = 11 * 1024**2
_VARIANTS = 16  # different usages of synthetic containers


class Lifetime(Struct):
    """One life, from start to end (None: it lasts), in seconds since the epoch."""

    started: float
    ended: float | None = None
    exit_code: int = 0
    oom_killed: bool = False
    signals: tuple[tuple[float, int], ...] = ()  # sent through the engine: when, and which
    stopped: float | None = None  # when the engine said that a stop was done

    def includes(self, time: float) -> bool:
        """Whether it ran then."""
        return self.started <= time and (self.ended is None or time < self.ended)


class Life:
    """A container that changes. Only `Fleet` writes to it, under its lock."""

    __slots__ = (
        "created", "error", "generation", "id", "lives", "measured", "name", "paused", "probe", "probe_since",
        "restart_at", "restarts", "row", "sample", "seed", "state", "variant",
    )  # fmt: skip

    def __init__(self, sample: Sample, seed: int, now: float) -> None:
        self.sample = sample
        self.seed = f"{seed}:{sample.name}"
        self.id = sha256(self.seed.encode()).hexdigest()
        self.name = sample.name
        self.created = now - sample.age
        self.state = sample.state
        self.error = sample.error
        self.restarts = sample.restarts
        self.probe = sample.healthy if sample.probe and sample.state is State.RUNNING else ""
        self.probe_since = now - 10.0
        self.restart_at: float | None = None
        self.paused: float | None = now - 3_120 if sample.state is State.PAUSED else None
        self.generation = 0  # grows with each start and end: what was planned before is void
        self.variant = 0
        self.measured = False  # whether somebody has asked for its size
        self.lives: deque[Lifetime] = deque(maxlen=LIVES_KEPT)
        self.row: Container | None = None
        if sample.state is not State.CREATED:
            self.lives.append(_first_life(sample, now))

    @property
    def running(self) -> bool:
        """Whether its processes exist."""
        return self.state in (State.RUNNING, State.PAUSED)

    @property
    def last(self) -> Lifetime | None:
        """Its present or last life; None before the first."""
        return self.lives[-1] if self.lives else None

    @property
    def exit_code(self) -> int:
        """Of the last end; before the first life that of a start that failed."""
        return self.last.exit_code if self.last else self.sample.exit_code

    def alive_at(self, time: float) -> bool:
        """Whether it ran then, as far back as lives are kept."""
        return any(life.includes(time) for life in reversed(self.lives))


def _first_life(sample: Sample, now: float) -> Lifetime:
    started = now - (sample.age if sample.up is None else sample.up)
    if sample.ended is None:
        return Lifetime(started)
    ended = now - sample.ended
    lifetime = Lifetime(started, ended, sample.exit_code, sample.oom_killed)
    if sample.exit_code == 128 + SIGTERM:
        lifetime.signals, lifetime.stopped = ((ended - 0.2, SIGTERM),), ended + 0.1
    elif sample.exit_code == 128 + SIGKILL and not sample.oom_killed:
        lifetime.signals = ((ended - 0.1, SIGKILL),)
    return lifetime


def cpu_at(life: Life, time: float) -> float:
    """Per cent of one core."""
    if not life.alive_at(time) or (life.paused is not None and time >= life.paused):
        return 0.0
    step = int(time // SAMPLE_SECONDS)
    unrest = 0.55 + 0.6 * wander(life.seed + "cpu", time, 14.0) + 0.3 * (chance(life.seed + "jolt", step) - 0.5)
    burst = 1.8 if chance(life.seed + "burst", step) > 0.97 else 1.0
    most = 100.0 * (life.sample.cpu_limit or 12.0)
    return round(min(most, max(0.0, life.sample.cpu * unrest * burst)), 2)


def memory_at(life: Life, time: float) -> int:
    """Bytes, without page cache."""
    lived = next((one for one in reversed(life.lives) if one.includes(time)), None)
    if lived is None:
        return 0
    sample = life.sample
    if sample.script is Script.GROWING and sample.memory_limit:
        share = min(1.0, (time - lived.started) / sample.lasts)
        return int(sample.memory + (sample.memory_limit - sample.memory) * share)
    return int(sample.memory * (0.97 + 0.06 * wander(life.seed + "memory", time, 40.0)))


def usage(life: Life, now: float) -> Usage | None:
    """The last samples up to `now`; None for what does not run."""
    if life.sample.script is Script.SYNTHETIC:
        return _SYNTHETIC[(life.variant + len(life.name)) % _VARIANTS] if life.running else None
    if not (life.running or life.state is State.RESTARTING):
        return None
    last = now // SAMPLE_SECONDS * SAMPLE_SECONDS
    times = [last - SAMPLE_SECONDS * back for back in range(HISTORY - 1, -1, -1)]
    cpu = tuple(cpu_at(life, time) for time in times)
    memory = tuple(float(memory_at(life, time)) for time in times)
    limit = life.sample.memory_limit or _MACHINE_MEMORY
    return Usage(cpu[-1], int(memory[-1]), limit, cpu, memory, processes(life))


def processes(life: Life) -> int | None:
    """How many it has, its threads with them; None while it does not run."""
    return 1 + life.sample.memory // _MEMORY_OF_A_PROCESS if life.running else None


def _synthetic(variant: int) -> Usage:
    cpu = tuple(round(40 * wander(f"load{variant}", step, 4.0), 1) for step in range(HISTORY))
    memory = tuple(float(int(2**27 * (1 + wander(f"load{variant}m", step, 9.0)))) for step in range(HISTORY))
    return Usage(cpu[-1], int(memory[-1]), _MACHINE_MEMORY, cpu, memory)


_SYNTHETIC = tuple(_synthetic(variant) for variant in range(_VARIANTS))


def row(life: Life, now: float) -> Container:
    """The container as a list, an inspect and the stats together tell it at `now`."""
    sample, last = life.sample, life.last
    return Container(
        id=life.id,
        name=life.name,
        image=sample.image,
        image_id=image_id(sample.image),
        command=" ".join((*sample.entrypoint, *sample.command)),
        created=life.created,
        state=life.state,
        status=status(life, now),
        probe=life.probe if life.state is State.RUNNING else "",
        exit_code=life.exit_code if life.state in (State.EXITED, State.DEAD, State.RESTARTING) else None,
        ports=sample.ports if life.running else (),
        networks=sample.networks,
        addresses=tuple(address(life, network) for network in sample.networks) if life.running else (),
        labels=sample.labels,
        size_rw=size(life) if life.measured else None,
        run=Run(
            exit_code=life.exit_code,
            oom_killed=bool(last and last.oom_killed),
            error=life.error,
            started=last.started if last else None,
            finished=last.ended if last else None,
            restart_count=life.restarts,
            restart_policy=sample.policy,
            pid=pid(life),
            memory_limit=sample.memory_limit,
            cpu_limit=sample.cpu_limit,
            tty=sample.tty,
        ),
        usage=usage(life, now),
    )


def size(life: Life) -> int:
    """Bytes that it has written on top of its image; 0 before its first life."""
    return int(10 ** (3 + 5 * chance(life.seed + "size", 0))) if life.lives else 0


def image_id(image: str) -> str:
    """The digest that stands for this image on the sample engine."""
    return "sha256:" + sha256(image.encode()).hexdigest()


def pid(life: Life) -> int:
    """Its first process on the host; 0 while it does not run."""
    return 2_000 + int(chance(life.seed + "pid", life.generation) * 60_000) if life.running else 0


def address(life: Life, network: str) -> str:
    """Its IPv4 address in a network; "" on the host's own and on none."""
    if network in ("host", "none"):
        return ""
    third = 0 if network == "bridge" else 1 + int(chance(network, 0) * 14)
    return f"172.{17 + third}.0.{2 + int(chance(life.seed + network, 1) * 250)}"


def status(life: Life, now: float) -> str:
    """The engine's kind of words: "Up 3 h (healthy)", "Exited (0) 2 min ago"."""
    last = life.last
    up = age_text(now - last.started) if last else ""
    ended = age_text(now - last.ended) if last and last.ended is not None else ""
    match life.state:
        case State.RUNNING:
            return f"Up {up}" + (f" ({_probe_words(life.probe)})" if life.probe else "")
        case State.PAUSED:
            return f"Up {up} (Paused)"
        case State.EXITED:
            return f"Exited ({life.exit_code}) {ended} ago"
        case State.RESTARTING:
            return f"Restarting ({life.exit_code}) {ended} ago"
        case _:
            return life.state.capitalize()


def _probe_words(probe: str) -> str:
    return "health: starting" if probe == "starting" else probe
