"""The dock with many tabs: each can be reached by wheel, button and key; the current one is in sight."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest

from gui.window.dock_tabs import DockTabs, TabStrip
from models.errors import Refused
from services.demo import DEMO_CONTEXT
from services.operations import Operation, Progress
from tests.gui.widgets.parts import turn_wheel

MANY = 10


def failing(number: int) -> Operation:
    def work(scope):
        yield Progress(0, 1)
        raise Refused(f"reason {number}")

    return Operation(
        title=f"Build image {number}",
        done=f"Image {number} built",
        could_not=lambda _failed: f"Could not build image {number}",
        icon="build",
        context=DEMO_CONTEXT,
        command=f"docker build {number}",
        work=work,
    )


@pytest.fixture
def dock(qtbot, house):
    """The dock of a window with ten operations that have failed."""
    house.window.show()
    running = [house.operations.start(failing(number)) for number in range(MANY)]
    qtbot.waitUntil(lambda: not any(one.running for one in running), timeout=5_000)
    return house.window.dock


def tabs_of(dock) -> DockTabs:
    return dock.findChild(DockTabs)


def in_sight(dock, index: int) -> bool:
    """Whether the whole tab is seen."""
    tabs = tabs_of(dock)
    strip = dock.findChild(TabStrip)
    rect = tabs.tabRect(index)
    frame = tabs.parentWidget()
    left = tabs.mapTo(frame, rect.topLeft()).x()
    return left >= 0 and left + rect.width() <= frame.width() <= strip.width()


def test_the_newest_is_in_sight_and_the_wheel_brings_the_others(dock):
    assert in_sight(dock, MANY - 1)
    assert not in_sight(dock, 0)
    for _ in range(20):
        turn_wheel(dock.findChild(TabStrip), 120)
    assert in_sight(dock, 0)
    assert tabs_of(dock).currentIndex() == MANY - 1


def test_keys_go_through_all_tabs_and_keep_the_current_one_in_sight(dock):
    tabs = tabs_of(dock)
    tabs.setFocus(Qt.FocusReason.TabFocusReason)
    for index in range(MANY - 2, -1, -1):
        QTest.keyClick(tabs, Qt.Key.Key_Left)
        assert tabs.currentIndex() == index
        assert in_sight(dock, index)
    QTest.keyClick(tabs, Qt.Key.Key_End)
    assert in_sight(dock, MANY - 1)


def test_the_buttons_scroll_and_rest_at_the_ends(dock):
    strip = dock.findChild(TabStrip)
    back, on = strip.back, strip.on
    assert (back.isVisible(), back.isEnabled(), on.isEnabled()) == (True, True, False)
    for _ in range(20):
        QTest.mouseClick(back, Qt.MouseButton.LeftButton)
    assert (back.isEnabled(), on.isEnabled()) == (False, True)
    assert in_sight(dock, 0)


def test_few_tabs_need_no_buttons(dock, house):
    for running in list(house.operations.all)[1:]:
        house.operations.forget(running)
    assert not dock.findChild(TabStrip).back.isVisible()
    assert in_sight(dock, 0)


def test_a_click_opens_the_report_of_that_tab(dock):
    tabs = tabs_of(dock)
    QTest.mouseClick(tabs, Qt.MouseButton.LeftButton, pos=tabs.tabRect(8).topLeft() + QPoint(20, 10))
    assert dock.opened
    assert tabs.currentIndex() == 8
    assert dock.shown_output() == "reason 8"


def test_the_panel_stays_where_somebody_reads_when_another_begins(dock, house, qtbot):
    dock.set_opened(True)
    before = dock.shown_output()
    running = house.operations.start(failing(99))
    qtbot.waitUntil(lambda: not running.running, timeout=5_000)
    assert dock.shown_output() == before


def test_toasts_stand_above_the_opened_panel(dock, house):
    dock.set_opened(True)
    toasts = house.window.toasts
    assert toasts.geometry().bottom() < dock.geometry().top()
    dock.set_opened(False)
    assert toasts.geometry().bottom() > house.window.height() - 60


def test_screen_readers_are_told_of_tabs_with_their_end(dock):
    spoken = QAccessible.queryAccessibleInterface(tabs_of(dock))
    assert spoken.role() == QAccessible.Role.PageTabList
    last = spoken.child(MANY - 1)
    assert last.role() == QAccessible.Role.PageTab
    assert last.text(QAccessible.Text.Name) == f"Build image {MANY - 1}, failed"
    assert last.state().selected


def test_an_x_forgets_its_operation_and_the_next_is_shown(dock, house):
    tabs = tabs_of(dock)
    dock.set_opened(True)
    close = tabs.tabButton(tabs.currentIndex(), tabs.ButtonPosition.RightSide)
    assert close.accessibleName() == f"Forget Build image {MANY - 1}"
    QTest.mouseClick(close, Qt.MouseButton.LeftButton)
    assert len(house.operations.all) == MANY - 1
    assert dock.shown_output() == f"reason {MANY - 2}"
