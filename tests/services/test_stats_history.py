"""The ledger: what is entered, where a life ends, and how it is sampled at a bounded rate."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.docker.stats import Sample
from models.kind import Ref
from models.series import Track, Turn
from services.cancel import CancelScope
from services.docker.history import TURNING_POINTS
from services.docker.history_of_stats import Ledger
from services.docker.session import DockerSession
from tests.services.collecting import Collector, eventually
from tests.services.fake_engine import FakeEngine, fake_engine, listed
from tests.services.test_docker_watch import watched

GIGA = 1_000_000_000


def sample(at: float, cpu: float, **more: int) -> Sample:
    """`cpu` in seconds."""
    return Sample(at, int(cpu * GIGA), more.pop("memory", 5), None, **more)


def track(ledger: Ledger, container: str = "a") -> Track:
    return ledger.tracks([container], 60)[container]


def test_rates_are_those_between_two_samples() -> None:
    ledger = Ledger()
    ledger.enter("a", sample(100, 1.0, received=1_000, sent=0, read=0, written=0), 10)
    ledger.enter("a", sample(102, 2.0, received=5_000, sent=20, read=0, written=4_096), 12)
    kept = track(ledger)
    assert [kept.at(name, 101) for name in ("cpu", "received", "sent", "read", "written")] == [0.5, 2000, 10, 0, 2048]


def test_a_counter_that_falls_begins_a_new_life() -> None:
    ledger = Ledger()
    for second, cpu in ((100, 5.0), (101, 6.0), (103, 0.5), (104, 0.75)):
        ledger.enter("a", sample(second, cpu), second)
    kept = track(ledger)
    assert kept.within("cpu", 100, 110) == [1.0, 0.25]
    assert list(kept.holes("cpu", 100, 104)) == [(101, 103)]


def test_an_interface_that_goes_makes_no_negative_rate() -> None:
    ledger = Ledger()
    for second, received in ((100, 5_000), (101, 100), (102, 200)):
        ledger.enter("a", sample(second, second, received=received, sent=received), second)
    kept = track(ledger)
    assert kept.within("received", 100, 110) == [100.0]
    assert kept.within("cpu", 100, 110) == [1.0, 1.0], "the rest of its life goes on"


def test_a_machine_that_slept_leaves_a_hole() -> None:
    ledger = Ledger()
    for at, monotonic in ((100, 10), (101, 11), (3_701, 12), (3_702, 13)):
        ledger.enter("a", sample(at, at), monotonic)
    assert track(ledger).within("cpu", 0, 9_999) == [1.0], "the second before it is out of the ring, none lies between"


def test_an_engine_that_did_not_answer_leaves_a_hole() -> None:
    ledger = Ledger()
    ledger.enter("a", sample(100, 1), 0)
    ledger.enter("a", sample(101, 2), 1)
    ledger.interrupt()
    ledger.enter("a", sample(110, 3), 10)
    ledger.enter("a", sample(111, 4), 11)
    assert list(track(ledger).holes("cpu", 100, 111)) == [(101, 110)]


def test_what_stops_is_kept_and_what_is_removed_is_forgotten() -> None:
    ledger = Ledger()
    for one in ("a", "b"):
        ledger.enter(one, sample(100, 1), 0)
        ledger.enter(one, sample(101, 2), 1)
    ledger.keep_only(["a"], ["a", "b"])
    ledger.enter("b", sample(105, 3), 5)
    assert ledger.tracks(["b"], 60)["b"].end == 101, "another life: nothing lies between"
    with ledger.looking_at(["b"]):
        ledger.keep_only(["a"], ["a"])
        assert ledger.tracks(["b"], 60), "somebody looks at it"
    ledger.keep_only(["a"], ["a"])
    assert ledger.tracks(["a", "b"], 60).keys() == {"a"}


# -- with an engine that answers


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[FakeEngine]:
    with fake_engine(tmp_path) as fake:
        fake.containers = {f"c{number}": listed(f"c{number}") for number in range(30)}
        yield fake


@pytest.fixture
def session(fake: FakeEngine) -> Iterator[DockerSession]:
    session = DockerSession(fake.context)
    yield session
    session.close()
    session.join()


def asked(fake: FakeEngine, name: str = "") -> list[float]:
    return [when for when, _, path in list(fake.asked) if path.endswith(f"{name}/stats")]


def test_what_is_looked_at_is_sampled_each_second_and_the_rest_in_turn(
    fake: FakeEngine, session: DockerSession
) -> None:
    with watched(session):
        looking = Collector(lambda scope: session.measured([Ref("containers", "c7", "c7")], 60, scope))
        eventually(lambda: len(asked(fake, "c7")) >= 2, "it is looked at")
        began = time.monotonic()
        eventually(lambda: len(asked(fake, "c7")) >= 5, "it goes on", seconds=8)
        took = time.monotonic() - began
        looking.end()
        times = asked(fake)
    assert took < 4.5, "three seconds, and what the machine adds"
    others = {path for _, _, path in list(fake.asked) if path.endswith("/stats") and "c7" not in path}
    assert len(others) > 12, "the rest is not starved"
    busiest = max(sum(when <= other < when + 1 for other in times) for when in times)
    assert busiest <= 11


def test_turning_points_are_those_that_went_by(fake: FakeEngine, session: DockerSession) -> None:
    with watched(session):
        for action, before in (("start", 30), ("health_status: unhealthy", 20), ("exec_die", 15)):
            moment = int((time.time() - before) * GIGA)
            fake.emit({"Type": "container", "Action": action, "Actor": {"ID": "c1"}, "timeNano": moment})
        eventually(lambda: len(session._chronicle.of("c1", 0, 9e9, TURNING_POINTS).records) == 2, "they went by")
        looking = Collector(lambda scope: session.measured([Ref("containers", "c1", "c1")], 60, scope))
        found = looking.wait_for(lambda known: len(known.marks["c1"]) == 2, "both are told").marks["c1"]
        looking.end()
    assert [(mark.turn, mark.words, mark.good) for mark in found] == [
        (Turn.START, "Started", True),
        (Turn.HEALTH, "Unhealthy", False),
    ]


def test_the_end_of_looking_frees_the_sampler(session: DockerSession) -> None:
    scope = CancelScope()
    looking = session.measured([Ref("containers", "c1", "c1")], 60, scope)
    next(looking)
    assert session._ledger.watched() == ["c1"]
    scope.cancel()
    assert list(looking) == []
    assert session._ledger.watched() == []
