"""The window as a person uses it, on the demo."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QAbstractButton, QLabel, QSpinBox

from gui import tasks
from gui.theme.tokens import current_theme
from gui.widgets.dialog import Dialog
from gui.window.commands import commands, shelves
from gui.window.palette import Group, Palette, fitted
from models.connection import Phase
from models.errors import Reason, Refused, Unreachable
from models.health import Health
from models.kind import Tab
from services.demo import DEMO_CONTEXT

OTHER = replace(DEMO_CONTEXT, id="demo-2", name="Other", colour="blue")


def names(page):
    return {row.name for row in page.table.all_rows()}


def without_a_name(window):
    return {
        f"{type(button).__name__} in {type(button.parent()).__name__}"
        for button in window.findChildren(QAbstractButton)
        if button.isVisible() and not (button.text() or button.accessibleName())
    }


def running(page):
    return next(row for row in page.table.all_rows() if row.state == "running" and row.name)


def test_the_containers_of_an_engine_are_listed_with_counts(qtbot, house):
    page = house.open(qtbot)
    place = house.window.current_place()
    rows = page.table.all_rows()
    assert len(rows) > 20
    assert f"{len(rows)} containers" in page.header.summary
    assert str(len(rows)) in place.sidebar.entries["containers"].accessibleName()


def test_a_selected_row_shows_its_details_and_esc_closes_them(qtbot, house):
    page = house.open(qtbot)
    row = running(page)
    page.show_key(row.id)
    qtbot.waitUntil(lambda: page.details.isVisible())
    assert page.details.row.id == row.id
    page.back()
    assert not page.details.isVisible()


def test_stopping_a_container_is_an_operation_that_ends_with_a_toast(qtbot, house):
    page = house.open(qtbot)
    row = running(page)
    page.show_key(row.id)
    page.trigger("stop")
    qtbot.waitUntil(lambda: page.table.row(row.id).state == "exited", timeout=15_000)
    said = house.window.toasts.texts
    qtbot.waitUntil(lambda: any(text.startswith(f"{row.name} stopped in") for text in said()), timeout=5_000)
    assert house.operations.all == []


def test_a_failed_action_stays_in_the_dock_with_its_reason(qtbot, house):
    page = house.open(qtbot)
    row = running(page)
    house.sessions[0].fail_next("restart", Refused("the disk is full"))
    page.show_key(row.id)
    page.trigger("restart")
    said = f"Could not restart {row.name}: the disk is full"
    qtbot.waitUntil(lambda: said in house.window.toasts.texts(), timeout=5_000)
    assert house.operations.all[0].failed


def test_removing_asks_first_says_what_goes_and_does_it(qtbot, house):
    page = house.open(qtbot)
    row = running(page)
    page.show_key(row.id)
    page.trigger("remove")
    dialog = page.actions_.dialog
    assert dialog.windowTitle() == f"Remove {row.name}?"
    assert dialog.twin.command() == f"docker rm -f {row.name}"
    dialog.act.click()
    qtbot.waitUntil(lambda: row.name not in names(page), timeout=15_000)
    assert page.details._gone


def test_cancelling_a_question_changes_nothing(qtbot, house):
    page = house.open(qtbot)
    row = running(page)
    page.show_key(row.id)
    page.trigger("remove")
    page.actions_.dialog.reject()
    assert house.operations.all == []
    assert row.name in names(page)


def test_a_protected_context_wants_the_name_typed(qtbot, house):
    page = house.open(qtbot, replace(DEMO_CONTEXT, protected=True))
    row = running(page)
    page.show_key(row.id)
    page.trigger("stop")
    dialog = page.actions_.dialog
    assert not dialog.act.isEnabled()
    dialog.typed.setText(row.name[:-1])
    assert not dialog.act.isEnabled()
    dialog.typed.setText(row.name)
    assert dialog.act.isEnabled()
    dialog.reject()
    assert house.window.stripe.isVisible()


def test_a_bad_answer_is_said_before_the_engine_is_asked(qtbot, house):
    page = house.open(qtbot)
    page.show_key(running(page).id)
    page.trigger("rename")
    dialog = page.actions_.dialog
    dialog.fields["name"].setText("no blanks please")
    assert not dialog.act.isEnabled()
    assert "Letters, digits" in dialog.act.toolTip()
    dialog.reject()


def test_a_number_that_is_asked_for_is_seen_with_its_default(qtbot, house):
    page = house.open(qtbot)
    row = running(page)
    page.show_key(row.id)
    page.trigger("restart-after")
    dialog = page.actions_.dialog
    number = dialog.findChild(QSpinBox)
    number.clearFocus()
    number.lineEdit().deselect()
    picture = number.lineEdit().grab().toImage()
    colours = {picture.pixel(x, y) for x in range(6, 24) for y in range(6, picture.height() - 6)}
    assert number.value() == 10
    assert len(colours) > 4  # the figures with their smooth edges
    assert dialog.windowTitle() == f"Restart {row.name}"
    dialog.reject()


def test_prune_shows_what_would_go(qtbot, house):
    page = house.open(qtbot)
    page.trigger("prune")
    qtbot.waitUntil(lambda: page.actions_.dialog is not None, timeout=5_000)
    assert "stopped container" in page.actions_.dialog.windowTitle()
    page.actions_.dialog.reject()


def test_actions_act_on_what_was_selected_when_the_question_came(qtbot, house):
    page = house.open(qtbot)
    first, second = [row for row in page.table.all_rows() if row.state == "running"][:2]
    page.show_key(first.id)
    page.trigger("kill")
    page.show_key(second.id)
    page.actions_.dialog.act.click()
    qtbot.waitUntil(lambda: page.table.row(first.id).state != "running", timeout=15_000)
    assert page.table.row(second.id).state == "running"


def test_a_lost_engine_leaves_its_rows_greyed_with_one_banner(qtbot, house):
    page = house.open(qtbot)
    before = names(page)
    house.sessions[0].lose(Unreachable("connect: refused", Reason.REFUSED))
    qtbot.waitUntil(lambda: page.banner.isVisible(), timeout=5_000)
    assert "Stale since" in page.banner.accessibleName()
    assert names(page) == before
    action = next(action for action in page.kind.actions if action.id == "restart")
    assert page.actions_.why_not(action, page.table.all_rows()[:1]) == "the connection is not live"
    house.sessions[0].recover()
    qtbot.waitUntil(lambda: not page.banner.isVisible(), timeout=5_000)


def test_switching_contexts_keeps_selection_and_page(qtbot, house):
    page = house.open(qtbot)
    page.show_key(running(page).id)
    selected = [row.id for row in page.selected()]
    house.open(qtbot, OTHER)
    house.window.current_place().show_page("system")
    house.window.go_to(0)
    assert house.window.current_page() is page
    assert [row.id for row in page.selected()] == selected
    house.window.go_to(1)
    assert house.window.current_place().current_page_id() == "system"


def test_closing_a_context_ends_its_work(qtbot, house):
    house.open(qtbot)
    house.contexts.close(house.contexts.current)
    assert house.window.current_page() is house.lobby
    qtbot.waitUntil(lambda: tasks.running() == 0, timeout=3_000)


def test_a_dead_engine_shows_why_with_a_way_back(qtbot, house):
    house.window.show()
    house.contexts.open(DEMO_CONTEXT)
    page = house.window.current_page()
    house.sessions[0].lose(Unreachable("no such file", Reason.MISSING))
    qtbot.waitUntil(lambda: house.contexts.current.state.phase is Phase.UNREACHABLE, timeout=5_000)
    qtbot.waitUntil(lambda: page.states.currentWidget() is page.states.error or page.banner.isVisible(), timeout=5_000)


def test_a_filter_that_matches_nothing_offers_a_way_back(qtbot, house):
    page = house.open(qtbot)
    page.header.filter.setText("no such thing")
    qtbot.waitUntil(lambda: page.states.currentWidget() is page.states.nothing, timeout=2_000)
    page.show_all()
    qtbot.waitUntil(lambda: page.states.currentWidget() is page.table, timeout=2_000)


def test_the_problems_view_shows_only_problems(qtbot, house):
    page = house.open(qtbot)
    page.header.views.set_current("problems")
    assert page.table.row_count() > 0
    shown = [line.row for line in page.table.lines if not line.is_header]
    assert all(page.kind.health(row).problem for row in shown)


def test_the_palette_finds_objects_pages_actions_and_contexts(qtbot, house):
    page = house.open(qtbot)
    row = running(page)
    page.show_key(row.id)
    offered = commands(house.window, lambda: iter(()))
    palette = Palette(offered, shelves(house.window), house.window)
    assert palette.groups() == set(Group)
    palette.field.setText(f"restart {row.name}")
    assert palette.titles()[0] == f"Restart {row.name}"
    palette.field.setText("#system")
    assert palette.titles() == ["System"]
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert house.window.current_place().current_page_id() == "system"


def test_a_page_comes_back_as_it_was_left(qtbot, house):
    page = house.open(qtbot)
    row = running(page)
    page.header.views.set_current("running")
    page.show_key(row.id)
    page.details.set_tab(Tab.INSPECT)
    page.table.sort_by("status", descending=True)
    state = page.state()
    other = house.open(qtbot, OTHER)
    other.restore(state)
    assert other.header.views.current == "running"
    assert other.details.tab is Tab.INSPECT
    assert other.state()["table"] == state["table"]


def test_every_widget_that_takes_a_click_says_what_it_is(qtbot, house):
    page = house.open(qtbot)
    page.show_key(running(page).id)
    mute = set()
    for tab in page.kind.tabs:
        page.details.set_tab(tab)
        qtbot.wait(30)
        mute |= without_a_name(house.window)
    house.window.current_place().show_page("system")
    house.contexts.set_current(None)
    assert mute | without_a_name(house.window) == set()


@pytest.mark.parametrize("health", list(Health))
def test_every_state_has_a_tone(health):
    assert health.tone


def test_the_buttons_of_the_details_act_on_all_that_are_selected(qtbot, house):
    page = house.open(qtbot)
    chosen = [row for row in page.table.all_rows() if row.state == "running"][:2]
    page.table.select_keys([row.id for row in chosen])
    page.details.action_wanted.emit("pause")
    qtbot.waitUntil(lambda: all(page.table.row(row.id).state == "paused" for row in chosen), timeout=10_000)


def test_the_palette_says_what_it_would_do_to_what(qtbot, house):
    page = house.open(qtbot)
    row = running(page)
    name = row.name
    page.show_key(row.id)
    titles = [command.title for command in commands(house.window, lambda: iter(()))]
    assert {f"Stop {name}", f"Stop {name}…", f"Send signal to {name}…", f"Rename {name} to new name…"} <= set(titles)


def test_a_long_name_in_the_palette_loses_its_middle_and_keeps_its_marks(qapp):
    metrics = QFontMetrics(current_theme().font("strong"))
    title = "postgres-upgrade-rehearsal-for-the-quarterly-migration-of-the-customer-database-2026"
    letters = [*range(8), *range(len(title) - 4, len(title))]
    shown, marked = fitted(title, letters, metrics, 300)
    assert metrics.horizontalAdvance(shown) <= 300
    assert "".join(shown[place] for place in sorted(marked)) == "postgres2026"
    assert fitted("web", [0], metrics, 300) == ("web", {0})


def test_the_rail_marks_the_list_of_contexts_while_it_is_shown(qtbot, house):
    house.window.show()
    house.window.rail.add.click()
    assert house.window.rail.add.isChecked()
    house.open(qtbot)
    assert not house.window.rail.add.isChecked()


def test_the_dock_adds_up_what_runs_while_the_engine_answers(qtbot, house):
    house.open(qtbot)
    qtbot.waitUntil(lambda: "CPU" in house.window.dock.totals_text(), timeout=5_000)
    assert "running" in house.window.dock.totals_text()
    house.sessions[0].lose(Unreachable("no", Reason.REFUSED))
    qtbot.waitUntil(lambda: house.window.dock.totals_text() == "", timeout=5_000)


def test_quitting_while_work_is_under_way_asks_first(qtbot, house):
    page = house.open(qtbot)
    page.show_key(running(page).id)
    house.sessions[0].slow(5.0)
    page.trigger("stop")
    assert house.operations.busy
    house.window.close()
    assert house.window.isVisible()
    question = house.window.findChild(Dialog)
    assert "Stop" in " ".join(label.text() for label in question.findChildren(QLabel))
    question.reject()
    assert house.window.isVisible()
    house.operations.busy[0].cancel()
    house.window.close()
    assert not house.window.isVisible()
