"""Why a container ended, from the engine's events around its end."""

from __future__ import annotations

from math import inf

from msgspec import Struct

from models.docker.signals import SIGKILL, exit_signal, signal_name, signal_number
from models.docker.verdict import (
    Cause,
    Certainty,
    Ending,
    EngineEvent,
    Events,
    Evidence,
    Explanation,
    Source,
    Told,
    inspected,
    oom_verdict,
    sum_text,
)

OOM_BEFORE_DEATH = 5.0  # seconds between the kernel's kill and the event of the death
SIGNAL_BEFORE_DEATH = 2.0  # seconds within which a death answers a signal
SHORTEST_GRACE = 0.5  # seconds between two signals that a person would not send by hand
STOP_AROUND_DEATH = 5.0  # seconds: engines write `stop` shortly before or after `die`
_FROM_OUTSIDE = ("SIGHUP", "SIGINT", "SIGQUIT", "SIGKILL", "SIGUSR1", "SIGUSR2", "SIGPIPE", "SIGALRM", "SIGTERM")


class _Death(Struct, frozen=True):
    """The events of one life's end."""

    died: EngineEvent
    signals: tuple[tuple[int, EngineEvent], ...]
    ooms: tuple[EngineEvent, ...]
    stop: EngineEvent | None
    complete: bool  # nothing that could have caused it is missing: what is not there did not happen

    @staticmethod
    def find(end: Ending, events: Events | None) -> _Death | None:
        """The death that the inspect speaks of, among the events; None where they do not have it."""
        if events is None or end.finished is None:
            return None
        records = sorted(events.records, key=lambda event: event.time)
        died = [
            event
            for event in records
            if event.action == "die"
            and event.attributes.get("exitCode") == str(end.exit_code)
            and abs(event.time - end.finished) <= OOM_BEFORE_DEATH
        ]
        if not died:
            return None
        death = min(died, key=lambda event: abs(event.time - (end.finished or 0.0)))
        starts = [event.time for event in records if event.action == "start" and event.time < death.time]
        born = max(starts, default=end.started or events.since)
        life = [event for event in records if born <= event.time <= death.time]
        later = (event.time for event in records if event.action == "start" and event.time > death.time)
        again = min(later, default=inf)
        stops = [
            event
            for event in records
            if event.action == "stop" and born <= event.time < again and event.time - death.time <= STOP_AROUND_DEATH
        ]
        return _Death(
            died=death,
            signals=tuple((signal_number(e.attributes.get("signal", "")), e) for e in life if e.action == "kill"),
            ooms=tuple(event for event in life if event.action == "oom"),
            stop=stops[0] if stops else None,
            complete=events.since <= max(born, death.time - OOM_BEFORE_DEATH),
        )

    def evidence(self) -> tuple[Evidence, ...]:
        """Its events in words, oldest first."""
        told = [*self.ooms, *(event for _, event in self.signals), self.died, *filter(None, (self.stop,))]
        return tuple(
            Evidence(Source.EVENT, " ".join((event.action, *_attributes(event))), event.time)
            for event in sorted(told, key=lambda event: event.time)
        )


def _attributes(event: EngineEvent) -> list[str]:
    return [
        f"{key}={event.attributes[key]}" for key in ("signal", "exitCode", "execDuration") if key in event.attributes
    ]


def whole(end: Ending, events: Events | None) -> bool:
    """Whether the events have this end, and none of what could have caused it is missing."""
    death = _Death.find(end, events)
    return death is not None and death.complete


def seen(end: Ending, events: Events | None) -> tuple[Evidence, ...]:
    """What the events have on this end, oldest first; () where they do not have it."""
    death = _Death.find(end, events)
    return () if death is None else death.evidence()


def from_events(end: Ending, events: Events | None) -> Explanation | None:
    """The explanation that the events give; None where they do not have this end, or do not decide."""
    death = _Death.find(end, events)
    if death is None:
        return None
    evidence = (*death.evidence(), *inspected(end))
    told = _oom_told(end, death) or _stop_told(end, death) or _kill_told(end, death) or _nothing_told(end, death)
    if told is None:
        return None
    cause, verdict, sentence, certainty = told
    return Explanation(cause, verdict, sentence, certainty, evidence)


