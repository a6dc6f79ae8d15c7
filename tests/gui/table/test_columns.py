"""Columns of a table: sorted by, shown, arranged and remembered."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt

from gui.table.fitting import Fitting
from gui.table.table import Table
from gui.table.widths import arrange
from gui.theme.tokens import current_theme
from models.docker.container_kind import CONTAINER
from models.kind import Column
from tests.gui.table.tables import fill, shown

COLUMNS = tuple(
    Column(id=name, title=name, text=lambda *_: "", width=100, stretch=stretch, drop=drop)
    for name, stretch, drop in (("name", 2, 0), ("image", 1, 2), ("networks", 1, 1), ("age", 0, 0))
)


@pytest.mark.parametrize(
    ("room", "left"),
    [
        (400, ["name", "image", "networks", "age"]),
        (399, ["name", "image", "age"]),
        (299, ["name", "age"]),
        (10, ["name", "age"]),
    ],
)
def test_narrow_tables_drop_columns_in_the_declared_order(room: int, left: list[str]) -> None:
    assert list(arrange(COLUMNS, {}, room)) == left


def test_what_is_left_over_goes_to_the_columns_that_stretch() -> None:
    assert arrange(COLUMNS, {"image": 90}, 490) == {"name": 166, "image": 90, "networks": 134, "age": 100}


def test_the_layout_comes_back(table: Table, qtbot) -> None:
    fill(table, qtbot, 3)
    table.columns.show("id", True)
    table.columns.set_width("status", 222)
    table.header.moveSection(0, 2)
    table.sort_by("memory", descending=True)
    table.set_grouping(CONTAINER.groupings[0])
    table.collapse("shop")
    again = Table(CONTAINER)
    qtbot.addWidget(again)
    again.resize(1400, 300)
    again.grab()
    again.restore_layout(table.layout_state())
    assert again.layout_state() == table.layout_state()
    assert [box.column.id for box in again.header.boxes()][:3] == ["image", "status", "name"]


@pytest.mark.parametrize(
    "state", [{}, {"columns": "?"}, {"columns": [{"id": "gone"}, 3, {"id": "age", "width": "x"}], "sort": "gone"}]
)
def test_a_layout_that_is_not_understood_changes_nothing(table: Table, state: dict) -> None:
    before = [(column["shown"], column.get("width")) for column in table.layout_state()["columns"]]
    table.restore_layout(state)
    assert sorted(map(str, before)) == sorted(
        str((column["shown"], column.get("width"))) for column in table.layout_state()["columns"]
    )
    assert table.rows.sorted_by == ("name", False)


def test_a_double_click_on_an_edge_fits_the_column(table: Table, qtbot) -> None:
    fill(table, qtbot, 3)
    table.columns.set_width("image", 60)
    image = next(index for index, column in enumerate(CONTAINER.columns) if column.id == "image")
    table.header.sectionHandleDoubleClicked.emit(image)
    box = next(box for box in table.header.boxes() if box.index == image)
    fitting = Fitting(current_theme().font())
    assert fitting.fits("ghcr.io/acme/shop-api:2.14.1", box.right - box.left)
    assert table.tip_at(0, image) == ""


def test_a_click_on_a_name_sorts_and_another_turns_it_round(table: Table, qtbot) -> None:
    fill(table, qtbot, 12)
    for expected in ("job-11", "job-0"):
        qtbot.mouseClick(table.header.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(40, 12))
        assert shown(table)[0] == expected
