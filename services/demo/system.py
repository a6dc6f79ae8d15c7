"""What the sample engine says of itself."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from models.context import Context
from models.docker.container import Container, State
from models.docker.system import system_facts
from models.system import SystemFacts

_NUMBER = "29.8.0"
_VERSION = {
    "Platform": {"Name": "Sample engine, in the memory of this window"},
    "Version": _NUMBER,
    "ApiVersion": "1.56",
    "MinAPIVersion": "1.44",
    "Components": [
        {"Name": "Engine", "Version": _NUMBER},
        {"Name": "containerd", "Version": "v2.1.4"},
        {"Name": "runc", "Version": "1.3.0"},
    ],
}
_INFO = {
    "Name": "demo",
    "OperatingSystem": "Sample OS 13",
    "KernelVersion": "6.12.0-sample",
    "OSType": "linux",
    "Architecture": "x86_64",
    "NCPU": 12,
    "MemTotal": 33_500_000_000,
    "Driver": "overlayfs",
    "DriverStatus": [["driver-type", "io.containerd.snapshotter.v1"]],
    "DockerRootDir": "/var/lib/docker",
    "CgroupVersion": "2",
    "CgroupDriver": "systemd",
    "Runtimes": {"runc": {}, "crun": {}},
    "DefaultRuntime": "runc",
    "InitBinary": "docker-init",
    "LoggingDriver": "json-file",
    "SecurityOptions": ["name=apparmor", "name=seccomp,profile=builtin", "name=cgroupns"],
    "Swarm": {"LocalNodeState": "inactive"},
    "LiveRestoreEnabled": False,
    "RegistryConfig": {"InsecureRegistryCIDRs": ["127.0.0.0/8", "::1/128"]},
    "Plugins": {"Volume": ["local"], "Network": ["bridge", "host", "ipvlan", "macvlan", "null", "overlay"]},
}


def demo_facts(context: Context, containers: Sequence[Container]) -> SystemFacts:
    """Facts of an engine that does not exist, said as such."""
    running = sum(row.state is State.RUNNING for row in containers)
    paused = sum(row.state is State.PAUSED for row in containers)
    told = {
        "ID": context.id,  # each demo is an engine of its own
        "Containers": len(containers),
        "ContainersRunning": running,
        "ContainersPaused": paused,
        "ContainersStopped": len(containers) - running - paused,
        "Images": len({row.image_id for row in containers}),
    }
    facts = system_facts(msgspec.json.encode(_VERSION), msgspec.json.encode({**_INFO, **told}), context)
    return replace(
        facts,
        headline="Sample engine, in memory",
        brief=f"sample, {_NUMBER}",
        warnings=("This is the demo: its containers are made up, and nothing on this machine is touched.",),
    )
