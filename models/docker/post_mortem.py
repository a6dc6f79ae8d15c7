"""The deaths of one container: a card each, what they were not, how they follow one another, what to do next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from models.docker.container import State
from models.docker.exits import ending, explain
from models.docker.facts import ContainerDetails
from models.docker.post_mortem_around import Surroundings, seen_around
from models.docker.post_mortem_backoff import Backoff, backoff
from models.docker.post_mortem_ruled import Excluded, excluded
from models.docker.post_mortem_steps import Step, steps
from models.docker.verdict import (
    EVENTS_MISSING,
    Cause,
    Certainty,
    Ending,
    EngineEvent,
    Events,
    Evidence,
    Explanation,
    Source,
    limit_text,
    short_text,
)
from models.text import count_text

SAME = 5.0  # seconds within which an event and the inspect mean the same end
_LOOP = 3  # deaths from which on one may speak of a loop
_NEAR = 0.95  # share of the limit that counts as having reached it
MOST_DEATHS = 40


class Lines(Struct, frozen=True):
    """The last that it wrote before an end: (seconds since the epoch, text, whether on stderr), oldest first."""

    lines: tuple[tuple[float, str, bool], ...] = ()


class Memory(Struct, frozen=True):
    """What it used before an end: (seconds since the epoch, bytes), oldest first. `step` is of the steps between."""

    points: tuple[tuple[float, float], ...] = ()
    step: float = 1.0


class Witness(Struct, frozen=True):
    """What is known of one end beside the inspect; its events are those of that life alone."""

    died: float  # seconds since the epoch
    events: Events
    lines: Lines = Lines()
    memory: Memory = Memory()

    @property
    def seen(self) -> bool:
        """Whether its events have the end itself."""
        return any(one.action == "die" for one in self.events.records)


class Case(Struct, frozen=True):
    """All that an engine and we have on the ends of one container; witnesses oldest first."""

    details: ContainerDetails
    around: Surroundings = Surroundings()
    witnesses: tuple[Witness, ...] = ()
    starts: tuple[float, ...] = ()  # all that are remembered


class Life(Struct, frozen=True):
    """One run: seconds since the epoch; `started` None: not known any more; `ended` None: it still runs."""

    started: float | None
    ended: float | None
    cause: Cause | None = None
    memory: Memory = Memory()


class Death(Struct, frozen=True):
    """One card. `time` None: the engine does not record when a start failed."""

    time: float | None
    started: float | None
    exit_code: int | None
    explanation: Explanation
    excluded: tuple[Excluded, ...] = ()
    steps: tuple[Step, ...] = ()
    lines: Lines = Lines()
    memory: Memory = Memory()

    @property
    def lived(self) -> float | None:
        """Seconds; None where that is not known."""
        return None if self.time is None or self.started is None else max(0.0, self.time - self.started)


class PostMortem(Struct, frozen=True):
    """Everything that the tab shows; deaths newest first, lives oldest first."""

    deaths: tuple[Death, ...]
    lives: tuple[Life, ...]
    pattern: str  # "3 ends in 57 min, one every 20 min, all of them out of memory."
    backoff: Backoff
    memory_limit: int | None = None  # bytes


def post_mortem(case: Case, now: float) -> PostMortem:
    """The cards of a case; `now` is the engine's clock."""
    deaths = tuple(_deaths(case))
    return PostMortem(
        deaths=deaths,
        lives=_lives(case, deaths),
        pattern=_pattern(deaths, now),
        backoff=backoff(case.details, [death.lived for death in deaths if death.time is not None]),
        memory_limit=case.details.limits.memory,
    )


def _deaths(case: Case) -> list[Death]:
    details = case.details
    life = details.life
    found: list[Death] = []
    if life.error and not details.running:
        found.append(_failed_start(case))
    last = _last_end(case)
    if last is not None:
        found.append(last)
    told = None if last is None else _witness_of(case, last.time)
    found.extend(_earlier(case, one) for one in reversed(case.witnesses) if one.seen and one is not told)
    return found


def _failed_start(case: Case) -> Death:
    end = ending(case.details)
    assert end is not None  # noqa: S101 - an error, and it does not run
    told = explain(end)
    return _death(case, None, replace(end, started=None, finished=None), told, None)


def _last_end(case: Case) -> Death | None:
    """The end that the inspect knows: of what has ended, all; of what runs again, only when it was."""
    details, finished = case.details, case.details.life.finished
    if finished is None or details.life.state is State.CREATED:
        return None
    witness = _witness_of(case, finished)
    if details.running or details.life.error:  # the exit code may be that of a failed start
        return None if witness is not None and witness.seen else _forgotten(case, finished, witness)
    end = ending(details)
    if end is None:
        return None
    # a loop is told apart
    end = replace(end, most_restarts=0, state=State.EXITED)
    told = explain(end, witness.events if witness else None, case.around)
    return _death(case, finished, end, told, witness)


