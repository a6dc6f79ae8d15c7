"""What a chart shows, as values; how it looks is the plot's."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from models.series import Mark, Track


class Measure(StrEnum):
    """What a chart's values are; it decides units and round numbers."""

    CORES = "cores"
    MEMORY = "memory"  # bytes
    TRAFFIC = "traffic"  # bytes a second
    COUNT = "count"


class Line(Struct, frozen=True):
    """One column of a track. `below` draws it downwards from zero."""

    name: str
    colour: str  # a colour token
    track: Track
    column: str
    below: bool = False
    filled: bool = True
    dashed: bool = False


class Limit(Struct, frozen=True):
    """A dashed line that values should not reach; `words` stand in the legend."""

    value: float
    words: str
    colour: str = "text.primary"
    fatal: bool = False  # whether what reaches it may be killed


class Content(Struct, frozen=True):
    """All that one chart shows; `holes` are times (seconds since the epoch) in which nothing was measured."""

    lines: tuple[Line, ...] = ()
    limits: tuple[Limit, ...] = ()
    marks: tuple[Mark, ...] = ()
    holes: tuple[tuple[float, float], ...] = ()
