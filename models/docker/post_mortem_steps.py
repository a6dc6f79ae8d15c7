"""What to do next after an end, by its cause: words, and where one thing leads somewhere, where to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from msgspec import Struct

from models.docker.facts import ContainerDetails
from models.docker.verdict import Cause, Ending, Explanation, limit_text
from models.kind import Tab
from models.text import command_text


class Step(Struct, frozen=True):
    """One piece of advice. `tab` opens one; `command` is to be copied, without the context's own words."""

    title: str
    why: str
    tab: Tab | None = None
    command: tuple[str, ...] = ()


def steps(end: Ending, told: Explanation, details: ContainerDetails) -> tuple[Step, ...]:
    """Advice for this end, the most useful first."""
    advise = _BY_CAUSE.get(told.cause)
    return tuple(advise(end, details)) if advise else ()


_LOGS = Step("Read its last lines", "What it wrote before the end is most likely the reason.", Tab.LOGS)


def _memory(end: Ending, details: ContainerDetails) -> Iterator[Step]:
    yield Step(
        "See how its memory grew", "A slope is a leak or a cache without bounds; a step is one request.", Tab.STATS
    )
    if end.memory_limit is not None:
        more = end.memory_limit * 2
        yield Step(
            f"Raise the limit to {limit_text(more)}",
            "If it needs that much. It holds at once, also while it runs.",
            command=("update", "--memory", str(more), "--memory-swap", str(more), details.name),
        )
    yield Step(
        "Tell the program its limit",
        "Many runtimes size their heap by the host's memory unless told.",
        Tab.CONFIGURATION,
    )


def _timeout(end: Ending, details: ContainerDetails) -> Iterator[Step]:
    signal = details.stop_signal
    shell = details.command[:1] and details.command[0].rsplit("/", 1)[-1] in ("sh", "bash", "ash", "dash")
    if shell:
        yield Step(
            "Let the shell exec the program",
            f"A shell as process 1 does not pass {signal} on: begin the last command with exec.",
            Tab.CONFIGURATION,
        )
    else:
        yield Step(
            f"Let the program handle {signal}", "Process 1 ignores a signal for which it has no handler.", Tab.PROCESSES
        )
    if not details.init:
        yield Step("Or run it with --init", f"A small init becomes process 1; what it starts then ends by {signal}.")
    yield Step(
        "Or give it longer",
        "If it needs the time to end cleanly.",
        command=("stop", "--time", str(max(30, end.grace * 3)), details.name),
    )


def _error(_end: Ending, _details: ContainerDetails) -> Iterator[Step]:
    yield _LOGS
    yield Step(
        "Check what it was started with", "A wrong variable or argument is the most common reason.", Tab.CONFIGURATION
    )


def _missing(_end: Ending, details: ContainerDetails) -> Iterator[Step]:
    yield Step(
        "Check command and entrypoint", f"It was told to run {command_text(details.command[:3])}.", Tab.CONFIGURATION
    )
    yield Step("Look for the file", "Its files can be looked at though it does not run.", Tab.FILES)


def _outside(_end: Ending, _details: ContainerDetails) -> Iterator[Step]:
    yield Step(
        "Ask the host",
        "Its kernel log names what the out-of-memory killer took: journalctl -k, or dmesg, around that time.",
    )
    yield _LOGS


def _unknown(_end: Ending, _details: ContainerDetails) -> Iterator[Step]:
    yield Step("Leave this context open", "Then the events of its next end are seen, and will decide.")
    yield _LOGS


def _not_started(_end: Ending, _details: ContainerDetails) -> Iterator[Step]:
    yield Step("Mend what the engine names", "Then start it again; nothing of it has run.", Tab.CONFIGURATION)


def _crashed(_end: Ending, _details: ContainerDetails) -> Iterator[Step]:
    yield _LOGS
    yield Step("Compare with another version", "A crash like this is a defect of the program, or of a library.")


def _ill(_end: Ending, _details: ContainerDetails) -> Iterator[Step]:
    yield Step("Read what the probes said", "Their output stands under Health.")
    yield _LOGS


def _shutdown(_end: Ending, details: ContainerDetails) -> Iterator[Step]:
    if not details.restart.acts:
        yield Step(
            "Have it come back with the engine",
            "A policy starts it again when the engine does.",
            command=("update", "--restart", "unless-stopped", details.name),
        )
    yield Step(
        "Keep it through restarts", "With live-restore in the engine's settings its containers run on without it."
    )


def _gone(_end: Ending, _details: ContainerDetails) -> Iterator[Step]:
    yield Step("Start the other one first", "Then this one; when that was made anew, this one has to be as well.")


_BY_CAUSE: Mapping[Cause, Callable[[Ending, ContainerDetails], Iterator[Step]]] = {
    Cause.OUT_OF_MEMORY: _memory,
    Cause.STOP_TIMEOUT: _timeout,
    Cause.APPLICATION_ERROR: _error,
    Cause.NOT_FOUND: _missing,
    Cause.NOT_EXECUTABLE: _missing,
    Cause.NOT_STARTED: _not_started,
    Cause.KILLED_OUTSIDE: _outside,
    Cause.SIGNALLED: _outside,
    Cause.UNKNOWN: _unknown,
    Cause.CRASHED: _crashed,
    Cause.UNHEALTHY: _ill,
    Cause.ENGINE_SHUTDOWN: _shutdown,
    Cause.DEPENDENCY_GONE: _gone,
}
