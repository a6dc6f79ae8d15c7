"""What engines could leave on a machine: processes, mounts, namespaces, links, iptables rules and cgroups."""

import re
import subprocess
from dataclasses import dataclass, fields
from pathlib import Path

from tests.world.run import CGROUPS, NAMESPACES

# A machine starts and ends processes of its own all the time: only those that engines are made of count.
ENGINE_PROGRAMS = (
    "dockerd",
    "containerd",
    "docker-proxy",
    "docker",
    "runc",
    "podman",
    "conmon",
    "sshd",
    "nsenter",
    "busybox",
)


@dataclass(frozen=True)
class Traces:
    """One look at the machine. What belongs to another run of the tests is left out: it may begin or end meanwhile."""

    processes: frozenset[str]
    mounts: frozenset[str]
    namespaces: frozenset[str]
    links: frozenset[str]
    rules: frozenset[str]
    cgroups: frozenset[str]

    @classmethod
    def take(cls, own: str) -> "Traces":
        """Look now; `own` is the name of the run that asks."""
        another = re.compile(rf"ph-(?!{own.removeprefix('ph-')})[0-9a-f]{{6}}\b")

        def mine(lines: set[str]) -> frozenset[str]:
            return frozenset(line for line in lines if not another.search(line))

        return cls(
            processes=mine(engine_processes()),
            mounts=mine(
                {line.split()[4] for line in Path("/proc/self/mountinfo").read_text().splitlines()} - {str(NAMESPACES)}
            ),
            namespaces=mine({path.name for path in NAMESPACES.glob("*")}),
            links=mine({path.name for path in Path("/sys/class/net").iterdir()}),
            rules=mine(iptables_rules()),
            cgroups=mine({str(path) for pattern in ("*", "*/*") for path in CGROUPS.glob(pattern) if path.is_dir()}),
        )

    def new_since(self, before: "Traces") -> dict[str, list[str]]:
        """What is here now and was not before, by sort; empty when nothing was left."""
        grown = {sort.name: sorted(getattr(self, sort.name) - getattr(before, sort.name)) for sort in fields(self)}
        return {sort: things for sort, things in grown.items() if things}


def engine_processes() -> set[str]:
    """Processes that run an engine's program: pid, cgroup of the first hierarchy, command line."""
    found = set[str]()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            program = (folder / "comm").read_text().strip()
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            if command and program.startswith(ENGINE_PROGRAMS):  # a zombie has no command line any more
                found.add(f"{folder.name} {(folder / 'cgroup').read_text().strip()} {command}")
        except (FileNotFoundError, ProcessLookupError):
            continue  # ended while we looked
    return found


def iptables_rules() -> set[str]:
    """Every rule and chain of this machine's own namespace, without counters; none where nothing could make one."""
    try:
        saved = subprocess.run(("/usr/sbin/iptables-save",), check=True, capture_output=True, text=True).stdout
    except FileNotFoundError:
        return set()
    return {line.partition(" [")[0] for line in saved.splitlines() if not line.startswith("#")}
