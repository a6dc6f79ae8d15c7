"""What a container is to be: everything that `docker run` can be told, in the engine's units."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

Pair = tuple[str, str]  # a key and its value, in the order in which the user gave them


class MountType(StrEnum):
    """What `--mount type=…` puts into the container."""

    BIND = "bind"
    VOLUME = "volume"
    TMPFS = "tmpfs"
    IMAGE = "image"
    NPIPE = "npipe"
    CLUSTER = "cluster"


class Bind(Struct, frozen=True):
    """`-v [source:]target[:mode]`: a path of the host or a volume's name; without a source an anonymous volume."""

    target: str
    source: str = ""
    mode: str = ""  # "ro", "rw,z", "nocopy", as the engine knows them


class Mount(Struct, frozen=True, kw_only=True):
    """`--mount type=…`: the long form, which refuses a source that does not exist."""

    type: MountType = MountType.VOLUME
    source: str = ""
    target: str = ""
    read_only: bool = False
    consistency: str = ""
    propagation: str = ""  # bind
    recursive: str = ""  # bind: enabled, disabled, writable, readonly
    create_source: bool = False  # bind: make the source where it is missing
    subpath: str = ""  # volume, image
    no_copy: bool = False  # volume: leave it empty
    driver: str = ""  # volume
    driver_options: tuple[Pair, ...] = ()  # volume
    labels: tuple[Pair, ...] = ()  # volume
    tmpfs_size: int = 0  # bytes; 0: no limit
    tmpfs_mode: int | None = None  # permissions: 0o1777


class Tmpfs(Struct, frozen=True):
    """`--tmpfs target[:options]`."""

    target: str
    options: str = ""  # "size=64m,mode=1777"


class Ports(Struct, frozen=True, order=True):
    """A port, or a range of them."""

    first: int
    last: int

    @property
    def count(self) -> int:
        """How many ports these are."""
        return self.last - self.first + 1


class Publish(Struct, frozen=True, kw_only=True):
    """`-p [[address:]public:]private[/protocol]`."""

    private: Ports
    public: Ports | None = None  # None: the engine chooses
    address: str = ""  # "": all addresses of the host
    protocol: str = "tcp"


class Expose(Struct, frozen=True):
    """`--expose ports[/protocol]`."""

    ports: Ports
    protocol: str = "tcp"


class Network(Struct, frozen=True, kw_only=True):
    """One `--network`; the first also takes what --ip, --network-alias and their kin say."""

    name: str  # or "host", "none", "container:NAME"
    aliases: tuple[str, ...] = ()
    ipv4: str = ""
    ipv6: str = ""
    mac: str = ""
    link_local: tuple[str, ...] = ()
    links: tuple[str, ...] = ()  # "container:alias"
    driver_options: tuple[Pair, ...] = ()
    priority: int = 0  # of its gateway


class Variable(Struct, frozen=True):
    """`-e NAME=value`; without a value it is taken from the environment of who runs it."""

    name: str
    value: str | None = None


class HealthCheck(Struct, frozen=True, kw_only=True):
    """`--health-*`; None and 0 leave to the image what it says."""

    off: bool = False  # --no-healthcheck
    command: str = ""  # a line for the container's shell
    words: tuple[str, ...] = ()  # the exec form, which only an image or another client can have set
    interval: int = 0  # nanoseconds, as all durations here
    timeout: int = 0
    start_period: int = 0
    start_interval: int = 0
    retries: int = 0


class Restart(Struct, frozen=True):
    """`--restart name[:most]`."""

    name: str = "no"  # no, on-failure, always, unless-stopped
    most: int = 0  # attempts of on-failure; 0: no limit


class Ulimit(Struct, frozen=True):
    """`--ulimit name=soft[:hard]`; -1: no limit."""

    name: str
    soft: int
    hard: int


class Device(Struct, frozen=True):
    """`--device host[:inside[:permissions]]`."""

    host: str
    inside: str
    permissions: str = "rwm"


class Throttle(Struct, frozen=True):
    """A limit of one block device: bytes or operations a second, or a weight."""

    path: str
    rate: int


