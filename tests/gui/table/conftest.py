"""Tables to test."""

from __future__ import annotations

import pytest

from gui.table.table import Table
from models.changes import Reset
from models.docker.container_kind import CONTAINER
from tests.gui.table.tables import ROW, container


@pytest.fixture
def table(qtbot):
    table = Table(CONTAINER)
    qtbot.addWidget(table)
    table.resize(1180, 26 + 20 * ROW)
    with qtbot.waitExposed(table):
        table.show()
    table.cells.now = lambda: 3 * 3600.0 + 5
    return table


@pytest.fixture
def grouped(table: Table, qtbot) -> Table:
    table.set_grouping(CONTAINER.groupings[0])
    rows = [container(n, project=("shop", "data", "")[n % 3]) for n in range(9)]
    table.apply(Reset(tuple(rows)))
    return table
