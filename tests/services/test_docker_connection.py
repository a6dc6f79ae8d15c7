"""The state of a connection, with a fake engine that misbehaves on command and clocks that can be moved."""

import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from msgspec.structs import replace

from models.connection import ConnectionState, Phase
from models.errors import Reason, Unreachable
from services.cancel import CancelScope
from services.docker.connection import Connection, Pace
from services.docker.engine import Engine
from tests.services.collecting import Collector, eventually
from tests.services.fake_engine import FakeEngine, fake_engine
from tests.services.http_proxy import HttpProxy
from tests.world.proxy import Proxy

QUICK = Pace(ping_every=0.05, ping_limit=0.2, first_limit=0.3, retry_first=0.02, retry_most=0.1)


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[FakeEngine]:
    with fake_engine(tmp_path) as fake:
        yield fake


class Kept:
    """A connection and all its states."""

    def __init__(self, fake: FakeEngine, pace: Pace = QUICK, endpoint: str = "") -> None:
        self.jump = 0.0
        context = replace(fake.context, endpoint=endpoint or fake.context.endpoint)
        self.connection = Connection(Engine(context), pace, wall=lambda: time.time() + self.jump)
        self.states = Collector(self.connection.states)

    def reached(self, phase: Phase, after: int = 0) -> ConnectionState:
        """The first state of this phase, those before number `after` not counted."""
        found: ConnectionState = eventually(
            lambda: [s for s in list(self.states.brought)[after:] if s.phase is phase], phase.value
        )[0]
        return found

    def __enter__(self) -> "Kept":
        return self

    def __exit__(self, *_: object) -> None:
        began = time.monotonic()
        self.connection.close()
        assert time.monotonic() - began < 0.05
        self.states.thread.join(1)
        assert self.states.brought[-1].phase is Phase.CLOSED
        self.connection.join(3)
        assert self.connection.state.phase is Phase.CLOSED, "whatever the last ping said"


def test_it_becomes_live_and_stays_so_without_chatter(fake: FakeEngine) -> None:
    with Kept(fake) as kept:
        kept.reached(Phase.LIVE)
        eventually(lambda: fake.count("GET", "/_ping") > 4, "it pings")
        assert [s.phase for s in kept.states.brought if s.phase is not Phase.CONNECTING] == [Phase.LIVE]
        assert fake.open_lines == 1, "all pings share a line of their own"


def test_one_late_answer_is_stale_two_are_not_answering(fake: FakeEngine) -> None:
    with Kept(fake) as kept:
        kept.reached(Phase.LIVE)
        fake.stalled.add("/_ping")
        stale = kept.reached(Phase.STALE)
        assert stale.live_until
        lost = kept.reached(Phase.UNREACHABLE)
        assert isinstance(lost.error, Unreachable)
        assert lost.error.reason is Reason.NOT_ANSWERING
        seen = len(kept.states.brought)
        fake.release()
        kept.reached(Phase.LIVE, after=seen)


def test_one_late_answer_alone_is_forgiven(fake: FakeEngine) -> None:
    with Kept(fake) as kept:
        kept.reached(Phase.LIVE)
        fake.stalled.add("/_ping")
        kept.reached(Phase.STALE)
        seen = len(kept.states.brought)
        fake.release()
        kept.reached(Phase.LIVE, after=seen)
        assert Phase.UNREACHABLE not in {state.phase for state in kept.states.brought}


def test_each_life_ends_with_its_loss(fake: FakeEngine) -> None:
    with Kept(fake) as kept:
        kept.reached(Phase.LIVE)
        first = kept.connection.life
        assert not first.cancelled
        fake.stalled.add("/_ping")
        eventually(lambda: first.cancelled, "its end is told")
        fake.release()
        eventually(lambda: not kept.connection.life.cancelled, "another begins")
        assert first.cancelled


