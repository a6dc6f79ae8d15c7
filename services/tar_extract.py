"""Takes regular files and folders out of a tar that nobody vouches for, into one folder, within limits."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

from models.errors import Failed
from models.text import bytes_text, count_text, display
from services.cancel import CancelScope
from services.files import PREFIX, SUFFIX
from services.tar_reader import FILE, FOLDER, HARD_LINK, LINK, Member, TarReader

MOST_FILES = 1_000_000
DEEPEST = 100  # folders in each other
LEFT_FREE = 64_000_000  # bytes of the disk that are never filled

_WINDOWS = os.name == "nt"
_FORBIDDEN = frozenset('<>:"\\|?*') if _WINDOWS else frozenset()
_RESERVED = {"CON", "PRN", "AUX", "NUL", *(f"{name}{digit}" for name in ("COM", "LPT") for digit in "123456789")}
_EXECUTABLE = 0o111


class Taken(Struct):
    """What has been taken out so far, and what was left out."""

    files: int = 0
    folders: int = 0
    size: int = 0  # bytes
    links: int = 0
    others: int = 0  # devices, pipes, sockets, and names that lead elsewhere or cannot be written here

    @property
    def left_out(self) -> str:
        """What was left out in words, or ""."""
        parts = []
        if self.links:
            parts.append(count_text(self.links, "link"))
        if self.others:
            parts.append(count_text(self.others, "other entry", "other entries"))
        return " and ".join(parts) + " left out" if parts else ""


class Extraction:
    """The content of one tar, on its way into `folder` under a name of its own; nothing is there before `place`.

    Its first member names the whole: a file, or the folder that all others lie in.
    """

    def __init__(self, folder: Path, name: str, most_bytes: int | None = None) -> None:
        """`most_bytes`: None for what the disk has room for. Raises Failed where `folder` cannot be written."""
        self._folder = Path(os.path.realpath(folder))
        self._name = usable(name)
        self.taken = Taken()
        try:
            free = shutil.disk_usage(self._folder).free - LEFT_FREE
            self._room = free if most_bytes is None else min(free, most_bytes)
            self._part = Path(tempfile.mkdtemp(prefix=PREFIX, suffix=SUFFIX, dir=self._folder))
        except OSError as error:
            raise Failed(f"{display(str(folder))}: {error.strerror or error}") from error
        self._root = self._part / "whole"
        self._made: set[Path] = set()
        self._top: str | None = None

    def __enter__(self) -> Extraction:
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self._part, ignore_errors=True)

    def take(self, blocks: Iterable[bytes], scope: CancelScope) -> Iterator[Taken]:
        """Take the members out, telling how far it is; raises Failed (disk full, too much, damaged)."""
        try:
            yield from self._take_all(TarReader(blocks), scope)
        except Failed:
            if not scope.cancelled:  # what is cancelled breaks off
                raise

    def _take_all(self, reader: TarReader, scope: CancelScope) -> Iterator[Taken]:
        for count, member in enumerate(reader):
            if scope.cancelled:
                return
            if count >= MOST_FILES:
                raise Failed(f"There are more than {MOST_FILES:,} files in it")
            try:
                yield from self._take(member, reader, scope)
            except (FileExistsError, NotADirectoryError):
                self.taken.others += 1  # a file's name used as a folder's, or the other way round
            except OSError as error:
                raise Failed(f"{display(member.name)}: {error.strerror or error}") from error
            yield self.taken

    def place(self) -> Path:
        """Put what was taken in its place, and where it stands: never over something else. Raises Failed."""
        if not self._root.exists():
            raise Failed("There is nothing in it that can be taken out: links, devices and pipes are left out")
        try:
            for number in range(1, 1_000):
                place = self._folder / numbered(self._name, number)
                if _claimed(self._root, place):
                    return place
        except OSError as error:
            raise Failed(f"{display(str(self._folder))}: {error.strerror or error}") from error
        raise Failed(f"There are too many of the name {display(self._name)}")

    def _take(self, member: Member, reader: TarReader, scope: CancelScope) -> Iterator[Taken]:
        if member.type in (LINK, HARD_LINK):
            self.taken.links += 1
            return
        place = self._place_of(member.name) if member.type in (FILE, FOLDER) else None
        if place is None:
            self.taken.others += 1
        elif member.type == FOLDER:
            self._make_folder(place)
        elif place in self._made or place.exists():
            self.taken.others += 1  # a name given twice, or the same one in other cases
        else:
            yield from self._write(place, member, reader, scope)

    def _place_of(self, name: str) -> Path | None:
        """Where this member goes; None where that is not inside, or no file can have the name here."""
        parts = [part for part in name.split("/") if part not in ("", ".")]
        if self._top is None:
            self._top = parts[0] if parts else ""
        if parts and self._top:
            if parts[0] != self._top:
                return None
            parts = parts[1:]
        if len(parts) > DEEPEST or any(not _usable(part) for part in parts):
            return None
        return self._root.joinpath(*parts)

    def _make_folder(self, place: Path) -> None:
        missing = []
        while place not in self._made and place != self._part:
            missing.append(place)
            place = place.parent
        for folder in reversed(missing):
            folder.mkdir(mode=0o755)  # fails where a file of this name was taken before
            self._made.add(folder)
            self.taken.folders += 1

    def _write(self, place: Path, member: Member, reader: TarReader, scope: CancelScope) -> Iterator[Taken]:
        if member.size > self._room - self.taken.size:
            raise Failed(f"There is no room for {bytes_text(self.taken.size + member.size)} in {self._folder}")
        if place != self._root:
            self._make_folder(place.parent)
        mode = 0o755 if member.mode & _EXECUTABLE else 0o644  # no setuid, no setgid, nothing for others to write
        descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode)
        with os.fdopen(descriptor, "wb") as file:
            for piece in reader.content():
                if scope.cancelled:
                    return
                file.write(piece)
                self.taken.size += len(piece)
                yield self.taken
            if place == self._root:
                file.flush()
                os.fsync(file.fileno())
        with suppress(OSError, OverflowError, ValueError):  # a time that this file system cannot have
            os.utime(place, (member.changed, member.changed))
        self.taken.files += 1


def usable(name: str) -> str:
    """A name that a file can have here, as much like `name` as can be."""
    letters = "".join("_" if letter in _FORBIDDEN or letter in "/\0" or letter < " " else letter for letter in name)
    return letters if _usable(letters) else f"_{letters.strip('. ')}" if letters.strip(". ") else "files"


def numbered(name: str, number: int) -> str:
    """ "notes.txt", then "notes (2).txt"."""
    if number == 1:
        return name
    stem, dot, ending = name.rpartition(".")
    return f"{stem} ({number}).{ending}" if dot and stem else f"{name} ({number})"


def _usable(part: str) -> bool:
    if part in ("", ".", "..") or "/" in part or "\0" in part or len(os.fsencode(part)) > 255:
        return False
    if not _WINDOWS:
        return True
    hostile = any(letter in _FORBIDDEN or letter < " " for letter in part) or part[-1] in ". "
    return not hostile and part.partition(".")[0].upper() not in _RESERVED


def _claimed(source: Path, place: Path) -> bool:
    """Put `source` at `place` unless there is something already; False then."""
    if place.exists() or place.is_symlink():
        return False
    if source.is_dir():
        source.rename(place)  # fails over anything but an empty folder
    else:
        try:
            os.link(source, place)  # unlike a rename it never replaces
        except FileExistsError:
            return False
        except OSError:  # a file system without hard links
            source.rename(place)
    return True
