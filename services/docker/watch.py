"""The live list of an engine's containers, kept once and shared by all who watch."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

import msgspec
from msgspec.structs import replace

from models.changes import Change, Stale
from models.docker.container import Container, Run, State, Usage
from models.docker.wire import container_rows, run_of
from models.errors import AppError
from services.cancel import CancelScope
from services.docker.connection import Connection
from services.docker.engine import Engine
from services.docker.events import Event, Events, Lost, Opened
from services.docker.history_of_stats import Ledger
from services.docker.inspector import Inspector
from services.docker.stats import Sampler
from services.mailbox import Mailbox

COALESCE = 0.05  # seconds in which events are gathered after one was acted upon
SECOND_LOOK = 0.3  # seconds: an engine announces some changes (connect, pause) before its own list knows them
RELIST_EVERY = 300.0  # seconds: against an event that never came
RELIST_FIRST, RELIST_MOST = 0.8, 30.0  # seconds after a list that failed
MOST_BY_ID = 100  # changed containers that are asked for by id; more are found in the whole list
MOST_AT_ONCE = 4  # changed containers that are inspected before they are shown
AT_ONCE_SECONDS = 0.25

_QUIET = ("exec_", "attach", "detach", "resize", "top", "export", "archive-path", "extract-to-dir", "copy", "commit")


def concerned(event: Event) -> str | None:
    """The id of the container whose row this event may have changed, or None."""
    if event.type == "container":
        return None if event.action.startswith(_QUIET) else event.id or None
    if event.type == "network" and event.action in ("connect", "disconnect"):
        return event.attributes.get("container")
    return None


class Containers:
    """All watchers' one list: it is kept while somebody watches."""

    def __init__(self, engine: Engine, connection: Connection, events: Events, ledger: Ledger) -> None:
        """`ledger` keeps what the running containers cost."""
        self._engine = engine
        self._connection = connection
        self._events = events
        self._ledger = ledger
        self._lock = threading.Lock()
        self._board: _Board | None = None

    def watch(self, scope: CancelScope) -> Iterator[Change[Container]]:
        """First a Reset, then Changed; on trouble Stale and, when back, Reset again. Ends by the scope only."""
        mailbox: Mailbox[Container] = Mailbox(lambda row: row.id)
        with self._lock:
            if self._board is None:
                self._board = _Board(self._engine, self._connection, self._events, self._ledger)
            board = self._board
            board.join(mailbox)
        try:
            while (change := mailbox.take(scope)) is not None:
                yield change
        finally:
            with self._lock:
                if board.leave(mailbox) == 0 and self._board is board:
                    self._board = None
                    board.close()

    def note_sizes(self, sizes: Mapping[str, int | None]) -> None:
        """Show these sizes (bytes by id) in the rows that somebody watches."""
        with self._lock:
            board = self._board
        if board is not None:
            board.note_sizes(sizes)

    def close(self) -> None:
        """Stop keeping the list; returns at once."""
        with self._lock:
            if self._board is not None:
                self._board.close()


