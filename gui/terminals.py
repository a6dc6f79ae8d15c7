"""The window's terminals: they belong to it, not to the page that opened them."""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from gui import tasks
from models.kind import Ref
from models.terminal import Execute, Request, Size
from models.text import command_text
from services.cancel import CancelScope
from services.session import Session, Shell

if TYPE_CHECKING:
    from gui.terminal.pane import TerminalPane


_PANE = "gui.terminal.pane"
GOODBYE = 1.0  # seconds at exit
SHELL = Execute(Size(80, 24))  # the pane knows its size better


class Terminals(QObject):
    """All of them, oldest first."""

    opened = Signal(object)  # TerminalPane
    closed = Signal(object)
    shown = Signal(object)  # somebody wants to see it

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.all: list[TerminalPane] = []

    def open(self, session: Any, ref: Ref, request: Request = SHELL) -> None:
        """Begin one; without a request with the best shell that is there. `why_no_terminals` must be None.

        The emulator is loaded with the first one, in a worker: that takes some tenths of a second.
        """
        if _PANE in sys.modules:
            self._begin(session, ref, request)
        else:
            loading = tasks.run(self, _load)
            loading.succeeded.connect(lambda _module: self._begin(session, ref, request))

    def _begin(self, session: Any, ref: Ref, request: Request) -> None:
        from gui.terminal.pane import TerminalPane

        pane = TerminalPane(session, ref, request, terminal_command(session, ref, request))
        pane.close_wanted.connect(lambda: self.close(pane))
        pane.another_wanted.connect(lambda: self.open(session, ref, request))
        self.all.append(pane)
        self.opened.emit(pane)
        pane.start()

    def show(self, pane: TerminalPane) -> None:
        """Bring it into sight."""
        self.shown.emit(pane)

    def close(self, pane: TerminalPane) -> None:
        """End it, and forget it."""
        if pane in self.all:
            self.all.remove(pane)
            pane.close_down()
            self.closed.emit(pane)
            pane.deleteLater()

    def leave(self) -> None:
        """End all, and let what runs in them be told so before the connections go. At exit only."""
        ended = [pane.close_down() for pane in self.all]
        tasks.wait_for(filter(None, ended), GOODBYE)

    def of(self, ref: Ref) -> list[TerminalPane]:
        """Those of one object."""
        return [pane for pane in self.all if pane.ref == ref]

    @property
    def busy(self) -> list[TerminalPane]:
        """Those in which something runs."""
        return [pane for pane in self.all if pane.running]


def _load(_scope: CancelScope) -> ModuleType:
    return import_module(_PANE)


def terminal_command(session: Any, ref: Ref, request: Request) -> str:
    """The command line that does the same, ready to paste."""
    return command_text((*session.context.command, *session.terminal_twin(ref, request)))


def why_no_terminals(session: Session) -> str | None:
    """Why this session has none, or None."""
    from importlib.util import find_spec

    if not isinstance(session, Shell):
        return "terminals are not offered here"
    return None if find_spec("pyghostty") else "the terminal's emulator, pyghostty, is not available on this system"
