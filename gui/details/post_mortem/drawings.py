"""Small drawings of a post-mortem: memory before an end, lives one after the other, waits before restarts."""

from __future__ import annotations

import time
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.theme.glyphs import paint_glyph
from gui.theme.tokens import current_theme, mix
from gui.widgets.paint import painter_for
from models.docker.post_mortem import Life, Memory
from models.docker.post_mortem_backoff import Backoff
from models.docker.verdict import limit_text, short_text
from models.text import memory_text

_MOST_LIVES = 12


class _Drawing(QWidget):
    def __init__(self, high: int, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._high = high
        self.setFixedHeight(high)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name)

    def sizeHint(self) -> QSize:
        return QSize(260, self._high)


class MemoryCurve(_Drawing):
    """What it used against its limit, up to the end."""

    _LEFT, _BELOW = 52, 18

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(128, "Memory before the end", parent)
        self._memory = Memory()
        self._limit: int | None = None

    def show_memory(self, memory: Memory, limit: int | None) -> None:
        """Show this curve; `limit` in bytes."""
        self._memory, self._limit = memory, limit
        if memory.points:
            last = memory_text(memory.points[-1][1])
            most = f" of {limit_text(limit)}" if limit else ""
            self.setAccessibleName(f"Memory before the end: {last}{most} at the last look")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = painter_for(self)
        points = self._memory.points
        if not points:
            return
        highest = max(max(used for _, used in points), self._limit or 0) * 1.08
        first, last = points[0][0], points[-1][0]
        room = QRectF(self._LEFT, 10, self.width() - self._LEFT - 12, self.height() - self._BELOW - 12)

        def place(at: float, used: float) -> QPointF:
            share = 1.0 if last == first else (at - first) / (last - first)
            return QPointF(room.left() + room.width() * share, room.bottom() - room.height() * used / highest)

        painter.setFont(theme.font("secondary"))
        for share in (0.0, 0.5, 1.0):
            y = room.bottom() - room.height() * share / 1.08
            painter.setPen(theme.colour("gridline"))
            painter.drawLine(QPointF(room.left(), y), QPointF(room.right(), y))
            painter.setPen(theme.colour("text.secondary"))
            label = memory_text(highest / 1.08 * share) if share else "0"
            painter.drawText(QRectF(0, y - 8, self._LEFT - 6, 16), Qt.AlignmentFlag.AlignRight, label)
        line = [place(at, used) for at, used in points]
        area = QPolygonF([QPointF(line[0].x(), room.bottom()), *line, QPointF(line[-1].x(), room.bottom())])
        green = theme.colour("ok.mark")
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(mix(green, theme.colour("bg.surface"), 0.13))
        painter.drawPolygon(area)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(green, 1.5))
        painter.drawPolyline(QPolygonF(line))
        red = theme.colour("error.mark")
        if self._limit:
            y = place(first, self._limit).y()
            painter.setPen(_dashes(red))
            painter.drawLine(QPointF(room.left(), y), QPointF(room.right(), y))
        painter.setPen(_dashes(red))
        painter.drawLine(QPointF(room.right(), room.top()), QPointF(room.right(), room.bottom()))
        painter.setPen(theme.colour("text.secondary"))
        below = QRectF(room.left(), room.bottom() + 2, room.width(), 16)
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, _clock(first))
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, _clock(last))


