"""PROCESS: the columns and the one action of a container's process tree."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from msgspec import Struct

from models.docker.container_actions import SIGNALS
from models.docker.processes import STATES, Branch, Look, Process, process_id, tree
from models.docker.processes_first import first_process
from models.docker.processes_rates import Rates
from models.docker.signals import signal_number
from models.health import Health, Tone
from models.kind import (
    Action,
    Align,
    Column,
    Confirmation,
    Loss,
    Option,
    Options,
    OptionType,
    ResourceKind,
    Section,
    Spark,
)
from models.secrets import masked
from models.text import count_text, display, memory_text, percent_text, stamp_text

_COMMAND_IN_WORDS = 40  # characters of a command in a sentence


class ProcessRow(Struct, frozen=True):
    """One line of the tree."""

    id: str
    process: Process
    container: str  # its name
    branch: Branch
    rates: Rates
    main: bool = False
    paused: bool = False
    folded: bool = False
    mark: str = ""  # a few words beside the command, where it wants attention
    inside_unknown: str = ""
    flat: bool = False  # it stands in a list that is no tree

    @property
    def title(self) -> str:
        """ "sleep (PID 7)"."""
        pid = self.process.inside or self.process.pid
        return f"{display(self.process.program, _COMMAND_IN_WORDS) or 'process'} (PID {pid})"


def process_rows(
    look: Look, rates: Mapping[str, Rates], zombies: Collection[str], folded: Collection[str], flat: bool = False
) -> list[ProcessRow]:
    """What is shown of a look: the tree without what is folded away, or all of it flat."""
    housing = look.housing
    branches = tree(look.processes, housing.main)
    first = first_process(look, zombies)
    known = {process.pid: process for process in look.processes}
    hidden: tuple[Any, ...] = ()
    rows = []
    for branch in branches:
        process = branch.process
        if not flat and hidden and branch.path[: len(hidden)] == hidden:
            continue
        row_id = process_id(housing.container, process)
        shut = bool(branch.children) and row_id in folded
        if shut:
            hidden = branch.path
        main = process.pid == housing.main
        rows.append(
            ProcessRow(
                id=row_id,
                process=process,
                container=housing.name,
                branch=branch,
                rates=rates.get(process.mark, Rates()),
                main=main,
                paused=housing.paused,
                folded=shut and not flat,
                mark=first.mark if main else _mark(process, known, branch, zombies),
                inside_unknown=look.inside_unknown,
                flat=flat,
            )
        )
    return rows


def _mark(process: Process, known: Mapping[int, Process], branch: Branch, zombies: Collection[str]) -> str:
    if process.zombie and process.mark in zombies:
        parent = known.get(process.parent)
        whose = "from outside" if parent is None else f"by {parent.inside or parent.pid}"
        return f"ended, not collected {whose}"
    return "" if branch.depth else "came in by exec"


def summary(look: Look) -> tuple[str, str]:
    """Counts, and what is to be known of them: "7 processes with 38 threads; 200 allowed", "1 zombie"."""
    processes = look.processes
    threads = [process.threads for process in processes if process.threads is not None]
    words = count_text(len(processes), "process", "processes")
    if len(threads) == len(processes):
        words += f" with {count_text(sum(threads), 'thread')}"
    if look.housing.pids_limit:
        words += f"; {look.housing.pids_limit:,} allowed"
    zombies = sum(process.zombie for process in processes)
    notes = [count_text(zombies, "zombie")] if zombies else []
    if look.inside_unknown:
        notes.append(f"PIDs inside not known: {look.inside_unknown}")
    if not look.exact and any(process.cpu_seconds is not None for process in processes):
        notes.append("CPU over 10 s, as the engine's ps tells whole seconds")
    return words, "; ".join(notes)


def _state_text(row: ProcessRow) -> str:
    if row.paused and not row.process.zombie:
        return "paused"
    return STATES.get(row.process.state, row.process.state)


def _state_tone(row: ProcessRow) -> Tone:
    if row.process.zombie:
        return Tone.WARNING
    return Tone.PRIMARY if row.process.state == "R" and not row.paused else Tone.SECONDARY


def _user_text(process: Process) -> str:
    if process.uid is None or process.user in (str(process.uid), "root"):
        return process.user
    return f"{process.user} {process.uid}".strip()


def _command(row: ProcessRow) -> str:
    return masked("command", row.process.command)


def _cpu_spark(row: ProcessRow) -> Spark | None:
    return Spark(row.rates.cpu_history) if len(row.rates.cpu_history) > 1 and not row.process.zombie else None


def _memory_spark(row: ProcessRow) -> Spark | None:
    return Spark(row.rates.memory_history) if len(row.rates.memory_history) > 1 and not row.process.zombie else None


def _secondary(_row: ProcessRow) -> Tone:
    return Tone.SECONDARY


def _command_tone(row: ProcessRow) -> Tone:
    return Tone.SECONDARY if row.process.zombie else Tone.PRIMARY


def _memory(row: ProcessRow) -> int | None:
    return None if row.process.zombie else row.process.memory


def _started_text(row: ProcessRow, now: float) -> str:
    """The time of day, or the date where that was another day."""
    stamp = stamp_text(row.process.started)
    day, _, clock = stamp.partition(" ")
    return clock if day == stamp_text(now).partition(" ")[0] else day


COLUMNS = (
    Column(id="command", title="Command", width=300, stretch=3, mono=True, text=lambda r, _: _command(r),
           tone=_command_tone, sort=lambda r: r.branch.path,
           tooltip=lambda r, _: "\n".join(filter(None, (_command(r), r.mark)))),
    Column(id="inside", title="PID inside", width=84, align=Align.RIGHT,
           text=lambda r, _: "" if r.process.inside is None else str(r.process.inside),
           sort=lambda r: r.process.inside or 0,
           tooltip=lambda r, _: f"Not known: {r.inside_unknown}" if r.process.inside is None else ""),
    Column(id="outside", title="PID outside", width=88, drop=1, align=Align.RIGHT, tone=_secondary,
           text=lambda r, _: str(r.process.outside or ""), sort=lambda r: r.process.pid,
           tooltip=lambda _r, _: "On the engine's machine"),
    Column(id="user", title="User", width=110, drop=3, text=lambda r, _: _user_text(r.process), tone=_secondary,
           tooltip=lambda _r, _: "By the user list of the engine's machine"),
    Column(id="state", title="State", width=88, text=lambda r, _: _state_text(r), tone=_state_tone),
    Column(id="threads", title="Threads", width=70, drop=2, align=Align.RIGHT, sort=lambda r: r.process.threads or 0,
           text=lambda r, _: "" if r.process.threads is None else f"{r.process.threads:,}"),
    Column(id="cpu", title="CPU", width=126, align=Align.RIGHT, spark=_cpu_spark,
           text=lambda r, _: percent_text(r.rates.cpu), sort=lambda r: -1.0 if r.rates.cpu is None else r.rates.cpu,
           tooltip=lambda _r, _: "Per cent of one core"),
    Column(id="memory", title="Memory", width=128, align=Align.RIGHT, spark=_memory_spark,
           text=lambda r, _: memory_text(_memory(r)), sort=lambda r: -1 if _memory(r) is None else _memory(r),
           tooltip=lambda _r, _: "Resident; what processes share counts for each of them"),
    Column(id="started", title="Started", width=92, drop=4, align=Align.RIGHT, text=_started_text, tone=_secondary,
           sort=lambda r: r.process.started or 0.0, tooltip=lambda r, _: stamp_text(r.process.started)),
)  # fmt: skip


def _signal_twin(rows: Sequence[ProcessRow], options: Options) -> tuple[tuple[str, ...], ...]:
    signal = str(options["signal"])
    return tuple(
        ("kill", "--signal", signal, row.container)
        if row.main
        else ("exec", "-u", "0", row.container, "kill", f"-{signal.removeprefix('SIG')}", str(row.process.inside))
        for row in rows
    )


def _why_no_signal(rows: Sequence[ProcessRow]) -> str | None:
    row = rows[0]
    if row.process.zombie:
        return "it has ended already: only its parent can collect it"
    if row.paused and not row.main:
        return "the container is paused"
    if row.process.inside is None and not row.main:
        return f"its PID inside is not known: {row.inside_unknown}"
    return None


def _signal_confirmation(rows: Sequence[ProcessRow], options: Options) -> Confirmation:
    row, signal = rows[0], str(options["signal"])
    own = row.process.takes(_number(signal))
    if signal == "SIGKILL":
        detail = "ends at once, and the container with it" if row.main else "ends at once"
    elif signal in ("SIGSTOP", "SIGCONT"):
        detail = "stands still until SIGCONT" if signal == "SIGSTOP" else "goes on if it was stopped"
    elif own:
        detail = f"has a handler for {signal}, and decides by itself"
    elif own is False:
        detail = f"has no handler for {signal}: {'as PID 1 it does nothing' if row.main else 'the default is taken'}"
    else:
        detail = f"gets {signal}"
    stays = (Loss(count_text(row.branch.children, "child", "children"), "stays, under PID 1 if its parent ends"),)
    return Confirmation(
        title=f"Send {signal} to {row.title}?",
        verb=f"Send {signal}",
        goes=(Loss(display(row.process.program), detail, f"PID {row.process.inside or row.process.pid}"),),
        stays=stays if row.branch.children and not row.main else (),
        type_to_confirm=row.container,
    )


def _number(signal: str) -> int:
    return signal_number(signal) or 1


SIGNAL = Action(
    id="signal",
    title="Send signal…",
    deed="send {signal} to {}",
    done="{signal} sent to {}",
    icon="signal",
    call="signal-process",
    twin=_signal_twin,
    why_not=_why_no_signal,
    confirm=_signal_confirmation,
    options=(
        Option(id="signal", label="Signal", type=OptionType.CHOICE, default=lambda _rows: "SIGTERM", choices=SIGNALS),
    ),
    many=False,
)

PROCESS = ResourceKind(
    id="processes",
    title="Processes",
    noun="process",
    icon="process",
    section=Section.WORK,
    columns=COLUMNS,
    key=lambda row: row.id,
    name=lambda row: row.title,
    health=lambda row: Health.PENDING if row.process.zombie else Health.RUNNING,
    state_text=_state_text,
    summary=lambda count, _views: count_text(count, "process", "processes"),
    fields={},
    search=_command,
    tabs=(),
    actions=(SIGNAL,),
    sorted_by="command",
)
