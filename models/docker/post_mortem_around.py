"""What was around a container's end: the engine's own start, other containers, its health probes.

None of it names a cause by itself: it changes a verdict only where it fits with what the end itself left behind.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from models.docker.facts import HealthCheck, Probe
from models.docker.signals import signal_name, signal_number
from models.docker.verdict import (
    Cause,
    Certainty,
    Ending,
    EngineEvent,
    Events,
    Evidence,
    Explanation,
    Source,
    short_text,
)
from models.text import count_text, names_text

TOGETHER = 15.0  # seconds between the ends of containers that an engine stops with itself
SOON = 60.0  # seconds from an end to the engine's next start, and from that to a container's
WITH_ITS_OWNER = 2.0  # seconds between the end of a PID namespace's owner and that of who shares it
_UNHEALTHY = "health_status: unhealthy"
_OF_A_SHUTDOWN = (Cause.STOPPED, Cause.STOP_TIMEOUT, Cause.SIGNALLED, Cause.UNKNOWN)


class Neighbour(Struct, frozen=True):
    """Another container of the engine; times in seconds since the epoch."""

    id: str
    name: str
    running: bool
    started: float | None = None
    finished: float | None = None
    policy: str = "no"


class Joined(Struct, frozen=True):
    """A namespace that belongs to another container; `owner` None: that one no longer exists."""

    namespace: str  # PID, network, IPC
    named: str  # as the configuration names it
    owner: Neighbour | None = None


class Surroundings(Struct, frozen=True):
    """What an engine tells of the time around an end. None and empty: it was not asked, or does not say."""

    engine_started: float | None = None
    others: tuple[Neighbour, ...] = ()
    joined: tuple[Joined, ...] = ()
    health: HealthCheck | None = None  # with the probes of this life
    of_swarm: bool = False
    swept: tuple[float, ...] = ()  # ends that the engine remembers from before it was up: those of its own start
    started: float | None = None  # when it was started the last time, which may be after this end
    running: bool = False


def seen_around(end: Ending, events: Events | None, around: Surroundings, told: Explanation) -> Explanation:
    """The explanation as it is with all that was around; the same where that adds nothing."""
    if end.finished is None or end.error:
        return told
    return (
        _with_its_owner(end, around, told)
        or _with_the_engine(end, around, told)
        or _while_ill(end, events, around, told)
    )


# --- a namespace's owner ----------------------------------------------------------------------------------------------


def _with_its_owner(end: Ending, around: Surroundings, told: Explanation) -> Explanation | None:
    """The kernel kills all processes of a PID namespace when its first one ends."""
    shared = next((one for one in around.joined if one.namespace == "PID"), None)
    by_nobody = told.cause is Cause.KILLED_OUTSIDE or (told.cause is Cause.UNKNOWN and end.exit_code == 137)
    if shared is None or not by_nobody or end.finished is None:
        return None
    owner = shared.owner
    if owner is None or owner.finished is None or abs(owner.finished - end.finished) > WITH_ITS_OWNER:
        if owner is not None and owner.running and (owner.started or 0.0) < end.finished:
            return None  # it lived on
        missing = (
            f"when {shared.named if owner is None else owner.name}, whose PID namespace it shares, ended at that time"
        )
        return replace(told, missing=(*told.missing, missing))
    words = (
        f"It shares the PID namespace of {owner.name}, which ended {_apart(owner.finished, end.finished)}: "
        "when the first process of a PID namespace ends, the kernel kills all others in it."
    )
    fact = Evidence(Source.INSPECT, f"PidMode container:{owner.name}")
    other = Evidence(Source.ENGINE, f"{owner.name} ended", owner.finished)
    certainty = Certainty.PROVEN if told.cause is Cause.KILLED_OUTSIDE else Certainty.LIKELY
    return Explanation(
        Cause.DEPENDENCY_GONE, f"Ended with {owner.name}", words, certainty, (*told.evidence, fact, other)
    )


def _apart(one: float, other: float) -> str:
    seconds = abs(one - other)
    return f"{seconds:.1f} s {'before' if one < other else 'after'} it" if seconds >= 0.1 else "at the same moment"


# --- the engine -------------------------------------------------------------------------------------------------------


def _with_the_engine(end: Ending, around: Surroundings, told: Explanation) -> Explanation | None:
    """An engine that ends stops its containers; one that crashed stops them when it starts again."""
    up, died = around.engine_started, end.finished
    if up is None or died is None or died > up or end.oom_killed or _lived_through(around.others, died, up):
        return None
    if not (told.cause in _OF_A_SHUTDOWN or (told.cause in _BY_CODE and not _by_events(told))):
        return None
    if any(abs(one - died) < 0.5 for one in around.swept):
        words = (
            "The engine ended it while it was itself being started, before it answered anybody: it had crashed, or was "
            "killed, and ends what is left of its containers when it comes back."
        )
        evidence = (*told.evidence, *_of_the_engine(up, ()))
        return Explanation(Cause.ENGINE_SHUTDOWN, "Engine crash", words, Certainty.PROVEN, evidence)
    near = end.grace + 2.0  # seconds: what ignores the signal goes on for so long
    together = [one for one in around.others if one.finished is not None and abs(one.finished - died) <= near]
    back = _came_back(end, around, together, up)
    if not back:
        if told.certainty is Certainty.PROVEN or told.cause is Cause.SUCCESS:
            return None
        missing = f"whether the engine was stopped at that time: it was started {short_text(up - died)} later"
        return replace(told, missing=(*told.missing, missing))
    company = f" together with {names_text([one.name for one in together])}" if together else ""
    code = {0: ", cleanly", 137: " by SIGKILL, after its grace period"}.get(end.exit_code, f", with {end.exit_code}")
    words = (
        f"It ended{code if end.inspected else ''}{company}, {short_text(up - died)} before the engine was up again. "
        "An engine that ends stops its containers, unless it is set to live-restore."
    )
    return Explanation(
        Cause.ENGINE_SHUTDOWN,
        "Engine shutdown",
        words,
        Certainty.LIKELY,
        (*told.evidence, *_of_the_engine(up, together), *back),
        ("the engine's own log of that time, which alone would prove it",),
    )


_BY_CODE = (Cause.SUCCESS, Cause.APPLICATION_ERROR)


def _by_events(told: Explanation) -> bool:
    return any(one.source is Source.EVENT for one in told.evidence)


def _lived_through(others: Sequence[Neighbour], died: float, up: float) -> bool:
    """Whether another container ran before the end and still after the engine's start: then it never stopped them."""
    return any(
        one.started is not None and one.started < died - TOGETHER and (one.running or (one.finished or 0.0) > up)
        for one in others
    )


