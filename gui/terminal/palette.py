"""The colours of a terminal: the theme's for the first sixteen, the usual cube and greys for the rest."""

from __future__ import annotations

from msgspec import Struct
from PySide6.QtGui import QColor

from gui.terminal.runs import RGB, Colour, Style
from gui.theme.tokens import Theme, contrast, mix

_NAMED = ("", "error.fg", "ok.fg", "warning.fg", "syntax.key", "syntax.number", "busy.fg", "text.primary")
_FAINT = 0.6  # share of the text's colour that is left
_READABLE = 3.0  # contrast of words on a ground that the program chose without choosing their colour


class Ink(Struct, frozen=True):
    """What a run is painted with."""

    text: QColor
    ground: QColor | None  # None: the screen's own
    line: QColor  # of underlines


class Palette:
    """The colours of one theme."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self.text = theme.colour("text.primary")
        self.ground = theme.colour("bg.surface")
        self._inks: dict[Style, Ink] = {}

    def ink(self, style: Style) -> Ink:
        """The colours of a style; kept, as screens have few."""
        found = self._inks.get(style)
        if found is None:
            if len(self._inks) > 4096:
                self._inks.clear()
            found = self._inks[style] = self._mixed(style)
        return found

    def _mixed(self, style: Style) -> Ink:
        text = self._colour(style.fg, self.text)
        ground = None if style.bg is None else self._colour(style.bg, self.ground)
        if style.inverse:
            text, ground = (ground or self.ground), text
        elif ground is not None and style.fg is None and contrast(text, ground) < _READABLE:
            text = self.ground
        if style.faint:
            text = mix(text, ground or self.ground, _FAINT)
        if style.hidden:
            text = ground or self.ground
        line = text if style.underline_colour is None else self._colour(style.underline_colour, text)
        return Ink(text, ground, line)

    def _colour(self, colour: Colour, default: QColor) -> QColor:
        if colour is None:
            return default
        if colour >= RGB:
            return QColor.fromRgb(colour - RGB)
        if colour == 8:
            return self._theme.colour("text.disabled")
        if colour < 16:
            return self._theme.colour(_NAMED[colour % 8]) if colour % 8 else self._theme.colour("idle.mark")
        if colour < 232:
            levels = (0, 95, 135, 175, 215, 255)
            red, green, blue = (colour - 16) // 36, (colour - 16) // 6 % 6, (colour - 16) % 6
            return QColor(levels[red], levels[green], levels[blue])
        grey = 8 + 10 * (colour - 232)
        return QColor(grey, grey, grey)
