"""The processes of a container as `ps` on the engine's machine tells them, and as a tree with their PIDs inside."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from zlib import crc32

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from models.docker.signals import SIGTERM, signal_number
from models.errors import BadInput

STATES: Mapping[str, str] = {
    "R": "running", "S": "sleeping", "D": "disk wait", "Z": "zombie", "T": "stopped", "t": "traced", "I": "idle",
    "X": "ended",
}  # fmt: skip
STOP_SECONDS = 10  # that a stop waits where the container names no time

_COMPARED = 40  # characters of a command: some `ps` cut it
_DURATION = re.compile(r"(?:(\d+)h)?(?:(\d+)m)?(?:([\d.]+)s)?")  # Podman's


class Process(Struct, frozen=True, gc=False):
    """One process. None is what nobody told."""

    pid: int  # outside: on the engine's machine; that inside, negative, where only that is known
    parent: int  # its PID outside, also where that is no process of the container
    user: str = ""  # by the engine's own list of users
    uid: int | None = None
    state: str = ""  # the kernel's letter
    command: str = ""
    inside: int | None = None  # its PID in the container
    threads: int | None = None
    cpu_seconds: float | None = None  # used since its start
    memory: int | None = None  # bytes that are resident
    started: float | None = None  # seconds since the epoch
    caught: int | None = None  # signals as bits
    ignored: int | None = None
    blocked: int | None = None

    @property
    def zombie(self) -> bool:
        """Whether it has ended and waits for its parent to collect its exit code."""
        return self.state == "Z"

    @property
    def outside(self) -> int | None:
        """Its PID on the engine's machine."""
        return self.pid if self.pid > 0 else None

    @property
    def program(self) -> str:
        """The name of what runs: "sh" of "/bin/sh -c …"."""
        words = self.command.split()
        return words[0].rpartition("/")[2].lstrip("-") if words else ""

    @property
    def mark(self) -> str:
        """Tells it from a later process of the same PID."""
        return f"{self.pid}-{crc32(self.command.encode(errors='replace')):08x}"

    def takes(self, signal: int) -> bool | None:
        """Whether it does something of its own at this signal: a handler, or waiting for it. None: not known."""
        if self.caught is None:
            return None
        return bool((self.caught | (self.blocked or 0)) >> (signal - 1) & 1)


class Housing(Struct, frozen=True):
    """What the container says that concerns all its processes."""

    container: str  # full id
    name: str
    main: int  # PID outside of its first process
    stop_signal: str = "SIGTERM"
    stop_seconds: int = STOP_SECONDS
    pid_mode: str = ""  # "host", "container:…", or a namespace of its own
    paused: bool = False
    pids_limit: int | None = None
    podman: bool = False

    @property
    def own_namespace(self) -> bool:
        """Whether PIDs inside begin at 1 with its own first process."""
        return self.pid_mode != "host" and not self.pid_mode.startswith("container:")


def process_id(container: str, process: Process) -> str:
    """The lasting name of a process: the container's id, and what tells it from a later one of the same PID."""
    return f"{container}/{process.mark}"


class Look(Struct, frozen=True):
    """All processes at one moment."""

    housing: Housing
    processes: tuple[Process, ...]
    at: float  # seconds by a clock that never jumps
    exact: bool = False  # CPU seconds come in hundredths; otherwise in whole ones
    inside_unknown: str = ""  # why some PIDs inside are not known


class _Config(Struct):
    stop_signal: str | None = msgspec.field(name="StopSignal", default=None)
    stop_timeout: int | None = msgspec.field(name="StopTimeout", default=None)


class _HostConfig(Struct):
    pid_mode: str | None = msgspec.field(name="PidMode", default=None)
    pids_limit: int | None = msgspec.field(name="PidsLimit", default=None)


class _State(Struct):
    pid: int = msgspec.field(name="Pid", default=0)
    running: bool = msgspec.field(name="Running", default=False)
    paused: bool = msgspec.field(name="Paused", default=False)


class _Document(Struct):
    id: str = msgspec.field(name="Id")
    name: str = msgspec.field(name="Name", default="")
    config: _Config | None = msgspec.field(name="Config", default=None)
    host: _HostConfig | None = msgspec.field(name="HostConfig", default=None)
    state: _State | None = msgspec.field(name="State", default=None)


