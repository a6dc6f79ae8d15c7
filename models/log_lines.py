"""What a log line says of itself: its level, whether it goes on from the line above, its time."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from enum import IntEnum
from functools import lru_cache
from operator import or_

from msgspec import Struct

from models.logs import STDERR


class Level(IntEnum):
    """How loud a line is. FATAL and the like count as errors, TRACE as debug."""

    NONE = 0  # the line does not say
    ERROR = 1
    WARN = 2
    INFO = 3
    DEBUG = 4


# A mark is one byte per line: its level and these.
CONTINUES = 8  # belongs to the line above
FROM_STDERR = 16
_LEVEL = 7

_WORDS = {
    Level.ERROR: "FATAL ERROR ERR CRITICAL CRIT SEVERE PANIC EMERG ALERT",
    Level.WARN: "WARNING WARN",
    Level.INFO: "INFO NOTICE",
    Level.DEBUG: "DEBUG TRACE",
}
_CODES = {word.encode(): level.value for level, words in _WORDS.items() for word in words.split()}
_UPPER = b"|".join(sorted(_CODES, reverse=True))  # the longer before its own beginning
# One match per line, so that findall answers in step with the lines; its group is the level's word, or how the line
# starts when that shows that it goes on from the one above. Upper-case words count near the start of a line; others
# only where a program means a level: `level=warn`, `"level":"error"`, `[error]`, `error:` at the start, klog's `E1124`.
_LINE = re.compile(
    rb"^(?:"
    rb"(?=([ \t]|Caused by: |Traceback \(most|During handling of|The above exception|goroutine \d+ \[|\}|\]|\)))"
    rb"|([EWIF])\d{4} \d\d:"
    rb"|[^\n]{0,96}?(?:(?<![A-Za-z_])(" + _UPPER + rb")(?![A-Za-z_])"
    rb"|(?:(?<![A-Za-z])(?:level|lvl|severity)\"?[=:] ?[\"']?|[\[<])((?i:" + _UPPER + rb"))(?![A-Za-z_])"
    rb"|^((?i:" + _UPPER + rb")):)"
    rb")?[^\n]*\n",
    re.MULTILINE,
)
_KLOG = {b"E": Level.ERROR, b"F": Level.ERROR, b"W": Level.WARN, b"I": Level.INFO}
_STDERR_BIT = bytes(FROM_STDERR if stream == STDERR else 0 for stream in range(256))


class Classifier:
    """Marks lines one chunk after the other: what continues a line may come in a later chunk."""

    def __init__(self) -> None:
        self._above = {0: 0, FROM_STDERR: 0}  # the level of each stream's last line

    def marks(self, text: bytes, streams: bytes) -> bytes:
        """One mark per line of `text`, whose lines each end with a line feed."""
        codes = bytes(map(_code, _LINE.findall(text)))
        marks = bytearray(map(or_, codes, streams.translate(_STDERR_BIT)))
        if CONTINUES in codes:
            self._inherit(marks)
        for stream in self._above:
            if (last := _last_of(marks, stream)) is not None:
                self._above[stream] = last & _LEVEL
        return bytes(marks)

    def _inherit(self, marks: bytearray) -> None:
        """Give lines that continue one the level of the line above in their stream."""
        above = dict(self._above)
        for index, mark in enumerate(marks):
            stream = mark & FROM_STDERR
            if mark & CONTINUES:
                marks[index] = mark | above[stream]
            else:
                above[stream] = mark & _LEVEL


@lru_cache(maxsize=4096)  # few forms come again and again
def _code(groups: tuple[bytes, ...]) -> int:
    start, klog, upper, named, leading = groups
    if upper:
        return _CODES[upper]
    if start:
        return CONTINUES
    if klog:
        return _KLOG[klog]
    word = named or leading
    return _CODES[word.upper()] if word else 0


def _last_of(marks: bytearray, stream: int) -> int | None:
    for mark in reversed(marks):
        if mark & FROM_STDERR == stream:
            return mark
    return None


def level_of(mark: int) -> Level:
    """The level in a mark."""
    return Level(mark & _LEVEL)


def counts(marks: bytes) -> tuple[int, ...]:
    """How many lines there are of each level, by its number; those that go on from another are not counted."""
    return tuple(marks.count(level) + marks.count(level | FROM_STDERR) for level in Level)


class LineFilter(Struct, frozen=True):
    """Which lines are wanted: of these levels (empty: all) and of this stream (None: both)."""

    levels: frozenset[Level] = frozenset()
    stream: int | None = None

    @property
    def everything(self) -> bool:
        """Whether no line is left out."""
        return not self.levels and self.stream is None

    def table(self) -> bytes:
        """1 at each mark that is wanted, else 0: for `bytes.translate`."""
        return bytes(self._wants(mark) for mark in range(256))

    def _wants(self, mark: int) -> bool:
        if self.levels and (mark & _LEVEL) not in self.levels:
            return False
        return self.stream is None or (self.stream == STDERR) == bool(mark & FROM_STDERR)


_LATEST = 230 * 365 * 86_400_000  # milliseconds since the epoch


def stamp_seconds(stamp: bytes) -> float:
    """A time stamp in seconds since the epoch; 0.0 where it is none."""
    try:
        return _second(stamp[:19]).timestamp() + int(stamp[20:29]) / 1e9
    except (ValueError, OverflowError):
        return 0.0


def stamp_milliseconds(stamp: bytes) -> int:
    """The same in whole milliseconds, exactly; 0 where it is none, or none of our times (before 1970, after 2200)."""
    try:
        moment = int(_second(stamp[:19]).timestamp()) * 1000 + int(stamp[20:23])
    except (ValueError, OverflowError):
        return 0
    return moment if 0 < moment < _LATEST else 0


def local_clock(stamp: bytes) -> str:
    """The time of day on this machine's clock: 14:02:01.377."""
    try:
        return f"{_second(stamp[:19]):%H:%M:%S}.{stamp[20:23].decode('ascii', 'replace')}"
    except (ValueError, OverflowError):
        return ""


def local_date(stamp: bytes) -> str:
    """Date, time and zone in full: 2026-11-24 14:02:01.377000000 +0100."""
    try:
        second = _second(stamp[:19])
    except (ValueError, OverflowError):
        return ""
    return f"{second:%Y-%m-%d %H:%M:%S}.{stamp[20:29].decode('ascii', 'replace')} {second:%z}"


def stamp_of(seconds: float) -> bytes:
    """Seconds since the epoch as a time stamp."""
    whole, nanoseconds = divmod(int(seconds * 1e9), 1_000_000_000)
    moment = datetime.fromtimestamp(whole, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{nanoseconds:09d}Z".encode()


@lru_cache(maxsize=4096)
def _second(stamp: bytes) -> datetime:
    return datetime.fromisoformat(stamp.decode("ascii", "replace") + "+00:00").astimezone()
