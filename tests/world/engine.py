"""Real Docker engines beside whatever the developer runs: own network, cgroup, folders and containerd namespaces."""

import http.client
import io
import json
import os
import signal
import socket
import subprocess
import tarfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.world.build import CannotBuild, go_command, world_bin
from tests.world.run import Network, Run, WorldError, wait_until

IMAGE = "busybox:local"
BUSYBOX = Path("/usr/bin/busybox")
API_SECONDS = 30.0


@dataclass(frozen=True)
class Release:
    """A Docker version of the tests: its daemon, and the CLI of the same version as the judge of our answers."""

    name: str
    dockerd: Path
    cli: Path
    options: tuple[str, ...] = ()

    def why_not(self) -> str | None:
        """Why this release cannot run here, or None."""
        if os.geteuid() != 0:
            return "real engines need root"
        missing = [path for path in (*DEBIAN_TOOLS, self.dockerd, self.cli) if not path.is_file()]
        if missing:
            return (
                why_not_built()
                if missing[0].parent == world_bin()
                else f"Docker {self.name} needs Debian's {missing[0]}"
            )
        found = subprocess.run((self.cli, "--version"), capture_output=True, text=True, check=True).stdout
        return None if f"version {self.name}." in found else f"{self.cli} is not of Docker {self.name}: {found.strip()}"


def why_not_built() -> str:
    """Why the binaries of `make world` are not there."""
    try:
        go_command()
    except CannotBuild as reason:
        return f"Docker 29 is not built: {reason}"
    return "Docker 29 is not built: run `make world`"


DEBIAN_TOOLS = (Path("/usr/bin/containerd"), Path("/usr/sbin/runc"), Path("/usr/sbin/iptables"), BUSYBOX)
DOCKER_20 = Release("20.10", Path("/usr/sbin/dockerd"), Path("/usr/bin/docker"))
DOCKER_29 = Release(
    "29",
    world_bin() / "dockerd",
    world_bin() / "docker",
    ("--feature", "time-namespaces=false", "--userland-proxy-path", str(world_bin() / "docker-proxy")),
)


