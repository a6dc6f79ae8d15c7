"""One log line made ready for painting: pieces of safe text with their colours."""

from __future__ import annotations

import re
from collections import OrderedDict

from msgspec import Struct
from PySide6.QtGui import QColor

from gui.theme.tokens import Theme
from models.ansi import Colour, Style, runs
from models.log_buffer import Reader, Snapshot
from models.log_lines import CONTINUES, FROM_STDERR, Level, level_of
from models.text import display

_KEPT = 400  # prepared lines
_HEAD = 120  # characters in which the level's word is looked for
_WORD = re.compile(
    r"\b(?:FATAL|PANIC|CRITICAL|CRIT|ERROR|ERR|SEVERE|EMERG|ALERT|WARNING|WARN|NOTICE|INFO|DEBUG|TRACE)\b",
    re.IGNORECASE,
)
_LEVELS = {
    Level.ERROR: "error.fg",
    Level.WARN: "warning.fg",
    Level.INFO: "text.secondary",
    Level.DEBUG: "text.secondary",
}
# the sixteen colours of a terminal as tokens, dark and bright alike but for black
_SIXTEEN = (
    "text.primary",
    "error.fg",
    "ok.fg",
    "warning.fg",
    "syntax.key",
    "syntax.number",
    "busy.fg",
    "text.secondary",
)


class Piece(Struct, frozen=True, gc=False):
    """Text from column `at` on, in one look; colours are tokens or red, green, blue."""

    at: int
    text: str
    fore: str | tuple[int, int, int]
    back: str | tuple[int, int, int] | None = None
    bold: bool = False
    underline: bool = False


class Prepared(Struct, frozen=True, gc=False):
    """A line ready to be painted; `text` is what the pieces say together."""

    number: int
    text: str
    stamp: bytes
    level: Level
    stderr: bool
    continues: bool
    pieces: tuple[Piece, ...]


class Preparer:
    """Makes lines ready and keeps the last few."""

    def __init__(self) -> None:
        self._reader = Reader()
        self._kept: OrderedDict[int, Prepared] = OrderedDict()

    def clear(self) -> None:
        """Forget everything: another log begins."""
        self._reader = Reader()
        self._kept.clear()

    def line(self, snapshot: Snapshot, number: int) -> Prepared:
        """The line of this number. IndexError for one that is not kept."""
        line = self._kept.get(number)
        if line is None:
            line = self._kept[number] = _prepared(number, *self._reader.line(snapshot, number))
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end(number)
        return line


def _prepared(number: int, raw: bytes, stamp: bytes, mark: int) -> Prepared:
    level = level_of(mark)
    text = raw.decode("utf-8", "replace").expandtabs(8)
    pieces = (
        _coloured(text) if "\x1b" in text else _by_level(display(text, len(text) + 1), level, bool(mark & CONTINUES))
    )
    shown = "".join(piece.text for piece in pieces)
    return Prepared(number, shown, stamp, level, bool(mark & FROM_STDERR), bool(mark & CONTINUES), pieces)


def _coloured(text: str) -> tuple[Piece, ...]:
    """A line that brings its own colours."""
    pieces, at = [], 0
    for run in runs(text):
        shown = display(run.text, len(run.text) + 1)
        pieces.append(_piece(at, shown, run.style))
        at += len(shown)
    return tuple(pieces)


def _piece(at: int, text: str, style: Style) -> Piece:
    fore = _token(style.fore) or ("text.secondary" if style.faint else "text.primary")
    back = _token(style.back)
    if style.inverse:
        fore, back = back or "bg.surface", fore
    elif isinstance(back, str):
        fore = "bg.surface" if style.fore is None else fore  # tokens of text as ground: the text must stand out
    return Piece(at, text, fore, back, style.bold, style.underline)


def _token(colour: Colour) -> str | tuple[int, int, int] | None:
    if isinstance(colour, int):
        return "text.disabled" if colour == 8 else _SIXTEEN[colour % 8]
    return colour


def _by_level(text: str, level: Level, continues: bool) -> tuple[Piece, ...]:
    """A plain line: its level's word takes the colour of the level."""
    body = "text.secondary" if continues or level is Level.DEBUG else "text.primary"
    word = _WORD.search(text, 0, _HEAD) if level in _LEVELS and not continues else None
    if word is None:
        return (Piece(0, text, body),)
    start, end = word.span()
    parts = (
        Piece(0, text[:start], body),
        Piece(start, text[start:end], _LEVELS[level]),
        Piece(end, text[end:], body),
    )
    return tuple(part for part in parts if part.text)


def colour_of(theme: Theme, colour: str | tuple[int, int, int]) -> QColor:
    """A piece's colour in this theme; colours of its own are kept readable on the theme's ground."""
    if isinstance(colour, str):
        return theme.colour(colour)
    own = QColor(*colour)
    lightness = own.lightnessF()
    if theme.is_dark and lightness < 0.55:
        own.setHslF(max(0.0, own.hslHueF()), own.hslSaturationF(), 0.55)
    elif not theme.is_dark and lightness > 0.42:
        own.setHslF(max(0.0, own.hslHueF()), own.hslSaturationF(), 0.42)
    return own
