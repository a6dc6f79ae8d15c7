"""Real deaths on real engines: what the post-mortem says of each, by which evidence, and what it does not claim."""

from __future__ import annotations

import os
import signal
import time

import pytest
from msgspec.structs import replace

from models.docker.container import State
from models.docker.details import container_details
from models.docker.post_mortem import post_mortem
from models.docker.verdict import Cause, Certainty, Events
from models.kind import Ref
from services.cancel import CancelScope
from tests.engine.opening import opened, watched
from tests.services.collecting import eventually
from tests.world import samples
from tests.world.engine import WorldError

DEAF = ("sh", "-c", "trap '' TERM; while :; do sleep 0.05; done")
POLITE = ("sh", "-c", "trap 'exit 0' TERM; while :; do sleep 0.05; done")


def details_of(engine, name):
    return container_details(engine.request("GET", f"/containers/{name}/json")[1])


def ended(engine, name):
    eventually(lambda: not details_of(engine, name).running, f"{name} ends", seconds=15)
    time.sleep(0.4)  # the engine writes `stop` after the end


def case_of(engine, name):
    with opened(engine.host) as session:
        return session.post_mortem(Ref("containers", details_of(engine, name).id, name), CancelScope())


def cards(case):
    return post_mortem(case, time.time()).deaths


def last(engine, name):
    return cards(case_of(engine, name))[0]


def facts(death):
    return "\n".join(f"{one.source}: {one.fact}" for one in death.explanation.evidence)


def without_events(case):
    """The same case as an engine would tell it that has forgotten."""
    blind = tuple(replace(one, events=Events(one.died + 1)) for one in case.witnesses)
    return replace(case, witnesses=blind)


def verdict(death):
    return death.explanation.cause, death.explanation.certainty


def test_out_of_memory_and_what_it_was_not(engine):
    samples.out_of_memory(engine, "--name", "hungry")
    ended(engine, "hungry")
    death = last(engine, "hungry")
    assert verdict(death) == (Cause.OUT_OF_MEMORY, Certainty.PROVEN)
    assert "event: oom" in facts(death)
    assert "OOMKilled true" in facts(death)
    assert {one.cause for one in death.excluded if one.known} >= {"Stop time-out", "Engine shutdown"}
    assert death.steps[1].command[:2] == ("update", "--memory")
    assert verdict(cards(without_events(case_of(engine, "hungry")))[0]) == (Cause.OUT_OF_MEMORY, Certainty.LIKELY)


def test_a_stop_that_ran_out_of_patience(engine):
    engine.run("--name", "deaf", command=DEAF)
    engine.docker("stop", "--time", "1", "deaf")
    ended(engine, "deaf")
    case = case_of(engine, "deaf")
    death = cards(case)[0]
    assert verdict(death) == (Cause.STOP_TIMEOUT, Certainty.PROVEN)
    for fact in ("kill signal=15", "kill signal=9", "die exitCode=137"):
        assert f"event: {fact}" in facts(death)
    assert "exec" in death.steps[0].title  # a shell is its first process
    unknown = cards(without_events(case))[0]
    assert verdict(unknown) == (Cause.UNKNOWN, Certainty.UNKNOWN)
    assert "events" in unknown.explanation.missing[0]


def test_a_kill_through_the_engine_and_one_from_the_host(engine):
    engine.run("--name", "killed", command=("sleep", "1000"))
    engine.run("--name", "outside", command=("sleep", "1000"))
    engine.docker("kill", "killed")
    os.kill(details_of(engine, "outside").life.pid, signal.SIGKILL)
    ended(engine, "killed")
    ended(engine, "outside")
    assert verdict(last(engine, "killed")) == (Cause.KILLED, Certainty.PROVEN)
    case = case_of(engine, "outside")
    assert verdict(cards(case)[0]) == (Cause.KILLED_OUTSIDE, Certainty.LIKELY)
    assert verdict(cards(without_events(case))[0]) == (Cause.UNKNOWN, Certainty.UNKNOWN)


def test_an_error_of_its_own_with_its_last_lines(engine):
    samples.exited(engine, "--name", "three", code=3)
    ended(engine, "three")
    death = last(engine, "three")
    assert verdict(death) == (Cause.APPLICATION_ERROR, Certainty.PROVEN)
    assert {(text, error) for _, text, error in death.lines.lines} == {("out", False), ("err", True)}