def read_housing(document: bytes, podman: bool = False) -> Housing:
    """From an answer to GET /containers/{id}/json. Raises BadInput."""
    try:
        told = msgspec.json.decode(document, type=_Document)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise BadInput(f"The engine's answer cannot be read: {error}") from error
    config, host, state = told.config or _Config(), told.host or _HostConfig(), told.state or _State()
    limit = host.pids_limit
    return Housing(
        container=told.id,
        name=told.name.removeprefix("/"),
        main=state.pid if state.running else 0,
        stop_signal=config.stop_signal or "SIGTERM",
        stop_seconds=STOP_SECONDS if config.stop_timeout is None else config.stop_timeout,
        pid_mode=host.pid_mode or "",
        paused=state.paused,
        pids_limit=limit if limit and limit > 0 else None,
        podman=podman,
    )


def stop_number(housing: Housing) -> int:
    """The number of the signal that a stop sends first."""
    return signal_number(housing.stop_signal) or SIGTERM


class _Top(Struct):
    titles: list[str] | None = msgspec.field(name="Titles", default=None)
    processes: list[list[str]] | None = msgspec.field(name="Processes", default=None)


def read_top(document: bytes, now: float) -> tuple[Process, ...]:
    """From an answer to GET /containers/{id}/top, whatever columns it has; `now` in seconds since the epoch.

    With Podman's HPID column PID is the one inside. Raises BadInput where there is no PID in it.
    """
    try:
        told = msgspec.json.decode(document, type=_Top | None) or _Top()
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise BadInput(f"The engine's list of processes cannot be read: {error}") from error
    titles, lines = told.titles or [], told.processes or []
    if "PID" not in titles:
        raise BadInput("The engine's list of processes has no PIDs")
    processes = [_process(dict(zip(titles, line, strict=False)), now) for line in lines]
    if "HPID" not in titles:
        return tuple(processes)
    outside = {process.inside: process.pid for process in processes}
    return tuple(replace(process, parent=outside.get(process.parent, 0)) for process in processes)


def _process(told: Mapping[str, str], now: float) -> Process:
    first = _number(told.get("PID")) or 0
    host = (_number(told["HPID"]) or -first) if "HPID" in told else first  # Podman knows no zombie's
    memory, elapsed = _number(told.get("RSS")), _seconds(told.get("ELAPSED"))
    user = told.get("HUSER") or told.get("USER") or told.get("UID") or ""
    uid = _number(told.get("UID"))
    return Process(
        pid=host,
        inside=first if "HPID" in told else None,
        parent=_number(told.get("PPID")) or 0,
        user="" if user == "?" else user,
        uid=_number(user) if uid is None else uid,
        state=(told.get("STAT") or told.get("STATE") or told.get("S") or "")[:1],
        command=(told.get("COMMAND") or told.get("CMD") or told.get("ARGS") or "").strip(),
        threads=_number(told.get("NLWP")),
        cpu_seconds=_seconds(told.get("TIME")),
        memory=None if memory is None else memory * 1024,
        started=None if elapsed is None else now - elapsed,
        caught=_mask(told.get("CAUGHT")),
        ignored=_mask(told.get("IGNORED")),
        blocked=_mask(told.get("BLOCKED")),
    )


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() else None


def _mask(text: str | None) -> int | None:
    try:
        return int(text or "", 16)
    except ValueError:
        return None


def _seconds(text: str | None) -> float | None:
    """Of "75", "01:15", "2-03:04:05" and Podman's "1m15.2s"."""
    if not text:
        return None
    if text[-1] == "s" and (found := _DURATION.fullmatch(text)):
        hours, minutes, seconds = found.groups()
        return int(hours or 0) * 3600 + int(minutes or 0) * 60 + float(seconds or 0)
    days, _, clock = text.rpartition("-")
    parts = clock.split(":")
    if not all(part.isdigit() for part in parts) or (days and not days.isdigit()):
        return None
    total = 0
    for part in parts:
        total = total * 60 + int(part)
    return float(total + int(days or 0) * 86_400)


class Inside(Struct, frozen=True, gc=False, order=True):
    """One process as a `ps` in the container tells it."""

    pid: int
    parent: int
    state: str
    command: str


def read_inside(output: str, asked: str) -> list[Inside]:
    """The lines of a `ps` in the container with PID, PPID, STAT and the command; without that `ps` itself, `asked`."""
    lines = [line.split(None, 3) for line in output.splitlines()]
    told = [
        Inside(int(line[0]), int(line[1]), line[2][:1], line[3].strip())
        for line in lines
        if len(line) == 4 and line[0].isdigit() and line[1].isdigit()
    ]
    return [one for one in told if one.command != asked]


