"""An open Docker context: everything that can be asked of one engine, behind services.session.Session."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from models.changes import Change
from models.connection import ConnectionState
from models.context import Context
from models.docker import KINDS
from models.docker.container import Container
from models.docker.terminal import terminal_twin
from models.docker.verdict import Events as PastEvents
from models.errors import Unsupported
from models.kind import Options, Ref, ResourceKind
from models.logs import Gap, LogChunk, LogOptions
from models.series import Measured
from models.system import SystemFacts
from models.terminal import Ended, Opened, Request
from services.cancel import CancelScope
from services.docker import actions
from services.docker.connection import Connection, Pace
from services.docker.engine import Engine
from services.docker.events import Events
from services.docker.history import Chronicle, joined, past_events
from services.docker.history_of_stats import Ledger, measured
from services.docker.watch import Containers
from services.file_store import Files
from services.session import Inbox, Outcome, Runner

if TYPE_CHECKING:
    from models.docker.facts import Probe
    from models.docker.namespaces import NamespaceMap
    from models.docker.post_mortem import Case
    from models.docker.processes import Look


class DockerSession:
    """One engine, with its own threads, connections and time limits; returns at once and connects in the background."""

    kinds: tuple[ResourceKind, ...] = KINDS

    def __init__(self, context: Context, pace: Pace | None = None) -> None:
        """Begin to connect. `pace` is for tests that cannot wait."""
        self._scope = CancelScope()
        self._engine = Engine(context)
        self._connection = Connection(self._engine, pace or Pace())
        self._chronicle = Chronicle(self.now)
        self._events = Events(self._engine, self._connection, self.now, self._chronicle.note)
        self._ledger = Ledger()
        self._containers = Containers(self._engine, self._connection, self._events, self._ledger)

    @property
    def context(self) -> Context:
        """How the engine is reached, with the user's marks."""
        return self._engine.context

    @context.setter
    def context(self, context: Context) -> None:
        """Take over other marks; where they lead another way, all connections are made anew. Returns at once."""
        before, self._engine.context = self._engine.context, context
        if context.way != before.way:
            self._connection.renew()

    def states(self, scope: CancelScope) -> Iterator[ConnectionState]:
        """The present state, then each newer one, until cancelled or closed."""
        return self._connection.states(scope)

    def retry_now(self) -> None:
        """End the present back-off, of the connection or of a list that fails while the connection lives."""
        self._connection.retry_now()
        self._events.renew()

    def now(self) -> float:
        """The engine's clock, seconds since the epoch."""
        return time.time() + self._connection.state.clock_offset

    def watch(self, kind: str, scope: CancelScope) -> Iterator[Change[Container]]:
        """First a Reset, then Changed; on trouble Stale and, when back, Reset again."""
        if kind != "containers":
            raise Unsupported(f"Docker has no {kind!r}")
        with self._within(scope) as mine:
            yield from self._containers.watch(mine)

    def inspect(self, ref: Ref, scope: CancelScope) -> bytes:
        """The raw document of GET /containers/{id}/json, or of its image's. Raises Gone, Unreachable, TimedOut."""
        return self._engine.get(f"/{ref.kind}/{ref.id}/json", None, scope)

    def past_events(self, ref: Ref, since: float, until: float, scope: CancelScope) -> PastEvents:
        """A container's starts, signals and ends between two of the engine's times, as it and we remember them."""
        remembered = past_events(self._engine, ref.id, since, min(until, self.now()), scope)
        return joined(remembered, self._chronicle.of(ref.id, since, until))

    def measured(self, refs: Sequence[Ref], reach: float, scope: CancelScope) -> Iterator[Measured]:
        """What these containers cost since `reach` seconds ago, with their turning points, as long as one looks."""
        ids = [ref.id for ref in refs]
        with self._within(scope) as mine:
            yield from measured(self._engine, self._ledger, self._chronicle, self.now, ids, reach, mine)

    def post_mortem(self, ref: Ref, scope: CancelScope) -> Case:
        """What is known of the ends of a container, by the engine and by what was seen of it since this was opened."""
        from services.docker.post_mortem import case_of

        with self._within(scope) as mine:
            return case_of(self._engine, self._chronicle, self._ledger, self.logs, self.now, ref, mine)

    def probe(self, ref: Ref, test: Sequence[str], shell: bool, seconds: float, scope: CancelScope) -> Probe:
        """Run a health check's command once in a container, for `seconds` at most, beside the engine's own probes."""
        from services.docker.post_mortem_probe import probe

        with self._within(scope) as mine:
            return probe(self._engine, ref, test, shell, seconds, self.now, mine)

    def act(self, call: str, refs: Sequence[Ref], options: Options, scope: CancelScope) -> Iterator[Outcome]:
        """Do it to each in turn; failures are outcomes. `sizes` (of these, or of all) fills the rows' size."""
        if call == "sizes":
            self._containers.note_sizes(actions.sizes(self._engine, refs, scope))
            yield from map(Outcome, refs)
        elif call == "signal-process":
            from services.docker.processes import signal_processes

            yield from signal_processes(self._engine, refs, options, self.now, scope)
        else:
            yield from actions.act(self._engine, call, refs, options, scope)

    def preview(self, call: str, options: Options, scope: CancelScope) -> Sequence[Container]:
        """The containers that `prune` would remove now, with their sizes."""
        if call != "prune":
            raise Unsupported(f"There is no preview of {call!r}")
        return actions.prunable(self._engine, scope)

    def logs(self, ref: Ref, options: LogOptions, scope: CancelScope) -> Iterator[LogChunk | Gap]:
        """GET /containers/{id}/logs in blocks; survives the loss of the engine while it follows."""
        from services.docker.logs import logs

        with self._within(scope) as mine:
            yield from logs(self._engine, self._connection, self._events, ref, options, mine)

    def terminal(
        self, ref: Ref, request: Request, inbox: Inbox, scope: CancelScope
    ) -> Iterator[bytes | Opened | Ended]:
        """A command in a container, or its process 1, with a terminal; the inbox carries keys and sizes."""
        from services.docker.terminal import terminal

        with self._within(scope) as mine:
            yield from terminal(self._engine, self._connection, ref, request, inbox, mine)

    def terminal_twin(self, ref: Ref, request: Request) -> tuple[str, ...]:
        """The words of `docker exec` or `docker attach`."""
        return terminal_twin(ref, request)

    def processes(self, ref: Ref, scope: CancelScope) -> Iterator[Look]:
        """A running container's processes, looked at every two seconds by GET /containers/{id}/top."""
        from services.docker.processes import processes

        with self._within(scope) as mine:
            yield from processes(self._engine, ref, self.now, mine)

    def files(self, ref: Ref) -> Files:
        """The files of a container; returns at once."""
        from services.docker.file_tree import ContainerFiles

        return ContainerFiles(self._engine, ref)

    def runner(self) -> Runner:
        """How containers are made here."""
        from services.docker.runner import DockerRunner

        return DockerRunner(self._engine, self._within)

    def namespaces(self, scope: CancelScope) -> Iterator[NamespaceMap]:
        """The namespaces of all containers, again whenever one comes, goes, starts or ends."""
        from services.docker.namespaces import Reader, kept_map

        with self._within(scope) as mine:
            yield from kept_map(self._containers.watch(mine), Reader(self._engine).read, mine)

    def system(self, scope: CancelScope) -> SystemFacts:
        """What this engine is, by GET /info and /version."""
        from services.docker.system import system_facts

        return system_facts(self._engine, scope)

    @contextmanager
    def _within(self, scope: CancelScope) -> Iterator[CancelScope]:
        """A scope that ends with the caller's and with the session."""
        mine = scope.child()
        try:
            with self._scope.unblocking(mine.cancel):
                yield mine
        finally:
            mine.cancel()  # so that the caller's scope forgets it

    def close(self) -> None:
        """Cancel everything and free the connections; returns without waiting. Threads end within a second."""
        self._scope.cancel()
        self._containers.close()
        self._connection.close()

    def join(self, seconds: float = 3.0) -> None:
        """Wait for the connection's thread after `close`."""
        self._connection.join(seconds)
