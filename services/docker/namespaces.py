"""The namespaces of all containers, kept up to date: inspect says what was wanted, the kernel's numbers what is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import msgspec

from models.changes import Change, Reset, Stale
from models.docker import namespaces as models
from models.docker.container import Container, State
from models.docker.namespaces import NAMES, NamespaceMap, Spaces, namespace_map, read_pid, read_spaces
from models.errors import ConnectionLost, Failed, Gone, Refused, Unreachable
from services.cancel import CancelScope
from services.docker.engine import Engine
from services.docker.processes_local import local_proc

_FORMATS = (
    "-eo pid,netns,pidns,ipcns,utsns,userns,mntns,cgroupns",
    "-eo pid,netns,pidns,ipcns,utsns,userns,mntns",  # older procps
)
_TITLES = {f"{kind.upper()}NS": kind for kind in NAMES}
_CGROUP_NAMESPACES_SINCE = (1, 41)
_SOME = 20  # containers that are looked at before the map is shown again

Read = Callable[[Container, CancelScope], Spaces]


def kept_map(changes: Iterator[Change[Container]], read: Read, scope: CancelScope) -> Iterator[NamespaceMap]:
    """The map, again whenever a container comes, goes, starts or ends."""
    rows: dict[str, Container] = {}
    known: dict[str, tuple[object, Spaces]] = {}
    for change in changes:
        if isinstance(change, Stale):
            continue
        if isinstance(change, Reset):
            rows = {row.id: row for row in change.rows}
        else:
            rows |= {row.id: row for row in change.upserts}
            for gone in change.removed:
                rows.pop(gone, None)
        stale = [row for row in rows.values() if row.id not in known or known[row.id][0] != _signature(row)]
        if not stale and known.keys() == rows.keys() and not isinstance(change, Reset):
            continue
        complete = True
        for number, row in enumerate(stale, 1):
            try:
                known[row.id] = (_signature(row), read(row, scope))
            except Gone:
                rows.pop(row.id, None)
            except (ConnectionLost, Unreachable):
                complete = False  # the rest is read when there is news, of the connection or of a container
                break
            if number % _SOME == 0 and number < len(stale):
                yield _map(known, rows, complete=False)
        known = {key: one for key, one in known.items() if key in rows}
        yield _map(known, rows, complete)


def _signature(row: Container) -> object:
    return (row.name, row.state in (State.RUNNING, State.PAUSED), row.run.started if row.run else None)


def _map(known: dict[str, tuple[object, Spaces]], rows: dict[str, Container], complete: bool) -> NamespaceMap:
    return NamespaceMap(tuple(namespace_map([one for key, (_, one) in known.items() if key in rows])), complete)


class _Info(msgspec.Struct):
    security: list[str] | None = msgspec.field(name="SecurityOptions", default=None)


class Reader:
    """Reads one container after the other."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._formats = list(_FORMATS)
        self._means: models.Engine | None = None

    def read(self, row: Container, scope: CancelScope) -> Spaces:
        """By GET /containers/{id}/json, /proc of this machine, else GET /containers/{id}/top. Raises Gone."""
        if self._means is None:
            self._means = self._meaning(scope)
        path = f"/containers/{quote(row.id, safe='')}"
        document = self._engine.get(f"{path}/json", None, scope)
        pid = read_pid(document)
        numbers = (self._near(row.id, pid) or self._far(path, pid, scope)) if pid else {}
        return read_spaces(document, self._means, numbers)

    def _meaning(self, scope: CancelScope) -> models.Engine:
        told = msgspec.json.decode(self._engine.get("/info", None, scope), type=_Info).security or []
        return models.Engine(
            user_remapped=any("name=userns" in one or "name=rootless" in one for one in told),
            podman=self._engine.podman,
            cgroup_namespaces=self._engine.api >= _CGROUP_NAMESPACES_SINCE,
        )

    def _near(self, container: str, pid: int) -> dict[str, int]:
        """The links in /proc, which only the owner of a process and root may read; else none."""
        if local_proc(container, pid) is None:
            return {}
        try:
            links = {kind: str(Path("/proc", str(pid), "ns", kind).readlink()) for kind in NAMES}
        except OSError:
            return {}
        return {kind: int(link.partition("[")[2].rstrip("]")) for kind, link in links.items()}

    def _far(self, path: str, pid: int, scope: CancelScope) -> dict[str, int]:
        """As the engine's own `ps` tells them; none where it knows no such columns."""
        while self._formats and not self._engine.podman:
            try:
                answer = self._engine.get(f"{path}/top", {"ps_args": self._formats[0]}, scope)
            except Refused:
                return {}  # it has ended meanwhile
            except Failed:
                del self._formats[0]
                continue
            told = msgspec.json.decode(answer)
            for line in told.get("Processes") or ():
                values = dict(zip(told.get("Titles") or (), line, strict=False))
                if values.get("PID") == str(pid):
                    found = {kind: values.get(title, "") for title, kind in _TITLES.items()}
                    return {kind: int(number) for kind, number in found.items() if number.isdigit()}
            return {}
        return {}