class Gpus(Struct, frozen=True, kw_only=True):
    """`--gpus`: devices that a driver hands out."""

    count: int = 0  # -1: all
    driver: str = ""
    device_ids: tuple[str, ...] = ()
    capabilities: tuple[str, ...] = ()
    options: tuple[Pair, ...] = ()


class RunSpec(Struct, frozen=True, kw_only=True):
    """A container to be made. "", 0, None and () leave to the image or the engine what these say.

    Sizes are bytes, durations nanoseconds, `cpus` billionths of a core.
    """

    image: str = ""
    command: tuple[str, ...] = ()

    # how it is started
    name: str = ""
    detach: bool = False
    interactive: bool = False
    tty: bool = False
    attach: tuple[str, ...] = ()  # of stdin, stdout, stderr
    remove: bool = False
    pull: str = "missing"  # always, missing, never
    platform: str = ""
    restart: Restart = Restart()

    # what it does
    entrypoint: str | None = None  # "" removes the image's
    entrypoint_more: tuple[str, ...] = ()  # further words: the command line cannot say them, an engine can
    user: str = ""
    groups: tuple[str, ...] = ()
    workdir: str = ""
    init: bool | None = None
    stop_signal: str = ""
    stop_timeout: int | None = None  # seconds; -1: for ever
    health: HealthCheck = HealthCheck()

    # what it knows
    environment: tuple[Variable, ...] = ()
    env_files: tuple[str, ...] = ()
    labels: tuple[Pair, ...] = ()
    label_files: tuple[str, ...] = ()
    annotations: tuple[Pair, ...] = ()

    # where it is
    hostname: str = ""
    domainname: str = ""
    networks: tuple[Network, ...] = ()
    publish: tuple[Publish, ...] = ()
    publish_all: bool = False
    expose: tuple[Expose, ...] = ()
    hosts: tuple[str, ...] = ()  # "name:address"
    dns: tuple[str, ...] = ()
    dns_options: tuple[str, ...] = ()
    dns_search: tuple[str, ...] = ()

    # what it keeps
    binds: tuple[Bind, ...] = ()
    mounts: tuple[Mount, ...] = ()
    tmpfs: tuple[Tmpfs, ...] = ()
    volumes_from: tuple[str, ...] = ()
    volume_driver: str = ""
    read_only: bool = False
    shm_size: int = 0
    storage_options: tuple[Pair, ...] = ()

    # what it may use
    memory: int = 0
    memory_reservation: int = 0
    memory_swap: int = 0  # memory and swap together; -1: no limit
    memory_swappiness: int | None = None
    kernel_memory: int = 0
    cpus: int = 0
    cpu_shares: int = 0
    cpu_period: int = 0  # microseconds, as the next three
    cpu_quota: int = 0
    cpu_rt_period: int = 0
    cpu_rt_runtime: int = 0
    cpuset_cpus: str = ""
    cpuset_mems: str = ""
    pids_limit: int = 0  # -1: no limit
    ulimits: tuple[Ulimit, ...] = ()
    oom_kill_disable: bool = False
    oom_score_adj: int = 0
    blkio_weight: int = 0
    blkio_weight_device: tuple[Throttle, ...] = ()
    device_read_bps: tuple[Throttle, ...] = ()
    device_write_bps: tuple[Throttle, ...] = ()
    device_read_iops: tuple[Throttle, ...] = ()
    device_write_iops: tuple[Throttle, ...] = ()

    # what it is allowed
    privileged: bool = False
    cap_add: tuple[str, ...] = ()
    cap_drop: tuple[str, ...] = ()
    security: tuple[str, ...] = ()
    devices: tuple[Device, ...] = ()
    device_rules: tuple[str, ...] = ()
    gpus: Gpus | None = None
    sysctls: tuple[Pair, ...] = ()

    # what it shares
    ipc: str = ""
    pid: str = ""
    uts: str = ""
    userns: str = ""
    cgroupns: str = ""
    cgroup_parent: str = ""
    runtime: str = ""
    isolation: str = ""

    # what becomes of its log
    log_driver: str = ""
    log_options: tuple[Pair, ...] = ()
