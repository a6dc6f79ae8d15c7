"""The window's terminals: they belong to it, not to the page that opened them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from models.kind import Ref
from models.terminal import Request
from services.session import Session, Shell

if TYPE_CHECKING:
    from gui.terminal.pane import TerminalPane


class Terminals(QObject):
    """All of them, oldest first."""

    opened = Signal(object)  # TerminalPane
    closed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.all: list[TerminalPane] = []

    def open(self, session: Any, ref: Ref, request: Request, twin: str) -> TerminalPane:
        """Begin one; `twin` is the command that does the same."""
        from gui.terminal.pane import TerminalPane  # with the emulator: not before the first terminal

        pane = TerminalPane(session, ref, request, twin)
        self.all.append(pane)
        self.opened.emit(pane)
        pane.start()
        return pane

    def close(self, pane: TerminalPane) -> None:
        """End it, and forget it."""
        if pane in self.all:
            self.all.remove(pane)
            pane.close_down()
            self.closed.emit(pane)
            pane.deleteLater()

    def of(self, ref: Ref) -> list[TerminalPane]:
        """Those of one object."""
        return [pane for pane in self.all if pane.ref == ref]

    @property
    def busy(self) -> list[TerminalPane]:
        """Those in which something runs."""
        return [pane for pane in self.all if pane.running]


def why_no_terminals(session: Session) -> str | None:
    """Why this session has none, or None."""
    from importlib.util import find_spec

    if not isinstance(session, Shell):
        return "terminals are not offered here"
    return None if find_spec("pyghostty") else "the terminal's emulator, pyghostty, is not available on this system"
