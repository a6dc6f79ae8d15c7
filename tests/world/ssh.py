"""A host that is reached by ssh and has an engine: an sshd of our own on 127.0.0.1, with keys of our own."""

import os
import socket
import subprocess
from pathlib import Path

from tests.world.engine import DockerEngine
from tests.world.run import SYSTEM_PATH, Run, WorldError, wait_until

SSHD = Path("/usr/sbin/sshd")
SSH = Path("/usr/bin/ssh")
ALIAS = "pilothouse"

SERVER = """
ListenAddress 127.0.0.1
Port {port}
HostKey {folder}/host
AuthorizedKeysFile {folder}/user.pub
AllowUsers root
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
StrictModes no
PidFile none
SetEnv DOCKER_HOST={docker_host} PATH={path}
"""

CLIENT = """
Host {alias} 127.0.0.1
    HostName 127.0.0.1
    Port {port}
    User root
    IdentityFile {folder}/user
    IdentitiesOnly yes
    UserKnownHostsFile {folder}/known_hosts
    StrictHostKeyChecking yes
"""


def why_not_ssh() -> str | None:
    """Why there can be no ssh endpoint here, or None."""
    return next((f"the ssh endpoint needs Debian's {path}" for path in (SSHD, SSH) if not path.is_file()), None)


class SshEndpoint:
    """An engine behind ssh, at `host` or under the alias ssh://pilothouse.

    OpenSSH takes ~/.ssh from the user database and not from HOME. So `bin_folder`, put first on PATH, holds an `ssh`
    that is the system's with a configuration of ours; the key and the host's key are in there.
    """

    def __init__(self, run: Run, engine: DockerEngine) -> None:
        """Make keys and configuration. Nothing runs before `start`."""
        self.engine = engine
        self.folder = run.folder / "ssh"
        self.folder.mkdir()
        self.bin_folder = self.folder / "bin"
        self.log = self.folder / "sshd.log"
        self.port = free_port()
        self._run = run
        self._process: subprocess.Popen[bytes] | None = None
        for key in ("host", "user"):
            subprocess.run(("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", self.folder / key), check=True)
        self._write_configuration()

    @property
    def host(self) -> str:
        """The endpoint as DOCKER_HOST wants it."""
        return f"ssh://root@127.0.0.1:{self.port}"

    def _write_configuration(self) -> None:
        docker_path = f"{self.engine.release.cli.parent}:{SYSTEM_PATH}"
        values = {"folder": self.folder, "port": self.port, "alias": ALIAS, "path": docker_path}
        (self.folder / "sshd_config").write_text(SERVER.format(docker_host=self.engine.host, **values))
        (self.folder / "ssh_config").write_text(CLIENT.format(**values))
        host_key = (self.folder / "host.pub").read_text()
        (self.folder / "known_hosts").write_text(f"[127.0.0.1]:{self.port} {host_key}")
        self.bin_folder.mkdir()
        wrapper = self.bin_folder / "ssh"
        wrapper.write_text(f'#!/bin/sh\nexec {SSH} -F {self.folder}/ssh_config "$@"\n')
        wrapper.chmod(0o755)

    def start(self) -> None:
        """Start sshd, unless it runs, and wait until a login works. Raises WorldError with both sides' words."""
        if self._process is not None and self._process.poll() is None:
            return
        # The package's own service makes this folder at every boot. Where no service runs nobody does.
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
        command = (str(SSHD), "-D", "-e", "-f", str(self.folder / "sshd_config"))
        self._process = self._run.spawn(command, self.log)
        wait_until(self._listens, 10, f"sshd does not listen: {self.log.read_text()}")
        login = subprocess.run(
            (self.bin_folder / "ssh", "-o", "BatchMode=yes", ALIAS, "true"), capture_output=True, text=True
        )
        if login.returncode:
            raise WorldError(f"no login by ssh: {login.stderr}{self.log.read_text()}")

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self) -> None:
        """End the listener: no new logins. Sessions go on, as they do when a host's sshd restarts."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)

    def environment(self) -> dict[str, str]:
        """What makes a Docker client, or anything that runs `ssh`, use this endpoint."""
        return {"DOCKER_HOST": self.host, "PATH": f"{self.bin_folder}:{os.environ['PATH']}"}


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
