"""The files of a sample container: a small tree in memory, which can be changed by uploads and copies."""

from __future__ import annotations

import io
import posixpath
import struct
import tarfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence

from msgspec.structs import replace

from models.context import Context
from models.docker.details import container_details
from models.errors import Gone, Refused
from models.files import FileChange, FileEntry, FileMount, FileType, Listed, Mark, clean, join, parent, within
from models.kind import Ref
from services.cancel import CancelScope
from services.tar_reader import FILE, FOLDER, LINK, TarReader

WAY = "Read from the sample engine's memory"

_TYPES = {FILE: FileType.FILE, FOLDER: FileType.FOLDER, LINK: FileType.LINK}
_KINDS = {FileType.FILE: tarfile.REGTYPE, FileType.FOLDER: tarfile.DIRTYPE, FileType.LINK: tarfile.SYMTYPE}
_PROGRAMS = ("ash", "cat", "chmod", "cp", "date", "echo", "grep", "kill", "ls", "mkdir", "mv", "ps", "rm", "sed", "sh")
_TEXTS = {
    "/etc/hostname": "{short}\n",
    "/etc/hosts": "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost\n172.20.0.4\t{short}\n",
    "/etc/passwd": "root:x:0:0:root:/root:/bin/sh\ndaemon:x:1:1:daemon:/usr/sbin:/sbin/nologin\n"
    "app:x:999:999:app:/srv/app:/bin/sh\n",
    "/etc/group": "root:x:0:\ndaemon:x:1:\napp:x:999:\n",
    "/etc/resolv.conf": "nameserver 127.0.0.11\noptions ndots:0\n",
    "/etc/app/settings.ini": "# {name}\n[server]\nlisten = 0.0.0.0:8080\nworkers = 4\n\n[limits]\n"
    "requests_per_second = 200\nbody = 8 MB\n\n[log]\nlevel = info\nformat = json\n",
    "/etc/app/settings.d/10-local.ini": "[log]\nlevel = debug\n",
    "/srv/app/README": "{name}\n\nStarted by the image's entrypoint; settings are in /etc/app.\n",
    "/srv/app/start.sh": '#!/bin/sh\nset -e\nexec /srv/app/serve --config /etc/app/settings.ini "$@"\n',
    "/var/log/app/access.log": "10.0.0.7 GET /health 200 1 ms\n" * 40,
}
_CHANGED = {
    "/etc/app/settings.ini": Mark.CHANGED,
    "/etc/app/settings.d/10-local.ini": Mark.ADDED,
    "/etc/app/settings.d": Mark.ADDED,
    "/etc/app": Mark.CHANGED,
    "/etc": Mark.CHANGED,
    "/var/log/app/access.log": Mark.ADDED,
    "/var/log/app": Mark.ADDED,
    "/var/log": Mark.CHANGED,
    "/var": Mark.CHANGED,
    "/srv/app/first-run": Mark.DELETED,
    "/srv/app": Mark.CHANGED,
    "/srv": Mark.CHANGED,
}
_OF_APP = ("/srv/app", "/var/log/app")
_AGE = 41 * 86_400.0  # seconds of what comes from the image


