"""Round times on an axis."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.time_axis import round_times

NOON = 1_764_072_000_000  # 2025-11-25 12:00 UTC, in milliseconds


@pytest.fixture(autouse=True)
def _in_utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (4, ["12:00:00", "12:00:01", "12:00:02", "12:00:03"]),
        (900, ["12:00", "12:05", "12:10"]),
        (86_400, ["12:00", "18:00", "26 Nov", "06:00"]),
        (400_000, ["27 Nov", "29 Nov"]),
    ],
)
def test_times_are_round_and_few(seconds: int, words: list[str]) -> None:
    assert [text for _, text in round_times(NOON, NOON + seconds * 1000, 4)] == words


@given(st.integers(NOON, NOON + 10**10), st.integers(1, 10**12), st.integers(0, 30))
def test_times_ascend_within_the_axis(start: int, long: int, most: int) -> None:
    moments = [moment for moment, _ in round_times(start, start + long, most)]
    assert moments == sorted(set(moments))
    assert len(moments) <= max(1, most) + 1
    assert all(start <= moment < start + long for moment in moments)
