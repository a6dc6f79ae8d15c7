"""What a row keeps of what other requests have told, and when all is asked for again."""

import json
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from models.docker.container import State
from models.kind import Ref
from services.cancel import CancelScope
from services.docker.session import DockerSession
from tests.services.collecting import Rows, eventually
from tests.services.fake_engine import FakeEngine, fake_engine, listed

OUT_OF_ORDER = 500, b'{"message":"out of order"}'


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[FakeEngine]:
    with fake_engine(tmp_path) as fake:
        fake.containers = {name: listed(name) for name in ("a", "b", "c")}
        yield fake


@pytest.fixture
def session(fake: FakeEngine) -> Iterator[DockerSession]:
    session = DockerSession(fake.context)
    yield session
    session.close()
    session.join()


@pytest.fixture
def rows(session: DockerSession) -> Iterator[Rows]:
    rows = Rows(lambda scope: session.watch("containers", scope))
    try:
        rows.until(lambda r: len(r.rows) == 3 and all(row.run for row in r.rows.values()), "all are inspected")
        yield rows
    finally:
        rows.end()


def test_a_run_is_not_shown_as_that_of_another_state(fake: FakeEngine, rows: Rows) -> None:
    fake.stalled.add("/containers/b/json")
    fake.containers["b"] = listed("b", State="exited", Status="Exited (3) 1 second ago")
    fake.happened("die", "b")
    rows.until(lambda r: r.rows["b"].state is State.EXITED, "it shows")
    assert rows.rows["b"].run is None, "nobody has told of its end yet"
    assert rows.rows["a"].run is not None


def test_an_inspect_that_is_older_than_its_row_is_void(session: DockerSession, rows: Rows) -> None:
    board: Any = session._containers._board
    revision, known = board._revisions["a"], rows.rows["a"].run
    board._apply_runs({"a": (revision - 1, replace(known, restart_count=7))})
    board._apply_runs({"b": (board._revisions["b"], replace(known, restart_count=9))})
    rows.until(lambda r: r.rows["b"].run.restart_count == 9, "what is as new as its row counts")
    assert rows.rows["a"].run == known


def test_a_measured_size_stays_when_its_row_is_read_again(fake: FakeEngine, session: DockerSession, rows: Rows) -> None:
    sized = [{**one, "SizeRw": 4096} for one in fake.containers.values()]
    fake.answers["/containers/json"] = 200, json.dumps(sized).encode()
    list(session.act("sizes", (), {}, CancelScope()))
    del fake.answers["/containers/json"]
    rows.until(lambda r: r.rows["a"].size_rw == 4096, "it is measured")
    fake.containers["a"] = listed("a", Names=["/renamed"])
    fake.happened("rename", "a")
    rows.until(lambda r: r.rows["a"].name == "renamed", "it is read again")
    assert rows.rows["a"].size_rw == 4096


def test_what_no_event_told_is_found_when_the_list_is_due(
    fake: FakeEngine, monkeypatch: pytest.MonkeyPatch, session: DockerSession
) -> None:
    monkeypatch.setattr("services.docker.watch.RELIST_EVERY", 0.2)
    rows = Rows(lambda scope: session.watch("containers", scope))
    rows.until(lambda r: len(r.rows) == 3, "listed")
    fake.containers["new"] = listed("new")
    del fake.containers["a"]
    rows.until(lambda r: set(r.rows) == {"b", "c", "new"}, "found")
    assert rows.resets == 1, "the watchers get the difference"
    rows.end()


def test_many_changes_at_once_are_looked_for_in_the_whole_list(
    fake: FakeEngine, monkeypatch: pytest.MonkeyPatch, session: DockerSession, rows: Rows
) -> None:
    monkeypatch.setattr("services.docker.watch.MOST_BY_ID", 2)
    asked, get = [], session._engine.get

    def recorded(path: str, params: Any = None, *rest: Any) -> bytes:
        if path == "/containers/json":
            asked.append(json.loads(params.get("filters", "{}")).get("id"))
        return get(path, params, *rest)

    monkeypatch.setattr(session._engine, "get", recorded)
    for name in fake.containers:
        fake.containers[name] = listed(name, State="paused", Status="Up 1 second (Paused)")
    fake.emit(b"".join(json.dumps(paused(name)).encode() + b"\n" for name in fake.containers))
    rows.until(lambda r: all(row.state is State.PAUSED for row in r.rows.values()), "all show")
    assert None in asked
    assert all(ids is None or len(ids) <= 2 for ids in asked)


def paused(name: str) -> dict[str, Any]:
    return {"Type": "container", "Action": "pause", "Actor": {"ID": name, "Attributes": {}}}


def test_a_list_that_fails_is_asked_for_less_and_less_often(
    fake: FakeEngine, monkeypatch: pytest.MonkeyPatch, rows: Rows
) -> None:
    monkeypatch.setattr("services.docker.watch.RELIST_FIRST", 0.02)
    before = len(fake.asked)
    fake.answers["/containers/json"] = OUT_OF_ORDER
    fake.happened("start", "a")

    def times() -> list[float]:
        return [when for when, _, path in fake.asked[before:] if path == "/containers/json"]

    eventually(lambda: len(times()) >= 7, "it goes on trying")
    gaps = [after - earlier for earlier, after in pairwise(times())]
    assert gaps[5] > 5 * gaps[0]
    assert rows.stale


def test_nothing_is_measured_while_the_list_fails(
    fake: FakeEngine, monkeypatch: pytest.MonkeyPatch, rows: Rows
) -> None:
    for name in ("AT_LEAST", "REQUEST_EVERY"):
        monkeypatch.setattr(f"services.docker.stats.{name}", 0.01)

    def measured() -> int:
        return sum(path.endswith("/stats") for _, _, path in fake.asked)

    eventually(lambda: measured() > 5, "it measures")
    fake.answers["/containers/json"] = OUT_OF_ORDER
    fake.happened("start", "a")
    rows.until(lambda r: r.stale, "stale")
    eventually(lambda: silent_for(0.5, measured), "it rests")


def silent_for(seconds: float, count: Any) -> bool:
    before = count()
    time.sleep(seconds)
    return bool(count() == before)


def test_an_id_cannot_lead_elsewhere(fake: FakeEngine, session: DockerSession) -> None:
    list(session.act("start", [Ref("containers", "a/../b?x", "")], {}, CancelScope()))
    assert fake.count("POST", "/containers/a%2F..%2Fb%3Fx/start") == 1
