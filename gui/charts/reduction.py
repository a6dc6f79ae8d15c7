"""Points for the screen: a line of any length becomes two points for each pixel, its lowest and its highest."""

from __future__ import annotations

import math

import numpy

from models.series import Track

Points = tuple["numpy.ndarray", "numpy.ndarray"]  # times and values


def points(track: Track, column: str, begin: float, end: float, pixels: int) -> Points:
    """What lies between two times, and one step on either side; NaN where nothing was measured.

    A value stands in the middle of its step. Steps are joined by whole numbers counted from the epoch, so that a line
    keeps its shape while it is moved.
    """
    values = numpy.frombuffer(track.column(column), dtype=numpy.float32)
    first = max(0, math.floor((begin - track.start) / track.step) - 1)
    last = min(len(values), math.ceil((end - track.start) / track.step) + 1)
    values = values[first:last]
    joined = math.ceil((end - begin) / track.step / max(1, pixels))
    if joined < 2 or len(values) < 2:
        times = track.start + (numpy.arange(first, first + len(values)) + 0.5) * track.step
        return times, values.astype(numpy.float64)
    number = round(track.start / track.step) + first  # of the first step since the epoch
    before = number % joined
    after = -(before + len(values)) % joined
    groups = numpy.pad(values, (before, after), constant_values=numpy.nan).reshape(-1, joined)
    lowest, highest = numpy.fmin.reduce(groups, axis=1), numpy.fmax.reduce(groups, axis=1)
    pairs = numpy.column_stack((lowest, highest)).astype(numpy.float64).ravel()
    middles = (number - before + (numpy.arange(len(groups)) + 0.5) * joined) * track.step
    return numpy.repeat(middles, 2), pairs


def runs(values: numpy.ndarray) -> list[tuple[int, int]]:
    """First and end of each stretch without NaN."""
    known = numpy.concatenate(([False], numpy.isfinite(values), [False]))
    edges = numpy.flatnonzero(known[1:] != known[:-1])
    return [(int(first), int(end)) for first, end in zip(edges[::2], edges[1::2], strict=True)]


def highest(track: Track, column: str, begin: float, end: float) -> float:
    """The highest value between two times; 0 where nothing was measured."""
    _, values = points(track, column, begin, end, 1 << 30)
    return float(numpy.fmax.reduce(values, initial=0.0))
