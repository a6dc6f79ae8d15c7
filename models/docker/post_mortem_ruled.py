"""What an end was not, and what says so. What nothing rules out stands apart: it is not known."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct

from models.docker.deaths import whole
from models.docker.post_mortem_around import TOGETHER, Surroundings
from models.docker.verdict import Cause, Certainty, Ending, Events, Explanation, short_text
from models.text import count_text


class Excluded(Struct, frozen=True):
    """A cause and why it was not that one; `known` False: nothing tells."""

    cause: str
    why: str
    known: bool = True


Judge = Callable[[Ending, Events | None, Surroundings], Excluded | None]


def excluded(end: Ending, events: Events | None, around: Surroundings, told: Explanation) -> tuple[Excluded, ...]:
    """All causes but the one that the explanation names; what nothing decides comes last."""
    if end.finished is None:
        return ()
    judged = [judge(end, events, around) for causes, judge in _JUDGES if told.cause not in causes]
    found = [one for one in judged if one is not None]
    if told.certainty is Certainty.PROVEN:  # then nothing else is left open
        found = [one for one in found if one.known]
    return tuple(sorted(found, key=lambda one: not one.known))


def _memory(end: Ending, events: Events | None, _around: Surroundings) -> Excluded | None:
    name = "Out of memory"
    if whole(end, events) and not _actions(events, "oom"):
        marked = ", OOMKilled is false" if end.inspected and not end.oom_killed else ""
        return Excluded(name, f"no oom event in its life{marked}")
    if end.exit_code not in (137, -1):
        return Excluded(name, "the kernel's kill would have left 137")
    if end.inspected and not end.oom_killed:
        return Excluded(name, "OOMKilled is false")
    return Excluded(name, "what happened to one of its processes need not have ended it", known=False)


def _stop(end: Ending, events: Events | None, _around: Surroundings) -> Excluded | None:
    name = "Stop time-out"
    if end.exit_code not in (137, -1):
        return Excluded(name, f"SIGKILL would have left 137, not {end.exit_code}")
    if whole(end, events):
        signals = _actions(events, "kill")
        return Excluded(name, f"{_number(signals, 'kill event')} and no second signal" if signals else "no kill event")
    return Excluded(name, "the events of that time are missing", known=False)


def _outside(end: Ending, events: Events | None, _around: Surroundings) -> Excluded | None:
    name = "Kill from outside"
    if not 128 < end.exit_code < 193:
        return Excluded(name, f"{end.exit_code} stands for no signal") if end.exit_code >= 0 else None
    if _actions(events, "kill"):
        return Excluded(name, "a signal came through the engine")
    if end.oom_killed and whole(end, events):
        return Excluded(name, "the kernel's kill for memory explains it")
    return Excluded(name, "nobody records signals from the host", known=False)


def _own(end: Ending, events: Events | None, _around: Surroundings) -> Excluded | None:
    name = "Application error"
    if end.exit_code == 0:
        return Excluded(name, "it returned 0")
    if _actions(events, "kill"):
        return Excluded(name, "it was sent a signal through the engine before it ended")
    if 128 < end.exit_code < 193:
        return Excluded(
            name, f"{end.exit_code} stands for a signal, unless its program returns such codes", known=False
        )
    return None


def _missing(end: Ending, _events: Events | None, _around: Surroundings) -> Excluded | None:
    name = "Command not found"
    if end.exit_code in (126, 127):
        return None
    if end.lived is not None:
        return Excluded(name, f"it ran for {short_text(end.lived)}; that would be 127")
    return Excluded(name, "it had started; that would be 127")


def _ill(_end: Ending, events: Events | None, around: Surroundings) -> Excluded | None:
    name = "Failed health check"
    if around.health is None:
        said = [one for one in (events.records if events else ()) if one.action.startswith("health_status")]
        return Excluded(name, "none is configured" if not said else f"its last word was {said[-1].action}")
    passed = [probe for probe in around.health.probes[-1:] if probe.passed]
    if passed:
        return Excluded(name, "its last probe passed")
    if not around.health.probes:
        return Excluded(name, "no probe has run")
    return Excluded(name, "probes failed, but nobody stopped it for that") if _actions(events, "die") else None


def _engine(end: Ending, _events: Events | None, around: Surroundings) -> Excluded | None:
    name = "Engine shutdown"
    if around.engine_started is None or end.finished is None:
        return Excluded(name, "the engine does not say since when it runs", known=False)
    if end.finished > around.engine_started:
        return Excluded(name, f"the engine had been up for {short_text(end.finished - around.engine_started)}")
    lived_on = [
        one
        for one in around.others
        if one.started is not None and one.started < end.finished - TOGETHER and one.running
    ]
    if lived_on:
        return Excluded(name, f"{count_text(len(lived_on), 'other')} ran on")
    return Excluded(name, "the engine has been started anew since", known=False)


def _dependency(_end: Ending, _events: Events | None, around: Surroundings) -> Excluded | None:
    if not around.joined:
        return Excluded("Dependency gone", "it shares no namespace of another container")
    names = ", ".join(
        f"{one.namespace} of {one.named if one.owner is None else one.owner.name}" for one in around.joined
    )
    return Excluded("Dependency gone", f"it shares {names}", known=False)


_JUDGES: Sequence[tuple[tuple[Cause, ...], Judge]] = (
    ((Cause.OUT_OF_MEMORY,), _memory),
    ((Cause.STOP_TIMEOUT, Cause.ENGINE_SHUTDOWN), _stop),
    ((Cause.KILLED_OUTSIDE, Cause.ENGINE_SHUTDOWN, Cause.DEPENDENCY_GONE), _outside),
    ((Cause.APPLICATION_ERROR, Cause.CRASHED, Cause.NOT_FOUND, Cause.NOT_EXECUTABLE, Cause.ENGINE_SHUTDOWN), _own),
    ((Cause.NOT_FOUND, Cause.NOT_EXECUTABLE), _missing),
    ((Cause.UNHEALTHY,), _ill),
    ((Cause.ENGINE_SHUTDOWN,), _engine),
    ((Cause.DEPENDENCY_GONE,), _dependency),
)


def _actions(events: Events | None, action: str) -> int:
    return sum(one.action == action for one in (events.records if events else ()))


def _number(count: int, noun: str) -> str:
    return count_text(count, noun)