def _oom_told(end: Ending, death: _Death) -> Told | None:
    if end.exit_code != 137 or not death.ooms:
        return None
    last = death.ooms[-1]
    if death.died.time - last.time > OOM_BEFORE_DEATH or any(event.time > last.time for _, event in death.signals):
        return None
    after = max(0.0, death.died.time - last.time)
    with_it = "with that" if after < 0.05 else f"{after:.1f} s later"
    words = (
        f"The kernel killed a process of it for lack of memory, and {with_it} it had ended: {sum_text(end.exit_code)}."
    )
    return Cause.OUT_OF_MEMORY, oom_verdict(end), words, Certainty.PROVEN


def _stop_told(end: Ending, death: _Death) -> Told | None:
    """A stop: its signal, then SIGKILL when the grace period was over."""
    if not death.signals:
        return None
    first, asked = death.signals[0] if len(death.signals) == 1 else _asked(death, signal_number(end.stop_signal))
    last, killed = death.signals[-1]
    waited = killed.time - asked.time
    if end.exit_code == 137 and last == SIGKILL and waited > 0:
        # the event `stop` comes last of all: it may not be there yet
        if death.stop is None and waited < SHORTEST_GRACE:
            return None
        words = (
            f"It was asked to stop with {signal_name(first)} and still ran {waited:.1f} s later, "
            "when the engine's grace period was over and SIGKILL ended it."
        )
        return Cause.STOP_TIMEOUT, "Stop time-out", words, Certainty.LIKELY if death.stop is None else Certainty.PROVEN
    if death.stop is None:
        return None
    took = max(0.0, death.died.time - asked.time)
    how = {0: " and ended cleanly", 128 + first: ", which ended it"}.get(
        end.exit_code, f" and returned {end.exit_code}"
    )
    words = f"It was asked to stop with {signal_name(first)}{how} {took:.1f} s later."
    return Cause.STOPPED, "Stopped", words, Certainty.PROVEN


def _asked(death: _Death, stop_signal: int) -> tuple[int, EngineEvent]:
    """The signal with which the stop began: the last one before SIGKILL, of the configured kind where there is one."""
    before = [pair for pair in death.signals if pair[0] != SIGKILL]
    configured = [pair for pair in before if pair[0] == stop_signal]
    return (configured or before or list(death.signals))[-1]


def _kill_told(end: Ending, death: _Death) -> Told | None:
    """A signal through the engine: `docker kill`, or `docker rm --force`."""
    for number, event in reversed(death.signals):
        if end.exit_code == 128 + number and death.died.time - event.time <= SIGNAL_BEFORE_DEATH:
            name = signal_name(number)
            how = "docker stop and docker kill do" if number == signal_number(end.stop_signal) else "docker kill does"
            words = f"It was sent {name} through the engine, as {how}: {sum_text(end.exit_code)}."
            return Cause.KILLED, f"Killed with {name}", words, Certainty.PROVEN
    return None


def _nothing_told(end: Ending, death: _Death) -> Told | None:
    name = exit_signal(end.exit_code)
    if not death.complete or death.signals or name not in _FROM_OUTSIDE:
        return None
    if end.exit_code == 137:
        words = (
            f"{sum_text(end.exit_code)}, and it did not come through the engine: from somebody on the host, from "
            "the host's own out-of-memory killer, or to a child whose end a shell passed on."
        )
        return Cause.KILLED_OUTSIDE, "Killed from outside", words, Certainty.LIKELY
    words = (
        f"{sum_text(end.exit_code)}, and no signal came through the engine: nobody stopped it with docker. It was "
        "sent on the host or inside, or the program returned this code by itself."
    )
    return Cause.SIGNALLED, f"Ended by {name}, not through the engine", words, Certainty.LIKELY