def zombies_inside(inside: Sequence[Inside], pairs: Mapping[int, int]) -> list[Process]:
    """Those that only the container's own `ps` tells; `pairs` are PIDs inside by PIDs outside."""
    outside = {pid: host for host, pid in pairs.items()}
    return [
        Process(pid=-one.pid, parent=outside.get(one.parent, 0), inside=one.pid, state="Z", command=one.command)
        for one in inside
        if one.state == "Z" and one.pid not in outside
    ]


def matched(processes: Sequence[Process], inside: Sequence[Inside], main: int) -> dict[int, int]:
    """PIDs inside by PIDs outside, as far as the two trees prove it.

    Children of the same parent with the same command are paired in the order of their PIDs, which both sides count
    upwards, and only where both sides have as many of them.
    """
    outer, inner = _children(processes), defaultdict[int, list[Inside]](list)
    known = {one.pid for one in inside}
    for one in inside:
        if one.state != "Z":
            inner[one.parent if one.parent in known else 0].append(one)
    pairs: dict[int, int] = {}
    waiting: list[tuple[Sequence[Process], Sequence[Inside]]] = []
    roots = outer.pop(0, [])
    first = next((one for one in inner[0] if one.pid == 1), None)
    if first is not None and any(process.pid == main for process in roots):
        pairs[main] = 1
        waiting.append((outer.pop(main, []), inner.pop(1, [])))
    waiting.append(([root for root in roots if root.pid != main], [one for one in inner.pop(0, []) if one.pid != 1]))
    while waiting:
        theirs, ours = waiting.pop()
        for process, one in _paired(theirs, ours):
            pairs[process.pid] = one.pid
            waiting.append((outer.pop(process.pid, []), inner.pop(one.pid, [])))
    return pairs


def _paired(processes: Sequence[Process], inside: Sequence[Inside]) -> list[tuple[Process, Inside]]:
    alike: dict[str, tuple[list[Process], list[Inside]]] = defaultdict(lambda: ([], []))
    for process in processes:
        alike[_key(process.command)][0].append(process)
    for one in inside:
        alike[_key(one.command)][1].append(one)
    pairs: list[tuple[Process, Inside]] = []
    for ours, theirs in alike.values():
        if len(ours) == len(theirs):
            ours.sort(key=lambda process: process.pid)
            pairs.extend(zip(ours, sorted(theirs), strict=True))
    return pairs


def _key(command: str) -> str:
    return " ".join(command.removesuffix(" <defunct>").split())[:_COMPARED]


def _children(processes: Iterable[Process]) -> dict[int, list[Process]]:
    """By the parent's PID; under 0 those whose parent is none of them."""
    processes = list(processes)
    known = {process.pid for process in processes}
    children: dict[int, list[Process]] = defaultdict(list)
    for process in sorted(processes, key=lambda process: process.pid):
        alone = process.parent not in known or process.parent == process.pid
        children[0 if alone else process.parent].append(process)
    return children


class Branch(Struct, frozen=True):
    """Where a process stands in the tree."""

    process: Process
    path: tuple[int, ...]  # sorting by it gives the tree from top to bottom
    guides: tuple[bool, ...]  # for each level: whether its line goes on below
    children: int

    @property
    def depth(self) -> int:
        """0 for a process whose parent is not in the container."""
        return len(self.guides)


def tree(processes: Sequence[Process], main: int) -> list[Branch]:
    """From top to bottom: the first process with what it began, then what came in by exec, oldest first."""
    children = _children(processes)
    roots = sorted(children.pop(0, []), key=lambda process: (process.pid != main, process.pid))
    branches: list[Branch] = []
    for number, root in enumerate(roots):
        branches += _below(root, (number,), children)
    while children:  # what an odd list puts in a circle
        branches += [
            Branch(process, (len(roots), pid, number), (), 0)
            for pid, left in [children.popitem()]
            for number, process in enumerate(left)
        ]
    return branches


def _below(root: Process, path: tuple[int, ...], children: dict[int, list[Process]]) -> list[Branch]:
    """A branch and all that it has, which is taken from `children`."""
    branches: list[Branch] = []
    waiting: list[tuple[Process, tuple[int, ...], tuple[bool, ...]]] = [(root, path, ())]
    while waiting:
        process, path, guides = waiting.pop()
        below = children.pop(process.pid, [])
        branches.append(Branch(process, path, guides, len(below)))
        last = len(below) - 1
        for number, child in reversed(list(enumerate(below))):
            waiting.append((child, (*path, number), (*guides, number < last)))
    return branches
