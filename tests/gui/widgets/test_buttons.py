"""Buttons, segments and tabs: operated by keys, named for screen readers."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton

from gui.theme.theme import Themes
from gui.theme.tokens import current_theme
from gui.widgets.buttons import Button, IconButton, Look
from gui.widgets.checks import CheckBox
from gui.widgets.segments import Segments
from gui.widgets.tabs import Tabs
from tests.gui.sheet import Sheet
from tests.gui.widgets.parts import accents, put, reports, turn_wheel

VIEWS = (("all", "All"), ("running", "Running"), ("problems", "Problems"))


def test_a_button_is_pressed_by_keys(qtbot, window):
    button = put(window, Button("Restart", "restart"))
    pressed = reports(button.clicked)
    button.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert len(pressed) == 1


def test_a_button_has_the_height_of_its_place(qapp):
    assert Button("Run").sizeHint().height() == 28
    assert Button("Run", small=True).sizeHint().height() == 24


def test_a_disabled_button_says_why_and_forgets_it_again(qapp):
    button = Button("Stop", "stop")
    button.set_tip("docker stop web")
    button.set_why_not("web is not running")
    assert not button.isEnabled()
    assert button.toolTip() == "web is not running"
    button.set_why_not(None)
    assert button.isEnabled()
    assert button.toolTip() == "docker stop web"


@pytest.mark.parametrize(
    ("look", "token"), [(Look.MAIN, "accent.fill"), (Look.DESTRUCTIVE, "error.fill"), (Look.PLAIN, "bg.surface")]
)
def test_a_button_looks_like_what_it_is_for(window, look, token):
    button = put(window, Button("Remove", look=look))
    assert button.grab().toImage().pixelColor(5, 14) == current_theme().colour(token)


def test_focus_by_key_is_visible_and_by_pointer_is_not(window):
    for widget in (Button("Run"), IconButton("more", "More"), CheckBox("Force")):
        put(window, widget)
        widget.setFocus(Qt.FocusReason.MouseFocusReason)
        assert not accents(widget)
        widget.clearFocus()
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        assert accents(widget), type(widget).__name__


def test_every_button_on_the_sheet_has_a_name_and_a_way_to_it(qtbot):
    sheet = Sheet()
    qtbot.addWidget(sheet)
    buttons = sheet.findChildren(QAbstractButton)
    assert len(buttons) > 20
    for button in buttons:
        named = QAccessible.queryAccessibleInterface(button).text(QAccessible.Text.Name)
        assert named, button
    for button in sheet.findChildren(IconButton):
        assert button.toolTip(), button.accessibleName()


def test_the_sheet_is_drawn_in_both_themes(qapp, qtbot):
    """The pictures are there to be looked at; here only that every state of every element paints without a warning."""
    themes = Themes(qapp, "light")
    sheet = Sheet()
    qtbot.addWidget(sheet)
    sheet.show()
    qtbot.waitUntil(lambda: sheet.skeleton.visible_bars)
    folder = Path("build")
    folder.mkdir(exist_ok=True)
    for name in ("dark", "light"):
        themes.set_mode(name)
        picture = sheet.grab()
        assert picture.toImage().pixelColor(600, 890) == themes.current.colour("bg.surface")
        picture.save(str(folder / f"components-{name}.png"))
    themes.deleteLater()


def role_and_state(widget):
    """What a screen reader is told of it: the role, the name, and what is on."""
    spoken = QAccessible.queryAccessibleInterface(widget)
    parts = [spoken.child(number) for number in range(spoken.childCount())]
    return [
        (part.role(), part.text(QAccessible.Text.Name), bool(part.state().checked or part.state().selected))
        for part in parts
        if not part.state().invisible
    ]


@pytest.mark.parametrize(
    ("make", "role"),
    [
        (lambda: Segments(VIEWS, name="Show"), QAccessible.Role.RadioButton),
        (lambda: Tabs(VIEWS), QAccessible.Role.PageTab),
    ],
)
def test_choices_are_operated_by_keys_alone_and_told_to_screen_readers(qtbot, window, make, role):
    choices = put(window, make())
    heard = reports(choices.chosen)
    first = choices if isinstance(choices, Tabs) else choices.findChild(QAbstractButton)
    first.setFocus(Qt.FocusReason.TabFocusReason)
    steps = [(Qt.Key.Key_Right, "running"), (Qt.Key.Key_Right, "problems"), (Qt.Key.Key_Left, "running")]
    steps += [(Qt.Key.Key_End, "problems"), (Qt.Key.Key_Home, "all")]
    for key, expected in steps:
        QTest.keyClick(QGuiApplication.focusObject(), key)
        assert choices.current == expected
        assert role_and_state(choices) == [(role, words, name == expected) for name, words in VIEWS]
    assert heard == [expected for _, expected in steps]


def test_only_the_current_choice_is_a_stop_of_the_tab_key(window):
    choices = put(window, Segments(VIEWS, name="Show"))
    after = put(window, Button("After"))
    choices.set_current("running")
    choices.findChildren(QAbstractButton)[1].setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(QGuiApplication.focusObject(), Qt.Key.Key_Tab)
    assert after.hasFocus()


def test_a_segment_that_cannot_be_chosen_is_skipped_and_says_why(window):
    segments = put(window, Segments(VIEWS, name="Show"))
    segments.set_why_not("running", "nothing runs")
    buttons = segments.findChildren(QAbstractButton)
    buttons[0].setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(buttons[0], Qt.Key.Key_Right)
    assert segments.current == "problems"
    assert buttons[1].toolTip() == "nothing runs"


def test_a_tab_that_cannot_be_chosen_is_skipped_and_says_why(window):
    tabs = put(window, Tabs(VIEWS))
    tabs.set_why_not("running", "the container does not run")
    QTest.keyClick(tabs, Qt.Key.Key_Right)
    assert tabs.current == "problems"
    assert tabs.tabToolTip(1) == "the container does not run"


def test_the_wheel_over_tabs_chooses_none(window):
    tabs = put(window, Tabs(VIEWS))
    turn_wheel(tabs, -120)
    assert tabs.current == "all"


def test_choosing_moves_nothing(window):
    segments = put(window, Segments(VIEWS, name="Show"))
    places = []
    for key in segments.keys:
        segments.set_current(key)
        places.append([button.geometry() for button in segments.findChildren(QAbstractButton)])
    assert places[0] == places[1] == places[2]


def test_the_current_tab_is_underlined(window):
    tabs = put(window, Tabs(VIEWS))
    picture = tabs.grab().toImage()
    line = current_theme().colour("accent.line")
    assert picture.pixelColor(20, picture.height() - 1) == line
    assert picture.pixelColor(picture.width() - 20, picture.height() - 1) != line
