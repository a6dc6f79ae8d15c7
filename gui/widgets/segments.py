"""Segments: a few short choices in a tray, such as All, Running, Problems."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.theme.glyphs import paint_glyph
from gui.theme.tokens import current_theme
from gui.widgets.choices import Choice, Choices
from gui.widgets.paint import paint_box, paint_focus, painter_for

_PADDING = 9
_GAP = 5
_TRAY = 2


class _Segment(Choice):
    def __init__(self, key: str, text: str, parent: Segments) -> None:
        super().__init__(key, text, parent)
        self._height = parent.sizeHint().height() - 2 * _TRAY

    def sizeHint(self) -> QSize:
        width = QFontMetrics(self.font()).horizontalAdvance(self.text()) + 2 * _PADDING
        if self.glyph:
            width += current_theme().size("state-glyph") + _GAP
        return QSize(width, self._height)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = painter_for(self)
        radius = theme.size("radius.small")
        if self.isChecked():
            paint_box(painter, self.rect(), radius, theme.colour("bg.surface"), theme.colour("border.default"))
        left = _PADDING
        if self.glyph:
            side = theme.size("state-glyph")
            paint_glyph(painter, QPoint(left, (self.height() - side) // 2), self.glyph, theme)
            left += side + _GAP
        ink = "text.disabled"
        if self.isEnabled():
            ink = "text.primary" if self.isChecked() or self.underMouse() else "text.secondary"
        painter.setPen(theme.colour(ink))
        painter.setFont(theme.font(self.paint_font()))
        room = QRect(left, 0, self.width() - left - _PADDING, self.height())
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, self.text())
        if self.shows_focus():
            paint_focus(painter, self.rect(), theme, radius)


class Segments(Choices):
    """A tray of choices, 28 px high or, `small`, 24."""

    def __init__(
        self, choices: Iterable[tuple[str, str]], *, name: str, small: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._small = small
        self.setAccessibleName(name)
        self._row.setContentsMargins(_TRAY, _TRAY, _TRAY, _TRAY)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.fill(choices)

    def sizeHint(self) -> QSize:
        height = current_theme().size("control-small" if self._small else "control")
        return QSize(super().sizeHint().width(), height)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        radius = theme.size("radius.control")
        inset, line = theme.colour("bg.inset"), theme.colour("border.default")
        paint_box(painter_for(self), self.rect(), radius, inset, line)

    def _make(self, key: str, text: str) -> Choice:
        return _Segment(key, text, self)
