"""The Namespaces page on the demo: who shares what, in marks and in words, and the way to the container."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gui.namespaces import NamespacesPage
from gui.page.page import KindPage
from models.errors import Reason, TimedOut, Unreachable
from models.kind import Ref
from services.cancel import CancelScope
from tests.gui.looking import said


@pytest.fixture
def page(qtbot, house):
    house.open(qtbot)
    page = house.window.current_place().show_page("namespaces")
    assert isinstance(page, NamespacesPage)
    qtbot.waitUntil(lambda: page.table.row_count() > 30, timeout=8_000)
    return page


def row(page, name):
    return next(row for row in page.table.all_rows() if row.name == name)


def test_who_shares_what_is_said(page):
    api, worker = row(page, "shop-api-1"), row(page, "shop-worker-1")
    assert set(api.cells["ipc"].others) == {"shop-thumbnails-1", "shop-worker-1"}
    assert worker.cells["pid"].others == ("shop-api-1",)
    assert "share with others" in page.header.summary
    page.table.select_keys([api.id])
    assert page.words.isVisible()
    assert "IPC shared with shop-thumbnails-1 and shop-worker-1." in page.words.text


def test_views_and_filter_choose(qtbot, page):
    page.header.views.set_current("host")
    assert {line.row.name for line in page.table.lines} >= {"host-monitor", "observability-cadvisor-1"}
    assert "shop-api-1" not in {line.row.name for line in page.table.lines}
    page.header.views.set_current("all")
    page.focus_filter()
    page.header.filter.setText("shared:pid")
    qtbot.waitUntil(
        lambda: {line.row.name for line in page.table.lines} == {"shop-api-1", "shop-worker-1"}, timeout=3_000
    )
    page.header.filter.setText("nothing of this kind")
    qtbot.waitUntil(lambda: page.states.currentWidget() is page.states.nothing, timeout=3_000)


def test_those_who_share_carry_the_same_mark(page):
    """The same colour for the same group, another one for another, and none for what is its own."""
    marks = {name: painted(page, name, "ipc") for name in ("shop-api-1", "shop-thumbnails-1", "ci-dind-1")}
    assert marks["shop-api-1"] == marks["shop-thumbnails-1"]
    assert marks["ci-dind-1"] != marks["shop-api-1"]
    assert painted(page, "shop-worker-1", "pid") != marks["shop-api-1"]


def painted(page, name, column):
    """The colour in the middle of the mark."""
    page.table.select_keys([row(page, name).id])
    page.table.clearSelection()
    position = page.table.rows.position(row(page, name).id)
    box = next(box for box in page.table.header.boxes() if box.column.id == column)
    middle = page.table.visualRect(page.table.model().index(position, 0)).center()
    return page.table.viewport().grab().toImage().pixelColor(box.left + 5, middle.y()).name()


def test_enter_and_the_button_lead_to_the_container(qtbot, house, page):
    api = row(page, "shop-api-1")
    page.table.select_keys([api.id])
    page.table.setFocus()
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    there = house.window.current_page()
    assert isinstance(there, KindPage)
    qtbot.waitUntil(lambda: [one.name for one in there.selected()] == ["shop-api-1"], timeout=5_000)
    house.window.current_place().show_page("namespaces")
    page.table.select_keys([row(page, "shop-db-1").id])
    page.lead.click()
    qtbot.waitUntil(lambda: [one.name for one in there.selected()] == ["shop-db-1"], timeout=5_000)


def test_it_follows_what_ends(qtbot, house, page):
    session = house.contexts.current.session
    api = row(page, "shop-api-1")
    list(session.act("kill", (Ref("containers", api.id, api.name),), {"signal": "SIGKILL"}, CancelScope()))
    qtbot.waitUntil(lambda: not row(page, "shop-api-1").running, timeout=8_000)


def test_what_goes_wrong_is_said_and_tried_again(qtbot, house, page):
    session = house.contexts.current.session
    session.fail_next("inspect", TimedOut("No answer within the time limit"))
    page.reload()
    qtbot.waitUntil(lambda: page.states.currentWidget() is page.states.error, timeout=5_000)
    assert "No answer" in "\n".join(text for _, text in said(page.states.error))
    page.reload()
    qtbot.waitUntil(lambda: page.states.currentWidget() is page.table, timeout=5_000)
    session.lose(Unreachable("refused", Reason.REFUSED))
    qtbot.waitUntil(lambda: page.banner.isVisible(), timeout=5_000)
    assert page.table.row_count() > 30, "the last map stays"
    session.recover()
    qtbot.waitUntil(lambda: not page.banner.isVisible(), timeout=5_000)
