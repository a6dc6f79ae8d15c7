"""Columns of a table: sorted by, shown, arranged and remembered."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication

from gui.table.fitting import Fitting
from gui.table.layout import layout_state, restore_layout
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
    restore_layout(again, layout_state(table))
    assert layout_state(again) == layout_state(table)
    assert [box.column.id for box in again.header.boxes()][:3] == ["image", "status", "name"]


@pytest.mark.parametrize(
    "state", [{}, {"columns": "?"}, {"columns": [{"id": "gone"}, 3, {"id": "age", "width": "x"}], "sort": "gone"}]
)
def test_a_layout_that_is_not_understood_changes_nothing(table: Table, state: dict) -> None:
    before = [(column["shown"], column.get("width")) for column in layout_state(table)["columns"]]
    restore_layout(table, state)
    assert sorted(map(str, before)) == sorted(
        str((column["shown"], column.get("width"))) for column in layout_state(table)["columns"]
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


# by keys


@pytest.fixture
def header(table: Table, qtbot):
    """The table's header, which the keys have reached from the rows."""
    fill(table, qtbot, 12)
    table.setFocus()
    qtbot.keyClick(table, Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    assert table.header.hasFocus()
    return table.header


def order(table: Table) -> list[str]:
    return [box.column.id for box in table.header.boxes()]


def test_keys_choose_a_column_and_sort_by_it(table: Table, header, qtbot) -> None:
    qtbot.keyClick(header, Qt.Key.Key_Return)
    assert table.rows.sorted_by == ("name", True)
    for _ in range(2):
        qtbot.keyClick(header, Qt.Key.Key_Right)
    qtbot.keyClick(header, Qt.Key.Key_Space)
    assert table.rows.sorted_by == ("status", False)
    assert header.accessibleName() == "Column Status, sorted ascending"
    qtbot.keyClick(header, Qt.Key.Key_End)
    qtbot.keyClick(header, Qt.Key.Key_Right)
    qtbot.keyClick(header, Qt.Key.Key_Enter)
    assert table.rows.sorted_by == ("age", False), "there is nothing beyond the last"
    qtbot.keyClick(header, Qt.Key.Key_Down)
    assert table.hasFocus()


def test_keys_move_and_resize_the_chosen_column(table: Table, header, qtbot) -> None:
    width = header.sectionSize(0)
    qtbot.keyClick(header, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    assert order(table)[:2] == ["image", "name"]
    qtbot.keyClick(header, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert header.sectionSize(0) == width - 8
    kept = layout_state(table)["columns"]
    assert [(column["id"], column.get("width")) for column in kept[:2]] == [("image", None), ("name", width - 8)]


def test_a_hidden_column_is_not_chosen(table: Table, header, qtbot) -> None:
    table.columns.show("name", False)
    qtbot.keyClick(header, Qt.Key.Key_Return)
    assert table.rows.sorted_by == ("image", False)


def test_the_column_that_the_keys_are_on_is_marked(table: Table, header, qtbot) -> None:
    def marked() -> list[str]:
        image, line = header.viewport().grab().toImage(), current_theme().colour("accent.line")
        return [box.column.id for box in header.boxes() if image.pixelColor((box.left + box.right) // 2, 1) == line]

    assert marked() == ["name"]
    qtbot.keyClick(header, Qt.Key.Key_Right)
    assert marked() == ["image"]
    qtbot.keyClick(header, Qt.Key.Key_Down)
    assert marked() == []


def test_the_menu_of_the_header_sorts_by_any_column(table: Table, header, qtbot) -> None:
    where = QPoint(30, 10)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, where, header.mapToGlobal(where))
    QApplication.sendEvent(header, event)
    menu = QApplication.activePopupWidget()
    entries = {action.text(): action for action in menu.actions()[0].menu().actions()}
    assert [text for text, action in entries.items() if action.isChecked()] == ["Name", "Ascending"]
    entries["Memory"].trigger()
    assert table.rows.sorted_by == ("memory", False)
    menu.close()
