"""The live list against an engine that answers odd, late, or not at all."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from models.docker.container import State
from models.docker.stats import Meter, Sample, read_sample
from services.docker.connection import Pace
from services.docker.events import read_event
from services.docker.session import DockerSession
from services.docker.watch import concerned
from tests.services.collecting import Rows, eventually
from tests.services.fake_engine import FakeEngine, fake_engine, listed


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[FakeEngine]:
    with fake_engine(tmp_path) as fake:
        fake.containers = {name: listed(name) for name in ("a", "b", "c")}
        yield fake


@contextmanager
def watching(fake: FakeEngine, pace: Pace | None = None) -> Iterator[Rows]:
    with opened(fake, pace) as session, watched(session) as rows:
        yield rows


@contextmanager
def opened(fake: FakeEngine, pace: Pace | None = None) -> Iterator[DockerSession]:
    session = DockerSession(fake.context, pace)
    try:
        yield session
    finally:
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


def test_only_what_changed_is_read_again(fake: FakeEngine) -> None:
    with watching(fake) as rows:
        rows.until(lambda r: all(row.run for row in r.rows.values()), "all are inspected")
        before = fake.count("GET", "/containers/a/json"), fake.count("GET", "/containers/b/json")
        fake.containers["b"] = listed("b", State="exited", Status="Exited (3) 1 second ago")
        fake.happened("die", "b")
        rows.until(lambda r: r.rows["b"].state is State.EXITED, "it shows")
        assert fake.count("GET", "/containers/a/json") == before[0]
        del fake.containers["b"]
        fake.happened("destroy", "b")
        rows.until(lambda r: set(r.rows) == {"a", "c"}, "it goes")
        assert rows.resets == 1


def test_a_change_that_the_list_knows_only_after_its_event_is_found(fake: FakeEngine) -> None:
    with watching(fake) as rows:
        fake.containers["b"] = listed("b", State="running", Names=["/renamed"])  # something new, but not what is told
        fake.happened("pause", "b")
        fake.happened("create", "late")
        rows.until(lambda r: r.rows["b"].name == "renamed", "the first look has shown what the list knew")
        fake.containers["b"] = listed("b", State="paused", Status="Up 1 second (Paused)")
        fake.containers["late"] = listed("late")
        rows.until(lambda r: r.rows["b"].state is State.PAUSED and "late" in r.rows, "both show", seconds=5)


def test_events_without_status_and_id_are_understood(fake: FakeEngine) -> None:
    with watching(fake) as rows:
        fake.containers["new"] = listed("new")
        fake.emit({"Type": "container", "Action": "start", "Actor": {"ID": "new", "Attributes": {}}})
        rows.until(lambda r: "new" in r.rows, "it shows")


def test_a_broken_line_of_events_leads_to_a_new_list(fake: FakeEngine) -> None:
    with watching(fake) as rows:
        fake.containers["new"] = listed("new")
        fake.emit(b'{"Type": "container", "Act\n')
        rows.until(lambda r: "new" in r.rows, "listed anew")


def test_one_odd_container_does_not_empty_the_list(fake: FakeEngine) -> None:
    fake.containers["odd"] = listed("odd", Created="once", Ports=7)
    with watching(fake) as rows:
        assert set(rows.rows) == {"a", "b", "c", "odd"}


def test_an_engine_that_hangs_on_one_container_lists_all(fake: FakeEngine) -> None:
    fake.stalled.add("/containers/b/json")
    with watching(fake) as rows:
        fake.containers["new"] = listed("new")
        fake.happened("start", "new")
        rows.until(lambda r: "new" in r.rows, "it shows", seconds=2)
        fake.containers["b"] = listed("b", State="paused", Status="Up 1 second (Paused)")
        fake.happened("pause", "b")
        rows.until(lambda r: r.rows["b"].state is State.PAUSED, "even what hangs is as the list says", seconds=2)


def test_a_list_that_fails_is_stale_and_comes_again(fake: FakeEngine) -> None:
    with watching(fake) as rows:
        fake.answers["/containers/json"] = 500, b'{"message":"out of order"}'
        fake.happened("start", "a")
        rows.until(lambda r: r.stale, "stale")
        assert rows.stale
        assert rows.stale.error.message == "out of order"
        assert len(rows.rows) == 3, "the rows stay"
        del fake.answers["/containers/json"]
        rows.until(lambda r: not r.stale and r.resets == 2, "back")


def test_a_list_that_failed_is_asked_for_again_at_once_when_somebody_wants_it(
    fake: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.docker.watch.RELIST_FIRST", 3600.0)
    with opened(fake) as session, watched(session) as rows:
        fake.answers["/containers/json"] = 500, b'{"message":"out of order"}'
        fake.happened("start", "a")
        rows.until(lambda r: r.stale, "stale")
        del fake.answers["/containers/json"]
        session.retry_now()
        rows.until(lambda r: not r.stale and r.resets == 2, "back")


def test_events_that_end_while_the_engine_lives_are_followed_anew(fake: FakeEngine) -> None:
    with watching(fake) as rows:
        fake.containers["new"] = listed("new")
        fake.end_events()
        rows.until(lambda r: "new" in r.rows, "listed anew")
        assert rows.stale is None


def test_stats_ask_at_most_ten_times_a_second(fake: FakeEngine) -> None:
    fake.containers = {f"c{number}": listed(f"c{number}") for number in range(60)}
    with watching(fake):
        eventually(lambda: sum(path.endswith("/stats") for _, _, path in fake.asked) > 12, "it samples")
        stats = [when for when, _, path in fake.asked if path.endswith("/stats")]
        busiest = max(sum(when <= other < when + 1 for other in stats) for when in stats)
        assert 3 <= busiest <= 11


def test_nobody_watches_nothing_is_asked(fake: FakeEngine) -> None:
    with watching(fake) as rows:
        rows.end()
        eventually(lambda: not any(path.endswith(("stats", "json")) for _, _, path in late(fake)), "it is silent")


def late(fake: FakeEngine) -> list[tuple[float, str, str]]:
    """What was asked in the next 0.3 s."""
    began = time.monotonic()
    time.sleep(0.3)
    return [one for one in fake.asked if one[0] > began]


def test_a_thousand_containers_come_in_pages(fake: FakeEngine) -> None:
    fake.containers = {
        f"c{number}": listed(f"c{number}", State="exited", Status="Exited (0)") for number in range(1200)
    }
    with watching(fake) as rows:
        rows.until(lambda r: len(r.rows) == 1200, "all")
        assert len(rows.brought[0].rows) == 500


@pytest.mark.parametrize(
    ("event", "container"),
    [
        ({"Type": "container", "Action": "exec_start: sh", "Actor": {"ID": "x"}}, None),
        ({"Type": "container", "Action": "health_status: healthy", "Actor": {"ID": "x"}}, "x"),
        ({"Type": "network", "Action": "connect", "Actor": {"ID": "n", "Attributes": {"container": "x"}}}, "x"),
        ({"Type": "image", "Action": "tag", "Actor": {"ID": "x"}}, None),
        ({"Type": "container", "Action": "prune", "Actor": {"ID": ""}}, None),
        ({"status": "start", "id": "x", "from": "busybox"}, "x"),
    ],
)
def test_which_events_concern_a_row(event: dict[str, object], container: str | None) -> None:
    read = read_event(json.dumps(event).encode())
    assert read
    assert concerned(read) == container


def stats(cpu: int, read: str = "2024-05-01T10:00:00.5Z", **memory: object) -> bytes:
    return json.dumps({"read": read, "cpu_stats": {"cpu_usage": {"total_usage": cpu}}, "memory_stats": memory}).encode()


def test_memory_is_counted_as_docker_stats_counts_it() -> None:
    def memory(**fields: object) -> int | None:
        sample = read_sample(stats(1, **fields))
        assert sample
        return sample.memory

    assert memory(usage=100, stats={"total_inactive_file": 30, "inactive_file": 10}) == 70, "cgroup v1"
    assert memory(usage=100, stats={"inactive_file": 10}) == 90, "cgroup v2"
    assert memory(usage=100, stats={"inactive_file": 200}) == 100
    assert memory(usage=100, stats=None) == 100
    assert memory() is None


def test_pids_are_those_of_the_same_answer() -> None:
    document = json.loads(stats(1))
    for given, pids in (({"current": 7, "limit": 200}, 7), ({}, None), (None, None)):
        sample = read_sample(json.dumps({**document, "pids_stats": given}).encode())
        assert sample
        assert Meter().usage(sample).pids == pids


def test_cpu_is_what_was_computed_between_two_samples_in_per_cent_of_a_core() -> None:
    meter = Meter()
    assert meter.usage(Sample(10.0, 0, 5, None)).cpu is None
    assert meter.usage(Sample(12.0, 3_000_000_000, 5, None)).cpu == 150.0
    assert meter.usage(Sample(12.0, 3_000_000_000, 5, None)).cpu is None, "the same sample again"
    reborn = meter.usage(Sample(14.0, 1_000, 7, None))
    assert (reborn.cpu, reborn.cpu_history, reborn.memory_history) == (None, (), (7.0,)), "a new life"


def test_histories_are_bounded() -> None:
    meter = Meter()
    for second in range(100):
        usage = meter.usage(Sample(float(second), second * 10**9, 5, None))
    assert (len(usage.cpu_history), len(usage.memory_history)) == (24, 24)


@pytest.mark.parametrize("document", [b"", b"null", b"{}", b'{"read":"0001-01-01T00:00:00Z","cpu_stats":{}}', b"[1]"])
def test_no_sample_is_none(document: bytes) -> None:
    assert read_sample(document) is None
