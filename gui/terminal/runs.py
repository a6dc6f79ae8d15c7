"""The emulator's screen, as it formats it, taken apart into runs of one style; pure, and quick for ASCII."""

from __future__ import annotations

import re
from collections.abc import Callable

from msgspec import Struct
from msgspec.structs import replace

Colour = int | None  # 0 to 255 of the palette; RGB + 0xRRGGBB; None is the default
RGB = 1 << 24

_SEQUENCE = re.compile(r"\x1b\[([0-9;:]*)m")
_PALETTE_END = "\x1b\\"
_PALETTE_START = "\x1b]4;"


class Style(Struct, frozen=True):
    """How cells look."""

    fg: Colour = None
    bg: Colour = None
    bold: bool = False
    faint: bool = False
    italic: bool = False
    underline: int = 0  # 1 plain, 2 double, 3 curly, 4 dotted, 5 dashed
    underline_colour: Colour = None
    blink: bool = False
    inverse: bool = False
    hidden: bool = False
    struck: bool = False


PLAIN = Style()


class Run(Struct, frozen=True, gc=False):
    """Cells of one style, side by side: one character each, unless the run is one wide or composed character."""

    column: int
    cells: int
    text: str
    style: Style


Row = tuple[Run, ...]
Width = Callable[[str], int]  # of one character in cells: 0 for combining marks, 2 for wide ones


def rows_of(formatted: str, width: Width) -> tuple[Row, ...]:
    """The rows from the top, without the blank ones at the end."""
    if formatted.startswith(_PALETTE_START):  # the palette comes first: a theme has its own
        formatted = formatted[formatted.rindex(_PALETTE_END) + len(_PALETTE_END) :]
    reader = _Reader(width)
    return tuple(reader.row(line) for line in formatted.split("\r\n"))


class _Reader:
    def __init__(self, width: Width) -> None:
        self._width = width
        self._style = PLAIN

    def row(self, line: str) -> Row:
        """One line; its last style goes on in the next."""
        runs: list[Run] = []
        column = 0
        for index, part in enumerate(_SEQUENCE.split(line)):
            if index % 2:
                self._style = styled(self._style, part)
            elif part.isascii():
                if part:
                    runs.append(Run(column, len(part), part, self._style))
                    column += len(part)
            else:
                column = self._mixed(part, column, runs)
        return tuple(runs)

    def _mixed(self, text: str, column: int, runs: list[Run]) -> int:
        """Text with characters of other widths: each of those, with what is composed onto it, is a run of its own."""
        begun, start = "", column
        position = column
        for character in text:
            width = 1 if character.isascii() else self._width(character)
            if width == 1:
                begun += character
                position += 1
                continue
            if width == 0 and begun:
                begun, character = begun[:-1], begun[-1] + character
                position -= 1
                width = 1
            elif width == 0 and runs and runs[-1].column + runs[-1].cells == start:
                last = runs.pop()
                runs.append(Run(last.column, last.cells, last.text + character, last.style))
                continue
            if begun:
                runs.append(Run(start, position - start, begun, self._style))
            runs.append(Run(position, width or 1, character, self._style))
            position += width or 1
            begun, start = "", position
        if begun:
            runs.append(Run(start, position - start, begun, self._style))
        return position


_known: dict[tuple[Style, str], Style] = {}


def styled(style: Style, parameters: str) -> Style:
    """What a select-graphic-rendition sequence makes of a style."""
    key = style, parameters
    found = _known.get(key)
    if found is None:
        if len(_known) > 4096:  # a program may use any of 16 million colours
            _known.clear()
        found = _known[key] = _applied(style, parameters)
    return found


_FLAGS: dict[str, dict[str, bool | int]] = {
    "1": {"bold": True}, "2": {"faint": True}, "3": {"italic": True}, "4": {"underline": 1}, "5": {"blink": True},
    "7": {"inverse": True}, "8": {"hidden": True}, "9": {"struck": True}, "21": {"underline": 2},
    "4:2": {"underline": 2}, "4:3": {"underline": 3}, "4:4": {"underline": 4}, "4:5": {"underline": 5},
}  # fmt: skip
_COLOURS = {"38": "fg", "48": "bg", "58": "underline_colour"}


def _applied(style: Style, parameters: str) -> Style:
    """The emulator writes one attribute a sequence, and what it does not write there is not understood."""
    match parameters.split(";"):
        case ["" | "0"]:
            return PLAIN
        case [flag] if flag in _FLAGS:
            return replace(style, **_FLAGS[flag])
        case [ground, "5", index] if ground in _COLOURS:
            return replace(style, **{_COLOURS[ground]: int(index)})
        case [ground, "2", red, green, blue] if ground in _COLOURS:
            return replace(style, **{_COLOURS[ground]: RGB + (int(red) << 16) + (int(green) << 8) + int(blue)})
    return style
