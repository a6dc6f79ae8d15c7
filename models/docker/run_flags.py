"""The flags of `docker run`: how each is written, which field of the RunSpec it fills, and how its value is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import Enum
from functools import cache
from typing import Any

from msgspec import Struct

from models.docker import run_fields as fields
from models.docker import run_values as values
from models.docker.run_spec import RunSpec


class Shape(Enum):
    """How often a flag may be given, and with what."""

    SWITCH = "switch"  # --init
    ONE = "one"  # --name web: the last one counts
    MANY = "many"  # -p 80 -p 81


class Flag(Struct, frozen=True, kw_only=True):
    """One flag: `--name`, or `-l` in short."""

    name: str
    field: str  # of RunSpec; "health.retries" is one of its HealthCheck, "network.ipv4" one of its first Network
    shape: Shape
    letter: str = ""
    read: Callable[[str], Any] = str
    write: Callable[[Any], str] = str
    absent: Any = None  # what the field holds when the flag is not there

    @property
    def words(self) -> str:
        """The flag as it is written here: its letter where that is what people know."""
        return f"-{self.letter}" if self.letter else f"--{self.name}"


def _switch(name: str, field: str = "", letter: str = "", absent: Any = False) -> Flag:
    return Flag(name=name, field=field or _field(name), shape=Shape.SWITCH, letter=letter, read=values.read_switch,
                absent=absent)  # fmt: skip


def _one(
    name: str,
    field: str = "",
    letter: str = "",
    read: Callable[[str], Any] = str,
    write: Callable[[Any], str] = str,
    absent: Any = "",
) -> Flag:
    return Flag(name=name, field=field or _field(name), shape=Shape.ONE, letter=letter, read=read, write=write,
                absent=absent)  # fmt: skip


def _many(
    name: str, field: str, letter: str = "", read: Callable[[str], Any] = str, write: Callable[[Any], str] = str
) -> Flag:
    return Flag(name=name, field=field, shape=Shape.MANY, letter=letter, read=read, write=write, absent=())


def _number(name: str, field: str = "", absent: Any = 0, read: Callable[[str], int] = values.read_number) -> Flag:
    return _one(name, field, read=read, absent=absent)


def _size(name: str, letter: str = "", read: Callable[[str], int] = values.read_size) -> Flag:
    return _one(name, letter=letter, read=read, write=values.write_size, absent=0)


def _time(name: str, field: str) -> Flag:
    return _one(name, field, read=values.read_duration, write=values.write_duration, absent=0)


def _pairs(name: str, field: str, letter: str = "") -> Flag:
    return _many(name, field, letter, values.read_pair, values.write_pair)


def _throttles(name: str, read: Callable[[str], int], write: Callable[[Any], str] = values.write_throttle) -> Flag:
    return _many(name, _field(name), read=values.throttle(read), write=write)


def _field(name: str) -> str:
    return name.replace("-", "_")


_BYTES = values.read_size
_COUNT = values.within(0, 2**63 - 1)

# In the order in which the line is written.
FLAGS: tuple[Flag, ...] = (
    _switch("detach", letter="d"),
    _switch("interactive", letter="i"),
    _switch("tty", letter="t"),
    _many("attach", "attach", "a", values.one_of("stdin", "stdout", "stderr")),
    _switch("rm", "remove"),
    _one("name"),
    _one("pull", read=values.one_of("always", "missing", "never"), absent="missing"),
    _one("platform"),
    _one("restart", read=values.read_restart, write=values.write_restart, absent=RunSpec().restart),

    _many("network", "networks", read=fields.read_network, write=fields.write_network),
    _one("ip", "network.ipv4"),
    _one("ip6", "network.ipv6"),
    _many("network-alias", "network.aliases"),
    _many("link", "network.links"),
    _many("link-local-ip", "network.link_local"),
    _one("mac-address", "network.mac"),
    _many("publish", "publish", "p", values.read_publish, values.write_publish),
    _switch("publish-all", letter="P"),
    _many("expose", "expose", read=values.read_expose, write=values.write_expose),
    _one("hostname", letter="h"),
    _one("domainname"),
    _many("add-host", "hosts", read=values.read_host),
    _many("dns", "dns"),
    _many("dns-option", "dns_options"),
    _many("dns-search", "dns_search"),

    _many("volume", "binds", "v", values.read_bind, values.write_bind),
    _many("mount", "mounts", read=fields.read_mount, write=fields.write_mount),
    _many("tmpfs", "tmpfs", read=values.read_tmpfs, write=values.write_tmpfs),
    _many("volumes-from", "volumes_from"),
    _one("volume-driver"),
    _switch("read-only"),
    _size("shm-size"),
    _pairs("storage-opt", "storage_options"),

    _many("env", "environment", "e", values.read_variable, values.write_variable),
    _many("env-file", "env_files"),
    _pairs("label", "labels", "l"),
    _many("label-file", "label_files"),
    _pairs("annotation", "annotations"),

    _one("entrypoint", absent=None),
    _one("user", letter="u"),
    _many("group-add", "groups"),
    _one("workdir", letter="w"),
    _switch("init", absent=None),
    _one("stop-signal"),
    _number("stop-timeout", absent=None),
    _one("health-cmd", "health.command"),
    _time("health-interval", "health.interval"),
    _time("health-timeout", "health.timeout"),
    _time("health-start-period", "health.start_period"),
    _time("health-start-interval", "health.start_interval"),
    _number("health-retries", "health.retries", read=_COUNT),
    _switch("no-healthcheck", "health.off"),

    _size("memory", letter="m"),
    _size("memory-reservation"),
    _size("memory-swap", read=values.read_swap),
    _number("memory-swappiness", absent=None, read=values.within(-1, 100)),
    _size("kernel-memory"),
    _one("cpus", read=values.read_cpus, write=values.write_cpus, absent=0),
    Flag(name="cpu-shares", field="cpu_shares", shape=Shape.ONE, letter="c", read=values.read_number, absent=0),
    _number("cpu-period"),
    _number("cpu-quota"),
    _number("cpu-rt-period"),
    _number("cpu-rt-runtime"),
    _one("cpuset-cpus"),
    _one("cpuset-mems"),
    _number("pids-limit"),
    _many("ulimit", "ulimits", read=values.read_ulimit, write=values.write_ulimit),
    _switch("oom-kill-disable"),
    _number("oom-score-adj"),
    _number("blkio-weight", read=values.within(0, 65_535)),
    _throttles("blkio-weight-device", values.within(0, 65_535)),
    _throttles("device-read-bps", _BYTES, values.write_bytes_throttle),
    _throttles("device-write-bps", _BYTES, values.write_bytes_throttle),
    _throttles("device-read-iops", _COUNT),
    _throttles("device-write-iops", _COUNT),

    _switch("privileged"),
    _many("cap-add", "cap_add"),
    _many("cap-drop", "cap_drop"),
    _many("security-opt", "security"),
    _many("device", "devices", read=values.read_device, write=values.write_device),
    _many("device-cgroup-rule", "device_rules"),
    _one("gpus", read=fields.read_gpus, write=fields.write_gpus, absent=None),
    _pairs("sysctl", "sysctls"),

    _one("ipc"),
    _one("pid"),
    _one("uts"),
    _one("userns"),
    _one("cgroupns"),
    _one("cgroup-parent"),
    _one("runtime"),
    _one("isolation"),
    _one("log-driver"),
    _pairs("log-opt", "log_options"),
)  # fmt: skip

ALIASES = {"net": "network", "net-alias": "network-alias", "dns-opt": "dns-option"}  # as they were called once


class Unsayable(Struct, frozen=True):
    """A flag that the command knows and a RunSpec cannot hold, and why."""

    reason: str
    value: bool = True  # whether a word belongs to it


_CLIENT = "it concerns the command itself, not the container"
_WINDOWS = "only Windows containers know it"
_PODMAN = "only Podman's own command knows it"
UNSAYABLE: dict[str, Unsayable] = {
    "cidfile": Unsayable("it writes a file beside the command; the id is shown after the start"),
    "detach-keys": Unsayable(_CLIENT),
    "sig-proxy": Unsayable(_CLIENT, value=False),
    "quiet": Unsayable(_CLIENT, value=False),
    "help": Unsayable(_CLIENT, value=False),
    "disable-content-trust": Unsayable("image signatures are not checked in any case", value=False),
    "use-api-socket": Unsayable("it hands the engine and your sign-ins to the container: bind the socket by hand",
                                value=False),
    "umask": Unsayable("it is newer than the engines that are spoken to here"),
    **dict.fromkeys(("cpu-count", "cpu-percent", "io-maxbandwidth", "io-maxiops"), Unsayable(_WINDOWS)),
    **dict.fromkeys(
        ("arch", "authfile", "cgroup-conf", "cgroups", "chrootdirs", "conmon-pidfile", "creds", "decryption-key",
         "gidmap", "group-entry", "hostuser", "image-volume", "init-ctr", "init-path", "log-level", "os",
         "passwd-entry", "personality", "pidfile", "pod", "pod-id-file", "preserve-fds", "requires", "rootfs",
         "sdnotify", "seccomp-policy", "secret", "shm-size-systemd", "subgidname", "subuidname", "systemd", "timeout",
         "tz", "uidmap", "unsetenv", "variant"), Unsayable(_PODMAN)),
    **dict.fromkeys(
        ("env-host", "http-proxy", "no-hosts", "passwd", "read-only-tmpfs", "replace", "rmi", "tls-verify",
         "unsetenv-all"), Unsayable(_PODMAN, value=False)),
}  # fmt: skip
UNSAYABLE_LETTERS = {"q": "quiet"}


@cache
def _by_name() -> dict[str, Flag]:
    return {flag.name: flag for flag in FLAGS}


@cache
def _by_letter() -> dict[str, Flag]:
    return {flag.letter: flag for flag in FLAGS if flag.letter}


def flag_named(name: str) -> Flag | None:
    """The flag `--name`, by its old name too."""
    return _by_name().get(ALIASES.get(name, name))


def flag_lettered(letter: str) -> Flag | None:
    """The flag `-x`."""
    return _by_letter().get(letter)


def value_of(spec: RunSpec, flag: Flag) -> Any:
    """What the spec says of this flag; `flag.absent` where there is no such part."""
    group, dot, name = flag.field.rpartition(".")
    if not dot:
        return getattr(spec, name)
    if group == "network":
        return getattr(spec.networks[0], name) if spec.networks else flag.absent
    return getattr(getattr(spec, group), name)


def given(spec: RunSpec) -> Iterator[tuple[Flag, Any]]:
    """The flags that are needed to say this, with their values, in the line's order."""
    for flag in FLAGS:
        value = value_of(spec, flag)
        if value != flag.absent:
            yield flag, value
