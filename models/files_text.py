"""What a file's first bytes are: text in some encoding, a picture, or neither."""

from __future__ import annotations

import codecs

from msgspec import Struct

TEXT_LIMIT = 2_000_000  # bytes of a text that are shown
PICTURE_LIMIT = 20_000_000  # bytes of a picture that are read
LINE_LIMIT = 16_384  # characters of a line that are shown

_LOOK = 65_536  # bytes by which is decided whether it is text
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8 with a byte order mark"),
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
_PICTURES = (
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"BM", "BMP"),
    (b"\x00\x00\x01\x00", "ICO"),
)
_FORMATS = (
    (b"\x7fELF", "an ELF program or library"),
    (b"\x1f\x8b", "gzip data"),
    (b"PK\x03\x04", "a zip archive"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"\x28\xb5\x2f\xfd", "zstd data"),
    (b"\xfd7zXZ\x00", "xz data"),
    (b"BZh", "bzip2 data"),
    (b"%PDF-", "a PDF document"),
    (b"\xca\xfe\xba\xbe", "a Java class"),
    (b"\x00asm", "a WebAssembly module"),
)
_TEXT_CONTROLS = frozenset(b"\t\n\r\f\x08\x1b")


class Text(Struct, frozen=True):
    """Lines as they are in the file, long ones cut; `encoding` in words, `cut` where more of it was not read."""

    lines: tuple[str, ...]
    encoding: str
    cut: bool = False
    long_lines: int = 0  # how many were cut


class Picture(Struct, frozen=True):
    """Something that looks like a picture, by its first bytes: "PNG"."""

    format: str
    content: bytes


class Binary(Struct, frozen=True):
    """Neither: what it seems to be, in words, and how it begins."""

    words: str
    beginning: bytes = b""


def picture_format(start: bytes) -> str:
    """The format that a file which begins like this would be a picture of, or ""."""
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return "WebP"
    return next((name for sign, name in _PICTURES if start.startswith(sign)), "")


def text_or_binary(content: bytes, cut: bool) -> Text | Binary:
    """`content` as text, if it is any; `cut` says that the file goes on after it."""
    content = content[:TEXT_LIMIT]
    for sign, codec, name in _MARKS:
        if content.startswith(sign):
            return _text(content.decode(codec, "replace"), name, cut)
    if words := next((words for sign, words in _FORMATS if content.startswith(sign)), ""):
        return Binary(words, content[:256])
    if (text := _utf8(content, cut)) is not None:
        return _text(text, "ASCII" if text.isascii() else "UTF-8", cut)
    if _is_binary(content[:_LOOK]):
        return Binary("binary data", content[:256])
    return _text(content.decode("cp1252", "replace"), "not UTF-8, read as Windows-1252", cut)


def _utf8(content: bytes, cut: bool) -> str | None:
    if _is_binary(content[:_LOOK]):
        return None
    try:
        return codecs.getincrementaldecoder("utf-8")().decode(content, final=not cut)
    except UnicodeDecodeError:
        return None


def _is_binary(start: bytes) -> bool:
    """Whether there is a NUL, or more than one control character in fifty that no text has."""
    if b"\x00" in start:
        return True
    controls = sum(byte < 0x20 and byte not in _TEXT_CONTROLS for byte in start)
    return controls * 50 > len(start)


def _text(text: str, encoding: str, cut: bool) -> Text:
    lines = text.replace("\r\n", "\n").split("\n")
    if len(lines) > 1 and not lines[-1]:
        lines.pop()  # the end of the last line begins none
    long = sum(len(line) > LINE_LIMIT for line in lines)
    shown = (line if len(line) <= LINE_LIMIT else line[:LINE_LIMIT] for line in lines)
    return Text(tuple(shown), encoding, cut, long)


def text_words(text: Text) -> str:
    """Encoding and length in words: "UTF-8, 12 lines"."""
    count = f"{len(text.lines):,} line{'' if len(text.lines) == 1 else 's'}"
    return f"{text.encoding}, {'the first ' if text.cut else ''}{count}"
