"""The lines of a RowSet as Qt's headers, keys and accessibility know them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractTableModel,
    QItemSelection,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from gui.table.cells import Cells, group_words
from gui.widgets.tips import plain_tip
from models.rows import Line, RowSet

_Index = QModelIndex | QPersistentModelIndex
_Role = Qt.ItemDataRole
_LAYOUT = ("QList<QPersistentModelIndex>", "QAbstractItemModel::LayoutChangeHint")
_BY_ROWS = QAbstractItemModel.LayoutChangeHint.VerticalSortHint


class TableModel(QAbstractTableModel):
    """Shows the lines as they were at the last `renew`: what the RowSet does in between, Qt does not see."""

    def __init__(self, rows: RowSet, cells: Cells, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.lines: Sequence[Line] = rows.lines
        self._rows = rows
        self._cells = cells
        self._columns = rows.kind.columns

    def renew(self) -> None:
        """Take over the RowSet's lines; whoever holds a persistent index keeps its row."""
        self.layoutAboutToBeChanged[_LAYOUT].emit([], _BY_ROWS)  # type: ignore[index]
        before, self.lines = self.lines, self._rows.lines
        kept = self.persistentIndexList()
        self.changePersistentIndexList(kept, [self._moved(index, before) for index in kept])
        self.layoutChanged[_LAYOUT].emit([], _BY_ROWS)  # type: ignore[index]

    def _moved(self, index: QModelIndex, before: Sequence[Line]) -> QModelIndex:
        position = self._rows.position(before[index.row()].key)
        return QModelIndex() if position is None else self.index(position, index.column())

    def tell_changed(self, first: int, last: int) -> None:
        """These lines say something else now. One signal: each would cost the view."""
        self.dataChanged.emit(self.index(first, 0), self.index(last, len(self._columns) - 1))

    def selection(self, positions: Sequence[int]) -> QItemSelection:
        """The rows at these ascending positions, as few ranges."""
        selection, last = QItemSelection(), len(self._columns) - 1
        start = 0
        for end in range(1, len(positions) + 1):
            if end == len(positions) or positions[end] != positions[end - 1] + 1:
                top, bottom = positions[start], positions[end - 1]
                selection.select(self.index(top, 0), self.index(bottom, last))
                start = end
        return selection

    def rowCount(self, parent: _Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._columns)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemNeverHasChildren
        return flags if self.lines[index.row()].is_header else flags | Qt.ItemFlag.ItemIsSelectable

    def data(self, index: _Index, role: int = _Role.DisplayRole) -> Any:
        if not index.isValid():
            return None
        line, column = self.lines[index.row()], index.column()
        if line.is_header:
            return self._group_data(line, column, role)
        match role:
            case _Role.DisplayRole | _Role.AccessibleTextRole:
                return self._cells.texts(line)[column]
            case _Role.ToolTipRole:
                return plain_tip(self._cells.tip(line, column) or self._cells.texts(line)[column])
            case _:
                return None

    def _group_data(self, line: Line, column: int, role: int) -> str | None:
        if column or role not in (_Role.DisplayRole, _Role.AccessibleTextRole):
            return None
        return group_words(line)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole) -> Any:
        if orientation is Qt.Orientation.Horizontal and role in (_Role.DisplayRole, _Role.AccessibleTextRole):
            return self._columns[section].title
        return None
