"""Why a container ended: each verdict, how certain it is, and that it never says more than the evidence."""

import pytest

from models.docker.container import State
from models.docker.exits import ending, explain
from models.docker.signals import exit_signal, signal_number
from models.docker.verdict import Cause, Certainty, Ending, EngineEvent, Events, Source
from models.health import Health
from tests.models.test_details import API_1_41, changed, read

DIED = 1_000_000.0
PROVEN, LIKELY, UNKNOWN = Certainty.PROVEN, Certainty.LIKELY, Certainty.UNKNOWN


def end(code, **fields):
    return Ending(**{"exit_code": code, "started": DIED - 60, "finished": DIED, **fields})


def events(*records, since=DIED - 3600):
    return Events(since, tuple(EngineEvent(action, DIED + at, attributes) for at, action, attributes in records))


BY_INSPECT = [
    (end(0), Cause.SUCCESS, "Ended with 0", PROVEN),
    (end(1), Cause.APPLICATION_ERROR, "Ended with 1", LIKELY),
    (end(2), Cause.APPLICATION_ERROR, "Ended with 2", LIKELY),
    (end(3), Cause.APPLICATION_ERROR, "Ended with 3", LIKELY),
    (end(3, oom_killed=True), Cause.APPLICATION_ERROR, "Ended with 3", LIKELY),
    (end(125), Cause.APPLICATION_ERROR, "Ended with 125", LIKELY),
    (end(126), Cause.NOT_EXECUTABLE, "Not executable", LIKELY),
    (end(127), Cause.NOT_FOUND, "Command not found", LIKELY),
    (end(128), Cause.APPLICATION_ERROR, "Ended with 128", LIKELY),
    (end(129), Cause.SIGNALLED, "Ended by SIGHUP", LIKELY),
    (end(130), Cause.SIGNALLED, "Ended by SIGINT", LIKELY),
    (end(134), Cause.CRASHED, "Crashed with SIGABRT", LIKELY),
    (end(137), Cause.UNKNOWN, "Killed with SIGKILL by an unknown hand", UNKNOWN),
    (end(137, oom_killed=True), Cause.OUT_OF_MEMORY, "Out of memory", LIKELY),
    (
        end(137, oom_killed=True, memory_limit=536_870_912),
        Cause.OUT_OF_MEMORY,
        "Out of memory: 512 MB limit reached",
        LIKELY,
    ),
    (end(139), Cause.CRASHED, "Crashed with SIGSEGV", LIKELY),
    (end(143), Cause.SIGNALLED, "Ended by SIGTERM", UNKNOWN),
    (end(131, stop_signal="SIGQUIT"), Cause.SIGNALLED, "Ended by SIGQUIT", UNKNOWN),
    (end(143, stop_signal="SIGQUIT"), Cause.SIGNALLED, "Ended by SIGTERM", LIKELY),
    (end(162), Cause.SIGNALLED, "Ended by signal 34", LIKELY),
    (end(200), Cause.APPLICATION_ERROR, "Ended with 200", LIKELY),
    (end(255), Cause.UNKNOWN, "Ended with 255", UNKNOWN),
]


@pytest.mark.parametrize(("ended", "cause", "verdict", "certainty"), BY_INSPECT)
def test_what_the_inspect_alone_shows(ended, cause, verdict, certainty):
    told = explain(ended)
    assert (told.cause, told.verdict, told.certainty) == (cause, verdict, certainty)
    assert told.evidence[0].fact == f"ExitCode {ended.exit_code}"
    assert {one.source for one in told.evidence} == {Source.INSPECT}


# The words of Docker 20.10 and 29, and the exit code that each sets beside them.
RUNC = "failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: "
START_ERRORS = [
    (127, RUNC + 'exec: "/nope": stat /nope: no such file or directory: unknown', Cause.NOT_FOUND, "/nope"),
    (127, RUNC + 'exec: "nope": executable file not found in $PATH: unknown', Cause.NOT_FOUND, "nope"),
    (126, RUNC + 'exec: "/etc": permission denied: unknown', Cause.NOT_EXECUTABLE, "/etc"),
    (126, RUNC + 'exec: "/etc": is a directory: unknown', Cause.NOT_EXECUTABLE, "/etc"),
    (126, RUNC + "exec /app: exec format error", Cause.NOT_EXECUTABLE, "another processor"),
    (
        128,
        (
            "failed to set up container networking: driver failed programming external connectivity on endpoint x "
            "(a40e): Bind for 0.0.0.0:9000 failed: port is already allocated"
        ),
        Cause.NOT_STARTED,
        "0.0.0.0:9000",
    ),
    (
        127,
        RUNC + 'error mounting "/etc/passwd" to rootfs at "/etc": not a directory: unknown',
        Cause.NOT_STARTED,
        "/etc/passwd",
    ),
    (
        128,
        'error gathering device information while adding custom device "/dev/nope": no such file or directory',
        Cause.NOT_STARTED,
        "/dev/nope",
    ),
    (128, "unable to find user nosuch: no matching entries in passwd file", Cause.NOT_STARTED, "nosuch"),
    (128, "network 0fb0965bca0d not found", Cause.NOT_STARTED, "0fb0965bca0d"),
    (128, "something that nobody has seen before", Cause.NOT_STARTED, "own words"),
]


