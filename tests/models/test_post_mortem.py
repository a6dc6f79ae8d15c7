"""The cards of a container's deaths: each verdict stands on its evidence, and falls with it."""

import pytest
from msgspec.structs import replace

from models.docker.container import State
from models.docker.facts import ContainerDetails, HealthCheck, Life, Limits, Probe, Restart
from models.docker.post_mortem import Case, Memory, Witness, post_mortem
from models.docker.post_mortem_around import Joined, Neighbour, Surroundings
from models.docker.post_mortem_backoff import backoff, wait
from models.docker.post_mortem_view import certainty_text, excluded, life_text, missing, when_text
from models.docker.verdict import Cause, Certainty, EngineEvent, Events
from models.kind import Tab

DIED = 1_000_000.0
UP = DIED + 5  # when the engine was up again
PROVEN, LIKELY, UNKNOWN = Certainty.PROVEN, Certainty.LIKELY, Certainty.UNKNOWN


def details(code=137, **fields):
    life = Life(state=State.EXITED, exit_code=code, started=DIED - 60, finished=DIED)
    return ContainerDetails(**{"id": "a" * 64, "name": "web", "image": "web", "life": life, **fields})


def witness(*records, died=DIED, since=DIED - 3600, **more):
    told = tuple(EngineEvent(action, died + at, attributes) for at, action, attributes in records)
    return Witness(died, Events(since, told), **more)


def card(of, *witnesses, around=None):
    return post_mortem(Case(of, around or Surroundings(), witnesses), DIED + 100).deaths[0]


def verdict(death):
    return death.explanation.cause, death.explanation.certainty


DIE = (0.0, "die", {"exitCode": "137"})
START = (-60.0, "start", {})
KILL, TERM = (-0.1, "kill", {"signal": "9"}), (-10.2, "kill", {"signal": "15"})
STOP = (0.1, "stop", {})


# --- each verdict, and the same with one piece of its evidence gone ---------------------------------------------------


@pytest.mark.parametrize(
    ("records", "since", "expected"),
    [
        ((START, TERM, KILL, DIE, STOP), -3600, (Cause.STOP_TIMEOUT, PROVEN)),
        ((START, TERM, KILL, DIE), -3600, (Cause.STOP_TIMEOUT, LIKELY)),  # the engine's last word is missing
        ((START, KILL, DIE), -3600, (Cause.KILLED, PROVEN)),
        ((START, DIE), -3600, (Cause.KILLED_OUTSIDE, LIKELY)),
        ((DIE,), -1, (Cause.UNKNOWN, UNKNOWN)),  # what killed it may be what is missing
        ((START, TERM, KILL), -3600, (Cause.UNKNOWN, UNKNOWN)),  # signals without an end prove nothing of it
        ((), 0, (Cause.UNKNOWN, UNKNOWN)),
    ],
)
def test_a_kill_is_told_by_its_events_and_unknown_without_them(records, since, expected):
    death = card(details(), witness(*records, since=DIED + since))
    assert verdict(death) == expected
    assert bool(death.explanation.missing) == (expected[1] is not PROVEN and expected[0] is Cause.UNKNOWN)


def oom(killed):
    life = Life(state=State.EXITED, exit_code=137, oom_killed=killed, started=DIED - 60, finished=DIED)
    return details(life=life, limits=Limits(memory=64 << 20))


OOM = (-0.05, "oom", {})


@pytest.mark.parametrize(
    ("of", "records", "expected"),
    [
        (oom(True), (START, OOM, DIE), (Cause.OUT_OF_MEMORY, PROVEN)),
        (oom(True), (), (Cause.OUT_OF_MEMORY, LIKELY)),
        (oom(False), (START, DIE), (Cause.KILLED_OUTSIDE, LIKELY)),
        (oom(False), (), (Cause.UNKNOWN, UNKNOWN)),
        (
            oom(True),
            (START, (-1.0, "oom", {}), KILL, DIE),
            (Cause.KILLED, PROVEN),
        ),  # a signal after it: not the kernel's
    ],
)
def test_out_of_memory(of, records, expected):
    assert verdict(card(of, witness(*records))) == expected


def test_the_memory_curve_agrees_and_never_decides():
    full = Memory(tuple((DIED - n, 63.9 * (1 << 20)) for n in range(5, 0, -1)))
    death = card(oom(True), witness(START, OOM, DIE, memory=full))
    assert death.explanation.evidence[-1].fact == "63.9 MB of 64 MB used at the last look"
    unknown = card(oom(False), witness(memory=full))
    assert unknown.explanation.cause is Cause.UNKNOWN
    assert "64 MB used" in unknown.explanation.evidence[-1].fact


# --- the engine ------------------------------------------------------------------------------------------------------

BACK = Neighbour("b", "db", True, started=UP + 0.4, finished=DIED + 0.5, policy="unless-stopped")
ENDED = Neighbour("c", "job", False, started=DIED - 50, finished=DIED - 0.3)


def shut(*others, up=UP, **more):
    return Surroundings(engine_started=up, others=others, **more)


