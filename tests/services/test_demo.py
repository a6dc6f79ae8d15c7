"""The demo must be a session like any other: same promises, same refusals, and the same fleet for the same seed."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

import msgspec
import pytest

from gui.details.sources import OVERVIEWS
from models.changes import Changed, Reset, Stale
from models.connection import Phase
from models.docker.container import Container, State, health
from models.docker.details import Origin, container_details
from models.docker.exits import ending, explain
from models.docker.verdict import Cause, Certainty, Explanation, Source
from models.errors import Denied, Failed, Gone, Reason, Refused, Unreachable, Unsupported
from models.health import Health
from models.kind import Ref
from models.logs import STAMP, STDERR, STDOUT, Gap, LogChunk, LogOptions
from services.cancel import CancelScope
from services.demo import DEMO_CONTEXT, DemoSession
from services.demo.noise import chance, wander
from services.session import EventSource, LogSource, Outcome, Previewer, Session

START = 1_800_000_000.0
MINUTE = 60.0


class Clock:
    """Time that passes when a test says so."""

    def __init__(self) -> None:
        self.time = START

    def __call__(self) -> float:
        return self.time

    def pass_(self, seconds: float) -> None:
        self.time += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def session(clock: Clock) -> Iterator[DemoSession]:
    session = DemoSession(clock=clock)
    yield session
    session.close()


@pytest.fixture
def scope() -> Iterator[CancelScope]:
    scope = CancelScope()
    yield scope
    scope.cancel()


class Watcher:
    """Applies a watch's changes as a view does."""

    def __init__(self, session: DemoSession) -> None:
        self.rows: dict[str, Container] = {}
        self._watch = session.watch("containers", CancelScope())

    def next(self) -> Reset[Container] | Changed[Container] | Stale:
        change = next(self._watch)
        if isinstance(change, Reset):
            self.rows = {row.id: row for row in change.rows}
        elif isinstance(change, Changed):
            assert not {row.id for row in change.upserts} & set(change.removed)
            self.rows.update({row.id: row for row in change.upserts})
            for container in change.removed:
                self.rows.pop(container, None)
        return change

    def close(self) -> None:
        self._watch.close()


def present(session: DemoSession) -> dict[str, Container]:
    """The rows of this moment, by name."""
    watch = session.watch("containers", CancelScope())
    change = next(watch)
    watch.close()
    assert isinstance(change, Reset)
    return {row.name: row for row in change.rows}


def ref(session: DemoSession, name: str) -> Ref:
    return session.kinds[0].ref(present(session)[name])


def act(session: DemoSession, call: str, container: str, /, **options: object) -> Outcome:
    [outcome] = session.act(call, [ref(session, container)], options, CancelScope())
    return outcome


def lines(chunks: list[LogChunk | Gap]) -> list[tuple[int, bytes, bytes]]:
    """Stream, time stamp and text of each line."""
    told = []
    for chunk in chunks:
        assert isinstance(chunk, LogChunk)
        stamps = [chunk.stamps[start : start + STAMP] for start in range(0, len(chunk.stamps), STAMP)]
        told += zip(chunk.streams, stamps, chunk.text.removesuffix(b"\n").split(b"\n"), strict=True)
    return told


# The contract


def test_it_offers_what_a_session_a_log_source_and_a_previewer_offer(session: DemoSession) -> None:
    assert isinstance(session, LogSource)
    assert isinstance(session, EventSource)
    assert isinstance(session, Previewer)
    promised = {name for name in vars(Session) if not name.startswith("_")} | set(Session.__annotations__)
    assert promised <= set(dir(session))
    assert session.context is DEMO_CONTEXT


def test_every_action_of_every_kind_is_handled(session: DemoSession, scope: CancelScope) -> None:
    for kind in session.kinds:
        for action in kind.actions:
            missing = Ref(kind.id, "0" * 64, "missing")
            for outcome in session.act(action.call, [missing], action.defaults([]), scope):
                assert isinstance(outcome.error, Gone), action.id


def test_what_it_does_not_know_is_unsupported(session: DemoSession, scope: CancelScope) -> None:
    with pytest.raises(Unsupported):
        list(session.act("levitate", [], {}, scope))
    with pytest.raises(Unsupported):
        next(session.watch("unicorns", scope))
    with pytest.raises(Unsupported):
        session.preview("start", {}, scope)