@pytest.mark.parametrize(
    ("command", "cause"), [(("/nope",), Cause.NOT_FOUND), (("/etc/passwd",), Cause.NOT_EXECUTABLE)]
)
def test_what_never_started(engine, command, cause):
    with pytest.raises(WorldError):
        engine.run("--name", "broken", command=command)
    deaths = cards(case_of(engine, "broken"))
    assert [verdict(one) for one in deaths] == [(cause, Certainty.PROVEN)]
    assert "inspect: Error" in facts(deaths[0])


def test_a_start_that_failed_after_a_life_is_a_card_of_its_own(engine):
    engine.run("--name", "owner", command=POLITE)
    engine.run("--name", "guest", "--network", "container:owner", command=POLITE)
    engine.docker("stop", "guest", "owner")
    assert engine.docker("start", "guest", check=False).returncode
    ended(engine, "guest")
    failed, stopped = cards(case_of(engine, "guest"))
    assert verdict(failed) == (Cause.DEPENDENCY_GONE, Certainty.PROVEN)
    assert failed.time is None
    assert verdict(stopped) == (Cause.STOPPED, Certainty.PROVEN)
    engine.docker("rm", "owner")
    assert engine.docker("start", "guest", check=False).returncode
    assert "no longer exists" in last(engine, "guest").explanation.sentence


def test_an_end_with_the_owner_of_its_pid_namespace(engine):
    engine.run("--name", "owner", command=POLITE)
    engine.run("--name", "guest", "--pid", "container:owner", command=("sleep", "1000"))
    engine.docker("stop", "owner")
    ended(engine, "guest")
    case = case_of(engine, "guest")
    assert verdict(cards(case)[0]) == (Cause.DEPENDENCY_GONE, Certainty.PROVEN)
    assert "engine: owner ended" in facts(cards(case)[0])
    pid = case.around.joined[0]
    for owner in (None, replace(pid.owner, finished=pid.owner.finished - 60)):
        elsewhen = replace(case, around=replace(case.around, joined=(replace(pid, owner=owner),)))
        assert cards(elsewhen)[0].explanation.cause is Cause.KILLED_OUTSIDE
        assert "PID namespace" in cards(elsewhen)[0].explanation.missing[-1]


def test_a_stop_of_what_was_unhealthy(engine):
    samples.unhealthy(engine, "--name", "ill")
    engine.docker("stop", "--time", "1", "ill")
    ended(engine, "ill")
    death = last(engine, "ill")  # sleep as process 1 does not heed SIGTERM
    assert verdict(death) == (Cause.STOP_TIMEOUT, Certainty.PROVEN)
    assert "event: health_status: unhealthy" in facts(death)
    assert "probe: exit 1: no answer" in facts(death)
    samples.unhealthy(engine, "--name", "worse")
    engine.docker("kill", "worse")
    ended(engine, "worse")
    assert verdict(last(engine, "worse")) == (Cause.UNHEALTHY, Certainty.LIKELY)


def test_a_stop_of_what_was_healthy_is_not_its_health_checks_fault(engine):
    samples.healthy(engine, "--name", "well")
    engine.docker("kill", "well")
    ended(engine, "well")
    assert details_of(engine, "well").health.status == "unhealthy"  # engines say so of all that has ended
    death = last(engine, "well")
    assert verdict(death) == (Cause.KILLED, Certainty.PROVEN)
    assert ("Failed health check", True) in {(one.cause, one.known) for one in death.excluded}


def shut_down(engine, way):
    """Three containers of which one is to come back, and then the engine's end and start."""
    engine.run("--name", "first", command=POLITE)
    engine.run("--name", "second", "--stop-timeout", "1", command=DEAF)
    engine.run("--name", "third", "--restart", "unless-stopped", command=POLITE)
    time.sleep(0.5)
    way()
    engine.start()
    ended(engine, "second")


def test_an_engine_that_is_stopped_takes_its_containers_with_it(engine):
    shut_down(engine, engine.stop)
    for name in ("first", "second"):
        case = case_of(engine, name)
        death = cards(case)[0]
        assert verdict(death) == (Cause.ENGINE_SHUTDOWN, Certainty.LIKELY), name
        assert "engine: the engine was started" in facts(death)
        assert "engine: third was started again by its policy" in facts(death)
        nobody = replace(case, around=replace(case.around, others=()))
        assert cards(nobody)[0].explanation.cause is not Cause.ENGINE_SHUTDOWN
        unknown_start = replace(case, around=replace(case.around, engine_started=None))
        assert cards(unknown_start)[0].explanation.cause is not Cause.ENGINE_SHUTDOWN
    assert details_of(engine, "third").running
    assert last(engine, "third").explanation.cause is Cause.ENGINE_SHUTDOWN


