"""What an inspect tells about one container: the facts behind the Overview tab.

GET /containers/{id}/json of API 1.41 (Docker 20.10), 1.56 (Docker 29) and Podman's compatible service.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum

from msgspec import Struct

from models.docker.container import State
from models.docker.reading import Fields, read_object

SECOND = 1_000_000_000  # nanoseconds: the unit of the engine's durations
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


def container_details(document: bytes, image: bytes | None = None) -> ContainerDetails:
    """The facts of an inspect; with the image's inspect the environment tells what came from it. Raises BadInput."""
    whole = read_object(document)
    config, host = whole.at("Config"), whole.at("HostConfig")
    life = _life(whole.at("State"))
    path = whole.text("Path")
    return ContainerDetails(
        id=whole.text("Id"),
        name=whole.text("Name").removeprefix("/"),
        image=config.text("Image") or whole.text("ImageName") or whole.text("Image"),
        image_id=whole.text("Image"),
        created=whole.instant("Created"),
        command=((path,) if path else ()) + whole.texts("Args"),
        entrypoint=config.texts("Entrypoint"),
        arguments=config.texts("Cmd"),
        restart=_restart(whole, host.at("RestartPolicy")),
        user=config.text("User"),
        working_dir=config.text("WorkingDir"),
        hostname=config.text("Hostname"),
        platform=whole.text("Platform"),
        runtime=host.text("Runtime"),
        storage_driver=whole.text("Driver"),
        log_driver=host.at("LogConfig").text("Type"),
        tty=config.flag("Tty"),
        init=host.flag("Init"),
        auto_remove=host.flag("AutoRemove"),
        stop_signal=config.text("StopSignal") or "SIGTERM",
        stop_grace=config.whole("StopTimeout") if "StopTimeout" in config else DEFAULT_GRACE,
        network_mode=host.text("NetworkMode"),
        labels=config.at("Labels").strings(),
        ports=tuple(_ports(whole, config, host)),
        mounts=tuple(_mounts(whole, host)),
        networks=tuple(_networks(whole)),
        environment=tuple(_environment(config.texts("Env"), image)),
        limits=_limits(host),
        security=_security(host),
        health=_health(config.at("Healthcheck"), whole.at("State")),
        life=life,
    )


def _life(state: Fields) -> Life:
    try:
        word = State(state.text("Status"))
    except ValueError:
        word = State.UNKNOWN  # Podman has words of its own: "configured", "stopping"
    return Life(
        state=word,
        pid=state.whole("Pid"),
        exit_code=state.whole("ExitCode"),
        oom_killed=state.flag("OOMKilled"),
        error=state.text("Error"),
        started=state.instant("StartedAt"),
        finished=state.instant("FinishedAt"),
    )


def _restart(whole: Fields, policy: Fields) -> Restart:
    return Restart(policy.text("Name") or "no", policy.whole("MaximumRetryCount"), whole.whole("RestartCount"))


def _ports(whole: Fields, config: Fields, host: Fields) -> Iterator[Binding]:
    """What is bound now; of a container that does not run, what its next start will bind."""
    bound = whole.at("NetworkSettings", "Ports")
    if not any(bound.objects(port) for port in bound.members()):
        bound = host.at("PortBindings")
    found = {binding for port in bound.members() for binding in _bindings(port, bound.objects(port))}
    taken = {(binding.private, binding.protocol) for binding in found}
    for port in {*config.at("ExposedPorts").members(), *whole.at("NetworkSettings", "Ports").members()}:
        private, protocol = _port(port)
        if (private, protocol) not in taken:
            found.add(Binding(private, protocol))
    yield from sorted(
        found, key=lambda one: (not one.published, one.private, one.protocol, one.public or 0, one.address)
    )


def _bindings(port: str, bindings: Sequence[Fields]) -> Iterator[Binding]:
    private, protocol = _port(port)
    for binding in bindings:
        yield Binding(private, protocol, binding.whole("HostPort") or None, binding.text("HostIp"), published=True)


def _port(text: str) -> tuple[int, str]:
    number, _, protocol = text.partition("/")
    return (int(number) if number.isdecimal() and len(number) < 6 else 0), protocol or "tcp"


