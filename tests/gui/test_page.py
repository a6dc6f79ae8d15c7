"""A page of rows: what stays in place while rows change, and what comes back."""

from __future__ import annotations

from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton

from gui.details.logs import LogWindow
from gui.widgets.buttons import Button
from models.changes import Changed, Reset, Stale
from models.errors import Failed, Reason, Unreachable
from models.kind import Tab
from services.cancel import CancelScope


def running(page):
    return next(row for row in page.table.all_rows() if row.state == "running" and row.name)


def another_state_of(row):
    return Changed((replace(row, status="Up 99 hours"),), ())


def buttons(widget):
    return [button for button in widget.findChildren(QPushButton) if button.isVisible()]


def test_closing_maximised_details_brings_the_list_back(qtbot, house):
    page = house.open(qtbot)
    page.show_key(running(page).id)
    page.details.set_maximised(True)
    assert not page.table.isVisible()
    page.details.close_wanted.emit()
    assert page.table.isVisible()
    assert page.header.isVisible()
    assert not page.details.isVisible()


def test_maximised_details_stay_so_for_another_row_until_esc(qtbot, house):
    page = house.open(qtbot)
    first, second = page.table.all_rows()[:2]
    page.show_key(first.id)
    page.details.set_maximised(True)
    page.show_key(second.id)
    assert page.details.row.id == second.id
    assert not page.table.isVisible()
    page.back()
    assert page.table.isVisible()
    assert page.details.isVisible()


