"""Measured series: rings of equal steps of time that forget their oldest, finer ones for what is recent."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any

from msgspec import Struct

NOTHING = math.nan  # where nothing was measured


class Fold(StrEnum):
    """What becomes of several values in one step."""

    MEAN = "mean"  # weighted by time
    HIGHEST = "highest"


class Quantity(Struct, frozen=True):
    """One column of a history. `code` is the array type that keeps it; whole numbers have their largest for nothing."""

    id: str
    fold: Fold = Fold.MEAN
    code: str = "f"
    scale: float = 1.0  # kept as value times this
    source: str = ""  # the measured value that it keeps, where that is another one's: the highest beside the mean


class Tier(Struct, frozen=True):
    """A ring of a history: `slots` steps of `step` seconds."""

    step: float
    slots: int
    quantities: tuple[Quantity, ...]

    @property
    def span(self) -> float:
        """Seconds."""
        return self.step * self.slots


class Track(Struct, frozen=True):
    """What a history holds, oldest first: value n of a column is of the `step` seconds from `start + n * step`.

    Times in seconds since the epoch; NaN where nothing was measured.
    """

    start: float
    step: float
    columns: Mapping[str, array[float]]

    def __len__(self) -> int:
        return max(map(len, self.columns.values()), default=0)

    @property
    def end(self) -> float:
        """Where the last step ends."""
        return self.start + len(self) * self.step

    def column(self, name: str) -> array[float]:
        """Its values; all NaN where that was never measured."""
        return self.columns.get(name) or array("f", (NOTHING,)) * len(self)

    def index(self, time: float) -> int | None:
        """The step that holds this time; None outside."""
        number = math.floor((time - self.start) / self.step)
        return number if 0 <= number < len(self) else None

    def at(self, name: str, time: float) -> float | None:
        """The value at a time; None where nothing was measured."""
        number = self.index(time)
        value = NOTHING if number is None else self.column(name)[number]
        return None if math.isnan(value) else value

    def within(self, name: str, begin: float, end: float) -> list[float]:
        """The values that were measured between two times."""
        first = max(0, math.floor((begin - self.start) / self.step))
        last = max(first, math.ceil((end - self.start) / self.step))
        return [value for value in self.column(name)[first:last] if not math.isnan(value)]

    def holes(self, name: str, begin: float, end: float) -> Iterator[tuple[float, float]]:
        """The times between two others in which nothing was measured, before the first value and after the last too."""
        open_since = begin
        for number, value in enumerate(self.column(name)):
            if math.isnan(value):
                continue
            at = self.start + number * self.step
            if at >= end:
                break
            if at > open_since:
                yield open_since, at
            open_since = max(open_since, at + self.step)
        if open_since < end:
            yield open_since, end


class _Ring:
    """One tier. Grows to its slots, then writes over its oldest."""

    __slots__ = ("_arrays", "_base", "_newest", "_weight", "tier")

    def __init__(self, tier: Tier) -> None:
        self.tier = tier
        self._arrays = self._empty()
        self._base = 0  # number of the step that stands at place 0, and of those whole rings later
        self._newest = -1  # number of the newest step
        self._weight = 0.0  # seconds of it that have been measured

    def _empty(self) -> list[array[Any]]:
        return [array(quantity.code) for quantity in self.tier.quantities]

    def put(self, begin: float, end: float, values: Mapping[str, float]) -> None:
        """Keep the values that held from `begin` to `end`, which is later."""
        step = self.tier.step
        first, last = math.floor(begin / step), math.ceil(end / step) - 1
        first = max(first, last - self.tier.slots + 1)
        for number in range(first, last + 1):
            seconds = min(end, (number + 1) * step) - max(begin, number * step)
            self._go_to(number)
            self._mix(values, seconds)

    def _go_to(self, number: int) -> None:
        if number == self._newest:
            return
        if number < self._newest:
            self._forget_after(number)
            return
        if not self._arrays[0]:
            self._base = number
        elif number - self._newest >= self.tier.slots:
            self._arrays = self._empty()
            self._base = number
        else:
            for between in range(self._newest + 1, number):
                self._clear(between)
        self._clear(number)
        self._newest, self._weight = number, 0.0

    def _forget_after(self, number: int) -> None:
        """The clock was set back: what lies ahead of it now never was."""
        oldest = self._newest - len(self._arrays[0]) + 1
        kept = number - oldest + 1
        if kept > 0:
            self._arrays = [column[:kept] for column in self._ordered()]
            self._base, self._newest, self._weight = oldest, number, self.tier.step
        else:
            self._arrays, self._newest = self._empty(), -1
            self._go_to(number)

    def _ordered(self) -> list[array[Any]]:
        """Copies of the columns, oldest first."""
        length = len(self._arrays[0])
        cut = (self._newest + 1 - self._base) % self.tier.slots if length == self.tier.slots else 0
        return [column[cut:] + column[:cut] for column in self._arrays]

    def _clear(self, number: int) -> None:
        place = (number - self._base) % self.tier.slots
        for n, (column, quantity) in enumerate(zip(self._arrays, self.tier.quantities, strict=True)):
            nothing = _nothing(quantity.code)
            if place < len(column):
                column[place] = nothing
                continue
            column.append(nothing)
            if len(column) == self.tier.slots:
                self._arrays[n] = column[:]  # the copy has no room to grow, which is not needed any more

    def _mix(self, values: Mapping[str, float], seconds: float) -> None:
        place = (self._newest - self._base) % self.tier.slots
        share = seconds / (self._weight + seconds)
        self._weight += seconds
        for column, quantity in zip(self._arrays, self.tier.quantities, strict=True):
            value = values.get(quantity.source or quantity.id, NOTHING)
            if math.isnan(value):
                continue
            value *= quantity.scale
            kept = column[place]
            if kept == _nothing(quantity.code) or kept != kept:
                mixed = value
            elif quantity.fold is Fold.HIGHEST:
                mixed = max(kept, value)
            else:
                mixed = kept + (value - kept) * share
            column[place] = mixed if quantity.code == "f" else min(round(mixed), _LARGEST[quantity.code] - 1)

    def track(self) -> Track:
        """A copy, oldest first."""
        columns = {
            quantity.id: _floats(column, quantity)
            for column, quantity in zip(self._ordered(), self.tier.quantities, strict=True)
        }
        oldest = self._newest - len(self._arrays[0]) + 1
        return Track(oldest * self.tier.step, self.tier.step, columns)


class History:
    """What was measured of one object, in all tiers. Not safe from several threads at once."""

    __slots__ = ("_rings",)

    def __init__(self, tiers: Sequence[Tier]) -> None:
        """Tiers from the finest to the coarsest."""
        self._rings = [_Ring(tier) for tier in tiers]

    def put(self, begin: float, end: float, values: Mapping[str, float]) -> None:
        """Keep the values that held from `begin` to `end`, in seconds since the epoch; what is missing is unknown.

        What lies between two calls and belongs to neither is a hole. A begin before the end of the last call means
        that the clock was set back: what was kept of later times is forgotten.
        """
        if end > begin:
            for ring in self._rings:
                ring.put(begin, end, values)

    def track(self, reach: float) -> Track:
        """A copy of the finest tier that reaches back so many seconds, else of the coarsest."""
        ring = next((ring for ring in self._rings if ring.tier.span >= reach), self._rings[-1])
        return ring.track()


class Turn(StrEnum):
    """What kind of moment a mark stands for."""

    START = "start"
    END = "end"
    OUT_OF_MEMORY = "out-of-memory"
    HEALTH = "health"
    CHANGE = "change"  # limits, paused or not


class Mark(Struct, frozen=True):
    """Something that happened to the object at a moment, in words that are safe to show."""

    time: float  # seconds since the epoch
    turn: Turn
    words: str
    good: bool = True  # whether it needs no attention


class Measured(Struct, frozen=True):
    """What is known of some objects, by id, at the time `now` of the engine's clock; no track is empty."""

    now: float
    tracks: Mapping[str, Track]
    marks: Mapping[str, tuple[Mark, ...]] = {}


def mean(values: Sequence[float]) -> float | None:
    """None for no values."""
    return math.fsum(values) / len(values) if values else None


def quantile(values: Sequence[float], share: float) -> float | None:
    """The value that this share (0 to 1) of the values does not exceed; None for no values."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)] if values else None


_LARGEST = {"B": 0xFF, "H": 0xFFFF}


def _nothing(code: str) -> float:
    return _LARGEST.get(code, NOTHING)


def _floats(column: array[Any], quantity: Quantity) -> array[float]:
    if quantity.code == "f":
        return column
    nothing = _nothing(quantity.code)
    return array("f", (NOTHING if value == nothing else value / quantity.scale for value in column))
