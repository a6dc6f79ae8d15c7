"""Real Docker engines beside whatever the developer runs: own network, cgroup, folders and containerd namespaces."""

import json
import os
import signal
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tests.world.build import CannotBuild, go_command, world_bin
from tests.world.busybox import BUSYBOX
from tests.world.dockersocket import DockerSocket
from tests.world.run import Run, WorldError, wait_until

DEBIAN_TOOLS = (Path("/usr/bin/containerd"), Path("/usr/sbin/runc"), Path("/usr/sbin/iptables"), BUSYBOX)


@dataclass(frozen=True)
class Release:
    """A Docker version of the tests: its daemon, and the CLI of the same version as the judge of our answers."""

    name: str
    dockerd: Path
    cli: Path
    options: tuple[str, ...] = ()
    key_setting: str | None = (
        None  # what moves the key that is its identity out of /etc/docker, where all would share it
    )

    def why_not(self) -> str | None:
        """Why this release cannot run here, or None."""
        if os.geteuid() != 0:
            return "real engines need root"
        missing = [path for path in (*DEBIAN_TOOLS, self.dockerd, self.cli) if not path.is_file()]
        if missing:
            return why_not_built() if missing[0].parent == world_bin() else f"Docker {self.name} needs {missing[0]}"
        found = subprocess.run((self.cli, "--version"), capture_output=True, text=True, check=True).stdout.strip()
        return None if f"version {self.name}." in found else f"{self.cli} is not of Docker {self.name}: {found}"


def why_not_built() -> str:
    """Why the binaries of `make world` are not there."""
    try:
        go_command()
    except CannotBuild as reason:
        return f"Docker 29 is not built: {reason}"
    return "Docker 29 is not built: run `make world`"


DOCKER_20 = Release("20.10", Path("/usr/sbin/dockerd"), Path("/usr/bin/docker"), key_setting="deprecated-key-path")
DOCKER_29 = Release(
    "29",
    world_bin() / "dockerd",
    world_bin() / "docker",
    # Debian's runc 1.1 knows no time namespaces.
    ("--feature", "time-namespaces=false", "--userland-proxy-path", str(world_bin() / "docker-proxy")),
)


class DockerEngine(DockerSocket):
    """One dockerd of the tests. `socket` answers from anywhere, published ports at `address`."""

    def __init__(self, run: Run, name: str, release: Release, options: Sequence[str] = ()) -> None:
        """Prepare folder and network; `options` are added to dockerd's command line. Nothing runs before `start`."""
        super().__init__(run.folder / name, release.cli)
        self.folder.mkdir()
        self.release = release
        self.network = run.network(name)
        self.log = self.folder / "dockerd.log"
        self._run = run
        self._options = tuple(options)
        self._process: subprocess.Popen[bytes] | None = None
        # Without a file of its own dockerd reads the developer's /etc/docker/daemon.json.
        settings = {release.key_setting: str(self.folder / "key.json")} if release.key_setting else {}
        (self.folder / "daemon.json").write_text(json.dumps(settings))

    @property
    def address(self) -> str:
        """Where published ports answer, an IPv4 address such as 10.99.3.2."""
        return self.network.address

    @property
    def running(self) -> bool:
        """Whether the daemon's process lives, frozen or not."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start the daemon, unless it runs, and wait until it answers. Raises WorldError with the end of its log."""
        if self.running:
            return
        self._process = self._run.spawn((*self.network.enter(), *self._command()), self.log)

        def answers() -> bool:
            if not self.running:
                raise WorldError(f"dockerd {self.release.name} ended: {self._last_words()}")
            return self.responds(1.0)

        try:
            wait_until(answers, 30, f"dockerd {self.release.name} does not answer")
        except WorldError as silent:
            raise WorldError(f"{silent}: {self._last_words()}") from None

    def _command(self) -> tuple[str, ...]:
        """The daemon's command line: no path, namespace or cgroup is shared with another engine."""
        return (
            str(self.release.dockerd),
            *("--config-file", str(self.folder / "daemon.json")),
            *("--data-root", str(self.folder / "data"), "--exec-root", str(self.folder / "exec")),
            *("--pidfile", str(self.folder / "pid"), "--host", self.host, "--group", "root"),
            *("--containerd-namespace", self.network.namespace),
            *("--containerd-plugins-namespace", f"{self.network.namespace}-plugins"),
            *("--cgroup-parent", f"/{self._run.name}/containers", "--exec-opt", "native.cgroupdriver=cgroupfs"),
            *self.release.options,
            *self._options,
        )

    def stop(self) -> None:
        """End the daemon in order (SIGTERM): it stops its containers first, each within its own grace period."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """SIGKILL the daemon and its containerd. Containers go on, unseen, until the next start clears them."""
        self._end(signal.SIGKILL)
        pidfile = self.folder / "exec" / "containerd" / "containerd.pid"
        with suppress(FileNotFoundError, ProcessLookupError):
            os.kill(int(pidfile.read_text()), signal.SIGKILL)
        # The orphan may stay a zombie, which the next dockerd would take for a living containerd and wait for.
        pidfile.unlink(missing_ok=True)

    def _end(self, number: int) -> None:
        if self._process is not None and self.running:
            self._process.send_signal(number)
            self._process.send_signal(signal.SIGCONT)
            self._process.wait(30)
        self._process = None

    def freeze(self) -> None:
        """Let the daemon hang (SIGSTOP): the kernel accepts connections and nobody answers them."""
        process = self._started()
        process.send_signal(signal.SIGSTOP)
        wait_until(lambda: all_threads_stopped(process.pid), 5, "dockerd does not stop")

    def thaw(self) -> None:
        """Undo `freeze` (SIGCONT)."""
        self._started().send_signal(signal.SIGCONT)

    def _started(self) -> subprocess.Popen[bytes]:
        assert self._process is not None, "the engine does not run"
        return self._process

    def clean(self) -> None:
        """As a test finds it: running, thawed, with `busybox:local` and nothing else."""
        if self.running:
            self.thaw()
        self.start()
        self.clear()

    def _last_words(self) -> str:
        return self.log.read_text(errors="replace")[-2000:]


def all_threads_stopped(process: int) -> bool:
    """Whether SIGSTOP has reached every thread: one that still runs could answer."""
    states = [
        (task / "stat").read_text().rpartition(")")[2].split()[0] for task in Path(f"/proc/{process}/task").iterdir()
    ]
    return all(state in "Tt" for state in states)
