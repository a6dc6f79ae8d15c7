"""Gathers what an engine, and we who watched it, know of the ends of one container."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from urllib.parse import quote

from models.docker.details import container_details
from models.docker.facts import ContainerDetails
from models.docker.post_mortem import MOST_DEATHS, Case, Lines, Memory, Witness
from models.docker.post_mortem_around import Joined, Neighbour, Surroundings
from models.docker.reading import Fields, read_object
from models.docker.verdict import EngineEvent, Events
from models.docker.wire import container_rows
from models.errors import AppError, Gone
from models.kind import Ref
from models.log_lines import stamp_seconds
from models.logs import STAMP, STDERR, Gap, LogChunk, LogOptions
from services.cancel import CancelScope
from services.docker.engine import Engine
from services.docker.history import Chronicle, joined, past_events
from services.docker.history_of_stats import Ledger

TELLING = ("start", "die", "kill", "oom", "stop", "health_status")
STOP_COMES = 5.0  # seconds after an end in which the engine may still write its stop
LINES = 8  # last lines of a life that are shown
LINES_READ = 2_000_000  # bytes of log at most
LINES_WITHIN = 60.0  # seconds before an earlier end in which lines are looked for
WITH_LINES = 5  # of the newest ends
CURVE = 300.0  # seconds of memory before an end
MOST_OTHERS = 60  # containers that are asked when they ended
LONGEST_BAR = 600  # points of a curve

Logs = Callable[[Ref, LogOptions, CancelScope], Iterator[LogChunk | Gap]]


def case_of(
    engine: Engine,
    chronicle: Chronicle,
    ledger: Ledger,
    logs: Logs,
    now: Callable[[], float],
    ref: Ref,
    scope: CancelScope,
) -> Case:
    """All that is known of the ends of this container; `now` is the engine's clock. Raises Gone, Unreachable, TimedOut.

    GET /containers/{id}/json, /events, /networks/bridge; where the engine was started after the end, the same of the
    other containers, at most MOST_OTHERS.
    """
    answer = engine.get(_path(ref.id), None, scope)
    document, details = read_object(answer), container_details(answer)
    moment = now()
    born = (details.created or moment) - 1
    remembered = past_events(engine, ref.id, born, moment, scope, TELLING)
    events = joined(remembered, chronicle.of(ref.id, born, moment, TELLING))
    witnesses = tuple(_witnesses(events, remembered, chronicle, details))
    finished = details.life.finished
    if finished is not None and not any(abs(one.died - finished) <= STOP_COMES for one in witnesses):
        witnesses = tuple(sorted((*witnesses, Witness(finished, Events(moment))), key=lambda one: one.died))
    starts = tuple(one.time for one in events.records if one.action == "start")
    return Case(
        details=details,
        around=_around(engine, document, details, remembered, scope),
        witnesses=tuple(_with_more(witnesses[-MOST_DEATHS:], details, ledger, logs, ref, moment, scope)),
        starts=starts,
    )


def _path(container: str) -> str:
    return f"/containers/{quote(container, safe='')}/json"


def _witnesses(
    events: Events, remembered: Events, chronicle: Chronicle, details: ContainerDetails
) -> Iterator[Witness]:
    """One for each end: its own life's events, and from when on none of these is missing."""
    ends = [one.time for one in events.records if one.action == "die"]
    for before, died in pairwise((float("-inf"), *ends)):
        since, until = _life_around(events.records, before, died)
        told = tuple(one for one in events.records if since <= one.time <= until)
        seen = chronicle.of(details.id, since, until, TELLING)
        yield Witness(died, Events(min(remembered.since, seen.since), told))


def _life_around(records: Sequence[EngineEvent], before: float, died: float) -> tuple[float, float]:
    """From the start of this life to the next one's, or the last word about its end."""
    starts = [one.time for one in records if one.action == "start"]
    since = max((one for one in starts if before < one < died), default=before)
    again = min((one for one in starts if one > died), default=float("inf"))
    return (since if since > before else before + 1e-6), min(died + STOP_COMES, again)


# --- what it wrote and used -------------------------------------------------------------------------------------------


