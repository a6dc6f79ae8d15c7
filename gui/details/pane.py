"""The details of what is selected: a head with its name, state, tabs and actions, and below it the current tab."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from gui.desk import Desk
from gui.details.tab_room import TabRoom
from gui.details.tabs import TAB_WIDGETS, TITLES
from gui.theme.tokens import current_theme
from gui.widgets.area import Area, Line
from gui.widgets.buttons import Button, IconButton
from gui.widgets.marks import Pill
from gui.widgets.states import EmptyState
from gui.widgets.tabs import Tabs
from gui.widgets.text import ElidedLabel
from models.health import Health
from models.kind import Action, ResourceKind, Tab
from models.text import count_text, display

_NAME_LEAST = 96  # pixels: room for the object's name
_NAME_KEPT = 72  # pixels of it that stay when the tabs have to be scrolled
_HEAD_REST = 160  # margins, icon buttons and the line between them
_GONE = "it no longer exists"  # why nothing can be done to it


class DetailsPane(Area):
    """Shows one row of a kind. Whoever owns it does the actions and the closing that it asks for."""

    close_wanted = Signal()
    maximise_toggled = Signal(bool)
    action_wanted = Signal(str)  # the action's id
    menu_wanted = Signal(QPoint)  # global place for the menu of all actions
    tab_changed = Signal(str)  # the tab's id
    window_wanted = Signal(object, object)  # Ref, row: this tab in a window of its own

    def __init__(self, desk: Desk, kind: ResourceKind, parent: QWidget | None = None) -> None:
        super().__init__("bg.surface", parent=parent)
        self.desk, self.kind = desk, kind
        self.row: Any = None
        self._live = True
        self._gone = False
        self._tabs: dict[Tab, QWidget] = {}
        self._shown: dict[Tab, str] = {}  # whose id each tab holds
        self._several = EmptyState(icon=kind.icon)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._several)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._made_head())
        column.addWidget(self._stack, 1)
        self.setMinimumHeight(current_theme().size("details-header") + 80)
        self.setAccessibleName(f"Details of the {kind.noun}")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    # what is shown

    @property
    def tab(self) -> Tab:
        """The current tab."""
        return Tab(self.tabs.current)

    def show_row(self, row: Any) -> None:
        """Show this row, or its new state, in the current tab."""
        self.row, self._gone = row, False
        ref = self.kind.ref(row)
        self._name.set_text(display(ref.name))
        self._name.setMinimumWidth(min(_NAME_KEPT, self._name.sizeHint().width()))
        self._show_state()
        self._tab_room.setVisible(True)
        for tab, widget in self._tabs.items():
            if self._shown.get(tab, ref.id) != ref.id:  # it holds another object: let it stop asking
                widget.clear()  # type: ignore[attr-defined]
                del self._shown[tab]
        self._shown[self.tab] = ref.id
        self._stack.setCurrentWidget(self._current())
        self._current().show_row(ref, row)  # type: ignore[attr-defined]

    def show_many(self, rows: Sequence[Any]) -> None:
        """Say how many are selected: details are of one."""
        self.clear()
        what = count_text(len(rows), self.kind.noun, self.kind.title.lower())
        self._name.set_text(what)
        self._several.set_words(f"{what} selected", "Details are shown of one at a time; actions work on all of them.")
        self._stack.setCurrentWidget(self._several)

    def set_tab(self, tab: Tab) -> None:
        """Look at another tab of the same row."""
        self.tabs.set_current(tab.value)

    def set_gone(self) -> None:
        """The row no longer exists; what is known of it stays on screen as the past."""
        if self._gone or self.row is None:
            return
        self._gone = True
        self._pill.set_state("no longer exists", Health.NOT_REACHED)
        self._pill.show()
        for button in self._actions.findChildren(Button):
            button.set_why_not(_GONE)
        gone = getattr(self._current(), "set_gone", None)
        if gone is not None:
            gone()

    def set_live(self, live: bool) -> None:
        """Whether the connection is; without it everything shown is of the past."""
        self._live = live
        for tab in self._tabs.values():
            self._tell_live(tab)
        if self.row is not None and not self._gone:
            self._show_state()

    def set_actions(self, actions: Sequence[tuple[Action, str | None]]) -> None:
        """The prominent actions as buttons, each with the reason why it cannot be done now."""
        if self._gone:
            actions = [(action, _GONE) for action, _ in actions]
        shown = [button.property("action") for button in self._actions.findChildren(Button)]
        if shown == [action.id for action, _ in actions]:
            for button, (_, reason) in zip(self._actions.findChildren(Button), actions, strict=True):
                button.set_why_not(reason)
            return
        for button in self._actions.findChildren(Button):
            self._action_row.removeWidget(button)
            button.setParent(None)
            button.deleteLater()
        for action, reason in actions:
            button = Button(action.title.removesuffix("…"), action.icon, small=True)
            button.setProperty("action", action.id)
            button.set_why_not(reason)
            button.clicked.connect(lambda _checked=False, name=action.id: self.action_wanted.emit(name))
            self._action_row.addWidget(button)
        self._fit()

    def focus_search(self) -> bool:
        """Give the keys to the search of the current tab; False where it has none."""
        search = getattr(self._tabs.get(self.tab), "focus_filter", None) if self.row is not None else None
        if search is not None:
            search()
        return search is not None

    def set_maximised(self, maximised: bool) -> None:
        """Show which way the maximise button goes."""
        self._maximise.setChecked(maximised)

    def clear(self) -> None:
        """Forget the row; all tabs stop asking."""
        self.row = None
        self._name.set_text("")
        self._pill.hide()
        self._tab_room.setVisible(False)
        self._shown.clear()
        for tab in self._tabs.values():
            tab.clear()  # type: ignore[attr-defined]

    # keys and room

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focusNextChild()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            if self._maximise.isChecked():
                self._maximise.setChecked(False)
            else:
                self.close_wanted.emit()
        else:
            super().keyPressEvent(event)

    def _fit(self) -> None:
        """Where the head is too narrow for the buttons they are left to the menu, which has them all."""
        parts = (self._pill, self.tabs, self._actions)
        needed = sum(part.sizeHint().width() + 8 for part in parts) + _NAME_LEAST + _HEAD_REST
        self._actions.setVisible(needed <= self.width())

    # parts

    def _made_head(self) -> QWidget:
        head = Area("bg.surface", "bottom")
        head.setFixedHeight(current_theme().size("details-header"))
        self._name = ElidedLabel(font="strong")
        self._name.setMinimumWidth(24)
        self._name.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._pill = Pill("")
        self.tabs = Tabs([(tab.value, TITLES[tab]) for tab in self.kind.tabs], name="Details")
        self.tabs.chosen.connect(self._on_tab)
        self._actions = QWidget()
        self._action_row = QHBoxLayout(self._actions)
        self._action_row.setContentsMargins(0, 0, 0, 0)
        self._action_row.setSpacing(8)
        more = IconButton("more", "More actions", small=True)
        more.clicked.connect(lambda: self.menu_wanted.emit(more.mapToGlobal(more.rect().bottomLeft())))
        self._maximise = IconButton("maximise", "Maximise the details", small=True)
        self._maximise.setCheckable(True)
        self._maximise.toggled.connect(self._on_maximise)
        close = IconButton("close", "Close the details", small=True)
        close.clicked.connect(self.close_wanted)
        divider = Line(Qt.Orientation.Vertical)
        divider.setFixedHeight(16)
        row = QHBoxLayout(head)
        row.setContentsMargins(16, 0, 12, 0)
        row.setSpacing(8)
        self._tab_room = TabRoom(self.tabs)
        left: tuple[QWidget, ...] = (self._name, self._pill, self._tab_room)
        right: tuple[QWidget, ...] = (self._actions, more, divider, self._maximise, close)
        for widget in left:
            row.addWidget(widget)
        row.addStretch(1)
        for widget in right:
            row.addWidget(widget)
        return head

    def _current(self) -> QWidget:
        widget = self._tabs.get(self.tab)
        if widget is None:
            widget = self._tabs[self.tab] = TAB_WIDGETS[self.tab](self.desk, self._stack)
            self._stack.addWidget(widget)
            self._tell_live(widget)
            wish = getattr(widget, "window_wanted", None)
            if wish is not None:
                wish.connect(self.window_wanted)
            other = getattr(widget, "tab_wanted", None)
            if other is not None:
                other.connect(lambda name: self.set_tab(Tab(name)))
        return widget

    def _tell_live(self, tab: QWidget) -> None:
        tell = getattr(tab, "set_live", None)
        if tell is not None:
            tell(self._live)

    def _show_state(self) -> None:
        words = display(self.kind.state_text(self.row), 60)
        if self._live:
            self._pill.set_state(words, self.kind.health(self.row))
        else:
            self._pill.set_state(f"was {words[:1].lower()}{words[1:]}", Health.NOT_REACHED)
        self._pill.show()

    def _on_tab(self, key: str) -> None:
        if self.row is None:
            return
        if self._gone:
            self._stack.setCurrentWidget(self._current())
            return
        self.show_row(self.row)
        self.tab_changed.emit(key)

    def _on_maximise(self, on: bool) -> None:
        self._maximise.set_icon("minimise" if on else "maximise")
        self._maximise.set_name("Restore the details" if on else "Maximise the details")
        self.maximise_toggled.emit(on)