def _mounts(whole: Fields, host: Fields) -> Iterator[Mount]:
    seen = set()
    for mount in whole.objects("Mounts"):
        seen.add(mount.text("Destination"))
        yield Mount(
            type=mount.text("Type") or "bind",
            source=mount.text("Name") or mount.text("Source"),
            destination=mount.text("Destination"),
            writable=mount.flag("RW"),
            propagation=mount.text("Propagation"),
        )
    for destination, options in host.at("Tmpfs").strings().items():
        if destination not in seen:
            yield Mount("tmpfs", "", destination, "ro" not in options.split(","), options=options)


def _networks(whole: Fields) -> Iterator[Attachment]:
    settings = whole.at("NetworkSettings", "Networks")
    own = (whole.text("Name").removeprefix("/"), whole.text("Id")[:12])
    for name in settings.members():
        end = settings.at(name)
        names = dict.fromkeys((*end.texts("Aliases"), *end.texts("DNSNames")))
        yield Attachment(
            network=name,
            address=_with_prefix(end.text("IPAddress"), end.whole("IPPrefixLen")),
            address6=_with_prefix(end.text("GlobalIPv6Address"), end.whole("GlobalIPv6PrefixLen")),
            gateway=end.text("Gateway") or end.text("IPv6Gateway"),
            mac=end.text("MacAddress"),
            names=tuple(alias for alias in names if alias not in own),
        )


def _with_prefix(address: str, length: int) -> str:
    return f"{address}/{length}" if address and length else address


def _environment(pairs: Sequence[str], image: bytes | None) -> Iterator[Variable]:
    inherited = None if image is None else set(read_object(image).at("Config").texts("Env"))
    for pair in pairs:
        name, _, value = pair.partition("=")
        known = Origin.UNKNOWN if inherited is None else Origin.IMAGE if pair in inherited else Origin.CONTAINER
        yield Variable(name, value, known)


def _limits(host: Fields) -> Limits:
    cpus = host.whole("NanoCpus") / 1e9
    if not cpus and host.whole("CpuQuota") > 0:
        cpus = host.whole("CpuQuota") / (host.whole("CpuPeriod") or 100_000)
    return Limits(
        cpus=cpus or None,
        cpuset=host.text("CpusetCpus"),
        memory=_positive(host.whole("Memory")),
        memory_and_swap=_positive(host.whole("MemorySwap")),
        reservation=_positive(host.whole("MemoryReservation")),
        pids=_positive(host.whole("PidsLimit")),
        ulimits=tuple(
            Ulimit(one.text("Name"), one.whole("Soft"), one.whole("Hard")) for one in host.objects("Ulimits")
        ),
    )


def _positive(number: int) -> int | None:
    return number if number > 0 else None


_NAMESPACES = {"NetworkMode": "network", "PidMode": "PID", "IpcMode": "IPC", "UTSMode": "UTS", "UsernsMode": "user"}


def _security(host: Fields) -> Security:
    return Security(
        privileged=host.flag("Privileged"),
        added=tuple(name.removeprefix("CAP_") for name in host.texts("CapAdd")),
        dropped=tuple(name.removeprefix("CAP_") for name in host.texts("CapDrop")),
        host_namespaces=tuple(words for key, words in _NAMESPACES.items() if host.text(key) == "host"),
        devices=tuple(device.text("PathOnHost") for device in host.objects("Devices")),
        options=host.texts("SecurityOpt"),
        read_only=host.flag("ReadonlyRootfs"),
    )


def _health(check: Fields, state: Fields) -> HealthCheck | None:
    form, *test = check.texts("Test") or ("NONE",)
    if form == "NONE":
        return None
    answer = state.at("Health") or state.at("Healthcheck")  # Podman 4 uses either
    return HealthCheck(
        test=tuple(test),
        shell=form == "CMD-SHELL",
        interval=check.whole("Interval") / SECOND or 30.0,
        timeout=check.whole("Timeout") / SECOND or 30.0,
        retries=check.whole("Retries") or 3,
        status=answer.text("Status"),
        failing_streak=answer.whole("FailingStreak"),
        probes=tuple(
            Probe(probe.instant("Start"), probe.instant("End"), probe.whole("ExitCode"), probe.text("Output"))
            for probe in answer.objects("Log")
        ),
    )
