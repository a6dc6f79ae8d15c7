"""What stands above and below charts: the lane of what happened, and the times of their common axis."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QHelpEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QToolTip, QWidget

from gui.theme.glyphs import paint_glyph
from gui.theme.tokens import current_theme
from gui.widgets.paint import paint_box, painter_for
from gui.widgets.tips import plain_tip
from models.health import Health
from models.series import Mark, Turn
from models.time_axis import local

_HEIGHT = 22  # pixels of the lane
_RULER = 24
_MARK = 12
_NEAR = 6  # pixels from a mark at which its words are told
_GLYPHS = {
    (Turn.END, True): Health.EXITED,
    (Turn.END, False): Health.FAILED,
    (Turn.OUT_OF_MEMORY, False): Health.FAILED,
    (Turn.HEALTH, True): Health.HEALTHY,
    (Turn.HEALTH, False): Health.UNHEALTHY,
}


class _OverTime(QWidget):
    """As wide as the charts, whose areas begin at `left` and end `right` pixels before the edge."""

    def __init__(self, left: int, right: int, height: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._left, self._right = left, right
        self.begin, self.end = 0.0, 1.0
        self.setFixedHeight(height)

    def set_right(self, right: int) -> None:
        """The charts end so many pixels before the edge now."""
        self._right = right

    def place(self, time: float) -> float:
        """The place of a time."""
        return self._left + (time - self.begin) / (self.end - self.begin) * (self.width() - self._left - self._right)


class Lane(_OverTime):
    """Marks on a line that runs while something was measured."""

    def __init__(self, left: int, right: int, parent: QWidget | None = None) -> None:
        super().__init__(left, right, _HEIGHT, parent)
        self._marks: Sequence[Mark] = ()
        self._holes: Sequence[tuple[float, float]] = ()
        self.setAccessibleName("What happened")

    def show_marks(self, marks: Sequence[Mark], holes: Sequence[tuple[float, float]], begin: float, end: float) -> None:
        """Show what happened between two times, and when nothing was measured."""
        self._marks, self._holes, self.begin, self.end = marks, holes, begin, end
        words = (f"{local(round(mark.time * 1000)):%H:%M:%S} {mark.words}" for mark in marks if self._inside(mark))
        self.setAccessibleDescription("; ".join(words))
        self.update()

    def _inside(self, mark: Mark) -> bool:
        return self.begin <= mark.time <= self.end

    def words_at(self, x: float) -> str:
        """What the marks near this place stand for, a line each."""
        near = [mark for mark in self._marks if self._inside(mark) and abs(self.place(mark.time) - x) <= _NEAR]
        return "\n".join(f"{local(round(mark.time * 1000)):%H:%M:%S}  {mark.words}" for mark in near)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), plain_tip(self.words_at(event.pos().x())), self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = painter_for(self)
        area = QRectF(self._left, 0, self.width() - self._left - self._right, self.height())
        painter.fillRect(area, theme.colour("bg.inset"))
        painter.setClipRect(area.adjusted(-_MARK, 0, _MARK, 0))
        painter.setPen(QPen(theme.colour("border.default"), 1.5))
        middle, since = self.height() / 2, self.begin
        for begin, end in (*self._holes, (self.end, self.end)):
            if begin > since:
                painter.drawLine(QPointF(self.place(since), middle), QPointF(self.place(begin), middle))
            since = max(since, end)
        for mark in self._marks:
            if self._inside(mark):
                self._paint_mark(painter, mark)

    def _paint_mark(self, painter: QPainter, mark: Mark) -> None:
        theme = current_theme()
        x, middle = self.place(mark.time), self.height() / 2
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("bg.inset"))
        painter.drawEllipse(QPointF(x, middle), _MARK / 2 + 1.5, _MARK / 2 + 1.5)
        glyph = _GLYPHS.get((mark.turn, mark.good))
        if glyph is not None:
            paint_glyph(painter, QPoint(round(x) - _MARK // 2, round(middle) - _MARK // 2), glyph, theme, _MARK)
            return
        started = mark.turn is Turn.START
        painter.setBrush(theme.colour("ok.mark" if started else "busy.mark"))
        shape = ((-4, -4.5), (-4, 4.5), (4.5, 0)) if started else ((-4.5, 0), (0, -4.5), (4.5, 0), (0, 4.5))
        painter.drawPolygon(QPolygonF([QPointF(x + right, middle + down) for right, down in shape]))


class Ruler(_OverTime):
    """Round times, and the pointer's own in an inverted label."""

    def __init__(self, left: int, right: int, parent: QWidget | None = None) -> None:
        super().__init__(left, right, _RULER, parent)
        self._times: Sequence[tuple[int, str]] = ()
        self._pointer: float | None = None

    def show_times(self, times: Sequence[tuple[int, str]], begin: float, end: float) -> None:
        """Round times in milliseconds with their words, between two times in seconds."""
        self._times, self.begin, self.end = times, begin, end
        self.update()

    def set_pointer(self, time: float | None) -> None:
        """The time under the pointer."""
        self._pointer = time
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = painter_for(self)
        font = theme.font("secondary")
        painter.setFont(font)
        painter.setPen(theme.colour("text.secondary"))
        metrics = QFontMetrics(font)
        for moment, words in self._times:
            half = metrics.horizontalAdvance(words) / 2
            x = min(self.place(moment / 1000), self.width() - half - 1)
            painter.drawText(QRectF(x - half, 0, 2 * half + 1, self.height()), Qt.AlignmentFlag.AlignCenter, words)
        if self._pointer is None:
            return
        words = f"{local(round(self._pointer * 1000)):%H:%M:%S}"
        half = metrics.horizontalAdvance(words) / 2 + 6
        x = min(max(self.place(self._pointer), half), self.width() - half)
        label = QRectF(x - half, 3, 2 * half, self.height() - 6)
        paint_box(painter, label.toRect(), theme.size("radius.small"), theme.colour("text.primary"))
        painter.setPen(theme.colour("bg.surface"))
        painter.drawText(label, Qt.AlignmentFlag.AlignCenter, words)