def _with_more(
    witnesses: Sequence[Witness],
    details: ContainerDetails,
    ledger: Ledger,
    logs: Logs,
    ref: Ref,
    now: float,
    scope: CancelScope,
) -> Iterator[Witness]:
    for number, one in enumerate(witnesses):
        newest = number == len(witnesses) - 1 and not details.running
        read = number >= len(witnesses) - WITH_LINES
        lines = last_lines(logs, ref, one.died, newest, scope) if read else Lines()
        yield Witness(one.died, one.events, lines, _memory(ledger, ref.id, one.died, now))


def last_lines(logs: Logs, ref: Ref, died: float, newest: bool, scope: CancelScope) -> Lines:
    """The last lines before an end; none where the log is gone or cannot be read."""
    window = LogOptions(follow=False, since=died - LINES_WITHIN, until=died + 1)
    options = LogOptions(follow=False, tail=LINES * 3) if newest else window
    mine = scope.child()
    kept: list[tuple[float, str, bool]] = []
    read = 0
    try:
        for chunk in logs(ref, options, mine):
            if isinstance(chunk, LogChunk):
                kept = [*kept, *(one for one in _lines(chunk) if one[0] <= died + 1)][-LINES:]
                read += chunk.weight
            if read > LINES_READ:
                break
    except AppError:
        return Lines()
    finally:
        mine.cancel()
    return Lines(tuple(kept))


def _lines(chunk: LogChunk) -> Iterator[tuple[float, str, bool]]:
    texts = chunk.text.split(b"\n")
    for number in range(max(0, len(chunk) - LINES * 3), len(chunk)):
        at = stamp_seconds(chunk.stamps[number * STAMP :][:STAMP])
        yield at, texts[number].decode(errors="replace"), chunk.streams[number] == STDERR


def _memory(ledger: Ledger, container: str, died: float, now: float) -> Memory:
    """The curve up to an end, where this session has measured it."""
    track = ledger.tracks((container,), now - died + CURVE).get(container)
    if track is None:
        return Memory()
    times = (track.start + number * track.step for number in range(len(track)))
    points = [
        (at, value)
        for at, value in zip(times, track.column("memory"), strict=False)
        if value == value and died - CURVE <= at <= died + 1
    ]
    return Memory(tuple(points[-LONGEST_BAR:]), track.step)


# --- what was around --------------------------------------------------------------------------------------------------


def _around(
    engine: Engine, document: Fields, details: ContainerDetails, remembered: Events, scope: CancelScope
) -> Surroundings:
    started, finished = _engine_started(engine, scope), details.life.finished
    anew = started is not None and finished is not None and finished <= started
    return Surroundings(
        engine_started=started,
        others=tuple(_others(engine, details.id, scope)) if anew else (),
        joined=tuple(_joined(engine, document.at("HostConfig"), scope)),
        health=details.health,
        of_swarm="com.docker.swarm.task.id" in details.labels,
        swept=tuple(one.time for one in remembered.records if one.action == "die" and one.time < (started or 0.0)),
        started=details.life.started,
        running=details.running,
    )


def _engine_started(engine: Engine, scope: CancelScope) -> float | None:
    """When the engine was started, seconds since the epoch: it makes its default bridge anew each time.

    None where it has no such network. With live-restore it keeps that of an earlier start: then this is too early,
    and nothing is taken for its shutdown.
    """
    try:
        bridge = read_object(engine.get("/networks/bridge", None, scope))
    except AppError:
        return None
    default = bridge.at("Options").text("com.docker.network.bridge.default_bridge") == "true"
    return bridge.instant("Created") if default else None


def _others(engine: Engine, container: str, scope: CancelScope) -> Iterator[Neighbour]:
    rows = container_rows(engine.get("/containers/json", {"all": 1}, scope))
    for row in [row for row in rows if row.id != container][:MOST_OTHERS]:
        other = _neighbour(engine, row.id, scope)
        if other is not None:
            yield other


def _neighbour(engine: Engine, name: str, scope: CancelScope) -> Neighbour | None:
    """Another container; None where it no longer exists."""
    try:
        facts = container_details(engine.get(_path(name), None, scope))
    except Gone:
        return None
    life = facts.life
    return Neighbour(facts.id, facts.name, facts.running, life.started, life.finished, facts.restart.policy)


def _joined(engine: Engine, host: Fields, scope: CancelScope) -> Iterator[Joined]:
    for key, namespace in (("PidMode", "PID"), ("NetworkMode", "network"), ("IpcMode", "IPC")):
        kind, _, name = host.text(key).partition(":")
        if kind == "container" and name:
            yield Joined(namespace, name[:12], _neighbour(engine, name, scope))
