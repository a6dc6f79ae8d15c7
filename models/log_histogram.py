"""How many lines a log had over time, by level: from the counts that each block keeps of its own spans of time.

Spans are as many milliseconds as a power of two, and begin at multiples of that: so spans of all blocks add up exactly,
and those of a longer log are sums of what was counted before.
"""

from __future__ import annotations

from bisect import bisect_left

from msgspec import Struct

from models.log_buffer import Block, Snapshot, Tally
from models.log_lines import Level, counts, stamp_milliseconds, stamp_of

MOST = 256  # bars


class Histogram(Struct, frozen=True):
    """Bars of `span` milliseconds each, the first from `start` on, in milliseconds since the epoch.

    A bar has the number of lines that begin something, by level number. Lines whose time is none, or earlier than that
    of the line above, as of streams that are stamped apart, stand with that line.
    """

    start: int
    span: int
    bars: tuple[tuple[int, ...], ...]

    @property
    def end(self) -> int:
        """Where the last bar ends, in milliseconds since the epoch."""
        return self.start + self.span * len(self.bars)

    def share(self, moment: int) -> float:
        """Where a moment stands, from 0 at the start to 1 at the end."""
        return min(1.0, max(0.0, (moment - self.start) / (self.end - self.start)))

    def moment(self, share: float) -> int:
        """The moment that stands there, in milliseconds since the epoch."""
        return self.start + round(min(1.0, max(0.0, share)) * (self.end - self.start))

    def bar_at(self, share: float) -> int:
        """The number of the bar that stands there."""
        return min(int(max(0.0, share) * len(self.bars)), len(self.bars) - 1)


def histogram(snapshot: Snapshot, most: int = MOST) -> Histogram | None:
    """At least half of `most` bars where the log is long enough, at most `most`; None where no line has a time.

    Takes half a millisecond for each block that is new: not for the GUI thread.
    """
    stamps = (stamp for block in snapshot.blocks for stamp in (block.first_stamp, block.last_stamp))
    moments = [moment for stamp in stamps if (moment := stamp_milliseconds(stamp))]
    if not moments:
        return None
    first, last = min(moments), max(moments)
    fineness = 0
    while (last >> fineness) - (first >> fineness) >= most:
        fineness += 1
    start = first >> fineness
    bars = [[0] * len(Level) for _ in range((last >> fineness) - start + 1)]
    for block in snapshot.blocks:
        for span, numbers in _tally(block, fineness).items():
            bar = bars[min(max(0, span - start), len(bars) - 1)]  # clocks may be set back within a block
            for level, number in enumerate(numbers):
                bar[level] += number
    return Histogram(start << fineness, 1 << fineness, tuple(map(tuple, bars)))


def _tally(block: Block, fineness: int) -> dict[int, tuple[int, ...]]:
    """What a block has in spans of 2 ** `fineness` ms, by the number of the span since the epoch; kept by the block."""
    known = block.tally
    if known is None or known.fineness > fineness:
        known = block.tally = Tally(fineness, _counted(block, fineness))
    elif known.fineness < fineness:
        known = block.tally = Tally(fineness, _coarser(known.numbers, fineness - known.fineness))
    return known.numbers


def _counted(block: Block, fineness: int) -> dict[int, tuple[int, ...]]:
    stamps, marks = block.stamps(), block.marks
    found: dict[int, tuple[int, ...]] = {}
    at = 0
    while at < len(marks):
        moment = stamp_milliseconds(stamps[at])
        span = moment >> fineness
        end = bisect_left(stamps, _beginning(span + 1 << fineness), at + 1)
        if moment:
            _add(found, span, counts(marks[at:end]))
        at = end
    return found


def _beginning(moment: int) -> bytes:
    """What all time stamps in this millisecond begin with."""
    return stamp_of(moment // 1000)[:20] + b"%03d" % (moment % 1000)


def _coarser(numbers: dict[int, tuple[int, ...]], by: int) -> dict[int, tuple[int, ...]]:
    found: dict[int, tuple[int, ...]] = {}
    for span, more in numbers.items():
        _add(found, span >> by, more)
    return found


def _add(found: dict[int, tuple[int, ...]], span: int, more: tuple[int, ...]) -> None:
    before = found.get(span)
    found[span] = tuple(map(sum, zip(before, more, strict=True))) if before else more
