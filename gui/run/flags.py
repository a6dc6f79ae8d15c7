"""The flags of `docker run` as the form shows them: in groups, each with what it means."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Entry(StrEnum):
    """What a flag is answered with."""

    TEXT = "text"
    FLAG = "flag"
    LINES = "lines"  # any number of texts
    PORTS = "ports"  # the next four: lines, whose parts have fields of their own
    MOUNTS = "mounts"
    VARIABLES = "variables"
    NETWORKS = "networks"


class Known(StrEnum):
    """What exists already and completes a text."""

    NOTHING = ""
    IMAGES = "images"
    NETWORKS = "networks"
    VOLUMES = "volumes"
    CONTAINERS = "containers"
    PORTS = "ports"


class Flag(Struct, frozen=True, kw_only=True):
    """One flag: `name` as on the command line, `title` beside its field, `help` a sentence."""

    name: str
    title: str
    help: str
    entry: Entry = Entry.TEXT
    example: str = ""
    choices: tuple[str, ...] = ()  # complete the text; others can be typed
    known: Known = Known.NOTHING
    wide: bool = False  # takes a line of its own


class FlagGroup(Struct, frozen=True, kw_only=True):
    """A section of the form; `folded` until it is opened or one of its flags is used."""

    id: str
    title: str
    icon: str
    flags: tuple[Flag, ...]
    folded: bool = True
    note: str = ""


_SIGNALS = ("SIGTERM", "SIGINT", "SIGQUIT", "SIGHUP", "SIGUSR1", "SIGKILL")
_CAPABILITIES = (
    "ALL", "AUDIT_CONTROL", "AUDIT_WRITE", "BPF", "CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "IPC_LOCK",
    "KILL", "MKNOD", "NET_ADMIN", "NET_BIND_SERVICE", "NET_RAW", "PERFMON", "SETFCAP", "SETGID", "SETPCAP", "SETUID",
    "SYSLOG", "SYS_ADMIN", "SYS_CHROOT", "SYS_MODULE", "SYS_NICE", "SYS_PTRACE", "SYS_RESOURCE", "SYS_TIME",
)  # fmt: skip
_DRIVERS = ("json-file", "local", "journald", "syslog", "fluentd", "gelf", "awslogs", "splunk", "none")


def _text(name: str, title: str, help_: str, example: str = "", **more: object) -> Flag:
    return Flag(name=name, title=title, help=help_, example=example, **more)  # type: ignore[arg-type]


def _lines(name: str, title: str, help_: str, example: str = "", **more: object) -> Flag:
    return Flag(name=name, title=title, help=help_, example=example, entry=Entry.LINES, wide=True, **more)  # type: ignore[arg-type]


def _flag(name: str, title: str, help_: str) -> Flag:
    return Flag(name=name, title=title, help=help_, entry=Entry.FLAG)


IMAGE = Flag(
    name="image", title="Image", help="What to run: [registry/][owner/]name[:tag][@digest].", known=Known.IMAGES
)
NAME = _text("name", "Name", "How to call the container; the engine makes a name up where there is none.")
COMMAND = Flag(
    name="command", title="Command", help="What to run in it, instead of what the image says; quoted as in a shell."
)
REMOVE = _flag("rm", "Remove when it ends", "The container and its anonymous volumes go when it ends.")
DETACH = _flag("detach", "Detached", "It runs in the background.")
INTERACTIVE = _flag("interactive", "Keep stdin open", "What is typed reaches process 1.")
TTY = _flag("tty", "Terminal", "Process 1 gets a terminal.")
BASICS = (NAME, REMOVE, DETACH, INTERACTIVE, TTY)

PUBLISH = Flag(
    name="publish", title="Publish", entry=Entry.PORTS, known=Known.PORTS, wide=True,
    help="A port of the host leads to a port of the container; ranges as 8000-8010. An empty host port: any free one.",
)  # fmt: skip
VOLUME = Flag(
    name="volume", title="Mount", entry=Entry.MOUNTS, known=Known.VOLUMES, wide=True,
    help="A volume by its name, or a folder of the host by its absolute path. Without a source: an anonymous volume.",
)  # fmt: skip
VARIABLE = Flag(
    name="env", title="Variable", entry=Entry.VARIABLES, wide=True,
    help="What the program finds in its environment. Whoever may inspect the container can read it.",
)  # fmt: skip
NETWORK = Flag(
    name="network", title="Network", entry=Entry.NETWORKS, known=Known.NETWORKS, wide=True,
    help="A network by its name, or bridge, host, none, container:NAME. Aliases are further names in it.",
)  # fmt: skip

GROUPS: tuple[FlagGroup, ...] = (
    FlagGroup(id="ports", title="Ports", icon="door", folded=False, flags=(
        PUBLISH,
        _flag("publish-all", "All exposed ports, anywhere free", "Each exposed port gets a free port of the host."),
    )),
    FlagGroup(id="mounts", title="Mounts", icon="volume", folded=False, flags=(VOLUME,)),
    FlagGroup(id="environment", title="Environment", icon="environment", folded=False, flags=(
        VARIABLE,
        _lines("env-file", "File of variables", "Lines of NAME=value, read when it is run; an absolute path.",
               "/home/me/shop.env"),
    )),
    FlagGroup(id="networks", title="Networks", icon="network", folded=False, flags=(NETWORK,)),
    FlagGroup(id="resources", title="Resources", icon="limits", folded=False, flags=(
        _text("memory", "Memory", "The most it may use; above, the kernel kills it. Units b, k, m, g.", "512m"),
        _text("cpus", "CPUs", "The most it may use, in cores.", "1.5"),
        _text("pids-limit", "Processes", "The most processes and threads; -1: no limit.", "200"),
    )),
    FlagGroup(id="restart", title="Restart", icon="restart", folded=False, flags=(
        _text("restart", "Policy", "When the engine starts it again after an end.", "no",
              choices=("no", "on-failure", "on-failure:5", "always", "unless-stopped")),
    )),
    FlagGroup(id="health", title="Health", icon="health", flags=(
        _text("health-cmd", "Command", "A line for the container's shell: 0 is healthy.",
              "wget -qO- localhost:80 || exit 1", wide=True),
        _text("health-interval", "Every", "The time from one probe to the next.", "30s"),
        _text("health-timeout", "Time limit", "A probe that takes longer has failed.", "30s"),
        _text("health-retries", "Retries", "So many failures in a row make it unhealthy.", "3"),
        _text("health-start-period", "Start period", "Failures during this time do not count.", "0s"),
        _text("health-start-interval", "Every, at the start", "The same within the start period.", "5s"),
        _flag("no-healthcheck", "Without the image's check", "The health check of the image is switched off."),
    )),
    FlagGroup(id="process", title="Process", icon="run", flags=(
        _text("entrypoint", "Entrypoint", "The program, instead of the image's.", "/bin/sh", wide=True),
        _text("user", "User", "Name or number, with :group where wanted.", "1000:1000"),
        _text("workdir", "Folder", "Where process 1 begins.", "/app"),
        _flag("init", "Small init as process 1", "It forwards signals and reaps what has ended."),
        _text("stop-signal", "Stop signal", "What asks it to end.", "SIGTERM", choices=_SIGNALS),
        _text("stop-timeout", "Seconds to end", "After this time it is killed; -1: never.", "10"),
        _lines("attach", "Attach", "stdin, stdout or stderr.", "stdout", choices=("stdin", "stdout", "stderr")),
        _lines("group-add", "Further group", "Name or number.", "docker"),
    )),
    FlagGroup(id="labels", title="Labels", icon="labels", flags=(
        _lines("label", "Label", "A mark to find it by.", "com.example.team=shop"),
        _lines("label-file", "File of labels", "Lines of key=value; an absolute path.", "/home/me/labels"),
        _lines("annotation", "Annotation", "For the OCI runtime.", "key=value"),
    )),
    FlagGroup(id="names", title="Names", icon="address", flags=(
        _text("hostname", "Host name", "What it calls itself.", "web"),
        _text("domainname", "Domain", "The rest of its name.", "example.org"),
        _lines("add-host", "Further host", "A line of its /etc/hosts.", "db:10.0.0.7"),
        _lines("dns", "Name server", "Asked instead of the host's.", "10.0.0.53"),
        _lines("dns-search", "Search domain", "Appended to short names.", "example.org"),
        _lines("dns-option", "Resolver option", "As in resolv.conf.", "ndots:1"),
        _lines("link", "Link", "Another container and the name for it; in old setups.", "db:database",
               known=Known.CONTAINERS),
        _lines("expose", "Expose", "A port that it listens on, without publishing it.", "9100/tcp"),
    )),
    FlagGroup(id="storage", title="Storage", icon="disk", flags=(
        _lines("mount", "Mount, long form", "Refuses a source that is not there.",
               "type=bind,source=/srv,target=/srv,readonly"),
        _lines("tmpfs", "In memory", "A folder that is gone with the container.", "/run:size=64m"),
        _lines("volumes-from", "Mounts of", "All mounts of another container.", "web:ro", known=Known.CONTAINERS),
        _text("volume-driver", "Volume driver", "For volumes that are made on the way.", "local"),
        _text("shm-size", "Shared memory", "Size of /dev/shm.", "64m"),
        _flag("read-only", "Read-only root", "It can write to its mounts only."),
        _lines("storage-opt", "Storage option", "Of the engine's storage driver.", "size=10G"),
    )),
    FlagGroup(id="limits", title="Limits", icon="memory", flags=(
        _text("memory-reservation", "Memory, soft", "What it keeps when memory is short.", "256m"),
        _text("memory-swap", "Memory and swap", "Both together; -1: swap without limit.", "1g"),
        _text("memory-swappiness", "Swappiness", "0 to 100.", "60"),
        _text("kernel-memory", "Kernel memory", "Old engines only.", "50m"),
        _text("cpu-shares", "CPU shares", "Weight beside others; 1024 is usual.", "1024"),
        _text("cpu-period", "CPU period", "Microseconds.", "100000"),
        _text("cpu-quota", "CPU quota", "Microseconds in each period.", "50000"),
        _text("cpu-rt-period", "Real-time period", "Microseconds.", "1000000"),
        _text("cpu-rt-runtime", "Real-time run time", "Microseconds.", "950000"),
        _text("cpuset-cpus", "On CPUs", "Which cores it may use.", "0-1"),
        _text("cpuset-mems", "On memory nodes", "Which NUMA nodes.", "0"),
        _lines("ulimit", "Ulimit", "name=soft[:hard].", "nofile=1024:4096"),
        _text("oom-score-adj", "OOM preference", "-1000 to 1000: higher dies first.", "0"),
        _flag("oom-kill-disable", "Never killed for memory", "Without a limit this can stop the machine."),
        _text("blkio-weight", "Block I/O weight", "10 to 1000.", "500"),
        _lines("blkio-weight-device", "Weight of a device", "path:weight.", "/dev/sda:500"),
        _lines("device-read-bps", "Read limit", "path:bytes a second.", "/dev/sda:10mb"),
        _lines("device-write-bps", "Write limit", "path:bytes a second.", "/dev/sda:10mb"),
        _lines("device-read-iops", "Reads a second", "path:number.", "/dev/sda:1000"),
        _lines("device-write-iops", "Writes a second", "path:number.", "/dev/sda:1000"),
    )),
    FlagGroup(id="rights", title="Rights", icon="shield", flags=(
        _flag("privileged", "Privileged", "All capabilities and devices: as root on the host."),
        _lines("cap-add", "Add capability", "A right that containers do not have.", "NET_ADMIN",
               choices=_CAPABILITIES),
        _lines("cap-drop", "Drop capability", "A right that it shall not have.", "ALL", choices=_CAPABILITIES),
        _lines("security-opt", "Security option", "seccomp, AppArmor, SELinux.", "no-new-privileges",
               choices=("no-new-privileges", "seccomp=unconfined", "apparmor=unconfined", "label=disable")),
        _lines("device", "Device", "host[:inside[:rwm]].", "/dev/fuse"),
        _lines("device-cgroup-rule", "Device rule", "What the devices cgroup allows.", "c 42:* rmw"),
        _text("gpus", "GPUs", "all, a number, or device=…", "all"),
        _lines("sysctl", "Kernel parameter", "Of its own namespaces.", "net.core.somaxconn=1024"),
    )),
    FlagGroup(id="sharing", title="Namespaces", icon="namespace", flags=(
        _text("pid", "PID", "host, or container:NAME.", "host", choices=("host",)),
        _text("ipc", "IPC", "Shared memory and queues.", "private",
              choices=("none", "private", "shareable", "host")),
        _text("uts", "UTS", "host: it shares the host's name.", "host", choices=("host",)),
        _text("userns", "User", "host: no mapping of user ids.", "host", choices=("host",)),
        _text("cgroupns", "Cgroup", "host or private.", "private", choices=("host", "private")),
        _text("cgroup-parent", "Cgroup parent", "Under which its cgroup is made.", "/shop"),
        _text("runtime", "Runtime", "Another OCI runtime.", "runc"),
        _text("isolation", "Isolation", "Windows only.", "default", choices=("default", "process", "hyperv")),
    )),
    FlagGroup(id="log", title="Log", icon="logs", flags=(
        _text("log-driver", "Driver", "Where its output goes; docker logs reads some only.", "json-file",
              choices=_DRIVERS),
        _lines("log-opt", "Option", "Of the driver.", "max-size=10m"),
    )),
    FlagGroup(id="image", title="Image", icon="image", flags=(
        _text("pull", "Pull", "When to fetch the image.", "missing", choices=("missing", "always", "never")),
        _text("platform", "Platform", "Of an image for several.", "linux/arm64"),
    )),
)  # fmt: skip

FLAGS: dict[str, Flag] = {flag.name: flag for flag in (*BASICS, *(flag for group in GROUPS for flag in group.flags))}
