"""A log saved to a file: in a worker, told in the note when it takes a while."""

from __future__ import annotations

from array import array
from pathlib import Path

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QFileDialog, QWidget

from gui import tasks
from gui.details.logs import work
from gui.details.logs.note import LogNote
from gui.details.logs.view import LogView
from gui.messages import sentence
from models.errors import AppError
from models.text import count_text, display

_FIRST, _NEXT = 1_000, 250  # ms after which progress is shown, and between two looks at it


class LogSaving(QObject):
    """Saves what the view shows; one save at a time."""

    def __init__(self, view: LogView, note: LogNote, parent: QWidget) -> None:
        super().__init__(parent)
        self.name = ""  # of the object whose log it is
        self._window = parent
        self._view, self._note = view, note
        self._path = Path()
        self._written = work.Written()
        self._total = 0
        self._look = QTimer(self)
        self._look.timeout.connect(self._tell)
        note.cancel_wanted.connect(self._cancel)

    def choose_file(self) -> None:
        """Ask where to, then save."""
        path, _ = QFileDialog.getSaveFileName(
            self._window, "Save the log", f"{display(self.name or 'log', 80)}.log", "Logs (*.log *.txt);;All files (*)"
        )
        if path:
            self.save(Path(path))

    def save(self, path: Path) -> None:
        """Write the lines that are shown to `path`, in the background."""
        view = self._view
        lines = view.lines[:] if isinstance(view.lines, array) else view.lines
        self._path, self._written, self._total = path, work.Written(), len(lines)
        self._note.say("")
        task = tasks.run(self, work.save, view.snapshot, lines, path, view.stamps, self._written, key="save")
        task.succeeded.connect(self._on_saved)
        task.failed.connect(self._on_failed)
        self._look.start(_FIRST)

    def _tell(self) -> None:
        self._look.setInterval(_NEXT)
        done = self._written.lines
        words = f"Saving to {display(str(self._path))}: {done:,} of {count_text(self._total, 'line')}"
        self._note.say(words, share=done / max(1, self._total))

    def _on_saved(self, count: int) -> None:
        self._look.stop()
        self._note.say(f"{count_text(count, 'line')} saved to {display(str(self._path))}", fades=True)

    def _on_failed(self, error: AppError) -> None:
        self._look.stop()
        self._note.say(f"Not saved: {sentence(error)}")

    def _cancel(self) -> None:
        self._look.stop()
        tasks.cancel(self, "save")
        self._note.say("Saving was cancelled; nothing was written", fades=True)
