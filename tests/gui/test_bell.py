"""What was said in passing can be read again: the bell keeps it, and marks errors until they are looked at."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from gui.widgets.buttons import Button
from gui.window.bell import MessageList
from models.health import Health


@pytest.fixture
def heard() -> list[str]:
    """What the button of the second message has done."""
    return []


@pytest.fixture
def bell(house, heard):
    """The bell of a window in which two things have been said."""
    house.window.show()
    house.window.toasts.show_toast("web stopped in 0.4 s")
    deed = ("Details", lambda: heard.append("details"))
    house.window.toasts.show_toast("Could not restart db: no space left", Health.FAILED, action=deed)
    return house.window.rail.bell


def texts(messages: MessageList) -> list[str]:
    return [label.text() for label in messages.findChildren(QLabel) if label.wordWrap()]


def test_the_list_has_the_newest_first_and_looking_takes_the_mark_away(bell):
    assert bell.accessibleName() == "Messages, 1 new error"
    messages = bell.open()
    assert texts(messages) == ["Could not restart db: no space left", "web stopped in 0.4 s"]
    assert bell.accessibleName() == "Messages"
    messages.close()


def test_a_message_offers_what_its_toast_did(bell, heard):
    messages = bell.open()
    button = next(button for button in messages.findChildren(Button) if button.text() == "Details")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert heard == ["details"]
    assert not messages.isVisible()


def test_esc_closes_the_list_and_clear_empties_it(qtbot, bell):
    messages = bell.open()
    QTest.keyClick(messages, Qt.Key.Key_Escape)
    assert not messages.isVisible()
    messages = bell.open()
    QTest.mouseClick(messages.cleared, Qt.MouseButton.LeftButton)
    messages = bell.open()
    assert texts(messages)[0].startswith("Nothing yet.")
    assert not messages.cleared.isEnabled()
    messages.close()


def test_only_the_last_fifty_are_kept(bell):
    for number in range(60):
        bell.add(f"message {number}", Health.HEALTHY)
    messages = bell.open()
    assert texts(messages) == [f"message {number}" for number in range(59, 9, -1)]
    messages.close()
