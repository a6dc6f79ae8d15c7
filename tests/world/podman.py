"""Podman's Docker-compatible service (Debian's 4.3), with every folder, lock and cgroup of its own."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.world.busybox import BUSYBOX
from tests.world.dockersocket import DockerSocket
from tests.world.engine import DOCKER_20
from tests.world.run import Run, wait_until

PODMAN = Path("/usr/bin/podman")
RUNC = Path("/usr/sbin/runc")
VERSION = "4.3"

# By default the lock lies in /dev/shm and runc's state in /run/runc, for all Podmans of the machine; a `--runtime-flag`
# would not reach the clean-up that conmon starts. The limits are more than root may set without CAP_SYS_RESOURCE.
CONFIGURATION = """
[containers]
netns = "host"
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]

[engine]
runtime = "own-runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
lock_type = "file"
tmp_dir = "{folder}/tmp"

[engine.runtimes]
own-runc = ["{folder}/own-runc"]

[network]
network_config_dir = "{folder}/networks"
"""


def why_not_podman() -> str | None:
    """Why Podman cannot run here, or None."""
    if os.geteuid() != 0:
        return "real engines need root"
    tools = (PODMAN, Path("/usr/bin/conmon"), RUNC, DOCKER_20.cli, BUSYBOX)
    missing = [path for path in tools if not path.is_file()]
    if missing:
        return f"Podman {VERSION} needs {missing[0]}"
    found = subprocess.run((PODMAN, "--version"), capture_output=True, text=True, check=True).stdout.strip()
    return None if f" {VERSION}." in found else f"{PODMAN} is not of Podman {VERSION}: {found}"


class Podman(DockerSocket):
    """`podman system service` on a socket of its own; Debian's docker CLI is the judge."""

    def __init__(self, run: Run) -> None:
        """Prepare folder and network. Nothing runs before `start`."""
        super().__init__(run.folder / "podman", DOCKER_20.cli)
        self.folder.mkdir()
        self.network = run.network("podman")
        self.log = self.folder / "podman.log"
        self._run = run
        self._process: subprocess.Popen[bytes] | None = None
        (self.folder / "containers.conf").write_text(CONFIGURATION.format(folder=self.folder))
        runtime = self.folder / "own-runc"
        runtime.write_text(f'#!/bin/sh\nexec {RUNC} --root {self.folder}/runc "$@"\n')
        runtime.chmod(0o755)

    def start(self) -> None:
        """Start the service, unless it runs, and wait until it answers."""
        if self._process is not None and self._process.poll() is None:
            return
        folders = ("--root", str(self.folder / "root"), "--runroot", str(self.folder / "runroot"))
        service = (str(PODMAN), *folders, "--storage-driver", "vfs", "system", "service", "--time=0", self.host)
        configuration = {"CONTAINERS_CONF": str(self.folder / "containers.conf")}
        self._process = self._run.spawn((*self.network.enter(), *service), self.log, configuration)
        wait_until(lambda: self.responds(1.0), 20, "podman does not answer")

    def stop(self) -> None:
        """End the service (SIGTERM). Containers go on: Podman has no daemon that they need."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)

    def run(self, *options: str, command: Sequence[str]) -> str:
        """`docker run --detach` in the service's own network, a namespace of ours: the full container id."""
        # A bridge would leave its namespaces and addresses in the folders of all Podmans, if this run were killed.
        return super().run("--network", "host", *options, command=command)

    def clean(self) -> None:
        """Running, with `busybox:local` and nothing else."""
        self.start()
        self.clear()
