"""What can be done to containers, with the command that does the same and what a confirmation must say."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from models.docker.container import Container, State
from models.docker.limits import LIMITS, update_flags
from models.kind import Action, Confirmation, Loss, Option, Options, OptionType
from models.text import bytes_text, count_text, names_text

GRACE = 10  # seconds that the engine gives by default
SIGNALS = ("SIGKILL", "SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGSTOP", "SIGCONT", "SIGABRT")

_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]+")

Containers = Sequence[Container]
Twin = tuple[tuple[str, ...], ...]


def _names(containers: Containers) -> tuple[str, ...]:
    return tuple(container.name or container.short_id for container in containers)


def _one_command(*words: str) -> Callable[[Containers, Options], Twin]:
    return lambda containers, _options: ((*words, *_names(containers)),)


def _none_is(states: Sequence[State], word: str) -> Callable[[Containers], str | None]:
    """Why not, when no container is in one of `states`: "web is not running"."""

    def why_not(containers: Containers) -> str | None:
        if any(container.state in states for container in containers):
            return None
        names = names_text(_names(containers))
        return f"{names} {'is' if len(containers) == 1 else 'are'} not {word}"

    return why_not


def _all_run(containers: Containers) -> str | None:
    if all(container.running for container in containers):
        return f"{names_text(_names(containers))} already {'runs' if len(containers) == 1 else 'run'}"
    return None


def _timed(verb: str) -> Callable[[Containers, Options], Twin]:
    """`docker stop -t N a b`."""

    def twin(containers: Containers, options: Options) -> Twin:
        grace = ("-t", str(options["seconds"])) if "seconds" in options else ()
        return ((verb, *grace, *_names(containers)),)

    return twin


def _grace(_containers: Containers) -> int:
    return GRACE


SECONDS = Option(
    id="seconds",
    label="Seconds to end by itself",
    type=OptionType.NUMBER,
    default=_grace,
    help="Process 1 gets its stop signal (SIGTERM unless the image names another), after this time SIGKILL: exit 137.",
)


def _kill_twin(containers: Containers, options: Options) -> Twin:
    return (("kill", "--signal", options["signal"], *_names(containers)),)


def _kill_confirmation(containers: Containers, options: Options) -> Confirmation:
    signal = options["signal"]
    hard = signal == "SIGKILL"
    return Confirmation(
        title=f"Send {signal} to {_subject(containers)}?",
        verb=f"Send {signal}",
        goes=tuple(Loss(name, "ends at once, exit code 137" if hard else "") for name in _names(containers)),
        warning="Nothing is written or closed before the end: open files and connections are cut." if hard else "",
        type_to_confirm=_typed(containers),
    )


def _rename_twin(containers: Containers, options: Options) -> Twin:
    return (("rename", *_names(containers), options["name"]),)


def name_problem(name: str) -> str | None:
    """Why the engine would refuse this name, or None."""
    if not name:
        return "A name is needed"
    if not _NAME.fullmatch(name):
        return "Letters, digits, _ . and - only, two at least, a letter or digit first"
    return None


def _sizes_twin(containers: Containers, _options: Options) -> Twin:
    return (("ps", "-a", "--size", *(f"--filter=id={container.short_id}" for container in containers)),)


def _update_twin(containers: Containers, options: Options) -> Twin:
    return (("update", *update_flags(options), *_names(containers)),)


def _remove_twin(containers: Containers, options: Options) -> Twin:
    flags = ("-f",) * bool(options["force"]) + ("-v",) * bool(options["volumes"])
    return (("rm", *flags, *_names(containers)),)


def _remove_confirmation(containers: Containers, options: Options) -> Confirmation:
    running = [container for container in containers if container.running]
    volumes = bool(options["volumes"])
    stays = [Loss("Images", "stay"), Loss("Named volumes and bind mounts", "stay")]
    if not volumes:
        stays.append(Loss("Anonymous volumes", "stay, without a name to find them by"))
    goes = [_removed(container) for container in containers]
    if volumes:
        goes.append(Loss("Anonymous volumes", "go, with what is in them"))
    return Confirmation(
        title=f"Remove {_subject(containers)}?",
        verb="Remove",
        goes=tuple(goes),
        stays=tuple(stays),
        warning=f"{names_text(_names(running))} {'is' if len(running) == 1 else 'are'} running and will be killed."
        if running and options["force"]
        else "",
        note="" if not running or options["force"] else "Running containers are refused without force.",
        type_to_confirm=_typed(containers),
    )


def _removed(container: Container) -> Loss:
    ports = {str(port.public) for port in container.ports if port.public}
    closes = f"; closes {names_text(sorted(ports))}" if container.running and ports else ""
    return Loss(
        container.name or container.short_id,
        f"{container.image}, its log and what it wrote outside volumes{closes}",
        "running" if container.running else bytes_text(container.size_rw),
    )


def _prune_confirmation(containers: Containers, _options: Options) -> Confirmation:
    freed = sum(container.size_rw or 0 for container in containers)
    return Confirmation(
        title=f"Remove {count_text(len(containers), 'stopped container')}?",
        verb="Remove",
        goes=tuple(_removed(container) for container in containers),
        stays=(Loss("Running and paused containers", "stay"), Loss("Images and volumes", "stay")),
        note=f"Frees {bytes_text(freed)}." if freed else "",
        type_to_confirm=_typed(containers),
    )


def _nothing_stopped(containers: Containers) -> str | None:
    if any(container.state in (State.EXITED, State.CREATED, State.DEAD) for container in containers):
        return None
    return "No container is stopped"


def _subject(containers: Containers) -> str:
    return _names(containers)[0] if len(containers) == 1 else count_text(len(containers), "container")


def _typed(containers: Containers) -> str:
    return _subject(containers)


ACTIONS = (
    Action(id="start", title="Start", deed="start {}", done="{} started",
           icon="play", call="start", twin=_one_command("start"), why_not=_all_run,
           shortcut="Ctrl+U", prominent=True),
    Action(id="stop", title="Stop", deed="stop {}", done="{} stopped",
           icon="stop", call="stop", twin=_timed("stop"), disruptive=True, prominent=True,
           why_not=_none_is((State.RUNNING, State.PAUSED, State.RESTARTING), "running"), shortcut="Ctrl+D"),
    Action(id="restart", title="Restart", deed="restart {}", done="{} restarted",
           icon="restart", call="restart", twin=_timed("restart"), disruptive=True,
           shortcut="Ctrl+R", prominent=True),
    Action(id="pause", title="Pause", deed="pause {}", done="{} paused",
           icon="pause", call="pause", twin=_one_command("pause"), disruptive=True,
           why_not=_none_is((State.RUNNING,), "running")),
    Action(id="unpause", title="Unpause", deed="unpause {}", done="{} unpaused",
           icon="play", call="unpause", twin=_one_command("unpause"),
           why_not=_none_is((State.PAUSED,), "paused")),
    Action(id="stop-after", title="Stop after…", deed="stop {}", done="{} stopped",
           icon="stop", call="stop", twin=_timed("stop"), options=(SECONDS,),
           block=1, why_not=_none_is((State.RUNNING, State.PAUSED, State.RESTARTING), "running"), disruptive=True),
    Action(id="restart-after", title="Restart after…", deed="restart {}", done="{} restarted",
           icon="restart", call="restart", twin=_timed("restart"),
           options=(SECONDS,), block=1, disruptive=True),
    Action(id="kill", title="Send signal…", deed="send {signal} to {}", done="{signal} sent to {}",
           icon="kill", call="kill", twin=_kill_twin, confirm=_kill_confirmation,
           why_not=_none_is((State.RUNNING, State.PAUSED, State.RESTARTING), "running"), block=1, disruptive=True,
           options=(Option(id="signal", label="Signal", type=OptionType.CHOICE, choices=SIGNALS,
                           default=lambda _rows: "SIGKILL", help="To process 1 of the container."),)),
    Action(id="rename", title="Rename…", deed="rename {} to {name}", done="{} renamed to {name}",
           icon="rename", call="rename", twin=_rename_twin, many=False, block=1,
           shortcut="F2", options=(Option(id="name", label="New name", type=OptionType.TEXT, problem=name_problem,
                           default=lambda rows: rows[0].name if rows else ""),)),
    Action(id="update", title="Update limits…", deed="update the limits of {}", done="Limits of {} updated",
           icon="limits", call="update", twin=_update_twin, options=LIMITS, block=1),
    Action(id="sizes", title="Measure size", deed="measure the size of {}", done="Size of {} measured",
           icon="disk", call="sizes", twin=_sizes_twin, block=1),
    Action(id="remove", title="Remove…", deed="remove {}", done="{} removed",
           icon="remove", call="remove", twin=_remove_twin, confirm=_remove_confirmation,
           shortcut="Del", block=2, disruptive=True,
           options=(Option(id="force", label="Kill it first where it runs", type=OptionType.FLAG,
                           default=lambda rows: any(row.running for row in rows)),
                    Option(id="volumes", label="Remove anonymous volumes too", type=OptionType.FLAG,
                           default=lambda _rows: False))),
    Action(id="prune", title="Prune stopped containers…", deed="remove {}", done="{} removed",
           icon="remove", call="prune", on_page=True, disruptive=True,
           twin=lambda _rows, _options: (("container", "prune"),), confirm=_prune_confirmation,
           why_not=_nothing_stopped),
)  # fmt: skip