def test_the_same_seed_and_clock_give_the_same_rows() -> None:
    def story(seed: int) -> list[dict[str, Container]]:
        clock = Clock()
        session = DemoSession(seed=seed, clock=clock)
        told = []
        for _ in range(12):
            told.append(present(session))
            clock.pass_(23)
        session.close()
        return told

    assert story(7) == story(7)
    assert story(7) != story(8)


def test_it_does_not_matter_how_often_anybody_looks() -> None:
    clock = Clock()
    watched, left_alone = DemoSession(clock=clock), DemoSession(clock=clock)
    for _ in range(300):
        clock.pass_(1.7)
        present(watched)
    # the engine's own words are those of the last look: it tells of a change, not of the time that passes
    silent = [
        [msgspec.structs.replace(row, status="") for row in present(one).values()] for one in (watched, left_alone)
    ]
    assert silent[0] == silent[1]


# The fleet


def test_the_fleet_shows_every_state_that_a_container_can_be_in(session: DemoSession) -> None:
    rows = present(session)
    assert len(rows) == 38  # as the start page promises
    states = Counter(row.state for row in rows.values())
    assert set(states) >= set(State) - {State.REMOVING, State.UNKNOWN}
    assert {health(row) for row in rows.values()} >= set(Health) - {
        Health.PENDING, Health.UNKNOWN, Health.NOT_REACHED,
    }  # fmt: skip
    assert {row.exit_code for row in rows.values()} >= {0, 1, 3, 130, 137, 143}
    assert {row.project for row in rows.values()} >= {"shop", "observability", "ci", ""}
    ports = [port for row in rows.values() for port in row.ports]
    assert {port.address for port in ports} >= {"", "0.0.0.0", "::", "127.0.0.1", "::1"}
    assert {port.protocol for port in ports} == {"tcp", "udp"}


def test_rows_and_documents_agree(session: DemoSession, clock: Clock, scope: CancelScope) -> None:
    clock.pass_(3 * MINUTE)
    for row in present(session).values():
        document = msgspec.json.decode(session.inspect(session.kinds[0].ref(row), scope))
        assert document["Id"] == row.id
        assert document["Name"] == f"/{row.name}"
        assert document["State"]["Status"] == row.state
        assert document["State"]["OOMKilled"] == row.run.oom_killed
        assert document["Config"]["Image"] == row.image
        assert document["Config"]["Labels"] == row.labels
        assert document["RestartCount"] == row.run.restart_count
        assert set(document["NetworkSettings"]["Networks"]) == set(row.networks)
        shown = {f"{port.private}/{port.protocol}" for port in row.ports}
        assert set(document["NetworkSettings"]["Ports"]) == shown
        if row.exit_code is not None:
            assert document["State"]["ExitCode"] == row.exit_code
        if row.probe:
            assert document["State"]["Health"]["Status"] == row.probe


def test_the_details_of_each_can_be_read_and_its_end_explained(session: DemoSession, scope: CancelScope) -> None:
    [kind] = session.kinds
    ends = {}
    for row in present(session).values():
        details = container_details(session.inspect(kind.ref(row), scope))
        image = session.inspect(Ref("images", details.image_id, details.image), scope)
        details = container_details(session.inspect(kind.ref(row), scope), image)
        origins = {variable.name: variable.origin for variable in details.environment}
        assert origins["PATH"] is Origin.IMAGE
        assert origins.get("DATABASE_URL", Origin.CONTAINER) is Origin.CONTAINER
        if (end := ending(details)) is not None:
            ends[row.name] = explain(end).cause
    assert ends["shop-import-1"] != ends["shop-migrate-1"] != ends["bench-net"]
    with pytest.raises(Gone):
        session.inspect(Ref("images", "sha256:0", "nothing"), scope)


def explained(session: DemoSession, name: str) -> Explanation:
    """Why it ended, as the Overview tells it."""
    loaded = OVERVIEWS["containers"].load(session, ref(session, name), CancelScope())
    end = ending(loaded.details)
    assert end
    return explain(end, loaded.events)


