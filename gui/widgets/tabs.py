"""Tabs: the bar of a details head, 36 px, its current tab underlined."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.theme.tokens import current_theme
from gui.widgets.choices import Choice, Choices
from gui.widgets.paint import paint_focus, painter_for

_PADDING = 10
_INSET = 8
_UNDERLINE = 2


class _Tab(Choice):
    def sizeHint(self) -> QSize:
        width = QFontMetrics(self.font()).horizontalAdvance(self.text()) + 2 * _PADDING
        return QSize(width, current_theme().size("tab-bar"))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = painter_for(self)
        ink = "text.disabled"
        if self.isEnabled():
            ink = "text.primary" if self.isChecked() or self.underMouse() else "text.secondary"
        painter.setPen(theme.colour(ink))
        painter.setFont(theme.font(self.paint_font()))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())
        if self.isChecked():
            line = theme.colour("accent.line")
            painter.fillRect(_INSET, self.height() - _UNDERLINE, self.width() - 2 * _INSET, _UNDERLINE, line)
        if self.shows_focus():
            paint_focus(painter, self.rect().adjusted(2, 4, -2, -4), theme, theme.size("radius.control"))


class Tabs(Choices):
    """The tab bar alone: who owns the pages listens to `chosen`."""

    def __init__(
        self, choices: Iterable[tuple[str, str]] = (), *, name: str = "Details", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.fill(choices)

    def _make(self, key: str, text: str) -> Choice:
        return _Tab(key, text, self)
