"""The dock at the foot of the window: operations under way and ended, whatever page is shown above."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from gui.operations import Operations, RunningOperation
from gui.theme.tokens import current_theme
from gui.widgets.area import Area
from gui.widgets.buttons import Button, IconButton
from gui.widgets.text import PlainLabel
from gui.widgets.tips import set_tip
from gui.window.dock_tabs import DockTabs, TabStrip
from models.kind import Totals
from models.text import count_text, display

if TYPE_CHECKING:
    from gui.window.report import Report

OPENED = 240  # pixels of the opened panel


class Dock(Area):
    """The bar with a tab for each operation, and below it, when opened, the report of the current one."""

    height_changed = Signal(int)  # pixels

    def __init__(self, operations: Operations, parent: QWidget | None = None) -> None:
        super().__init__("bg.sidebar", "top", parent=parent)
        self.setAccessibleName("Operations")
        self._operations = operations
        self._shown: dict[RunningOperation, Report] = {}  # in the order of the tabs
        self._quiet = PlainLabel("No operations", font="dock", colour="text.disabled")
        self._quiet.setContentsMargins(16, 0, 0, 0)
        self._totals = PlainLabel(font="dock", colour="text.secondary")
        self._clear = Button("Clear ended", small=True)
        self._chevron = IconButton("chevron-up", "Show operations", small=True)
        self._tabs = DockTabs()
        self._strip = TabStrip(self._tabs)
        self._reports = QStackedWidget()
        self._reports.setFixedHeight(OPENED)
        self._reports.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 1, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._made_bar())
        column.addWidget(self._reports)
        self._tabs.currentChanged.connect(self._on_current)
        self._tabs.opened.connect(lambda _index: self.set_opened(True))
        self._chevron.clicked.connect(self.toggle)
        self._clear.clicked.connect(self._forget_ended)
        operations.started.connect(self._on_started)
        operations.ended.connect(self._tell)
        operations.forgotten.connect(self._on_forgotten)
        self._tell()

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
        return not self._reports.isHidden()

    def set_opened(self, opened: bool) -> None:
        """Show or hide the panel with command and output."""
        self._reports.setVisible(opened)
        self._tabs.set_lifted(opened)
        self.height_changed.emit(current_theme().size("dock") + OPENED * opened)
        self._chevron.set_icon("chevron-down" if opened else "chevron-up")
        self._chevron.set_name("Hide operations" if opened else "Show operations")

    def toggle(self) -> None:
        """Open it, or close it; without operations there is nothing to open."""
        if self._shown:
            self.set_opened(not self.opened)

    def show_operation(self, running: RunningOperation) -> None:
        """Open the panel at this one, if it has not been forgotten."""
        if running in self._shown:
            self._tabs.setCurrentIndex(self._reports.indexOf(self._shown[running]))
            self.set_opened(True)

    def set_totals(self, totals: Totals) -> None:
        """What the current context's objects come to, at the right end."""
        self._totals.setText("    ".join(totals.words))
        set_tip(self._totals, totals.tip)

    def totals_text(self) -> str:
        """What stands at the right end."""
        return self._totals.text()

    def shown_output(self) -> str:
        """What the operation of the current tab has said; empty without tabs."""
        running = self._tabs.current
        return "" if running is None else self.output(running)

    def output(self, running: RunningOperation) -> str:
        """What an operation has said, as it is shown."""
        return self._shown[running].output()

    def minimumSizeHint(self) -> QSize:
        return QSize(200, current_theme().size("dock"))

    def _on_started(self, running: RunningOperation) -> None:
        from gui.window.report import Report  # not for the first paint

        report = self._shown[running] = Report(running)
        self._reports.addWidget(report)
        self._tabs.add(running, self._made_close(running))
        running.changed.connect(self._strip.fit)
        if not self.opened:  # else somebody reads
            self._tabs.setCurrentIndex(len(self._shown) - 1)
        self._tell()

    def _on_current(self, _index: int) -> None:
        if (running := self._tabs.current) is not None:
            self._reports.setCurrentWidget(self._shown[running])

    def _made_close(self, running: RunningOperation) -> IconButton:
        close = IconButton("close", "", small=True, size=14)

        def tell() -> None:
            close.set_name(f"{'Cancel' if running.running else 'Forget'} {display(running.operation.title)}")

        def act() -> None:
            running.cancel()  # nothing, where it has ended
            self._operations.forget(running)

        running.changed.connect(tell)
        close.clicked.connect(act)
        tell()
        return close

    def _on_forgotten(self, running: RunningOperation) -> None:
        self._tabs.take(running)
        report = self._shown.pop(running)
        self._reports.removeWidget(report)
        report.deleteLater()
        if not self._shown:
            self.set_opened(False)
        self._tell()

    def _forget_ended(self) -> None:
        for running in list(self._shown):
            self._operations.forget(running)

    def _tell(self, _running: object = None) -> None:
        self._quiet.setVisible(not self._shown)
        self._strip.setVisible(bool(self._shown))
        self._strip.fit()
        self._clear.setVisible(sum(not running.running for running in self._shown) > 1)
        self._chevron.set_why_not(None if self._shown else "no operations")
        self.setAccessibleDescription(count_text(len(self._shown), "operation"))
