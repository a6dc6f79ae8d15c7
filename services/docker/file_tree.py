"""A container's files: folders by a command inside where it runs, by the engine's archive where nothing else works."""

from __future__ import annotations

import base64
import shlex
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from urllib.parse import quote

import msgspec

from models.context import Context
from models.docker.details import container_details
from models.docker.facts import Mount
from models.errors import AppError, Gone, Refused, Unsupported
from models.files import (
    FileChange,
    FileEntry,
    FileMount,
    FileType,
    Listed,
    Mark,
    clean,
    join,
    type_of,
)
from models.kind import Ref
from services.cancel import CancelScope
from services.docker.archive import blocks_of, put_archive
from services.docker.engine import Engine
from services.docker.errors import error_for, translated
from services.docker.execution import written_inside
from services.tar_reader import BLOCKS, CHARACTERS, FILE, FOLDER, HARD_LINK, LINK, PIPE, Member, TarReader

BY_COMMAND = "Read inside the container, by find and stat"
BY_ARCHIVE = "Read from the engine's archive: everything below a folder has to be gone through"

_FORMAT = "%f %s %Y %u %g %n/%N/"  # a name has no slash: with those around it nothing in it can be mistaken
_END = b"/\n"
_FIRST, _MOST = 100, 500  # entries of the first batch and of the others
_PAUSE = 0.006  # seconds after each, twice what it took: else the window would wait for the interpreter at every call
_MARKS = (Mark.CHANGED, Mark.ADDED, Mark.DELETED)
_TYPES = {
    FILE: FileType.FILE, HARD_LINK: FileType.FILE, FOLDER: FileType.FOLDER, LINK: FileType.LINK,
    CHARACTERS: FileType.DEVICE, BLOCKS: FileType.DEVICE, PIPE: FileType.PIPE,
}  # fmt: skip
# The mode of the archive's own answers is Go's: its type bits stand elsewhere than Unix's.
_GO_TYPES = (
    (1 << 31, FileType.FOLDER), (1 << 27, FileType.LINK), (1 << 26, FileType.DEVICE),
    (1 << 25, FileType.PIPE), (1 << 24, FileType.SOCKET),
)  # fmt: skip
_GO_BITS = ((1 << 23, 0o4000), (1 << 22, 0o2000), (1 << 20, 0o1000))


class _Stat(msgspec.Struct):
    name: str = ""
    size: int = 0
    mode: int = 0
    mtime: str = ""
    target: str = msgspec.field(name="linkTarget", default="")


class _Change(msgspec.Struct):
    path: str = msgspec.field(name="Path")
    kind: int = msgspec.field(name="Kind")


class ContainerFiles:
    """The files of one container, running or not."""

    def __init__(self, engine: Engine, ref: Ref) -> None:
        self._engine = engine
        self.ref = ref

    @property
    def context(self) -> Context:
        """How the engine is reached."""
        return self._engine.context

    def folder(self, path: str, scope: CancelScope) -> Iterator[Listed]:
        """What is directly in a folder, in batches: by exec of find and stat, else by GET /containers/{id}/archive.

        From an archive a folder comes again with the size of all that is in it. Raises Gone; Refused for what is no
        folder; ConnectionLost.
        """
        path = clean(path)
        told = False
        try:
            for entries in _batches(_by_command(self._engine, self.ref, path, scope)):
                told = True
                yield Listed(entries, BY_COMMAND)
                scope.wait(_PAUSE)
        except (Refused, Unsupported, Gone):  # it does not run, or has no such programs
            if told:
                raise
        else:
            if not told:
                yield Listed((), BY_COMMAND)
            return
        if scope.cancelled:
            return
        entry = self.look_up(path, scope)
        if not entry.is_folder and entry.type is not FileType.LINK:
            raise Refused(f"{path} is no folder")
        yield Listed((), BY_ARCHIVE)
        for entries in _batches(_by_archive(self.archive(join(path, "."), scope), path)):
            yield Listed(entries, BY_ARCHIVE)
            scope.wait(_PAUSE)

    def look_up(self, path: str, scope: CancelScope) -> FileEntry:
        """HEAD /containers/{id}/archive: size, mode, time, and where a link ends, not the owner. Raises Gone."""
        with self._engine.client(scope) as line:
            with translated():
                response = line.request("HEAD", _at(line.version, self.ref), {"path": path}, 60.0)
            if response.status_code >= 400:
                raise error_for(response.status_code, b"")
            seen = _stat_of(response.headers.get("X-Docker-Container-Path-Stat", ""))
        kind = next((kind for bit, kind in _GO_TYPES if seen.mode & bit), FileType.FILE)
        return FileEntry(
            path=clean(path),
            type=kind,
            size=None if kind is FileType.FOLDER else seen.size,
            mode=seen.mode & 0o777 | sum(bits for bit, bits in _GO_BITS if seen.mode & bit),
            changed=_moment(seen.mtime),
            target=seen.target,
        )

    def changes(self, scope: CancelScope) -> Sequence[FileChange]:
        """GET /containers/{id}/changes: what `docker diff` says."""
        answer = self._engine.get(f"/containers/{quote(self.ref.id, safe='')}/changes", None, scope)
        changes = msgspec.json.decode(answer, type=list[_Change] | None) or []
        return [FileChange(change.path, _MARKS[change.kind]) for change in changes if 0 <= change.kind < len(_MARKS)]

    def mounts(self, scope: CancelScope) -> Sequence[FileMount]:
        """What GET /containers/{id}/json says is mounted, with tmpfs."""
        document = self._engine.get(f"/containers/{quote(self.ref.id, safe='')}/json", None, scope)
        mounts = container_details(document).mounts
        return [FileMount(clean(mount.destination), _words(mount)) for mount in mounts]

    def archive(self, path: str, scope: CancelScope) -> Iterator[bytes]:
        """The tar of GET /containers/{id}/archive in blocks. Raises Gone; ConnectionLost where it is cut."""
        return blocks_of(self._engine, self.ref, path, scope)

    def put(self, folder: str, blocks: Iterable[bytes], scope: CancelScope) -> None:
        """PUT /containers/{id}/archive. What was unpacked before an error or a cancel stays."""
        put_archive(self._engine, self.ref, folder, blocks, scope)