class DemoFiles:
    """The files of one sample container; what is put there stays as long as the session."""

    def __init__(
        self,
        context: Callable[[], Context],
        ref: Ref,
        document: Callable[[Ref, CancelScope], bytes],
        now: Callable[[], float],
    ) -> None:
        """`document` answers the container's inspect, and raises Gone."""
        self.ref = ref
        self._context, self._document, self._now = context, document, now
        self._entries: dict[str, FileEntry] = {}
        self._contents: dict[str, bytes] = {}
        self._marks = dict(_CHANGED)
        began = now() - _AGE
        for path in ("/bin", "/etc", "/proc", "/root", "/srv/app/static", "/usr/lib", "/var/lib", *_OF_APP):
            self._folder(path, began)
        for path, text in _TEXTS.items():
            content = text.format(name=ref.name, short=ref.id[:12]).encode()
            self._file(path, content, began, 0o755 if path.endswith(".sh") else 0o644)
        self._file("/bin/busybox", b"\x7fELF\x02\x01\x01" + bytes(2_000), began, 0o4755)
        self._file("/srv/app/static/logo.png", _picture(), began)
        self._file("/var/log/app/access.log", self._contents["/var/log/app/access.log"], now() - 70)
        for name in _PROGRAMS:
            self._link(f"/bin/{name}", "/bin/busybox", began)
        self._link("/srv/current", "/srv/app", began)

    @property
    def context(self) -> Context:
        """The demo's, with the user's marks."""
        return self._context()

    def folder(self, path: str, scope: CancelScope) -> Iterator[Listed]:
        """What is directly in a folder. Raises Gone, Refused."""
        self._document(self.ref, scope)
        folder = self._followed(clean(path))
        if not folder.is_folder:
            raise Refused(f"{path} is no folder")
        inside = (entry for entry in self._all() if entry.path != "/" and parent(entry.path) == folder.path)
        yield Listed(tuple(replace(entry, path=join(clean(path), entry.name)) for entry in inside), WAY)

    def look_up(self, path: str, scope: CancelScope) -> FileEntry:
        """One entry. Raises Gone."""
        self._document(self.ref, scope)
        return self._found(clean(path))

    def changes(self, scope: CancelScope) -> Sequence[FileChange]:
        """What the sample has changed, and what was put there since."""
        self._document(self.ref, scope)
        return [FileChange(path, mark) for path, mark in self._marks.items()]

    def mounts(self, scope: CancelScope) -> Sequence[FileMount]:
        """What its inspect says is mounted."""
        mounts = container_details(self._document(self.ref, scope)).mounts
        found = [
            FileMount(
                clean(mount.destination),
                f"{mount.type} {mount.source}".strip() + ("" if mount.writable else ", read-only"),
            )
            for mount in mounts
        ]
        for mount in found:
            self._folder(mount.destination, self._now() - _AGE)
        return found

    def archive(self, path: str, scope: CancelScope) -> Iterator[bytes]:
        """A tar of a file, or of a folder with all that is in it. Raises Gone."""
        top = self.look_up(path, scope)
        written = io.BytesIO()
        with tarfile.open(fileobj=written, mode="w", format=tarfile.PAX_FORMAT) as tar:
            for entry in self._all():
                if within(entry.path, top.path):
                    header = tarfile.TarInfo(
                        posixpath.join(top.name, entry.path[len(top.path) :].lstrip("/")).strip("/")
                    )
                    header.type, header.linkname = _KINDS[entry.type], entry.target
                    header.mode, header.mtime = entry.mode or 0, int(entry.changed or 0)
                    content = self._contents.get(entry.path, b"")
                    header.size = len(content)
                    tar.addfile(header, io.BytesIO(content))
        yield written.getvalue()

    def put(self, folder: str, blocks: Iterable[bytes], scope: CancelScope) -> None:
        """Unpack a tar in a folder. Raises Gone, Refused."""
        self._document(self.ref, scope)
        base = self._followed(clean(folder))
        if not base.is_folder:
            raise Refused(f"{folder} is no folder")
        reader = TarReader(blocks)
        for member in reader:
            kind = _TYPES.get(member.type)
            path = clean(join(base.path, member.name))
            mark = Mark.CHANGED if path in self._entries else Mark.ADDED
            if kind is FileType.FOLDER:
                self._folder(path, member.changed)
            elif kind is FileType.LINK:
                self._link(path, member.target, member.changed)
            elif kind is FileType.FILE:
                self._file(path, b"".join(reader.content()), member.changed, member.mode & 0o7777)
            self._marks.setdefault(path, mark)

    def _all(self) -> list[FileEntry]:
        return [self._entries[path] for path in sorted(self._entries)]

    def _found(self, path: str) -> FileEntry:
        if path not in self._entries:
            raise Gone(f"There is no {path} in {self.ref.name}")
        return self._entries[path]

    def _followed(self, path: str) -> FileEntry:
        entry = self._found(path)
        return self._found(clean(entry.target)) if entry.type is FileType.LINK else entry

    def _folder(self, path: str, changed: float) -> None:
        while path not in self._entries:
            self._entries[path] = FileEntry(path, FileType.FOLDER, None, 0o755, _owner(path), changed)
            path = parent(path)

    def _file(self, path: str, content: bytes, changed: float, mode: int = 0o644) -> None:
        self._folder(parent(path), changed)
        self._contents[path] = content
        self._entries[path] = FileEntry(path, FileType.FILE, len(content), mode, _owner(path), changed)

    def _link(self, path: str, target: str, changed: float) -> None:
        self._folder(parent(path), changed)
        self._entries[path] = FileEntry(path, FileType.LINK, len(target), 0o777, "0:0", changed, target)


def _owner(path: str) -> str:
    return "999:999" if any(within(path, folder) for folder in _OF_APP) else "0:0"


def _picture() -> bytes:
    """A PNG of 160 × 100 pixels: a disc on a ground, as bytes."""
    rows = bytearray()
    for y in range(100):
        rows.append(0)
        for x in range(160):
            inside = (x - 80) ** 2 + (y - 50) ** 2 < 1_600
            rows += bytes((75, 80, 207)) if inside else bytes((228, 232, 251))
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", 160, 100, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(bytes(rows), 9)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
