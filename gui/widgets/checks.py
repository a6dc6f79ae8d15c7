"""Check boxes, 16 px."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPaintEvent
from PySide6.QtWidgets import QCheckBox, QSizePolicy, QWidget

from gui.theme.icons import paint_icon
from gui.theme.tokens import current_theme
from gui.widgets.focus import KeyFocus
from gui.widgets.paint import paint_box, paint_focus, painter_for

_GAP = 8
_SIDE = 16


class CheckBox(KeyFocus, QCheckBox):
    """Yes or no, with its words."""

    def __init__(self, text: str, checked: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setChecked(checked)
        self.setFont(current_theme().font())
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        words = QFontMetrics(self.font()).horizontalAdvance(self.text().replace("&", ""))
        return QSize(_SIDE + _GAP + words + 1, current_theme().size("control-small"))

    def hitButton(self, position: QPoint) -> bool:
        return self.rect().contains(position)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = painter_for(self)
        box = QRect(0, (self.height() - _SIDE) // 2, _SIDE, _SIDE)
        radius = theme.size("radius.small")
        fill, line = self._colours()
        paint_box(painter, box, radius, theme.colour(fill), theme.colour(line))
        if self.isChecked():
            colour = "text.on-accent" if self.isEnabled() else "text.disabled"
            paint_icon(painter, box.topLeft() + QPoint(2, 2), "check", theme, 12, colour)
        painter.setFont(self.font())
        painter.setPen(theme.colour("text.primary" if self.isEnabled() else "text.disabled"))
        words = self.rect().adjusted(_SIDE + _GAP, 0, 0, 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextHideMnemonic, self.text())
        if self.shows_focus():
            paint_focus(painter, box, theme, radius)

    def _colours(self) -> tuple[str, str]:
        """The tokens of the box: ground and line."""
        if not self.isEnabled():
            return "bg.inset", "border.default"
        if self.isChecked():
            return "accent.fill", "accent.fill"
        return ("bg.hover" if self.underMouse() else "bg.surface"), "border.strong"