def _came_back(end: Ending, around: Surroundings, others: Sequence[Neighbour], up: float) -> tuple[Evidence, ...]:
    """What the engine itself started again: with this policy it does so only for what nobody had stopped by hand."""
    itself = Neighbour("", "it", around.running, around.started, end.finished, end.policy)
    return tuple(
        Evidence(Source.ENGINE, f"{one.name} was started again by its policy unless-stopped", one.started)
        for one in (itself, *others)
        if one.policy == "unless-stopped" and one.started is not None and -1.0 <= one.started - up <= SOON
    )[:3]


def _of_the_engine(up: float, together: Sequence[Neighbour]) -> tuple[Evidence, ...]:
    first = Evidence(Source.ENGINE, "the engine was started (it made its network bridge anew)", up)
    if not together:
        return (first,)
    ends = f"{count_text(len(together), 'other container')} ended at about the same time"
    return (Evidence(Source.ENGINE, ends, min(one.finished or up for one in together)), first)


# --- health -----------------------------------------------------------------------------------------------------------


def _while_ill(end: Ending, events: Events | None, around: Surroundings, told: Explanation) -> Explanation:
    """A stop of what was unhealthy. The engine never does that by itself; Swarm and watchers do, and people."""
    if told.cause not in (Cause.STOPPED, Cause.STOP_TIMEOUT, Cause.KILLED):
        return told
    asked = min((one.time for one in told.evidence if one.fact.startswith("kill") and one.time), default=None)
    ill = None if asked is None else _ill_since(end, events, around.health, asked)
    if ill is None or asked is None:
        return told
    probes = _failed(around.health, asked)
    evidence = (*told.evidence, ill, *(Evidence(Source.PROBE, _probe_text(one), one.ended) for one in probes))
    first = next((one for one in told.evidence if one.fact.startswith("kill")), None)
    sent = signal_name(signal_number(first.fact.rpartition("=")[2])) if first else ""
    if told.cause is Cause.STOP_TIMEOUT:
        sentence = f"{told.sentence} It was unhealthy when it was asked."
        return replace(told, sentence=sentence, evidence=evidence)
    if around.of_swarm:
        words = f"It was unhealthy, and Swarm, whose task it is, replaces such a one: it was sent {sent}."
        return Explanation(Cause.UNHEALTHY, "Failed health check", words, Certainty.PROVEN, evidence)
    words = (
        f"Its health check failed when it was sent {sent} through the engine. The engine itself leaves running what is "
        "unhealthy: a watcher or a person sent it."
    )
    missing = ("who asked: the engine does not record who uses its API",)
    return Explanation(Cause.UNHEALTHY, "Stopped while unhealthy", words, Certainty.LIKELY, evidence, missing)


def _ill_since(end: Ending, events: Events | None, check: HealthCheck | None, asked: float) -> Evidence | None:
    """What shows that it was unhealthy at that moment. Its status does not: engines set it at every end."""
    born = end.started or 0.0
    told = [
        one
        for one in (events.records if events else ())
        if one.action.startswith("health_status") and born <= one.time <= asked
    ]
    if told:
        last: EngineEvent = max(told, key=lambda one: one.time)
        return Evidence(Source.EVENT, last.action, last.time) if last.action == _UNHEALTHY else None
    failed = _failed(check, asked)
    if check is None or len(failed) < min(check.retries, len(check.probes)) or check.failing_streak < check.retries:
        return None
    return Evidence(Source.INSPECT, f"FailingStreak {check.failing_streak}, unhealthy from {check.retries} on")


def _failed(check: HealthCheck | None, until: float) -> tuple[Probe, ...]:
    """The probes that failed last before this moment, without one that passed after them."""
    failed: list[Probe] = []
    for probe in reversed(check.probes if check else ()):
        if probe.ended is None or probe.ended > until:
            continue
        if probe.passed:
            break
        failed.append(probe)
    return tuple(reversed(failed))


def _probe_text(probe: Probe) -> str:
    how = "timed out" if probe.timed_out else f"exit {probe.exit_code}"
    return f"{how}: {' '.join(probe.output.split())}" if probe.output.strip() else how
