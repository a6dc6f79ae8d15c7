"""What a table shows."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt

from gui.table.fitting import Fitting
from gui.table.painting import LinePainter
from gui.table.table import Table
from gui.theme.tokens import current_theme
from models.changes import Changed, Reset
from tests.gui.table.tables import ROW, change, container, fill, key


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


def drawn(table: Table, monkeypatch) -> list[str]:
    """The keys of the lines that are drawn anew from here on."""
    keys: list[str] = []
    paint = LinePainter.paint

    def noted(self, painter, line, look, frame) -> None:
        keys.append(line.key)
        paint(self, painter, line, look, frame)

    monkeypatch.setattr(LinePainter, "paint", noted)
    table.viewport().repaint()
    keys.clear()
    return keys


def test_only_lines_that_look_different_are_drawn_anew(table: Table, qtbot, monkeypatch) -> None:
    fill(table, qtbot, 100)
    table.setFocus()
    qtbot.waitUntil(lambda: table.hasFocus() and table.isActiveWindow())
    table.grab()  # which lets a scroll bar take its room
    keys = drawn(table, monkeypatch)
    table.viewport().repaint()
    assert keys == []
    change(table, qtbot, container(3, cpu=9.0))
    table.viewport().repaint()
    assert keys == [key(3)]
    table.select_keys([key(5)])
    table.viewport().repaint()
    assert keys == [key(3), key(5)]
    table.verticalScrollBar().setValue(2 * ROW)
    table.viewport().repaint()
    assert len(keys) == 4, "two lines came into view"
    table.set_stale(True)
    table.viewport().repaint()
    assert len(keys) >= 4 + 20


def test_what_was_drawn_before_is_what_would_be_drawn_now(grouped: Table, qtbot) -> None:
    def same_as_anew() -> bool:
        kept = grouped.viewport().grab().toImage()
        grouped._pictures.clear()
        return kept == grouped.viewport().grab().toImage()

    steps = (
        lambda: grouped.apply(Changed((container(1, project="data", cpu=77.0), container(20, project="shop")))),
        lambda: grouped.select_keys([key(4)]),
        lambda: grouped.sort_by("name", descending=True),
        lambda: grouped.collapse("shop"),
        lambda: grouped.columns.show("image", False),
        lambda: grouped.set_stale(True),
        lambda: grouped.set_grouping(None),
        lambda: grouped.resize(700, 300),
    )
    grouped.grab()
    for step in steps:
        before = grouped.viewport().grab().toImage()
        step()
        qtbot.wait(1)
        assert grouped.viewport().grab().toImage() != before
        assert same_as_anew()


def test_pictures_of_lines_out_of_view_are_let_go(table: Table, qtbot) -> None:
    fill(table, qtbot, 500)
    for line in range(0, 450, 15):
        table.verticalScrollBar().setValue(line * ROW)
        table.viewport().repaint()
    assert len(table._pictures) <= table.viewport().height() // ROW + 2
    table.hide()
    assert len(table._pictures) == 0


def test_a_value_that_is_absent_is_a_dash_and_an_empty_list_is_blank(table: Table, qtbot) -> None:
    table.columns.show("project", True)
    table.apply(Reset((replace(container(1), ports=()),)))
    image = table.viewport().grab().toImage()
    ground = image.pixelColor(table.viewport().width() - 3, 3)

    def inked(column: str) -> bool:
        box = next(box for box in table.header.boxes() if box.column.id == column)
        return any(image.pixelColor(x, y) != ground for x in range(box.left, box.right) for y in range(ROW - 1))

    assert inked("project")
    assert not inked("ports")
