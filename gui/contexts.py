"""The contexts that were found and those that are open: each open one with its session and its state."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject, Signal

from gui import tasks
from models.connection import ConnectionState, Phase
from models.context import Context
from models.discovery import with_aliases
from models.system import SystemFacts
from services.session import Session

Connect = Callable[[Context], Session]


class OpenContext(QObject):
    """One open context: its session, the state of its connection, and what it says of itself."""

    state_changed = Signal(object)  # ConnectionState
    facts_changed = Signal(object)  # SystemFacts
    context_changed = Signal(object)  # Context: colour, label or protection

    def __init__(self, context: Context, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self.context = context
        self.session = session
        self.state = ConnectionState(Phase.CONNECTING, since=time.time())
        self.facts: SystemFacts | None = None
        states = tasks.stream(self, session.states, key="states")
        states.items.connect(self._on_states)

    def set_context(self, context: Context) -> None:
        """The user has given it another colour, name or protection."""
        self.context = context
        self.session.context = context
        self.context_changed.emit(context)

    def close(self) -> None:
        """Free everything that belongs to it; returns at once."""
        self.session.close()
        self.deleteLater()

    def read_facts(self) -> None:
        """Ask the engine anew what it is."""
        facts = tasks.run(self, self.session.system, key="system")
        facts.succeeded.connect(self._on_facts)

    def _on_states(self, states: Sequence[ConnectionState]) -> None:
        came_alive = not self.state.live and states[-1].live
        self.state = states[-1]
        self.state_changed.emit(self.state)
        if came_alive:
            self.read_facts()

    def _on_facts(self, facts: SystemFacts) -> None:
        self.facts = facts
        self.facts_changed.emit(facts)


class Contexts(QObject):
    """All contexts: `found` to choose from, `opened` side by side, one of them current."""

    found_changed = Signal()
    opened = Signal(object)  # OpenContext
    closed = Signal(object)  # OpenContext, before it goes
    current_changed = Signal(object)  # OpenContext | None

    def __init__(self, connect: Connect, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._connect = connect
        self.found: tuple[Context, ...] = ()
        self.open_ones: list[OpenContext] = []
        self.current: OpenContext | None = None

    def set_found(self, found: Sequence[Context]) -> None:
        """The contexts that exist now. An open one that is gone stays open until closed: its engine may well live."""
        self.found = tuple(found)
        by_id = {context.id: context for context in found}
        for open_one in self.open_ones:
            context = by_id.get(open_one.context.id)
            if context is not None and context != open_one.context and context.endpoint == open_one.context.endpoint:
                open_one.set_context(context)
        self.found_changed.emit()

    def open(self, context: Context, *, make_current: bool = True) -> OpenContext:
        """Open it, or go to it where it is open already."""
        open_one = self.find(context.id)
        if open_one is None:
            open_one = OpenContext(context, self._connect(context), self)
            self.open_ones.append(open_one)
            open_one.facts_changed.connect(partial(self._on_facts, open_one))
            self.opened.emit(open_one)
        if make_current:
            self.set_current(open_one)
        return open_one

    def find(self, context_id: str) -> OpenContext | None:
        """The open context of this id."""
        return next((one for one in self.open_ones if one.context.id == context_id), None)

    def set_current(self, open_one: OpenContext | None) -> None:
        """Show this one; None shows the list of contexts."""
        if open_one is not self.current:
            self.current = open_one
            self.current_changed.emit(open_one)

    def close(self, open_one: OpenContext) -> None:
        """Close it and go to its neighbour."""
        place = self.open_ones.index(open_one)
        self.open_ones.remove(open_one)
        if self.current is open_one:
            self.set_current(self.open_ones[min(place, len(self.open_ones) - 1)] if self.open_ones else None)
        self.closed.emit(open_one)
        open_one.close()

    def _on_facts(self, open_one: OpenContext, facts: SystemFacts) -> None:
        """Two ways to one engine are one tile with both names: the one that was there first stays."""
        if not facts.engine_id:
            return
        for first in self.open_ones:
            if first is not open_one and first.facts is not None and first.facts.engine_id == facts.engine_id:
                names = (open_one.context.name, *open_one.context.aliases)
                first.set_context(with_aliases(first.context, names))
                was_current = self.current is open_one
                self.close(open_one)
                if was_current:
                    self.set_current(first)
                return

    def close_all(self) -> None:
        """At the end of the application; returns at once."""
        for open_one in self.open_ones:
            open_one.session.close()
