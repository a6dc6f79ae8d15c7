"""The generic page of a kind: its rows live, in one of four states, with the details of what is selected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from gui import tasks
from gui.contexts import OpenContext
from gui.desk import Desk
from gui.details.pane import DetailsPane
from gui.messages import clock_text
from gui.page.actions import Actions
from gui.page.freshness import Freshness
from gui.page.header import PageHeader
from gui.page.states import ListStates
from gui.table.layout import fill_group_menu, fill_layout_menu, layout_state, restore_layout
from gui.table.table import Table
from gui.terminals import why_no_terminals
from gui.widgets.banner import Banner
from gui.widgets.buttons import Button
from gui.widgets.menu import Menu
from gui.widgets.splitter import Splitter
from models import filter as filters
from models.changes import Change, Reset, Stale
from models.connection import ConnectionState
from models.errors import AppError
from models.health import Tone
from models.kind import PROBLEMS, Ref, ResourceKind, Tab
from models.text import display

_MOST_REMEMBERED = 200  # selected rows
_DETAILS_SHARE = 0.36  # of the page's height at first


class KindPage(QWidget):
    """Everything of one kind in one open context."""

    arranged = Signal()  # the user has changed what `state` answers
    counts_changed = Signal(object, int)  # how many (None: unknown), how many with a problem

    def __init__(self, open_one: OpenContext, kind: ResourceKind, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.open_one, self.kind, self._desk = open_one, kind, desk
        self.actions_ = Actions(open_one, kind, desk.operations, self)
        self.header = PageHeader(kind)
        self.banner = Banner()
        self.freshness = Freshness(open_one, self.banner, self)
        self.table = Table(kind)
        self.details = DetailsPane(desk, kind)
        self.states = ListStates(kind, self.table)
        self._split = Splitter(Qt.Orientation.Vertical)
        self._split.addWidget(self.states)
        self._split.addWidget(self.details)
        self._split.setStretchFactor(0, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self.banner)
        column.addWidget(self._split, 1)
        self.details.hide()
        self._log_windows: list[QWidget] = []
        self._loaded = False  # whether a first Reset has come
        self._wanted: list[str] = []  # keys to be selected once they are there
        self._selected: list[str] = []  # keys
        self._error_shown: AppError | None = None
        self._connect()
        if kind.groupings:
            self.table.set_grouping(kind.groupings[0])
        self._watch()
        self._on_state(open_one.state)

    def _connect(self) -> None:
        self.header.view_chosen.connect(self._on_view)
        self.header.filter_changed.connect(self._on_filter)
        self.header.menu_wanted.connect(self._fill_page_menu)
        self.header.make.setVisible(self.makes)
        self.header.make_wanted.connect(lambda: self._desk.makers.make(self.kind.id))
        self.table.rows_changed.connect(self._on_rows)
        self.table.layout_changed.connect(self.arranged)
        self.table.selection_changed.connect(self._on_selection)
        self.table.opened.connect(self._on_opened)
        self.table.clicked.connect(self._on_clicked)
        self.table.menu_wanted.connect(self._on_menu)
        self.details.close_wanted.connect(self.close_details)
        self.details.maximise_toggled.connect(self._on_maximised)
        self.details.action_wanted.connect(self._on_action)
        self.details.window_wanted.connect(self._open_log_window)
        self.details.menu_wanted.connect(self._on_menu_of_details)
        self.open_one.state_changed.connect(self._on_state)
        self.states.all_wanted.connect(self.show_all)
        self.states.retry_wanted.connect(self.reload)
        self.states.trust_wanted.connect(self.open_one.trust_wanted)
        self.actions_.refused.connect(self._say)
        self.freshness.doubted.connect(self._tell)

    # rows

    def _watch(self) -> None:
        watch = tasks.stream(self, self.open_one.session.watch, self.kind.id, key="watch")
        watch.items.connect(self._on_changes)
        watch.failed.connect(self._on_failed)

    def _on_changes(self, changes: Sequence[Change[Any]]) -> None:
        for change in changes:
            if isinstance(change, Stale):
                self.freshness.doubt(change)
                continue
            if isinstance(change, Reset):
                self._loaded = True
                self.freshness.trust()
            self._error_shown = None
            self.table.apply(change)
        self._tell()

    def _tell(self) -> None:
        """Show how fresh the rows are, how many, or why there are none."""
        self._tell_freshness()
        self._tell_counts()
        self._show_list()

    def _on_rows(self) -> None:
        """The table has taken changes in."""
        if self._wanted and self.table.select_keys(self._wanted):
            self._wanted = []
        self._tell_counts()
        self._show_list()
        self._renew_details()

    def _on_failed(self, error: AppError) -> None:
        self._error_shown = error
        self._show_list()

    def _tell_counts(self) -> None:
        count, views = len(self.table.rows), self.table.rows.counts
        words = self.kind.summary(count, views)
        if stale := self.freshness.stale():
            words = f"{words.split(',')[0]} as of {clock_text(stale[0])}"
        self.header.set_summary(words if self._loaded else "")
        self.header.set_view_counts(views)
        self.counts_changed.emit(count if self._loaded else None, views.get(PROBLEMS, 0))

    def _show_list(self) -> None:
        failure = self._error_shown or (None if self._loaded else self.freshness.why_not_loaded())
        if failure is not None:
            self.states.show_error(failure, self.open_one.context)
        elif not self._loaded:
            self.states.show_loading()
        else:
            self.states.show_rows(self.table.row_count(), len(self.table.rows))

    def show_all(self) -> None:
        """Take filter and view away."""
        self.header.filter.clear()
        if self.kind.views:
            self.header.views.set_current(self.kind.views[0].id)

    def reload(self) -> None:
        """Connect again where the connection is lost, else list anew."""
        self.open_one.session.retry_now()
        if self._error_shown is not None or self.open_one.state.live:
            self._error_shown = None
            self._watch()
        self._show_list()

    # the connection

    def _on_state(self, state: ConnectionState) -> None:
        self.table.set_clock_offset(state.clock_offset)
        self._tell()

    @property
    def live(self) -> bool:
        """Whether there are rows, and they are the present."""
        return self._loaded and self.freshness.stale() is None

    def _tell_freshness(self) -> None:
        stale = self.freshness.stale() is not None
        self.table.set_stale(stale)
        self.details.set_live(self.open_one.state.live and not stale)
        self._tell_actions()
        if self._loaded or not stale:
            self.freshness.tell()

    # view, filter, selection

    def _on_view(self, view_id: str) -> None:
        self.table.set_view(next(view for view in self.kind.views if view.id == view_id))
        self._show_list()

    def _on_filter(self, text: str) -> None:
        self.table.set_filter(filters.parse(text, self.kind.fields))
        self._show_list()

    def _on_selection(self, rows: Sequence[Any]) -> None:
        before, self._selected = self._selected, [self.kind.key(row) for row in rows]
        if self._selected == before:  # one of them says something else: closed details stay closed
            self._tell_actions()
            return
        self._wanted = []
        if len(rows) == 1:
            self._show_details(rows[0])
        elif rows:
            self.details.show_many(rows)
            self._tell_actions()
        elif self.details.row is None:
            self.details.hide()  # it was about several, of which none is left

    def _on_clicked(self) -> None:
        """A click on what is selected already brings its details back."""
        rows = self.selected()
        if len(rows) == 1 and self.details.isHidden():
            self._show_details(rows[0])

    def _show_details(self, row: Any) -> None:
        first = not self.details.isVisible()
        self.details.show_row(row)
        self.details.show()
        if first and self._split.sizes()[1] < 100:
            high = self._split.height()
            self._split.setSizes([round(high * (1 - _DETAILS_SHARE)), round(high * _DETAILS_SHARE)])
        self._tell_actions()

    def _renew_details(self) -> None:
        row = self.details.row
        if row is None or not self.details.isVisible():
            return
        now = self.table.row(self.kind.key(row))
        if now is None:
            self.details.set_gone()
        elif now is not row:
            self.details.show_row(now)
            self._tell_actions()

    def _of_details(self) -> list[Any]:
        """What the buttons of the details are about."""
        return self.selected() if self.details.row is None else [self.details.row]

    def _tell_actions(self) -> None:
        rows = self._of_details()
        self.details.set_actions(
            [(action, self.actions_.why_not(action, rows)) for action in self.kind.actions if action.prominent]
        )

    def back(self) -> None:
        """Esc: from maximised to the list, from the details to the list alone."""
        if self.states.isHidden():
            self.details.set_maximised(False)
        elif self.details.isVisible():
            self.close_details()

    def close_details(self) -> None:
        """Back to the list alone."""
        self.details.set_maximised(False)
        self.details.hide()
        self.details.clear()
        self.table.setFocus()

    def _on_opened(self, row: Any) -> None:
        self._show_details(row)
        self.details.setFocus()

    def _on_maximised(self, on: bool) -> None:
        self.states.setVisible(not on)
        self.header.setVisible(not on)

    def show_key(self, key: str) -> None:
        """Select the row of this key, taking filter and view away where they hide it."""
        if not self.table.select_keys([key]):
            self.show_all()
            self.table.set_filter(filters.parse("", self.kind.fields))
            if not self.table.select_keys([key]):
                self._wanted = [key]  # many rows are shown anew in several turns
        (self.details if self.states.isHidden() else self.table).setFocus()

    def focus_filter(self) -> None:
        """The keys go to the filter, or to the search of the tab that has them."""
        focus = QApplication.focusWidget()
        in_details = focus is not None and self.details.isAncestorOf(focus)
        if (in_details or not self.states.isVisible()) and self.details.focus_search():
            return
        self.header.filter.setFocus()
        self.header.filter.selectAll()

    # what is remembered

    def state(self) -> dict[str, Any]:
        """Table, view, filter, selection and split as plain data."""
        return {
            "table": layout_state(self.table),
            "view": self.header.views.current,
            "filter": self.header.filter.text(),
            "selected": [self.kind.key(row) for row in self.selected()][:_MOST_REMEMBERED],
            "details": self.details.tab.value if self.details.isVisible() else None,
            "split": self._split.sizes(),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over what `state` once answered; what does not fit any more is left out."""
        if isinstance(table := state.get("table"), dict):
            restore_layout(self.table, table)
        if state.get("view") in self.header.views.keys:
            self.header.views.set_current(state["view"])
        if isinstance(text := state.get("filter"), str):
            self.header.filter.setText(text)
        if state.get("details") in [tab.value for tab in self.kind.tabs]:
            self.details.set_tab(Tab(state["details"]))
        if isinstance(keys := state.get("selected"), list):
            self._wanted = [str(key) for key in keys]

    def _open_log_window(self, ref: Ref, row: Any) -> None:
        from gui.details.logs import LogWindow

        window = LogWindow(self.open_one.session, ref, row)
        self._log_windows.append(window)
        windows = self._log_windows  # not self, which the window may outlive
        window.destroyed.connect(lambda: windows.remove(window))
        window.show()

    def close_windows(self) -> None:
        """Close what was opened from here in windows of their own."""
        for window in list(self._log_windows):
            window.close()

    # actions

    def selected(self) -> list[Any]:
        """The rows that actions are about."""
        return list(self.table.selected_rows())

    def trigger(self, action_id: str) -> None:
        """Do the kind's action of this id to the selected rows."""
        action = next(action for action in self.kind.actions if action.id == action_id)
        self.actions_.trigger(action, () if action.on_page else self.selected())

    def _on_action(self, action_id: str) -> None:
        action = next(action for action in self.kind.actions if action.id == action_id)
        self.actions_.trigger(action, self._of_details())

    def open_terminal(self) -> None:
        """A terminal with the best shell in what is selected."""
        rows = self.selected()
        if Tab.TERMINAL in self.kind.tabs and len(rows) == 1:
            if reason := self._why_no_terminal(rows):
                self._say("No terminal:", reason)
            else:
                self._desk.terminals.open(self.open_one.session, self.kind.ref(rows[0]))

    def _why_no_terminal(self, rows: Sequence[Any]) -> str | None:
        if len(rows) != 1:
            return "one at a time"
        if reason := why_no_terminals(self.open_one.session):
            return reason
        if not self.live:
            return "the connection is not live"
        return None if rows[0].running else f"{display(self.kind.name(rows[0]))} is not running"

    @property
    def makes(self) -> bool:
        """Whether objects of this kind can be made here."""
        return self.kind.id in self._desk.makers.kinds

    def make_like(self, rows: Sequence[Any], *, replace: bool = False) -> None:
        """To the page that makes another one of what this row was made of; to `replace` it."""
        if self._why_not_make_like(rows) is None:
            self._desk.makers.make(self.kind.id, self.kind.ref(rows[0]), replace=replace)

    def _why_not_make_like(self, rows: Sequence[Any]) -> str | None:
        if len(rows) != 1:
            return "one at a time"
        return None if self.live else "the connection is not live"

    def _on_menu(self, rows: Sequence[Any], where: QPoint) -> None:
        menu = Menu(parent=self)
        if Tab.TERMINAL in self.kind.tabs:
            menu.add("Open terminal", self.open_terminal, icon="terminal", shortcut="Ctrl+Shift+T",
                     why_not=self._why_no_terminal(rows))  # fmt: skip
            menu.addSeparator()
        if self.makes:
            why_not = self._why_not_make_like(rows)
            menu.add("Run again…", partial(self.make_like, rows), icon="run", why_not=why_not)
            again = partial(self.make_like, rows, replace=True)
            menu.add("Edit and recreate…", again, icon="edit", why_not=why_not)
            menu.addSeparator()
        self.actions_.fill_menu(menu, rows)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(where)

    def _on_menu_of_details(self, where: QPoint) -> None:
        self._on_menu(self._of_details(), where)

    def _fill_page_menu(self, menu: Menu) -> None:
        self.actions_.fill_page_menu(menu)
        menu.addSeparator()
        if self.kind.groupings:
            fill_group_menu(self.table, menu)
            menu.addSeparator()
        fill_layout_menu(self.table, menu)
        menu.add("Reload", self.reload, icon="reload", shortcut="F5")

    def _say(self, first: str, reason: str) -> None:
        close = Button("Close", small=True)
        close.clicked.connect(self.banner.hide)
        self.banner.show_message(Tone.WARNING, first, reason, [close])
