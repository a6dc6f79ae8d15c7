"""The list of files at the left: of one folder, or of all that changed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.page.states import ListStates
from gui.table.table import Table
from models import filter as filters
from models.changes import Change, Changed
from models.context import Context
from models.errors import AppError
from models.files import FileEntry
from models.kind import ResourceKind
from models.text import bytes_text, count_text

_SETTLED = 120  # ms that a selection rests before its file is read


class FileList(QWidget):
    """A table of entries with its states."""

    chosen = Signal(object)  # the one FileEntry that is selected for a while, or None
    opened = Signal(object)  # FileEntry
    selection_changed = Signal()
    up_wanted = Signal()
    retry_wanted = Signal()
    all_wanted = Signal()
    menu_wanted = Signal(list, QPoint)

    def __init__(self, kind: ResourceKind, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kind = kind
        self.table = Table(kind)
        self.states = ListStates(kind, self.table)
        self.loaded = False
        self._failed = False
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.states)
        self._rest = QTimer(self, singleShot=True, interval=_SETTLED)
        self._rest.timeout.connect(self._on_rest)
        self.table.rows_changed.connect(self._show)
        self.table.selection_changed.connect(self._on_selection)
        self.table.opened.connect(self.opened)
        self.table.menu_wanted.connect(self.menu_wanted)
        self.table.installEventFilter(self)
        self.states.retry_wanted.connect(self.retry_wanted)
        self.states.all_wanted.connect(self.all_wanted)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The way up is ours: the table would search for the key, or move by it."""
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress or not _leads_up(event):
            return False
        self.up_wanted.emit()
        return True

    def begin(self) -> None:
        """Show nothing yet: another list comes."""
        self.loaded = self._failed = False
        self.table.clear()
        self.states.show_loading()

    def take(self, change: Change[FileEntry]) -> None:
        """Take in a change of the list."""
        self.table.apply(change)
        self._show()

    def add(self, entries: Sequence[FileEntry]) -> None:
        """Take in more entries, or more about them."""
        self.take(Changed(tuple(entries), ()))

    def set_loaded(self) -> None:
        """All is there: an empty list is empty."""
        self.loaded = True
        self._show()

    def fail(self, error: AppError, context: Context) -> None:
        """Say why there is no list; what has come of it stays."""
        self._failed = not len(self.table.rows)
        if self._failed:
            self.states.show_error(error, context)

    def filter(self, text: str) -> None:
        """Show only what matches."""
        self.table.set_filter(filters.parse(text, self.kind.fields))
        self._show()

    def selected(self) -> list[FileEntry]:
        """The selected entries from top to bottom."""
        return list(self.table.selected_rows())

    def words(self) -> str:
        """How many there are and, when all have come, how large they are together."""
        if not self.loaded:
            return count_text(len(self.table.rows), "entry", "entries")
        entries = self.table.all_rows()
        sizes = [entry.size for entry in entries if entry.size is not None]
        count = count_text(len(entries), "entry", "entries") if entries else ""
        return f"{count}, {bytes_text(sum(sizes))}" if sizes else count

    def _show(self) -> None:
        if self._failed:
            return
        count = len(self.table.rows)
        if count or self.loaded:
            self.states.show_rows(self.table.row_count(), count)

    def _on_selection(self, _rows: list[FileEntry]) -> None:
        self.selection_changed.emit()
        self._rest.start()

    def _on_rest(self) -> None:
        rows = self.selected()
        self.chosen.emit(rows[0] if len(rows) == 1 else None)


def _leads_up(event: QKeyEvent) -> bool:
    alt_up = event.key() == Qt.Key.Key_Up and event.modifiers() == Qt.KeyboardModifier.AltModifier
    return event.key() == Qt.Key.Key_Backspace or alt_up
