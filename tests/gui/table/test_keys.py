"""What keys and the pointer do in a table."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QSignalSpy

from gui.table.table import Table
from tests.gui.table.tables import click, fill, key, shown


def test_the_chevron_closes_a_group_and_the_header_selects_nothing(grouped: Table, qtbot) -> None:
    assert shown(grouped)[:5] == ["[data]", "job-1", "job-4", "job-7", "[shop]"]
    click(grouped, qtbot, 1)
    click(grouped, qtbot, 4)
    assert grouped.selected_keys() == [key(1)]
    click(grouped, qtbot, 0, x=20)
    assert shown(grouped)[:2] == ["[data]", "[shop]"]
    assert grouped.selected_keys() == [], "what cannot be seen is not acted on"


def test_arrows_open_and_close_groups_as_in_a_tree(grouped: Table, qtbot) -> None:
    grouped.select_keys([key(4)])
    qtbot.keyClick(grouped, Qt.Key.Key_Left)
    assert grouped.currentIndex().row() == 0
    qtbot.keyClick(grouped, Qt.Key.Key_Left)
    assert shown(grouped)[:2] == ["[data]", "[shop]"]
    qtbot.keyClick(grouped, Qt.Key.Key_Right)
    assert shown(grouped)[1] == "job-1"


def test_home_end_and_enter(grouped: Table, qtbot) -> None:
    spy = QSignalSpy(grouped.opened)
    grouped.select_keys([key(4)])
    qtbot.keyClick(grouped, Qt.Key.Key_End)
    assert grouped.selected_keys() == [key(8)]
    qtbot.keyClick(grouped, Qt.Key.Key_Return)
    assert spy.at(0) == [grouped.row(key(8))]
    qtbot.keyClick(grouped, Qt.Key.Key_Home)
    qtbot.keyClick(grouped, Qt.Key.Key_Enter)
    assert shown(grouped)[:2] == ["[data]", "[shop]"]
    assert spy.count() == 1


def test_select_all_leaves_the_headers_out(grouped: Table, qtbot) -> None:
    qtbot.keyClick(grouped, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert len(grouped.selected_rows()) == 9


def test_copy_gives_the_real_texts_of_the_visible_columns(table: Table, qtbot) -> None:
    fill(table, qtbot, 3)
    table.columns.set_width("image", 60)
    for column in ("networks", "age", "memory", "cpu"):
        table.columns.show(column, False)
    table.select_keys([key(1), key(2)])
    qtbot.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    line = "job-{}\tghcr.io/acme/shop-api:2.14.1\tUp 3 h\t800{}→80\n"
    assert QGuiApplication.clipboard().text() == line.format(1, 1) + line.format(2, 2)
