"""What each chart shows of one object, or of several over each other; and the figures beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from gui.charts.content import Content, Limit, Line, Measure
from gui.charts.scale import value_text
from models.docker.stats import TIERS
from models.kind import Ref
from models.series import Mark, Measured, Track, Turn, mean, quantile
from models.text import percent_text

CHARTS = (
    ("cpu", Measure.CORES, "CPU", "", 3),
    ("memory", Measure.MEMORY, "Memory", "", 4),
    ("network", Measure.TRAFFIC, "Network", "received up, sent down", 2),
    ("disk", Measure.TRAFFIC, "Block I/O", "read up, written down", 2),
    ("pids", Measure.COUNT, "Processes", "with their threads", 1),
)
MOST = 16  # objects over each other: eight colours, each whole and dashed
_COLOURS = 8
_LATE = 3.0  # seconds after its step in which a sample may still come: no hole yet

# One object: chart, column, name, colour, whether downwards, whether filled.
_ALONE = (
    ("cpu", "cpu", "CPU", "chart.1", False, True),
    ("memory", "memory", "Working set", "chart.3", False, True),
    ("memory", "cache", "Page cache", "chart.6", False, False),
    ("network", "received", "Received", "chart.1", False, True),
    ("network", "sent", "Sent", "chart.2", True, True),
    ("disk", "read", "Read", "chart.7", False, True),
    ("disk", "written", "Written", "chart.5", True, True),
    ("pids", "pids", "Processes", "chart.8", False, True),
)
_LEGEND = {"CPU": "used", "Processes": "processes"}
_MEASURES = {key: measure for key, measure, *_ in CHARTS}


class Subject(Struct, frozen=True):
    """An object whose costs are shown. `name` is ready to be shown, `row` may be None."""

    ref: Ref
    name: str
    row: Any = None


class Figure(Struct, frozen=True):
    """A row of the column beside the charts; without a value it is a title."""

    name: str
    value: str = ""
    colour: str = ""  # token of a swatch


def colour_of(number: int) -> str:
    """The colour token of the subject of this number."""
    return f"chart.{1 + number % _COLOURS}"


def contents(
    subjects: Sequence[Subject], measured: Measured, begin: float, end: float
) -> tuple[dict[str, Content], tuple[Mark, ...]]:
    """What the charts show between two times, by chart, and the marks of all."""
    marks = _marks(subjects, measured)
    if len(subjects) == 1:
        return _alone(subjects[0], measured, begin, end, marks), marks
    return _together(subjects, measured), marks


def _marks(subjects: Sequence[Subject], measured: Measured) -> tuple[Mark, ...]:
    found = [
        mark if len(subjects) == 1 else replace(mark, words=f"{subject.name}: {mark.words}")
        for subject in subjects
        for mark in measured.marks.get(subject.ref.id, ())
    ]
    return tuple(sorted(found, key=lambda mark: mark.time))


def _alone(
    subject: Subject, measured: Measured, begin: float, end: float, marks: tuple[Mark, ...]
) -> dict[str, Content]:
    track = measured.tracks.get(subject.ref.id) or _nothing(end)
    holes = tuple(_holes(track, begin, end, measured.now))
    limits = _limits(subject.row)
    return {
        key: Content(
            tuple(
                Line(_LEGEND.get(name, name.lower()), colour, track, column, below, filled)
                for chart, column, name, colour, below, filled in _ALONE
                if chart == key
            ),
            limits.get(key, ()),
            marks,
            holes,
        )
        for key, *_ in CHARTS
    }


def _together(subjects: Sequence[Subject], measured: Measured) -> dict[str, Content]:
    """One colour for each; its page cache and its limits would only confuse."""
    found: dict[str, list[Line]] = {key: [] for key, *_ in CHARTS}
    for number, subject in enumerate(subjects):
        track = measured.tracks.get(subject.ref.id)
        for chart, column, _, _, below, _ in _ALONE:
            if track is not None and column != "cache":
                line = Line(subject.name, colour_of(number), track, column, below, False, number >= _COLOURS)
                found[chart].append(line)
    return {key: Content(tuple(lines)) for key, lines in found.items()}


def _holes(track: Track, begin: float, end: float, now: float) -> Iterator[tuple[float, float]]:
    for since, until in track.holes("cpu", begin, end):
        if until < end or since < min(now, end) - track.step - _LATE:
            yield since, until


def _nothing(end: float) -> Track:
    return Track(end, TIERS[0].step, {})


def _limits(row: Any) -> dict[str, tuple[Limit, ...]]:
    run = getattr(row, "run", None)
    found: dict[str, tuple[Limit, ...]] = {}
    if run is not None and run.cpu_limit:
        found["cpu"] = (Limit(run.cpu_limit, f"limit {run.cpu_limit:g}"),)
    if run is not None and run.memory_limit:
        words = f"limit {value_text(Measure.MEMORY, run.memory_limit)}"
        found["memory"] = (Limit(run.memory_limit, words, "error.mark", fatal=True),)
    return found


# -- figures


def values_at(subjects: Sequence[Subject], measured: Measured, time: float) -> Iterator[Figure]:
    """What was measured at a time."""
    for number, subject in enumerate(subjects):
        track = measured.tracks.get(subject.ref.id) or _nothing(time)
        alone = len(subjects) == 1
        if not alone:
            yield Figure(subject.name, colour=colour_of(number))
        for chart, column, name, colour, _, _ in _ALONE:
            if alone or column != "cache":
                value = value_text(_MEASURES[chart], track.at(column, time))
                yield Figure(name, value, colour if alone else "")


def sums(subject: Subject, measured: Measured, begin: float, end: float) -> Iterator[Figure]:
    """What a stretch of time comes to."""
    track = measured.tracks.get(subject.ref.id) or _nothing(end)
    cpu = track.within("cpu", begin, end)
    throttled = track.within("throttled", begin, end)
    memory = max(track.within("memory", begin, end), default=None)
    starts = [mark for mark in _marks((subject,), measured) if mark.turn is Turn.START and begin <= mark.time <= end]
    yield Figure("CPU, mean", value_text(Measure.CORES, mean(cpu)))
    yield Figure("CPU, p95", value_text(Measure.CORES, quantile(cpu, 0.95)))
    yield Figure("Memory, max", value_text(Measure.MEMORY, memory))
    if throttled:
        yield Figure("Throttled", percent_text(100 * (mean(throttled) or 0.0)))
    yield Figure("Starts", str(len(starts)))


def last_end(subject: Subject, measured: Measured) -> Mark | None:
    """The last end that nobody asked for."""
    ends = [mark for mark in measured.marks.get(subject.ref.id, ()) if mark.turn is Turn.END and not mark.good]
    return ends[-1] if ends else None
