"""Why a container ended: a verdict with its evidence, and how certain it is.

An exit code alone proves little: 137 may be SIGKILL to PID 1, or a shell passing on what happened to its child. What an
inspect cannot decide (a stop that ran out of patience, `docker kill`, somebody on the host) the engine's events can.
"""

from __future__ import annotations

from collections.abc import Mapping

from models.docker.container import State
from models.docker.deaths import from_events, seen, whole
from models.docker.facts import ContainerDetails
from models.docker.post_mortem_around import Surroundings, seen_around
from models.docker.signals import exit_signal, signal_name, signal_number
from models.docker.start_errors import start_error
from models.docker.verdict import (
    EVENTS_MISSING,
    INSPECT_MISSING,
    Cause,
    Certainty,
    Ending,
    Events,
    Explanation,
    Told,
    inspect_fact,
    inspected,
    oom_verdict,
    ran,
    sum_text,
)
from models.text import count_text


def ending(details: ContainerDetails) -> Ending | None:
    """The last end of a container; None while it runs, and where it was only created."""
    life = details.life
    if details.running or (life.state is State.CREATED and not life.error):
        return None
    return Ending(
        exit_code=life.exit_code,
        state=life.state,
        oom_killed=life.oom_killed,
        error=life.error,
        started=life.started,
        finished=life.finished,
        stop_signal=details.stop_signal,
        grace=details.stop_grace,
        memory_limit=details.limits.memory,
        restarts=details.restart.count,
        policy=details.restart.policy,
        most_restarts=details.restart.most,
    )


def explain(end: Ending, events: Events | None = None, around: Surroundings | None = None) -> Explanation:
    """Why it ended, from its inspect and, where they are known, the engine's events and all that was around its end."""
    explanation = start_error(end) or from_events(end, events) or _from_inspect(end, events)
    if around is not None:
        explanation = seen_around(end, events, around, explanation)
    return _restart_loop(end, explanation) or explanation


_CRASHES = {
    "SIGSEGV": "a memory error of its program",
    "SIGABRT": "its program gave up by itself",
    "SIGBUS": "a memory error of its program",
    "SIGILL": "an illegal instruction in its program",
    "SIGFPE": "an arithmetic error of its program",
    "SIGSYS": "a forbidden system call of its program",
    "SIGTRAP": "a trap in its program",
}
_BY_CODE: Mapping[int, Told] = {
    125: (
        Cause.APPLICATION_ERROR,
        "Ended with 125",
        "125 is what docker run itself returns when an engine refuses; as a container's code it is its program's own.",
        Certainty.PROVEN,
    ),
    126: (
        Cause.NOT_EXECUTABLE,
        "Not executable",
        "It ran, and returned 126: what shells return when a command is there but may not be executed.",
        Certainty.LIKELY,
    ),
    127: (
        Cause.NOT_FOUND,
        "Command not found",
        "It ran, and returned 127: what shells return when a command is not there.",
        Certainty.LIKELY,
    ),
    255: (
        Cause.UNKNOWN,
        "Ended with 255",
        "Either its program returned 255 (-1), or the engine was not there when it ended and could not learn its code.",
        Certainty.UNKNOWN,
    ),
}


def _from_inspect(end: Ending, events: Events | None) -> Explanation:
    code = end.exit_code
    if code == 0:
        told: Told = (Cause.SUCCESS, "Ended with 0", f"It {ran(end)}returned 0: success.", Certainty.PROVEN)
    elif end.oom_killed and code == 137:
        told = _oom_guess(end)
    elif code in _BY_CODE:
        told = _BY_CODE[code]
    elif name := exit_signal(code):
        told = _signal_guess(end, name)
    else:
        told = Cause.APPLICATION_ERROR, f"Ended with {code}", _own_error(end), Certainty.PROVEN
    if told[0] is Cause.APPLICATION_ERROR and not whole(end, events):
        told = (*told[:2], f"{told[2]} Whether it had been asked to end is not known.", Certainty.LIKELY)
    cause, verdict, sentence, certainty = told
    decided = certainty is Certainty.PROVEN
    missing = () if decided else (EVENTS_MISSING,) if end.inspected else (INSPECT_MISSING, EVENTS_MISSING)
    return Explanation(cause, verdict, sentence, certainty, (*seen(end, events), *inspected(end)), missing)


def _own_error(end: Ending) -> str:
    hint = {1: ", the common code for any error", 2: ", often for wrong arguments"}.get(end.exit_code, "")
    oom = " The kernel had killed one of its processes for lack of memory." if end.oom_killed else ""
    return f"It {ran(end)}returned {end.exit_code}{hint}: an error of its own.{oom} Its last log lines may say which."


def _oom_guess(end: Ending) -> Told:
    words = (
        "The kernel killed one of its processes for lack of memory, and SIGKILL ended it (137 is 128 + 9): "
        "most likely one and the same event."
    )
    return Cause.OUT_OF_MEMORY, oom_verdict(end), words, Certainty.LIKELY


def _signal_guess(end: Ending, name: str) -> Told:
    code = sum_text(end.exit_code)
    if name == "SIGKILL":
        marked = "It is not marked as out of memory. " if end.inspected else ""
        words = (
            f"{code}. {marked}A stop whose grace period of {end.grace} s ran out, "
            "docker kill and somebody on the host all look like this."
        )
        return Cause.UNKNOWN, "Killed with SIGKILL by an unknown hand", words, Certainty.UNKNOWN
    if name in _CRASHES:
        return Cause.CRASHED, f"Crashed with {name}", f"{code}: {_CRASHES[name]}.", Certainty.LIKELY
    if name == (signal_name(signal_number(end.stop_signal)) or "SIGTERM"):
        words = f"{code}, as docker stop sends it; so do docker kill, somebody on the host and the program itself."
        return Cause.SIGNALLED, f"Ended by {name}", words, Certainty.UNKNOWN
    from_where = {"SIGINT": ", as Ctrl+C sends it", "SIGHUP": ", as a closed terminal sends it"}.get(name, "")
    return Cause.SIGNALLED, f"Ended by {name}", f"{code}{from_where}.", Certainty.LIKELY


def _restart_loop(end: Ending, last: Explanation) -> Explanation | None:
    """What stands above the last end where the policy starts it again and again, or has given up."""
    gave_up = end.policy == "on-failure" and 0 < end.most_restarts <= end.restarts
    if end.state is not State.RESTARTING and not gave_up:
        return None
    times = count_text(end.restarts, "time")
    started_with = "The last time it " if last.sentence.startswith("It ") else "The last time: "
    words = f"It was restarted {times} by its policy {end.policy}. {started_with}{last.sentence.removeprefix('It ')}"
    verdict = f"Gave up after {count_text(end.restarts, 'restart')}" if gave_up else "Restart loop"
    evidence = (inspect_fact(f"RestartCount {end.restarts}"), *last.evidence)
    return Explanation(Cause.RESTART_LOOP, verdict, words, last.certainty, evidence)
