"""What the first process of a container is, and whether it takes its stop signal and collects what has ended."""

from __future__ import annotations

from collections.abc import Collection

from msgspec import Struct

from models.docker.processes import Housing, Look, Process, stop_number
from models.health import Health
from models.overview import Headline
from models.text import count_text

INITS = (
    "tini",
    "docker-init",
    "dumb-init",
    "catatonit",
    "podman-init",
    "s6-svscan",
    "systemd",
    "init",
    "runsvdir",
    "runit",
)
SHELLS = ("sh", "bash", "ash", "dash", "busybox", "zsh", "ksh")


class First(Struct, frozen=True):
    """The verdict: a sentence for the head of the tab, and a few words beside the process where it wants attention."""

    headline: Headline
    mark: str = ""


def first_process(look: Look, zombies: Collection[str] = ()) -> First:
    """The verdict on the first process. `zombies` are the marks of those that have been there for two looks."""
    housing = look.housing
    if shared := _shared(housing):
        return First(Headline(Health.RUNNING, *shared))
    first = next((process for process in look.processes if process.pid == housing.main or process.inside == 1), None)
    if first is None:
        return First(Headline(Health.UNKNOWN, "What PID 1 is is not known.", "It is not among the processes told."))
    left = sum(process.zombie and process.parent == first.pid and process.mark in zombies for process in look.processes)
    if left:
        return _neglectful(first, left)
    if first.program in INITS:
        return First(Headline(Health.HEALTHY, f"PID 1 is an init ({first.program}).", _INIT))
    return _by_signal(first, housing)


_INIT = "It is made to forward signals to the program it started, and to collect ended processes."


def _shared(housing: Housing) -> tuple[str, str] | None:
    if housing.own_namespace:
        return None
    if housing.pid_mode == "host":
        whose = "the host's"
    else:
        whose = f"that of container {housing.pid_mode.partition(':')[2][:12]}"
    return (
        f"PID 1 is {whose}.",
        "This container has no PID namespace of its own: what its processes leave behind is collected there.",
    )


def _neglectful(first: Process, left: int) -> First:
    words = count_text(left, "ended process", "ended processes")
    rest = f"{words} of its own {'waits' if left == 1 else 'wait'} for it as {'a zombie' if left == 1 else 'zombies'}. "
    return First(
        Headline(
            Health.UNHEALTHY, "PID 1 does not collect what has ended.", rest + "docker run --init puts an init first."
        ),
        "PID 1, does not collect",
    )


def _by_signal(first: Process, housing: Housing) -> First:
    signal = housing.stop_signal
    number = stop_number(housing)
    shell = first.program in SHELLS
    what = _shell_words(first) if shell else f"the program itself ({first.program})"
    takes = first.takes(number)
    if signal == "SIGKILL":
        return First(Headline(Health.RUNNING, f"PID 1 is {what}.", "A stop sends SIGKILL at once, by its settings."))
    if takes is None:
        rest = f"Whether it takes {signal} is not known: the engine's ps does not tell."
        return First(Headline(Health.UNKNOWN, f"PID 1 is {what}.", rest))
    if takes:
        own = "the script's trap decides what then happens" if shell else "what it does then is its own affair"
        return First(Headline(Health.HEALTHY, f"PID 1 is {what} and takes {signal}:", f"{own}."))
    return _deaf(first, housing, what, shell)


def _deaf(first: Process, housing: Housing, what: str, shell: bool) -> First:
    """It gets no default action either: the kernel spares the first process of a PID namespace."""
    signal = housing.stop_signal
    end = f"each stop waits {housing.stop_seconds} s and ends in SIGKILL (137)"
    if shell:
        strong = f"PID 1 is {what} that does not forward signals."
        rest = f"A stop reaches only the shell, so {end}. End the script with exec, or run it with docker run --init."
        return First(Headline(Health.UNHEALTHY, strong, rest), "PID 1, does not forward signals")
    ignored = bool((first.ignored or 0) >> (stop_number(housing) - 1) & 1)
    strong = f"PID 1 is {what}, which {'ignores' if ignored else 'has no handler for'} {signal}."
    rest = f"For PID 1 that means that nothing happens, so {end}. With docker run --init it would end at once."
    if ignored:
        rest = f"So {end}."
    return First(Headline(Health.UNHEALTHY, strong, rest), f"PID 1, does not take {signal}")


def _shell_words(first: Process) -> str:
    words = first.command.split()[1:]
    if words and words[0].startswith("-") and words[0].endswith("c"):
        return f"a shell ({first.program} {words[0]})"
    return "a shell script" if any(not word.startswith("-") for word in words) else f"a shell ({first.program})"
