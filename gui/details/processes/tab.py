"""The Processes tab: what PID 1 is, the tree, and signals to what is in it. Looked at every two seconds while seen."""

from __future__ import annotations

from collections.abc import Hashable
from functools import partial
from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gui import tasks
from gui.desk import Desk
from gui.details.headline import HeadlineView
from gui.details.processes.table import ProcessTable
from gui.details.tab import DetailTab
from gui.page.action_dialog import ActionDialog
from gui.widgets.area import Area
from gui.widgets.buttons import Button
from gui.widgets.menu import Menu
from gui.widgets.states import EmptyState
from gui.widgets.text import ElidedLabel, PlainLabel
from models.changes import Reset
from models.docker.container import Container, State
from models.docker.processes import Look
from models.docker.processes_first import first_process
from models.docker.processes_kind import PROCESS, SIGNAL, ProcessRow, process_rows, summary
from models.docker.processes_rates import Meter
from models.errors import AppError
from models.kind import Ref
from models.text import display
from services.operations import operation
from services.session import ProcessSource


class ProcessesTab(DetailTab):
    """A stream of looks begins when the tab is seen and ends when it is not."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk.session, parent)
        self._desk = desk
        self._signature: Hashable = None
        self._look: Look | None = None
        self._meter = Meter()
        self._rates: Any = {}
        self._folded: set[str] = set()
        self.dialog: ActionDialog | None = None
        self.headline = HeadlineView()
        self.table = ProcessTable()
        self.signal_button = Button("Send signal…", "signal", small=True)
        self._summary = PlainLabel(font="secondary", colour="text.secondary")
        self._notes = ElidedLabel(font="secondary", colour="text.secondary", mode=Qt.TextElideMode.ElideRight)
        self._none = EmptyState(icon="tree")
        self._states.addWidget(self._none)
        self._set_content(self._made())
        self.signal_button.clicked.connect(lambda: self._ask(self.table.selected_rows()))
        self.table.selection_changed.connect(lambda _rows: self._show_reason())
        self.table.menu_wanted.connect(self._open_menu)
        self.table.fold_wanted.connect(self._fold)
        self.table.layout_changed.connect(self._render)

    def _made(self) -> QWidget:
        top = QHBoxLayout()
        top.setContentsMargins(0, 0, 12, 4)
        top.addWidget(self.headline, 1)
        top.addWidget(self.signal_button, 0, Qt.AlignmentFlag.AlignBottom)
        foot = Area("bg.surface", "top")
        row = QHBoxLayout(foot)
        row.setContentsMargins(16, 5, 16, 5)
        row.setSpacing(16)
        row.addWidget(self._summary)
        row.addWidget(self._notes, 1)
        row.addWidget(PlainLabel("as docker top, every 2 s", font="secondary", colour="text.secondary"))
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self.table, 1)
        column.addWidget(foot)
        return page

    # what the pane asks

    def show_row(self, ref: Ref, row: Container) -> None:
        """Show its processes, from anew where it is another container or lives again."""
        signature = (ref.id, row.state, row.run.started if row.run else None)
        self.ref, self.row = ref, row
        if signature != self._signature:
            self._signature = signature
            self._forget()
            self._begin()

    def set_live(self, live: bool) -> None:
        """Without a connection the last look stays, as the past."""
        back = live and not self.live
        super().set_live(live)
        self.headline.set_stale(not live)
        self.table.set_stale(not live)
        self._show_reason()
        if back:
            self._begin()
        elif not live:
            tasks.cancel(self, "look")

    def set_gone(self) -> None:
        """It no longer exists."""
        self._forget()
        super().set_gone()

    def clear(self) -> None:
        """Forget the container, and ask for nothing more."""
        super().clear()
        self._signature = None
        self._forget()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._begin()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        tasks.cancel(self, "look")

    # looking

    def _forget(self) -> None:
        tasks.cancel(self, "look")
        self._look, self._meter, self._rates = None, Meter(), {}
        self._folded.clear()
        self.table.apply(Reset(()))

    def _begin(self) -> None:
        if self.ref is None or not self.live or not self.isVisible():
            return
        if self.row.state not in (State.RUNNING, State.PAUSED):
            self._none.set_words(
                f"{display(self.ref.name)} does not run", "A container has processes only while it runs."
            )
            self._states.setCurrentWidget(self._none)
            return
        if self._look is None:
            self._show_loading()
        session = self.session
        if isinstance(session, ProcessSource):
            task = tasks.stream(self, session.processes, self.ref, key="look", latest=lambda _look: 0)
            task.items.connect(self._on_looks)
            task.failed.connect(self._on_failed)

    def _on_looks(self, looks: list[Look]) -> None:
        self._look = looks[-1]
        self._rates = self._meter.take(self._look)
        self._render()
        self._show_content()

    def _on_failed(self, error: AppError) -> None:
        self._show_error(error, self._begin)

    def _render(self) -> None:
        look = self._look
        if look is None:
            return
        zombies = self._meter.lasting_zombies
        self.headline.fill(first_process(look, zombies).headline)
        rows = process_rows(look, self._rates, zombies, self._folded, flat=not self.table.as_tree)
        self.table.apply(Reset(tuple(rows)))
        words, notes = summary(look)
        self._summary.setText(words)
        self._notes.set_text(display(notes))
        self._show_reason()

    def _fold(self, row_id: str, fold: bool) -> None:
        (self._folded.add if fold else self._folded.discard)(row_id)
        self._render()

    # signals

    def _why_not(self, rows: list[ProcessRow]) -> str | None:
        if not self.live:
            return "the connection is not live"
        if len(rows) != 1:
            return "no process is selected" if not rows else "one process at a time"
        return SIGNAL.why_not(rows)

    def _show_reason(self) -> None:
        self.signal_button.set_why_not(self._why_not(self.table.selected_rows()))

    def _ask(self, rows: list[ProcessRow]) -> None:
        if self._why_not(rows) is not None:
            return
        names = [row.title for row in rows]
        dialog = ActionDialog(self.session.context, PROCESS.noun, SIGNAL, rows, names, self)
        dialog.accepted_with.connect(lambda answers: self._send(rows, answers))
        dialog.finished.connect(dialog.deleteLater)
        dialog.finished.connect(self._forget_dialog)
        self.dialog = dialog
        dialog.open()

    def _forget_dialog(self) -> None:
        self.dialog = None

    def _send(self, rows: list[ProcessRow], answers: dict[str, Any]) -> None:
        running = self._desk.operations.start(operation(self.session, PROCESS, SIGNAL, rows, answers))
        running.ended.connect(self._begin)  # what it did is to be seen at once

    def _open_menu(self, rows: list[ProcessRow], where: QPoint) -> None:
        menu = Menu(parent=self)
        menu.add(SIGNAL.title, lambda: self._ask(rows), icon="signal", why_not=self._why_not(rows), destructive=True)
        menu.addSeparator()
        copies = menu.add_menu("Copy", icon="copy")
        for title, texts in (
            ("Command", [row.process.command for row in rows]),
            ("PID inside", [str(row.process.inside or "") for row in rows]),
            ("PID outside", [str(row.process.outside or "") for row in rows]),
        ):
            copies.add(title, partial(QGuiApplication.clipboard().setText, "\n".join(texts)))
        copies.add("Lines of the table", self.table.copy)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(where)
