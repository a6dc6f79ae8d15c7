"""Terminals in the window: opened from a container, kept in the dock while pages come and go, closed with care."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from gui import tasks
from gui.details.terminal import TerminalTab
from gui.terminal.pane import TerminalPane
from gui.widgets.dialog import Dialog
from gui.window.dock_tabs import DockTabs
from models.docker.container import State
from models.kind import Tab
from models.terminal import Attach, Execute

CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def page(qtbot, house):
    page = house.open(qtbot)
    yield page
    house.window.terminals.leave()
    assert tasks.shutdown(3.0)


def running(page):
    return next(row for row in page.table.all_rows() if row.state is State.RUNNING)


def stopped(page):
    return next(row for row in page.table.all_rows() if row.state is State.EXITED)


def tab_of(qtbot, page, row) -> TerminalTab:
    page.show_key(row.id)
    qtbot.waitUntil(lambda: page.details.isVisible() and page.details.row is not None, timeout=3_000)
    page.details.set_tab(Tab.TERMINAL)
    return page.details.findChild(TerminalTab)


def text(pane: TerminalPane) -> str:
    return "\n".join("".join(run.text for run in row) for row in pane.view.frame.rows)


def test_a_terminal_opens_in_the_dock_and_outlives_the_page(qtbot, house, page):
    row = running(page)
    tab = tab_of(qtbot, page, row)
    QTest.mouseClick(tab.open_button, Qt.MouseButton.LeftButton)
    (pane,) = house.window.terminals.all
    assert house.window.dock.opened
    qtbot.waitUntil(lambda: "/app $" in text(pane), timeout=5_000)
    assert house.window.focusWidget() is pane.view
    tabs = house.window.dock.findChild(DockTabs)
    assert tabs.tabText(0).startswith("ash ")
    house.window.current_place().show_page("system")
    house.window.dock.set_opened(False)
    assert pane.running
    house.window.dock.toggle()
    qtbot.keyClicks(pane.view, "pwd\r")
    qtbot.waitUntil(lambda: "\n/app\n" in text(pane), timeout=3_000)


def test_what_is_asked_for_is_what_runs_and_the_twin_says_so(qtbot, house, page):
    row = running(page)
    tab = tab_of(qtbot, page, row)
    tab.command.setText("sh -c 'echo a b'")
    tab.user.setText("1000")
    tab.directory.setText("/tmp")
    assert tab.request() == Execute(tab.request().size, ("sh", "-c", "echo a b"), "1000", "/tmp")
    said = tab._twin.command()
    assert f"exec -it --user 1000 --workdir /tmp {row.name} sh -c 'echo a b'" in said
    tab.command.setText("sh 'open quote")
    assert not tab.open_button.isEnabled()
    assert "quotation" in tab.open_button.toolTip()
    tab.command.clear()
    QTest.mouseClick(tab.attach_button, Qt.MouseButton.LeftButton)
    (pane,) = house.window.terminals.all
    assert isinstance(pane._request, Attach)
    assert pane.title.startswith("attach ")


def test_a_stopped_container_says_why_not(qtbot, page):
    tab = tab_of(qtbot, page, stopped(page))
    assert not tab.open_button.isEnabled()
    assert "is not running" in tab.open_button.toolTip()
    assert not tab.attach_button.isEnabled()


def test_the_tab_lists_the_terminals_of_its_container_only(qtbot, house, page):
    row = running(page)
    tab = tab_of(qtbot, page, row)
    tab.open_button.click()
    tab.open_button.click()
    assert tab._open.count() == 2
    house.window.dock.set_opened(False)
    tab._open.itemAt(0).widget().click()
    assert house.window.dock.opened
    other = next(one for one in page.table.all_rows() if one.state is State.RUNNING and one.id != row.id)
    page.show_key(other.id)
    qtbot.waitUntil(lambda: tab._open.count() == 0, timeout=2_000)
    assert not tab._open_title.isVisible()


def test_keys_open_another_and_close(qtbot, house, page):
    page.show_key(running(page).id)
    qtbot.waitUntil(lambda: bool(page.selected()), timeout=2_000)
    page.open_terminal()
    (pane,) = house.window.terminals.all
    qtbot.waitUntil(lambda: "/app $" in text(pane), timeout=5_000)
    with qtbot.waitActive(house.window):
        house.window.activateWindow()
    pane.view.setFocus()
    house.window.open_terminal()
    assert len(house.window.terminals.all) == 2
    second = house.window.terminals.all[1]
    qtbot.waitUntil(lambda: "/app $" in text(second), timeout=5_000)
    second.view.setFocus()
    QTest.keyClick(second.view, Qt.Key.Key_W, CTRL_SHIFT)
    assert house.window.terminals.all == [pane]
    assert house.window.dock.findChild(DockTabs).count() == 1


def test_a_row_that_does_not_run_is_told_in_words(qtbot, house, page):
    page.show_key(stopped(page).id)
    qtbot.waitUntil(lambda: bool(page.selected()), timeout=2_000)
    page.open_terminal()
    assert page.banner.isVisible()
    assert not house.window.terminals.all


def test_quitting_asks_while_a_terminal_is_open(qtbot, house, page):
    page.show_key(running(page).id)
    qtbot.waitUntil(lambda: bool(page.selected()), timeout=2_000)
    page.open_terminal()
    (pane,) = house.window.terminals.all
    assert not house.window.close()
    dialog = house.window.findChild(Dialog)
    assert pane.title in " ".join(label.text() for label in dialog.findChildren(type(dialog.body.itemAt(0).widget())))
    next(b for b in dialog.findChildren(QPushButton) if b.text() == "Stay").click()
    assert house.window.isVisible()
    house.window.terminals.close(pane)
    assert house.window.close()


def test_closing_the_context_ends_its_terminals_and_says_so(qtbot, house, page):
    page.show_key(running(page).id)
    qtbot.waitUntil(lambda: bool(page.selected()), timeout=2_000)
    page.open_terminal()
    (pane,) = house.window.terminals.all
    qtbot.waitUntil(lambda: "/app $" in text(pane), timeout=5_000)
    house.contexts.close(house.contexts.current)
    qtbot.waitUntil(lambda: not pane.running, timeout=3_000)
    assert pane.end.isVisible() or not pane.isVisible()


def test_the_dock_can_be_made_higher(house, page):
    dock = house.window.dock
    house.window.terminals.open(page.open_one.session, page.kind.ref(running(page)))
    assert dock.opened
    before = dock.panel_height
    dock.set_panel_height(before + 100)
    assert dock.panel_height == before + 100
    dock.set_panel_height(10_000)
    assert dock.panel_height < house.window.height()
    QTest.keyClick(dock._grip, Qt.Key.Key_Down)
    assert dock.panel_height < house.window.height() - 180
