"""The window: it arranges rail, sidebars, pages and dock, and binds the keys; what they show is theirs."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QCloseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from gui.contexts import Contexts, OpenContext
from gui.operations import Operations, RunningOperation, ending_words
from gui.terminals import Terminals
from gui.theme.tokens import current_theme
from gui.widgets.buttons import Button, Look
from gui.widgets.dialog import Dialog
from gui.widgets.text import PlainLabel
from gui.widgets.toasts import Toasts
from gui.window.dock import Dock
from gui.window.rail import Rail
from models.health import Health
from models.kind import Totals
from models.text import display

if TYPE_CHECKING:
    from gui.window.place import Place
    from services.run_drafts import RunDrafts

NARROW = 1100  # pixels: below, the sidebar shows icons only


class Window(QMainWindow):
    """One window over all open contexts."""

    closing = Signal()
    resized = Signal()

    def __init__(self, contexts: Contexts, operations: Operations, lobby: QWidget) -> None:
        super().__init__()
        self.setWindowTitle("Pilothouse")
        self.setMinimumSize(960, 600)
        self.contexts, self.operations, self.lobby = contexts, operations, lobby
        self.places: dict[str, Place] = {}
        self.rail = Rail(contexts)
        self.terminals = Terminals(self)
        self.drafts: RunDrafts | None = None  # where drafts are kept; None: nowhere
        self.dock = Dock(operations, self.terminals)
        self.stripe = _Stripe()
        self._leaving = False
        self._sides = QStackedWidget()
        self._mains = QStackedWidget()
        self._mains.addWidget(lobby)
        self._arrange()
        self.toasts = Toasts(self._right, above=current_theme().size("dock"))
        self.toasts.said.connect(self.rail.bell.add)
        self.dock.height_changed.connect(self.toasts.set_above)
        self.rail.chosen.connect(contexts.set_current)
        self.rail.add_wanted.connect(lambda: contexts.set_current(None))
        self.rail.close_wanted.connect(contexts.close)
        contexts.opened.connect(self._on_opened)
        contexts.closed.connect(self._on_closed)
        contexts.current_changed.connect(self._on_current)
        operations.ended.connect(self._on_operation_ended)
        self._on_current(None)

    def _arrange(self) -> None:
        self._right = QWidget()
        right = QVBoxLayout(self._right)
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        right.addWidget(self._mains, 1)
        right.addWidget(self.dock)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.rail)
        row.addWidget(self._sides)
        row.addWidget(self._right, 1)
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.stripe)
        column.addLayout(row, 1)
        self.setCentralWidget(whole)

    def go_to(self, place: int) -> None:
        """To the open context at this place of the rail, from 0."""
        if place < len(self.contexts.open_ones):
            self.contexts.set_current(self.contexts.open_ones[place])

    def on_page(self, method: str) -> None:
        """Call `method` of the page on the screen, where it has one: reload, focus_filter, back."""
        page = self.current_page()
        if page is not None and hasattr(page, method):
            getattr(page, method)()

    def open_terminal(self) -> None:
        """One more where the keys are in a terminal, else in what is selected on the page."""
        pane = next((pane for pane in self.terminals.all if pane.isAncestorOf(self.focusWidget() or self)), None)
        if pane is not None:
            pane.another_wanted.emit()
        else:
            self.on_page("open_terminal")

    def make_one(self) -> None:
        """To the page of the current context on which containers are made, where it has one."""
        if (place := self.current_place()) is not None:
            place.desk.makers.make("containers")

    def current_place(self) -> Place | None:
        """Sidebar and pages of the current context."""
        current = self.contexts.current
        return self.places.get(current.context.id) if current else None

    def current_page(self) -> QWidget | None:
        """The page on the screen."""
        place = self.current_place()
        return place.current_page() if place else self.lobby

    def _on_opened(self, open_one: OpenContext) -> None:
        from gui.window.place import Place  # its pages, tables and details are not needed for the first paint

        place = Place(open_one, self.operations, self.terminals, self, self.drafts)
        self.places[open_one.context.id] = place
        self._sides.addWidget(place.sidebar)
        self._mains.addWidget(place.main)
        place.sidebar.set_narrow(self.width() < NARROW)
        place.sidebar.menu_wanted.connect(partial(self.rail.open_menu, open_one))
        place.totals_changed.connect(self._tell_totals)
        open_one.context_changed.connect(self._tell_protection)

    def _on_closed(self, open_one: OpenContext) -> None:
        place = self.places.pop(open_one.context.id)
        self._sides.removeWidget(place.sidebar)
        self._mains.removeWidget(place.main)
        place.close()

    def _on_current(self, open_one: OpenContext | None) -> None:
        place = self.current_place()
        self._sides.setVisible(place is not None)
        if place is None:
            self._mains.setCurrentWidget(self.lobby)
            self.setWindowTitle("Pilothouse")
        else:
            self._sides.setCurrentWidget(place.sidebar)
            self._mains.setCurrentWidget(place.main)
            self.setWindowTitle(f"{display(place.open_one.context.title)} – Pilothouse")
        self._fit_side()
        self._tell_protection()
        self._tell_totals()

    def _tell_totals(self, _totals: object = None) -> None:
        place = self.current_place()
        self.dock.set_totals(place.totals if place else Totals())

    def _tell_protection(self, _context: object = None) -> None:
        place = self.current_place()
        protected = place is not None and place.open_one.context.protected
        self.stripe.show_colour(f"context.{place.open_one.context.colour}" if place and protected else None)

    def _on_operation_ended(self, running: RunningOperation) -> None:
        words = ending_words(running)
        if running.failed:
            show = ("Details", lambda: self.dock.show_subject(running))
            self.toasts.show_toast(words, Health.FAILED, action=show)
        elif running.cancelled:
            self.toasts.show_toast(words, Health.EXITED)
        else:
            self.toasts.show_toast(words, Health.HEALTHY)
            self.operations.forget(running)

    def _fit_side(self) -> None:
        narrow = self.width() < NARROW
        for place in self.places.values():
            place.sidebar.set_narrow(narrow)
        current = self._sides.currentWidget()
        if current is not None:
            self._sides.setFixedWidth(current.maximumWidth())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_side()

    def closeEvent(self, event: QCloseEvent) -> None:
        if (self.operations.busy or self.terminals.busy) and not self._leaving:
            event.ignore()
            self._ask_to_leave()
            return
        for place in self.places.values():
            place.close_windows()  # the last window ends the application
        self.terminals.leave()
        self.closing.emit()
        super().closeEvent(event)

    def _ask_to_leave(self) -> None:
        operations, terminals = self.operations.busy, self.terminals.busy
        title = "Quit while work is under way?" if operations else "Quit while terminals are open?"
        dialog = Dialog(title, self, icon="warning", icon_colour="warning.fg")
        titles = [display(running.operation.title) for running in operations] + [pane.title for pane in terminals]
        dialog.body.addWidget(PlainLabel("\n".join(titles), wrap=True))
        notes = []
        if operations:
            notes.append("What the engine has been asked for goes on there; what waits here is dropped.")
        if terminals:
            notes.append("What runs in a terminal is hung up.")
        dialog.set_note(" ".join(notes))
        dialog.add_cancel("Stay")
        quit_ = dialog.add_button(Button("Quit", look=Look.DESTRUCTIVE))
        quit_.clicked.connect(dialog.accept)
        dialog.accepted.connect(self._leave)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _leave(self) -> None:
        self._leaving = True
        self.close()

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move):
            self.resized.emit()
        return super().event(event)


class _Stripe(QWidget):
    """The coloured line along the top edge of protected contexts."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__()
        self._colour: str | None = None
        self.setFixedHeight(current_theme().size("protected-stripe"))
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.hide()

    def show_colour(self, token: str | None) -> None:
        """Show this colour; None hides the stripe."""
        self._colour = token
        self.setVisible(token is not None)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._colour is not None:
            QPainter(self).fillRect(self.rect(), current_theme().colour(self._colour))
