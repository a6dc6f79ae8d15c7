"""The area of one chart: pyqtgraph keeps ranges and the axis of values, and one item paints all that is drawn in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyqtgraph
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QGraphicsItem, QWidget

from gui.charts.content import Content, Measure
from gui.charts.painting import Frame, paint_content, paint_pointer
from gui.charts.reduction import highest
from gui.charts.scale import LEAST, tick_text, ticks
from gui.theme.tokens import current_theme

AXIS = 56  # pixels for the axis of values
_HEADROOM = 1.12  # above the highest value
_TICK_EVERY = 28  # pixels at least
_ZOOM = 1.25  # for one step of the wheel
_DRAG_LEAST = 6  # pixels: less is a click


class _Axis(pyqtgraph.AxisItem):
    """Round values, right-aligned; the same below zero as above it."""

    def __init__(self, measure: Measure) -> None:
        super().__init__("left")
        self._measure = measure
        self.setWidth(AXIS)
        self.setStyle(tickLength=0, tickTextOffset=8, hideOverlappingLabels=False)

    def take_theme(self) -> None:
        theme = current_theme()
        self.setPen(theme.colour("bg.surface"))
        self.setTextPen(theme.colour("text.secondary"))
        self.setStyle(tickFont=theme.font("secondary"))

    def values(self, low: float, high: float, size: float) -> list[float]:
        share = high / (high - low) if high > low else 1.0
        upwards = ticks(self._measure, max(high, LEAST[self._measure]), max(2, int(size * share / _TICK_EVERY)))
        return [*(-value for value in upwards[:0:-1] if -value >= low), *upwards]

    def tickValues(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, list[float]]]:
        return [(1.0, self.values(minVal, maxVal, size))]

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        top = max(map(abs, values), default=0.0)
        return [tick_text(self._measure, abs(value), top) for value in values]


class _Picture(QGraphicsItem):
    """Everything in the area but the pointer; kept as pixels until it changes."""

    def __init__(self, plot: Plot, area: QGraphicsItem) -> None:
        super().__init__(area)
        self._plot = plot
        self.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)

    def boundingRect(self) -> QRectF:
        return self._plot.area()

    def paint(self, painter, option, widget=None) -> None:  # type: ignore[no-untyped-def]
        paint_content(painter, self._plot.frame(), self._plot.content)


class _Pointer(QGraphicsItem):
    """A dotted line where the pointer is, in each chart, and what is being chosen by a drag."""

    def __init__(self, plot: Plot, area: QGraphicsItem) -> None:
        super().__init__(area)
        self._plot = plot

    def boundingRect(self) -> QRectF:
        return self._plot.area()

    def paint(self, painter, option, widget=None) -> None:  # type: ignore[no-untyped-def]
        plot = self._plot
        paint_pointer(painter, plot.frame(), plot.content, plot.pointer, plot.chosen)


class Plot(pyqtgraph.PlotWidget):
    """Shows a Content between two times. Says what the user wants; whoever owns it does it, for all charts at once."""

    pointed = Signal(object)  # the time under the pointer, seconds since the epoch; None: it has left
    range_wanted = Signal(float, float)
    home_wanted = Signal()
    chosen_changed = Signal(object)  # (begin, end) while a range is being dragged, else None

    def __init__(self, measure: Measure, name: str, parent: QWidget | None = None) -> None:
        self._axis = _Axis(measure)
        super().__init__(parent, axisItems={"left": self._axis}, enableMenu=False)
        self.measure = measure
        self.content = Content()
        self.begin, self.end = 0.0, 1.0
        self.moving = False  # coarser, but quick
        self.pointer: float | None = None
        self.chosen: tuple[float, float] | None = None
        self.times: tuple[float, ...] = ()  # of the upright lines
        self._from: tuple[QPoint, bool, float, float] | None = None  # a drag: where, whether it moves, the range then
        self.hideAxis("bottom")
        self.hideButtons()
        self.plotItem.layout.setContentsMargins(0, 4, 0, 4)
        self.plotItem.setContentsMargins(0, 0, 0, 0)
        self.plotItem.vb.setMouseEnabled(x=False, y=False)
        self._picture = _Picture(self, self.plotItem.vb)
        self._pointer = _Pointer(self, self.plotItem.vb)
        self.plotItem.vb.sigResized.connect(self._on_resized)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(name)
        self._take_theme()

    # what is shown

    def show_content(self, content: Content, begin: float, end: float, times: Sequence[float]) -> None:
        """Show this between two times, in seconds since the epoch, with upright lines at `times`."""
        self.content, self.begin, self.end, self.times = content, begin, end, tuple(times)
        up, down = self._heights()
        self.plotItem.vb.setRange(xRange=(begin, end), yRange=(-down, up), padding=0, disableAutoRange=True)
        self._picture.update()
        self._pointer.update()

    def set_pointer(self, time: float | None, chosen: tuple[float, float] | None = None) -> None:
        """Show the pointer at a time, and a range that is being chosen."""
        self.pointer, self.chosen = time, chosen
        self._pointer.update()

    def set_moving(self, moving: bool) -> None:
        """Whether it is being moved: then speed counts more than smooth lines."""
        if moving != self.moving:
            self.moving = moving
            self._picture.update()

    def area(self) -> QRectF:
        """Where curves are drawn, in the coordinates of the items."""
        return QRectF(self.plotItem.vb.rect())

    def frame(self) -> Frame:
        """The area with its ranges, for painting."""
        area = self.area()
        (_, _), (low, high) = self.plotItem.vb.viewRange()
        values = self._axis.values(low, high, area.height())
        return Frame(area, self.begin, self.end, low, high, tuple(values), self.times, self.moving)

    def _heights(self) -> tuple[float, float]:
        """How far up and, where a line goes down, how far down."""
        lines = self.content.lines
        up = max((highest(one.track, one.column, self.begin, self.end) for one in lines if not one.below), default=0.0)
        down = max((highest(one.track, one.column, self.begin, self.end) for one in lines if one.below), default=0.0)
        least = LEAST[self.measure]
        if any(one.below for one in lines):
            both = max(up, down, least) * _HEADROOM
            return both, both
        near = [limit.value for limit in self.content.limits if limit.value <= 6 * max(up, least)]
        return max(up, least, *near) * _HEADROOM, 0.0

    def _on_resized(self) -> None:
        for item in (self._picture, self._pointer):
            item.prepareGeometryChange()
            item.update()

    def _take_theme(self) -> None:
        self.setBackground(current_theme().colour("bg.surface"))
        self._axis.take_theme()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_picture"):
            self._take_theme()
            self._picture.update()
            self._pointer.update()

    # pointer and keys of the mouse

    def time_at(self, x: float) -> float:
        """The time at a place of this widget, in pixels."""
        area = self.plotItem.vb.sceneBoundingRect()
        return self.begin + (x - area.left()) / max(1.0, area.width()) * (self.end - self.begin)

    def place_of(self, time: float) -> float:
        """The place of a time, in pixels of this widget."""
        area = self.plotItem.vb.sceneBoundingRect()
        return area.left() + (time - self.begin) / (self.end - self.begin) * area.width()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        moves = event.button() == Qt.MouseButton.MiddleButton or bool(
            event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        )
        if moves or event.button() == Qt.MouseButton.LeftButton:
            self._from = event.position().toPoint(), moves, self.begin, self.end
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if self._from is None:
            self.pointed.emit(min(self.end, max(self.begin, self.time_at(at.x()))))
            return
        start, moves, begin, end = self._from
        if moves:
            area = max(1.0, self.plotItem.vb.sceneBoundingRect().width())
            by = (start.x() - at.x()) / area * (end - begin)
            self.range_wanted.emit(begin + by, end + by)
        else:
            self.chosen_changed.emit(self._dragged(at))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        drag, self._from = self._from, None
        if drag is None or drag[1]:
            return
        far = abs(event.position().x() - drag[0].x()) >= _DRAG_LEAST
        self._from = drag
        chosen = self._dragged(event.position())
        self._from = None
        self.chosen_changed.emit(None)
        if far:
            self.range_wanted.emit(*chosen)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.home_wanted.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()  # the charts scroll
            return
        at = self.time_at(event.position().x())
        factor = _ZOOM ** (-event.angleDelta().y() / 120)
        self.range_wanted.emit(at - (at - self.begin) * factor, at + (self.end - at) * factor)
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        self.pointed.emit(None)

    def _dragged(self, to: QPointF) -> tuple[float, float]:
        assert self._from is not None  # noqa: S101 - asked during a drag
        begin, end = sorted((self.time_at(self._from[0].x()), self.time_at(to.x())))
        return max(self.begin, begin), min(self.end, end)


def titles(content: Content) -> Iterator[tuple[str, str, bool]]:
    """What the legend says: words, colour token, dashed; the same line up and down is one."""
    yield from dict.fromkeys((line.name, line.colour, line.dashed) for line in content.lines)
    for limit in content.limits:
        yield limit.words, limit.colour, True