def _at(version: str, ref: Ref) -> str:
    return f"/v{version}/containers/{quote(ref.id, safe='')}/archive"


def _words(mount: Mount) -> str:
    """ "volume shop_data, read-only"."""
    source = f"{mount.type} {mount.source}" if mount.source else mount.type
    return source if mount.writable else f"{source}, read-only"


def _stat_of(header: str) -> _Stat:
    try:
        return msgspec.json.decode(base64.b64decode(header), type=_Stat)
    except (ValueError, msgspec.MsgspecError) as error:
        raise Unsupported("The engine does not say what this file is") from error


def _moment(text: str) -> float | None:
    try:
        return datetime.fromisoformat(text).timestamp()
    except (ValueError, OverflowError):
        return None


def _batches(entries: Iterator[FileEntry | None]) -> Iterator[tuple[FileEntry, ...]]:
    """The first few soon, the others in larger portions; None: what there is should be shown now."""
    batch: list[FileEntry] = []
    most = _FIRST
    for entry in entries:
        if entry is not None:
            batch.append(entry)
        if len(batch) >= most or (entry is None and batch):
            yield tuple(batch)
            batch, most = [], _MOST
    if batch:
        yield tuple(batch)


def _by_command(engine: Engine, ref: Ref, path: str, scope: CancelScope) -> Iterator[FileEntry | None]:
    """One command for all: `find` names what is in the folder, `stat` describes it. Raises Refused where it cannot."""
    start = join(path, ".")
    command = ("find", start, "-mindepth", "1", "-maxdepth", "1", "-exec", "stat", "-c", _FORMAT, "{}", "+")
    written = written_inside(engine, ref, command, scope, user="0")
    prefix = f"{start}/".encode(errors="surrogateescape")
    rest, some = b"", False
    try:
        while True:
            try:
                rest += next(written)
            except StopIteration as end:
                if not some and end.value.exit_code != 0:
                    raise Refused(end.value.stderr.decode(errors="replace").strip()) from None
                return
            *records, rest = rest.split(_END)
            for record in records:
                if (entry := _described(record, prefix, path)) is not None:
                    some = True
                    yield entry
            if not some and records:
                raise Refused("The container's own stat does not answer as others do")
            yield None
    except AppError:
        if scope.cancelled:
            return
        raise
    finally:
        written.close()


def _described(record: bytes, prefix: bytes, folder: str) -> FileEntry | None:
    """The entry that one record of _FORMAT describes; None for what is none."""
    fields = record.split(b" ", 5)
    if len(fields) < 6 or not fields[5].startswith(prefix):
        return None
    try:
        mode, size, changed = int(fields[0], 16), int(fields[1]), int(fields[2])
    except ValueError:
        return None
    name, _, again = fields[5][len(prefix) :].partition(b"/")
    kind = type_of(mode)
    return FileEntry(
        path=join(folder, name.decode("utf-8", "surrogateescape")),
        type=kind,
        size=None if kind is FileType.FOLDER else size,
        mode=mode & 0o7777,
        owner=f"{fields[3].decode(errors='replace')}:{fields[4].decode(errors='replace')}",
        changed=float(changed),
        target=_target(again) if kind is FileType.LINK else "",
    )


def _target(words: bytes) -> str:
    """Where a link leads, by stat's `'name' -> 'target'`; "" where its quotes are beyond reading."""
    _, arrow, target = words.partition(b" -> ")
    text = target.decode("utf-8", "replace")
    if not arrow:
        return ""
    if text.startswith("'") and text.endswith("'") and "'" not in text[1:-1]:
        return text[1:-1]
    try:
        return "".join(shlex.split(text))
    except ValueError:
        return ""


def _by_archive(blocks: Iterator[bytes], folder: str) -> Iterator[FileEntry | None]:
    """The direct children, as a tar of everything below comes by; a folder again, with the size of what is in it."""
    inside: FileEntry | None = None
    below = 0
    reader = TarReader(blocks)
    first = True
    try:
        for member in reader:
            parts = [part for part in member.name.split("/") if part not in ("", ".")]
            if first and member.type != FOLDER:
                raise Refused(f"{folder} is no folder")
            first = False
            if len(parts) == 1:
                if inside is not None:
                    yield msgspec.structs.replace(inside, size=below)
                entry = _member_entry(member, join(folder, parts[0]))
                inside, below = (entry, 0) if entry.is_folder else (None, 0)
                yield entry
            elif parts:
                below += member.size
                if below == member.size:
                    yield None
        if inside is not None:
            yield msgspec.structs.replace(inside, size=below)
    finally:
        if (close := getattr(blocks, "close", None)) is not None:
            close()


def _member_entry(member: Member, path: str) -> FileEntry:
    kind = _TYPES.get(member.type, FileType.UNKNOWN)
    return FileEntry(
        path=path,
        type=kind,
        size=None if kind is FileType.FOLDER else member.size,
        mode=member.mode & 0o7777,
        owner=f"{member.uid}:{member.gid}",
        changed=member.changed,
        target=member.target if kind is FileType.LINK else "",
    )
