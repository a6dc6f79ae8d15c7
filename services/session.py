"""What an open context offers, whichever engine or cluster is behind it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from msgspec import Struct

from models.changes import Change
from models.connection import ConnectionState
from models.context import Context
from models.errors import AppError
from models.kind import Options, Ref, ResourceKind
from models.logs import Gap, LogChunk, LogOptions
from models.series import Measured
from models.system import SystemFacts
from models.terminal import Ended, Opened, Request
from services.cancel import CancelScope

if TYPE_CHECKING:  # the rest of what Docker means by an end is loaded with the first page
    from models.docker.facts import Probe
    from models.docker.namespaces import NamespaceMap
    from models.docker.post_mortem import Case
    from models.docker.processes import Look
    from models.docker.run_checks import Check
    from models.docker.run_spec import RunSpec
    from models.docker.run_stock import RunAgain, Stock
    from models.docker.verdict import Events
    from services.operations import Progress


class Outcome(Struct, frozen=True):
    """How an action went for one object; `error` None means it worked. `note` is what the engine answered."""

    ref: Ref
    error: AppError | None = None
    note: str = ""


class Session(Protocol):
    """An open context. All methods block and may be called from any thread but the GUI's, except
    `close`, `retry_now`, `now` and the attributes, which return at once."""

    context: Context
    kinds: tuple[ResourceKind, ...]

    def states(self, scope: CancelScope) -> Iterator[ConnectionState]:
        """The present state, then each change, until cancelled or closed."""

    def retry_now(self) -> None:
        """End the present back-off."""

    def now(self) -> float:
        """The engine's clock, seconds since the epoch."""

    def watch(self, kind: str, scope: CancelScope) -> Iterator[Change[Any]]:
        """First a Reset, then Changed; on trouble Stale and, when back, Reset again. Ends only by the scope."""

    def inspect(self, ref: Ref, scope: CancelScope) -> bytes:
        """The raw JSON document. Raises Gone, Unreachable, TimedOut."""

    def act(self, call: str, refs: Sequence[Ref], options: Options, scope: CancelScope) -> Iterator[Outcome]:
        """Do it to each in turn; failures are outcomes, not exceptions. Never retried."""

    def system(self, scope: CancelScope) -> SystemFacts:
        """What this engine or cluster is."""

    def close(self) -> None:
        """Cancel everything and free the connections; returns without waiting."""


@runtime_checkable
class LogSource(Protocol):
    """A session whose objects write logs."""

    def logs(self, ref: Ref, options: LogOptions, scope: CancelScope) -> Iterator[LogChunk | Gap]:
        """Log lines in blocks, oldest first. With `follow`, survives the loss of the engine: a Gap, then
        the lines since, without doubles; ends when the container has ended for good or the scope is cancelled."""


@runtime_checkable
class EventSource(Protocol):
    """A session that remembers what happened to its objects."""

    def past_events(self, ref: Ref, since: float, until: float, scope: CancelScope) -> Events:
        """Starts, signals and ends between two times of the engine's clock, seconds since the epoch."""


@runtime_checkable
class StatsSource(Protocol):
    """A session that keeps what its objects cost."""

    def measured(self, refs: Sequence[Ref], reach: float, scope: CancelScope) -> Iterator[Measured]:
        """What is known of these since `reach` seconds ago, in the finest steps that go back so far; again whenever
        there is something new, until cancelled. What is looked at is sampled every second where that can be."""


@runtime_checkable
class Coroner(Protocol):
    """A session that can say why its objects ended."""

    def post_mortem(self, ref: Ref, scope: CancelScope) -> Case:
        """All that is known of the ends of this object. Raises Gone, Unreachable, TimedOut."""


@runtime_checkable
class Prober(Protocol):
    """A session that can run a health check itself."""

    def probe(self, ref: Ref, test: Sequence[str], shell: bool, seconds: float, scope: CancelScope) -> Probe:
        """Run a health check's command once, as the engine would, for `seconds` at most. Raises Refused, TimedOut."""


class Runner(Protocol):
    """How containers are made: what of, what speaks against it, and the making itself."""

    def stock(self, scope: CancelScope) -> Stock:
        """What exists to make one with. Raises Unreachable, TimedOut."""

    def check(self, spec: RunSpec, replaced: Ref | None, scope: CancelScope) -> Sequence[Check]:
        """What speaks against it, `replaced` counted as gone."""

    def again(self, ref: Ref, scope: CancelScope) -> RunAgain:
        """What this container was made of, and what another would not have. Raises Gone."""

    def pull(self, image: str, platform: str, scope: CancelScope) -> Iterator[Progress]:
        """Fetch an image. Raises Gone, Denied, SignInNeeded, Failed."""

    def run(self, spec: RunSpec, start: bool, replaced: Ref | None, scope: CancelScope) -> Iterator[Progress]:
        """Pull where it has to be, make it, start it; the last step's outcome names it. `replaced` goes for it, and
        comes back where it fails. Raises Refused, Gone, Failed with the engine's reason."""


@runtime_checkable
class RunSource(Protocol):
    """A session in which containers can be made."""

    def runner(self) -> Runner:
        """How. Imports what it needs: not on the GUI thread."""


class Inbox(Protocol):
    """What the user of a terminal sends: keys as bytes, or a Size; None: it is over."""

    def get(self, timeout: float | None = None) -> Any | None:
        """The next message, waited for; None also after `timeout` seconds."""

    def put(self, message: Any) -> None:
        """Add a message."""


@runtime_checkable
class Shell(Protocol):
    """A session whose objects can be worked in with a terminal."""

    def terminal(
        self, ref: Ref, request: Request, inbox: Inbox, scope: CancelScope
    ) -> Iterator[bytes | Opened | Ended]:
        """Opened, then what the program writes, then Ended. Raises Refused where there is no shell, ConnectionLost."""

    def terminal_twin(self, ref: Ref, request: Request) -> tuple[str, ...]:
        """The words of the command that does the same, after the context's own."""


@runtime_checkable
class ProcessSource(Protocol):
    """A session that sees the processes of its objects."""

    def processes(self, ref: Ref, scope: CancelScope) -> Iterator[Look]:
        """All processes, again and again, until cancelled. Raises Refused where it does not run, Gone, Unreachable."""


@runtime_checkable
class NamespaceSource(Protocol):
    """A session whose objects live in namespaces of the kernel."""

    def namespaces(self, scope: CancelScope) -> Iterator[NamespaceMap]:
        """All objects with their namespaces, again whenever something changes, until cancelled. Raises Unreachable."""


@runtime_checkable
class Previewer(Protocol):
    """A session that can say what an action on the whole page would do before it does it."""

    def preview(self, call: str, options: Options, scope: CancelScope) -> Sequence[Any]:
        """The rows that `call` would remove (prune)."""
