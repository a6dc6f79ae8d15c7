"""The processes of sample containers: a first process, what its kind of server begins, and what a person left there."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager

from models.docker.container import State
from models.docker.processes import Housing, Look, Process, process_id
from models.docker.signals import SIGTERM
from models.errors import Gone, Refused
from models.kind import Options, Ref
from services.cancel import CancelScope
from services.demo.actions import perform
from services.demo.fleet import Fleet
from services.demo.life import Life, memory_at, pid
from services.demo.namespaces import modes
from services.demo.noise import chance

EVERY_SECONDS = 2.0

_TAKES_STOP = 1 << (SIGTERM - 1)
_DEADLY = ("SIGKILL", "SIGTERM", "SIGINT", "SIGQUIT", "SIGABRT", "SIGHUP")
_SHELLS = ("sh", "bash", "dash")
_BREATH = 47.0  # seconds of a sample's swing in CPU time

# What the first process begins: by the name of its program, command, share of CPU and memory, threads.
_CHILDREN: dict[str, tuple[tuple[str, float, int], ...]] = {
    "nginx": (("nginx: worker process", 0.2, 1),) * 4,
    "postgres": (
        ("postgres: checkpointer", 0.1, 1), ("postgres: background writer", 0.1, 1), ("postgres: walwriter", 0.1, 1),
        ("postgres: autovacuum launcher", 0.05, 1), ("postgres: shop shop 172.18.0.5(41312) idle", 0.3, 1),
    ),
    "server": (("/app/thumbs --watch /app/uploads", 0.06, 8), ("[imgopt]", 0.0, 1)),
    "tini": (("act_runner daemon", 0.9, 14),),
    "s6-svscan": (("s6-supervise gitea", 0.01, 1), ("/usr/local/bin/gitea web", 0.9, 21)),
    "sh": (("npm test", 0.1, 11), ("node --test test/", 0.8, 11)),
}  # fmt: skip
_TITLES = {"nginx": "nginx: master process nginx -g daemon off;"}


def look(life: Life, now: float, killed: Collection[str] = ()) -> Look:
    """All its processes as of `now`, seconds since the epoch, without `killed`. Raises Refused where it has none."""
    if life.state not in (State.RUNNING, State.PAUSED):
        raise Refused(f"{life.name} is not running: it has no processes")
    shared = modes(life)["PidMode"]
    housing = Housing(life.id, life.name, pid(life), pid_mode=shared, paused=life.state is State.PAUSED)
    there = tuple(one for one in _processes(life, now) if process_id(life.id, one) not in killed)
    return Look(housing, there, now, exact=True)


def looks(
    advanced: Callable[[], AbstractContextManager[Fleet]],
    answer: Callable[[str, CancelScope], None],
    ref: Ref,
    killed: Collection[str],
    scope: CancelScope,
) -> Iterator[Look]:
    """A look every two seconds, until cancelled; `answer` comes before each and may fail. Raises Gone, Refused."""
    while not scope.cancelled:
        answer("processes", scope)
        with advanced() as fleet:
            seen = look(fleet.find(ref.id), fleet.time, killed)
        yield seen
        scope.wait(EVERY_SECONDS)


def send(fleet: Fleet, target: str, options: Options, killed: set[str]) -> None:
    """Send options["signal"] to the process called `target`; one that ends by it alone is noted in `killed`.

    Raises Gone where there is none.
    """
    life = fleet.find(target.partition("/")[0])
    process = next(
        (one for one in look(life, fleet.time, killed).processes if process_id(life.id, one) == target), None
    )
    if process is None:
        raise Gone("The process has ended")
    if process.pid == pid(life):
        perform("kill", fleet, life, options)
    elif options["signal"] in _DEADLY:
        killed.add(target)


def _processes(life: Life, now: float) -> tuple[Process, ...]:
    argv = life.sample.command if _is_starter(life) else (*life.sample.entrypoint, *life.sample.command)
    program = argv[0].rpartition("/")[2]
    children = _CHILDREN.get(program, ())
    main = _process(life, now, 0, _TITLES.get(program, " ".join(argv)), 1.0 - sum(one[1] for one in children), 1)
    below = [_process(life, now, number, *one) for number, one in enumerate(children, 1)]
    return (main, *below)


def _on_host(life: Life) -> bool:
    return modes(life)["PidMode"] == "host"


def _is_starter(life: Life) -> bool:
    """Whether its entrypoint is a script that ends by becoming the command."""
    return (
        bool(life.sample.command) and life.sample.entrypoint[-1:] != () and "entrypoint" in life.sample.entrypoint[-1]
    )


def _process(life: Life, now: float, number: int, command: str, share: float, threads: int) -> Process:
    first = pid(life)
    started = (life.last.started if life.last else now) + 0.4 * number
    zombie = command.startswith("[")
    user, _, _ = (life.sample.user or "root").partition(":")
    program = command.split()[0].rpartition("/")[2]
    return Process(
        pid=first + 19 * number,
        parent=first if number else first - 31,
        user=user,
        uid=0 if user == "root" else int(user) if user.isdigit() else 1000,
        state="Z" if zombie else "R" if chance(life.seed + command, int(now // EVERY_SECONDS)) > 0.9 else "S",
        command=command,
        inside=first + 19 * number if _on_host(life) else 1 if number == 0 else 6 + 16 * number,
        threads=threads if number else 1 + int(chance(life.seed, 3) * 24),
        cpu_seconds=0.0 if zombie else _used(life, now, started, share),
        memory=0 if zombie else round(memory_at(life, now) * max(share, 0.02)),
        started=started,
        caught=0 if program in _SHELLS or zombie else _TAKES_STOP,
        ignored=0,
        blocked=0,
    )


def _used(life: Life, now: float, started: float, share: float) -> float:
    """CPU seconds since the start: they never fall, and swing about the sample's own rate."""
    rate = life.sample.cpu / 100 * share
    if life.paused is not None:
        now = min(now, life.paused)
    return max(0.0, rate * ((now - started) + 0.6 * _BREATH / math.tau * math.sin(math.tau * now / _BREATH)))