@pytest.mark.parametrize(("code", "error", "cause", "names"), START_ERRORS)
def test_a_failed_start_is_told_from_the_engines_own_words(code, error, cause, names):
    told = explain(end(code, error=error, state=State.CREATED, started=None, finished=None))
    assert (told.cause, told.certainty) == (cause, PROVEN)
    assert names in told.sentence
    assert told.evidence[0].fact == f"Error {error}"


STOP_TIMEOUT = events(
    (-10.1, "kill", {"signal": "15"}),
    (-0.1, "kill", {"signal": "9"}),
    (0.0, "die", {"exitCode": "137"}),
    (0.1, "stop", {}),
)
WITH_EVENTS = [
    (end(137), STOP_TIMEOUT, Cause.STOP_TIMEOUT, PROVEN, "still ran 10.0 s later"),
    (  # Docker 29 may write the stop before the death
        end(137),
        events(
            (-2.1, "kill", {"signal": "15"}),
            (-0.1, "kill", {"signal": "9"}),
            (-0.01, "stop", {}),
            (0.0, "die", {"exitCode": "137", "execDuration": "5"}),
        ),
        Cause.STOP_TIMEOUT,
        PROVEN,
        "still ran 2.0 s later",
    ),
    (
        end(143),
        events((-0.2, "kill", {"signal": "15"}), (0.0, "die", {"exitCode": "143"}), (0.1, "stop", {})),
        Cause.STOPPED,
        PROVEN,
        "SIGTERM, which ended it 0.2 s later",
    ),
    (
        end(0),
        events((-0.2, "kill", {"signal": "15"}), (0.0, "die", {"exitCode": "0"}), (0.1, "stop", {})),
        Cause.STOPPED,
        PROVEN,
        "ended cleanly 0.2 s later",
    ),
    (
        end(1),
        events((-0.2, "kill", {"signal": "15"}), (0.0, "die", {"exitCode": "1"}), (0.1, "stop", {})),
        Cause.STOPPED,
        PROVEN,
        "returned 1 0.2 s later",
    ),
    (
        end(137),
        events((-0.1, "kill", {"signal": "9"}), (0.0, "die", {"exitCode": "137"})),
        Cause.KILLED,
        PROVEN,
        "docker kill",
    ),
    (
        end(137, oom_killed=True),
        events((-0.05, "oom", {}), (0.0, "die", {"exitCode": "137"})),
        Cause.OUT_OF_MEMORY,
        PROVEN,
        "lack of memory",
    ),
    (
        end(137),
        events((-60, "start", {}), (0.0, "die", {"exitCode": "137"})),
        Cause.KILLED_OUTSIDE,
        LIKELY,
        "did not come through the engine",
    ),
    # an OOM of a child long before, and then docker kill: not the OOM
    (
        end(137, oom_killed=True),
        events((-30, "oom", {}), (-0.1, "kill", {"signal": "9"}), (0.0, "die", {"exitCode": "137"})),
        Cause.KILLED,
        PROVEN,
        "docker kill",
    ),
    # a reload signal is no cause of death
    (
        end(1),
        events((-0.5, "kill", {"signal": "1"}), (0.0, "die", {"exitCode": "1"})),
        Cause.APPLICATION_ERROR,
        PROVEN,
        "",
    ),
]


@pytest.mark.parametrize(("ended", "seen", "cause", "certainty", "words"), WITH_EVENTS)
def test_events_decide_what_the_inspect_cannot(ended, seen, cause, certainty, words):
    told = explain(ended, seen)
    assert (told.cause, told.certainty) == (cause, certainty)
    assert words in told.sentence


def test_the_evidence_stands_in_the_order_in_which_it_happened():
    told = explain(end(137), STOP_TIMEOUT)
    assert [one.fact for one in told.evidence] == [
        "kill signal=15",
        "kill signal=9",
        "die exitCode=137",
        "stop",
        "ExitCode 137",
        "OOMKilled false",
        "no memory limit",
    ]


def test_events_of_another_life_prove_nothing():
    long_ago = events((-500.1, "kill", {"signal": "9"}), (-500.0, "die", {"exitCode": "137"}))
    assert explain(end(137), long_ago) == explain(end(137))