def test_a_shutdown_is_told_by_what_came_back_with_the_engine():
    death = card(details(), around=shut(BACK, ENDED))
    assert verdict(death) == (Cause.ENGINE_SHUTDOWN, LIKELY)
    assert "together with db and job" in death.explanation.sentence
    assert death.explanation.missing


@pytest.mark.parametrize(
    "around",
    [
        shut(),  # nobody came back
        shut(ENDED),  # they ended together: somebody may have stopped them all
        shut(replace(BACK, policy="always")),  # comes back whoever ended it
        shut(replace(BACK, finished=DIED - 30)),  # ended at another time
        shut(replace(BACK, started=UP + 600)),  # was started later, by somebody
        shut(replace(BACK, started=DIED - 100)),  # ran all the time
        shut(BACK, replace(BACK, name="on", started=DIED - 500, finished=None)),  # another one ran through it all
        shut(BACK, up=DIED - 5),  # the engine had been up
        replace(shut(BACK), engine_started=None),
    ],
)
def test_anything_else_is_not_taken_for_a_shutdown(around):
    death = card(details(), around=around)
    assert verdict(death) == (Cause.UNKNOWN, UNKNOWN)


def test_what_the_engine_remembers_from_before_it_was_up_was_its_own_doing():
    assert verdict(card(details(), around=shut(swept=(DIED + 0.1,)))) == (Cause.ENGINE_SHUTDOWN, PROVEN)
    assert verdict(card(details(), around=shut(swept=(DIED - 9.0,)))) == (Cause.UNKNOWN, UNKNOWN)


def test_a_kill_of_before_is_no_shutdown():
    death = card(details(), witness(START, KILL, DIE), around=shut(BACK))
    assert death.explanation.cause is Cause.KILLED


# --- what it depends on -----------------------------------------------------------------------------------------------

OWNER = Neighbour("d", "pause", False, started=DIED - 90, finished=DIED - 0.2)


def joined(owner, namespace="PID"):
    return Surroundings(engine_started=DIED - 9999, joined=(Joined(namespace, "d", owner),))


@pytest.mark.parametrize(
    ("around", "records", "expected"),
    [
        (joined(OWNER), (START, DIE), (Cause.DEPENDENCY_GONE, PROVEN)),
        (joined(OWNER), (), (Cause.DEPENDENCY_GONE, LIKELY)),
        (joined(None), (START, DIE), (Cause.KILLED_OUTSIDE, LIKELY)),
        (joined(replace(OWNER, finished=DIED - 60)), (START, DIE), (Cause.KILLED_OUTSIDE, LIKELY)),
        (joined(OWNER, "network"), (START, DIE), (Cause.KILLED_OUTSIDE, LIKELY)),  # that ends no process
        (joined(OWNER), (START, KILL, DIE), (Cause.KILLED, PROVEN)),
    ],
)
def test_an_end_with_the_owner_of_a_namespace(around, records, expected):
    assert verdict(card(details(), witness(*records), around=around)) == expected


# --- health -----------------------------------------------------------------------------------------------------------


def probes(*codes):
    told = tuple(Probe(DIED - 20 + n, DIED - 19.9 + n, code, "no") for n, code in enumerate(codes))
    streak = next((n for n, code in enumerate(reversed(codes)) if code == 0), len(codes))
    return HealthCheck(("true",), retries=3, status="unhealthy", failing_streak=streak, probes=told)


ILL, WELL = (-5.0, "health_status: unhealthy", {}), (-2.0, "health_status: healthy", {})


@pytest.mark.parametrize(
    ("check", "records", "swarm", "expected"),
    [
        (probes(0, 1, 1, 1), (START, KILL, DIE), False, (Cause.UNHEALTHY, LIKELY)),
        (probes(0, 1, 1, 1), (START, KILL, DIE), True, (Cause.UNHEALTHY, PROVEN)),
        (probes(1, 1, 1, 0), (START, KILL, DIE), False, (Cause.KILLED, PROVEN)),
        (probes(0, 0, 1, 1), (START, KILL, DIE), True, (Cause.KILLED, PROVEN)),  # two failures of three
        (None, (START, ILL, KILL, DIE), False, (Cause.UNHEALTHY, LIKELY)),
        (None, (START, ILL, WELL, KILL, DIE), False, (Cause.KILLED, PROVEN)),
        (probes(1, 1, 1), (START, WELL, KILL, DIE), False, (Cause.KILLED, PROVEN)),  # events know it better
        (probes(1, 1, 1), (START, DIE), False, (Cause.KILLED_OUTSIDE, LIKELY)),  # nobody stopped it for that
    ],
)
def test_a_failed_health_check_needs_failures_and_a_stop(check, records, swarm, expected):
    around = Surroundings(health=check, of_swarm=swarm, engine_started=DIED - 9999)
    assert verdict(card(details(health=check), witness(*records), around=around)) == expected


@pytest.mark.parametrize(("streak", "cause"), [(9, Cause.KILLED), (10, Cause.UNHEALTHY)])
def test_of_more_failures_than_probes_are_kept_the_engines_count_decides(streak, cause):
    check = replace(probes(1, 1, 1, 1, 1), retries=10, failing_streak=streak)
    around = Surroundings(health=check, engine_started=DIED - 9999)
    assert card(details(health=check), witness(START, KILL, DIE), around=around).explanation.cause is cause


