"""Lines of a text with their numbers: only those are painted that are in view, however many there are."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import (
    QFontMetrics,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from gui.theme.tokens import current_theme

_ROW = 20
_MARGIN, _GAP = 12, 14  # before the numbers, after them
_MOST = 4_000  # characters of a line that are painted: no screen is wider


class CodeView(QAbstractScrollArea):
    """Read-only. Lines are selected by the pointer or all at once, and copied as they are shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setCursor(Qt.CursorShape.IBeamCursor)
        self._lines: Sequence[str] = ()
        self._longest = 0
        self._chosen: tuple[int, int] | None = None  # the line where it began, and where it ended
        self.setAccessibleName("Text of the file")

    def show_lines(self, lines: Sequence[str]) -> None:
        """Show these from their beginning; they must be safe to look at already."""
        self._lines, self._chosen = lines, None
        self._longest = max(map(len, lines), default=0)
        self._fit()
        self.verticalScrollBar().setValue(0)
        self.horizontalScrollBar().setValue(0)
        self.viewport().update()

    def text(self) -> str:
        """The lines that are selected, or all."""
        if self._chosen is None:
            return "\n".join(self._lines)
        first, last = sorted(self._chosen)
        return "\n".join(self._lines[first : last + 1])

    def _numbers(self) -> int:
        """Pixels up to where the text begins."""
        digits = len(str(max(99, len(self._lines))))
        return _MARGIN + digits * self._metrics().horizontalAdvance("0") + _GAP

    def _metrics(self) -> QFontMetrics:
        return QFontMetrics(current_theme().font("mono"))

    def _fit(self) -> None:
        view = self.viewport()
        down, across = self.verticalScrollBar(), self.horizontalScrollBar()
        down.setRange(0, max(0, len(self._lines) - view.height() // _ROW))
        down.setPageStep(max(1, view.height() // _ROW))
        wide = min(self._longest, _MOST) * self._metrics().horizontalAdvance("0") + self._numbers() + _MARGIN
        across.setRange(0, max(0, wide - view.width()))
        across.setPageStep(view.width())
        across.setSingleStep(_ROW)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), theme.colour("bg.surface"))
        font = theme.font("mono")
        painter.setFont(font)
        metrics, numbers = self._metrics(), self._numbers()
        left = numbers - self.horizontalScrollBar().value()
        first = self.verticalScrollBar().value()
        wide, base = self.viewport().width(), (_ROW - metrics.height()) // 2 + metrics.ascent()
        chosen = range(0) if self._chosen is None else range(min(self._chosen), max(self._chosen) + 1)
        for row, line in enumerate(self._lines[first : first + self.viewport().height() // _ROW + 1]):
            top = row * _ROW
            ground = "bg.selection" if first + row in chosen else "bg.surface"
            painter.fillRect(0, top, wide, _ROW, theme.colour(ground))
            painter.setPen(theme.colour("text.primary"))
            painter.drawText(left, top + base, line[:_MOST])
            painter.fillRect(0, top, numbers - _GAP // 2, _ROW, theme.colour(ground))
            painter.setPen(theme.colour("text.disabled"))
            place = QRect(0, top, numbers - _GAP, _ROW)
            painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(first + row + 1))

    def _line_at(self, event: QMouseEvent) -> int:
        line = self.verticalScrollBar().value() + int(event.position().y()) // _ROW
        return max(0, min(line, len(self._lines) - 1))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self._lines:
            line = self._line_at(event)
            self._chosen = (line, line)
            self.viewport().update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._chosen is not None and event.buttons() & Qt.MouseButton.LeftButton:
            self._chosen = (self._chosen[0], self._line_at(event))
            self.viewport().update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        down = self.verticalScrollBar()
        if event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(self.text())
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self._chosen = (0, max(0, len(self._lines) - 1))
            self.viewport().update()
        elif event.key() == Qt.Key.Key_Home:
            down.setValue(0)
        elif event.key() == Qt.Key.Key_End:
            down.setValue(down.maximum())
        else:
            super().keyPressEvent(event)
