"""A view of lines: what keys and the pointer do in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QPoint, QRect, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QGuiApplication,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QTableView, QToolTip, QWidget

from gui.table.painting import LEFT, PADDING
from gui.theme.tokens import current_theme
from gui.widgets.tips import plain_tip
from models.rows import Line

_Move = QAbstractItemView.CursorAction
_Key = Qt.Key
_NO_UPDATE = QItemSelectionModel.SelectionFlag.NoUpdate


class LinesView(QTableView):
    """Groups open and close, Enter opens, Ctrl+C copies, the line under the pointer shows. `Table` knows the rest."""

    opened = Signal(object)  # a row
    menu_wanted = Signal(list, QPoint)  # the selected rows, a global position

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pointer: QPoint | None = None  # in the viewport
        self.viewport().setMouseTracking(True)

    @property
    def lines(self) -> Sequence[Line]:
        """The lines from top to bottom."""
        raise NotImplementedError

    def selected_rows(self) -> list[Any]:
        """The selected rows from top to bottom."""
        raise NotImplementedError

    def selected_text(self) -> str:
        """What copying puts on the clipboard."""
        raise NotImplementedError

    def tip_at(self, position: int, index: int) -> str:
        """The tooltip of a cell, or ""."""
        raise NotImplementedError

    def collapse(self, group: str, collapsed: bool = True) -> None:
        """Show only the header of the group of this key, or its rows again."""
        raise NotImplementedError

    def line_at(self, position: int) -> Line | None:
        """The line at this position, if there is one."""
        return self.lines[position] if 0 <= position < len(self.lines) else None

    def hovered(self) -> int:
        """The position of the line under the pointer, or -1."""
        return -1 if self._pointer is None else self.rowAt(self._pointer.y())

    # pointer

    def viewportEvent(self, event: QEvent) -> bool:
        match event.type():
            case QEvent.Type.MouseMove if isinstance(event, QMouseEvent):
                self._point_at(event.position().toPoint())
            case QEvent.Type.Leave:
                self._point_at(None)
            case QEvent.Type.ToolTip if isinstance(event, QHelpEvent):
                self._show_tip(event)
                return True
            case _:
                pass
        return super().viewportEvent(event)

    def _point_at(self, where: QPoint | None) -> None:
        before = self.hovered()
        self._pointer = where
        after = self.hovered()
        if after != before:
            for position in (before, after):
                self._repaint_line(position)

    def _repaint_line(self, position: int) -> None:
        if position >= 0:
            high = self.rowHeight(position)
            self.viewport().update(QRect(0, self.rowViewportPosition(position), self.viewport().width(), high))

    def _show_tip(self, event: QHelpEvent) -> None:
        index = self.indexAt(event.pos())
        words = self.tip_at(index.row(), index.column()) if index.isValid() else ""
        QToolTip.showText(event.globalPos(), plain_tip(words), self.viewport(), self.visualRect(index))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        where = event.position().toPoint()
        line = self.line_at(self.rowAt(where.y()))
        if line is None or not line.is_header:
            super().mousePressEvent(event)
            return
        # The header of a group can be current, for the keys, but not selected: it stands for nothing to act on.
        self.selectionModel().setCurrentIndex(self.indexAt(where), _NO_UPDATE)
        if event.button() is Qt.MouseButton.LeftButton and where.x() < _chevron_end():
            self._toggle(line)
        self.viewport().update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        where = event.position().toPoint()
        line = self.line_at(self.rowAt(where.y()))
        if line is None or event.button() is not Qt.MouseButton.LeftButton:
            super().mouseDoubleClickEvent(event)
        elif line.is_header:
            self._toggle(line)
        else:
            super().mouseDoubleClickEvent(event)
            self.opened.emit(line.row)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        rows = self.selected_rows()
        if not rows or (line := self._menu_line(event)) is None or line.is_header:
            return
        where = event.globalPos()
        if event.reason() is not QContextMenuEvent.Reason.Mouse:
            where = self.viewport().mapToGlobal(self.visualRect(self.currentIndex()).bottomLeft())
        self.menu_wanted.emit(rows, where)

    def _menu_line(self, event: QContextMenuEvent) -> Line | None:
        if event.reason() is QContextMenuEvent.Reason.Mouse:
            return self.line_at(self.rowAt(event.pos().y()))
        return self.line_at(self.currentIndex().row())

    # keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        line = self.line_at(self.currentIndex().row())
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.key() in (_Key.Key_Return, _Key.Key_Enter) and line is not None:
            if line.is_header:
                self._toggle(line)
            else:
                self.opened.emit(line.row)
        elif event.key() in (_Key.Key_Left, _Key.Key_Right) and not event.modifiers():
            self._go_sideways(line, event.key() == _Key.Key_Right)
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    def _go_sideways(self, line: Line | None, right: bool) -> None:
        """Open and close groups as in a tree; without groups, scroll."""
        if line is None or not self.lines[0].is_header:
            bar = self.horizontalScrollBar()
            bar.setValue(bar.value() + (1 if right else -1) * bar.singleStep())
        elif line.is_header:
            if line.group.collapsed is right:
                self.collapse(line.group.key, not right)
        elif not right:
            header = next(at for at in range(self.currentIndex().row(), -1, -1) if self.lines[at].is_header)
            self.setCurrentIndex(self.model().index(header, 0))

    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """Home and End mean the whole list, as a row has no cells to go through."""
        if self.lines and action in (_Move.MoveHome, _Move.MoveEnd):
            return self.model().index(0 if action is _Move.MoveHome else len(self.lines) - 1, 0)
        return super().moveCursor(action, modifiers)

    def keyboardSearch(self, search: str) -> None:
        """Nothing: Qt would ask for the text of every row, and letters are shortcuts of the page."""

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    # what they do

    def copy(self) -> None:
        """Put the selected rows on the clipboard."""
        if text := self.selected_text():
            QGuiApplication.clipboard().setText(text)

    def _toggle(self, line: Line) -> None:
        self.collapse(line.group.key, not line.group.collapsed)


def _chevron_end() -> int:
    return LEFT + 2 * PADDING + current_theme().size("chevron")