def test_closed_details_stay_closed_while_their_row_changes(qtbot, house):
    page = house.open(qtbot)
    row = running(page)
    page.show_key(row.id)
    page.back()
    page.table.apply(another_state_of(page.table.row(row.id)))
    assert not page.details.isVisible()
    at = page.table.visualRect(page.table.currentIndex()).center()
    qtbot.mouseClick(page.table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert page.details.isVisible()


def test_the_way_back_from_a_filter_stays_under_the_pointer(qtbot, house):
    page = house.open(qtbot)
    page.header.filter.setText("no such thing")
    qtbot.waitUntil(lambda: [button.text() for button in buttons(page)].count("Show all") == 1, timeout=2_000)
    before = buttons(page)
    page.table.apply(another_state_of(running(page)))
    assert buttons(page) == before


def test_attempts_to_connect_leave_the_retry_button_where_it_is(qtbot, house):
    page = house.open(qtbot)
    error = Unreachable("connect: refused", Reason.REFUSED)
    house.sessions[0].lose(error)
    qtbot.waitUntil(page.banner.isVisible, timeout=5_000)
    before = buttons(page.banner)
    state = page.open_one.state
    page.open_one.state_changed.emit(state)
    assert buttons(page.banner) == before != []


def test_an_object_hidden_by_the_filter_is_found_among_many(qtbot, house):
    page = house.open(qtbot)
    house.sessions[0].grow(3_000)
    qtbot.waitUntil(lambda: len(page.table.rows) > 3_000, timeout=20_000)
    page.header.filter.setText("no such thing")
    qtbot.waitUntil(lambda: page.table.row_count() == 0, timeout=5_000)
    wanted = page.table.all_rows()[-1]
    page.show_key(wanted.id)
    qtbot.waitUntil(lambda: [row.id for row in page.selected()] == [wanted.id], timeout=5_000)


def test_counting_does_not_go_through_all_rows(qtbot, house, monkeypatch):
    page = house.open(qtbot)
    house.sessions[0].grow(3_000)
    qtbot.waitUntil(lambda: len(page.table.rows) > 3_000, timeout=20_000)
    asked = []
    with monkeypatch.context() as patched:  # the dock's totals do go through them, now and then
        patched.setattr(page.table, "all_rows", lambda: asked.append(1))
        page.table.apply(another_state_of(page.table.row(page.table.lines[1].key)))
    assert asked == []
    assert f"{len(page.table.rows):,} containers" in page.header.summary


def test_windows_of_logs_close_with_the_window_that_they_came_from(qtbot, house):
    page = house.open(qtbot)
    page.show_key(running(page).id)
    page.details.set_tab(Tab.LOGS)
    page.details.window_wanted.emit(page.kind.ref(page.details.row), page.details.row)

    def logs():
        return [window for window in QApplication.topLevelWidgets() if isinstance(window, LogWindow)]

    assert [window.isVisible() for window in logs()] == [True]
    house.window.close()
    assert not any(window.isVisible() for window in logs())
    qtbot.waitUntil(lambda: logs() == [], timeout=2_000)


def test_nothing_to_prune_is_said_and_can_be_put_away(qtbot, house):
    page = house.open(qtbot)
    page.actions_.refused.emit("No container is stopped.", "")
    assert page.banner.isVisible()
    buttons(page.banner)[0].click()
    assert not page.banner.isVisible()


def test_rows_are_the_past_while_their_list_fails_though_the_connection_lives(qtbot, house):
    page = house.open(qtbot)
    assert house.contexts.current.state.live
    page._on_changes([Stale(Failed("the engine's disk is full"), 1_700_000_000.0)])
    assert not page.banner.isVisible()  # a cut line is mended in less
    qtbot.waitUntil(lambda: page.banner.isVisible(), timeout=2_000)
    assert "the engine's disk is full" in page.banner.accessibleName()
    assert "as of" in page.header.summary
    page._on_changes([Reset(tuple(page.table.all_rows()))])
    assert not page.banner.isVisible()
    qtbot.waitUntil(lambda: "as of" not in page.header.summary)


def test_a_first_list_that_fails_says_why_instead_of_loading_for_ever(qtbot, house):
    page = house.open(qtbot)
    state = house.contexts.current.state
    page._loaded = False
    page._on_changes([Stale(Failed("the engine's disk is full"), state.since + 1)])
    qtbot.waitUntil(lambda: page.states.currentWidget() is page.states.error, timeout=2_000)
    assert "the engine's disk is full" in page.states.error.accessibleName()


def test_a_line_that_is_mended_at_once_does_not_flicker(qtbot, house):
    page = house.open(qtbot)
    assert page.freshness._doubting.interval() >= 500, "a cut stream is opened anew after 100 ms"
    page._on_changes([Stale(Failed("cut"), 1_700_000_000.0)])
    page._on_changes([Reset(tuple(page.table.all_rows()))])
    qtbot.wait(800)
    assert not page.banner.isVisible()


def test_what_is_gone_stays_without_actions_while_others_change(qtbot, house):
    page = house.open(qtbot)
    row, other = page.table.all_rows()[:2]
    page.show_key(row.id)
    remove = {"force": True, "volumes": False}
    list(house.sessions[0].act("remove", [page.kind.ref(row)], remove, CancelScope()))
    heads = [button for button in page.details.findChildren(Button) if button.property("action")]
    qtbot.waitUntil(lambda: not any(button.isEnabled() for button in heads))
    page._on_changes([another_state_of(other)])
    qtbot.waitUntil(lambda: page.table.row(other.id).status == "Up 99 hours")
    assert {button.accessibleDescription() for button in heads} == {"it no longer exists"}


def test_retry_now_asks_the_session(qtbot, house, monkeypatch):
    page = house.open(qtbot)
    asked = []
    monkeypatch.setattr(house.sessions[0], "retry_now", lambda: asked.append(1))
    page._on_changes([Stale(Failed("the engine's disk is full"), 1_700_000_000.0)])
    qtbot.waitUntil(page.banner.isVisible)
    [retry] = [button for button in buttons(page.banner) if button.text() == "Retry now"]
    retry.click()
    assert asked == [1]


def test_what_can_be_done_to_one_alone_is_disabled_for_several_with_the_reason(qtbot, house):
    page = house.open(qtbot)
    rows = page.table.all_rows()[:2]
    rename = next(action for action in page.kind.actions if action.id == "rename")
    assert page.actions_.why_not(rename, rows) == "one container at a time"
    assert page.actions_.why_not(rename, rows[:1]) is None
    assert page.actions_.why_not(rename, ()) == "nothing is selected"
    page.table.select_keys([row.id for row in rows])
    qtbot.waitUntil(lambda: len(page.selected()) == 2)
    page.trigger("rename")
    assert page.actions_.dialog is None