class _Board:
    """The rows as they are, the threads that keep them so, and the mailboxes of those who watch."""

    def __init__(self, engine: Engine, connection: Connection, events: Events, ledger: Ledger) -> None:
        self._engine = engine
        self._events = events
        self._scope = CancelScope()
        self._lock = threading.Lock()
        self._mailboxes: list[Mailbox[Container]] = []
        self._rows: dict[str, Container] = {}
        self._revisions: dict[str, int] = {}  # counts the times a row was read: an older inspect is void
        self._listed = False
        self._stale: Stale | None = None
        self._next_list = 0.0  # by the monotonic clock
        self._failed = 0
        self._second_looks: dict[str, float] = {}  # by the monotonic clock
        self._inspector = Inspector(engine, connection, self._revision, self._apply_runs, self._scope)
        Sampler(engine, connection, self._sampled, self._apply_usage, ledger, self._scope)
        threading.Thread(target=self._keep, name=f"pilothouse-containers {engine.name}", daemon=True).start()

    # -- those who watch

    def join(self, mailbox: Mailbox[Container]) -> None:
        """From now on this mailbox gets all changes, the rows that are known first."""
        with self._lock:
            self._mailboxes.append(mailbox)
            if self._listed:
                mailbox.put_reset(self._rows.values())
            if self._stale:
                mailbox.put_stale(self._stale)

    def leave(self, mailbox: Mailbox[Container]) -> int:
        """How many are left."""
        with self._lock:
            self._mailboxes.remove(mailbox)
            return len(self._mailboxes)

    def close(self) -> None:
        self._scope.cancel()

    # -- the keeper's thread

    def _keep(self) -> None:
        with self._events.followed() as feed:
            flowing = False
            while not self._scope.cancelled:
                news = feed.take(self._scope, self._idle_time() if flowing else None)
                changed: dict[str, None] = {}
                for one in news:
                    match one:
                        case Lost(error, since):
                            flowing = False
                            changed.clear()
                            self._put_stale(Stale(error, since))
                        case Opened():
                            flowing = True
                            self._list(anew=True)
                        case Event() if (container := concerned(one)) is not None:
                            changed[container] = None
                if flowing and time.monotonic() >= self._next_list:
                    self._list(anew=self._stale is not None)
                elif flowing and self._stale is None and (looks := self._due_looks() | changed):
                    self._read_again(looks, changed)
                    self._scope.wait(COALESCE)

    def _idle_time(self) -> float:
        """Seconds until something is to be done without any news."""
        return max(0.0, min((self._next_list, *self._second_looks.values())) - time.monotonic())

    def _due_looks(self) -> dict[str, None]:
        """The containers whose second look is due; they have none before them any more."""
        now = time.monotonic()
        due = {one: None for one, moment in self._second_looks.items() if moment <= now}
        for one in due:
            del self._second_looks[one]
        return due

    def _list(self, anew: bool) -> None:
        """Read the whole list; `anew` replaces what the watchers have, else they get the differences."""
        try:
            rows = self._ask({"all": "1"})
        except AppError as error:
            self._list_failed(error)
            return
        self._failed = 0
        self._next_list = time.monotonic() + RELIST_EVERY
        with self._lock:
            before = self._rows
            self._rows = {row.id: self._with_known(row, before.get(row.id)) for row in rows}
            for one in self._rows:
                self._revisions[one] = self._revisions.get(one, 0) + 1
            self._revisions = {one: self._revisions[one] for one in self._rows}
            self._listed, self._stale = True, None
            self._second_looks.clear()
            for mailbox in self._mailboxes:
                if anew:
                    mailbox.put_reset(self._rows.values())
                else:
                    mailbox.put_changed(
                        [row for row in self._rows.values() if before.get(row.id) != row], before.keys() - self._rows
                    )
        # After a loss what a run was may have changed unseen; else only what is not known yet is asked for.
        self._inspector.want([row.id for row in rows] if anew else self._without_run())

    def _list_failed(self, error: AppError) -> None:
        if self._scope.cancelled:
            return
        self._put_stale(Stale(error, time.time()))
        self._second_looks.clear()  # a whole list comes next
        jitter = random.uniform(0.75, 1.25)  # noqa: S311  not a secret
        self._next_list = time.monotonic() + min(RELIST_MOST, RELIST_FIRST * 2**self._failed * jitter)
        self._failed = min(self._failed + 1, 16)

    def _read_again(self, ids: Collection[str], told: Collection[str]) -> None:
        """Read the rows of these containers, of which events told some; those that do not come back are gone."""
        if len(ids) > MOST_BY_ID:
            self._list(anew=False)
            return
        try:
            rows = self._ask({"all": "1", "filters": msgspec.json.encode({"id": list(ids)}).decode()})
        except AppError as error:
            self._list_failed(error)
            return
        at_once = {row.id: run for row in rows[:MOST_AT_ONCE] if (run := self._run_at_once(row.id))}
        found = {row.id for row in rows}
        self._second_looks.update(dict.fromkeys(told, time.monotonic() + SECOND_LOOK))
        with self._lock:
            upserts = []
            for row in rows:
                before = self._rows.get(row.id)
                known = self._with_known(row, before, at_once.get(row.id))
                self._rows[row.id] = known
                self._revisions[row.id] = self._revisions.get(row.id, 0) + 1
                upserts.append(known)
            removed = [one for one in ids if one in self._rows and one not in found]
            for one in removed:
                del self._rows[one]
            self._put_changed(upserts, removed)
        self._inspector.want([row.id for row in rows if row.id not in at_once])

    def _ask(self, params: Mapping[str, str]) -> list[Container]:
        return container_rows(self._engine.get("/containers/json", params, self._scope))

    def _run_at_once(self, container: str) -> Run | None:
        """Its inspect if that is quick, so that a row changes once and not in two steps."""
        try:
            return run_of(self._engine.get(f"/containers/{container}/json", None, self._scope, AT_ONCE_SECONDS))
        except AppError:
            return None  # slow, or gone: the next event or the inspector says which

    def _with_known(self, row: Container, before: Container | None, run: Run | None = None) -> Container:
        """The row with what another request has told: its run while that may be the present one, size and usage."""
        if before is not None:
            run = run or (before.run if before.state is row.state else None)
            usage = before.usage if row.running else None
            size = row.size_rw if row.size_rw is not None else before.size_rw
            return _consistent(replace(row, run=run, usage=usage, size_rw=size))
        return _consistent(replace(row, run=run))

    # -- what the other threads bring

    def _revision(self, container: str) -> int | None:
        with self._lock:
            return self._revisions.get(container) if container in self._rows else None

    def _sampled(self) -> tuple[Sequence[str], Collection[str]]:
        """The containers that run, as far as is known now, and all."""
        with self._lock:
            running = [row.id for row in self._rows.values() if row.state is State.RUNNING and not self._stale]
            return running, tuple(self._rows)

    def _without_run(self) -> list[str]:
        with self._lock:
            return [row.id for row in self._rows.values() if row.run is None]

    def _apply_runs(self, runs: Mapping[str, tuple[int, Run]]) -> None:
        """Inspects that have come, each with the revision of the row that it was asked for."""
        with self._lock:
            fresh = {one: run for one, (revision, run) in runs.items() if self._revisions.get(one) == revision}
            self._update(fresh, lambda row: _consistent(replace(row, run=fresh[row.id])))

    def _apply_usage(self, usages: Mapping[str, Usage]) -> None:
        with self._lock:
            running = {one for one in usages if (row := self._rows.get(one)) and row.running}
            self._update(running, lambda row: replace(row, usage=usages[row.id]))

    def note_sizes(self, sizes: Mapping[str, int | None]) -> None:
        """Sizes in bytes by id."""
        with self._lock:
            self._update(sizes, lambda row: replace(row, size_rw=sizes[row.id]))

    def _update(self, ids: Iterable[str], updated: Callable[[Container], Container]) -> None:
        rows = [updated(self._rows[one]) for one in ids if one in self._rows]
        changed = [row for row in rows if row != self._rows[row.id]]
        self._rows.update((row.id, row) for row in changed)
        self._put_changed(changed, ())

    def _put_changed(self, upserts: Sequence[Container], removed: Sequence[str]) -> None:
        if upserts or removed:
            for mailbox in self._mailboxes:
                mailbox.put_changed(upserts, removed)

    def _put_stale(self, stale: Stale) -> None:
        with self._lock:
            self._stale = stale
            for mailbox in self._mailboxes:
                mailbox.put_stale(stale)


def _consistent(row: Container) -> Container:
    """An inspect knows the exit code better than the words of a list."""
    if row.run is not None and row.state in (State.EXITED, State.DEAD):
        return replace(row, exit_code=row.run.exit_code)
    return row
