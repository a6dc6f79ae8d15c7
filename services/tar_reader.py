"""Reads a tar as it comes, from somebody who may not be trusted: nothing of it is kept but the present member."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from msgspec import Struct

from models.errors import Failed

BLOCK = 512
LONGEST_EXTENSION = 1 << 20  # bytes of a member's long name or attributes; more is no name
MOST_EXTENSIONS = 16  # headers that belong to one member

_LONG_NAME, _LONG_LINK = b"L", b"K"
_ATTRIBUTES, _GLOBAL_ATTRIBUTES = b"x", b"g"
FILE, HARD_LINK, LINK, CHARACTERS, BLOCKS, FOLDER, PIPE = (b"0", b"1", b"2", b"3", b"4", b"5", b"6")
_WITHOUT_CONTENT = (HARD_LINK, LINK, CHARACTERS, BLOCKS, FOLDER, PIPE)


class Member(Struct, gc=False):
    """One entry as its header tells it: nothing of this is to be believed."""

    name: str  # undecodable bytes as surrogates
    type: bytes
    size: int  # bytes of content that follow
    mode: int = 0
    uid: int = 0
    gid: int = 0
    changed: float = 0.0  # seconds since the epoch
    target: str = ""  # of a link


class TarReader:
    """The members of a tar in turn, each with its content while it is the present one.

    Raises Failed for a damaged tar.
    """

    def __init__(self, blocks: Iterable[bytes]) -> None:
        """`blocks` are pieces of any length, as they come from a socket."""
        self._blocks = iter(blocks)
        self._held = b""
        self._at = 0  # in what is held
        self._left = 0  # bytes of the present member's content and padding
        self._content = 0  # of these, content
        self.passed = 0  # bytes read so far

    def __iter__(self) -> Iterator[Member]:
        extended: dict[str, str] = {}
        extensions = 0
        while True:
            self._skip(self._left)
            self._left = self._content = 0
            header = self._read(BLOCK)
            if len(header) < BLOCK:
                if header:
                    raise Failed("The archive breaks off")
                return  # engines cut the empty blocks at the end
            if not header.strip(b"\0"):
                return
            member = _member(header)
            padded = -(-member.size // BLOCK) * BLOCK
            if member.type in (_LONG_NAME, _LONG_LINK, _ATTRIBUTES, _GLOBAL_ATTRIBUTES):
                extensions += 1
                if member.size > LONGEST_EXTENSION or extensions > MOST_EXTENSIONS:
                    raise Failed("The archive has a header without end")
                content = self._read(padded)
                if len(content) < padded:
                    raise Failed("The archive breaks off")
                _extend(extended, member.type, content[: member.size])
                continue
            _apply(extended, member)
            extended, extensions = {}, 0
            if member.type in _WITHOUT_CONTENT:
                member.size = 0  # their headers may name a size that no content follows
            elif member.type == FILE and member.name.endswith("/"):
                member.type = FOLDER  # as the oldest tars say it
            self._content = member.size
            self._left = -(-member.size // BLOCK) * BLOCK
            yield member

    def content(self) -> Iterator[bytes]:
        """The present member's content in pieces, once. Raises Failed where it breaks off."""
        while self._content > 0:
            piece = self._some(self._content)
            if not piece:
                raise Failed("The archive breaks off")
            self._content -= len(piece)
            self._left -= len(piece)
            yield piece

    def _some(self, most: int) -> bytes:
        """At least one byte, at most `most`; b"" at the end."""
        while self._at >= len(self._held):
            block = next(self._blocks, None)
            if block is None:
                return b""
            self._held, self._at = block, 0
        piece = self._held[self._at : self._at + most]
        self._at += len(piece)
        self.passed += len(piece)
        return piece

    def _read(self, count: int) -> bytes:
        """Exactly `count` bytes; fewer only at the end."""
        piece = self._some(count)
        if len(piece) == count:
            return piece
        pieces = [piece]
        missing = count - len(piece)
        while missing and (piece := self._some(missing)):
            pieces.append(piece)
            missing -= len(piece)
        return b"".join(pieces)

    def _skip(self, count: int) -> None:
        while count > 0:
            if self._at >= len(self._held) and not self._fill():
                raise Failed("The archive breaks off")
            step = min(count, len(self._held) - self._at)
            self._at += step
            self.passed += step
            count -= step

    def _fill(self) -> bool:
        while self._at >= len(self._held):
            block = next(self._blocks, None)
            if block is None:
                return False
            self._held, self._at = block, 0
        return True


def _member(header: bytes) -> Member:
    form = header[156:157]
    name = _text(header[:100])
    if header[257:263] == b"ustar\0" and header[345]:
        name = f"{_text(header[345:500])}/{name}"
    if sum(header[:148]) + sum(header[156:]) + 256 != _number(header[148:156]):
        raise Failed("The archive is damaged: a header's sum is wrong")
    return Member(
        name,
        FILE if form in (b"\0", b"7") else form,
        _number(header[124:136]),
        _number(header[100:108]),
        _number(header[108:116]),
        _number(header[116:124]),
        float(_number(header[136:148], signed=True)),
        _text(header[157:257]),
    )


def _text(field: bytes) -> str:
    return field.partition(b"\0")[0].decode("utf-8", "surrogateescape")


def _number(field: bytes, signed: bool = False) -> int:
    """Octal digits, or a binary number after a set bit. Raises Failed for what is neither, or negative."""
    if field[0] & 0x80:
        number = int.from_bytes(field[1:]) if field[0] == 0x80 else int.from_bytes(field, signed=True)
    else:
        digits = field.strip(b" \0")
        try:
            number = int(digits, 8) if digits else 0
        except ValueError as error:
            raise Failed("The archive is damaged: a number in a header is none") from error
    if number < 0 and not signed:
        raise Failed("The archive is damaged: a number in a header is negative")
    return number


def _extend(extended: dict[str, str], form: bytes, content: bytes) -> None:
    """Take in what an extension header says of the next member."""
    if form == _LONG_NAME:
        extended["path"] = _text(content)
    elif form == _LONG_LINK:
        extended["linkpath"] = _text(content)
    elif form == _ATTRIBUTES:
        extended.update(_records(content))


def _records(content: bytes) -> Iterator[tuple[str, str]]:
    """The records "length key=value" of a PAX header that matter here."""
    at = 0
    while at < len(content):
        space = content.find(b" ", at, at + 20)
        try:
            length = int(content[at:space]) if space > 0 else 0
        except ValueError:
            length = 0
        if length <= space - at or at + length > len(content):
            raise Failed("The archive is damaged: an extended header cannot be read")
        key, _, value = content[space + 1 : at + length - 1].partition(b"=")
        if key in (b"path", b"linkpath", b"size", b"mtime", b"uid", b"gid"):
            yield key.decode(), value.decode("utf-8", "surrogateescape")
        at += length


def _apply(extended: dict[str, str], member: Member) -> None:
    member.name = extended.get("path", member.name)
    member.target = extended.get("linkpath", member.target)
    try:
        member.size = int(extended.get("size", member.size))
        member.uid = int(extended.get("uid", member.uid))
        member.gid = int(extended.get("gid", member.gid))
        member.changed = float(extended.get("mtime", member.changed))
    except ValueError as error:
        raise Failed("The archive is damaged: an extended header cannot be read") from error
    if not math.isfinite(member.changed):
        member.changed = 0.0
    if member.size < 0:
        raise Failed("The archive is damaged: a size is negative")
