"""How the user has laid a table out, as plain data and as menus: columns, sorting, grouping, collapsed groups."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSignalBlocker

from gui.widgets.menu import Menu
from models.kind import Grouping

if TYPE_CHECKING:
    from gui.table.table import Table


def layout_state(table: Table) -> dict[str, Any]:
    """Columns, sorting, grouping and collapsed groups as plain data."""
    column, descending = table.rows.sorted_by
    grouping = table.rows.grouping
    return {
        "columns": table.columns.state(),
        "sort": column,
        "descending": descending,
        "grouping": grouping.id if grouping else "",
        "collapsed": sorted(table.rows.collapsed),
    }


def restore_layout(table: Table, state: Mapping[str, Any]) -> None:
    """Take up what `layout_state` gave, also to another version: what is not understood is left out."""
    with QSignalBlocker(table):
        table.columns.restore(state.get("columns"))
        if state.get("sort") in {column.id for column in table.kind.columns}:
            table.sort_by(state["sort"], bool(state.get("descending")))
        by_id: dict[str, Grouping | None] = {grouping.id: grouping for grouping in table.kind.groupings} | {"": None}
        if state.get("grouping") in by_id:
            table.set_grouping(by_id[state["grouping"]])
        for group in state.get("collapsed") or ():
            table.collapse(str(group))


def fill_sort_menu(table: Table, menu: Menu) -> None:
    """One choice per column, shown or not, and the direction."""
    sorted_by, descending = table.rows.sorted_by
    for column in table.kind.columns:
        menu.add(column.title, partial(table.sort_by, column.id), checked=column.id == sorted_by)
    menu.addSeparator()
    menu.add("Ascending", partial(table.sort_by, sorted_by, False), icon="arrow-up", checked=not descending)
    menu.add("Descending", partial(table.sort_by, sorted_by, True), icon="arrow-down", checked=descending)


def fill_group_menu(table: Table, menu: Menu) -> None:
    """One choice per way to group, and none."""
    current = table.rows.grouping
    menu.add("No groups", partial(table.set_grouping, None), icon="rows", checked=current is None)
    for grouping in table.kind.groupings:
        menu.add(
            f"Group by {grouping.title}",
            partial(table.set_grouping, grouping),
            icon=grouping.icon,
            checked=current is grouping,
        )


def fill_layout_menu(table: Table, menu: Menu) -> None:
    """What to sort by, and which columns to show."""
    fill_sort_menu(table, menu.add_menu("Sort by", icon="arrow-up"))
    table.columns.fill_menu(menu.add_menu("Columns", icon="columns"))
