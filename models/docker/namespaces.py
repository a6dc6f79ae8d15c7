"""Which Linux namespaces containers share with each other and with the host, by inspect and by the kernel's numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum

import msgspec
from msgspec import Struct

from models.errors import BadInput
from models.text import names_text

NAMES: Mapping[str, str] = {
    "net": "Network", "pid": "PID", "ipc": "IPC", "uts": "UTS", "user": "User", "cgroup": "Cgroup", "mnt": "Mount",
}  # fmt: skip
WHAT: Mapping[str, str] = {
    "net": "interfaces, addresses, ports",
    "pid": "which processes are seen",
    "ipc": "shared memory, semaphores",
    "uts": "host name",
    "user": "what root inside is outside",
    "cgroup": "the root of the control groups",
    "mnt": "the file system",
}
USUALLY_HOST = ("user", "cgroup")  # where containers are with the host unless it is set up otherwise
_FIRST: Mapping[str, int] = {  # numbers of the machine's own namespaces that the kernel fixes
    "pid": 4_026_531_836, "ipc": 4_026_531_839, "uts": 4_026_531_838, "user": 4_026_531_837, "cgroup": 4_026_531_835,
}  # fmt: skip


class Whose(StrEnum):
    """Whose namespace a container is in."""

    OWN = "own"
    HOST = "host"
    OTHER = "container"  # that of another container
    UNKNOWN = "unknown"


class Space(Struct, frozen=True):
    """One namespace of one container."""

    whose: Whose
    target: str = ""  # with OTHER: the id or name that was given
    number: int | None = None  # the kernel's, while it runs and where that can be read


class Spaces(Struct, frozen=True):
    """All namespaces of one container, by the keys of NAMES."""

    id: str
    name: str
    running: bool
    places: Mapping[str, Space]


class _State(Struct):
    running: bool = msgspec.field(name="Running", default=False)
    pid: int = msgspec.field(name="Pid", default=0)


class _HostConfig(Struct):
    net: str | None = msgspec.field(name="NetworkMode", default=None)
    pid: str | None = msgspec.field(name="PidMode", default=None)
    ipc: str | None = msgspec.field(name="IpcMode", default=None)
    uts: str | None = msgspec.field(name="UTSMode", default=None)
    user: str | None = msgspec.field(name="UsernsMode", default=None)
    cgroup: str | None = msgspec.field(name="CgroupnsMode", default=None)


class _Document(Struct):
    id: str = msgspec.field(name="Id")
    name: str = msgspec.field(name="Name", default="")
    state: _State | None = msgspec.field(name="State", default=None)
    host: _HostConfig | None = msgspec.field(name="HostConfig", default=None)


class Engine(Struct, frozen=True):
    """What an empty setting means on this engine."""

    user_remapped: bool = False  # userns-remap, or rootless
    podman: bool = False
    cgroup_namespaces: bool = True  # engines older than API 1.41 have none


def read_spaces(document: bytes, engine: Engine, numbers: Mapping[str, int] | None = None) -> Spaces:
    """From an answer to GET /containers/{id}/json and the kernel's numbers of its first process. Raises BadInput."""
    try:
        told = msgspec.json.decode(document, type=_Document)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise BadInput(f"The engine's answer cannot be read: {error}") from error
    host = told.host or _HostConfig()
    modes = {
        "net": host.net or "",
        "pid": host.pid or "",
        "ipc": host.ipc or "",
        "uts": host.uts or "",
        "user": host.user or ("private" if engine.user_remapped else "host"),
        "cgroup": host.cgroup or ("?" if engine.podman else "private" if engine.cgroup_namespaces else "host"),
        "mnt": "",
    }
    places = {kind: _space(kind, mode, (numbers or {}).get(kind)) for kind, mode in modes.items()}
    return Spaces(told.id, told.name.removeprefix("/"), bool(told.state and told.state.running), places)


def read_pid(document: bytes) -> int:
    """The PID of the first process on the engine's machine; 0 where it does not run or the answer cannot be read."""
    try:
        state = msgspec.json.decode(document, type=_Document).state
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return 0
    return state.pid if state and state.running else 0


def _space(kind: str, mode: str, number: int | None) -> Space:
    if mode == "host" or (number is not None and number == _FIRST.get(kind)):
        return Space(Whose.HOST, number=number)
    if mode.startswith(("container:", "ns:")):
        word, _, target = mode.partition(":")
        return Space(Whose.OTHER, target, number) if word == "container" else Space(Whose.UNKNOWN, "", number)
    return Space(Whose.UNKNOWN if mode == "?" and number is None else Whose.OWN, number=number)


