"""How long an engine may be silent before a request is given up, as the sockets themselves are told."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from models.kind import Ref
from services.cancel import CancelScope
from services.docker.session import DockerSession
from tests.services.collecting import Collector, eventually
from tests.services.fake_engine import FakeEngine, fake_engine, listed

REF = Ref("containers", "a", "a")
Asking = Callable[[DockerSession, CancelScope], Any]


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[FakeEngine]:
    with fake_engine(tmp_path) as fake:
        yield fake


@pytest.mark.parametrize(
    ("path", "ask", "limit"),
    [
        ("/containers/a/json", lambda session, scope: [session.inspect(REF, scope)], 60.0),
        ("/version", lambda session, scope: [session.system(scope)], 60.0),
        ("/containers/a/start", lambda session, scope: session.act("start", [REF], {}, scope), 60.0),
        ("/containers/a/stop", lambda session, scope: session.act("stop", [REF], {"seconds": 90}, scope), 150.0),
        ("/containers/a/stop", lambda session, scope: session.act("stop", [REF], {"seconds": -1}, scope), 3660.0),
        ("/containers/a/restart", lambda session, scope: session.act("restart", [REF], {}, scope), 3660.0),
        ("/containers/a", lambda session, scope: session.act("remove", [REF], {}, scope), 120.0),
        ("/containers/json", lambda session, scope: [session.preview("prune", {}, scope)], 600.0),
        ("/events", lambda session, scope: session.watch("containers", scope), None),
    ],
)
def test_a_request_may_be_silent_for_as_long_as_its_kind_takes(
    fake: FakeEngine, path: str, ask: Asking, limit: float | None
) -> None:
    fake.stalled.add(path)
    session = DockerSession(fake.context)
    try:
        eventually(lambda: session._connection.state.live, "live")
        asking = Collector(lambda scope: ask(session, scope))
        # While it connects and sends, a socket has other limits.
        eventually(lambda: fake.asked[-1][2] == path and limits(session) == [limit], f"{limit} s", seconds=3)
        asking.end()
    finally:
        session.close()
        session.join()


def test_one_container_that_hangs_is_given_up_sooner_than_a_user_asking_for_it(fake: FakeEngine) -> None:
    fake.containers["a"] = listed("a")
    fake.stalled |= {"/containers/a/json", "/containers/a/stats"}
    session = DockerSession(fake.context)
    try:
        watching = Collector(lambda scope: session.watch("containers", scope))
        # The stream of events, what its row wants to know, and its measurements.
        eventually(lambda: sorted(limits(session), key=str) == [5.0, 5.0, None], "three wait", seconds=4)
        watching.end()
    finally:
        session.close()
        session.join()


def limits(session: DockerSession) -> list[float | None]:
    """Of the connections that wait for an answer, but for the ping's, the seconds that they may be silent."""
    engine = session._engine
    lines = [line._socket for line in list(engine._busy) if line is not engine._ping_line]
    return [line.gettimeout() for line in lines if line is not None]
