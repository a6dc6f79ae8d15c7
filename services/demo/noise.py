"""Chance that is a pure function of a name and a number: whoever asks, and however often, sees the same."""

from __future__ import annotations

from math import floor
from zlib import crc32


def chance(name: str, step: int) -> float:
    """A number in [0, 1) that belongs to this name and step."""
    mixed = crc32(b"%d" % step, crc32(name.encode()))
    # a CRC is linear, so neighbours resemble each other: one multiplication spreads the low bits over the high ones
    return ((mixed * 2_654_435_761) & 0xFFFFFFFF) / 2**32


def wander(name: str, time: float, period: float) -> float:
    """A smooth curve in [0, 1) over `time`, with a new direction about every `period` (same unit)."""
    step = floor(time / period)
    share = time / period - step
    before, after = chance(name, step), chance(name, step + 1)
    return before + (after - before) * share * share * (3 - 2 * share)
