"""The table: what stays put while rows come, change and go, and what keys and the pointer do."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QAbstractItemModel, QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester, QSignalSpy

from gui.table.fitting import Fitting
from gui.table.table import Table
from gui.table.widths import arrange
from gui.theme.tokens import current_theme
from models.changes import Changed, Reset, Stale
from models.docker.container import COMPOSE_PROJECT, Container, Port, Run, State, Usage
from models.docker.container_kind import CONTAINER
from models.errors import Unreachable
from models.filter import parse
from models.kind import Column

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


@pytest.fixture
def table(qtbot):
    table = Table(CONTAINER)
    qtbot.addWidget(table)
    table.resize(1180, 26 + 20 * ROW)
    with qtbot.waitExposed(table):
        table.show()
    table.cells.now = lambda: 3 * 3600.0 + 5
    return table


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


# what stays


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
    qtbot.waitUntil(lambda: table.rows.stale is None and not table._waiting)
    assert table.selected_keys() == [key(2900)]
    assert top_line(table) == before


def test_a_selected_row_that_says_something_else_is_told(table: Table, qtbot) -> None:
    fill(table, qtbot, 5)
    click(table, qtbot, 2)
    selection, current = QSignalSpy(table.selection_changed), QSignalSpy(table.current_changed)
    change(table, qtbot, container(1, cpu=9.0), container(2, cpu=9.0))
    assert [selection.at(n) for n in range(selection.count())] == [[[table.row(key(2))]]]
    assert [current.at(n) for n in range(current.count())] == [[table.row(key(2))]]


# groups, keys, pointer


@pytest.fixture
def grouped(table: Table, qtbot) -> Table:
    table.set_grouping(CONTAINER.groupings[0])
    rows = [container(n, project=("shop", "data", "")[n % 3]) for n in range(9)]
    table.apply(Reset(tuple(rows)))
    return table


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


def test_a_click_on_a_name_sorts_and_another_turns_it_round(table: Table, qtbot) -> None:
    fill(table, qtbot, 12)
    for expected in ("job-11", "job-0"):
        qtbot.mouseClick(table.header.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(40, 12))
        assert shown(table)[0] == expected


# columns


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


# what it shows


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("ghcr.io/acme/team/shop-api:2.14.1", "/shop-api:2.14.1"),
        ("observability-alertmanager-with-a-long-name-1", "name-1"),
    ],
)
def test_a_long_name_keeps_its_end(qapp, text: str, ends: str) -> None:
    fitting = Fitting(current_theme().font())
    shown_text, width = fitting.fit(text, 150)
    assert width <= 150
    assert "…" in shown_text
    assert shown_text.endswith(ends)


def test_the_tooltip_tells_what_was_cut(table: Table, qtbot) -> None:
    fill(table, qtbot, 1)
    table.columns.set_width("image", 300)
    assert table.tip_at(0, 1) == ""
    table.columns.set_width("image", 60)
    assert table.tip_at(0, 1) == "ghcr.io/acme/shop-api:2.14.1"
    assert table.tip_at(0, 0) == f"job-0\n{key(0)}"


def test_outside_text_cannot_turn_the_line_round(table: Table) -> None:
    table.apply(Reset((container(1, name="safe\u202egnp.exe"),)))
    assert table.lines_model.index(0, 0).data() == "safe⟨RLO⟩gnp.exe"


def test_ages_are_drawn_again_only_when_a_text_in_view_changed(table: Table, qtbot) -> None:
    fill(table, qtbot, 3)
    table.grab()
    assert not table.cells.outdated(table.lines)
    table.cells.now = lambda: 3 * 3600.0 + 5 + 1
    assert not table.cells.outdated(table.lines), "3 h is still 3 h a second later"
    table.cells.now = lambda: 5 * 3600.0
    assert table.cells.outdated(table.lines)


def test_stale_rows_lose_their_colours(table: Table, qtbot) -> None:
    def colours() -> set[int]:
        """Of the pixels around the first glyph."""
        image = table.viewport().grab().toImage()
        return {image.pixelColor(x, y).hsvSaturation() for x in range(16, 28) for y in range(8, 20)}

    fill(table, qtbot, 3)
    assert max(colours()) > 100
    table.set_stale(True)
    assert max(colours()) < 60


def test_a_selected_line_is_marked_and_the_header_of_a_group_stands_apart(grouped: Table, qtbot) -> None:
    grouped.select_keys([key(4)])
    image = grouped.viewport().grab().toImage()
    theme = current_theme()
    x = grouped.viewport().width() - 3
    assert image.pixelColor(x, 10) == theme.colour("bg.inset")
    assert image.pixelColor(x, ROW + 10) == theme.colour("bg.surface")
    assert image.pixelColor(x, 2 * ROW + 10) in (theme.colour("bg.selection"), theme.colour("bg.selection-inactive"))


def test_screen_readers_hear_groups_and_names_of_columns(grouped: Table) -> None:
    model = grouped.lines_model
    heard = model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert heard == "data, 3 of 3 running, expanded"
    assert model.headerData(0, Qt.Orientation.Horizontal, Qt.ItemDataRole.AccessibleTextRole) == "Name"
    assert grouped.accessibleName() == "Containers"