def test_its_ends_are_explained_by_events(session: DemoSession, clock: Clock) -> None:
    assert act(session, "stop", "legacy-ftpd", seconds=0).error is None
    assert act(session, "stop", "registry").error is None
    assert act(session, "kill", "scratchpad", signal="SIGINT").error is None
    told = {
        name: explained(session, name)
        for name in ("shop-import-1", "bench-net", "legacy-ftpd", "registry", "scratchpad", "ci-lint-1")
    }
    assert {name: one.cause for name, one in told.items()} == {
        "shop-import-1": Cause.OUT_OF_MEMORY,
        "bench-net": Cause.STOPPED,
        "legacy-ftpd": Cause.STOP_TIMEOUT,
        "registry": Cause.STOPPED,
        "scratchpad": Cause.KILLED,
        "ci-lint-1": Cause.APPLICATION_ERROR,
    }
    assert {one.certainty for one in told.values()} == {Certainty.PROVEN}
    assert [one.fact for one in told["legacy-ftpd"].evidence if one.source is Source.EVENT] == [
        "kill signal=15",
        "kill signal=9",
        f"die exitCode=137 execDuration={41 * 86_400}",
        "stop",
    ]


def test_a_signal_that_it_survives_does_not_explain_its_end(session: DemoSession, clock: Clock) -> None:
    assert act(session, "kill", "ci-nightly-1", signal="SIGHUP").note == "SIGHUP delivered"
    clock.pass_(30)
    assert explained(session, "ci-nightly-1").cause in (Cause.SUCCESS, Cause.APPLICATION_ERROR)


@pytest.mark.parametrize("late", [0, 7, 13, 19, 29])
def test_unhealthy_ones_have_failed_probes_to_show(clock: Clock, scope: CancelScope, late: float) -> None:
    clock.pass_(late)  # wherever the moment falls between two probes
    session = DemoSession(clock=clock)
    document = msgspec.json.decode(session.inspect(ref(session, "shop-api-1"), scope))
    session.close()
    health = document["State"]["Health"]
    codes = [probe["ExitCode"] for probe in health["Log"]]
    streak = health["FailingStreak"]
    assert streak in (3, 4)  # it has been ill for ten seconds, in which a fourth may have failed
    assert codes[:-streak] == [0] * (5 - streak)
    assert all(code in (22, -1) for code in codes[-streak:])


def test_within_minutes_it_lives(session: DemoSession, clock: Clock) -> None:
    first = present(session)
    seen: dict[str, set[tuple[State, str, bool]]] = {}
    jobs = set()
    for _ in range(400):
        clock.pass_(1)
        for name, row in present(session).items():
            seen.setdefault(name, set()).add((row.state, row.probe, row.run.oom_killed))
            if name.startswith("ci-job-"):
                jobs.add(name)
    assert {probe for _, probe, _ in seen["shop-api-1"]} == {"healthy", "unhealthy"}
    assert any(oom for _, _, oom in seen["shop-thumbnails-1"])
    assert {state for state, _, _ in seen["ci-nightly-1"]} == {State.RUNNING, State.EXITED}
    last = present(session)
    assert last["shop-thumbnails-1"].run.restart_count > first["shop-thumbnails-1"].run.restart_count
    assert last["shop-worker-1"].run.restart_count > first["shop-worker-1"].run.restart_count
    assert len(jobs) > 5
    assert sum(name in last for name in jobs) <= 2  # the others came, ended and went
    assert last["notebook"].probe == "healthy"
    moved = [name for name in first if first[name].usage and last[name].usage != first[name].usage]
    assert len(moved) > 15
    assert all(len(row.usage.cpu_history) == 24 for row in last.values() if row.usage)


def test_memory_climbs_to_its_limit_before_the_kernel_kills(session: DemoSession, clock: Clock) -> None:
    clock.pass_(49)
    usage = present(session)["shop-thumbnails-1"].usage
    assert usage.memory > 0.9 * usage.memory_limit
    assert list(usage.memory_history) == sorted(usage.memory_history)


# Actions


