"""The header of a table: names, the arrow of the sorted column, clicks that sort, edges that resize."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QHeaderView, QWidget

from gui.table.painting import LEFT, PADDING, RIGHT, Box
from gui.table.widths import NARROWEST
from gui.theme.icons import paint_icon
from gui.theme.tokens import current_theme
from gui.widgets.paint import paint_line_below
from models.kind import Align, Column

_ARROW = 11
_ARROW_GAP = 3


class TableHeader(QHeaderView):
    """Draws the names of the columns; the table tells it by which one it is sorted."""

    def __init__(self, columns: tuple[Column, ...], parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._columns = columns
        self._sorted_by, self._descending = "", False
        self.setSectionsClickable(True)
        self.setSectionsMovable(True)
        self.setHighlightSections(False)
        self.setMinimumSectionSize(NARROWEST)
        self.setFixedHeight(current_theme().size("table-header"))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)

    def set_sorted(self, column_id: str, descending: bool) -> None:
        """Put the arrow after this column's name."""
        self._sorted_by, self._descending = column_id, descending
        self.viewport().update()

    def boxes(self) -> list[Box]:
        """The visible columns from left to right, with the room of their contents."""
        shown = [index for index in map(self.logicalIndex, range(self.count())) if not self.isSectionHidden(index)]
        boxes = []
        for index in shown:
            left = self.sectionViewportPosition(index)
            right = left + self.sectionSize(index)
            boxes.append(Box(index, self._columns[index], left + PADDING, right - PADDING))
        if boxes:
            boxes[0].left += LEFT
            boxes[-1].right -= RIGHT
        return boxes

    def title_width(self, column: Column) -> int:
        """Pixels that the whole name takes, with room for the arrow."""
        return QFontMetrics(current_theme().font("label")).horizontalAdvance(column.title) + _ARROW_GAP + _ARROW

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), current_theme().size("table-header"))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), theme.colour("bg.surface"))
        for box in self.boxes():
            self._paint_name(painter, box)
        paint_line_below(painter, self.viewport().rect(), theme.colour("border.default"))

    def _paint_name(self, painter: QPainter, box: Box) -> None:
        theme, column = current_theme(), box.column
        font = theme.font("label")
        metrics = QFontMetrics(font)
        arrow = _ARROW_GAP + _ARROW if column.id == self._sorted_by else 0
        room = max(0, box.right - box.left - arrow)
        name = metrics.elidedText(column.title, Qt.TextElideMode.ElideRight, room)
        width = metrics.horizontalAdvance(name)
        left = box.right - width - arrow if column.align is Align.RIGHT else box.left
        painter.setFont(font)
        painter.setPen(theme.colour("text.secondary"))
        painter.drawText(
            QRect(left, 0, width + 1, self.height() - 1),
            Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine,
            name,
        )
        if arrow:
            at = QPoint(left + width + _ARROW_GAP, (self.height() - _ARROW) // 2)
            paint_icon(painter, at, "arrow-down" if self._descending else "arrow-up", theme, _ARROW)
