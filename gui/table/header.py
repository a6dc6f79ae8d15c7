"""The header of a table: names, the arrow of the sorted column; clicks and keys that sort, move and resize."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHeaderView, QWidget

from gui.table.painting import LEFT, PADDING, RIGHT, Box
from gui.table.widths import NARROWEST
from gui.theme.icons import paint_icon
from gui.theme.tokens import current_theme
from gui.widgets.focus import KeyFocus
from gui.widgets.paint import paint_focus, paint_line_below
from models.kind import Align, Column

_ARROW = 11
_ARROW_GAP = 3
_STEP = 8  # pixels by an arrow key
_Key = Qt.Key


class TableHeader(KeyFocus, QHeaderView):
    """Draws the names of the columns; the table tells it by which one it is sorted.

    Tab and Shift+Tab reach it. Left and Right choose a column, with Ctrl move it, with Shift resize it; Enter sorts by
    it, Down leaves for the rows.
    """

    menu_wanted = Signal(QPoint)  # a global position

    def __init__(self, columns: tuple[Column, ...], parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._columns = columns
        self._sorted_by, self._descending = "", False
        self.setSectionsClickable(True)
        self.setSectionsMovable(True)
        self.setHighlightSections(False)
        self.setMinimumSectionSize(NARROWEST)
        self.setFixedHeight(current_theme().size("table-header"))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._chosen = 0  # by the keys, in the order of `columns`

    def set_sorted(self, column_id: str, descending: bool) -> None:
        """Put the arrow after this column's name."""
        self._sorted_by, self._descending = column_id, descending
        self._tell_chosen()
        self.viewport().update()

    def chosen(self) -> int:
        """The index of the column that the keys are on, in the kind's order."""
        visible = [box.index for box in self.boxes()]
        return self._chosen if self._chosen in visible or not visible else visible[0]

    def _choose(self, index: int) -> None:
        self._chosen = index
        self._tell_chosen()
        self.viewport().update()

    def _tell_chosen(self) -> None:
        """To screen readers, which hear a name that changes."""
        if not self.hasFocus():
            return
        column = self._columns[self.chosen()]
        order = "descending" if self._descending else "ascending"
        self.setAccessibleName(f"Column {column.title}{f', sorted {order}' if column.id == self._sorted_by else ''}")

    # keys

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._choose(self.chosen())

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case _Key.Key_Left | _Key.Key_Right:
                self._go_sideways(1 if event.key() == _Key.Key_Right else -1, event.modifiers())
            case _Key.Key_Home | _Key.Key_End:
                self._choose(self.boxes()[0 if event.key() == _Key.Key_Home else -1].index)
            case _Key.Key_Return | _Key.Key_Enter | _Key.Key_Space:
                self.sectionClicked.emit(self.chosen())
            case _Key.Key_Down:
                self.focusNextChild()
            case _:
                super().keyPressEvent(event)
                return
        event.accept()

    def _go_sideways(self, step: int, modifiers: Qt.KeyboardModifier) -> None:
        chosen, visible = self.chosen(), [box.index for box in self.boxes()]
        if modifiers & Qt.KeyboardModifier.ShiftModifier:
            self.resizeSection(chosen, max(NARROWEST, self.sectionSize(chosen) + step * _STEP))
            return
        place = visible.index(chosen) + step
        if not 0 <= place < len(visible):
            return
        if modifiers & Qt.KeyboardModifier.ControlModifier:
            self.moveSection(self.visualIndex(chosen), self.visualIndex(visible[place]))
        else:
            self._choose(visible[place])

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        where = event.globalPos()
        if event.reason() is not QContextMenuEvent.Reason.Mouse:
            where = self.viewport().mapToGlobal(QPoint(self.sectionViewportPosition(self.chosen()), self.height()))
        self.menu_wanted.emit(where)

    # what it shows

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
        if self.shows_focus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            left = self.sectionViewportPosition(self.chosen())
            area = QRect(left, 0, self.sectionSize(self.chosen()), self.height() - 1)
            paint_focus(painter, area.adjusted(1, 1, -1, -1), theme, theme.size("radius.control"))
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
