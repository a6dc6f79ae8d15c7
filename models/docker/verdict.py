"""The words in which the end of a container is told: causes, certainty, evidence."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct

from models.docker.container import State
from models.docker.signals import exit_signal
from models.health import Health
from models.text import age_text, memory_text


class Cause(StrEnum):
    """What ended it, as far as that can be told."""

    SUCCESS = "success"
    APPLICATION_ERROR = "application-error"
    OUT_OF_MEMORY = "out-of-memory"
    STOPPED = "stopped"  # asked to, and obeyed
    STOP_TIMEOUT = "stop-timeout"  # asked to, and killed when the grace period was over
    KILLED = "killed"  # a signal through the engine
    KILLED_OUTSIDE = "killed-outside"  # a signal that did not come through the engine
    SIGNALLED = "signalled"  # a signal, nobody knows from where
    CRASHED = "crashed"  # a signal that the program brought upon itself
    NOT_FOUND = "not-found"
    NOT_EXECUTABLE = "not-executable"
    NOT_STARTED = "not-started"
    RESTART_LOOP = "restart-loop"
    UNHEALTHY = "unhealthy"  # stopped while its health check failed
    ENGINE_SHUTDOWN = "engine-shutdown"
    DEPENDENCY_GONE = "dependency-gone"  # another container, or a network, that it could not be without
    UNKNOWN = "unknown"

    @property
    def health(self) -> Health:
        """The glyph beside the verdict."""
        quiet = {Cause.SUCCESS: Health.EXITED_OK, Cause.STOPPED: Health.EXITED, Cause.ENGINE_SHUTDOWN: Health.EXITED}
        quiet |= {Cause.RESTART_LOOP: Health.RESTARTING, Cause.UNKNOWN: Health.UNKNOWN}
        return quiet.get(self, Health.FAILED)


class Certainty(StrEnum):
    """How far a verdict can be trusted."""

    PROVEN = "proven"
    LIKELY = "likely"
    UNKNOWN = "unknown"


class Source(StrEnum):
    """Where a piece of evidence was found."""

    INSPECT = "inspect"
    EVENT = "event"
    ENGINE = "engine"  # what it says of itself and of other containers
    PROBE = "probe"
    STATS = "stats"


class Evidence(Struct, frozen=True):
    """One fact; `time` in seconds since the epoch where it has one."""

    source: Source
    fact: str
    time: float | None = None


class Explanation(Struct, frozen=True):
    """Why it ended. `sentence` says no more than `evidence` shows; the words in it that come from outside are raw.

    `missing` is what would have to be known to decide, or to decide for certain.
    """

    cause: Cause
    verdict: str
    sentence: str
    certainty: Certainty
    evidence: tuple[Evidence, ...] = ()
    missing: tuple[str, ...] = ()


class EngineEvent(Struct, frozen=True):
    """One container event of GET /events: `Action`, `timeNano` in seconds, `Actor.Attributes`."""

    action: str
    time: float
    attributes: Mapping[str, str] = {}


class Events(Struct, frozen=True):
    """The events of one container, oldest first, with none missing from `since` on (seconds since the epoch)."""

    since: float
    records: tuple[EngineEvent, ...] = ()


class Ending(Struct, frozen=True, kw_only=True):
    """What an inspect knows of a container's end; of an earlier one (not `inspected`) only what its events tell."""

    exit_code: int
    state: State = State.EXITED
    oom_killed: bool = False
    error: str = ""
    started: float | None = None
    finished: float | None = None
    stop_signal: str = "SIGTERM"
    grace: int = 10  # seconds
    memory_limit: int | None = None  # bytes
    restarts: int = 0
    policy: str = "no"
    most_restarts: int = 0  # of the policy on-failure; 0 is without end
    inspected: bool = True

    @property
    def lived(self) -> float | None:
        """Seconds; None where it never ran. An engine may write the end a little before the start."""
        return None if self.started is None or self.finished is None else max(0.0, self.finished - self.started)


Told = tuple[Cause, str, str, Certainty]  # cause, verdict, sentence, certainty


def inspect_fact(fact: str) -> Evidence:
    """A fact of the inspect, without a time of its own."""
    return Evidence(Source.INSPECT, fact)


def inspected(end: Ending) -> tuple[Evidence, ...]:
    """What the inspect has on this end."""
    if not end.inspected:
        return ()
    facts = [Evidence(Source.INSPECT, f"ExitCode {end.exit_code}", end.finished)]
    if end.exit_code == 137 or end.oom_killed:
        facts.append(inspect_fact(f"OOMKilled {str(end.oom_killed).lower()}"))
        facts.append(inspect_fact("no memory limit" if end.memory_limit is None else f"Memory {end.memory_limit}"))
    if end.error:
        facts.append(inspect_fact(f"Error {end.error}"))
    return tuple(facts)


EVENTS_MISSING = "the engine's events around its end: it keeps 256 of all its objects, and none over a restart"
INSPECT_MISSING = "what the inspect said of that end: the engine keeps it of the last one alone"


def ran(end: Ending) -> str:
    """The beginning of a sentence: "ran for 3 h and "; "" where that is not known."""
    return "" if end.lived is None else f"ran for {short_text(end.lived)} and "


def sum_text(code: int) -> str:
    """137 is 128 + 9, SIGKILL."""
    return f"{code} is 128 + {code - 128}, {exit_signal(code)}"


def short_text(seconds: float) -> str:
    """A duration in words, also one below a second."""
    return age_text(seconds) if seconds >= 1 else "less than 1 s"


def limit_text(size: int) -> str:
    """A memory limit as it was set: "512 MB", "1.5 GB"."""
    number, _, unit = memory_text(size).partition(" ")
    return f"{number.rstrip('0').rstrip('.') if '.' in number else number} {unit}"


def oom_verdict(end: Ending) -> str:
    """Out of memory, with the limit where it has one."""
    limit = end.memory_limit
    return "Out of memory" if limit is None else f"Out of memory: {limit_text(limit)} limit reached"
