"""The table of a kind: rows come by `apply`, and selection, current row and scroll position stay with them, by key."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from statistics import median_low
from typing import Any

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QItemSelectionRange,
    QPoint,
    QSignalBlocker,
    QTimer,
    Signal,
)
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QWidget

from gui.table.cells import Cells, one_line
from gui.table.columns import Columns
from gui.table.feed import Feed
from gui.table.header import TableHeader
from gui.table.layout import fill_sort_menu
from gui.table.lines_view import LinesView
from gui.table.model import TableModel
from gui.table.painting import Frame, LinePainter, Look
from gui.table.pictures import LinePictures
from gui.theme.tokens import current_theme
from gui.widgets.menu import Menu
from models.changes import Change
from models.filter import Filter
from models.kind import Grouping, ResourceKind, View
from models.rows import Line, Moves, RowSet

_FEW = 64  # keys that are looked up one by one; for more, all lines are gone through once
_Select = QItemSelectionModel.SelectionFlag


class Table(LinesView):
    """Rows of one kind. All rows are given and told as the kind's own records."""

    selection_changed = Signal(list)  # the selected rows from top to bottom; also when one of them says something else
    current_changed = Signal(object)  # the current row, or None; also when it says something else
    rows_changed = Signal()  # after changes were taken in: a long one takes several turns
    layout_changed = Signal()  # columns, sorting or grouping, by the user: worth keeping
    line_painter: type[LinePainter] = LinePainter  # a table whose lines look otherwise has one of its own

    def __init__(self, kind: ResourceKind, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kind = kind
        self.rows = RowSet(kind)
        self.cells = Cells(kind)
        self._selected: set[str] = set()
        self._feed = Feed(self.rows, self)
        self._feed.moved.connect(self._on_moved)
        self._seconds = QTimer(self, interval=1000)
        self._seconds.timeout.connect(self._on_second)
        self._stale = False
        self._pictures = LinePictures(current_theme(), self.cells, self.line_painter)
        self.lines_model = TableModel(self.rows, self.cells, self)
        self._set_up_view()
        self._set_up_header()
        self.selectionModel().currentChanged.connect(lambda *_: self.current_changed.emit(self.current_row()))

    def _set_up_view(self) -> None:
        self.setAccessibleName(self.kind.title)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)

    def _set_up_header(self) -> None:
        self.header = TableHeader(self.kind.columns, self)
        self.setHorizontalHeader(self.header)
        self.setTabOrder(self.header, self)
        side = self.verticalHeader()
        side.hide()
        side.setSectionResizeMode(side.ResizeMode.Fixed)
        side.setMinimumSectionSize(1)
        side.setDefaultSectionSize(current_theme().size("row"))
        self.setModel(self.lines_model)
        # A header that shares the selection model asks about every column of every row: seconds for 10,000 rows.
        for header in (self.header, side):
            header.setSelectionModel(QItemSelectionModel(self.lines_model, header))
        self.columns = Columns(self.kind, self.header)
        self.columns.changed.connect(self.layout_changed)
        self.columns.changed.connect(self.viewport().update)
        self.header.set_sorted(*self.rows.sorted_by)
        self.header.sectionClicked.connect(self._on_header_clicked)
        self.header.sectionHandleDoubleClicked.connect(self.fit_column)
        self.header.menu_wanted.connect(self._on_header_menu)

    # rows

    def apply(self, change: Change[Any]) -> None:
        """Take in a change; a long one over several turns of the event loop, each told by `rows_changed`."""
        self._feed.apply(change)

    def clear(self) -> None:
        """Forget all rows at once: others come, of something else."""
        self._feed.clear()

    def all_rows(self) -> list[Any]:
        """All rows, shown or not."""
        return self.rows.rows

    def row(self, key: str) -> Any | None:
        """The row of this key, shown or not."""
        return self.rows.row(key)

    def row_count(self) -> int:
        """How many lines are shown, headers of groups included."""
        return len(self.lines)

    @property
    def lines(self) -> Sequence[Line]:
        """The lines from top to bottom."""
        return self.lines_model.lines

    def set_stale(self, stale: bool) -> None:
        """Show the rows as what they were, or as the present again."""
        self._stale = stale
        self.viewport().update()

    def set_clock_offset(self, seconds: float) -> None:
        """Ages are counted by the engine's clock, which is `seconds` ahead of ours."""
        self.cells.clock_offset = seconds

    # what is shown

    def set_filter(self, by: Filter) -> None:
        """Show only the rows that match; with many rows this takes several turns, the last told by `rows_changed`."""
        self._feed.filter(by)

    def set_view(self, view: View | None) -> None:
        """Show only the rows of a view of the kind, or of all."""
        self._replay(self.rows.view(view), from_top=True)

    def set_grouping(self, grouping: Grouping | None) -> None:
        """Put the rows under headers, or under none."""
        self._replay(self.rows.group(grouping), from_top=True)
        self.layout_changed.emit()

    def sort_by(self, column_id: str, descending: bool = False) -> None:
        """Sort by a column's real values. KeyError for a column that the kind does not have."""
        self._replay(self.rows.sort(column_id, descending), from_top=True)
        self.header.set_sorted(column_id, descending)
        self.layout_changed.emit()

    def collapse(self, group: str, collapsed: bool = True) -> None:
        """Show only the header of the group of this key, or its rows again."""
        self._replay(self.rows.collapse(group, collapsed))
        self.layout_changed.emit()

    def fit_column(self, index: int) -> None:
        """Make the column of this index in the kind as wide as what is visible of it."""
        column = self.kind.columns[index]
        _, lines = self._visible_lines()
        content = self._painter.natural_width(column, lines, index, self.rows.grouping is not None)
        box = next((box for box in self.header.boxes() if box.index == index), None)
        if box is not None:
            beside = self.header.sectionSize(index) - (box.right - box.left)
            self.columns.set_width(column.id, max(content, self.header.title_width(column)) + beside)

    # selection

    def selected_rows(self) -> list[Any]:
        """The selected rows from top to bottom."""
        if len(self._selected) <= _FEW:
            return [self.lines[position].row for position in self._positions(self._selected)]
        return [line.row for line in self.lines if line.key in self._selected]

    def selected_keys(self) -> list[str]:
        """Their keys."""
        return [self.kind.key(row) for row in self.selected_rows()]

    def selected_text(self) -> str:
        """The visible cells of the selected rows: a line per row, tabs between, the real texts."""
        columns = [box.column for box in self.header.boxes()]
        now = self.cells.now()
        lines = ["\t".join(one_line(column.text(row, now)) for column in columns) for row in self.selected_rows()]
        return "".join(f"{line}\n" for line in lines)

    def current_row(self) -> Any | None:
        """The row that the keyboard is on; None on the header of a group."""
        line = self.line_at(self.currentIndex().row())
        return line.row if line is not None else None

    def select_keys(self, keys: Collection[str]) -> bool:
        """Select exactly these rows, as far as they are shown, and bring the first into view; False: none is shown."""
        positions = self._positions({key for key in keys if self.rows.row(key) is not None})
        if not positions:
            return False
        first = self.lines_model.index(positions[0], 0)
        self.selectionModel().setCurrentIndex(first, _Select.NoUpdate)
        self.selectionModel().select(self.lines_model.selection(positions), _Select.ClearAndSelect)
        self.scrollTo(first)
        return True

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        parts: list[QItemSelectionRange] = list(self.selectionModel().selection())  # type: ignore[call-overload]
        lines = (line for part in parts for line in self.lines[part.top() : part.bottom() + 1])
        self._selected = {line.key for line in lines if line.row is not None}
        self.viewport().update()
        self.selection_changed.emit(self.selected_rows())

    def _positions(self, keys: Collection[str]) -> list[int]:
        """Where the lines of these keys stand, ascending; without those that are not shown."""
        if len(keys) <= _FEW:
            return sorted(position for position in map(self.rows.position, keys) if position is not None)
        return [position for position, line in enumerate(self.rows.lines) if line.key in keys]

    # changes, on their way to the screen

    def _on_moved(self, moves: Moves, filtered: bool) -> None:
        self._replay(moves, from_top=filtered)
        if moves:
            self.rows_changed.emit()

    def _replay(self, moves: Moves, from_top: bool = False) -> None:
        if moves.moved:
            self._rearrange(from_top)
        first, lines = self._visible_lines()
        if lines and (moves.moved or moves.stale or moves.changed):
            self.viewport().update()
            if not moves.moved and any(line.key in moves.changed for line in lines):
                self.lines_model.tell_changed(first, first + len(lines) - 1)
        if not moves.changed.isdisjoint(self._selected):
            self.selection_changed.emit(self.selected_rows())
        current = self.current_row()
        if current is not None and self.kind.key(current) in moves.changed:
            self.current_changed.emit(current)

    def _rearrange(self, from_top: bool) -> None:
        """Show the lines in their new order. Qt's selection is made anew by key: moving it along costs it far more."""
        top = 0 if from_top else self.verticalScrollBar().value()
        seen = self._visible_lines()
        current = self.line_at(self.currentIndex().row())
        column = max(0, self.currentIndex().column())
        before = self._selected
        model = self.selectionModel()
        blocked = QSignalBlocker(model)
        model.reset()
        self.lines_model.renew()
        self.executeDelayedItemsLayout()  # the scroll bar has to know the new length below
        positions = self._positions(before)
        self._selected = {self.lines[position].key for position in positions}
        if positions:
            model.select(self.lines_model.selection(positions), _Select.Select)
        position = None if current is None else self.rows.position(current.key)
        if position is not None:
            model.setCurrentIndex(self.lines_model.index(position, column), _Select.NoUpdate)
        blocked.unblock()
        self.verticalScrollBar().setValue(top + self._shift(*seen) if top else 0)
        if from_top and position is not None and current is not None and current.key in self._selected:
            self.scrollTo(self.lines_model.index(position, column))
        if len(self._selected) < len(before):
            self.selection_changed.emit(self.selected_rows())
        if current is not None and position is None:
            self.current_changed.emit(None)

    def _shift(self, first: int, lines: Sequence[Line]) -> int:
        """By how many pixels most of these lines, once at `first` and below, have moved: rows came or went above them.

        The median, as under a sorted column that changes single rows travel far and must not drag the view along.
        """
        now = ((offset, self.rows.position(line.key)) for offset, line in enumerate(lines))
        shifts = [position - first - offset for offset, position in now if position is not None]
        return median_low(shifts) * self._painter.row_height if shifts else 0

    def _on_second(self) -> None:
        if self.cells.outdated(self._visible_lines()[1]):
            self.viewport().update()

    # painting

    def _visible_lines(self) -> tuple[int, Sequence[Line]]:
        """The lines within the viewport, and the position of the first."""
        first = self.verticalScrollBar().value() // self._painter.row_height
        return first, self.lines[first : first + self.viewport().height() // self._painter.row_height + 2]

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        if self._painter.theme is not theme:
            self._pictures = LinePictures(theme, self.cells, self.line_painter)
        rect, high = event.rect(), self._painter.row_height
        scrolled = self.verticalScrollBar().value()
        first, last = (scrolled + rect.top()) // high, (scrolled + rect.bottom()) // high
        lines, top = self.lines[first : last + 1], first * high - scrolled
        below = top + len(lines) * high
        painter = QPainter(self.viewport())
        painter.fillRect(rect.adjusted(0, max(0, below - rect.top()), 0, 0), theme.colour("bg.surface"))
        self._pictures.paint(painter, lines, self._looks(lines, first), top, self._frame())
        painter.end()
        self._pictures.keep_only(self._visible_lines()[1])

    @property
    def _painter(self) -> LinePainter:
        return self._pictures.painter

    def _frame(self) -> Frame:
        return Frame(
            boxes=self.header.boxes(),
            width=max(self.viewport().width(), self.header.length()),
            grouping=self.rows.grouping,
            focused=self.hasFocus() and self.isActiveWindow(),
            stale=self._stale,
        )

    def _looks(self, lines: Sequence[Line], first: int) -> list[Look]:
        current, hovered = self.currentIndex().row(), self.hovered()
        return [
            Look(
                selected=line.key in self._selected,
                current=line.is_header and position == current,
                hovered=position == hovered,
            )
            for position, line in enumerate(lines, first)
        ]

    def tip_at(self, position: int, index: int) -> str:
        """The tooltip of a cell: its whole text where it is cut, and what the column adds; "" without either."""
        line = self.line_at(position)
        box = next((box for box in self.header.boxes() if box.index == index), None)
        if line is None or line.row is None or box is None:
            return ""
        text, more = self.cells.texts(line)[index], self.cells.tip(line, index)
        room = box.right - self._painter.text_left(box, line, self.rows.grouping is not None)
        if text in more or self._painter.fitting(box.column).fits(text, room):
            return more
        return f"{text}\n{more}" if more else text

    # events

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        super().scrollContentsBy(dx, dy)
        self.viewport().update()  # the hovered line is another one now

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.columns.fit_into(self.viewport().width())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._seconds.start()

    def hideEvent(self, event: QHideEvent) -> None:
        self._seconds.stop()
        self._pictures.clear()
        super().hideEvent(event)

    def _on_header_clicked(self, index: int) -> None:
        column_id = self.kind.columns[index].id
        by, descending = self.rows.sorted_by
        self.sort_by(column_id, column_id == by and not descending)

    def _on_header_menu(self, where: QPoint) -> None:
        menu = Menu(parent=self)
        fill_sort_menu(self, menu.add_menu("Sort by", icon="arrow-up"))
        menu.addSeparator()
        self.columns.fill_menu(menu)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(where)
