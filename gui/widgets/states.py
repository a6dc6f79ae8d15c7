"""What a page shows instead of rows: nothing yet, nothing at all, or why not."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QRect, QRectF, Qt, QTimer
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gui.theme.tokens import current_theme
from gui.widgets.area import Area
from gui.widgets.buttons import Button
from gui.widgets.marks import Glyph, Icon
from gui.widgets.paint import painter_for
from gui.widgets.text import PlainLabel
from models.health import Health

_WIDTH = 640  # a sentence longer than this is hard to read
# Starts of the columns and widths of their bars, as shares of the widget's width; widths vary by row.
_COLUMNS = (0.0, 0.26, 0.53, 0.71)
_BARS = ((0.17, 0.20, 0.12, 0.09), (0.13, 0.23, 0.10, 0.09), (0.19, 0.15, 0.14, 0.09), (0.15, 0.18, 0.11, 0.07))


class EmptyState(Area):
    """Where rows would start: what this is and what fills it. With `error`, what went wrong and what to do."""

    def __init__(
        self,
        title: str = "",
        text: str = "",
        *,
        icon: str = "info",
        buttons: Iterable[Button] = (),
        error: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("bg.surface", parent=parent)
        self._mark: QWidget = Glyph(Health.FAILED, size=20) if error else Icon(icon, size=20)
        self._title = PlainLabel(font="medium", selectable=error)
        self._text = PlainLabel(colour="text.secondary", wrap=True, selectable=error)
        self._text.setMaximumWidth(_WIDTH)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(8)
        words = QVBoxLayout()
        words.setSpacing(3)
        words.addWidget(self._title)
        words.addWidget(self._text)
        words.addSpacing(5)
        words.addLayout(self._buttons)
        words.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 18, 20, 18)
        row.setSpacing(14)
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        self.set_words(title, text)
        self.set_buttons(buttons)

    def set_icon(self, icon: str) -> None:
        """Show another icon; an error keeps its glyph."""
        if isinstance(self._mark, Icon):
            self._mark.set_icon(icon)

    def set_words(self, title: str, text: str) -> None:
        """A title of a few words, and one or two sentences."""
        self._title.setText(title)
        self._text.setText(text)
        self._text.setVisible(bool(text))
        self.setAccessibleName(f"{title}. {text}".strip())

    def set_buttons(self, buttons: Iterable[Button]) -> None:
        """One or two small buttons, in place of the former ones."""
        while item := self._buttons.takeAt(0):
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        for button in buttons:
            self._buttons.addWidget(button)
        self._buttons.addStretch(1)


class Skeleton(QWidget):
    """Rows that are not there yet: empty for 150 ms after it is shown, then grey bars; it does not move."""

    def __init__(self, *, rows: int = 0, name: str = "Loading", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = rows  # 0: as many as fit
        self._due = False
        self.setAccessibleName(name)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._appear)
        if rows:
            self.setFixedHeight(rows * current_theme().size("row"))

    @property
    def visible_bars(self) -> bool:
        """Whether the 150 ms are over."""
        return self._due

    def showEvent(self, event: QShowEvent) -> None:
        self._due = False
        self._timer.start(current_theme().time("skeleton"))
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self._timer.stop()
        super().hideEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = painter_for(self)
        painter.fillRect(self.rect(), theme.colour("bg.surface"))
        if not self._due:
            return
        high = theme.size("row")
        for number in range(self._rows or self.height() // high):
            row = QRect(16, number * high, self.width() - 32, high)
            painter.fillRect(0, row.bottom(), self.width(), 1, theme.colour("border.subtle"))
            self._paint_bars(painter, row, _BARS[number % len(_BARS)])

    def _paint_bars(self, painter: QPainter, row: QRect, widths: Iterable[float]) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(current_theme().colour("border.default"))
        for start, width in zip(_COLUMNS, widths, strict=True):
            left = row.x() + row.width() * start
            bar = QRectF(left, row.y() + (row.height() - 8) / 2, row.width() * width, 8)
            painter.drawRoundedRect(bar, 4, 4)

    def _appear(self) -> None:
        self._due = True
        self.update()