class DockerEngine:
    """One dockerd of the tests. `socket` answers from anywhere, published ports at `address`."""

    def __init__(self, run: Run, name: str, release: Release, options: Sequence[str] = ()) -> None:
        """Prepare folder and network; `options` are added to dockerd's command line. Nothing runs before `start`."""
        self.release = release
        self.name = name
        self.folder = run.folder / name
        self.folder.mkdir()
        self.socket = self.folder / "docker.sock"
        self.log = self.folder / "dockerd.log"
        self.network: Network = run.network(name)
        self._run = run
        self._options = tuple(options)
        self._process: subprocess.Popen[bytes] | None = None
        # Without a file of its own dockerd reads the developer's /etc/docker/daemon.json.
        (self.folder / "daemon.json").write_text("{}")

    @property
    def address(self) -> str:
        """Where published ports answer, an IPv4 address such as 10.99.3.2."""
        return self.network.address

    @property
    def host(self) -> str:
        """The endpoint as DOCKER_HOST wants it."""
        return f"unix://{self.socket}"

    @property
    def version(self) -> str:
        """The engine's own version, such as "20.10.24+dfsg1"."""
        return str(self.api("GET", "/version")["Version"])

    @property
    def running(self) -> bool:
        """Whether the daemon's process lives, frozen or not."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start the daemon and wait until it answers; about 2 s. Raises WorldError with the end of its log."""
        if self.running:
            return
        self._process = self._run.spawn((*self.network.enter(), *self._command()), self.log)

        def answers() -> bool:
            if not self.running:
                raise WorldError(f"dockerd {self.release.name} ended: {self.last_words()}")
            return self.responds(1.0)

        wait_until(answers, 30, f"dockerd {self.release.name} does not answer: {self.last_words()}")

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
        """Let the daemon hang (SIGSTOP): connections are accepted by the kernel and never answered."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Undo `freeze` (SIGCONT)."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: int) -> None:
        assert self._process is not None, "the engine was not started"
        self._process.send_signal(number)

    def responds(self, seconds: float) -> bool:
        """Whether /_ping is answered within `seconds`."""
        try:
            return self.request("GET", "/_ping", seconds=seconds)[0] == 200
        except OSError:
            return False

    def request(self, method: str, path: str, body: Any = None, *, seconds: float = API_SECONDS) -> tuple[int, bytes]:
        """One HTTP request on a connection of its own: status and raw body. Raises OSError, TimeoutError."""
        connection = UnixConnection(self.socket, seconds)
        try:
            headers = {} if body is None else {"Content-Type": "application/json"}
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def api(self, method: str, path: str, body: Any = None) -> Any:
        """The JSON answer of one request at the engine's newest API version. Raises WorldError on a status over 399."""
        status, raw = self.request(method, path, body)
        if status > 399:
            raise WorldError(f"{method} {path}: {status} {raw.decode(errors='replace').strip()}")
        return json.loads(raw) if raw.strip() else None

    def docker(
        self, *arguments: str, stdin: bytes | None = None, check: bool = True, seconds: float = 60
    ) -> subprocess.CompletedProcess[str]:
        """Run the CLI of the engine's own version against it. Raises WorldError if it fails and `check` is set."""
        environment = self.cli_environment()
        command = (str(self.release.cli), *arguments)
        raw = subprocess.run(
            command, input=stdin or b"", env=environment, capture_output=True, timeout=seconds, check=False
        )
        done = subprocess.CompletedProcess(command, raw.returncode, raw.stdout.decode(), raw.stderr.decode())
        if check and done.returncode:
            raise WorldError(f"docker {' '.join(arguments)}: {done.returncode}: {done.stderr.strip()}")
        return done

    def cli_environment(self) -> Mapping[str, str]:
        """Environment in which `docker` talks to this engine and knows nothing of the developer's settings."""
        return {
            "PATH": "/usr/bin:/bin",
            "HOME": str(self.folder),
            "DOCKER_CONFIG": str(self.folder / "cli"),
            "DOCKER_HOST": self.host,
        }

    def run(self, *arguments: str, command: Sequence[str], image: str = IMAGE) -> str:
        """`docker run --detach ARGUMENTS IMAGE COMMAND`: the full container id. Its grace period is 1 s unless given."""
        return self.docker("run", "--detach", "--stop-timeout", "1", *arguments, image, *command).stdout.strip()

    def import_busybox(self) -> None:
        """Make `busybox:local`, the one image of the tests: nothing can be pulled."""
        self.docker("import", "--change", 'CMD ["sh"]', "-", IMAGE, stdin=busybox_root())

    def clean(self) -> None:
        """As after `import_busybox`: running and thawed, no containers, networks, volumes or images of a test."""
        if self.running:
            self.thaw()
        self.start()
        for container in self.api("GET", "/containers/json?all=1"):
            self.request("DELETE", f"/containers/{container['Id']}?force=1&v=1")
        for network in self.api("GET", "/networks"):
            if network["Name"] not in ("bridge", "host", "none"):
                self.api("DELETE", f"/networks/{network['Id']}")
        for volume in self.api("GET", "/volumes")["Volumes"] or ():
            self.api("DELETE", f"/volumes/{volume['Name']}?force=1")
        self._clean_images()

    def _clean_images(self) -> None:
        images = self.api("GET", "/images/json?all=1")
        if any(IMAGE not in (image["RepoTags"] or ()) for image in images):
            for image in images:
                # A parent goes with its last child, hence no complaint about an answer of 404 or 409.
                if IMAGE not in (image["RepoTags"] or ()):
                    self.request("DELETE", f"/images/{image['Id']}?force=1")
            self.request("POST", "/build/prune?all=1")

    def last_words(self) -> str:
        """The end of the daemon's log."""
        return self.log.read_text(errors="replace")[-2000:] if self.log.exists() else "(no log)"


class UnixConnection(http.client.HTTPConnection):
    """HTTP over a unix socket."""

    def __init__(self, path: Path, seconds: float) -> None:
        """Connects on the first request; `seconds` limits the connect and every read."""
        super().__init__("localhost", timeout=seconds)
        self._path = path

    def connect(self) -> None:
        """Open the unix socket in the place of a TCP connection."""
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._path))


def busybox_root() -> bytes:
    """A root file system as tar: busybox, its applets as links, users and /tmp."""
    applets = subprocess.run((BUSYBOX, "--list"), capture_output=True, text=True, check=True).stdout.split()
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        add_file(archive, "bin/busybox", BUSYBOX.read_bytes(), 0o755)
        for applet in applets:
            link = tarfile.TarInfo(f"bin/{applet}")
            link.type, link.linkname = tarfile.SYMTYPE, "busybox"
            if applet != "busybox":
                archive.addfile(link)
        add_file(
            archive, "etc/passwd", b"root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n", 0o644
        )
        add_file(archive, "etc/group", b"root:x:0:\nnogroup:x:65534:\n", 0o644)
        for name, mode in (("tmp", 0o1777), ("root", 0o700)):
            folder = tarfile.TarInfo(name)
            folder.type, folder.mode = tarfile.DIRTYPE, mode
            archive.addfile(folder)
    return buffer.getvalue()


def add_file(archive: tarfile.TarFile, name: str, content: bytes, mode: int) -> None:
    """Add one file to a tar archive."""
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(content), mode
    archive.addfile(member, io.BytesIO(content))