class Cell(Struct, frozen=True):
    """What the map says of one namespace of one container."""

    whose: Whose
    group: int | None = None  # the number of those who share it, the same for all of them; None: shared with nobody
    others: tuple[str, ...] = ()  # their names
    target: str = ""  # the name of the container that it was taken from
    number: int | None = None


class SpacesRow(Struct, frozen=True):
    """One line of the map."""

    id: str
    name: str
    running: bool
    cells: Mapping[str, Cell]

    @property
    def shares(self) -> bool:
        """Whether it is in a namespace of another container, or another in one of its own."""
        return any(cell.group is not None for cell in self.cells.values())

    @property
    def on_host(self) -> bool:
        """Whether it is in one of the host's that a container usually has for itself."""
        return any(cell.whose is Whose.HOST for kind, cell in self.cells.items() if kind not in USUALLY_HOST)


class NamespaceMap(Struct, frozen=True):
    """All lines; a large one is told in parts, of which only the last is `complete`."""

    rows: tuple[SpacesRow, ...]
    complete: bool = True


def namespace_map(containers: Sequence[Spaces]) -> list[SpacesRow]:
    """The lines of the map; groups are numbered in the order in which they are met, over all kinds of namespaces."""
    find = _finder(containers)
    cells: dict[str, dict[str, Cell]] = {one.id: {} for one in containers}
    names = {one.id: one.name for one in containers}
    count = 0
    for kind in NAMES:
        for group in _groups(kind, containers, find):
            shared = len(group) > 1
            for one in group:
                space = one.places[kind]
                owner = find(space.target)
                cells[one.id][kind] = Cell(
                    whose=space.whose,
                    group=count if shared else None,
                    others=tuple(names[other.id] for other in group if other is not one) if shared else (),
                    target=(owner.name if owner else space.target[:12]) if space.whose is Whose.OTHER else "",
                    number=space.number,
                )
            count += shared
    return [SpacesRow(one.id, one.name, one.running, cells[one.id]) for one in containers]


def _finder(containers: Iterable[Spaces]) -> Callable[[str], Spaces | None]:
    """Containers by id, by the beginning of an id, or by name."""
    by_word = {one.name: one for one in containers} | {one.id: one for one in containers}

    def find(word: str) -> Spaces | None:
        if not word or word in by_word:
            return by_word.get(word)
        return next((one for one in containers if one.id.startswith(word)), None) if len(word) >= 12 else None

    return find


def _groups(kind: str, containers: Sequence[Spaces], find: Callable[[str], Spaces | None]) -> list[list[Spaces]]:
    """Those who share one that is not the host's, together; each of the others alone. By settings and by numbers."""
    root = {one.id: one.id for one in containers}

    def top(word: str) -> str:
        while root[word] != word:
            word = root[word]
        return word

    seen: dict[int, str] = {}
    for one in containers:
        space = one.places[kind]
        owner = find(space.target) if space.whose is Whose.OTHER else None
        if owner is not None:
            root[top(one.id)] = top(owner.id)
        if space.number is not None and space.whose is not Whose.HOST:
            first = seen.setdefault(space.number, one.id)
            root[top(one.id)] = top(first)
    groups: dict[str, list[Spaces]] = defaultdict(list)
    for one in containers:
        groups[top(one.id)].append(one)
    return list(groups.values())


def sentences(row: SpacesRow) -> list[tuple[str, str]]:
    """What a container shares, in words: the names of namespaces, and with whom."""
    shared: dict[str, list[str]] = defaultdict(list)
    for kind, cell in row.cells.items():
        if cell.others:
            shared[f"shared with {names_text(cell.others)}"].append(NAMES[kind])
        elif cell.whose is Whose.OTHER:
            shared[f"that of {cell.target}, which is not there"].append(NAMES[kind])
        elif cell.whose is Whose.HOST:
            shared["the host's"].append(NAMES[kind])
        elif cell.whose is Whose.UNKNOWN:
            shared["not known"].append(NAMES[kind])
        else:
            shared["its own"].append(NAMES[kind])
    return [(names_text(names, most=len(NAMES)), whose) for whose, names in shared.items()]