# --- several deaths ---------------------------------------------------------------------------------------------------


def loop(lives, every=0.5):
    ends = [DIED - every * n for n in reversed(range(lives))]
    die = (0.0, "die", {"exitCode": "1"})
    return [witness((-0.2, "start", {}), die, died=at) for at in ends]


def test_each_end_of_a_crash_loop_is_a_card_of_its_own():
    life = Life(state=State.EXITED, exit_code=1, started=DIED - 0.2, finished=DIED)
    of = details(life=life, restart=Restart("on-failure", 4, 4))
    told = post_mortem(Case(of, Surroundings(), tuple(loop(5))), DIED + 1)
    assert [one.time for one in told.deaths] == sorted((one.time for one in told.deaths), reverse=True)
    assert len(told.deaths) == len(told.lives) == 5
    assert {verdict(one) for one in told.deaths} == {(Cause.APPLICATION_ERROR, PROVEN)}
    assert told.pattern == "Crash loop: 5 ends in 2 s, one every less than 1 s; all of them ended with 1."


def test_an_end_that_nobody_saw_of_what_runs_again_is_unknown():
    life = Life(state=State.RUNNING, exit_code=0, started=DIED + 1, finished=DIED)
    told = post_mortem(Case(details(life=life), Surroundings(), (witness(),)), DIED + 9)
    assert verdict(told.deaths[0]) == (Cause.UNKNOWN, UNKNOWN)
    assert told.deaths[0].exit_code is None
    assert told.lives[-1].ended is None
    assert post_mortem(Case(details(life=replace(life, finished=None))), DIED).deaths == ()


def test_a_failed_start_does_not_lend_its_exit_code_to_the_end_before():
    life = Life(state=State.EXITED, exit_code=127, error='exec: "/x": no such file or directory', finished=DIED)
    failed, before = post_mortem(Case(details(life=life), Surroundings(), (witness(),)), DIED + 9).deaths
    assert (failed.time, failed.explanation.cause) == (None, Cause.NOT_FOUND)
    assert verdict(before) == (Cause.UNKNOWN, UNKNOWN)
    seen = post_mortem(Case(details(life=life), Surroundings(), (witness(START, DIE),)), DIED + 9).deaths[1]
    assert seen.exit_code == 137


# --- restart policies -------------------------------------------------------------------------------------------------


def test_waits_double_up_to_a_minute():
    assert [wait(number) for number in (1, 2, 3, 10, 11, 500)] == [0.1, 0.2, 0.4, 51.2, 60.0, 60.0]


def policy(name, state=State.RUNNING, code=0, most=0, count=0):
    life = Life(state=state, exit_code=code, started=DIED, finished=DIED - 1)
    return details(restart=Restart(name, most, count), life=life)


@pytest.mark.parametrize(
    ("of", "lived", "current", "strong"),
    [
        (policy("no"), [1.0], None, "Nothing will start it again."),
        (policy("always", State.RESTARTING, 1, count=3), [1.0, 1.0, 1.0], 3, "The engine is about to start it again."),
        (policy("always", State.RESTARTING, 1, count=9), [1.0, 1.0], None, "The engine is about to start it again."),
        (policy("always", count=9), [1.0, 30.0, 1.0], 2, "Any end but docker stop restarts it."),
        (policy("always", count=9), [1.0, None], None, "Any end but docker stop restarts it."),
        (policy("on-failure", State.EXITED, 0), [1.0], None, "Nothing will start it again."),
        (policy("on-failure", State.EXITED, 1, most=3, count=3), [1.0] * 4, None, "Nothing will start it again."),
        (policy("unless-stopped", State.EXITED), [1.0], None, "It stays ended until somebody starts it."),
    ],
)
def test_what_a_policy_does_next(of, lived, current, strong):
    told = backoff(of, lived)
    assert (told.current, told.strong) == (current, strong)


# --- words ------------------------------------------------------------------------------------------------------------


def test_a_card_in_words():
    death = card(details(), witness(START, TERM, KILL, DIE, STOP), around=Surroundings(engine_started=DIED - 600))
    assert life_text(death) == "exit 137, lived 1 min"
    assert certainty_text(death) == "proven, by events and inspect"
    rows = [row.line.text for row in excluded(death).rows]
    assert "Out of memory no oom event in its life, OOMKilled is false" in rows
    assert "Engine shutdown the engine had been up for 10 min" in rows
    assert not missing(death).rows
    assert when_text(None, DIED) == "not recorded"
    assert {one.tab for one in death.steps} <= {None, Tab.PROCESSES, Tab.CONFIGURATION}


def test_what_cannot_be_ruled_out_is_said_to_be_unknown_and_stands_last():
    death = card(details(), witness(since=DIED))
    open_ones = [one.cause for one in death.excluded if not one.known]
    assert open_ones == [one.cause for one in death.excluded][-len(open_ones) :]
    assert {"Stop time-out", "Kill from outside", "Engine shutdown"} <= set(open_ones)
    assert "its" in missing(death).rows[0].text
