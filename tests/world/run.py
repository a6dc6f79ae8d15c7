"""One run of the tests on this machine: its folder, lock, cgroup and networks, and how all of that goes away again.

Every process that a run starts is born in the cgroup `ph-<id>`, and every namespace, link and cgroup carries that name.
So what belongs to a run can be told from the developer's own engines for certain, also when the run was killed and
only the kernel remembers.
"""

import fcntl
import os
import re
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

RUNTIME = Path("/run")
CGROUPS = Path("/sys/fs/cgroup")
NAMESPACES = RUNTIME / "netns"
SUBNETS = "10.99"
PODMAN_PARENT = "libpod_parent"
# Engines get no PATH of the developer's: what they call (containerd, runc, iptables) must be Debian's.
SYSTEM_PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
# Enters the cgroup $1 before becoming the command: a child moved after its start could have forked already.
BORN_IN_CGROUP = 'echo $$ > "$1" && shift && exec "$@"'


class WorldError(Exception):
    """Something of the test world did not come up or does not go away; the text has its last words."""


@dataclass(frozen=True)
class Network:
    """A network namespace without a default route, joined to this machine by one veth pair."""

    namespace: str
    host: str  # this machine's end, such as 10.99.3.1
    address: str  # the other end: published ports answer here

    def enter(self) -> tuple[str, ...]:
        """The command prefix that runs something inside. Not `ip netns exec`, which hides /sys/fs/cgroup."""
        return ("nsenter", f"--net={NAMESPACES / self.namespace}")