class LivesStrip(_Drawing):
    """Each life as a box, its end as the state's glyph, with the time down between two of them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(84, "Lives", parent)
        self._lives: Sequence[Life] = ()
        self._limit: int | None = None
        self._now = 0.0

    def show_lives(self, lives: Sequence[Life], limit: int | None, now: float) -> None:
        """Show the last of these, `limit` in bytes; `now` in seconds since the epoch, by the engine's clock."""
        self._limit = limit
        self._lives = [one for one in lives if one.started is not None][-_MOST_LIVES:]
        self._now = now
        self.setAccessibleName("; ".join(self._words(one) for one in self._lives) or "No lives are known")
        self.update()

    def _words(self, life: Life) -> str:
        end = self._now if life.ended is None else life.ended
        lived = short_text(max(0.0, end - (life.started or end)))
        return f"running for {lived}" if life.cause is None else f"lived {lived}, {life.cause.value}"

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._lives:
            return
        theme = current_theme()
        painter = painter_for(self)
        painter.setFont(theme.font("secondary"))
        metrics = QFontMetrics(painter.font())
        begin = self._lives[0].started or 0.0
        until = max((self._now if one.ended is None else one.ended) for one in self._lives)
        span = max(until - begin, 0.001)
        side = theme.size("state-glyph")
        wide = self.width() - side - 8

        def x(at: float) -> float:
            return 4 + wide * (at - begin) / span

        base, taken = 54.0, -100.0
        before: Life | None = None
        used = [value for life in self._lives for _, value in life.memory.points]
        highest = max(*used, self._limit or 0, 1) if used else 0
        for life in self._lives:
            left = x(life.started or begin)
            right = max(left + 2, x(self._now if life.ended is None else life.ended))
            box = QRectF(left, 14, right - left, base - 14)
            painter.fillRect(box, theme.colour("bg.inset"))
            painter.setPen(QPen(theme.colour("border.default"), 1))
            painter.drawRect(box)
            curve = [QPointF(x(at), base - (base - 20) * value / highest) for at, value in life.memory.points]
            if len(curve) > 1:
                painter.setPen(QPen(theme.colour("ok.mark"), 1.2))
                painter.drawPolyline(QPolygonF(curve))
            lived = short_text((self._now if life.ended is None else life.ended) - (life.started or begin))
            if metrics.horizontalAdvance(lived) + 14 < box.width():
                painter.setPen(theme.colour("text.secondary"))
                painter.drawText(
                    box.adjusted(6, 2, -2, 0), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, lived
                )
            _triangle(painter, QPointF(left, base + 4), theme.colour("ok.mark"))
            if life.cause is not None:
                painter.setPen(_dashes(theme.colour("error.mark")))
                painter.drawLine(QPointF(right, 8), QPointF(right, base))
                paint_glyph(painter, QPointF(right - side / 2, 3).toPoint(), life.cause.health, theme, side)
            if before is not None and before.ended is not None and life.started is not None:
                taken = self._down(painter, x(before.ended), left, life.started - before.ended, taken)
            before = life
        if used and self._limit:
            y = base - (base - 20) * self._limit / highest
            painter.setPen(_dashes(theme.colour("error.mark")))
            painter.drawLine(QPointF(4, y), QPointF(4 + wide, y))

    def _down(self, painter: QPainter, left: float, right: float, seconds: float, taken: float) -> float:
        """A bracket for the time down, with its length where there is room; returns where the words end."""
        theme = current_theme()
        words = f"down {seconds:.1f} s" if seconds < 10 else f"down {short_text(seconds)}"
        wide = QFontMetrics(painter.font()).horizontalAdvance(words)
        middle = (left + right) / 2
        start = min(max(0.0, middle - wide / 2), self.width() - wide - 2.0)
        painter.setPen(theme.colour("border.strong"))
        painter.drawPolyline(QPolygonF([QPointF(left, 62), QPointF(left, 66), QPointF(right, 66), QPointF(right, 62)]))
        if start < taken + 8:
            return taken
        painter.setPen(theme.colour("text.secondary"))
        painter.drawText(QRectF(start, 67, wide + 2, 16), Qt.AlignmentFlag.AlignLeft, words)
        return start + wide


class BackoffBars(_Drawing):
    """Seconds before restart 1, 2, 3, …; the current one stands out."""

    _WIDE, _GAP = 18, 4

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(104, "Waits before restarts", parent)
        self._backoff: Backoff | None = None

    def show_backoff(self, backoff: Backoff) -> None:
        """Show these waits."""
        self._backoff = backoff
        current = "" if backoff.current is None else f"; next is wait {backoff.current}"
        self.setAccessibleName(f"Waits before restarts from {backoff.waits[0]:g} s to {backoff.waits[-1]:g} s{current}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._backoff is None:
            return
        theme = current_theme()
        painter = painter_for(self)
        painter.setFont(theme.font("secondary"))
        waits, current = self._backoff.waits, self._backoff.current
        fit = max(1, (self.width() + self._GAP) // (self._WIDE + self._GAP))
        first = max(0, len(waits) - fit) if current and current > fit else 0
        base, high = self.height() - 18, self.height() - 36
        for place, seconds in enumerate(waits[first : first + fit]):
            number = first + place + 1
            left = place * (self._WIDE + self._GAP)
            tall = max(1, round(high * seconds / max(waits)))
            token = "busy.mark" if number == current else "idle.mark"
            painter.fillRect(left, base - tall, self._WIDE, tall, theme.colour(token))
            painter.setPen(theme.colour("text.secondary"))
            room = QRect(left - 10, base + 2, self._WIDE + 20, 16)
            if number == current or (number - 1) % 4 == 0:
                painter.drawText(room, Qt.AlignmentFlag.AlignHCenter, str(number))
            if (number - 1) % 4 == 0 and (seconds < max(waits) or number == 13):
                top = QRect(left - 14, base - tall - 17, self._WIDE + 28, 16)
                painter.drawText(top, Qt.AlignmentFlag.AlignHCenter, f"{seconds:g}")


def _dashes(colour: QColor) -> QPen:
    pen = QPen(colour, 1.2)
    pen.setDashPattern([5, 3])
    return pen


def _triangle(painter: QPainter, top: QPointF, colour: QColor) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawPolygon(QPolygonF([top, top + QPointF(7, 4), top + QPointF(0, 8)]))
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _clock(moment: float) -> str:
    return time.strftime("%H:%M:%S", time.localtime(moment))
