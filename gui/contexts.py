"""The contexts that were found and those that are open: each open one with its session and its state."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import MappingProxyType

from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal

from gui import tasks
from models.connection import ConnectionState, Phase
from models.context import Context, Drift
from models.discovery import with_aliases
from models.system import SystemFacts
from services.session import Session

Connect = Callable[[Context], Session]
Marked = Callable[[Context], Context]  # the same with the user's present marks on it


class OpenContext(QObject):
    """One open context: its session, the state of its connection, and what it says of itself."""

    state_changed = Signal(object)  # ConnectionState
    facts_changed = Signal(object)  # SystemFacts
    context_changed = Signal(object)  # Context: its marks, its other names, or what has become of its file
    trust_wanted = Signal()  # the user wants to look at the certificate that keeps it from being reached

    def __init__(self, context: Context, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self.context = context
        self.session = session
        self.state = ConnectionState(Phase.CONNECTING, since=time.time())
        self.facts: SystemFacts | None = None
        self._joined: tuple[str, ...] = ()  # names of other ways to the same engine
        states = tasks.stream(self, session.states, key="states")
        states.items.connect(self._on_states)

    def follow(self, found: Context | None, marked: Marked) -> None:
        """Take over what its file says now, and the user's marks. It stays with its engine, and says where that is
        no longer what the file says: such an engine may well live."""
        if found is None:
            gone = replace(self.context, drift=Drift.GONE, named=False)
            context = marked(gone if self.context.of_file else self.context)
        elif found.id != self.context.id:  # another file that names the same endpoint stands for both now
            context = marked(replace(self.context, drift=Drift.NONE))
        elif found.endpoint != self.context.endpoint:
            context = marked(replace(self.context, drift=Drift.MOVED, named=False))
        else:
            context = with_aliases(found, self._joined)
        self._set_context(context)

    def join(self, other: Context) -> None:
        """Be known by the names of `other` as well: it leads to the same engine."""
        self._joined += (other.name, *other.aliases)
        self._set_context(with_aliases(self.context, self._joined))

    def _set_context(self, context: Context) -> None:
        if context == self.context:
            return
        before, self.context = self.context, context
        self.session.context = context
        self.context_changed.emit(context)
        if self.state.live and context.way != before.way:
            self.read_facts()  # they tell how it is reached

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
    trust_wanted = Signal(object)  # OpenContext

    def __init__(self, connect: Connect, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._connect = connect
        self.found: tuple[Context, ...] = ()
        self.open_ones: list[OpenContext] = []
        self.current: OpenContext | None = None

    def set_found(
        self,
        found: Sequence[Context],
        marked: Marked = lambda context: context,
        also: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """The contexts that exist now; `also`: ids that stand under another one, as in models.discovery.

        An open one that is gone stays open until it is closed.
        """
        self.found = tuple(found)
        by_id = {context.id: context for context in found}
        for open_one in self.open_ones:
            own = open_one.context.id
            open_one.follow(by_id.get(also.get(own, own)), marked)
        self.found_changed.emit()

    def open(self, context: Context, *, make_current: bool = True) -> OpenContext:
        """Open it, or go to it where it is open already."""
        open_one = self.find(context.id)
        if open_one is None:
            open_one = OpenContext(context, self._connect(context), self)
            self.open_ones.append(open_one)
            open_one.facts_changed.connect(partial(self._on_facts, open_one))
            open_one.trust_wanted.connect(partial(self.trust_wanted.emit, open_one))
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
                first.join(open_one.context)
                was_current = self.current is open_one
                self.close(open_one)
                if was_current:
                    self.set_current(first)
                return

    def close_all(self) -> None:
        """At the end of the application; returns at once."""
        for open_one in self.open_ones:
            open_one.session.close()
