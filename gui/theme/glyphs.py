"""State glyphs, 12 px: the shape says the state, the colour repeats it."""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPixmap, QPixmapCache, QPolygonF

from gui.theme.tokens import Theme
from models.health import Health

_BOX = 12.0  # the grid that the shapes are drawn on
_CENTRE = QPointF(6, 6)

Draw = Callable[[QPainter, QColor], None]


def glyph_pixmap(state: Health, theme: Theme, size: int = 12, ratio: float = 1.0, *, grey: bool = False) -> QPixmap:
    """The glyph of `state`, `size` logical pixels square; `grey` where it is stale."""
    key = f"glyph {state} {theme.name} {size} {ratio} {grey}"
    pixmap = QPixmap()
    if QPixmapCache.find(key, pixmap):
        return pixmap
    colour = theme.colour("idle.mark" if grey else f"{state.tone}.mark")
    pixmap = QPixmap(round(size * ratio), round(size * ratio))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(pixmap.width() / _BOX, pixmap.height() / _BOX)
    GLYPHS[state](painter, colour)
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    QPixmapCache.insert(key, pixmap)
    return pixmap


def paint_glyph(
    painter: QPainter, at: QPoint, state: Health, theme: Theme, size: int = 12, *, grey: bool = False
) -> None:
    """Draw the glyph of `state`, `size` logical pixels square, with its upper left corner at `at`."""
    painter.drawPixmap(at, glyph_pixmap(state, theme, size, painter.device().devicePixelRatioF(), grey=grey))


def _line(painter: QPainter, colour: QColor, width: float, *points: tuple[float, float]) -> None:
    painter.setPen(QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in points]))


def _cut(painter: QPainter) -> None:
    """What is drawn from here on is taken away: the ground shows through, a selected row's as well."""
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationOut)


def _fill(painter: QPainter, colour: QColor) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)


def _ring(painter: QPainter, colour: QColor, radius: float = 4.4, width: float = 1.3) -> None:
    painter.setPen(QPen(colour, width))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(_CENTRE, radius, radius)


def _arc(painter: QPainter, colour: QColor, start: float, span: float) -> None:
    """Part of a ring: degrees, 0 at three o'clock, counted against the clock."""
    painter.setPen(QPen(colour, 1.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawArc(QRectF(1.7, 1.7, 8.6, 8.6), round(start * 16), round(span * 16))


def _disc(painter: QPainter, colour: QColor) -> None:
    _fill(painter, colour)
    painter.drawEllipse(_CENTRE, 4, 4)


def _disc_with_tick(painter: QPainter, colour: QColor) -> None:
    _fill(painter, colour)
    painter.drawEllipse(_CENTRE, 5, 5)
    _cut(painter)
    _line(painter, colour, 1.5, (3.7, 6.2), (5.3, 7.7), (8.2, 4.5))


def _three_quarters(painter: QPainter, colour: QColor) -> None:
    _arc(painter, colour, 90, -270)


def _arc_with_arrow(painter: QPainter, colour: QColor) -> None:
    _arc(painter, colour, 35, 285)
    _line(painter, colour, 1.5, (10.4, 1.5), (10.4, 4.2), (7.7, 4.2))


def _triangle(painter: QPainter, colour: QColor) -> None:
    path = QPainterPath()
    path.addPolygon(QPolygonF([QPointF(6, 1.4), QPointF(11, 10.3), QPointF(1, 10.3)]))
    path.closeSubpath()
    painter.setPen(QPen(colour, 1.2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
    painter.setBrush(colour)
    painter.drawPath(path)
    _cut(painter)
    _line(painter, colour, 1.4, (6, 4.6), (6, 6.8))
    _fill(painter, colour)
    painter.drawEllipse(QPointF(6, 8.9), 0.8, 0.8)


def _octagon_with_cross(painter: QPainter, colour: QColor) -> None:
    corners = [math.radians(22.5 + 45 * n) for n in range(8)]
    octagon = QPolygonF([QPointF(6 + 5.4 * math.cos(a), 6 + 5.4 * math.sin(a)) for a in corners])
    _fill(painter, colour)
    painter.drawPolygon(octagon)
    _cut(painter)
    _line(painter, colour, 1.5, (4.3, 4.3), (7.7, 7.7))
    _line(painter, colour, 1.5, (7.7, 4.3), (4.3, 7.7))


def _clock(painter: QPainter, colour: QColor) -> None:
    _ring(painter, colour, 4.5, 1.4)
    _line(painter, colour, 1.3, (6, 3.6), (6, 6.2), (7.6, 7.2))


def _empty_ring(painter: QPainter, colour: QColor) -> None:
    _ring(painter, colour, 3.9, 1.4)


def _ring_with_tick(painter: QPainter, colour: QColor) -> None:
    _ring(painter, colour)
    _line(painter, colour, 1.2, (4.1, 6.2), (5.5, 7.5), (7.9, 4.8))


def _two_bars(painter: QPainter, colour: QColor) -> None:
    _line(painter, colour, 1.7, (4, 2.6), (4, 9.4))
    _line(painter, colour, 1.7, (8, 2.6), (8, 9.4))


def _dashed_ring(painter: QPainter, colour: QColor) -> None:
    pen = QPen(colour, 1.4)
    around = 2 * math.pi * 3.9 / 1.4  # dashes are counted in pen widths
    pen.setDashPattern([around / 8 * 0.62, around / 8 * 0.38])
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(_CENTRE, 3.9, 3.9)


def _ring_with_question(painter: QPainter, colour: QColor) -> None:
    _ring(painter, colour, 4.6, 1.2)
    path = QPainterPath(QPointF(4.7, 5))
    path.arcTo(QRectF(4.7, 3.6, 2.6, 2.6), 180, -230)
    path.lineTo(6, 6.9)
    painter.setPen(QPen(colour, 1.1, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
    painter.drawPath(path)
    _fill(painter, colour)
    painter.drawEllipse(QPointF(6, 8.6), 0.65, 0.65)


def _dash(painter: QPainter, colour: QColor) -> None:
    _line(painter, colour, 1.5, (2.8, 6), (9.2, 6))


GLYPHS: dict[Health, Draw] = {
    Health.RUNNING: _disc,
    Health.HEALTHY: _disc_with_tick,
    Health.STARTING: _three_quarters,
    Health.RESTARTING: _arc_with_arrow,
    Health.UNHEALTHY: _triangle,
    Health.FAILED: _octagon_with_cross,
    Health.PENDING: _clock,
    Health.EXITED: _empty_ring,
    Health.EXITED_OK: _ring_with_tick,
    Health.PAUSED: _two_bars,
    Health.CREATED: _dashed_ring,
    Health.UNKNOWN: _ring_with_question,
    Health.NOT_REACHED: _dash,
}
