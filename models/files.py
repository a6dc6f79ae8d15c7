"""Files of a container: what a folder holds, what was changed since the image, what lies over it."""

from __future__ import annotations

import posixpath
import stat
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

ENTRY_WEIGHT = 300  # bytes that one entry counts for in a delivery


class FileType(StrEnum):
    """What an entry is."""

    FILE = "file"
    FOLDER = "folder"
    LINK = "link"
    DEVICE = "device"  # character or block
    PIPE = "pipe"
    SOCKET = "socket"
    UNKNOWN = "unknown"  # it is gone, and nothing tells what it was


class Mark(StrEnum):
    """What became of an entry since the container was made from its image."""

    NONE = ""
    ADDED = "+"
    CHANGED = "~"
    DELETED = "-"


class FileMount(Struct, frozen=True, gc=False):
    """Something that lies over a path of the container: what the image has there is not seen."""

    destination: str
    words: str  # "volume shop_data, read-only"


class FileEntry(Struct, frozen=True, gc=False):
    """One file, folder, link or device. Times are seconds since the epoch; None: not known."""

    path: str  # absolute, in the container
    type: FileType
    size: int | None = None  # bytes; None for folders, and where it was not asked for
    mode: int | None = None  # permission bits with setuid, setgid and sticky
    owner: str = ""  # "0:0"
    changed: float | None = None
    target: str = ""  # of a link, as it is written there
    mark: Mark = Mark.NONE
    mount: str = ""  # what is mounted here, in words

    @property
    def name(self) -> str:
        """The last part of the path."""
        return posixpath.basename(self.path) or "/"

    @property
    def is_folder(self) -> bool:
        """Whether it can be opened as a folder; of a link nobody knows before it is tried."""
        return self.type is FileType.FOLDER

    @property
    def there(self) -> bool:
        """Whether it can be read: what was deleted cannot."""
        return self.mark is not Mark.DELETED


class Listed(Struct, frozen=True):
    """Some entries of a folder, as they become known; `way` says in words how they are read."""

    entries: tuple[FileEntry, ...]
    way: str

    @property
    def weight(self) -> int:
        """Bytes that this item counts for in a delivery."""
        return ENTRY_WEIGHT * (len(self.entries) + 1)


class FileChange(Struct, frozen=True, gc=False):
    """One path of `docker diff`."""

    path: str
    mark: Mark


class Changes(Struct, frozen=True):
    """All that `docker diff` says, found by folder."""

    by_path: Mapping[str, Mark] = {}
    deleted_in: Mapping[str, tuple[str, ...]] = {}  # paths by the folder that they were in
    leaves: tuple[FileChange, ...] = ()  # without folders that changed only in that something in them did, by path


def changes_of(changes: Iterable[FileChange]) -> Changes:
    """The same, found by path and by folder."""
    by_path: dict[str, Mark] = {}
    deleted: dict[str, list[str]] = {}
    for change in changes:
        path = clean(change.path)
        by_path[path] = change.mark
        if change.mark is Mark.DELETED:
            deleted.setdefault(parent(path), []).append(path)
    folders = {parent(path) for path in by_path}
    leaves = (
        FileChange(path, mark)
        for path, mark in sorted(by_path.items())
        if mark is not Mark.CHANGED or path not in folders
    )
    return Changes(by_path, {folder: tuple(paths) for folder, paths in deleted.items()}, tuple(leaves))


def type_of(mode: int) -> FileType:
    """What the type bits of a Unix mode say."""
    for holds, kind in (
        (stat.S_ISREG, FileType.FILE),
        (stat.S_ISDIR, FileType.FOLDER),
        (stat.S_ISLNK, FileType.LINK),
        (stat.S_ISCHR, FileType.DEVICE),
        (stat.S_ISBLK, FileType.DEVICE),
        (stat.S_ISFIFO, FileType.PIPE),
        (stat.S_ISSOCK, FileType.SOCKET),
    ):
        if holds(mode):
            return kind
    return FileType.UNKNOWN


_LETTERS = {FileType.FOLDER: "d", FileType.LINK: "l", FileType.DEVICE: "c", FileType.PIPE: "p", FileType.SOCKET: "s"}


def mode_text(entry: FileEntry) -> str:
    """As `ls -l` writes it: "-rwsr-xr-x"; "" where it is not known."""
    if entry.mode is None:
        return ""
    return _LETTERS.get(entry.type, "-") + stat.filemode(entry.mode & 0o7777)[1:]


def clean(path: str) -> str:
    """An absolute path without `.`, `..` and double slashes: never above "/"."""
    return posixpath.normpath("/" + path.lstrip("/"))


def parent(path: str) -> str:
    """The folder that holds it; "/" for "/"."""
    return posixpath.dirname(clean(path))


def join(folder: str, name: str) -> str:
    """The path of `name` in a folder."""
    return f"{folder.rstrip('/')}/{name}"


def lineage(path: str) -> tuple[str, ...]:
    """The path's folders from "/" down to itself."""
    parts = [part for part in clean(path).split("/") if part]
    return ("/", *("/" + "/".join(parts[: depth + 1]) for depth in range(len(parts))))


def within(path: str, folder: str) -> bool:
    """Whether `path` is `folder` or lies below it."""
    return folder == "/" or path == folder or path.startswith(f"{folder}/")


def mount_over(path: str, mounts: Sequence[FileMount]) -> FileMount | None:
    """The mount that `path` lies in: the innermost one."""
    covering = [mount for mount in mounts if within(path, mount.destination)]
    return max(covering, key=lambda mount: len(mount.destination), default=None)


def known(entries: Iterable[FileEntry], changes: Changes, mounts: Sequence[FileMount]) -> tuple[FileEntry, ...]:
    """The entries with their marks, and with what is mounted on them."""
    marks = changes.by_path
    places = {mount.destination: mount.words for mount in mounts}
    return tuple(
        replace(entry, mark=marks.get(entry.path, Mark.NONE), mount=places.get(entry.path, ""))
        if entry.path in marks or entry.path in places
        else entry
        for entry in entries
    )


def deleted_from(folder: str, changes: Changes) -> tuple[FileEntry, ...]:
    """What is not in a folder any more, as entries of which only the name is known."""
    return tuple(
        FileEntry(path, FileType.UNKNOWN, mark=Mark.DELETED) for path in changes.deleted_in.get(clean(folder), ())
    )
