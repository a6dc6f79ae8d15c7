"""Words for values: sizes, ages, counts; and the one gate through which outside text reaches the screen."""

from __future__ import annotations

import re
import shlex
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime

DISPLAY_LIMIT = 2_000  # characters of outside text that one label may show

_BIDI = {
    "\u061c": "ALM", "\u200e": "LRM", "\u200f": "RLM", "\u202a": "LRE", "\u202b": "RLE", "\u202c": "PDF",
    "\u202d": "LRO", "\u202e": "RLO", "\u2066": "LRI", "\u2067": "RLI", "\u2068": "FSI", "\u2069": "PDI",
}  # fmt: skip
_ZERO_WIDTH = {"\u200b": "ZWSP", "\u200c": "ZWNJ", "\u200d": "ZWJ", "\u2060": "WJ", "\ufeff": "BOM", "\u00ad": "SHY"}
_MARKED = {**_BIDI, **_ZERO_WIDTH, "\u2028": "LS", "\u2029": "PS"}
_SUSPECT = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff"
    "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
)
_MARKS_KEPT = 3  # combining marks in a row


def display(text: str, limit: int = DISPLAY_LIMIT) -> str:
    """Outside text made safe to look at: controls become symbols, bidi controls are named, length is capped.

    The real value stays untouched in the model; only "copy raw" gives it away.
    """
    if len(text) > limit:
        text = text[:limit] + f"… ({len(text) - limit:,} more characters)"
    if not _SUSPECT.search(text):
        return text
    shown: list[str] = []
    marks = 0
    for character in text:
        if unicodedata.combining(character):
            marks += 1
            if marks <= _MARKS_KEPT:
                shown.append(character)
            continue
        marks = 0
        shown.append(_visible(character))
    return "".join(shown)


def display_lines(text: str) -> str:
    """Outside text of several lines, each made safe to look at."""
    return "\n".join(display(line) for line in text.split("\n"))


def _visible(character: str) -> str:
    code = ord(character)
    if name := _MARKED.get(character):
        return f"⟨{name}⟩"
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "␡"
    if 0x80 <= code <= 0x9F or 0xD800 <= code <= 0xDFFF:
        return f"⟨{code:X}⟩"
    return character


def bytes_text(size: float | None) -> str:
    """A size as the engine's own tools count it (1 kB = 1000 bytes), three digits: "62 MB", "1.24 GB"; "" for None."""
    return "" if size is None else _scaled(size, 1000.0, ("B", "kB", "MB", "GB", "TB", "PB"))


def memory_text(size: float | None) -> str:
    """Memory in binary multiples under the short names that limits are set with (512 MB = 512 MiB); "" for None."""
    return "" if size is None else _scaled(size, 1024.0, ("B", "kB", "MB", "GB", "TB", "PB"))


def _scaled(size: float, base: float, units: Sequence[str]) -> str:
    if abs(size) < base:
        return f"{size:.0f} {units[0]}"
    unit = 0
    while abs(size) >= base * 0.9995 and unit < len(units) - 1:
        size /= base
        unit += 1
    digits = 0 if size >= 99.95 else 1 if size >= 9.995 else 2
    return f"{size:.{digits}f} {units[unit]}"


def percent_text(share: float | None) -> str:
    """Per cent with one digit: "38.2 %"; "" for None."""
    return "" if share is None else f"{share:.1f} %"


def age_text(seconds: float | None) -> str:
    """A duration in its largest unit: "12 s", "6 min", "3 h", "2 d", "3 y"; never negative; "" for None."""
    if seconds is None:
        return ""
    seconds = max(0.0, seconds)
    for limit, size, unit in ((60, 1, "s"), (3600, 60, "min"), (172_800, 3600, "h"), (63_072_000, 86_400, "d")):
        if seconds < limit:
            return f"{int(seconds // size)} {unit}"
    return f"{int(seconds // 31_536_000)} y"


def count_text(count: int, noun: str, plural: str = "") -> str:
    """ "1 container", "15 containers"."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {plural or noun + 's'}"


def names_text(names: Sequence[str], most: int = 3) -> str:
    """ "a, b, c and 4 more"."""
    if len(names) <= most + 1:
        return " and ".join(filter(None, (", ".join(names[:-1]), names[-1]))) if names else ""
    return f"{', '.join(names[:most])} and {len(names) - most} more"


def command_text(arguments: Sequence[str]) -> str:
    """Arguments as one line that a POSIX shell reads back as the same arguments."""
    return shlex.join(arguments)


_DIGITS = re.compile(r"(\d+)")


def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """A sort key by which web-2 stands before web-10, whatever the case."""
    return tuple(
        (0, int(part), "") if part.isdecimal() and len(part) < 19 else (1, 0, part)
        for part in _DIGITS.split(text.casefold())
        if part
    )


def stamp_text(moment: float | None) -> str:
    """A moment in local time, to the second: "2026-11-23 14:02:10"; "" for None or a time that does not exist."""
    if moment is None:
        return ""
    try:
        return datetime.fromtimestamp(moment, tz=UTC).astimezone().strftime("%Y-%m-%d %H:%M:%S")
    except (OverflowError, ValueError, OSError):
        return ""
