"""The Namespaces page: a map over all containers, and in words what the chosen one shares."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gui import tasks
from gui.contexts import OpenContext
from gui.desk import Desk
from gui.details.line import Paragraph
from gui.namespaces.table import MapTable
from gui.page.freshness import Freshness
from gui.page.header import PageHeader
from gui.page.states import ListStates
from gui.widgets.area import Area
from gui.widgets.banner import Banner
from gui.widgets.buttons import Button
from gui.widgets.menu import Menu
from models import filter as filters
from models.changes import Reset
from models.connection import ConnectionState
from models.docker.namespaces import NamespaceMap, SpacesRow, sentences
from models.docker.namespaces_kind import NAMESPACES
from models.errors import AppError
from models.health import Tone
from models.kind import Ref
from models.overview import Line, Run
from models.text import display
from services.session import NamespaceSource


class NamespacesPage(QWidget):
    """Follows the containers from when it is first looked at. Enter or a double click leads to the container."""

    def __init__(self, open_one: OpenContext, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._open_one, self._desk = open_one, desk
        self._loaded = self._whole = False  # whether there are rows, and whether these were all
        self._failure: AppError | None = None
        self.header = PageHeader(NAMESPACES)
        self.header.make.hide()
        self.banner = Banner()
        self.freshness = Freshness(open_one, self.banner, self)
        self.table = MapTable()
        self.states = ListStates(NAMESPACES, self.table)
        self.words = Paragraph()
        self.lead = Button("Show container", "container", small=True)
        self._strip = self._made_strip()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (self.header, self.banner):
            column.addWidget(widget)
        column.addWidget(self.states, 1)
        column.addWidget(self._strip)
        self._connect()
        self._begin()
        self._on_state(open_one.state)

    def _made_strip(self) -> QWidget:
        strip = Area("bg.surface", "top")
        row = QHBoxLayout(strip)
        row.setContentsMargins(16, 8, 12, 8)
        row.setSpacing(12)
        row.addWidget(self.words, 1, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.lead, 0, Qt.AlignmentFlag.AlignVCenter)
        strip.hide()
        return strip

    def _connect(self) -> None:
        self.header.view_chosen.connect(self._on_view)
        self.header.filter_changed.connect(self._on_filter)
        self.header.menu_wanted.connect(lambda menu: menu.add("Reload", self.reload, icon="reload", shortcut="F5"))
        self.table.rows_changed.connect(self._on_rows)
        self.table.selection_changed.connect(self._on_selection)
        self.table.opened.connect(self._lead_to)
        self.table.menu_wanted.connect(self._open_menu)
        self.lead.clicked.connect(lambda: self._lead_to(self.table.selected_rows()[0]))
        self.states.all_wanted.connect(self.show_all)
        self.states.retry_wanted.connect(self.reload)
        self.states.trust_wanted.connect(self._open_one.trust_wanted)
        self._open_one.state_changed.connect(self._on_state)

    # what the window asks

    def reload(self) -> None:
        """Connect again where the connection is lost, and read everything anew."""
        self._open_one.session.retry_now()
        self._failure = None
        self._begin()
        self._show_list()

    def focus_filter(self) -> None:
        """The keys go to the filter."""
        self.header.filter.setFocus()
        self.header.filter.selectAll()

    def show_all(self) -> None:
        """Take filter and view away."""
        self.header.filter.clear()
        self.header.views.set_current(NAMESPACES.views[0].id)

    # rows

    def _begin(self) -> None:
        session = self._open_one.session
        if isinstance(session, NamespaceSource):
            task = tasks.stream(self, session.namespaces, key="map", latest=lambda _rows: 0)
            task.items.connect(self._on_maps)
            task.failed.connect(self._on_failed)

    def _on_maps(self, maps: Sequence[NamespaceMap]) -> None:
        newest, self._failure = maps[-1], None
        if newest.complete or not self._whole:  # a part takes nothing away from a whole one
            self._loaded, self._whole = True, newest.complete
            self.table.apply(Reset(newest.rows))
        self._on_rows()

    def _on_failed(self, error: AppError) -> None:
        self._failure = error
        self._show_list()

    def _on_rows(self) -> None:
        rows = self.table.rows
        self.header.set_summary(NAMESPACES.summary(len(rows), rows.counts) if self._loaded else "")
        self.header.set_view_counts(rows.counts)
        self._show_list()

    def _show_list(self) -> None:
        failure = self._failure or (None if self._loaded else self.freshness.why_not_loaded())
        if failure is not None:
            self.states.show_error(failure, self._open_one.context)
        elif not self._loaded:
            self.states.show_loading()
        else:
            self.states.show_rows(self.table.row_count(), len(self.table.rows))

    def _on_state(self, _state: ConnectionState) -> None:
        stale = self.freshness.stale() is not None
        self.table.set_stale(stale)
        self.words.set_stale(stale)
        if self._loaded or not stale:
            self.freshness.tell()
        if self._failure is not None and not stale:
            self.reload()
        self._show_list()

    def _on_view(self, view_id: str) -> None:
        self.table.set_view(next(view for view in NAMESPACES.views if view.id == view_id))
        self._show_list()

    def _on_filter(self, text: str) -> None:
        self.table.set_filter(filters.parse(text, NAMESPACES.fields))
        self._show_list()

    # one of them

    def _on_selection(self, rows: Sequence[SpacesRow]) -> None:
        self._strip.setVisible(len(rows) == 1)
        if len(rows) == 1:
            runs = [Run(f"{display(rows[0].name)}:", strong=True)]
            for names, whose in sentences(rows[0]):
                runs += [Run(names), Run(f"{whose}.", Tone.SECONDARY)]
            self.words.show_line(Line(tuple(runs)))

    def _lead_to(self, row: SpacesRow) -> None:
        self._desk.show_object(Ref("containers", row.id, row.name))

    def _open_menu(self, rows: Sequence[SpacesRow], where: QPoint) -> None:
        menu = Menu(parent=self)
        reason = None if len(rows) == 1 else "one container at a time"
        menu.add("Show container", lambda: self._lead_to(rows[0]), icon="container", why_not=reason)
        menu.add("Copy lines", self.table.copy, icon="copy")
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(where)
