"""Which columns are shown, where and how wide: the user's choice, arranged by the room there is, kept as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal

from gui.table.header import TableHeader
from gui.table.widths import NARROWEST, arrange
from gui.widgets.menu import Menu
from models.kind import Column, ResourceKind


class Columns(QObject):
    """Steers the sections of a TableHeader. What the user never touched follows the declaration of the kind."""

    changed = Signal()  # by the user: worth keeping

    def __init__(self, kind: ResourceKind, header: TableHeader) -> None:
        super().__init__(header)
        self._columns = kind.columns
        self._header = header
        self._shown = {column.id: column.shown for column in kind.columns}
        self._dragged: dict[str, int] = {}
        self._room = 0
        self._arranging = False
        header.sectionResized.connect(self._on_resized)
        header.sectionMoved.connect(self._on_moved)

    def fit_into(self, room: int) -> None:
        """Share out `room` pixels."""
        if room != self._room:
            self._room = room
            self.arrange()

    def arrange(self) -> None:
        """Give every section its width, or hide it."""
        widths = arrange([column for column in self._columns if self._shown[column.id]], self._dragged, self._room)
        self._arranging = True
        for index, column in enumerate(self._columns):
            self._header.setSectionHidden(index, column.id not in widths)
            if column.id in widths:
                self._header.resizeSection(index, widths[column.id])
        self._arranging = False
        self._header.viewport().update()

    def show(self, column_id: str, on: bool) -> None:
        """Show or hide a column; the last one stays."""
        if not on and [column for column, shown in self._shown.items() if shown] == [column_id]:
            return
        self._shown[column_id] = on
        self.arrange()
        self.changed.emit()

    def set_width(self, column_id: str, width: int) -> None:
        """Give a column a width of its own, in pixels."""
        self._dragged[column_id] = max(width, NARROWEST)
        self.arrange()
        self.changed.emit()

    def reset(self) -> None:
        """As the kind declares them."""
        self._dragged.clear()
        self._shown = {column.id: column.shown for column in self._columns}
        self._put_in_order([column.id for column in self._columns])
        self.arrange()
        self.changed.emit()

    def fill_menu(self, menu: Menu) -> None:
        """One choice per column."""
        for column in self._columns:
            shown = self._shown[column.id]
            menu.add(column.title, partial(self.show, column.id, not shown), checked=shown)
        menu.addSeparator()
        menu.add("Reset columns", self.reset, icon="undo")

    def state(self) -> list[dict[str, Any]]:
        """Columns from left to right as plain data; `width` only where the user gave one."""
        ordered = (self._column_at(visual) for visual in range(len(self._columns)))
        return [
            {"id": column.id, "shown": self._shown[column.id]}
            | ({"width": self._dragged[column.id]} if column.id in self._dragged else {})
            for column in ordered
        ]

    def restore(self, state: object) -> None:
        """Take up what `state()` gave, also to an older or newer version: what is not understood is left out."""
        entries = [entry for entry in state if isinstance(entry, Mapping)] if isinstance(state, list) else []
        known = {entry["id"]: entry for entry in entries if entry.get("id") in self._shown}
        for column_id, entry in known.items():
            self._shown[column_id] = bool(entry.get("shown", self._shown[column_id]))
            if isinstance(width := entry.get("width"), int):
                self._dragged[column_id] = max(width, NARROWEST)
        if not any(self._shown.values()):
            self._shown = {column.id: column.shown for column in self._columns}
        self._put_in_order([*known, *(column.id for column in self._columns if column.id not in known)])
        self.arrange()

    def _column_at(self, visual: int) -> Column:
        return self._columns[self._header.logicalIndex(visual)]

    def _put_in_order(self, ids: list[str]) -> None:
        places = {column.id: index for index, column in enumerate(self._columns)}
        self._arranging = True
        for visual, column_id in enumerate(ids):
            self._header.moveSection(self._header.visualIndex(places[column_id]), visual)
        self._arranging = False

    def _on_moved(self, *_places: int) -> None:
        if not self._arranging:
            self.changed.emit()

    def _on_resized(self, index: int, _old: int, new: int) -> None:
        if not self._arranging and new:
            self._dragged[self._columns[index].id] = new
            self.changed.emit()
