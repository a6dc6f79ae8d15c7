"""Containers: one row of `docker ps -a`, with what an inspect and the stats add to it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct

from models.health import Health
from models.text import age_text

COMPOSE_PROJECT = "com.docker.compose.project"
COMPOSE_SERVICE = "com.docker.compose.service"
COMPOSE_FILES = "com.docker.compose.project.config_files"


class State(StrEnum):
    """The engine's own words for where a container stands."""

    CREATED = "created"
    RUNNING = "running"
    PAUSED = "paused"
    RESTARTING = "restarting"
    REMOVING = "removing"
    EXITED = "exited"
    DEAD = "dead"
    UNKNOWN = "unknown"


class Port(Struct, frozen=True, gc=False):
    """A port of the container; published when it has a host port."""

    private: int
    protocol: str = "tcp"
    public: int | None = None
    address: str = ""  # host address it is bound to

    @property
    def everywhere(self) -> bool:
        """Whether it answers on all addresses of the host."""
        return self.address in ("", "0.0.0.0", "::")  # noqa: S104 - read, not bound


class Run(Struct, frozen=True, gc=False):
    """What only an inspect tells about a container's present or last run; times in seconds since the epoch."""

    exit_code: int = 0
    oom_killed: bool = False
    error: str = ""
    started: float | None = None
    finished: float | None = None
    restart_count: int = 0
    restart_policy: str = "no"
    pid: int = 0
    memory_limit: int | None = None  # bytes
    cpu_limit: float | None = None  # cores
    tty: bool = False


class Usage(Struct, frozen=True, gc=False):
    """The latest stats and the last 24 samples; CPU in per cent of one core, memory in bytes without page cache."""

    cpu: float | None
    memory: int | None
    memory_limit: int | None = None
    cpu_history: tuple[float, ...] = ()
    memory_history: tuple[float, ...] = ()
    pids: int | None = None  # processes and threads, as `docker stats` counts them


class Container(Struct, frozen=True, kw_only=True, gc=False):
    """One row of GET /containers/json?all=1."""

    id: str
    name: str
    image: str
    image_id: str = ""
    command: str = ""
    created: float | None = None  # seconds since the epoch
    state: State = State.UNKNOWN
    status: str = ""  # the engine's words: "Up 3 hours (healthy)"
    probe: str = ""  # "", "starting", "healthy", "unhealthy"
    exit_code: int | None = None
    ports: tuple[Port, ...] = ()
    networks: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    labels: Mapping[str, str] = {}
    size_rw: int | None = None  # bytes; None until asked for: the engine walks the disk
    run: Run | None = None  # None until the inspect has come
    usage: Usage | None = None

    @property
    def running(self) -> bool:
        """Whether its processes exist (also while paused)."""
        return self.state in (State.RUNNING, State.PAUSED, State.RESTARTING)

    @property
    def project(self) -> str:
        """Its Compose project, or ""."""
        return self.labels.get(COMPOSE_PROJECT, "")

    @property
    def short_id(self) -> str:
        """Twelve characters, as docker prints them."""
        return self.id[:12]


def health(container: Container) -> Health:
    """The glyph that says where it stands."""
    match container.state:
        case State.CREATED:
            return Health.FAILED if start_failed(container) else Health.CREATED
        case State.PAUSED:
            return Health.PAUSED
        case State.RESTARTING:
            return Health.RESTARTING
        case State.RUNNING:
            by_probe = {"healthy": Health.HEALTHY, "unhealthy": Health.UNHEALTHY, "starting": Health.STARTING}
            return by_probe.get(container.probe, Health.RUNNING)
        case State.EXITED | State.DEAD:
            return _after_exit(container)
        case _:
            return Health.UNKNOWN


def start_failed(container: Container) -> bool:
    """Whether the engine could not start it the last time that it was told to."""
    return not container.running and container.run is not None and bool(container.run.error)


def _after_exit(container: Container) -> Health:
    if container.state is State.DEAD or start_failed(container) or (container.run and container.run.oom_killed):
        return Health.FAILED
    if container.exit_code == 0:
        return Health.EXITED_OK
    # 143 and 130 are what a polite stop or Ctrl+C leaves behind: an end that somebody asked for
    return Health.EXITED if container.exit_code in (None, 143, 130) else Health.FAILED


def pill_text(container: Container) -> str:
    """The one or two words of its pill: "Unhealthy", "Exited (3)", "OOM killed", "Start failed"."""
    if start_failed(container):
        return "Start failed"
    if container.state in (State.EXITED, State.DEAD):
        if container.run and container.run.oom_killed:
            return "OOM killed"
        code = "" if container.exit_code is None else f" ({container.exit_code})"
        return f"{container.state.capitalize()}{code}"
    if container.state is State.RUNNING and container.probe:
        return container.probe.capitalize()
    return container.state.capitalize()


def status_text(container: Container, now: float) -> str:
    """Where it stands and since when, in our units; the engine's own words until an inspect has come."""
    run = container.run
    if run is None:
        return container.status or container.state.capitalize()
    since = age_text(now - run.started) if run.started else ""
    ended = f" {age_text(now - run.finished)} ago" if run.finished else ""
    match container.state:
        case State.RUNNING:
            probe = f", {container.probe}" if container.probe else ""
            return f"Up {since}{probe}"
        case State.PAUSED:
            return f"Paused, up {since}"
        case State.RESTARTING:
            return f"Restarting ({run.exit_code}), {run.restart_count} so far"
        case State.CREATED if run.error:
            return "Start failed"
        case State.EXITED | State.DEAD if run.error:
            return f"Start failed, ended ({run.exit_code}){ended} before"
        case State.EXITED | State.DEAD:
            oom = ", OOM" if run.oom_killed else ""
            return f"{container.state.capitalize()} ({run.exit_code}){oom}{ended}"
        case _:
            return container.state.capitalize()