def test_actions_change_the_fleet_for_every_watcher(session: DemoSession) -> None:
    watchers = [Watcher(session), Watcher(session)]
    for watcher in watchers:
        watcher.next()
    container = ref(session, "registry").id
    steps = (
        ("pause", {}, lambda row: row.state is State.PAUSED),
        ("unpause", {}, lambda row: row.state is State.RUNNING),
        ("kill", {"signal": "SIGKILL"}, lambda row: (row.state, row.exit_code) == (State.EXITED, 137)),
        ("start", {}, lambda row: row.state is State.RUNNING and row.run.started > START),
        ("restart", {"seconds": 3}, lambda row: row.state is State.RUNNING),
        ("stop", {"seconds": 3}, lambda row: (row.state, row.exit_code, row.ports) == (State.EXITED, 0, ())),
        ("rename", {"name": "museum"}, lambda row: row.name == "museum"),
    )
    for call, options, holds in steps:
        name = watchers[0].rows[container].name
        assert act(session, call, name, **options).error is None, call
        for watcher in watchers:
            watcher.next()
            assert holds(watcher.rows[container]), call
    assert act(session, "remove", "museum").error is None
    for watcher in watchers:
        assert watcher.next().removed == (container,)
        watcher.close()


@pytest.mark.parametrize(
    ("call", "name", "options", "error", "words"),
    [
        ("remove", "registry", {}, Refused, "container is running: stop the container before"),
        ("pause", "bench-net", {}, Refused, "is not running"),
        ("pause", "observability-tempo-1", {}, Refused, "already paused"),
        ("unpause", "registry", {}, Refused, "is not paused"),
        ("kill", "bench-net", {"signal": "SIGTERM"}, Refused, "is not running"),
        ("start", "observability-tempo-1", {}, Refused, "try unpause instead"),
        ("start", "typo", {}, Refused, "no such file or directory"),
        ("start", "web-copy", {}, Failed, "port is already allocated"),
        ("rename", "registry", {"name": "mailpit"}, Refused, "already in use by container"),
        ("rename", "registry", {"name": "no blanks"}, Refused, "Invalid container name"),
    ],
)
def test_it_refuses_as_an_engine_does(
    session: DemoSession, call: str, name: str, options: dict[str, object], error: type, words: str
) -> None:
    before = present(session)[name]
    outcome = act(session, call, name, **options)
    assert type(outcome.error) is error
    assert words in outcome.error.message
    assert present(session)[name] == before


def test_a_container_that_does_not_listen_is_killed_after_the_grace(session: DemoSession) -> None:
    outcome = act(session, "stop", "legacy-ftpd", seconds=0)
    assert outcome.note == "killed after 0 s"
    assert present(session)["legacy-ftpd"].exit_code == 137


def test_stopping_by_hand_lets_the_restart_policy_rest(session: DemoSession, clock: Clock) -> None:
    assert act(session, "stop", "shop-worker-1").error is None
    clock.pass_(10 * MINUTE)
    assert present(session)["shop-worker-1"].state is State.EXITED


def test_remove_by_force_takes_a_running_one(session: DemoSession) -> None:
    assert act(session, "remove", "registry", force=True).error is None
    assert "registry" not in present(session)


def test_prune_removes_what_its_preview_said(session: DemoSession, scope: CancelScope) -> None:
    said = session.preview("prune", {}, scope)
    assert all(row.size_rw is not None for row in said)
    refs = [session.kinds[0].ref(row) for row in said]
    assert [outcome.error for outcome in session.act("prune", refs, {}, scope)] == [None] * len(refs)
    assert all(row.running for row in present(session).values())
    assert not session.preview("prune", {}, scope)


def test_prune_refuses_what_was_started_since_the_preview(session: DemoSession, scope: CancelScope) -> None:
    refs = [session.kinds[0].ref(row) for row in session.preview("prune", {}, scope)]
    act(session, "start", "bench-net")
    refused = [outcome.ref.name for outcome in session.act("prune", refs, {}, scope) if outcome.error]
    assert refused == ["bench-net"]
    assert "bench-net" in present(session)


def test_sizes_are_known_once_somebody_asks(session: DemoSession, scope: CancelScope) -> None:
    assert not any(row.size_rw for row in present(session).values())
    act(session, "sizes", "registry")
    assert [row.name for row in present(session).values() if row.size_rw] == ["registry"]
    assert len(list(session.act("sizes", [], {}, scope))) == 38
    sizes = {row.name: row.size_rw for row in present(session).values()}
    assert sizes["jovial_hopper"] == 0
    assert sum(size > 1_000_000 for size in sizes.values()) > 5


