"""The table with 10,000 rows: loading, churning, filtering, selecting all."""

from __future__ import annotations

import itertools
import random
import time
from collections.abc import Callable, Iterator
from functools import cache

import msgspec
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from gui import tasks
from gui.table.table import Table
from models.changes import Change, Changed, Reset
from models.docker.container import COMPOSE_PROJECT, Container, Port, Run, State, Usage
from models.docker.container_kind import CONTAINER
from models.filter import parse
from services.cancel import CancelScope
from tests.bench.harness import Report, application, measure_stalls, wait, wait_for

ROWS, PAGE = 10_000, 500
CHANGES, TICKS = 1_000, 10  # rows per second, in so many batches
HEIGHTS = (0.5, 2.0, 3.5, 9.0)  # of sparklines, per cent
QUERY = "state:running web-1 -exited label:tier=web"


def container(number: int, chance: random.Random) -> Container:
    return Container(
        id=f"{number:064x}",
        name=f"{chance.choice(('web', 'db', 'cache', 'job'))}-{number}",
        image=f"ghcr.io/acme/service-{number % 40}:2.{number % 9}.1",
        created=time.time() - number,
        state=State.RUNNING,
        probe=("", "healthy", "unhealthy")[number % 3],
        networks=("front", "back"),
        ports=(Port(80, public=number % 60_000 + 1),),
        labels={COMPOSE_PROJECT: f"project-{number % 60}", "tier": "web"},
        run=Run(started=time.time() - number),
        usage=Usage(chance.random() * 100, chance.randrange(1 << 30), cpu_history=tuple(chance.choices(HEIGHTS, k=24))),
    )


@cache
def pages() -> tuple[bytes, ...]:
    """The rows as an engine would send them."""
    chance = random.Random(1)
    rows = [container(number, chance) for number in range(ROWS)]
    return tuple(msgspec.json.encode(rows[start : start + PAGE]) for start in range(0, ROWS, PAGE))


def loading(scope: CancelScope) -> Iterator[Change[Container]]:
    """A list that comes page by page, and again."""
    decode = msgspec.json.Decoder(tuple[Container, ...]).decode
    while not scope.cancelled:
        yield Reset(decode(pages()[0]))
        for page in pages()[1:]:
            yield Changed(decode(page))
        scope.wait(0.3)
        yield Reset(())


def churning(scope: CancelScope) -> Iterator[Change[Container]]:
    """A tenth of all rows gets other figures every second; some go and come back."""
    chance = random.Random(2)
    for number in itertools.count():
        if scope.wait(1 / TICKS) or scope.cancelled:
            return
        rows = tuple(container(chance.randrange(ROWS), chance) for _ in range(CHANGES // TICKS))
        gone = {row.id for row in rows} if number % 5 == 0 else set()
        yield Changed(tuple(row for row in rows if row.id not in gone), tuple(gone))


def streaming(
    source: Callable[[CancelScope], Iterator[Change[Container]]],
) -> Callable[[QWidget | None], Callable[[], None]]:
    """The changes of `source`, from a worker into a table, or into nothing."""

    def begin(table: QWidget | None) -> Callable[[], None]:
        owner = QObject()
        task = tasks.stream(owner, source, key="bench")
        if isinstance(table, Table):
            task.items.connect(lambda changes: [table.apply(change) for change in changes])
        else:
            task.items.connect(lambda changes: None)

        def end() -> None:
            task.cancel()
            owner.deleteLater()
            wait_for(lambda: not tasks.running())

        return end

    return begin


def typing(table: QWidget | None) -> Callable[[], None]:
    """Somebody types a filter, and takes it away letter by letter."""
    states = itertools.cycle(
        [QUERY[:n] for n in range(1, len(QUERY) + 1)] + [QUERY[:n] for n in range(len(QUERY), -1, -1)]
    )
    timer = QTimer(interval=100)

    def key() -> None:
        query = next(states)
        if isinstance(table, Table):
            table.set_filter(parse(query, CONTAINER.fields))

    timer.timeout.connect(key)
    timer.start()
    return timer.stop


def loaded() -> Table:
    """A table with all rows, grouped as the page shows them."""
    table = Table(CONTAINER)
    table.resize(1280, 800)
    table.set_grouping(CONTAINER.groupings[0])
    decode = msgspec.json.Decoder(tuple[Container, ...]).decode
    for page in pages():
        table.apply(Changed(decode(page)))
    wait_for(lambda: len(table.rows) == ROWS)
    return table


def run(report: Report) -> None:
    """All figures of the table."""
    application()
    pages()  # made before the first recording: inside it, the empty window would seem slow and hide what is ours
    measure_stalls(report, "10,000 rows loaded in pages", Table(CONTAINER), streaming(loading))
    table = loaded()
    table.sort_by("cpu", descending=True)
    measure_stalls(report, "10 % of 10,000 rows changing, sorted", table, streaming(churning))
    table.set_grouping(None)
    measure_stalls(report, "10 % of 10,000 rows changing, sorted, no groups", table, streaming(churning))
    table.set_grouping(CONTAINER.groupings[0])
    measure_stalls(report, "10,000 rows filtered as one types", table, typing)
    table.set_filter(parse("", CONTAINER.fields))
    table.show()
    wait(0.3)
    times = [_select_all(table) for _ in range(5)]
    report.time("select all of 10,000 rows, painted", min(times), 50.0, f"slowest {max(times):.1f}")
    report.time("paint a full window of rows", _painted(table), 16.0)


def _select_all(table: Table) -> float:
    table.clearSelection()
    wait(0.1)
    start = time.perf_counter()
    table.selectAll()
    application().processEvents()
    table.viewport().repaint()
    took = (time.perf_counter() - start) * 1000
    assert len(table.selected_rows()) == len(table.all_rows())
    return took


def _painted(table: Table) -> float:
    """Milliseconds of one repaint, the median of many."""
    times = []
    for _ in range(40):
        start = time.perf_counter()
        table.viewport().repaint()
        times.append((time.perf_counter() - start) * 1000)
    return sorted(times)[len(times) // 2]
