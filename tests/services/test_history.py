"""What is remembered of ends: how far it reaches, and that it never claims to know more than was seen."""

import math

import pytest

from models.docker.verdict import EngineEvent, Events
from services.docker import history
from services.docker.events import Event, Opened
from services.docker.history import Chronicle, joined


class Clock:
    """The engine's clock, set by hand."""

    def __init__(self) -> None:
        self.time = 100.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def chronicle(clock: Clock) -> Chronicle:
    """One that follows the events since 100."""
    chronicle = Chronicle(clock)
    chronicle.note(Opened())
    return chronicle


def event(action: str, time: float, container: str = "a", kind: str = "container", **attributes: str) -> Event:
    return Event(type=kind, action=action, id=container, attributes=attributes, time=time)


def test_an_end_is_remembered_with_what_tells_of_it_and_nothing_else(chronicle: Chronicle) -> None:
    chronicle.note(event("start", 110.0, image="busybox", note="a label"))
    chronicle.note(event("kill", 120.0, signal="9", note="a label"))
    chronicle.note(event("exec_start: sh", 120.5))
    chronicle.note(event("die", 121.0, exitCode="137", execDuration="11", note="a label"))
    chronicle.note(event("die", 121.5, "another", exitCode="1"))
    chronicle.note(event("kill", 122.0, kind="plugin"))
    assert chronicle.of("a", 0, 200) == Events(
        100.0,
        (
            EngineEvent("start", 110.0),
            EngineEvent("kill", 120.0, {"signal": "9"}),
            EngineEvent("die", 121.0, {"exitCode": "137", "execDuration": "11"}),
        ),
    )


def test_what_was_not_followed_without_a_gap_is_not_claimed_to_be_whole(chronicle: Chronicle, clock: Clock) -> None:
    chronicle.note(event("start", 110.0))
    clock.time = 150.0
    chronicle.note(Opened())  # the stream had ended, nobody knows when
    chronicle.note(event("die", 149.0, exitCode="137"))  # of the seconds that it tells again
    assert chronicle.of("a", 0, 200).since == 150.0


def test_an_end_that_is_told_again_stays_whole(chronicle: Chronicle, clock: Clock) -> None:
    chronicle.note(event("die", 149.0, exitCode="137"))
    clock.time = 150.0
    chronicle.note(Opened())
    chronicle.note(event("die", 149.0, exitCode="137"))
    assert chronicle.of("a", 0, 200).since == 100.0


def test_where_no_end_was_seen_nothing_is_claimed(chronicle: Chronicle) -> None:
    chronicle.note(event("start", 110.0))
    assert chronicle.of("a", 0, 200).since == 200
    assert chronicle.of("b", 0, 200) == Events(200)


def test_an_engine_that_was_never_followed_proves_nothing(clock: Clock) -> None:
    chronicle = Chronicle(clock)
    chronicle.note(event("die", 121.0, exitCode="137"))
    assert chronicle.of("a", 0, 200).since == math.inf


def test_the_oldest_are_forgotten_and_that_is_known(chronicle: Chronicle, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "MOST_SEEN", 3)
    for time in (101.0, 102.0, 103.0):
        chronicle.note(event("start", time, "many"))
    chronicle.note(event("die", 104.0, exitCode="137"))
    assert [record.time for record in chronicle.of("many", 0, 200).records] == [102.0, 103.0]
    assert chronicle.of("a", 0, 200).since == 102.0


def test_two_memories_are_one_with_each_event_once() -> None:
    kill, die = EngineEvent("kill", 1.0, {"signal": "9"}), EngineEvent("die", 2.0, {"exitCode": "137"})
    stop = EngineEvent("stop", 2.5)
    assert joined(Events(2.0, (die, stop)), Events(0.5, (kill, die))) == Events(0.5, (kill, die, stop))
