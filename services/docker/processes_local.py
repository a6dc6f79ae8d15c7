"""What /proc of this machine adds to an engine's list of processes, where the engine runs on this machine."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec.structs import replace

from models.docker.processes import Process

_PROC = Path("/proc")


class LocalProc:
    """The processes of one container, seen from outside."""

    def __init__(self, main: int) -> None:
        """`main` is its first process. Raises OSError where that is not there."""
        self._level = len(_status(main).get("NSpid", "").split()) - 1  # deeper ones belong to containers within it
        self._tick = os.sysconf("SC_CLK_TCK")
        self._booted = _booted()

    def completed(self, processes: Sequence[Process]) -> tuple[Process, ...]:
        """With PIDs inside, exact CPU times, starts and signals, and with the zombies, which no control group lists."""
        known = {process.pid for process in processes}
        zombies = [
            Process(pid=child, parent=process.pid)
            for process in processes
            for child in _children(process.pid)
            if child not in known
        ]
        seen = [self._seen(process) for process in (*processes, *zombies)]
        found = {process.inside for process in seen if process.pid > 0}
        return tuple(
            process
            for process in seen
            if (process.zombie or process.pid in known) and (process.pid > 0 or process.inside not in found)
        )

    def _seen(self, process: Process) -> Process:
        """What is known of it now; as it is where it has ended meanwhile."""
        try:
            status = _status(process.pid)
            numbers = (_PROC / str(process.pid) / "stat").read_text(errors="replace").rpartition(")")[2].split()
            inside = status.get("NSpid", "").split()
            uid = int(status["Uid"].split()[1])
            return replace(
                process,
                inside=int(inside[self._level]) if 0 <= self._level < len(inside) else process.inside,
                state=numbers[0],
                cpu_seconds=(int(numbers[11]) + int(numbers[12])) / self._tick,
                threads=int(numbers[17]),
                started=self._booted + int(numbers[19]) / self._tick,
                caught=int(status["SigCgt"], 16),
                ignored=int(status["SigIgn"], 16),
                blocked=int(status["SigBlk"], 16),
                uid=uid,
                user=process.user or ("root" if uid == 0 else str(uid)),
                command=process.command or f"[{status['Name']}]",
            )
        except (OSError, KeyError, ValueError, IndexError):
            return process


def local_proc(container: str, main: int) -> LocalProc | None:
    """The way to this machine's /proc, where `main` is the process there that the engine calls so; else None.

    A socket of this machine proves nothing: it may lead into a virtual machine. The control group names the container.
    """
    try:
        groups = (_PROC / str(main) / "cgroup").read_text(errors="replace")
        return LocalProc(main) if main and container in groups else None
    except OSError:
        return None


def _status(pid: int) -> dict[str, str]:
    lines = (_PROC / str(pid) / "status").read_text(errors="replace").splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def _children(pid: int) -> Iterator[int]:
    """Those of all its threads, zombies included; none where the kernel keeps no such list."""
    for path in (_PROC / str(pid) / "task").glob("*/children") if pid > 0 else ():
        try:
            yield from map(int, path.read_text().split())
        except OSError:
            continue  # the thread has ended


def _booted() -> float:
    """When this machine started, seconds since the epoch."""
    for line in (_PROC / "stat").read_text().splitlines():
        if line.startswith("btime "):
            return float(line.split()[1])
    return 0.0