def test_a_cancelled_action_ends_at_once_and_says_nothing_more(session: DemoSession, scope: CancelScope) -> None:
    threading.Timer(0.1, scope.cancel).start()
    begun = time.monotonic()
    assert list(session.act("stop", [ref(session, "legacy-ftpd")], {"seconds": 60}, scope)) == []
    assert time.monotonic() - begun < 1
    assert present(session)["legacy-ftpd"].state is State.RUNNING


# Logs


def test_tail_since_and_until_choose_lines(session: DemoSession, scope: CancelScope) -> None:
    api = ref(session, "shop-api-1")
    everything = lines(list(session.logs(api, LogOptions(follow=False), scope)))
    assert len(everything) > 5_000
    stamps = [stamp for _, stamp, _ in everything]
    assert stamps == sorted(set(stamps))
    assert lines(list(session.logs(api, LogOptions(follow=False, tail=7), scope))) == everything[-7:]
    assert lines(list(session.logs(api, LogOptions(follow=False, tail=0), scope))) == []
    part = lines(list(session.logs(api, LogOptions(follow=False, since=START - 60, until=START - 30), scope)))
    assert part
    assert part == [entry for entry in everything if b"2027-01-15T07:59:00" <= entry[1] < b"2027-01-15T07:59:30"]


def test_logs_speak_on_both_streams_in_colours_and_json(session: DemoSession, scope: CancelScope) -> None:
    def told(name: str) -> list[tuple[int, bytes, bytes]]:
        return lines(list(session.logs(ref(session, name), LogOptions(follow=False), scope)))

    api = told("shop-api-1")
    assert {stream for stream, _, _ in api} == {STDOUT, STDERR}
    assert any(b"    at payments" in line for stream, _, line in api if stream == STDERR)
    assert any(b"\x1b[32m" in line for _, _, line in told("ci-runner-1"))
    assert all(msgspec.json.decode(line) for _, _, line in told("observability-tempo-1")[1:])
    assert b"ECONNREFUSED" in b"".join(line for _, _, line in told("shop-worker-1"))


def test_following_goes_on_without_doubles_and_ends_with_the_container(
    session: DemoSession, clock: Clock, scope: CancelScope
) -> None:
    api = ref(session, "shop-api-1")
    followed = session.logs(api, LogOptions(tail=5), scope)
    told = lines([next(followed)])
    clock.pass_(20)
    told += lines([next(followed)])
    act(session, "stop", "shop-api-1")
    told += lines(list(followed))
    whole = lines(list(session.logs(api, LogOptions(follow=False), scope)))
    assert told == whole[-len(told) :]
    assert len(told) > 30


def test_a_log_says_that_the_engine_was_lost_and_is_back(
    session: DemoSession, clock: Clock, scope: CancelScope
) -> None:
    api = ref(session, "shop-api-1")
    followed = session.logs(api, LogOptions(tail=3), scope)
    told = lines([next(followed)])
    session.lose(Unreachable("gone fishing", Reason.REFUSED))
    lost = next(followed)
    assert isinstance(lost, Gap)
    assert (lost.reason, lost.back) == ("gone fishing", False)
    clock.pass_(10)
    session.recover()
    assert next(followed).back is True
    told += lines([next(followed)])
    assert told == lines(list(session.logs(api, LogOptions(follow=False, tail=len(told)), scope)))


# Connection and faults


def test_a_lost_engine_is_stale_then_listed_again(session: DemoSession, clock: Clock, scope: CancelScope) -> None:
    watcher = Watcher(session)
    watcher.next()
    session.lose(Unreachable("refused", Reason.REFUSED))
    stale = watcher.next()
    assert isinstance(stale, Stale)
    assert (stale.error.message, stale.since) == ("refused", START)
    with pytest.raises(Unreachable):
        session.inspect(Ref("containers", "0", ""), scope)
    with pytest.raises(Unreachable):
        session.system(scope)
    [outcome] = session.act("start", [Ref("containers", "0", "")], {}, scope)
    assert isinstance(outcome.error, Unreachable)
    session.recover()
    assert isinstance(watcher.next(), Reset)
    watcher.close()


