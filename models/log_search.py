"""Searching a log: text or regular expressions over whole blocks, in slices that let other threads run."""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterator

from msgspec import Struct

from models.ansi import without_escapes
from models.errors import BadInput
from models.log_buffer import Snapshot
from models.log_lines import LineFilter

SLICE = 64 * 1024  # bytes that one call into the regular expression engine may see: it keeps the interpreter to itself
_LONG = 2_048  # bytes of a line that a regular expression looks at

Find = Callable[[bytes, int], tuple[int, int] | None]  # text, from where -> start and end of the next match


class Query(Struct, frozen=True):
    """What is searched for."""

    text: str
    regex: bool = False
    case: bool = False


class Hits(Struct, frozen=True):
    """Line numbers of matches, one for each match, ascending; `reached` is the line up to which all are known."""

    lines: array[int]
    reached: int


def compiled(query: Query) -> re.Pattern[bytes]:
    """The pattern of a query. Raises BadInput, which says what is wrong with a regular expression."""
    flags = re.MULTILINE | (0 if query.case else re.IGNORECASE)
    if not query.regex:
        return re.compile(re.escape(query.text.encode()), flags)
    source = query.text.encode()
    try:
        pattern = re.compile(source, flags)
    except (re.error, OverflowError) as error:
        raise BadInput(f"Not a regular expression: {error}") from error
    if _explodes(source):
        raise BadInput("A repeated group with a repeat inside can take for ever: repeat only one of the two")
    return pattern


def matches(pattern: re.Pattern[bytes], line: bytes) -> list[tuple[int, int]]:
    """Start and end of each match in one line that was freed of its escape sequences."""
    return [match.span() for match in pattern.finditer(line, 0, min(len(line), _LONG)) if match[0]]


def search(snapshot: Snapshot, query: Query, wanted: LineFilter, start: int = 0) -> Iterator[Hits]:
    """The matches in the wanted lines from `start` on, block by block. Raises BadInput for a bad expression."""
    slices = _regex_slices(compiled(query)) if query.regex else _text_slices(query)
    table = wanted.table()
    for first, block in snapshot.since(start):
        lines = (first + line for line in slices(without_escapes(block.content()[0])))
        marks = block.marks
        wanted_lines = array("I", [line for line in lines if line >= start and table[marks[line - first]]])
        yield Hits(wanted_lines, first + len(block))


def _text_slices(query: Query) -> Callable[[bytes], Iterator[int]]:
    """Plain text: the interpreter's own substring search, over ten times as fast as an expression."""
    needle = query.text.encode()
    fold = not query.case
    if fold:
        needle = needle.lower()

    def lines(text: bytes) -> Iterator[int]:
        if fold:
            text = text.lower()
        line, counted, at = 0, 0, text.find(needle)
        while at >= 0:
            line += text.count(b"\n", counted, at)
            counted = at
            yield line
            at = text.find(needle, at + len(needle))

    return lines


def _regex_slices(pattern: re.Pattern[bytes]) -> Callable[[bytes], Iterator[int]]:
    def lines(text: bytes) -> Iterator[int]:
        line, counted, at = 0, 0, 0
        while at < len(text):
            end = text.rfind(b"\n", at, at + SLICE) + 1 or text.index(b"\n", at) + 1
            for start in _starts(pattern, text, at, end):
                line += text.count(b"\n", counted, start)
                counted = start
                yield line
            at = end

    return lines


def _starts(pattern: re.Pattern[bytes], text: bytes, at: int, end: int) -> Iterator[int]:
    if not any(len(line) > _LONG for line in text[at:end].split(b"\n")):
        # without the last line feed, or `^` would match once more behind it
        yield from (match.start() for match in pattern.finditer(text, at, end - 1) if _in_one_line(match))
        return
    while at < end:
        line_end = text.index(b"\n", at)
        yield from (match.start() for match in pattern.finditer(text, at, min(line_end, at + _LONG)) if match[0])
        at = line_end + 1


def _in_one_line(match: re.Match[bytes]) -> bool:
    r"""Not empty, and not one that went over a line's end by `\s` or `[^x]`."""
    return bool(match[0]) and b"\n" not in match[0]


def _explodes(source: bytes) -> bool:
    """Whether a group with an open-ended repeat in it is itself repeated: that may take exponential time."""
    source = re.sub(rb"\\.", b"x", source, flags=re.DOTALL)
    source = re.sub(rb"\[\^?\]?[^\]]*\]", b"x", source)
    repeats = [False]
    for at, byte in enumerate(source):
        after = source[at + 1 : at + 2]
        if byte == ord("("):
            repeats.append(False)
        elif byte == ord(")") and len(repeats) > 1:
            inside = repeats.pop()
            if inside and (after in (b"*", b"+") or re.match(rb"\{\d*,?\d*\}", source[at + 1 :])):
                return True
            repeats[-1] |= inside
        elif byte in b"*+{" and source[at + 1 : at + 2] != b"+":
            repeats[-1] = True
    return False
