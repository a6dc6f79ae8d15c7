"""Round numbers and units for a chart's values."""

from __future__ import annotations

import math

from gui.charts.content import Measure

_BASES = {Measure.MEMORY: 1024.0, Measure.TRAFFIC: 1000.0}
_UNITS = ("B", "kB", "MB", "GB", "TB", "PB")
_PLAIN = {Measure.CORES: "cores", Measure.COUNT: ""}
_DECIMAL_STEPS = (1.0, 2.0, 5.0, 10.0)
_BINARY_STEPS = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0, 1024.0)
LEAST = {Measure.CORES: 0.05, Measure.MEMORY: 1024.0**2, Measure.TRAFFIC: 1000.0, Measure.COUNT: 4.0}


def unit(measure: Measure, top: float) -> tuple[float, str]:
    """What values up to `top` are divided by, and the word for that: (1048576, "MB")."""
    base = _BASES.get(measure)
    if base is None:
        return 1.0, _PLAIN[measure]
    power = 0 if top < base else min(int(math.log(top, base) + 1e-9), len(_UNITS) - 1)
    return base**power, _UNITS[power] + ("/s" if measure is Measure.TRAFFIC else "")


def ticks(measure: Measure, top: float, most: int) -> list[float]:
    """About `most` round values, from 0 to `top`: at least one beside 0, as a number alone is no scale."""
    step = _step(measure, top / max(1, most))
    while step > top:
        most += 1
        step = _step(measure, top / most)
    return [number * step for number in range(math.floor(top / step + 1e-9) + 1)]


def _step(measure: Measure, least: float) -> float:
    """The smallest round step of at least so much."""
    divisor = unit(measure, least)[0] if measure is Measure.MEMORY else 10.0 ** math.floor(math.log10(least))
    steps = _BINARY_STEPS if measure is Measure.MEMORY else _DECIMAL_STEPS
    step = next(step for step in steps if step * divisor >= least * 0.999999) * divisor
    return max(1.0, step) if measure is Measure.COUNT else step


def tick_text(measure: Measure, value: float, top: float) -> str:
    """A value on the axis, without its unit: "1.5"."""
    return f"{value / unit(measure, top)[0]:.4g}"


def value_text(measure: Measure, value: float | None) -> str:
    """A value with its unit: "0.99", "423 MB", "3.4 MB/s"; an en dash for None."""
    if value is None:
        return "–"
    divisor, word = unit(measure, abs(value))
    shown = value / divisor
    if measure is Measure.COUNT:
        return f"{value:.0f}"
    if measure is Measure.CORES:
        return f"{value:.2f}"
    return f"{shown:.{0 if shown >= 99.95 or word.startswith('B') else 1}f} {word}"
