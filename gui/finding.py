"""Looks for contexts at the start and whenever a file or socket changes; opens what should be open."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from msgspec import Struct
from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer

from gui import tasks
from gui.contexts import Contexts, OpenContext
from gui.memory import Memory
from gui.messages import sentence
from gui.window.lobby import Lobby
from models.connection import ConnectionState, Phase
from models.context import DEMO_CONTEXT, Context
from models.discovery import Discovery, keep_last_good
from models.errors import AppError
from models.text import display
from services.cancel import CancelScope
from services.contexts import with_answers

_REST = 200  # ms after the last change before looking again
_NET = 5_000  # ms between looks that need no change: a watched file is lost when it is replaced


class _Look(Struct, frozen=True):
    discovery: Discovery
    folders: tuple[str, ...]


class Finding(QObject):
    """Keeps the list of contexts true."""

    def __init__(
        self, contexts: Contexts, lobby: Lobby, memory: Memory, options: argparse.Namespace, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._contexts, self._lobby, self._memory, self._options = contexts, lobby, memory, options
        self._first = True  # whether nothing was opened yet
        self._last: _Look | None = None
        self._found = Discovery()  # as files say, without the user's marks
        self._watcher = QFileSystemWatcher(self)
        self._rest = QTimer(self, singleShot=True, interval=_REST)
        self._net = QTimer(self, interval=_NET)
        self._watcher.directoryChanged.connect(lambda _path: self._rest.start())
        self._rest.timeout.connect(self.look)
        self._net.timeout.connect(self.look)
        lobby.open_wanted.connect(contexts.open)
        lobby.look_wanted.connect(self._look_anew)
        lobby.demo_wanted.connect(self.open_demo)
        memory.marks_changed.connect(self._tell)

    def look(self) -> None:
        """Look once, in the background."""
        in_lobby = self._contexts.current is None  # then people want to know which sockets answer
        task = tasks.run(self, _look, in_lobby, key="look")
        task.succeeded.connect(self._on_look)
        task.failed.connect(self._on_failed)

    def open_demo(self) -> None:
        """The engine in memory."""
        self._contexts.open(self._memory.marked(DEMO_CONTEXT))

    def _look_anew(self) -> None:
        self._last = None
        self.look()

    def _on_failed(self, error: AppError) -> None:
        self._net.start()
        self._lobby.show_trouble("Contexts could not be looked for.", sentence(error))

    def _on_look(self, look: _Look) -> None:
        first, self._first = self._first, False
        self._net.start()
        if look == self._last:
            return
        self._last = look
        gone = set(self._watcher.directories()) - set(look.folders)
        if gone:
            self._watcher.removePaths(sorted(gone))
        new = [folder for folder in look.folders if folder not in self._watcher.directories()]
        if new:
            self._watcher.addPaths(new)
        self._found = keep_last_good(self._found, look.discovery)
        self._tell()
        self._lobby.show_looked(look.discovery.looked)
        if look.discovery.problems:
            self._lobby.show_trouble("A context file cannot be read.", display("; ".join(look.discovery.problems)))
        else:
            self._lobby.banner.hide()
        if first:
            self.open_first(self._found)

    def _tell(self) -> None:
        marked = self._memory.marked
        self._contexts.set_found([marked(context) for context in self._found.contexts], marked, self._found.also)

    def open_first(self, discovery: Discovery) -> None:
        """What was asked for; else what was open last time; else what the docker command would use."""
        openable = {context.id: context for context in self._contexts.found if context.problem is None}
        if self._options.demo:
            self.open_demo()
            return
        if self._options.context is not None:
            self._open_named(self._options.context, list(openable.values()))
            return
        for context_id in self._memory.settings.open_contexts:
            known = discovery.find(context_id)
            if known is not None and known.id in openable and not known.click_to_open:
                current = context_id == self._memory.settings.current_context
                self._contexts.open(openable[known.id], make_current=current)
        if self._contexts.open_ones:
            if self._contexts.current is None:
                self._contexts.set_current(self._contexts.open_ones[0])
        elif discovery.preferred in openable and not openable[discovery.preferred].click_to_open:
            self._contexts.open(openable[discovery.preferred])
        else:
            self._open_what_answers([context for context in openable.values() if context.scheme == "unix"])

    def _open_named(self, name: str, openable: list[Context]) -> None:
        for context in openable:
            if name in (context.name, context.endpoint, context.id, *context.aliases):
                self._contexts.open(context)
                return
        self._lobby.show_trouble("No such context.", f"{display(name)} was asked for; these were found.")

    def _open_what_answers(self, candidates: list[Context]) -> None:
        """Try them one after the other; what does not answer is closed again."""
        if not candidates:
            return
        context, rest = candidates[0], candidates[1:]
        open_one = self._contexts.open(context, make_current=not rest)

        def decide(state: ConnectionState) -> None:
            if state.live or state.phase is Phase.UNREACHABLE:
                open_one.state_changed.disconnect(decide)  # what becomes of it later is the user's affair
                self._on_answer(open_one, rest)

        open_one.state_changed.connect(decide)

    def _on_answer(self, open_one: OpenContext, rest: list[Context]) -> None:
        if self._contexts.current is not None or self._contexts.find(open_one.context.id) is None:
            return
        if open_one.state.live:
            self._contexts.set_current(open_one)
        else:
            self._contexts.close(open_one)
            self._open_what_answers(rest)


def _look(ask: bool, scope: CancelScope) -> _Look:
    # What the first context opens with is imported here, after the first paint and in the worker: on the GUI thread it
    # would be one long pause. Classes may be defined in any thread; objects of Qt are made by none of these modules.
    import gui.window.place  # noqa: F401
    import services.demo
    import services.docker.session  # noqa: F401
    from services.docker.contexts import discover, watch_paths

    home = Path.home()
    found = discover(os.environ, home)
    folders = tuple(str(path) for path in watch_paths(os.environ, home))
    return _Look(with_answers(found, scope) if ask else found, folders)
