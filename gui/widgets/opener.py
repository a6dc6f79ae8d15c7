"""A word or a figure that leads somewhere: dotted underline, solid under the pointer."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from gui.theme.tokens import current_theme
from gui.widgets.focus import KeyFocus
from gui.widgets.paint import paint_focus, painter_for
from gui.widgets.tips import set_tip

_BELOW = 3  # px from the base line to the underline


class Opener(KeyFocus, QAbstractButton):
    """Shows `text`; `leads_to` says what a click opens. Not for tables, where the row opens."""

    def __init__(
        self,
        text: str,
        leads_to: str,
        *,
        font: str = "base",
        colour: str = "text.primary",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._colour = colour
        self.setFont(current_theme().font(font))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_words(text, leads_to)

    def set_words(self, text: str, leads_to: str) -> None:
        """Show another word, which leads elsewhere."""
        self.setText(text)
        self.setAccessibleName(f"{text}, open {leads_to}")
        set_tip(self, f"Open {leads_to}")
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self.font())
        return QSize(metrics.horizontalAdvance(self.text()) + 1, metrics.height() + 2)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = painter_for(self)
        hot = self.underMouse() and self.isEnabled()
        base = QFontMetrics(self.font()).ascent() + 1
        painter.setFont(self.font())
        painter.setPen(theme.colour("accent.fg" if hot else self._colour))
        painter.drawText(0, base, self.text())
        style = Qt.PenStyle.SolidLine if hot else Qt.PenStyle.DotLine
        painter.setPen(QPen(theme.colour("accent.fg" if hot else "border.strong"), 1, style))
        line = min(base + _BELOW, self.height() - 1) + 0.5
        painter.drawLine(QPointF(0.5, line), QPointF(self.width() - 1.5, line))
        if self.shows_focus():
            paint_focus(painter, self.rect(), theme, theme.size("radius.small"))
