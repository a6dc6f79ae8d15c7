"""The map of namespaces: those who share one carry the same mark, and pointing at one shows the others."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QWidget

from gui.table.painting import GAP, Box, Frame, LinePainter
from gui.table.table import Table
from models.docker.namespaces import Cell, SpacesRow, Whose
from models.docker.namespaces_kind import NAMESPACES
from models.rows import Line

MARK = 10  # pixels
_COLOURS = 8  # of charts; then the mark's shape changes
_OWN = 5  # pixels: the dot of what is nobody else's


class MapPainter(LinePainter):
    """Draws a mark before the words of each namespace."""

    def text_left(self, box: Box, line: Line, grouped: bool) -> int:
        left = super().text_left(box, line, grouped)
        return left if line.row is None or box.column.id not in line.row.cells else left + MARK + GAP

    def _paint_row(self, painter: QPainter, line: Line, frame: Frame) -> None:
        super()._paint_row(painter, line, frame)
        row: SpacesRow = line.row
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for box in frame.boxes:
            if (cell := row.cells.get(box.column.id)) is not None:
                top = (self.row_height - 1 - MARK) / 2
                self._paint_mark(painter, QRectF(box.left, top, MARK, MARK), cell, faint=frame.stale or not row.running)
        painter.restore()

    def _paint_mark(self, painter: QPainter, area: QRectF, cell: Cell, *, faint: bool) -> None:
        """A coloured square or disc for a group, a ring for the host, a small dot for its own, nothing if unknown."""
        colour = self.theme.colour
        middle = area.center()
        if cell.group is not None:
            ink = colour("idle.mark" if faint else f"chart.{cell.group % _COLOURS + 1}")
            painter.setPen(QPen(ink, 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush if faint else ink)
            inner = area.adjusted(1, 1, -1, -1)
            if cell.group // _COLOURS % 2:
                painter.drawEllipse(inner)
            else:
                painter.drawRoundedRect(inner, 2, 2)
        elif cell.whose is Whose.HOST:
            painter.setPen(QPen(colour("idle.mark"), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPolygon([
                QPointF(middle.x(), area.top()), QPointF(area.right(), middle.y()),
                QPointF(middle.x(), area.bottom()), QPointF(area.left(), middle.y()),
            ])  # fmt: skip
        elif cell.whose is Whose.OWN:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour("border.default"))
            painter.drawEllipse(middle, _OWN / 2, _OWN / 2)


class MapTable(Table):
    """A line per container."""

    line_painter = MapPainter

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(NAMESPACES, parent)
