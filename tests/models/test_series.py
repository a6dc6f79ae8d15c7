"""Histories: what they keep and forget, that means are true, and that nothing is made up where nothing was measured."""

import math
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.docker.stats import QUANTITIES, new_history
from models.series import Fold, History, Quantity, Tier, mean, quantile

SMALL = (
    Tier(1.0, 10, (Quantity("load"), Quantity("count", Fold.HIGHEST, "H"))),
    Tier(5.0, 4, (Quantity("load"), Quantity("load_highest", Fold.HIGHEST, source="load"))),
)


def history() -> History:
    return History(SMALL)


def test_a_value_stands_in_each_second_that_it_held() -> None:
    kept = history()
    kept.put(100.0, 103.0, {"load": 2.0, "count": 7.0})
    track = kept.track(5)
    assert (track.start, track.step, list(track.column("load"))) == (100.0, 1.0, [2.0, 2.0, 2.0])
    assert list(track.column("count")) == [7.0, 7.0, 7.0]


def test_a_step_holds_the_mean_over_the_time_that_was_measured() -> None:
    kept = history()
    kept.put(100.0, 100.25, {"load": 4.0})
    kept.put(100.25, 101.0, {"load": 8.0})
    assert kept.track(5).at("load", 100.5) == 7.0
    kept.put(101.0, 105.0, {"load": 2.0})
    coarse = kept.track(11)
    assert coarse.step == 5.0
    assert coarse.at("load", 104) == pytest.approx((7 + 4 * 2) / 5)
    assert coarse.at("load_highest", 104) == 8.0


def test_what_lies_between_two_measurements_is_a_hole() -> None:
    kept = history()
    kept.put(100.0, 102.0, {"load": 1.0})
    kept.put(105.0, 106.0, {"load": 3.0})
    track = kept.track(5)
    assert list(track.holes("load", 99.0, 107.0)) == [(99.0, 100.0), (102.0, 105.0), (106.0, 107.0)]
    assert track.at("load", 103.0) is None
    assert track.within("load", 100.0, 107.0) == [1.0, 1.0, 3.0]


def test_the_oldest_is_forgotten() -> None:
    kept = history()
    for second in range(100, 125):
        kept.put(second, second + 1, {"load": float(second)})
    assert list(kept.track(5).column("load")) == [float(second) for second in range(115, 125)]
    assert kept.track(5).start == 115.0
    assert kept.track(99).start == 105.0, "the coarsest where none reaches so far"


def test_a_silence_longer_than_the_ring_leaves_nothing_old() -> None:
    kept = history()
    kept.put(100.0, 101.0, {"load": 1.0})
    kept.put(5_000.0, 5_001.0, {"load": 2.0})
    assert list(kept.track(5).column("load")) == [2.0]
    assert list(kept.track(11).column("load")) == [2.0]


def test_a_clock_set_back_forgets_what_lies_ahead() -> None:
    kept = history()
    for second in range(100, 108):
        kept.put(second, second + 1, {"load": 1.0})
    kept.put(103.0, 104.0, {"load": 9.0})
    kept.put(104.0, 105.0, {"load": 9.0})
    track = kept.track(5)
    assert track.within("load", 104.0, 200.0) == [9.0]
    kept.put(20.0, 21.0, {"load": 5.0})
    assert list(kept.track(5).column("load")) == [5.0]


def test_what_the_engine_does_not_say_is_not_zero() -> None:
    kept = new_history()
    kept.put(100.0, 110.0, {"cpu": 0.5})
    track = kept.track(60)
    assert track.at("cpu", 105) == 0.5
    assert [track.at(name, 105) for name in QUANTITIES if name != "cpu"] == [None] * (len(QUANTITIES) - 1)


@given(st.lists(st.tuples(st.floats(0, 7), st.floats(0.05, 30), st.floats(0, 1e9)), min_size=1, max_size=60))
def test_what_was_computed_is_conserved_in_every_tier(parts: list[tuple[float, float, float]]) -> None:
    """The sum of value times measured time is the same, whatever the steps are."""
    kept = History([Tier(1.0, 4_000, (Quantity("load"),)), Tier(5.0, 4_000, (Quantity("load"),))])
    time, total, seen = 1_000.0, 0.0, 0.0
    for rest, length, value in parts:
        begin = time + rest
        time = begin + length
        kept.put(begin, time, {"load": value})
        total += length * value
        seen = max(seen, value)
    for reach in (1, 5_000):
        track = kept.track(reach)
        values = [value for value in track.column("load") if not math.isnan(value)]
        assert max(values) <= seen * 1.000001
        assert min(values) >= 0
        if all(rest == 0 for rest, _, _ in parts):  # then each step but the first and the last is full
            assert math.fsum(values) * track.step >= total * 0.999 - 1


def weight(thing: object) -> int:
    """Bytes of an object and of what its slots hold, without what is shared."""
    inside = [getattr(thing, name) for name in getattr(thing, "__slots__", ()) if name != "tier"]
    inside += list(thing) if isinstance(thing, list) else []
    return sys.getsizeof(thing) + sum(map(weight, inside))


def test_a_full_history_takes_less_than_120_kilobytes() -> None:
    kept = new_history()
    for minute in range(1_500):
        kept.put(minute * 60.0, minute * 60.0 + 60, dict.fromkeys(QUANTITIES, 1.0))
    assert [len(kept.track(reach)) for reach in (60, 7_000, 86_400)] == [600, 1_440, 1_440]
    assert weight(kept) <= 120_000


def test_sums_of_a_range() -> None:
    assert mean([1.0, 2.0, 6.0]) == 3.0
    assert mean([]) is None
    assert quantile([float(n) for n in range(1, 101)], 0.95) == 95.0
    assert quantile([], 0.95) is None