class Run:
    """The short folder `/run/ph-<id>` (socket paths have 107 bytes), locked while the run lives."""

    def __init__(self) -> None:
        """Clear away dead runs, then claim a folder. Needs root."""
        with starting():
            sweep()
            self.name = f"ph-{secrets.token_hex(3)}"
            self.folder = RUNTIME / self.name
            self.folder.mkdir(mode=0o755)
            self._lock = (self.folder / "lock").open("w")
            fcntl.flock(self._lock, fcntl.LOCK_EX)
        # One hierarchy is enough to find every process again; with cgroup v2 there is only the one.
        root = CGROUPS / "pids" if (CGROUPS / "pids").is_dir() else CGROUPS
        self._processes = root / self.name / "processes"
        self._processes.mkdir(parents=True)
        self._networks = 0
        self._children: list[subprocess.Popen[bytes]] = []

    def network(self, label: str) -> Network:
        """Make a network namespace with a veth pair on a free 10.99.N.0/24."""
        namespace = f"{self.name}-{label}"
        link = f"{self.name}-{self._networks}"
        self._networks += 1
        with starting():
            subnet = f"{SUBNETS}.{free_subnet()}"
            ip("netns", "add", namespace)
            ip("link", "add", link, "type", "veth", "peer", "name", "eth0", "netns", namespace)
            ip("address", "add", f"{subnet}.1/24", "dev", link)
            ip("link", "set", link, "up")
        for device in ("lo", "eth0"):
            ip("-n", namespace, "link", "set", device, "up")
        ip("-n", namespace, "address", "add", f"{subnet}.2/24", "dev", "eth0")
        return Network(namespace, f"{subnet}.1", f"{subnet}.2")

    def spawn(
        self, command: Sequence[str], log: Path, environment: Mapping[str, str] | None = None
    ) -> subprocess.Popen[bytes]:
        """Start `command` in the run's cgroup with a bare environment; its output is appended to `log`."""
        born = ("/bin/sh", "-c", BORN_IN_CGROUP, "born", str(self._processes / "cgroup.procs"), *command)
        bare = {"PATH": SYSTEM_PATH, "HOME": str(self.folder), **(environment or {})}
        with log.open("ab") as output:
            child = subprocess.Popen(born, env=bare, cwd="/", stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        self._children.append(child)
        return child

    def close(self) -> None:
        """Kill, unmount and delete all that the run made; the lock goes last. Closing twice is fine."""
        if self._lock.closed:
            return
        remove(self.name)
        for child in self._children:
            child.wait()
        self._lock.close()


@contextmanager
def starting() -> Iterator[None]:
    """One run at a time sweeps, claims a folder or picks a subnet. The lock is on /run itself: no file stays behind."""
    descriptor = os.open(RUNTIME, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def sweep() -> None:
    """Remove the runs that died: those whose lock nobody holds. A living run beside this one is left alone."""
    for folder in RUNTIME.glob("ph-*"):
        if re.fullmatch(r"ph-[0-9a-f]{6}", folder.name) and not is_locked(folder / "lock"):
            remove(folder.name)


def is_locked(path: Path) -> bool:
    """Whether a living process holds the lock on `path`."""
    try:
        with path.open("r") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except FileNotFoundError:
        return False
    return False


def remove(name: str) -> None:
    """Undo everything that carries `name`, in the order in which the kernel lets go of it; its folder goes last."""
    kill_all(name)
    remove_shim_sockets(RUNTIME / name)
    unmount_below(RUNTIME / name)
    for link in Path("/sys/class/net").glob(f"{name}-*"):  # before its namespace, which would take it along, but later
        ip("link", "delete", link.name)
    for namespace in NAMESPACES.glob(f"{name}-*"):
        ip("netns", "delete", namespace.name)
    for root in cgroups_of(name):
        remove_cgroup(root)
    remove_podman_parents()
    shutil.rmtree(RUNTIME / name, onerror=_unless_gone)


def _unless_gone(_function: object, _path: str, failure: tuple[type, BaseException, object]) -> None:
    """The run's own process may be removing the same at this moment."""
    if not isinstance(failure[1], FileNotFoundError):
        raise failure[1]


def processes_of(name: str) -> set[int]:
    """The ids of all processes in the run's cgroups and network namespaces."""
    found = set[int]()
    for root in cgroups_of(name):
        for listing in root.rglob("cgroup.procs"):
            with suppress(OSError):  # the cgroup went away meanwhile
                found.update(map(int, listing.read_text().split()))
    for namespace in NAMESPACES.glob(f"{name}-*"):
        found.update(map(int, ip("netns", "pids", namespace.name).split()))
    return found


def kill_all(name: str) -> None:
    """SIGKILL every process of the run, paused containers too, until none is left. Raises WorldError after 10 s."""

    def none_left() -> bool:
        try:
            for state in (state for root in cgroups_of(name) for state in root.rglob("freezer.state")):
                with suppress(OSError):
                    state.write_text("THAWED")  # in cgroup v1 a frozen process cannot even die
            remaining = processes_of(name)
        except FileNotFoundError:  # a cgroup went away under our eyes
            return False
        for process in remaining:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        return not remaining

    wait_until(none_left, 10, f"the processes of {name} do not die")


def remove_shim_sockets(folder: Path) -> None:
    """containerd's shims listen below /run/containerd/s, whatever the state folder; a killed one leaves its socket."""
    for address in folder.glob("*/exec/containerd/daemon/io.containerd.runtime.v2.task/*/*/address"):
        Path(address.read_text().strip().removeprefix("unix://")).unlink(missing_ok=True)


def unmount_below(folder: Path) -> None:
    """Unmount what lies in the folder, the innermost first."""
    for point in reversed(mounts_below(folder)):
        subprocess.run(("umount", "--lazy", point), check=True, capture_output=True)


def mounts_below(folder: Path) -> list[str]:
    """Mount points below a folder, in the order in which they were mounted."""
    points = [line.split()[4] for line in Path("/proc/self/mountinfo").read_text().splitlines()]
    return [point for point in points if point.startswith(f"{folder}/")]


def cgroups_of(name: str) -> list[Path]:
    """The run's top cgroups, in every hierarchy of cgroup v1 or the one of v2; Podman names its own by container."""
    containers = (folder.name for folder in (RUNTIME / name).glob("podman/root/vfs-containers/*"))
    names = (name, *(f"{PODMAN_PARENT}/libpod-{container}" for container in containers))
    return [path for each in names for path in (CGROUPS / each, *CGROUPS.glob(f"*/{each}")) if path.is_dir()]


def remove_cgroup(root: Path) -> None:
    """Remove a cgroup and those in it; the kernel may need a moment after the last process. Raises WorldError."""

    def gone() -> bool:
        for folder, _, _ in os.walk(root, topdown=False):
            with suppress(OSError):
                Path(folder).rmdir()
        return not root.exists()

    wait_until(gone, 5, f"{root} is not empty")


def remove_podman_parents() -> None:
    """Remove the empty cgroups of Podman that carry nobody's name; the kernel refuses those with a process in them."""
    for parent in (CGROUPS / PODMAN_PARENT, *CGROUPS.glob(f"*/{PODMAN_PARENT}")):
        for folder, _, _ in os.walk(parent, topdown=False):
            with suppress(OSError):
                Path(folder).rmdir()


def free_subnet() -> int:
    """An N for which this machine has no route to 10.99.N.0/24."""
    taken = {
        int(number)
        for number in re.findall(rf"\b{re.escape(SUBNETS)}\.(\d+)\.", ip("-4", "route", "show", "table", "all"))
    }
    return next(number for number in range(1, 255) if number not in taken)


def ip(*arguments: str) -> str:
    """Run `ip` and return what it prints. Raises CalledProcessError."""
    return subprocess.run(("ip", *arguments), check=True, capture_output=True, text=True).stdout


def wait_until(condition: Callable[[], bool], seconds: float, otherwise: str) -> None:
    """Poll `condition` until it holds. Raises WorldError with `otherwise` after `seconds`."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise WorldError(otherwise)
        time.sleep(0.02)
