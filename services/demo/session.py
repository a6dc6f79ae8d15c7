"""The demo: an engine that lives in memory, behind the same protocols as a real one. For trying and for tests."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

import msgspec
from msgspec.structs import replace

from models.changes import Change, Changed, Reset, Stale
from models.connection import ConnectionState
from models.context import DEMO_CONTEXT, Context
from models.docker import KINDS
from models.docker.container import Container, State
from models.docker.facts import Probe
from models.docker.namespaces import Engine, NamespaceMap, Spaces, read_spaces
from models.docker.post_mortem import Case
from models.docker.processes import Look
from models.docker.terminal import terminal_twin
from models.docker.verdict import Events
from models.errors import AppError, Refused, Unsupported
from models.kind import Options, Ref
from models.logs import Gap, LogChunk, LogOptions
from models.series import Measured
from models.system import SystemFacts
from models.terminal import Ended, Opened, Request
from services.cancel import CancelScope
from services.demo import actions
from services.demo.connection import Connection
from services.demo.document import document, image_document
from services.demo.fleet import Fleet
from services.demo.history import past_events
from services.demo.life import size
from services.demo.logs import chunks, entries
from services.demo.shell import terminal
from services.demo.system import demo_facts
from services.file_store import Files
from services.session import Inbox, Outcome, Runner

_TICK = 0.25  # seconds between two looks at the fleet; changes by hand are seen at once
_BETWEEN_LISTS = 0.5  # seconds from a list that failed to the next attempt
_PAGE = 500  # rows of a Reset's first page and of those that follow
_KIND = "containers"


class DemoSession:
    """All protocols of a session over a sample fleet that lives on by the clock; starts no thread.

    The same `seed` and the same clock give the same rows. `speed` lets its time pass faster than the clock.
    The methods under "Faults" are for tests and for trying: they make this engine behave badly.
    """

    kinds = KINDS

    def __init__(
        self,
        context: Context = DEMO_CONTEXT,
        seed: int = 7,
        clock: Callable[[], float] = time.time,
        speed: float = 1.0,
    ) -> None:
        self.context = context
        self._clock = clock
        self._speed = speed
        self._began = clock()
        self._fleet = Fleet(seed, self._began)
        self._connection = Connection(clock)
        self._closing = CancelScope()
        self._slow = 0.0
        self._failures: dict[str, list[AppError]] = {}
        self._files: dict[str, Files] = {}
        self._killed: set[str] = set()  # processes that were ended by hand

    # Session

    def now(self) -> float:
        """The sample engine's clock, seconds since the epoch."""
        return self._began + (self._clock() - self._began) * self._speed

    def states(self, scope: CancelScope) -> Iterator[ConnectionState]:
        """The present state, which is live at the beginning, then each change; the last one is CLOSED."""
        yield from self._connection.states(scope)

    def retry_now(self) -> None:
        """End the present back-off."""
        self._connection.retry()

    def watch(self, kind: str, scope: CancelScope) -> Iterator[Change[Any]]:
        """First a Reset, then Changed; Stale while the connection is lost, and Reset again. Raises Unsupported."""
        if kind != _KIND:
            raise Unsupported(f"The demo has no {kind}")
        with self._own(scope) as scope:
            while not scope.cancelled:
                try:
                    self._answer("watch", scope)
                except AppError as error:
                    yield Stale(error, self._connection.live_until)
                    if self._wait_for_connection(scope):
                        scope.wait(_BETWEEN_LISTS)
                else:
                    yield from self._watched(scope)

    def inspect(self, ref: Ref, scope: CancelScope) -> bytes:
        """The raw JSON document of a container or of the image of one, as a modern engine writes it. Raises Gone."""
        with self._own(scope) as scope:
            self._answer("inspect", scope)
        with self._advanced() as fleet:
            if ref.kind == "images":
                return msgspec.json.encode(image_document(fleet.user_of(ref.id)))
            return msgspec.json.encode(document(fleet.find(ref.id), fleet.time))

    def act(self, call: str, refs: Sequence[Ref], options: Options, scope: CancelScope) -> Iterator[Outcome]:
        """Do it to each in turn, in about the time that an engine takes. Raises Unsupported for an unknown call.

        `sizes` (of these, or of all) fills the rows' size.
        """
        if call == "signal-process":
            yield from map(partial(self._signal_process, options, scope), refs)
            return
        if call not in actions.CALLS:
            raise Unsupported(f"The demo cannot {call}")
        with self._own(scope) as scope:
            for ref in refs or (self._all() if call == "sizes" else ()):
                outcome = self._attempt(call, ref, options, scope)
                if outcome is None:
                    return
                yield outcome

    def system(self, scope: CancelScope) -> SystemFacts:
        """What the sample engine says of itself."""
        with self._own(scope) as scope:
            self._answer("system", scope)
        with self._advanced() as fleet:
            return demo_facts(self.context, [fleet.row(life) for life in fleet.lives()])

    def close(self) -> None:
        """End every watch, stream and wait; returns at once."""
        self._connection.close()
        self._closing.cancel()

    # LogSource, EventSource, Shell, StatsSource and Previewer

    def logs(self, ref: Ref, options: LogOptions, scope: CancelScope) -> Iterator[LogChunk | Gap]:
        """Its lines in blocks, oldest first; a Gap where the connection was lost and one where it is back."""
        with self._own(scope) as scope:
            self._answer("logs", scope)
            yield from self._logs(ref, options, scope)

    def terminal(
        self, ref: Ref, request: Request, inbox: Inbox, scope: CancelScope
    ) -> Iterator[bytes | Opened | Ended]:
        """A sample shell in a running container. Raises Gone; Refused where it does not run."""
        with self._own(scope) as scope:
            self._answer("terminal", scope)
            with self._advanced() as fleet:
                container = fleet.row(fleet.find(ref.id))
            if not container.running:
                raise Refused(f"Container {container.short_id} is not running")
            with scope.unblocking(lambda: inbox.put(None)):
                yield from terminal(container, request, inbox)
            self._answer("terminal", scope)

    def terminal_twin(self, ref: Ref, request: Request) -> tuple[str, ...]:
        """The words of `docker exec` or `docker attach`."""
        return terminal_twin(ref, request)

    def files(self, ref: Ref) -> Files:
        """The files of a sample container, which live as long as the session."""
        from services.demo.files import DemoFiles

        if ref.id not in self._files:
            self._files[ref.id] = DemoFiles(lambda: self.context, ref, self.inspect, self.now)
        return self._files[ref.id]

    def processes(self, ref: Ref, scope: CancelScope) -> Iterator[Look]:
        """A look at its sample processes every two seconds. Raises Gone; Refused where it does not run."""
        from services.demo.processes import looks

        with self._own(scope) as scope:
            yield from looks(self._advanced, self._answer, ref, self._killed, scope)

    def namespaces(self, scope: CancelScope) -> Iterator[NamespaceMap]:
        """The namespaces of all sample containers, again whenever one comes, goes, starts or ends."""
        from services.docker.namespaces import kept_map

        def read(row: Container, scope: CancelScope) -> Spaces:
            return read_spaces(self.inspect(Ref(_KIND, row.id, row.name), scope), Engine())

        yield from kept_map(self.watch(_KIND, scope), read, scope)

    def past_events(self, ref: Ref, since: float, until: float, scope: CancelScope) -> Events:
        """Starts, signals and ends between two times of the engine's clock, seconds since the epoch. Raises Gone."""
        with self._own(scope) as scope:
            self._answer("events", scope)
        with self._advanced() as fleet:
            return past_events(fleet.find(ref.id), since, until)

    def post_mortem(self, ref: Ref, scope: CancelScope) -> Case:
        """All that is known of the ends of this container. Raises Gone."""
        from services.demo.post_mortem import case_of
        from services.docker.post_mortem import last_lines

        with self._own(scope) as scope:
            self._answer("post-mortem", scope)
            with self._advanced() as fleet:
                life, now = fleet.find(ref.id), fleet.time
            return case_of(life, now, lambda died: last_lines(self.logs, ref, died, False, scope))

    def probe(self, ref: Ref, test: Sequence[str], shell: bool, seconds: float, scope: CancelScope) -> Probe:
        """What the sample container's next probe will say, at once. Raises Gone; Refused where it does not run."""
        from models.docker.details import container_details

        with self._own(scope) as scope:
            self._answer("probe", scope)
        details = container_details(self.inspect(ref, scope))
        if not details.running:
            raise Refused(f"Container {details.id[:12]} is not running")
        last = details.health.probes[-1] if details.health and details.health.probes else None
        now = self.now()
        return Probe(now, now + 0.04, last.exit_code if last else 0, last.output if last else "ok")

    def measured(self, refs: Sequence[Ref], reach: float, scope: CancelScope) -> Iterator[Measured]:
        """What these have cost since `reach` seconds ago, again every second or step until cancelled. Raises Gone."""
        from services.demo.stats import Costs

        with self._own(scope) as scope:
            costs = {ref.id: Costs(reach, self.now()) for ref in refs}
            while not scope.cancelled:
                self._answer("measured", scope)
                with self._advanced() as fleet:
                    found = {one: kept.at(fleet.find(one), fleet.time) for one, kept in costs.items()}
                    now = fleet.time
                tracks = {one: track for one, (track, _) in found.items() if len(track)}
                yield Measured(now, tracks, {one: marks for one, (_, marks) in found.items()})
                scope.wait(max((track.step for track in tracks.values()), default=1.0))

    def preview(self, call: str, options: Options, scope: CancelScope) -> Sequence[Container]:
        """The rows that `prune` would remove, with their sizes. Raises Unsupported for other calls."""
        if call != "prune":
            raise Unsupported(f"The demo has no preview of {call}")
        with self._own(scope) as scope:
            self._answer("preview", scope)
        with self._advanced() as fleet:
            return [replace(fleet.row(life), size_rw=size(life)) for life in actions.prunable(fleet)]

    def runner(self) -> Runner:
        """How sample containers are made."""
        from services.demo.runner import DemoRunner

        return DemoRunner(self._fleet, self.now, self._own, self._answer)

    # Faults, for tests and for trying

    def lose(self, error: AppError) -> None:
        """From now on nothing answers, for this reason, until `recover`."""
        self._connection.lose(error)
        self._fleet.bell.ring()

    def recover(self) -> None:
        """The engine is back, with all that happened meanwhile."""
        self._connection.recover()
        self._fleet.bell.ring()

    def slow(self, seconds: float) -> None:
        """Each answer takes this long from now on; 0 ends it."""
        self._slow = seconds

    def fail_next(self, call: str, error: AppError) -> None:
        """The next `call` fails with `error`: "inspect", "logs", "events", "system", "watch", "preview" or an action's.

        Said several times, the following ones fail as well, each with its own.
        """
        self._failures.setdefault(call, []).append(error)
        self._fleet.bell.ring()

    def grow(self, count: int) -> None:
        """`count` synthetic containers more, all at once."""
        with self._advanced() as fleet:
            fleet.grow(count)
        self._fleet.bell.ring()

    def churn(self, share: float) -> None:
        """This share of the synthetic containers changes each second from now on; 0 ends it."""
        with self._advanced() as fleet:
            fleet.churn(share)

    # Inside

    @contextmanager
    def _own(self, scope: CancelScope) -> Iterator[CancelScope]:
        """A scope that the caller's cancellation and `close` both end."""
        own = scope.child()
        with self._closing.unblocking(own.cancel):
            try:
                yield own
            finally:
                own.cancel()

    @contextmanager
    def _advanced(self) -> Iterator[Fleet]:
        with self._fleet.lock:
            self._fleet.advance(self.now())
            yield self._fleet

    def _answer(self, call: str, scope: CancelScope) -> None:
        """What comes before every answer: the delay, the lost connection, the failure that was asked for."""
        if self._slow:
            scope.wait(self._slow)
        if error := self._connection.error:
            raise error
        if failures := self._failures.get(call):
            raise failures.pop(0)

    def _wait_for_connection(self, scope: CancelScope) -> bool:
        """Whether it is back; False: cancelled."""
        heard = self._connection.bell.rung
        while self._connection.error:
            if self._connection.bell.wait(heard, _TICK, scope):
                return False
            heard = self._connection.bell.rung
        return not scope.cancelled

    def _watched(self, scope: CancelScope) -> Iterator[Change[Container]]:
        """Until the connection is lost, a failure is asked for, or the scope is cancelled."""
        heard = self._fleet.bell.rung
        with self._advanced() as fleet:
            version, containers = fleet.version, [life.id for life in fleet.lives()]
        yield Reset(self._page(containers[:_PAGE]))
        for first in range(_PAGE, len(containers), _PAGE):
            yield Changed(self._page(containers[first : first + _PAGE]))
        while not scope.cancelled and not self._connection.error and not self._failures.get("watch"):
            with self._advanced() as fleet:
                version, upserts, removed = fleet.changes(version)
            if upserts or removed:
                yield Changed(upserts, removed)
            self._fleet.bell.wait(heard, _TICK, scope)
            heard = self._fleet.bell.rung

    def _page(self, containers: Sequence[str]) -> tuple[Container, ...]:
        with self._advanced() as fleet:
            return tuple(fleet.rows(containers))

    def _all(self) -> list[Ref]:
        with self._advanced() as fleet:
            return [Ref(_KIND, life.id, life.name) for life in fleet.lives()]

    def _attempt(self, call: str, ref: Ref, options: Options, scope: CancelScope) -> Outcome | None:
        """None: cancelled before it happened."""
        try:
            self._answer(call, scope)
            with self._advanced() as fleet:
                life = fleet.find(ref.id)
                actions.check(call, fleet, life, options)
            if scope.wait(actions.seconds(call, life, options) / self._speed):
                return None
            with self._advanced() as fleet:
                life = fleet.find(ref.id)  # once more: somebody else may have been quicker
                actions.check(call, fleet, life, options)
                note = actions.perform(call, fleet, life, options)
        except AppError as error:
            return Outcome(ref, error)
        self._fleet.bell.ring()
        return Outcome(ref, note=note)

    def _signal_process(self, options: Options, scope: CancelScope, ref: Ref) -> Outcome:
        from services.demo.processes import send

        try:
            self._answer("signal-process", scope)
            with self._advanced() as fleet:
                send(fleet, ref.id, options, self._killed)
        except AppError as error:
            return Outcome(ref, error)
        self._fleet.bell.ring()
        return Outcome(ref)

    def _logs(self, ref: Ref, options: LogOptions, scope: CancelScope) -> Iterator[LogChunk | Gap]:
        with self._advanced() as fleet:
            life, told_to = fleet.find(ref.id), fleet.time
            told = entries(life, options.since or 0.0, min(told_to, options.until or told_to))
        yield from chunks(told if options.tail is None else told[len(told) - min(options.tail, len(told)) :])
        while options.follow and not scope.cancelled:
            if error := self._connection.error:
                yield Gap(str(error), told_to)
                if not self._wait_for_connection(scope):
                    return
                yield Gap(str(error), self.now(), back=True)
            with self._advanced() as fleet:
                told = entries(life, told_to, fleet.time)
                told_to = fleet.time
                ended = life.state in (State.CREATED, State.EXITED, State.DEAD)
            yield from chunks(told)
            if ended or (options.until is not None and told_to >= options.until):
                return
            scope.wait(_TICK)
