"""Limits and the restart policy of a container that exists: what POST /containers/{id}/update can change."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from models.docker.run_values import (
    read_cpus,
    read_number,
    read_restart,
    read_size,
    read_swap,
    write_cpus,
    write_restart,
    write_size,
)
from models.kind import Option, OptionType

Answers = Mapping[str, Any]  # texts by the option's id; "" leaves it as it is

LEAST_MEMORY = 6 << 20  # bytes; the engine refuses less
NOT_LIVE = (
    "Everything else of a container is fixed when it is made: its image, command, environment, ports, mounts, "
    "networks and rights. To change those, run it again."
)


def _memory(text: str) -> int:
    size = read_size(text)
    if size == 0:
        raise ValueError("The engine takes 0 for no change: a limit can be moved, not taken away")
    if size < LEAST_MEMORY:
        raise ValueError("The engine wants 6m at least")
    return size


def _swap(text: str) -> int:
    swap = read_swap(text)
    if swap == 0:
        raise ValueError("The engine takes 0 for no change; -1 is no limit")
    return swap


def _cpus(text: str) -> int:
    nano = read_cpus(text)
    if nano == 0:
        raise ValueError("The engine takes 0 for no change: a limit can be moved, not taken away")
    return nano


def _pids(text: str) -> int:
    number = read_number(text)
    if number < -1 or number == 0:
        raise ValueError("A number of processes and threads, or -1 for no limit")
    return number


_READERS: Mapping[str, Callable[[str], Any]] = {
    "memory": _memory, "swap": _swap, "cpus": _cpus, "pids": _pids, "restart": read_restart,
}  # fmt: skip
_FLAGS = (
    ("memory", "--memory", write_size), ("swap", "--memory-swap", write_size), ("cpus", "--cpus", write_cpus),
    ("pids", "--pids-limit", str), ("restart", "--restart", write_restart),
)  # fmt: skip


def _problem(option: str) -> Callable[[Any], str | None]:
    def problem(text: Any) -> str | None:
        try:
            _read(option, str(text))
        except ValueError as error:
            return str(error)
        return None

    return problem


def _read(option: str, text: str) -> Any:
    return _READERS[option](text.strip()) if text.strip() else None


def update_body(answers: Answers) -> dict[str, Any]:
    """The body of POST /containers/{id}/update; what was left empty is not in it. Raises ValueError for a bad text."""
    said = {option: value for option in _READERS if (value := _read(option, str(answers.get(option, "")))) is not None}
    body = {key: said[option] for option, key in _KEYS if option in said}
    if "restart" in said:
        body["RestartPolicy"] = {"Name": said["restart"].name, "MaximumRetryCount": said["restart"].most}
    return body


_KEYS = (("memory", "Memory"), ("swap", "MemorySwap"), ("cpus", "NanoCpus"), ("pids", "PidsLimit"))


def update_flags(answers: Answers) -> Iterator[str]:
    """The flags of `docker update` that do the same; a text that cannot be read stays as it is."""
    for option, flag, write in _FLAGS:
        text = str(answers.get(option, "")).strip()
        if not text:
            continue
        try:
            yield from (flag, write(_read(option, text)))
        except ValueError:
            yield from (flag, text)


def _nothing(_rows: Sequence[Any]) -> str:
    return ""


def _option(option: str, label: str, text: str) -> Option:
    return Option(id=option, label=label, type=OptionType.TEXT, default=_nothing, help=text, problem=_problem(option))


LIMITS = (
    _option("memory", "Memory", "As -m: 512m, 1.5g. Less than it uses makes the kernel reclaim, then kill. "
            "Empty: as it is."),
    _option("swap", "Memory and swap together", "As --memory-swap; -1 for no limit. Has to move along when memory "
            "goes above it. Empty: as it is."),
    _option("cpus", "CPUs", "As --cpus: 0.5, 2. Empty: as it is."),
    _option("pids", "Processes and threads", "As --pids-limit; -1 for no limit. Empty: as it is."),
    _option("restart", "Restart policy", "no, always, unless-stopped, on-failure or on-failure:3. Empty: as it is. "
            f"{NOT_LIVE}"),
)  # fmt: skip
