"""Files of this machine as a tar, made while it is sent."""

from __future__ import annotations

import os
import stat
import tarfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from models.errors import Failed
from models.text import display

_PIECE = 262_144  # bytes that are read at once
_END = b"\0" * 1024


class Packed(Struct):
    """How much was packed so far; `left_out`: devices, pipes and sockets."""

    size: int = 0  # bytes of files
    files: int = 0
    left_out: int = 0


def size_of(sources: Sequence[Path]) -> int:
    """The bytes of all regular files in and below `sources`; links are not followed. Raises Failed."""
    return sum(status.st_size for _, _, status in _walked(sources) if stat.S_ISREG(status.st_mode))


def pack(sources: Sequence[Path], packed: Packed) -> Iterator[bytes]:
    """A tar of these files and folders, each under its own name, owned by root as `docker cp` does it.

    Links are sent as links. Raises Failed where something cannot be read.
    """
    for path, name, status in _walked(sources):
        header = _header(path, name, status)
        if header is None:
            packed.left_out += 1
            continue
        yield header.tobuf(tarfile.PAX_FORMAT, "utf-8", "surrogateescape")
        if header.isreg():
            yield from _content(path, header.size, packed)
            packed.files += 1
    yield _END


def _walked(sources: Sequence[Path]) -> Iterator[tuple[Path, str, os.stat_result]]:
    waiting = [(Path(os.path.abspath(path)), Path(os.path.abspath(path)).name) for path in reversed(sources)]  # noqa: PTH100
    while waiting:
        path, name = waiting.pop()
        try:
            status = path.lstat()
            inside = sorted(os.listdir(path), reverse=True) if stat.S_ISDIR(status.st_mode) else []  # noqa: PTH208
        except OSError as error:
            raise Failed(f"{display(str(path))}: {error.strerror or error}") from error
        yield path, name, status
        waiting.extend((path / one, f"{name}/{one}") for one in inside)


def _header(path: Path, name: str, status: os.stat_result) -> tarfile.TarInfo | None:
    header = tarfile.TarInfo(name)
    header.mode = stat.S_IMODE(status.st_mode) if os.name == "posix" else 0o755
    header.mtime = int(status.st_mtime)
    if stat.S_ISDIR(status.st_mode):
        header.type = tarfile.DIRTYPE
    elif stat.S_ISREG(status.st_mode):
        header.size = status.st_size
    elif stat.S_ISLNK(status.st_mode):
        header.type = tarfile.SYMTYPE
        header.linkname = os.readlink(path)  # noqa: PTH115
    else:
        return None
    return header


def _content(path: Path, size: int, packed: Packed) -> Iterator[bytes]:
    left = size
    try:
        with path.open("rb") as file:
            while left and (piece := file.read(min(left, _PIECE))):
                left -= len(piece)
                packed.size += len(piece)
                yield piece
    except OSError as error:
        raise Failed(f"{display(str(path))}: {error.strerror or error}") from error
    if left:
        raise Failed(f"{display(str(path))} became shorter while it was sent")
    yield b"\0" * (-size % 512)
