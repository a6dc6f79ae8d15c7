"""What stays put in a table while rows come, change and go."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtTest import QAbstractItemModelTester, QSignalSpy

from gui.table.table import Table
from models.changes import Reset, Stale
from models.docker.container_kind import CONTAINER
from models.errors import Unreachable
from models.filter import parse
from tests.gui.table.tables import ROW, change, click, container, fill, key, top_line


def test_the_model_keeps_its_promises_to_qt_under_every_change(table: Table, qtbot) -> None:
    tester = QAbstractItemModelTester(table.lines_model, QAbstractItemModelTester.FailureReportingMode.Warning)
    fill(table, qtbot, 30, project="shop")
    table.set_grouping(CONTAINER.groupings[0])
    table.set_filter(parse("job-1", CONTAINER.fields))
    change(table, qtbot, container(100), container(1, project="data"), removed=(key(10), key(2)))
    table.collapse("shop")
    table.sort_by("cpu", descending=True)
    table.set_filter(parse("", CONTAINER.fields))
    assert len(table.lines) == table.lines_model.rowCount()
    assert isinstance(tester.model(), QAbstractItemModel)


def test_selection_and_current_row_follow_their_rows(table: Table, qtbot) -> None:
    fill(table, qtbot, 50)
    click(table, qtbot, 5)
    click(table, qtbot, 7, Qt.KeyboardModifier.ControlModifier)
    change(table, qtbot, *(container(100 + n, name=f"a-{n}") for n in range(200)), removed=(key(0),))
    assert table.selected_keys() == [key(5), key(7)]
    assert table.current_row() is table.row(key(7))
    table.sort_by("name", descending=True)
    assert table.selected_keys() == [key(7), key(5)]


def test_a_new_row_is_not_selected_when_all_were(table: Table, qtbot) -> None:
    fill(table, qtbot, 50)
    table.selectAll()
    change(table, qtbot, container(100), container(101, name="a"), container(102, name="z"))
    assert table.selected_keys() == [key(n) for n in range(50)]
    assert {index.row() for index in table.selectionModel().selectedRows()} == set(range(1, 51))


def test_rows_that_are_hidden_or_gone_are_not_selected_any_more(table: Table, qtbot) -> None:
    fill(table, qtbot, 20)
    table.select_keys([key(1), key(2), key(3)])
    spy = QSignalSpy(table.selection_changed)
    change(table, qtbot, removed=(key(2),))
    assert [row.name for row in spy.at(spy.count() - 1)[0]] == ["job-1", "job-3"]
    table.set_filter(parse("job-3", CONTAINER.fields))
    table.set_filter(parse("", CONTAINER.fields))
    assert table.selected_keys() == [key(3)]


def test_lines_in_view_stay_where_they_are_when_rows_come_and_go_above(table: Table, qtbot) -> None:
    fill(table, qtbot, 200)
    table.verticalScrollBar().setValue(100 * ROW + 13)
    before = top_line(table)
    change(table, qtbot, *(container(1000 + n, name=f"a-{n}") for n in range(7)))
    assert top_line(table) == before
    change(table, qtbot, removed=tuple(key(n) for n in range(30)))
    assert top_line(table) == before


def test_a_row_that_travels_does_not_drag_the_view_along(table: Table, qtbot) -> None:
    table.sort_by("cpu")
    table.apply(Reset(tuple(container(n, cpu=float(n)) for n in range(200))))
    table.verticalScrollBar().setValue(50 * ROW)
    change(table, qtbot, container(50, cpu=500.0))
    assert abs(table.verticalScrollBar().value() - 50 * ROW) <= ROW


def test_at_the_top_new_rows_come_into_view(table: Table, qtbot) -> None:
    fill(table, qtbot, 100)
    change(table, qtbot, container(500, name="a"))
    assert top_line(table)[0] == key(500)


def test_a_reset_after_a_break_keeps_selection_and_place(table: Table, qtbot) -> None:
    fill(table, qtbot, 3000)
    table.select_keys([key(2900)])
    before = top_line(table)
    table.apply(Stale(Unreachable("gone"), since=1.0))
    table.apply(Reset(tuple(container(n) for n in range(3000))))
    with qtbot.waitSignal(table.rows_changed, check_params_cb=lambda: table.rows.stale is None):
        table.apply(Reset(tuple(container(n) for n in range(3000))))
    qtbot.waitUntil(lambda: len(table.all_rows()) == 3000)
    assert table.selected_keys() == [key(2900)]
    assert top_line(table) == before


def test_a_selected_row_that_says_something_else_is_told(table: Table, qtbot) -> None:
    fill(table, qtbot, 5)
    click(table, qtbot, 2)
    selection, current = QSignalSpy(table.selection_changed), QSignalSpy(table.current_changed)
    change(table, qtbot, container(1, cpu=9.0), container(2, cpu=9.0))
    assert [selection.at(n) for n in range(selection.count())] == [[[table.row(key(2))]]]
    assert [current.at(n) for n in range(current.count())] == [[table.row(key(2))]]
