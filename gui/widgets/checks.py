"""Check boxes and radio buttons, 16 px."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QRadioButton, QSizePolicy, QWidget

from gui.theme.icons import paint_icon
from gui.theme.tokens import Theme, current_theme
from gui.widgets.focus import KeyFocus
from gui.widgets.paint import paint_box, paint_focus, painter_for

_GAP = 8
_SIDE = 16


class CheckBox(KeyFocus, QCheckBox):
    """Yes or no, with its words."""

    def __init__(self, text: str, checked: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setChecked(checked)
        _prepare(self)

    def sizeHint(self) -> QSize:
        return _size(self)

    def hitButton(self, position: QPoint) -> bool:
        return self.rect().contains(position)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = painter_for(self)
        box = _box(self)
        radius = theme.size("radius.small")
        on = self.isChecked()
        fill, line = _colours(self, on)
        paint_box(painter, box, radius, theme.colour(fill), theme.colour(line))
        if on:
            colour = "text.on-accent" if self.isEnabled() else "text.disabled"
            paint_icon(painter, box.topLeft() + QPoint(2, 2), "check", theme, 12, colour)
        _paint_words(self, painter, theme)
        if self.shows_focus():
            paint_focus(painter, box, theme, radius)


class RadioButton(KeyFocus, QRadioButton):
    """One of several, with its words."""

    def __init__(self, text: str, checked: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setChecked(checked)
        _prepare(self)

    def sizeHint(self) -> QSize:
        return _size(self)

    def hitButton(self, position: QPoint) -> bool:
        return self.rect().contains(position)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = painter_for(self)
        box = _box(self)
        on = self.isChecked()
        fill, line = _colours(self, on)
        paint_box(painter, box, _SIDE / 2, theme.colour(fill), theme.colour(line))
        if on:
            dot = theme.colour("text.on-accent" if self.isEnabled() else "text.disabled")
            paint_box(painter, box.adjusted(5, 5, -5, -5), 3, dot)
        _paint_words(self, painter, theme)
        if self.shows_focus():
            paint_focus(painter, box, theme, _SIDE / 2)


def _prepare(button: QAbstractButton) -> None:
    button.setFont(current_theme().font())
    button.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)


def _size(button: QAbstractButton) -> QSize:
    words = QFontMetrics(button.font()).horizontalAdvance(button.text().replace("&", ""))
    return QSize(_SIDE + _GAP + words + 1, current_theme().size("control-small"))


def _box(button: QAbstractButton) -> QRect:
    return QRect(0, (button.height() - _SIDE) // 2, _SIDE, _SIDE)


def _colours(button: QAbstractButton, on: bool) -> tuple[str, str]:
    if not button.isEnabled():
        return "bg.inset", "border.default"
    if on:
        return "accent.fill", "accent.fill"
    return ("bg.hover" if button.underMouse() else "bg.surface"), "border.strong"


def _paint_words(button: QAbstractButton, painter: QPainter, theme: Theme) -> None:
    painter.setFont(button.font())
    painter.setPen(theme.colour("text.primary" if button.isEnabled() else "text.disabled"))
    room = button.rect().adjusted(_SIDE + _GAP, 0, 0, 0)
    painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextHideMnemonic, button.text())
