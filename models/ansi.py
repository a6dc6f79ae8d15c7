"""Escape sequences in log lines: colours and weights are kept as styles, everything else is swallowed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

# CSI with its parameters; OSC, DCS, APC, PM and SOS up to their end (or that of the line); two-character escapes.
_ESCAPE = re.compile(
    r"\x1b\[([0-?]*)[ -/]*([@-~])|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\|$)|\x1b[ -/]+[0-~]|\x1b[0-Z\\^-~]"
)
_ESCAPE_BYTES = re.compile(
    rb"\x1b\[[0-?]*[ -/]*[@-~]|\x1b[\]PX^_][^\x07\x1b\n]*(?:\x07|\x1b\\|(?=\n)|$)|\x1b[ -/]+[0-~]|\x1b[0-Z\\^-~]"
)
_PARAMETERS = 32  # of one sequence that are looked at

Colour = int | tuple[int, int, int] | None  # one of the 16 by number, or red, green, blue; None: the default


class Style(Struct, frozen=True):
    """How a piece of a line wants to look."""

    fore: Colour = None
    back: Colour = None
    bold: bool = False
    faint: bool = False
    italic: bool = False
    underline: bool = False
    inverse: bool = False
    struck: bool = False


PLAIN = Style()


class Run(Struct, frozen=True):
    """A piece of text in one style."""

    text: str
    style: Style = PLAIN


def without_escapes(text: bytes) -> bytes:
    """`text`, one or many lines, without its escape sequences; as many lines as before."""
    return _ESCAPE_BYTES.sub(b"", text) if b"\x1b" in text else text


def runs(line: str) -> list[Run]:
    """A line in pieces of one style each. Escape sequences other than SGR vanish; an unfinished one stays as it is."""
    if "\x1b" not in line:
        return [Run(line)] if line else []
    return list(_runs(line))


def _runs(line: str) -> Iterator[Run]:
    style, at = PLAIN, 0
    for match in _ESCAPE.finditer(line):
        if match.start() > at:
            yield Run(line[at : match.start()], style)
        at = match.end()
        if match[2] == "m":
            style = _styled(style, match[1])
    if at < len(line):
        yield Run(line[at:], style)


_ON: dict[int, dict[str, object]] = {
    1: {"bold": True}, 2: {"faint": True}, 3: {"italic": True}, 4: {"underline": True}, 7: {"inverse": True},
    9: {"struck": True}, 21: {"underline": True}, 22: {"bold": False, "faint": False}, 23: {"italic": False},
    24: {"underline": False}, 27: {"inverse": False}, 29: {"struck": False}, 39: {"fore": None}, 49: {"back": None},
}  # fmt: skip


def _styled(style: Style, parameters: str) -> Style:
    """The style after SGR with these parameters."""
    values: dict[str, object] = {name: getattr(style, name) for name in Style.__struct_fields__}
    numbers = iter(_numbers(parameters))
    for number in numbers:
        if number == 0:
            values = {name: getattr(PLAIN, name) for name in Style.__struct_fields__}
        elif number in _ON:
            values.update(_ON[number])
        elif number in (38, 48):
            values["fore" if number == 38 else "back"] = _extended(numbers)
        elif 30 <= number <= 37 or 40 <= number <= 47:
            values["fore" if number < 40 else "back"] = number % 10
        elif 90 <= number <= 97 or 100 <= number <= 107:
            values["fore" if number < 100 else "back"] = number % 10 + 8
    return Style(**values)  # type: ignore[arg-type]  # each name with the type of its field


def _numbers(parameters: str) -> list[int]:
    # 38:2::255:0:0 names a colour space between the 2 and the red, mostly left empty
    flat = parameters.replace("::", ":").replace(":", ";")
    return [int(part) if part.isdecimal() and len(part) < 6 else 0 for part in flat.split(";")[:_PARAMETERS]]


def _extended(numbers: Iterator[int]) -> Colour:
    """The colour after 38 or 48: 5;n or 2;r;g;b."""
    kind = next(numbers, 0)
    if kind == 5:
        return palette(next(numbers, 0))
    if kind == 2:
        red, green, blue = (min(255, next(numbers, 0)) for _ in range(3))
        return red, green, blue
    return None


_CUBE = (0, 95, 135, 175, 215, 255)


def palette(number: int) -> Colour:
    """A colour of the 256: the first 16 belong to the theme, then a cube of 216, then 24 greys."""
    if number < 16:
        return max(0, number)
    if number > 255:
        return None
    if number >= 232:
        grey = 8 + 10 * (number - 232)
        return grey, grey, grey
    number -= 16
    return _CUBE[number // 36], _CUBE[number // 6 % 6], _CUBE[number % 6]
