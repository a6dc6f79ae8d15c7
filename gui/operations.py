"""Operations under way and ended: they belong to the window, not to the page or dialog that started them."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, Signal

from gui import tasks
from gui.messages import sentence
from models.errors import AppError
from models.text import bytes_text, display
from services.operations import Operation, Progress
from services.session import Outcome

_KEPT = 9  # ended ones that stay to be read


class RunningOperation(QObject):
    """One operation with its progress and end; what it says is told once, to whoever shows it."""

    changed = Signal()
    stepped = Signal(list)  # of Progress
    ended = Signal()  # succeeded, failed or cancelled

    def __init__(self, operation: Operation, parent: QObject) -> None:
        super().__init__(parent)
        self.operation = operation
        self.done = 0
        self.total = 0
        self.unit = ""  # of these two: "" counts objects
        self.failures: list[Outcome] = []
        self.error: AppError | None = None  # of the operation as a whole
        self.running = True
        self.cancelled = False
        self.began = time.monotonic()
        self.seconds = 0.0
        self._task = tasks.stream(self, operation.work, key="work")
        self._task.items.connect(self._on_progress)
        self._task.failed.connect(self._on_failed)
        self._task.finished.connect(self._on_end)

    @property
    def failed(self) -> bool:
        """Whether something did not work."""
        return self.error is not None or bool(self.failures)

    def cancel(self) -> None:
        """Ask no more of the engine; what has been done stays done."""
        if self.running:
            self.cancelled = True
            self._task.cancel()
            self._on_end()

    def _on_progress(self, steps: list[Progress]) -> None:
        for step in steps:
            self.done, self.total, self.unit = step.done, step.total, step.unit
            if step.outcome is not None and step.outcome.error is not None:
                self.failures.append(step.outcome)
        self.stepped.emit(steps)
        self.changed.emit()

    def _on_failed(self, error: AppError) -> None:
        self.error = error

    def _on_end(self) -> None:
        self.running = False
        self.seconds = time.monotonic() - self.began
        self.changed.emit()
        self.ended.emit()


class Operations(QObject):
    """All of them, oldest first."""

    started = Signal(RunningOperation)
    ended = Signal(RunningOperation)
    forgotten = Signal(RunningOperation)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.all: list[RunningOperation] = []

    def start(self, operation: Operation) -> RunningOperation:
        """Begin it now, in the background; of those that have ended only the last few are kept."""
        ended = [running for running in self.all if not running.running]
        for old in ended[: max(0, len(ended) - _KEPT)]:
            self.forget(old)
        running = RunningOperation(operation, self)
        self.all.append(running)
        running.ended.connect(lambda: self.ended.emit(running))
        self.started.emit(running)
        return running

    def forget(self, running: RunningOperation) -> None:
        """Take an ended one off the list."""
        if not running.running and running in self.all:
            self.all.remove(running)
            self.forgotten.emit(running)
            running.deleteLater()

    @property
    def busy(self) -> list[RunningOperation]:
        """Those that have not ended."""
        return [running for running in self.all if running.running]


def progress_words(running: RunningOperation) -> str:
    """How far it is, as it stands behind its title: "2 of 5", "done"; empty while there is only one step."""
    far = _far(running)
    if running.running:
        return far
    if running.cancelled:
        return f"cancelled after {far}" if far else "cancelled"
    if running.failures and running.error is None and running.total > 1:
        return f"{len(running.failures):,} of {running.total:,} failed"
    return "failed" if running.failed else "done"


def _far(running: RunningOperation) -> str:
    """ "2 of 5", "1.2 MB of 8 MB"; of bytes whose number nobody knows before, how many they are so far."""
    if running.unit == "bytes":
        done = bytes_text(running.done)
        return f"{done} of {bytes_text(running.total)}" if running.total else done
    return f"{running.done:,} of {running.total:,}" if running.total > 1 else ""


def ending_words(running: RunningOperation) -> str:
    """One sentence about an operation that has ended, with the first reason where it failed."""
    operation = running.operation
    if running.error is not None:
        words = f"{operation.could_not(running.total)}: {sentence(running.error)}"
    elif reasons := [sentence(outcome.error) for outcome in running.failures if outcome.error is not None]:
        words = f"{operation.could_not(len(reasons))}: {reasons[0]}"
    elif running.cancelled:
        words = f"{operation.title}: {progress_words(running)}"
    else:
        words = f"{operation.done} in {running.seconds:.1f} s"
    return display(words)
