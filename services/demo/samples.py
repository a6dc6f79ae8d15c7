"""What the sample containers are: their declarations. How they behave over time is `fleet.py`'s."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from models.docker.container import COMPOSE_FILES, COMPOSE_PROJECT, COMPOSE_SERVICE, Port, State

MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0
MEGABYTE = 1024**2


class Script(StrEnum):
    """How a container's lives go."""

    STEADY = "steady"
    FLAPPING = "flapping"  # its health probe fails now and then
    CRASHING = "crashing"  # ends with an error soon after each start
    GROWING = "growing"  # its memory climbs to the limit, then the kernel kills it
    JOB = "job"  # runs for a while, ends, and is started again by somebody
    SYNTHETIC = "synthetic"  # one of many, for load


class Mount(Struct, frozen=True):
    """A volume (a bare name), a bind (a path) or a tmpfs ("")."""

    source: str
    target: str
    read_only: bool = False

    @property
    def type(self) -> str:
        """The engine's word for the kind of mount."""
        return "tmpfs" if not self.source else "bind" if self.source.startswith("/") else "volume"


class Sample(Struct, frozen=True, kw_only=True):
    """One container as it is declared; times are seconds before the session began, sizes are bytes."""

    name: str
    image: str
    command: tuple[str, ...]
    entrypoint: tuple[str, ...] = ()
    labels: Mapping[str, str] = {}
    age: float = DAY
    state: State = State.RUNNING
    up: float | None = None  # since its last start; None: its whole age
    ended: float | None = None  # since its last end
    exit_code: int = 0
    oom_killed: bool = False
    error: str = ""
    restarts: int = 0
    policy: str = "no"
    script: Script = Script.STEADY
    lasts: float = 20.0  # one life of a script that ends
    pause: float = 45.0  # between two lives of a job
    probe: tuple[str, ...] = ()  # the health check's command
    healthy: str = "healthy"  # what the probe says at the beginning
    ports: tuple[Port, ...] = ()
    networks: tuple[str, ...] = ("bridge",)
    environment: tuple[str, ...] = ()
    mounts: tuple[Mount, ...] = ()
    cpu: float = 0.5  # per cent of one core, on average
    memory: int = 20 * MEGABYTE
    memory_limit: int | None = None
    cpu_limit: float | None = None
    privileged: bool = False
    user: str = ""
    tty: bool = False
    voice: str = "plain"  # how its log speaks
    lines: float = 0.1  # log entries a second
    stops_in: float | None = 0.4  # seconds from SIGTERM to its end; None: it does not listen


def compose(project: str, folder: str, samples: tuple[Sample, ...]) -> tuple[Sample, ...]:
    """The same samples with the names, labels and networks that Compose gives them."""
    return tuple(_composed(project, folder, sample) for sample in samples)


def _composed(project: str, folder: str, sample: Sample) -> Sample:
    labels = {
        COMPOSE_PROJECT: project,
        COMPOSE_SERVICE: sample.name,
        "com.docker.compose.container-number": "1",
        "com.docker.compose.oneoff": "False",
        "com.docker.compose.project.working_dir": folder,
        COMPOSE_FILES: f"{folder}/compose.yaml",
        "com.docker.compose.version": "5.6.0",
    }
    return replace(
        sample,
        name=f"{project}-{sample.name}-1",
        labels={**labels, **sample.labels},
        networks=tuple(f"{project}_{network}" for network in sample.networks),
        mounts=tuple(_owned(project, mount) for mount in sample.mounts),
    )


def _owned(project: str, mount: Mount) -> Mount:
    return Mount(f"{project}_{mount.source}", mount.target, mount.read_only) if mount.type == "volume" else mount


def everywhere(public: int, private: int, protocol: str = "tcp") -> tuple[Port, ...]:
    """A port published on all addresses: one entry for IPv4, one for IPv6, as the engine lists it."""
    return tuple(Port(private, protocol, public, address) for address in ("0.0.0.0", "::"))  # noqa: S104 (is shown)


def local(public: int, private: int) -> tuple[Port, ...]:
    """A port that only this machine reaches."""
    return (Port(private, "tcp", public, "127.0.0.1"),)
