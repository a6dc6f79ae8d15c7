"""The stream of events: when it is asked from, what a follower who is too slow gets, and what breaks it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from models.changes import Stale
from models.errors import ConnectionLost
from services.cancel import CancelScope
from services.docker import events
from services.docker.events import Event, Feed, Lost, Opened
from services.docker.session import DockerSession
from tests.services.collecting import Rows, eventually
from tests.services.fake_engine import FakeEngine, fake_engine, listed


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[FakeEngine]:
    with fake_engine(tmp_path) as fake:
        fake.containers = {"a": listed("a")}
        yield fake


@pytest.fixture
def session(fake: FakeEngine) -> Iterator[DockerSession]:
    session = DockerSession(fake.context)
    yield session
    session.close()
    session.join()


@contextmanager
def watched(session: DockerSession) -> Iterator[Rows]:
    rows = Rows(lambda scope: session.watch("containers", scope))
    try:
        rows.until(lambda r: r.resets, "the first list")
        yield rows
    finally:
        rows.end()


def event(number: int) -> Event:
    return Event("container", "start", str(number), {}, 0.0)


def taken(feed: Feed) -> list[Any]:
    return feed.take(CancelScope(), 1.0)


def test_a_follower_who_is_too_slow_lists_anew_instead_of_remembering_all() -> None:
    feed = Feed()
    for number in range(events._MOST_WAITING):
        feed.put(event(number))
    assert len(taken(feed)) == events._MOST_WAITING
    for number in range(events._MOST_WAITING + 3):
        feed.put(event(number))
    assert taken(feed) == [Opened(), event(events._MOST_WAITING + 1), event(events._MOST_WAITING + 2)]


@pytest.mark.parametrize("news", [Opened(), Lost(ConnectionLost("cut"), 0.0)])
def test_what_came_before_a_break_is_void(news: Any) -> None:
    feed = Feed()
    feed.put(event(1))
    feed.put(news)
    feed.put(event(2))
    assert taken(feed) == [news, event(2)]


def test_events_are_asked_for_from_a_moment_before_now_by_the_engines_clock(
    fake: FakeEngine, session: DockerSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake.clock_offset = 7200.0
    session.retry_now()
    eventually(lambda: session.now() - time.time() > 7000, "it knows the engine's clock")
    asked, stream = [], session._engine.stream

    def recorded(method: str, path: str, params: Any = None, **options: Any) -> Any:
        asked.append((path, params))
        return stream(method, path, params, **options)

    monkeypatch.setattr(session._engine, "stream", recorded)
    before = time.time()
    with watched(session):
        [(path, params)] = asked
        assert path == "/events"
        assert before + 7200 - 5 <= params["since"] <= time.time() + 7200 - 1


def test_a_line_without_an_end_breaks_the_stream_and_is_told(fake: FakeEngine, session: DockerSession) -> None:
    with watched(session) as rows:
        fake.containers["new"] = listed("new")
        for _ in range(33):
            fake.emit(b"x" * 32_768)
        rows.until(lambda r: "new" in r.rows and r.resets == 2, "listed anew over another stream")
        [stale] = [change for change in rows.brought if isinstance(change, Stale)]
        assert stale.error.message == "The engine's events cannot be read"
        assert fake.count("GET", "/events") == 2


@pytest.mark.parametrize(
    ("api", "headers", "one_shot"),
    [("1.41", {}, True), ("1.40", {}, False), ("1.41", {"Libpod-Api-Version": "4.3.1"}, False)],
    ids=("20.10", "older", "Podman"),
)
def test_one_sample_is_asked_for_where_the_engine_knows_that(
    fake: FakeEngine, monkeypatch: pytest.MonkeyPatch, api: str, headers: dict[str, str], one_shot: bool
) -> None:
    fake.api, fake.headers = api, headers
    session = DockerSession(fake.context)
    asked, get = [], session._engine.get

    def recorded(path: str, params: Any = None, *rest: Any) -> bytes:
        if path.endswith("/stats"):
            asked.append(params)
        return get(path, params, *rest)

    monkeypatch.setattr(session._engine, "get", recorded)
    with watched(session):
        eventually(lambda: asked, "it measures")
    session.close()
    session.join()
    assert asked[0] == ({"stream": "0", "one-shot": "1"} if one_shot else {"stream": "0"})
