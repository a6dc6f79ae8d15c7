"""A sparkline: the last values of one row, drawn small."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QPainter, QPen

from gui.theme.tokens import Theme

POINTS = 24
NEAR = 0.8  # of the limit
HEADROOM = 1.3  # above the highest value, where there is no limit
LEAST = 4.0  # per cent: an idle row stays a flat line


def paint_sparkline(
    painter: QPainter, rect: QRect, values: Sequence[float], limit: float | None, theme: Theme, least: float = LEAST
) -> None:
    """The last 24 of `values`, oldest first, over a base line at the foot of `rect`.

    Amber over 80 % of `limit`, red at it. Scaled to the limit, else to 1.3 times the highest value and at least
    `least`. Leaves the painter's antialiasing on.
    """
    foot = rect.bottom()
    painter.fillRect(rect.x(), foot, rect.width(), 1, theme.colour("border.default"))
    last = values[-POINTS:]
    if len(last) < 2:
        return
    top = limit or max(max(last) * HEADROOM, least)
    step = (rect.width() - 1) / (POINTS - 1)
    left = rect.x() + 0.5 + step * (POINTS - len(last))  # the newest stands at the right edge
    high = rect.height() - 2.5
    points = [QPointF(left + n * step, foot - 0.5 - min(value / top, 1.0) * high) for n, value in enumerate(last)]
    token, width = _urgency(last[-1], limit)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(
        QPen(theme.colour(token), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    )
    painter.drawPolyline(points)


def _urgency(now: float, limit: float | None) -> tuple[str, float]:
    """Colour token and line width in pixels."""
    if limit and now >= limit:
        return "error.mark", 1.5
    if limit and now > NEAR * limit:
        return "warning.mark", 1.5
    return "text.secondary", 1.2