def test_the_back_off_grows_and_is_shown(fake: FakeEngine) -> None:
    fake.hang_up_on.add("/_ping")
    with Kept(fake, Pace(retry_first=0.02, retry_most=0.3)) as kept:
        eventually(lambda: fake.count("GET", "/_ping") >= 6, "it goes on trying")
        times = [when for when, _, path in fake.asked if path == "/_ping"]
        gaps = [after - before for before, after in pairwise(times)]
        assert gaps[4] > 3 * gaps[0]
        lost = kept.reached(Phase.UNREACHABLE)
        assert lost.retry_at
        assert lost.retry_at > lost.since


def test_retry_now_does_not_wait_and_suspicion_does(fake: FakeEngine) -> None:
    fake.hang_up_on.add("/_ping")
    with Kept(fake, Pace(retry_first=60.0, retry_most=60.0)) as kept:
        kept.reached(Phase.UNREACHABLE)
        fake.hang_up_on.clear()
        for _ in range(3):
            kept.connection.suspect()
        assert not CancelScope().wait(0.1)
        assert not kept.connection.state.live
        kept.connection.retry_now()
        kept.reached(Phase.LIVE)


def test_suspicion_pings_at_once(fake: FakeEngine) -> None:
    with Kept(fake, Pace(ping_every=60.0, retry_first=60.0)) as kept:
        kept.reached(Phase.LIVE)
        fake.hang_up_on.add("/_ping")
        began = time.monotonic()
        kept.connection.suspect()
        kept.reached(Phase.UNREACHABLE)
        assert time.monotonic() - began < 0.5


def test_after_a_jump_of_the_clock_every_line_is_new(fake: FakeEngine) -> None:
    with Kept(fake) as kept:
        kept.reached(Phase.LIVE)
        life = kept.connection.life
        kept.jump = 25.0
        assert not CancelScope().wait(0.15)
        assert not life.cancelled, "less than 30 s is a clock being set"
        kept.jump = 3600.0
        eventually(lambda: life.cancelled and kept.connection.state.live, "a new life")


def test_the_engines_clock_is_told(fake: FakeEngine) -> None:
    fake.clock_offset = 300.0
    with Kept(fake) as kept:
        assert kept.reached(Phase.LIVE).clock_offset == pytest.approx(300, abs=1.5)


def test_waiting_for_life_ends_with_life_the_scope_or_the_connection(fake: FakeEngine) -> None:
    fake.stalled.add("/_ping")
    pace = Pace(first_limit=30.0)
    with Kept(fake, pace) as kept:
        patient, cancelled, closed = (Collector(lambda scope: [kept.connection.wait_live(scope)]) for _ in range(3))
        assert cancelled.end() < 0.05
        assert cancelled.brought == [False]
        fake.release()
        patient.thread.join(5)
        assert patient.brought == [True]
        closed.thread.join(5)
    assert kept.connection.wait_live(CancelScope()) is False, "closed"


def test_another_way_to_the_engine_makes_every_line_anew(fake: FakeEngine) -> None:
    with Kept(fake, Pace(ping_every=60.0, retry_first=60.0)) as kept:
        kept.reached(Phase.LIVE)
        pings = fake.count("GET", "/_ping")
        kept.connection.renew()
        eventually(lambda: fake.count("GET", "/_ping") > pings, "it pings at once, over a new line")
        assert kept.connection.state.live, "an engine that still answers was never lost"
        fake.hang_up_on.add("/_ping")
        kept.connection.renew()
        kept.reached(Phase.UNREACHABLE)
        fake.hang_up_on.clear()
        kept.connection.renew()
        eventually(lambda: kept.connection.state.live, "without waiting for the back-off")


def test_a_slow_line_gets_more_time_than_a_quick_one(fake: FakeEngine) -> None:
    with Proxy(fake.path) as slow:
        slow.delay = 0.4
        with Kept(fake, Pace(ping_every=0.02, ping_limit=0.1, first_limit=5.0), slow.host) as kept:
            kept.reached(Phase.LIVE)
            pings = fake.count("GET", "/_ping")
            eventually(lambda: fake.count("GET", "/_ping") > pings + 2, "it pings on")
            assert [state.phase for state in kept.states.brought][-1] is Phase.LIVE
            assert Phase.STALE not in {state.phase for state in kept.states.brought}


