"""A Docker-compatible unix socket: raw requests, and the CLI that is the judge of our answers."""

import http.client
import json
import socket
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.world.busybox import IMAGE, busybox_root
from tests.world.run import WorldError

API_SECONDS = 30.0
BUILT_IN_NETWORKS = ("bridge", "host", "none", "podman")


class DockerSocket:
    """What every engine of the tests can be asked. `folder` is its own, `cli` the docker command that judges."""

    def __init__(self, folder: Path, cli: Path) -> None:
        """Name the socket in `folder`; whoever starts the engine makes it appear."""
        self.folder = folder
        self.cli = cli
        self.socket = folder / "docker.sock"

    @property
    def host(self) -> str:
        """The endpoint as DOCKER_HOST wants it."""
        return f"unix://{self.socket}"

    @property
    def version(self) -> str:
        """The engine's own version, such as "20.10.24+dfsg1"."""
        return str(self.api("GET", "/version")["Version"])

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

    def responds(self, seconds: float) -> bool:
        """Whether /_ping is answered within `seconds`."""
        try:
            return self.request("GET", "/_ping", seconds=seconds)[0] == 200
        except (OSError, http.client.HTTPException):
            return False

    def docker(
        self, *arguments: str, stdin: bytes = b"", check: bool = True, seconds: float = 60
    ) -> subprocess.CompletedProcess[str]:
        """Run the judging CLI against this engine. Raises WorldError if it fails and `check` is set."""
        command = (str(self.cli), *arguments)
        environment = {**self.environment(), "PATH": "/usr/bin:/bin"}
        raw = subprocess.run(command, input=stdin, env=environment, capture_output=True, timeout=seconds, check=False)
        done = subprocess.CompletedProcess(command, raw.returncode, raw.stdout.decode(), raw.stderr.decode())
        if check and done.returncode:
            raise WorldError(f"docker {' '.join(arguments)}: {done.returncode}: {done.stderr.strip()}")
        return done

    def environment(self) -> Mapping[str, str]:
        """What makes a Docker client talk to this engine and know nothing of the developer's settings."""
        return {"HOME": str(self.folder), "DOCKER_CONFIG": str(self.folder / "cli"), "DOCKER_HOST": self.host}

    def run(self, *options: str, command: Sequence[str]) -> str:
        """`docker run --detach OPTIONS busybox:local COMMAND`: the full container id. Grace period 1 s unless given."""
        arguments = ("--detach", "--stop-timeout", "1", *options, IMAGE, *command)
        return self.docker("run", *arguments).stdout.strip()

    def import_busybox(self) -> None:
        """Make `busybox:local`, the one image of the tests."""
        self.docker("import", "--change", 'CMD ["sh"]', "-", IMAGE, stdin=busybox_root())

    def clear(self) -> None:
        """Remove all containers, networks and volumes, and every image but `busybox:local`; make that if missing."""
        for container in self.api("GET", "/containers/json?all=1"):
            self.request("DELETE", f"/containers/{container['Id']}?force=1&v=1")
        for network in self.api("GET", "/networks"):
            if network["Name"] not in BUILT_IN_NETWORKS:
                self.api("DELETE", f"/networks/{network['Id']}")
        for volume in self.api("GET", "/volumes")["Volumes"] or ():
            self.api("DELETE", f"/volumes/{volume['Name']}?force=1")
        images = self.api("GET", "/images/json?all=1")
        strangers = [image for image in images if not is_ours(image["RepoTags"])]
        for image in strangers:  # a parent goes with its last child: no complaint about 404 or 409
            self.request("DELETE", f"/images/{image['Id']}?force=1")
        if strangers:
            self.request("POST", "/build/prune?all=1")
        if len(strangers) == len(images):
            self.import_busybox()


def is_ours(tags: Sequence[str] | None) -> bool:
    """Whether an image is `busybox:local`, which Podman calls docker.io/library/busybox:local."""
    return any(tag.rpartition("/")[2] == IMAGE for tag in tags or ())


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
