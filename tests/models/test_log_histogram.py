"""Lines over time: every line in its place, however the log was cut, packed and dropped."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import log_buffer
from models.log_buffer import LogBuffer, Snapshot
from models.log_histogram import Histogram, histogram
from models.log_lines import CONTINUES, Level, level_of, stamp_milliseconds, stamp_of
from models.logs import STAMP, STDOUT, LogChunk

START = 1_764_000_000_000  # milliseconds since the epoch
TEXTS = (b"INFO up", b"ERROR down", b"  at main", b"debug: x", b"plain")
STEPS = st.lists(st.tuples(st.sampled_from((0, 1, 7, 40, 999, 60_000, 5_000_000)), st.sampled_from(TEXTS)), max_size=80)


def log(steps: list[tuple[int, bytes]], chunk: int = 9, lines: int = 1_000_000) -> tuple[LogBuffer, list[int]]:
    """A log whose lines come so many milliseconds after one another; and their times."""
    buffer, now, moments = LogBuffer(lines=lines), START, []
    for at in range(0, len(steps), chunk):
        part = steps[at : at + chunk]
        stamps = b""
        for step, _ in part:
            now += step
            moments.append(now)
            stamps += stamp(now)
        buffer.append(LogChunk(b"".join(text + b"\n" for _, text in part), stamps, bytes([STDOUT]) * len(part)))
    return buffer, moments


def stamp(moment: int) -> bytes:
    whole = stamp_of(moment // 1000)
    return whole[:20] + b"%03d000000Z" % (moment % 1000)


def naive(snapshot: Snapshot, moments: list[int], found: Histogram) -> list[list[int]]:
    bars = [[0] * len(Level) for _ in found.bars]
    for number in range(snapshot.first, snapshot.end):
        if not snapshot.mark(number) & CONTINUES:
            bars[(moments[number] - found.start) // found.span][level_of(snapshot.mark(number))] += 1
    return bars


@pytest.fixture(autouse=True)
def _small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_buffer, "BLOCK", 1_500)
    monkeypatch.setattr(log_buffer, "HOT", 3_000)


@given(STEPS, st.integers(1, 30), st.integers(10, 100), st.integers(1, 300))
def test_each_line_is_in_the_bar_of_its_time(steps: list[tuple[int, bytes]], chunk: int, lines: int, most: int) -> None:
    buffer, moments = log(steps, chunk, lines)
    found = histogram(buffer.snapshot, most)
    if found is None:
        assert not steps
        return
    assert [list(bar) for bar in found.bars] == naive(buffer.snapshot, moments, found)
    assert 1 <= len(found.bars) <= most
    assert found.start <= moments[buffer.first]
    assert moments[-1] < found.end


@given(STEPS, STEPS, STEPS)
def test_a_log_that_grows_and_loses_its_beginning_is_counted_as_one_that_is_new(
    first: list[tuple[int, bytes]], second: list[tuple[int, bytes]], third: list[tuple[int, bytes]]
) -> None:
    """What blocks keep from one look to the next never shows: neither when spans grow nor when they shrink again."""
    steps = [*first, *second, *third]
    whole, _ = log(steps, chunk=9, lines=60)
    growing, now = LogBuffer(lines=60), START
    for at in range(0, len(steps), 9):
        part = steps[at : at + 9]
        stamps = b""
        for step, _ in part:
            now += step
            stamps += stamp(now)
        growing.append(LogChunk(b"".join(text + b"\n" for _, text in part), stamps, bytes([STDOUT]) * len(part)))
        histogram(growing.snapshot, 20)
    assert histogram(growing.snapshot, 20) == histogram(whole.snapshot, 20)


def test_a_long_log_has_many_bars() -> None:
    buffer, _ = log([(100, b"INFO x")] * 3_000)
    found = histogram(buffer.snapshot)
    assert found is not None
    assert 128 <= len(found.bars) <= 256
    assert sum(bar[Level.INFO] for bar in found.bars) == 3_000


@pytest.mark.parametrize("odd", [b"0001-01-01T00:00:00.000000000Z", b"9999-12-31T23:59:59.999999999Z", b"x" * STAMP])
def test_lines_without_a_time_leave_the_others_in_their_places(odd: bytes) -> None:
    buffer, _ = log([(1_000, b"INFO x")] * 5)
    buffer.append(LogChunk(b"INFO y\n" * 3, odd * 3, bytes([STDOUT]) * 3))
    found = histogram(buffer.snapshot)
    assert found is not None
    assert found.start > START - 10_000
    assert found.end < START + 20_000
    assert sum(bar[Level.INFO] for bar in found.bars) in (5, 8)


def test_a_log_whose_lines_have_no_time_has_no_bars() -> None:
    buffer = LogBuffer()
    assert histogram(buffer.snapshot) is None
    buffer.append(LogChunk(b"INFO y\n", b"1970-01-01T00:00:00.000000000Z", bytes([STDOUT])))
    assert histogram(buffer.snapshot) is None


def test_a_clock_that_is_set_back_loses_no_line() -> None:
    buffer, _ = log([(0, b"INFO x"), (60_000, b"INFO x"), (-90_000, b"INFO x"), (30_000, b"INFO x")])
    found = histogram(buffer.snapshot)
    assert found is not None
    assert sum(bar[Level.INFO] for bar in found.bars) == 4


def test_milliseconds_are_exact() -> None:
    for moment in range(START, START + 3_000):
        assert stamp_milliseconds(stamp(moment)) == moment
