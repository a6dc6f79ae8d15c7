"""Searching a log: text over whole blocks, regular expressions line by line, so that other threads run in between."""

from __future__ import annotations

import re
import warnings
from array import array
from collections.abc import Callable, Iterator
from itertools import repeat

from msgspec import Struct

from models.ansi import without_escapes
from models.errors import BadInput
from models.log_buffer import Snapshot
from models.log_lines import LineFilter

_LONG = 2_048  # bytes of a line that a regular expression looks at: one call keeps the interpreter to itself
_FEW = 4  # times that a group may be repeated which matches in many ways


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
    source = _encoded(query.text)
    if not query.regex:
        return re.compile(re.escape(source), flags)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # of what sets may mean in a later Python
            pattern = re.compile(source, flags)
    except (re.error, ValueError, OverflowError, RecursionError) as error:
        raise BadInput(f"Not a regular expression: {error}") from error
    if _explodes(source):
        raise BadInput("A repeated group with a repeat or a choice inside can take for ever: repeat one of the two")
    return pattern


def matches(pattern: re.Pattern[bytes], line: bytes) -> list[tuple[int, int]]:
    """Start and end of each match in one line that was freed of its escape sequences."""
    return [match.span() for match in pattern.finditer(line, 0, min(len(line), _LONG)) if match[0]]


def search(snapshot: Snapshot, query: Query, wanted: LineFilter, start: int = 0) -> Iterator[Hits]:
    """The matches in the wanted lines from `start` on, block by block. Raises BadInput for a bad expression."""
    found = _by_expression(compiled(query)) if query.regex else _by_text(_encoded(query.text), query.case)
    table = wanted.table()
    for first, block in snapshot.since(start):
        lines = (first + line for line in found(without_escapes(block.content()[0])))
        marks = block.marks
        wanted_lines = array("I", [line for line in lines if line >= start and table[marks[line - first]]])
        yield Hits(wanted_lines, first + len(block))


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _by_text(needle: bytes, case: bool) -> Callable[[bytes], Iterator[int]]:
    """Plain text: the interpreter's own substring search, over ten times as fast as an expression."""
    if not case:
        needle = needle.lower()

    def lines(text: bytes) -> Iterator[int]:
        if not case:
            text = text.lower()
        line, counted, at = 0, 0, text.find(needle) if needle else -1
        while at >= 0:
            line += text.count(b"\n", counted, at)
            counted = at
            yield line
            at = text.find(needle, at + len(needle))

    return lines


def _by_expression(pattern: re.Pattern[bytes]) -> Callable[[bytes], Iterator[int]]:
    """Each line alone: over several, `[^x]` and `\\s` would match across their ends."""

    def lines(text: bytes) -> Iterator[int]:
        split = text.split(b"\n")
        split.pop()  # nothing stands behind the last line feed
        for number, match in enumerate(map(pattern.search, split, repeat(0), repeat(_LONG))):
            if match:
                yield from repeat(number, len(matches(pattern, split[number])))

    return lines


# The words of an expression's source: those with a name matter here.
_TOKEN = re.compile(
    rb"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]"
    rb"|(?P<open>\((?:\?(?:P?<\w+>|<?[=!]|>|[a-zA-Z-]*:))?)|(?P<close>\))|(?P<choice>\|)"
    rb"|(?P<repeat>[*+?]|\{(?P<least>\d*)(?P<comma>,?)(?P<most>\d*)(?<!\{)\})(?P<kept>\+?)\??|.",
    re.DOTALL,
)


def _explodes(source: bytes) -> bool:
    """Whether a group that matches in many ways is repeated: that may take exponential time."""
    many = [False]  # for each open group: whether there is a choice or a repeat of any length in it
    closed = False  # the same of a group that has just ended
    for token in _TOKEN.finditer(source):
        if token["repeat"]:
            most = token["most"] if token["comma"] else token["least"]
            if closed and token["repeat"] != b"?" and not (most and int(most) <= _FEW):
                return True
            many[-1] |= not token["kept"] and not (token["least"] and not token["comma"])
        closed = False
        if token["open"]:
            many.append(False)
        elif token["close"] and len(many) > 1:
            closed = many.pop()
            many[-1] |= closed
        elif token["choice"]:
            many[-1] = True
    return False
