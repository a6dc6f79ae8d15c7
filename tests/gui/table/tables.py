"""A table of containers, filled, changed and clicked."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt

from gui.table.table import Table
from models.changes import Changed, Reset
from models.docker.container import COMPOSE_PROJECT, Container, Port, Run, State, Usage

ROW = 28
RUN = Run(started=1.0)


def container(number: int, *, project: str = "", cpu: float | None = None, name: str = "") -> Container:
    return Container(
        id=f"{number:064x}",
        name=name or f"job-{number}",
        image="ghcr.io/acme/shop-api:2.14.1",
        state=State.RUNNING,
        run=RUN,
        ports=(Port(80, public=8000 + number),),
        labels={COMPOSE_PROJECT: project} if project else {},
        usage=Usage(cpu, 1 << 20, cpu_history=(1.0, 2.0, 3.0)),
        created=0.0,
    )


def key(number: int) -> str:
    return f"{number:064x}"


def fill(table: Table, qtbot, count: int, **more) -> None:
    table.apply(Reset(tuple(container(number, **more) for number in range(count))))
    qtbot.waitUntil(lambda: len(table.all_rows()) == count)


def change(table: Table, qtbot, *rows: Container, removed: tuple[str, ...] = ()) -> None:
    with qtbot.waitSignal(table.rows_changed):
        table.apply(Changed(rows, removed))


def top_line(table: Table) -> tuple[str, int]:
    """Key and pixel position of the first line in view."""
    position = table.rowAt(0)
    return table.lines[position].key, table.rowViewportPosition(position)


def shown(table: Table) -> list[str]:
    return [f"[{line.group.title}]" if line.is_header else line.row.name for line in table.lines]


def click(table: Table, qtbot, position: int, modifier=Qt.KeyboardModifier.NoModifier, x: int = 200) -> None:
    where = QPoint(x, table.rowViewportPosition(position) + 10)
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, modifier, where)
