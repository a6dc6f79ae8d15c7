"""How a chart's content is drawn: holes, grid, lines with their fills, limits, marks; and the pointer above them."""

from __future__ import annotations

import pyqtgraph
from msgspec import Struct
from PySide6.QtCore import QLineF, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from gui.charts.content import Content, Line
from gui.charts.reduction import points, runs
from gui.theme.glyphs import paint_glyph
from gui.theme.tokens import Theme, current_theme, mix
from models.health import Health
from models.series import Mark, Turn

_WIDTH = 1.5  # pixels
_FILL = 0.13
_MANY = 4  # lines: more are thin and not filled, which is what makes many of them quick
_MARK = 12  # pixels
_DASH = (5.0, 3.0)
_LOUD = (Turn.END, Turn.OUT_OF_MEMORY)  # go through the whole chart


class Frame(Struct, frozen=True):
    """An area in pixels, what it spans, and where its lines of the grid are."""

    area: QRectF
    begin: float
    end: float
    low: float
    high: float
    values: tuple[float, ...]
    times: tuple[float, ...]
    moving: bool

    def x(self, time: float) -> float:
        """The place of a time."""
        return self.area.left() + (time - self.begin) / (self.end - self.begin) * self.area.width()

    def y(self, value: float) -> float:
        """The place of a value."""
        return self.area.bottom() - (value - self.low) / (self.high - self.low) * self.area.height()


def paint_content(painter: QPainter, frame: Frame, content: Content) -> None:
    """Everything but the pointer."""
    theme = current_theme()
    painter.setClipRect(frame.area)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    _paint_holes(painter, frame, content, theme)
    _paint_grid(painter, frame, theme)
    many = len(content.lines) > _MANY
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, not many and not frame.moving)
    for line in content.lines:
        _paint_line(painter, frame, line, theme, many)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    for limit in content.limits:
        painter.setPen(_dashed(theme.colour(limit.colour), 1.2, _DASH))
        height = round(frame.y(limit.value))
        painter.drawLine(QLineF(frame.area.left(), height, frame.area.right(), height))
    for mark in content.marks:
        _paint_mark(painter, frame, mark, content, theme)


def _paint_holes(painter: QPainter, frame: Frame, content: Content, theme: Theme) -> None:
    for begin, end in content.holes:
        left, right = max(frame.area.left(), frame.x(begin)), min(frame.area.right(), frame.x(end))
        if right > left:
            painter.fillRect(
                QRectF(left, frame.area.top(), right - left, frame.area.height()), theme.colour("bg.inset")
            )


def _paint_grid(painter: QPainter, frame: Frame, theme: Theme) -> None:
    painter.setPen(theme.colour("gridline"))
    area = frame.area
    across = [round(frame.y(value)) for value in frame.values]
    upright = [round(frame.x(time)) for time in frame.times]
    painter.drawLines([QLineF(area.left(), y, area.right(), y) for y in across if y >= area.top()])
    painter.drawLines([QLineF(x, area.top(), x, area.bottom()) for x in upright])
    if frame.low < 0:
        painter.setPen(theme.colour("border.strong"))
        zero = round(frame.y(0.0))
        painter.drawLine(QLineF(area.left(), zero, area.right(), zero))


def _paint_line(painter: QPainter, frame: Frame, line: Line, theme: Theme, many: bool) -> None:
    times, values = points(line.track, line.column, frame.begin, frame.end, round(frame.area.width()))
    width = frame.area.width()
    xs = frame.area.left() + (times - frame.begin) / (frame.end - frame.begin) * width
    heights = -values if line.below else values
    ys = frame.area.bottom() - (heights - frame.low) / (frame.high - frame.low) * frame.area.height()
    colour = theme.colour(line.colour)
    pen = QPen(colour, 1.0 if many or frame.moving else _WIDTH)
    pen.setJoinStyle(Qt.PenJoinStyle.BevelJoin)  # mitres of a jagged line cost most of the time
    if line.dashed:
        pen.setDashPattern(list(_DASH))
    half = line.track.step / 2 / (frame.end - frame.begin) * width
    zero = frame.y(0.0)
    for first, end in runs(values):
        if end - first == 1:  # a step alone is as wide as it lasted
            polygon = QPolygonF([QPointF(xs[first] - half, ys[first]), QPointF(xs[first] + half, ys[first])])
        else:
            polygon = pyqtgraph.functions.arrayToQPolygonF(xs[first:end], ys[first:end])
        if line.filled and not many:
            _fill(painter, polygon, zero, mix(colour, theme.colour("bg.surface"), _FILL))
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(polygon)


def _fill(painter: QPainter, polygon: QPolygonF, zero: float, colour: QColor) -> None:
    closed = QPolygonF(polygon)
    closed.append(QPointF(polygon.last().x(), zero))
    closed.append(QPointF(polygon.first().x(), zero))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawPolygon(closed)


def _paint_mark(painter: QPainter, frame: Frame, mark: Mark, content: Content, theme: Theme) -> None:
    """Ends go through the chart, with their octagon on the limit where one was there to be hit."""
    if mark.turn not in _LOUD or mark.good or not frame.begin <= mark.time <= frame.end:
        return
    x = round(frame.x(mark.time))
    painter.setPen(_dashed(theme.colour("error.mark"), 1.0, (3.0, 2.0)))
    painter.drawLine(QLineF(x, frame.area.top(), x, frame.area.bottom()))
    for limit in content.limits:
        if limit.fatal and mark.turn is Turn.OUT_OF_MEMORY:
            height = round(frame.y(limit.value))
            paint_glyph(painter, QPoint(x - _MARK // 2, height - _MARK // 2), Health.FAILED, theme, _MARK)


def paint_pointer(
    painter: QPainter, frame: Frame, content: Content, pointer: float | None, chosen: tuple[float, float] | None
) -> None:
    """The dotted line at the pointer's time with a dot on each line, and the range that is being chosen."""
    theme = current_theme()
    painter.setClipRect(frame.area)
    if chosen is not None:
        left, right = frame.x(chosen[0]), frame.x(chosen[1])
        shade = QColor(theme.colour("accent.line"))
        shade.setAlphaF(0.12)
        painter.fillRect(QRectF(left, frame.area.top(), right - left, frame.area.height()), shade)
    if pointer is None:
        return
    x = round(frame.x(pointer)) + 0.5
    painter.setPen(_dashed(theme.colour("text.secondary"), 1.0, (1.5, 2.5)))
    painter.drawLine(QLineF(x, frame.area.top(), x, frame.area.bottom()))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for line in content.lines:
        value = line.track.at(line.column, pointer)
        if value is not None:
            painter.setPen(QPen(theme.colour("bg.surface"), 1.5))
            painter.setBrush(theme.colour(line.colour))
            painter.drawEllipse(QPointF(x, frame.y(-value if line.below else value)), 3.5, 3.5)


def _dashed(colour: QColor, width: float, pattern: tuple[float, float]) -> QPen:
    pen = QPen(colour, width)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    pen.setDashPattern([part / width for part in pattern])
    return pen
