"""Drawing that several widgets share."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QPainter, QPainterPath, QPen, QRegion
from PySide6.QtWidgets import QWidget

from gui.theme.tokens import Theme


def painter_for(widget: QWidget) -> QPainter:
    """A painter on `widget` with smooth edges; call `end()` on it, or let it go out of scope."""
    painter = QPainter(widget)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    return painter


def paint_box(
    painter: QPainter, rect: QRect, radius: float, fill: QColor | None, line: QColor | None = None, width: float = 1.0
) -> None:
    """A rounded rectangle inside `rect`; its line lies wholly inside too, on whole pixels."""
    inside = QRectF(rect)
    painter.setBrush(Qt.BrushStyle.NoBrush if fill is None else fill)
    if line is None:
        painter.setPen(Qt.PenStyle.NoPen)
    else:
        half = width / 2
        inside.adjust(half, half, -half, -half)
        radius -= half
        painter.setPen(QPen(line, width))
    painter.drawRoundedRect(inside, radius, radius)


def round_corners(window: QWidget, radius: int) -> None:
    """Cut the corners of a translucent window off where no compositor blends them: on bare X11 they would be black."""
    if QGuiApplication.platformName() == "xcb":
        path = QPainterPath()
        path.addRoundedRect(QRectF(window.rect()), radius, radius)
        window.setMask(QRegion(path.toFillPolygon().toPolygon()))


def paint_focus(painter: QPainter, rect: QRect, theme: Theme, radius: float) -> None:
    """The mark of the widget that has the keys: 2 px along the inside of `rect`."""
    paint_box(painter, rect, radius, None, theme.colour("accent.line"), theme.size("focus-ring"))


def paint_line_below(painter: QPainter, rect: QRect, colour: QColor) -> None:
    """One pixel along the lower edge of `rect`."""
    painter.fillRect(rect.x(), rect.bottom(), rect.width(), 1, colour)
