"""What can stand in the dock, as its tabs and its panel see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from gui.operations import Operations, RunningOperation, progress_words
from gui.terminals import Terminals
from models.text import display

if TYPE_CHECKING:
    from gui.terminal.pane import TerminalPane
    from gui.window.report import Report


class DockItem(QObject):
    """A tab and a panel. `subject` is what it stands for."""

    changed = Signal()  # anything that the tab shows
    icon = ""

    def __init__(self, subject: QObject) -> None:
        super().__init__()
        self.subject = subject

    @property
    def title(self) -> str:
        """What it is."""
        raise NotImplementedError

    @property
    def words(self) -> str:
        """How it is going, in a word or two."""
        raise NotImplementedError

    @property
    def share(self) -> float | None:
        """How far it is, from 0 to 1; None shows no meter."""
        return None

    @property
    def failed(self) -> bool:
        """Whether it needs a look."""
        raise NotImplementedError

    @property
    def ended(self) -> bool:
        """Whether it can be cleared away without loss."""
        raise NotImplementedError

    @property
    def close_name(self) -> str:
        """What the x does."""
        raise NotImplementedError

    def panel(self) -> QWidget:
        """What is shown below the tabs; the same widget each time."""
        raise NotImplementedError

    def close(self) -> None:
        """End it, and take it out of the dock."""
        raise NotImplementedError


class OperationItem(DockItem):
    """An operation, under way or ended."""

    def __init__(self, running: RunningOperation, operations: Operations) -> None:
        super().__init__(running)
        self._running, self._operations = running, operations
        self._report: Report | None = None
        self.icon = running.operation.icon
        running.changed.connect(self.changed)

    @property
    def title(self) -> str:
        return display(self._running.operation.title)

    @property
    def words(self) -> str:
        return progress_words(self._running)

    @property
    def share(self) -> float | None:
        running = self._running
        if not running.running:
            return None
        return running.done / running.total if running.total else 0.0

    @property
    def failed(self) -> bool:
        return self._running.failed

    @property
    def ended(self) -> bool:
        return not self._running.running

    @property
    def close_name(self) -> str:
        return f"{'Cancel' if self._running.running else 'Forget'} {self.title}"

    def panel(self) -> Report:
        if self._report is None:
            from gui.window.report import Report

            self._report = Report(self._running)
        return self._report

    def close(self) -> None:
        self._running.cancel()  # nothing, where it has ended
        self._operations.forget(self._running)


class TerminalItem(DockItem):
    """A terminal."""

    icon = "terminal"

    def __init__(self, pane: TerminalPane, terminals: Terminals) -> None:
        super().__init__(pane)
        self._pane, self._terminals = pane, terminals
        pane.changed.connect(self.changed)

    @property
    def title(self) -> str:
        return self._pane.title

    @property
    def words(self) -> str:
        return "" if self._pane.running else "ended"

    @property
    def failed(self) -> bool:
        return self._pane.failed

    @property
    def ended(self) -> bool:
        return not self._pane.running

    @property
    def close_name(self) -> str:
        return f"Close {self.title}"

    def panel(self) -> TerminalPane:
        return self._pane

    def close(self) -> None:
        self._terminals.close(self._pane)
