"""The processes of a container, looked at again and again, and signals to them: all through the engine."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from urllib.parse import quote

from msgspec.structs import replace

from models.docker.processes import (
    Look,
    Process,
    matched,
    process_id,
    read_housing,
    read_inside,
    read_top,
    zombies_inside,
)
from models.errors import AppError, BadInput, ConnectionLost, Failed, Gone, Refused, TimedOut, Unreachable
from models.kind import Options, Ref
from services.cancel import CancelScope
from services.docker.engine import Engine
from services.docker.execution import run_inside
from services.docker.processes_local import LocalProc, local_proc
from services.session import Outcome

EVERY_SECONDS = 2.0
ASK_INSIDE_SECONDS = 10.0  # at least, between two commands in the container

_FORMATS = (
    "-eo pid,ppid,uid,user:32,stat,nlwp,cputimes,rss,etimes,caught,ignored,blocked,args",
    "-eo pid,ppid,uid,user,stat,nlwp,time,rss,etime,args",  # older procps
    "-o pid,ppid,user,stat,time,rss,args",  # busybox
    "-ef",
)
_PODMAN_FORMATS = ("pid,hpid,ppid,huser,state,time,etime,rss,args", "pid,hpid,ppid,huser,state,time,etime,args")
_INSIDE = (("ps", "-eo", "pid,ppid,stat,args"), ("ps", "-o", "pid,ppid,stat,args"))
_ELSEWHERE = "the engine is on another machine, and the container's own ps cannot be run"
_UNPROVEN = "the list of the container's own ps does not tell which is which"


class Processes:
    """Looks at one container through its present life."""

    def __init__(self, engine: Engine, ref: Ref, now: Callable[[], float], scope: CancelScope) -> None:
        """Ask what the container is. Raises Gone, Unreachable; Refused where it does not run."""
        self._engine, self._ref, self._now, self._scope = engine, ref, now, scope
        self._path = f"/containers/{quote(ref.id, safe='')}"
        self.housing = read_housing(engine.get(f"{self._path}/json", None, scope), engine.podman)
        if not self.housing.main:
            raise Refused(f"{self.housing.name} is not running: it has no processes")
        self._formats = list(_PODMAN_FORMATS if engine.podman else _FORMATS)
        self._local: LocalProc | None = local_proc(self.housing.container, self.housing.main)
        self._asked_inside = -ASK_INSIDE_SECONDS
        self._asked_of: set[str] = set()
        self._inside: dict[str, int] = {}
        self._zombies: list[Process] = []
        self._why_unknown = ""

    def look(self) -> Look:
        """All processes now, by GET /containers/{id}/top. Raises Refused where it has ended meanwhile."""
        processes = self._top()
        at = time.monotonic()
        if self._local is not None:
            processes = self._local.completed(processes)
        elif not self.housing.own_namespace and self.housing.pid_mode == "host":
            processes = tuple(replace(process, inside=process.pid) for process in processes)
        elif any(process.inside is None for process in processes):
            processes = self._with_inside(processes)
        unknown = self._why_unknown if any(process.inside is None for process in processes) else ""
        return Look(self.housing, processes, at, exact=self._local is not None, inside_unknown=unknown)

    def _top(self) -> tuple[Process, ...]:
        while True:
            try:
                answer = self._engine.get(f"{self._path}/top", {"ps_args": self._formats[0]}, self._scope)
                return read_top(answer, self._now())
            except (Failed, BadInput):  # the host's ps knows no such columns
                if len(self._formats) == 1:
                    raise
                del self._formats[0]

    def _with_inside(self, processes: tuple[Process, ...]) -> tuple[Process, ...]:
        """A command in the container costs more than a look: it is asked where something has changed, and not often."""
        marks = {process.mark for process in processes}
        changed = marks != self._asked_of or self._zombies
        if changed and time.monotonic() - self._asked_inside >= ASK_INSIDE_SECONDS and not self.housing.paused:
            self._asked_inside, self._asked_of = time.monotonic(), marks
            self._ask_inside(processes)
        known = (replace(process, inside=self._inside.get(process.mark)) for process in processes)
        return (*known, *self._zombies)

    def _ask_inside(self, processes: Sequence[Process]) -> None:
        self._why_unknown = _ELSEWHERE
        for command in _INSIDE:
            try:
                ended = run_inside(self._engine, self._ref, command, self._scope)
            except (Refused, TimedOut):
                continue
            told = read_inside(ended.stdout.decode(errors="replace"), " ".join(command))
            if ended.exit_code == 0 and told:
                self._why_unknown = _UNPROVEN
                pairs = matched(processes, told, self.housing.main)
                self._inside = {one.mark: pairs[one.pid] for one in processes if one.pid in pairs}
                self._zombies = zombies_inside(told, pairs)
                return


def processes(engine: Engine, ref: Ref, now: Callable[[], float], scope: CancelScope) -> Iterator[Look]:
    """A look every two seconds, until cancelled. Raises Refused where the container does not run (any more)."""
    seen = Processes(engine, ref, now, scope)
    while not scope.cancelled:
        yield seen.look()
        scope.wait(EVERY_SECONDS)


def signal_processes(
    engine: Engine, refs: Sequence[Ref], options: Options, now: Callable[[], float], scope: CancelScope
) -> Iterator[Outcome]:
    """Send options["signal"] to each process that `process_id` named; failures are outcomes. Never retried."""
    for ref in refs:
        try:
            _signal(engine, ref, str(options["signal"]), now, scope)
        except AppError as error:
            yield Outcome(ref, error)
        else:
            yield Outcome(ref)


def _signal(engine: Engine, ref: Ref, signal: str, now: Callable[[], float], scope: CancelScope) -> None:
    container = Ref("containers", ref.id.partition("/")[0], ref.name)
    seen = Processes(engine, container, now, scope)
    look = seen.look()
    process = next((one for one in look.processes if process_id(container.id, one) == ref.id), None)
    if process is None:
        raise Gone(f"{ref.name} has ended")
    if process.pid == look.housing.main:
        engine.post(f"/containers/{quote(container.id, safe='')}/kill", {"signal": signal}, scope)
        return
    if process.inside is None:
        raise Refused(f"Its PID inside is not known: {look.inside_unknown}")
    _kill_inside(engine, container, signal.removeprefix("SIG"), process.inside, scope)


def _kill_inside(engine: Engine, container: Ref, signal: str, pid: int, scope: CancelScope) -> None:
    """By the container's own `kill`, else by that of its shell, as its root. Raises Refused with what it said."""
    refusal: AppError = Refused("There is neither kill nor sh in this container")
    for command in (("kill", f"-{signal}", str(pid)), ("sh", "-c", f"kill -{signal} {pid}")):
        try:
            ended = run_inside(engine, container, command, scope, user="0")
        except (ConnectionLost, Unreachable):
            raise
        except Refused:
            continue
        if ended.exit_code == 0:
            return
        refusal = Refused(ended.stderr.decode(errors="replace").strip() or f"kill ended with {ended.exit_code}")
        break
    raise refusal