def _witness_of(case: Case, finished: float | None) -> Witness | None:
    """That of the end which the inspect knows: of a crash loop's ends the nearest."""
    near = [] if finished is None else [one for one in case.witnesses if abs(one.died - finished) <= SAME]
    return min(near, key=lambda one: abs(one.died - (finished or 0.0)), default=None)


def _earlier(case: Case, witness: Witness) -> Death:
    """An end that only events tell of."""
    last = max((one for one in witness.events.records if one.action == "die"), key=lambda one: one.time)
    started = _born(witness.events.records, last)
    code = last.attributes.get("exitCode", "")
    end = Ending(
        exit_code=int(code) if code.removeprefix("-").isdigit() else -1,
        started=started,
        finished=last.time,
        stop_signal=case.details.stop_signal,
        grace=case.details.stop_grace,
        memory_limit=case.details.limits.memory,
        policy=case.details.restart.policy,
        inspected=False,
    )
    # The probes that the inspect knows are of the last life; of an earlier one the events tell.
    around = replace(case.around, health=None)
    return _death(case, last.time, end, explain(end, witness.events, around), witness)


def _born(records: Sequence[EngineEvent], died: EngineEvent) -> float | None:
    starts = [one.time for one in records if one.action == "start" and one.time < died.time]
    if starts:
        return max(starts)
    lasted = died.attributes.get("execDuration", "")
    return died.time - int(lasted) if lasted.isdigit() else None


def _forgotten(case: Case, finished: float, witness: Witness | None) -> Death:
    """It was started again, or that failed, and nobody saw how it ended before."""
    words = (
        "It ended, and was told to start again. The engine keeps the exit code of an end only until the next start, "
        "and its events of that time are gone."
    )
    evidence = (Evidence(Source.INSPECT, "FinishedAt", finished),)
    told = Explanation(Cause.UNKNOWN, "Unknown", words, Certainty.UNKNOWN, evidence, ("its exit code", EVENTS_MISSING))
    end = Ending(exit_code=-1, finished=finished, policy=case.details.restart.policy, inspected=False)
    told = seen_around(end, None, case.around, told)
    lines, memory = (witness.lines, witness.memory) if witness else (Lines(), Memory())
    return Death(finished, None, None, told, steps=steps(end, told, case.details), lines=lines, memory=memory)


def _death(case: Case, time: float | None, end: Ending, told: Explanation, witness: Witness | None) -> Death:
    events = witness.events if witness else None
    memory = witness.memory if witness else Memory()
    told = _with_memory(end, told, memory)
    started = end.started
    if started is None and witness is not None:
        started = next((one for one in reversed(case.starts) if one < witness.died), None)
    return Death(
        time=time,
        started=started,
        exit_code=end.exit_code,
        explanation=told,
        excluded=excluded(end, events, case.around if end.inspected else replace(case.around, health=None), told),
        steps=steps(end, told, case.details),
        lines=witness.lines if witness else Lines(),
        memory=memory,
    )


def _with_memory(end: Ending, told: Explanation, memory: Memory) -> Explanation:
    """The curve agrees with an end for lack of memory, or is one more fact beside another."""
    if not memory.points or end.memory_limit is None:
        return told
    at, used = memory.points[-1]
    share = used / end.memory_limit
    if told.cause is not Cause.OUT_OF_MEMORY and share < _NEAR:
        return told
    fact = f"{limit_text(round(used))} of {limit_text(end.memory_limit)} used at the last look"
    return replace(told, evidence=(*told.evidence, Evidence(Source.STATS, fact, at)))


def _lives(case: Case, deaths: Sequence[Death]) -> tuple[Life, ...]:
    lives = [
        Life(one.started, one.time, one.explanation.cause, one.memory)
        for one in reversed(deaths)
        if one.time is not None
    ]
    if case.details.running and case.details.life.started is not None:
        lives.append(Life(case.details.life.started, None))
    return tuple(lives)


def _pattern(deaths: Sequence[Death], now: float) -> str:
    """How the ends follow one another."""
    times = sorted(one.time for one in deaths if one.time is not None)
    if len(times) < 2:
        return ""
    span, gaps = times[-1] - times[0], len(times) - 1
    words = f"{count_text(len(times), 'end')} in {short_text(span)}, one every {short_text(span / gaps)}"
    counted = Counter(one.explanation.verdict.partition(":")[0] for one in deaths if one.time is not None)
    verdict, times_of = counted.most_common(1)[0]
    which = "all of them" if times_of == len(times) else f"{times_of} of them"
    short = [one.lived for one in deaths if one.lived is not None]
    looping = len(times) >= _LOOP and short and max(short[:_LOOP]) < 60 and now - times[-1] < 600
    return f"{'Crash loop: ' if looping else ''}{words}; {which} {_lower(verdict)}."


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]
