"""The dock at the foot of the window: operations and terminals, whatever page is shown above."""

from __future__ import annotations

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from gui.operations import Operations, RunningOperation
from gui.terminals import Terminals
from gui.theme.tokens import current_theme
from gui.widgets.area import Area
from gui.widgets.buttons import Button, IconButton
from gui.widgets.text import PlainLabel
from gui.widgets.tips import set_tip
from gui.window.dock_items import DockItem, OperationItem, TerminalItem
from gui.window.dock_tabs import DockTabs, TabStrip
from models.kind import Totals
from models.text import count_text

OPENED = 240  # pixels of the opened panel at first
LEAST = 96  # pixels
LEFT_ABOVE = 180  # pixels that the page keeps
_STEP = 24  # pixels of one arrow key on the grip


class Dock(Area):
    """The bar with a tab for each, and below it, when opened, the panel of the current one."""

    height_changed = Signal(int)  # pixels

    def __init__(self, operations: Operations, terminals: Terminals, parent: QWidget | None = None) -> None:
        super().__init__("bg.sidebar", "top", parent=parent)
        self.setAccessibleName("Dock")
        self._operations, self._terminals = operations, terminals
        self._items: dict[QObject, DockItem] = {}  # in the order of the tabs
        self._height = OPENED
        self._quiet = PlainLabel("No operations", font="dock", colour="text.disabled")
        self._quiet.setContentsMargins(16, 0, 0, 0)
        self._totals = PlainLabel(font="dock", colour="text.secondary")
        self._clear = Button("Clear ended", small=True)
        self._chevron = IconButton("chevron-up", "Show the dock", small=True)
        self._tabs = DockTabs()
        self._strip = TabStrip(self._tabs)
        self._grip = _Grip(self)
        self._panels = QStackedWidget()
        self._panels.setFixedHeight(OPENED)
        self._panels.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 1, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._made_bar())
        column.addWidget(self._panels)
        self._connect()
        self._tell()

    def _connect(self) -> None:
        self._tabs.currentChanged.connect(self._on_current)
        self._tabs.opened.connect(lambda _index: self._open_current())
        self._chevron.clicked.connect(self.toggle)
        self._clear.clicked.connect(self._close_ended)
        operations, terminals = self._operations, self._terminals
        operations.started.connect(lambda running: self._add(OperationItem(running, operations)))
        operations.ended.connect(self._tell)
        operations.forgotten.connect(self._take)
        terminals.opened.connect(self._on_terminal)
        terminals.shown.connect(self.show_subject)
        terminals.closed.connect(self._take)

    def _made_bar(self) -> QWidget:
        bar = QWidget()
        bar.setFixedHeight(current_theme().size("dock") - 1)
        row = QHBoxLayout(bar)
        row.setContentsMargins(0, 0, 8, 0)
        row.setSpacing(8)
        row.addWidget(self._quiet)
        row.addWidget(self._strip, 1)
        row.addStretch()
        for part in (self._clear, self._totals, self._chevron):
            row.addWidget(part)
        return bar

    @property
    def opened(self) -> bool:
        """Whether the panel is shown."""
        return not self._panels.isHidden()

    def set_opened(self, opened: bool) -> None:
        """Show or hide the panel."""
        self._panels.setVisible(opened)
        self._grip.setVisible(opened)
        self._grip.raise_()
        self._tabs.set_lifted(opened)
        self._chevron.set_icon("chevron-down" if opened else "chevron-up")
        self._chevron.set_name("Hide the dock" if opened else "Show the dock")
        self.set_panel_height(self._height)

    def set_panel_height(self, height: int) -> None:
        """Give the opened panel this height in pixels, within what the window has."""
        most = max(LEAST, (self.window().height() if self.window() is not self else 2 * OPENED) - LEFT_ABOVE)
        self._height = min(max(height, LEAST), most)
        self._panels.setFixedHeight(self._height)
        self.height_changed.emit(current_theme().size("dock") + self._height * self.opened)

    @property
    def panel_height(self) -> int:
        """Of the opened panel, in pixels."""
        return self._height

    def toggle(self) -> None:
        """Open it, or close it; there is nothing to open where it is empty."""
        if self._items:
            self.set_opened(not self.opened)
            if self.opened and isinstance(self._tabs.current, TerminalItem):
                self._open_current()

    def show_subject(self, subject: QObject) -> None:
        """Open the panel at this operation or terminal, if it is still there."""
        if (item := self._items.get(subject)) is not None:
            self._tabs.set_current(item)
            self._open_current()

    def step(self, forward: bool) -> None:
        """To the next or the previous tab."""
        if count := self._tabs.count():
            self._tabs.setCurrentIndex((self._tabs.currentIndex() + (1 if forward else -1)) % count)
            self._open_current()

    def current_terminal(self) -> TerminalItem | None:
        """The terminal whose panel is open."""
        item = self._tabs.current
        return item if self.opened and isinstance(item, TerminalItem) else None

    def set_totals(self, totals: Totals) -> None:
        """What the current context's objects come to, at the right end."""
        self._totals.setText("    ".join(totals.words))
        set_tip(self._totals, totals.tip)

    def totals_text(self) -> str:
        """What stands at the right end."""
        return self._totals.text()

    def shown_output(self) -> str:
        """What the operation of the current tab has said; empty without one."""
        item = self._tabs.current
        return item.panel().output() if isinstance(item, OperationItem) else ""

    def output(self, running: RunningOperation) -> str:
        """What an operation has said, as it is shown."""
        item = self._items[running]
        return item.panel().output() if isinstance(item, OperationItem) else ""

    def minimumSizeHint(self) -> QSize:
        return QSize(200, current_theme().size("dock"))

    def _on_terminal(self, pane: QObject) -> None:
        self._add(TerminalItem(pane, self._terminals))  # type: ignore[arg-type]
        self.show_subject(pane)

    def _add(self, item: DockItem) -> None:
        self._items[item.subject] = item
        self._panels.addWidget(item.panel())
        self._tabs.add(item, self._made_close(item))
        item.changed.connect(self._strip.fit)
        if not self.opened:  # else somebody reads
            self._tabs.set_current(item)
        self._tell()

    def _on_current(self, _index: int) -> None:
        if (item := self._tabs.current) is not None:
            self._panels.setCurrentWidget(item.panel())

    def _open_current(self) -> None:
        if not self.opened:
            self.set_opened(True)
        if isinstance(item := self._tabs.current, TerminalItem):
            item.panel().setFocus()

    def _made_close(self, item: DockItem) -> IconButton:
        close = IconButton("close", item.close_name, small=True, size=14)
        item.changed.connect(lambda: close.set_name(item.close_name))
        close.clicked.connect(item.close)
        return close

    def _take(self, subject: QObject) -> None:
        item = self._items.pop(subject)
        self._tabs.take(item)
        self._panels.removeWidget(item.panel())
        item.panel().deleteLater()
        item.deleteLater()
        if not self._items:
            self.set_opened(False)
        self._tell()

    def _close_ended(self) -> None:
        for item in [item for item in self._items.values() if item.ended]:
            item.close()

    def _tell(self, _subject: object = None) -> None:
        self._quiet.setVisible(not self._items)
        self._strip.setVisible(bool(self._items))
        self._strip.fit()
        self._clear.setVisible(sum(item.ended for item in self._items.values()) > 1)
        self._chevron.set_why_not(None if self._items else "no operations and no terminals")
        self.setAccessibleDescription(
            f"{count_text(len(self._operations.all), 'operation')}, {count_text(len(self._terminals.all), 'terminal')}"
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._grip.setGeometry(0, 0, self.width(), current_theme().size("splitter"))


class _Grip(QWidget):
    """The upper edge of the opened dock: drag it, or move it with the arrow keys."""

    def __init__(self, dock: Dock) -> None:
        super().__init__(dock)
        self._dock = dock
        self._from: tuple[float, int] | None = None
        self.setCursor(Qt.CursorShape.SplitVCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName("Height of the dock")
        self.hide()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._from = event.globalPosition().y(), self._dock.panel_height

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._from is not None:
            start, height = self._from
            self._dock.set_panel_height(round(height + start - event.globalPosition().y()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._from = None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: _STEP, Qt.Key.Key_Down: -_STEP}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self._dock.set_panel_height(self._dock.panel_height + step)