def test_states_tell_of_loss_attempts_and_return(session: DemoSession, clock: Clock, scope: CancelScope) -> None:
    states = session.states(scope)
    assert next(states).phase is Phase.LIVE
    session.lose(Unreachable("refused", Reason.REFUSED))
    lost = next(states)
    assert (lost.phase, lost.attempt, lost.live_until) == (Phase.UNREACHABLE, 1, START)
    assert lost.retry_at == pytest.approx(START + 0.8)
    session.retry_now()
    assert next(states).phase is Phase.CONNECTING
    clock.pass_(1)
    again = next(states)
    assert (again.phase, again.attempt) == (Phase.UNREACHABLE, 2)
    assert again.retry_at > clock() + 1
    session.recover()
    assert next(states).phase is Phase.LIVE
    session.close()
    assert [state.phase for state in states] == [Phase.CLOSED]


def test_the_next_call_fails_once(session: DemoSession, scope: CancelScope) -> None:
    registry = ref(session, "registry")
    session.fail_next("inspect", Denied("not yours"))
    with pytest.raises(Denied):
        session.inspect(registry, scope)
    assert session.inspect(registry, scope)
    session.fail_next("pause", Failed("cgroup is busy"))
    assert act(session, "pause", "registry").error.message == "cgroup is busy"
    assert act(session, "pause", "registry").error is None


def test_a_list_that_fails_is_stale_and_comes_back(session: DemoSession) -> None:
    watcher = Watcher(session)
    watcher.next()
    session.fail_next("watch", Denied("no list"))
    assert isinstance(watcher.next().error, Denied)
    assert isinstance(watcher.next(), Reset)
    watcher.close()


def test_a_slow_engine_can_be_cancelled(session: DemoSession, scope: CancelScope) -> None:
    registry = ref(session, "registry")
    session.slow(30)
    threading.Timer(0.05, scope.cancel).start()
    begun = time.monotonic()
    assert list(session.act("pause", [registry], {}, scope)) == []
    assert time.monotonic() - begun < 1


def test_closing_ends_everything_and_leaves_no_thread(session: DemoSession) -> None:
    threads = [
        threading.Thread(target=lambda call=call: list(call(CancelScope())))
        for call in (
            session.states,
            lambda scope: session.watch("containers", scope),
            lambda scope: session.logs(ref(session, "registry"), LogOptions(), scope),
            lambda scope: session.act("stop", [ref(session, "legacy-ftpd")], {"seconds": 60}, scope),
        )
    ]
    before = threading.active_count()
    for thread in threads:
        thread.start()
    time.sleep(0.1)
    assert threading.active_count() == before + len(threads)  # one each, and none of the session's own
    session.close()
    for thread in threads:
        thread.join(1)
    assert not any(thread.is_alive() for thread in threads)


def test_a_silent_watch_ends_within_50_ms_of_its_cancellation() -> None:
    session, scope = DemoSession(clock=Clock()), CancelScope()
    watch = session.watch("containers", scope)
    next(watch)
    begun = []

    def cancel() -> None:
        begun.append(time.monotonic())
        scope.cancel()

    threading.Timer(0.1, cancel).start()
    assert list(watch) == []
    assert time.monotonic() - begun[0] < 0.05


# Load


def test_a_long_list_comes_in_pages_and_churns(session: DemoSession, clock: Clock) -> None:
    known = len(present(session))
    session.grow(2_000)
    watcher = Watcher(session)
    assert len(watcher.next().rows) == 500
    while len(watcher.rows) < 2_000 + known:
        assert len(watcher.next().upserts) <= 500
    session.churn(0.1)
    clock.pass_(1)
    changed = [row for row in watcher.next().upserts if row.name.startswith("load-")]
    assert len(changed) == 200
    watcher.close()


def test_changes_add_up_to_the_list(session: DemoSession, clock: Clock) -> None:
    session.grow(50)
    session.churn(0.3)
    watcher = Watcher(session)
    watcher.next()
    for step in range(8):
        clock.pass_(23)
        if step == 3:
            act(session, "remove", "registry", force=True)
        if step == 5:
            act(session, "start", "bench-net")
        watcher.next()
    assert {row.name: row for row in watcher.rows.values()} == present(session)
    watcher.close()


def test_chance_is_even_and_wandering_is_smooth() -> None:
    drawn = [chance("cpu", step) for step in range(4_000)]
    assert 0.47 < sum(drawn) / len(drawn) < 0.53
    assert min(drawn) < 0.01
    assert max(drawn) > 0.99
    curve = [wander("cpu", step / 10, 5.0) for step in range(2_000)]
    assert max(abs(after - before) for before, after in pairwise(curve)) < 0.05
