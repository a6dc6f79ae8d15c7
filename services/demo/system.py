"""What the sample engine says of itself."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from models.context import Context
from models.docker.container import Container, State
from models.health import Tone
from models.system import Fact, FactGroup, SystemFacts
from models.text import count_text

_VERSION = "29.8.0"


def system_facts(context: Context, containers: Sequence[Container]) -> SystemFacts:
    """Facts of an engine that does not exist, said as such."""
    counts = {state: sum(row.state is state for row in containers) for state in State}
    document = {
        "ID": "demo",
        "Name": "demo",
        "ServerVersion": _VERSION,
        "ApiVersion": "1.56",
        "Containers": len(containers),
        "ContainersRunning": counts[State.RUNNING],
        "ContainersPaused": counts[State.PAUSED],
        "OperatingSystem": "Sample OS",
        "Driver": "overlayfs",
        "NCPU": 12,
    }
    return SystemFacts(
        headline="Sample engine, in memory",
        brief=f"sample, {_VERSION}",
        warnings=("This is the demo: its containers are made up, and nothing on this machine is touched.",),
        groups=(
            FactGroup(
                "Engine",
                (
                    Fact("Version", _VERSION, mono=True),
                    Fact("API", "1.56, oldest 1.44", mono=True),
                    Fact("Address", context.endpoint, mono=True, note="in the memory of this window"),
                    Fact("Containers", _counted(containers, counts)),
                ),
            ),
            FactGroup(
                "Machine",
                (
                    Fact("System", "Sample OS, kernel 6.12", tone=Tone.SECONDARY),
                    Fact("Processors", "12"),
                    Fact("Memory", "31.2 GB"),
                ),
            ),
            FactGroup(
                "Storage and control groups",
                (
                    Fact("Storage", "overlayfs, containerd 2.1", mono=True),
                    Fact("Control groups", "v2, systemd"),
                    Fact("Runtimes", "runc 1.3.0", mono=True),
                    Fact("Logging", "json-file", tone=Tone.WARNING, note="never rotated unless a limit is set"),
                ),
            ),
        ),
        engine_id="demo",
        document=msgspec.json.encode(document),
    )


def _counted(containers: Sequence[Container], counts: dict[State, int]) -> str:
    said = ", ".join(f"{count} {state}" for state, count in counts.items() if count)
    return f"{count_text(len(containers), 'container')}: {said}"
