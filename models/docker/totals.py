"""What the running containers of an engine come to together, for the dock."""

from __future__ import annotations

from collections.abc import Iterable

from models.docker.container import Container, State
from models.kind import Totals
from models.system import SystemFacts
from models.text import count_text, memory_text


def totals(containers: Iterable[Container], facts: SystemFacts | None) -> Totals:
    """How many run, and the sums of what was last measured of them; of the whole machine where its size is known."""
    running = [container for container in containers if container.state is State.RUNNING]
    usages = [container.usage for container in running if container.usage is not None]
    cpu = [usage.cpu for usage in usages if usage.cpu is not None]
    memory = [usage.memory for usage in usages if usage.memory is not None]
    words = [f"{len(running):,} running"]
    if cpu:
        words.append(_cpu_words(sum(cpu), facts.cores if facts else 0))
    if memory:
        words.append(_memory_words(sum(memory), facts.memory if facts else 0))
    measured = min(len(cpu), len(memory))
    if 0 < measured < len(running):
        words.append(f"{measured:,} measured")
    return Totals(tuple(words), f"{count_text(len(running), 'running container')}, as last measured" if cpu else "")


def _cpu_words(percent: float, cores: int) -> str:
    """`percent` is of one core."""
    return f"CPU {percent / cores:.0f} % of {count_text(cores, 'core')}" if cores else f"CPU {percent:.0f} %"


def _memory_words(used: int, of: int) -> str:
    return f"Memory {memory_text(used)} of {memory_text(of)}" if of else f"Memory {memory_text(used)}"
