"""The dock at the foot of the window: operations under way and ended, whatever page is shown above."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QScrollArea, QVBoxLayout, QWidget

from gui.messages import sentence
from gui.operations import Operations, RunningOperation
from gui.theme.tokens import current_theme
from gui.widgets.area import Area, Line
from gui.widgets.buttons import Button, IconButton
from gui.widgets.command_box import CommandBox
from gui.widgets.marks import Glyph, Icon, Meter
from gui.widgets.text import ElidedLabel, PlainLabel
from models.health import Health, Tone
from models.text import count_text, display
from services.operations import Progress

OPENED = 240  # pixels of the opened panel
_METER = 80
_WIDEST_TAB = 340
_MOST_LINES = 1_000  # of one operation's output


class _Tab(Area):
    """One operation in the bar: what, how far, and an x."""

    def __init__(self, running: RunningOperation, operations: Operations) -> None:
        super().__init__("bg.sidebar", "right")
        self._running, self._operations = running, operations
        self._icon = Icon(running.operation.icon, size=14)
        self._glyph = Glyph(Health.FAILED)
        self._meter = Meter(name="Progress")
        self._meter.setFixedWidth(_METER)
        self._amount = PlainLabel(font="dock", colour="text.secondary")
        self._close = IconButton("close", f"Cancel {display(running.operation.title)}", small=True, size=14)
        self._close.clicked.connect(self._on_close)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 7, 0)
        row.setSpacing(8)
        title = ElidedLabel(display(running.operation.title), font="dock")
        for widget in (self._icon, self._glyph, title, self._meter, self._amount, self._close):
            row.addWidget(widget)
        self.setMaximumWidth(_WIDEST_TAB)
        running.changed.connect(self._tell)
        self._tell()

    def _tell(self) -> None:
        running = self._running
        self._glyph.setVisible(running.failed)
        self._icon.setVisible(not running.failed)
        self._meter.setVisible(running.running)
        self._meter.set_share(running.done / running.total if running.total else 0.0, Tone.BUSY)
        self._amount.setText(_amount_text(running))
        title = display(running.operation.title)
        self._close.set_name(f"Cancel {title}" if running.running else f"Forget {title}")

    def _on_close(self) -> None:
        if self._running.running:
            self._running.cancel()
        self._operations.forget(self._running)


def _amount_text(running: RunningOperation) -> str:
    if running.running:
        return f"{running.done} of {running.total}" if running.total > 1 else ""
    if running.cancelled:
        return f"cancelled after {running.done} of {running.total}"
    if running.error is not None:
        return "failed"
    if running.failures:
        return f"{len(running.failures)} of {running.total} failed" if running.total > 1 else "failed"
    return "done"


class _Report(QWidget):
    """One operation in the opened panel: command, failures, output."""

    def __init__(self, running: RunningOperation) -> None:
        super().__init__()
        self._running = running
        self._head = PlainLabel(font="medium")
        self._where = ElidedLabel(font="secondary", colour="text.secondary")
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._head)
        head.addWidget(self._where, 1)
        self._output = QPlainTextEdit(readOnly=True)
        self._output.setFont(current_theme().font("mono"))
        self._output.setAccessibleName(f"Output of {display(running.operation.title)}")
        self._output.setFixedHeight(72)
        self._output.setTabChangesFocus(True)
        self._output.setMaximumBlockCount(_MOST_LINES)
        self._output.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 8, 16, 0)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(CommandBox(running.operation.command))
        column.addWidget(self._output)
        column.addSpacing(2)
        column.addWidget(Line(colour="border.subtle"))
        self._where.set_text(f"in {display(running.operation.context.title)}")
        running.changed.connect(self._tell)
        running.stepped.connect(self._on_steps)
        running.ended.connect(self._on_end)
        self._tell()

    def output(self) -> str:
        """The last lines of what was said."""
        return self._output.toPlainText()

    def _tell(self) -> None:
        running = self._running
        self._head.setText(f"{display(running.operation.title)}: {_amount_text(running) or 'under way'}")

    def _on_steps(self, steps: Sequence[Progress]) -> None:
        lines = []
        for step in steps[-_MOST_LINES:]:
            if step.line:
                lines.append(step.line)
            if step.outcome is not None and step.outcome.error is not None:
                lines.append(f"{step.outcome.ref.name}: {sentence(step.outcome.error)}")
        self._say(lines)

    def _on_end(self) -> None:
        if self._running.error is not None:
            self._say([sentence(self._running.error)])

    def _say(self, lines: Sequence[str]) -> None:
        if lines:
            self._output.appendPlainText("\n".join(display(line) for line in lines))
            self._output.show()


class Dock(Area):
    """The bar, and above it the panel when opened."""

    def __init__(self, operations: Operations, parent: QWidget | None = None) -> None:
        super().__init__("bg.sidebar", "top", parent=parent)
        self.setAccessibleName("Operations")
        self._operations = operations
        self._tabs: dict[RunningOperation, _Tab] = {}
        self._reports: dict[RunningOperation, _Report] = {}
        self._quiet = PlainLabel("No operations", font="dock", colour="text.disabled")
        self._right = PlainLabel(font="dock", colour="text.secondary")
        self._clear = Button("Clear ended", small=True)
        self._chevron = IconButton("chevron-up", "Show operations", small=True)
        self._bar = QHBoxLayout()
        self._bar.setContentsMargins(0, 1, 8, 0)
        self._bar.setSpacing(0)
        self._bar.addWidget(self._quiet)
        self._bar.addStretch(1)
        self._bar.addWidget(self._clear)
        self._bar.addSpacing(8)
        self._bar.addWidget(self._right)
        self._bar.addSpacing(8)
        self._bar.addWidget(self._chevron)
        self._quiet.setContentsMargins(16, 0, 0, 0)
        bar = QWidget()
        bar.setLayout(self._bar)
        bar.setFixedHeight(current_theme().size("dock"))
        self._list = QVBoxLayout()
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(0)
        self._list.addStretch(1)
        inside = Area("bg.surface")
        inside.setLayout(self._list)
        self._panel = QScrollArea(widgetResizable=True)
        self._panel.setFrameShape(QScrollArea.Shape.NoFrame)
        self._panel.setWidget(inside)
        self._panel.setFixedHeight(OPENED)
        self._panel.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(bar)
        column.addWidget(self._panel)
        self._chevron.clicked.connect(self.toggle)
        self._clear.clicked.connect(self._forget_ended)
        operations.started.connect(self._on_started)
        operations.ended.connect(self._tell)
        operations.forgotten.connect(self._on_forgotten)
        self._tell()

    def set_opened(self, opened: bool) -> None:
        """Show or hide the panel with commands and output."""
        self._panel.setVisible(opened)
        self._chevron.set_icon("chevron-down" if opened else "chevron-up")
        self._chevron.set_name("Hide operations" if opened else "Show operations")

    def toggle(self) -> None:
        """Open it, or close it; without operations there is nothing to open."""
        if self._tabs:
            self.set_opened(not self._panel.isVisible())

    def set_right(self, text: str) -> None:
        """Words at the right end: the engine's totals."""
        self._right.setText(text)

    def output(self, running: RunningOperation) -> str:
        """What an operation has said, as it is shown."""
        return self._reports[running].output()

    def minimumSizeHint(self) -> QSize:
        return QSize(200, current_theme().size("dock"))

    def _on_started(self, running: RunningOperation) -> None:
        tab = _Tab(running, self._operations)
        report = _Report(running)
        self._tabs[running], self._reports[running] = tab, report
        self._bar.insertWidget(len(self._tabs) - 1, tab)
        self._list.insertWidget(0, report)
        self._tell()

    def _on_forgotten(self, running: RunningOperation) -> None:
        for widget in (self._tabs.pop(running), self._reports.pop(running)):
            widget.hide()
            widget.deleteLater()
        if not self._tabs:
            self.set_opened(False)
        self._tell()

    def _forget_ended(self) -> None:
        for running in list(self._tabs):
            self._operations.forget(running)

    def _tell(self, _running: object = None) -> None:
        ended = [running for running in self._tabs if not running.running]
        self._quiet.setVisible(not self._tabs)
        self._clear.setVisible(len(ended) > 1)
        self._chevron.set_why_not(None if self._tabs else "no operations")
        self.setAccessibleDescription(count_text(len(self._tabs), "operation"))
