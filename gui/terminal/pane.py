"""One terminal: bar, screen, and what is asked under it. It belongs to the dock, and outlives every page."""

from __future__ import annotations

import shlex
import time

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui import tasks
from gui.messages import clock_text, sentence
from gui.terminal.bar import TerminalBar
from gui.terminal.screen import Screen
from gui.terminal.strips import EndStrip, PasteStrip
from gui.terminal.view import TerminalView
from gui.terminal.work import FED, Fed, pump
from gui.widgets.menu import Menu
from models.errors import AppError
from models.kind import Ref
from models.terminal import Attach, Ended, Execute, Opened, Request, Size
from models.text import display
from services.session import Shell

FIRST_SIZE = Size(80, 24)  # until the pane has been laid out
FRAME, FLOOD_FRAME = 1 / 60, 1 / 20  # seconds
FLOOD = 65_536  # bytes between two frames: far more than a screen holds


class TerminalPane(QWidget):
    """Runs `request` in the object; `twin` is the command that does the same."""

    changed = Signal()  # title, note or state
    close_wanted = Signal()
    another_wanted = Signal()  # the same once more

    def __init__(self, session: Shell, ref: Ref, request: Request, twin: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ref, self.twin = ref, twin
        self.running = False
        self.failed = False
        self._session, self._request = session, request
        self._word = "attach" if isinstance(request, Attach) else shlex.join(request.command[:1])
        self._task: tasks.Channel | None = None
        self._emulator = Screen(FIRST_SIZE)
        self._fed = 0  # bytes when the last frame was shown
        self._next = 0.0  # by the monotonic clock: when the next frame may be shown
        self._showing = QTimer(self, singleShot=True)
        self._showing.setTimerType(Qt.TimerType.PreciseTimer)
        self._showing.timeout.connect(self._show_news)
        self.bar = TerminalBar()
        self.view = TerminalView(self._emulator)
        self.paste = PasteStrip()
        self.end = EndStrip()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self.view, 1)
        column.addWidget(self.paste)
        column.addWidget(self.end)
        self.setFocusProxy(self.view)
        self._connect()
        self.bar.tell_size(FIRST_SIZE)

    def _connect(self) -> None:
        self.view.typed.connect(self._send)
        self.view.resized.connect(self._send)
        self.view.resized.connect(self.bar.tell_size)
        self.view.paste_wanted.connect(self._on_paste)
        self.view.menu_wanted.connect(self._open_menu)
        self.paste.answered.connect(self._on_answer)
        self.end.again.connect(self.start)
        self.bar.sought.connect(self._look_for)
        self.bar.stepped.connect(self._step)
        self.bar.left.connect(self.view.setFocus)
        for letter, do in (
            ("C", self.view.copy), ("V", self.view.paste), ("F", self.open_search), ("W", self.close_wanted.emit),
        ):  # fmt: skip
            keys = QKeySequence(f"Ctrl+Shift+{letter}")
            QShortcut(keys, self, do, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)

    @property
    def title(self) -> str:
        """What runs, and where: "sh web"."""
        return display(f"{self._word or 'terminal'} {self.ref.name}")

    def run(self, request: Request) -> None:
        """Begin with another command."""
        self._request = request
        self.start()

    def start(self) -> None:
        """Begin, or begin again under what stands there already."""
        request = self._request
        size = self.view.size_in_cells() if self.isVisible() else FIRST_SIZE
        fresh = (
            Attach(size)
            if isinstance(request, Attach)
            else Execute(size, request.command, request.user, request.directory)
        )
        if self._emulator.fed:
            self._emulator.leave_programs()
        self.end.hide()
        self.running, self.failed, self.view.enabled = True, False, True
        self.bar.tell(self._word or "…", "opening")
        self._task = tasks.channel(self, pump, self._session, self.ref, fresh, self._emulator, key="terminal")
        self._task.items.connect(self._on_heard)
        self._task.failed.connect(self._on_failed)
        self._task.finished.connect(self._on_finished)
        self.changed.emit()

    def close_down(self) -> tasks.Task | None:
        """Let go of the connection; what runs inside is told so by the task that is answered."""
        tasks.cancel(self, "terminal")
        self.running = False
        return self._task

    def open_search(self) -> None:
        """Open the search."""
        self.bar.open_search()

    def _send(self, message: bytes | Size) -> None:
        if self._task is not None and self.running:
            self._task.send(message)

    def _on_heard(self, heard: list[Fed | Opened | Ended]) -> None:
        for one in heard:
            match one:
                case Opened(command, note):
                    self._word = shlex.join(command[:1]) if command else "attach"
                    self.bar.tell(self._word, ", ".join(filter(None, (note, self._whose()))))
                    self.changed.emit()
                case Ended(exit_code):
                    said = f", exit code {exit_code}" if exit_code is not None else ""
                    self._ended(f"Ended at {clock_text(time.time())}{said}.", failed=False)
        if FED in heard and not self._showing.isActive():
            self._showing.start(max(0, round((self._next - time.monotonic()) * 1000)))

    def _show_news(self) -> None:
        """At once after silence; seldom in a flood, which nobody can read, and which is over the sooner for it."""
        fed, self._fed = self._emulator.fed - self._fed, self._emulator.fed
        self.view.refresh()
        self.bar.tell_hits(self.view.hits)
        self._next = time.monotonic() + max(FLOOD_FRAME if fed > FLOOD else FRAME, 2 * self.view.cost)

    def _whose(self) -> str:
        request = self._request
        if isinstance(request, Attach):
            return f"process 1 of {self.ref.name}; closing leaves it running"
        return " ".join(
            filter(None, (request.user and f"as {request.user}", request.directory and f"in {request.directory}"))
        )

    def _on_failed(self, error: AppError) -> None:
        self._ended(sentence(error), failed=True)

    def _on_finished(self) -> None:
        if self.running:  # without an end of its own: the session was closed
            self._ended("The context was closed.", failed=False)

    def _ended(self, words: str, *, failed: bool) -> None:
        self.running, self.failed, self.view.enabled = False, failed, False
        self.end.say(display(words, 400), failed)
        self.view.refresh()
        self.changed.emit()

    # -- pasting, finding, menu

    def _on_paste(self, text: str) -> None:
        if len(text.splitlines()) > 1 or text.endswith(("\n", "\r")):
            with self._emulator.locked() as terminal:
                bracketed = terminal.mode(2004)
            self.paste.ask(text, bracketed)
        else:
            self._on_answer(text)

    def _on_answer(self, text: str) -> None:
        if text:
            self._send(self.view.typing.paste(text))
        self.view.setFocus()

    def _look_for(self, text: str) -> None:
        self.view.finder.look_for(text)
        self._step(True)

    def _step(self, older: bool) -> None:
        self.view.finder.step(older)
        self.view.refresh()
        self.bar.tell_hits(self.view.hits)

    def _open_menu(self, at: QPoint) -> None:
        menu = Menu(parent=self)
        clipboard = QGuiApplication.clipboard()
        menu.add("Copy", self.view.copy, icon="copy", shortcut="Ctrl+Shift+C",
                 why_not=None if self.view.selected() else "nothing is selected")  # fmt: skip
        menu.add("Paste", self.view.paste, icon="paste", shortcut="Ctrl+Shift+V",
                 why_not=None if self.running else "nothing runs here")  # fmt: skip
        menu.add("Select all", self.view.select_all)
        menu.add("Copy everything", lambda: clipboard.setText(self._emulator.contents()))
        menu.addSeparator()
        menu.add("Find…", self.open_search, icon="search", shortcut="Ctrl+Shift+F")
        menu.add("Another one here", self.another_wanted.emit, icon="terminal", shortcut="Ctrl+Shift+T")
        menu.add("Copy the command", lambda: clipboard.setText(self.twin))
        menu.addSeparator()
        menu.add("Close", self.close_wanted.emit, icon="close", shortcut="Ctrl+Shift+W")
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)