@pytest.mark.parametrize(("settled", "attempt"), [(0.05, 1), (60.0, 4)], ids=["settled", "not yet"])
def test_the_back_off_starts_anew_only_after_a_settled_life(fake: FakeEngine, settled: float, attempt: int) -> None:
    fake.hang_up_on.add("/_ping")
    pace = Pace(ping_every=0.02, ping_limit=0.5, retry_first=0.01, retry_most=0.05, settled=settled)
    with Kept(fake, pace) as kept:
        eventually(lambda: kept.connection.state.attempt >= 3, "three attempts failed")
        fake.hang_up_on.clear()
        kept.reached(Phase.LIVE)
        before = max(state.attempt for state in kept.states.brought)
        assert not CancelScope().wait(0.3)
        seen = len(kept.states.brought)
        fake.hang_up_on.add("/_ping")
        lost = kept.reached(Phase.UNREACHABLE, after=seen)
        assert lost.attempt == 1 if attempt == 1 else lost.attempt == before + 1


def test_it_is_unreachable_since_its_first_failure(fake: FakeEngine) -> None:
    fake.hang_up_on.add("/_ping")
    with Kept(fake) as kept:
        eventually(lambda: kept.connection.state.attempt >= 4, "it fails again and again")
        assert len({state.since for state in kept.states.brought if state.phase is Phase.UNREACHABLE}) == 1


def test_pauses_differ_so_that_many_windows_do_not_knock_together(fake: FakeEngine) -> None:
    fake.hang_up_on.add("/_ping")
    pauses = set()
    for _ in range(4):
        with Kept(fake, Pace(retry_first=20.0, retry_most=60.0)) as kept:
            lost = kept.reached(Phase.UNREACHABLE)
            assert lost.retry_at
            pauses.add(round(lost.retry_at - lost.since, 3))
    assert len(pauses) == 4
    assert all(15.0 <= pause <= 25.0 for pause in pauses)


def test_an_engine_that_wants_a_sign_in_is_not_unreachable(fake: FakeEngine) -> None:
    says_no = b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n"
    with HttpProxy(fake.path, answers=says_no) as door, Kept(fake, QUICK, door.url.replace("http", "tcp")) as kept:
        state = kept.reached(Phase.SIGN_IN)
        assert state.error
        assert state.retry_at


def test_whoever_waits_is_freed_when_another_way_is_taken(fake: FakeEngine) -> None:
    fake.stalled.add("/containers/json")
    with Kept(fake, Pace(ping_every=60.0)) as kept:
        kept.reached(Phase.LIVE)
        waiting = Collector(lambda scope: [kept.connection._engine.get("/containers/json", None, scope)])
        eventually(lambda: fake.count("GET", "/containers/json"), "somebody waits")
        kept.connection.renew()
        waiting.thread.join(1)
        assert not waiting.thread.is_alive()
        fake.release()


def test_whoever_waits_is_freed_when_the_engine_is_lost(fake: FakeEngine) -> None:
    fake.stalled.add("/containers/json")
    with Kept(fake) as kept:
        kept.reached(Phase.LIVE)
        waiting = Collector(lambda scope: [kept.connection._engine.get("/containers/json", None, scope)])
        eventually(lambda: fake.count("GET", "/containers/json"), "somebody waits")
        fake.stalled.add("/_ping")
        kept.reached(Phase.UNREACHABLE)
        waiting.thread.join(1)
        assert not waiting.thread.is_alive()
        fake.release()


def test_a_ping_that_fails_after_the_end_changes_nothing(fake: FakeEngine) -> None:
    fake.stalled.add("/_ping")
    with Kept(fake, Pace(first_limit=30.0)):
        eventually(lambda: fake.count("GET", "/_ping"), "a ping is under way")
    fake.release()