def test_an_engine_that_was_killed_ends_them_when_it_comes_back(engine):
    shut_down(engine, engine.kill)
    for name in ("first", "second", "third"):
        assert verdict(last(engine, name)) == (Cause.ENGINE_SHUTDOWN, Certainty.PROVEN), name


def test_what_ended_long_before_the_engine_did_was_not_ended_by_it(engine):
    engine.run("--name", "early", command=POLITE)
    engine.docker("stop", "early")
    ended(engine, "early")
    time.sleep(16)
    engine.run("--name", "late", "--restart", "unless-stopped", command=POLITE)
    engine.stop()
    engine.start()
    death = last(engine, "early")
    assert death.explanation.cause is not Cause.ENGINE_SHUTDOWN


def test_a_crash_loop_is_a_row_of_cards(engine):
    engine.run("--name", "loop", "--restart", "on-failure:4", command=("sh", "-c", "echo gone >&2; exit 7"))
    gave_up = lambda one: (one.restart.count, one.life.state) == (4, State.EXITED)  # noqa: E731
    eventually(lambda: gave_up(details_of(engine, "loop")), "it gives up", seconds=20)
    ended(engine, "loop")
    told = post_mortem(case_of(engine, "loop"), time.time())
    assert len(told.deaths) == len(told.lives) == 5
    assert {one.explanation.cause for one in told.deaths[1:]} == {Cause.APPLICATION_ERROR}
    assert told.deaths[-1].lines.lines[-1][1:] == ("gone", True)
    assert told.pattern.startswith("Crash loop: 5 ends in ")
    waits = [after.started - before.ended for before, after in zip(told.lives, told.lives[1:], strict=False)]
    for measured, drawn in zip(waits, told.backoff.waits, strict=False):
        # between two events the engine also takes its own time: the wait itself is a little shorter than the gap
        assert drawn * 0.8 <= measured < drawn + 1.5, (waits, told.backoff.waits)
    assert told.backoff.current is None
    assert told.backoff.strong == "Nothing will start it again."


def test_memory_before_an_end_is_shown_where_it_was_watched(engine):
    limits = ("--memory", "32m", "--memory-swap", "32m")
    eat = "x=a; sleep 3; while true; do x=$x$x; done"
    with opened(engine.host) as session, watched(session) as rows:
        rows.until(lambda one: one.resets, "the first list")
        hungry = engine.run("--name", "hungry", *limits, command=("sh", "-c", eat))
        gone = lambda row: row is not None and not row.running and row.run is not None and row.run.oom_killed  # noqa: E731
        rows.until(lambda one: gone(one.rows.get(hungry)), "it ends")
        death = cards(session.post_mortem(Ref("containers", hungry, "hungry"), CancelScope()))[0]
    assert death.explanation.cause is Cause.OUT_OF_MEMORY
    assert death.memory.points
    assert all(0 < used <= 32 << 20 for _, used in death.memory.points)


def test_a_probe_of_ours_is_not_one_of_the_engines(engine):
    name = samples.healthy(engine, "--name", "well")
    with opened(engine.host) as session:
        ref = Ref("containers", name, "well")
        passed = session.probe(ref, ("echo fine; exit 0",), True, 5.0, CancelScope())
        failed = session.probe(ref, ("false",), False, 5.0, CancelScope())
        late = session.probe(ref, ("sleep", "30"), False, 0.5, CancelScope())
    assert (passed.passed, passed.output) == (True, "fine\n")
    assert failed.exit_code == 1
    assert late.timed_out
    assert details_of(engine, "well").health.status == "healthy"


def test_podman_is_asked_the_same_and_says_less(podman):
    podman.run("--name", "three", command=("sh", "-c", "echo gone >&2; exit 3"))
    podman.run("--name", "killed", command=("sleep", "1000"))
    podman.request("POST", "/containers/killed/kill?signal=KILL")
    ended(podman, "three")
    ended(podman, "killed")
    case = case_of(podman, "three")
    assert case.around.engine_started is None  # its networks are older than its service
    death = cards(case)[0]
    assert (death.explanation.cause, death.explanation.verdict) == (Cause.APPLICATION_ERROR, "Ended with 3")
    assert [text for _, text, _ in death.lines.lines] == ["gone"]
    assert last(podman, "killed").explanation.cause in (Cause.KILLED, Cause.UNKNOWN)
