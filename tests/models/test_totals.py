"""The dock must not claim sums of more than was measured."""

from __future__ import annotations

from models.docker.container import Container, State, Usage
from models.docker.totals import totals
from models.system import SystemFacts

MB = 1 << 20


def container(name: str, cpu: float | None, memory: int | None, state: State = State.RUNNING) -> Container:
    usage = None if memory is None and cpu is None else Usage(cpu, memory)
    return Container(id=name, name=name, image="x", state=state, usage=usage)


def facts(cores: int = 0, memory: int = 0) -> SystemFacts:
    return SystemFacts(headline="", brief="", warnings=(), groups=(), cores=cores, memory=memory)


def test_sums_are_shares_of_the_machine() -> None:
    rows = [container("a", 150.0, 300 * MB), container("b", 90.0, 212 * MB)]
    words = totals(rows, facts(cores=4, memory=2048 * MB)).words
    assert words == ("2 running", "CPU 60 % of 4 cores", "Memory 512 MB of 2.00 GB")


def test_without_the_machines_size_they_stand_alone() -> None:
    assert totals([container("a", 150.0, 300 * MB)], None).words == ("1 running", "CPU 150 %", "Memory 300 MB")


def test_what_is_not_measured_yet_is_said() -> None:
    rows = [container("a", 5.0, MB), container("b", None, MB), container("c", None, None)]
    assert totals(rows, facts(cores=1)).words == ("3 running", "CPU 5 % of 1 core", "Memory 2.00 MB", "1 measured")


def test_what_does_not_run_does_not_count() -> None:
    """Rows keep the last usage for a moment after the end."""
    rows = [container("a", 5.0, MB, State.EXITED), container("b", None, None)]
    assert totals(rows, None).words == ("1 running",)