def test_a_kill_of_the_life_before_is_not_taken_for_this_one():
    seen = events(
        (-70.1, "kill", {"signal": "9"}),
        (-70.0, "die", {"exitCode": "137"}),
        (-60.0, "start", {}),
        (0.0, "die", {"exitCode": "137"}),
    )
    assert explain(end(137), seen).cause is Cause.KILLED_OUTSIDE


@pytest.mark.parametrize(
    ("since", "cause"),
    [
        (-1.0, Cause.UNKNOWN),  # what killed it may be what is missing
        (-30.0, Cause.KILLED_OUTSIDE),  # nothing that could still have killed it is missing, though its start is
    ],
)
def test_missing_events_are_no_proof_that_nothing_happened(since, cause):
    seen = events((0.0, "die", {"exitCode": "137"}), since=DIED + since)
    assert explain(end(137), seen).cause is cause


def test_of_a_short_life_nothing_is_missing_from_its_start_on():
    seen = events((-2.0, "start", {}), (0.0, "die", {"exitCode": "137"}), since=DIED - 2)
    assert explain(end(137, started=DIED - 2), seen).cause is Cause.KILLED_OUTSIDE


def test_a_restart_loop_counts_and_says_what_ends_it():
    told = explain(end(1, state=State.RESTARTING, restarts=14, policy="always"))
    assert (told.cause, told.verdict) == (Cause.RESTART_LOOP, "Restart loop")
    assert told.sentence.startswith("It was restarted 14 times by its policy always. The last time it ran for 1 min")
    assert [one.fact for one in told.evidence] == ["RestartCount 14", "ExitCode 1"]


def test_a_policy_that_gave_up_says_so():
    told = explain(end(1, restarts=3, policy="on-failure", most_restarts=3))
    assert told.verdict == "Gave up after 3 restarts"
    assert explain(end(1, restarts=2, policy="on-failure", most_restarts=3)).cause is Cause.APPLICATION_ERROR


def test_an_end_written_before_its_start_has_no_negative_life():
    told = explain(end(3, started=DIED, finished=DIED - 0.001))
    assert "less than 1 s" in told.sentence


def test_what_runs_or_only_was_created_has_no_end():
    assert ending(read(API_1_41)) is None
    assert ending(read(changed(API_1_41, State={"Status": "paused"}))) is None
    assert ending(read(changed(API_1_41, State={"Status": "created"}))) is None
    assert ending(read(changed(API_1_41, State={"Status": "created", "Error": "x"}))) is not None
    assert ending(read(changed(API_1_41, State={"Status": "exited", "ExitCode": 3}))).exit_code == 3


@pytest.mark.parametrize("cause", Cause)
def test_every_cause_has_a_glyph(cause):
    assert cause.health in Health


@pytest.mark.parametrize(
    ("given", "number"),
    [("15", 15), ("SIGTERM", 15), ("term", 15), ("KILL", 9), ("0", 0), ("99", 0), ("NOPE", 0), ("", 0)],
)
def test_signals_in_all_their_spellings(given, number):
    assert signal_number(given) == number


def test_exit_codes_that_stand_for_no_signal():
    assert [exit_signal(code) for code in (0, 127, 128, 193, 255, -1)] == [""] * 6
    assert exit_signal(137) == "SIGKILL"


def test_a_sigterm_that_did_not_come_through_the_engine_is_no_docker_stop():
    seen = events((-60, "start", {}), (0.0, "die", {"exitCode": "143"}))
    told = explain(end(143), seen)
    assert (told.cause, told.certainty) == (Cause.SIGNALLED, LIKELY)
    assert "nobody stopped it with docker" in told.sentence
    assert "docker stop" not in told.sentence


def test_an_error_of_its_own_is_proven_only_where_nobody_asked_it_to_end():
    seen = events((-60, "start", {}), (0.0, "die", {"exitCode": "3"}))
    assert explain(end(3), seen).certainty is PROVEN
    assert "not known" in explain(end(3)).sentence
    assert explain(end(3)).missing


def test_an_earlier_end_is_not_said_to_be_unmarked():
    told = explain(end(137, inspected=False))
    assert (told.cause, told.evidence) == (Cause.UNKNOWN, ())
    assert "out of memory" not in told.sentence
    assert len(told.missing) == 2


def test_a_stop_of_the_life_before_or_after_is_not_this_ones():
    signal = (-0.5, "kill", {"signal": "1"})
    die = (0.0, "die", {"exitCode": "1"})
    before = events((-3.1, "die", {"exitCode": "0"}), (-3.0, "stop", {}), (-2.0, "start", {}), signal, die)
    after = events((-60.0, "start", {}), signal, die, (1.0, "start", {}), (2.0, "stop", {}))
    for seen in (before, after):
        assert explain(end(1), seen).cause is Cause.APPLICATION_ERROR
