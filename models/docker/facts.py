"""What is known of one container once it has been inspected: the facts behind the Overview tab."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct

from models.docker.container import State

DEFAULT_GRACE = 10  # seconds that `docker stop` waits where the container says nothing


class Binding(Struct, frozen=True, order=True):
    """A port of the container and, when it is published, where on the host it answers."""

    private: int
    protocol: str
    public: int | None = None  # None: exposed only, or the host's port is chosen at the start
    address: str = ""
    published: bool = False

    @property
    def everywhere(self) -> bool:
        """Whether it answers on all addresses of the host."""
        return self.address in ("", "0.0.0.0", "::")  # noqa: S104


class Mount(Struct, frozen=True):
    """Something of the host, or memory, put into the container's file system."""

    type: str  # volume, bind, tmpfs, npipe, image, cluster
    source: str  # the volume's name, or a path of the host
    destination: str
    writable: bool = True
    propagation: str = ""
    options: str = ""

    @property
    def engine_socket(self) -> bool:
        """Whether who is inside can steer an engine through it, and with that the host."""
        name = self.source.replace("\\", "/").rsplit("/", 1)[-1]
        return name in _SOCKETS and self.type in ("bind", "npipe")

    @property
    def host_root(self) -> bool:
        """Whether it is the host's whole file system."""
        return self.type == "bind" and self.source == "/"


_SOCKETS = ("docker.sock", "podman.sock", "containerd.sock", "crio.sock", "docker_engine")


class Attachment(Struct, frozen=True):
    """The container's end of a network."""

    network: str
    address: str = ""  # with its prefix length: "172.20.0.4/16"
    address6: str = ""
    gateway: str = ""
    mac: str = ""
    names: tuple[str, ...] = ()  # what others on this network can call it, without its id and its own name


class Origin(StrEnum):
    """Who set an environment variable."""

    CONTAINER = "container"
    IMAGE = "image"
    UNKNOWN = "unknown"  # the image could not be asked


class Variable(Struct, frozen=True):
    """One variable of the environment, as it is: a view must mask it."""

    name: str
    value: str
    origin: Origin = Origin.UNKNOWN

    def __repr__(self) -> str:
        return f"Variable({self.name!r}, …)"  # its value must not get into a log or a crash report


class Probe(Struct, frozen=True):
    """One run of the health check; times in seconds since the epoch."""

    started: float | None
    ended: float | None
    exit_code: int
    output: str

    @property
    def passed(self) -> bool:
        """Whether it says healthy."""
        return self.exit_code == 0

    @property
    def timed_out(self) -> bool:
        """Whether the engine gave it up: -1 is no code that a process can have."""
        return self.exit_code == -1

    @property
    def seconds(self) -> float | None:
        """How long it took."""
        return None if self.started is None or self.ended is None else max(0.0, self.ended - self.started)


class HealthCheck(Struct, frozen=True):
    """The configured check and what it last said; durations in seconds, None where the engine's default holds."""

    test: tuple[str, ...]  # without CMD or CMD-SHELL
    shell: bool = False
    interval: float = 30.0
    timeout: float = 30.0
    retries: int = 3
    status: str = ""  # starting, healthy, unhealthy; "" before the first start
    failing_streak: int = 0
    probes: tuple[Probe, ...] = ()  # oldest first; the engine keeps five


class Ulimit(Struct, frozen=True):
    """A limit of each process; -1 is unlimited."""

    name: str
    soft: int
    hard: int


class Limits(Struct, frozen=True):
    """What the container may use; None is without limit."""

    cpus: float | None = None
    cpuset: str = ""
    memory: int | None = None  # bytes
    memory_and_swap: int | None = None  # bytes
    reservation: int | None = None  # bytes
    pids: int | None = None
    ulimits: tuple[Ulimit, ...] = ()


class Security(Struct, frozen=True):
    """What sets the container apart from the engine's defaults, in either direction."""

    privileged: bool = False
    added: tuple[str, ...] = ()  # capabilities, without CAP_
    dropped: tuple[str, ...] = ()
    host_namespaces: tuple[str, ...] = ()  # shared with the host: network, PID, IPC, UTS, user
    devices: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    read_only: bool = False


class Restart(Struct, frozen=True):
    """The restart policy, and how often it has acted since the last start by hand."""

    policy: str = "no"
    most: int = 0  # of on-failure; 0 is without end
    count: int = 0

    @property
    def acts(self) -> bool:
        """Whether the engine starts the container again by itself."""
        return self.policy not in ("", "no")


class Life(Struct, frozen=True):
    """The present or the last run; times in seconds since the epoch."""

    state: State = State.UNKNOWN
    pid: int = 0  # on the host; 0: not running
    exit_code: int = 0
    oom_killed: bool = False  # of any of its processes, PID 1 or not
    error: str = ""  # the engine's own words when a start failed
    started: float | None = None
    finished: float | None = None

    @property
    def lived(self) -> float | None:
        """Seconds between start and end; None while it runs or never ran. An engine may write the end first."""
        if self.started is None or self.finished is None or self.state in (State.RUNNING, State.PAUSED):
            return None
        return max(0.0, self.finished - self.started)


class ContainerDetails(Struct, frozen=True, kw_only=True):
    """One container as its inspect has it."""

    id: str
    name: str
    image: str
    image_id: str = ""
    created: float | None = None  # seconds since the epoch
    command: tuple[str, ...] = ()  # entrypoint and arguments, as they are run
    entrypoint: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()
    restart: Restart = Restart()
    user: str = ""
    working_dir: str = ""
    hostname: str = ""
    platform: str = ""
    runtime: str = ""
    storage_driver: str = ""
    log_driver: str = ""
    tty: bool = False
    init: bool = False  # the engine's own small init is PID 1
    auto_remove: bool = False
    stop_signal: str = "SIGTERM"
    stop_grace: int = DEFAULT_GRACE  # seconds
    network_mode: str = ""
    labels: Mapping[str, str] = {}
    ports: tuple[Binding, ...] = ()
    mounts: tuple[Mount, ...] = ()
    networks: tuple[Attachment, ...] = ()
    environment: tuple[Variable, ...] = ()
    limits: Limits = Limits()
    security: Security = Security()
    health: HealthCheck | None = None
    life: Life = Life()

    @property
    def running(self) -> bool:
        """Whether its processes exist, also while paused."""
        return self.life.state in (State.RUNNING, State.PAUSED)
