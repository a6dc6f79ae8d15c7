"""States of a page, toasts and menus."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QPoint, QSize

from gui.theme.theme import Themes
from gui.theme.tokens import current_theme
from gui.widgets.banner import Banner
from gui.widgets.buttons import Button, IconButton
from gui.widgets.menu import ChoiceButton, Menu
from gui.widgets.states import EmptyState, Skeleton
from gui.widgets.text import PlainLabel
from gui.widgets.toasts import Toasts
from models.health import Health, Tone
from tests.gui.widgets.parts import count, put, reports


def test_bars_appear_only_after_150_ms(qtbot, window):
    skeleton = Skeleton(rows=3)
    window.layout().addWidget(skeleton)
    skeleton.show()
    assert count(skeleton.grab().toImage(), "border.default") == 0
    qtbot.waitUntil(lambda: skeleton.visible_bars)
    assert count(skeleton.grab().toImage(), "border.default") > 100
    skeleton.hide()
    skeleton.show()
    assert not skeleton.visible_bars


def test_an_empty_state_offers_the_action_that_fills_it(qtbot, window):
    create = Button("Create a volume…", "plus", small=True)
    pressed = reports(create.clicked)
    state = EmptyState("No volumes here", "A volume keeps data.", icon="volume", buttons=[create])
    window.layout().addWidget(state)
    create.click()
    assert len(pressed) == 1
    assert state.accessibleName() == "No volumes here. A volume keeps data."


def test_a_banner_replaces_the_one_before(qtbot, window):
    banner = Banner()
    window.layout().addWidget(banner)
    assert not banner.isVisible()
    banner.show_message(Tone.WARNING, "Stale since 14:02.", "No answer.", [Button("Retry now", small=True)])
    banner.set_countdown("next try in 8 s")
    banner.show_message(Tone.ERROR, "Not permitted.", "<b>no</b>", [Button("What to do", small=True)])
    shown = [label.text() for label in banner.findChildren(PlainLabel) if label.isVisible()]
    assert shown == ["Not permitted.", "<b>no</b>"]
    qtbot.waitUntil(
        lambda: [button.text() for button in banner.findChildren(Button) if button.isVisible()] == ["What to do"]
    )
    assert banner.height() == 36


def test_three_toasts_at_most_and_errors_stay(qtbot, window):
    toasts = Toasts(window)
    toasts.show_toast("pull failed", Health.FAILED)
    for number in range(4):
        toasts.show_toast(f"web-{number} restarted")
    assert toasts.texts() == ["pull failed", "web-2 restarted", "web-3 restarted"]


def test_a_toast_that_comes_while_another_stands_hides_nothing(qtbot, window):
    toasts = Toasts(window)
    stack = [toasts.show_toast("web restarted"), toasts.show_toast("db restarted"), toasts.show_toast("api restarted")]
    high = current_theme().size("toast")
    assert [toast.height() for toast in stack] == [high] * 3
    assert all(below.y() >= above.geometry().bottom() for above, below in pairwise(stack))
    assert toasts.rect().contains(stack[-1].geometry())


def test_a_toast_goes_after_its_time_and_an_error_does_not(qtbot, window, monkeypatch):
    monkeypatch.setitem(current_theme().times, "toast", 20)
    toasts = Toasts(window)
    toasts.show_toast("pull failed", Health.FAILED)
    toasts.show_toast("web restarted")
    qtbot.waitUntil(lambda: toasts.texts() == ["pull failed"])
    toasts.findChild(IconButton).click()
    assert toasts.texts() == []
    assert not toasts.isVisible()


def test_toasts_stand_above_the_dock_also_after_a_resize(qtbot, window):
    toasts = Toasts(window, above=32)
    toasts.show_toast("web restarted", action=("Logs", print))
    for size in (QSize(600, 400), QSize(800, 500)):
        window.resize(size)
        assert toasts.geometry().right() == window.width() - 13
        assert toasts.geometry().bottom() == window.height() - 32 - 13


def test_the_button_of_a_toast_acts_and_closes_it(qtbot, window):
    heard = []
    toasts = Toasts(window)
    toasts.show_toast("web restarted", action=("Logs", lambda: heard.append("logs")))
    toasts.findChild(Button).click()
    assert (heard, toasts.texts()) == (["logs"], [])


def test_a_menu_row_acts_or_says_why_not(qtbot, window):
    heard = []
    menu = Menu(parent=window)
    menu.add("Stop", lambda: heard.append("stop"), icon="stop", shortcut="Ctrl+S")
    blocked = menu.add("Terminal", lambda: heard.append("never"), icon="terminal", why_not="not running")
    menu.actions()[0].trigger()
    blocked.trigger()
    assert heard == ["stop"]
    assert blocked.text() == "Terminal, not running"
    assert blocked.toolTip() == "not running"


def test_an_ampersand_in_a_menu_is_no_mnemonic(qtbot, window):
    menu = Menu(parent=window)
    menu.add("web & db")
    menu.popup(window.mapToGlobal(QPoint(0, 0)))
    assert menu.actions()[0].text() == "web && db"
    menu.close()


def test_menu_rows_are_as_high_as_the_tokens_say(qapp, qtbot, window):
    themes = Themes(qapp, "dark")
    menu = Menu(parent=window)
    action = menu.add("Restart", icon="restart", shortcut="Ctrl+R")
    menu.addSeparator()
    menu.add("Remove…", icon="remove", destructive=True)
    menu.popup(window.mapToGlobal(QPoint(0, 0)))
    assert menu.actionGeometry(action).height() == 26
    menu.setActiveAction(action)
    picture = menu.grab().toImage()
    assert picture.pixelColor(menu.actionGeometry(action).topLeft() + QPoint(4, 13)) == themes.current.colour(
        "bg.selection"
    )
    assert count(picture, "error.fg") > 5
    menu.close()
    themes.set_mode("light")
    themes.deleteLater()


def test_a_choice_button_shows_what_was_chosen(qtbot, window):
    heard = []
    button = put(window, ChoiceButton({"15": "15 min", "360": "6 h"}, "15", heard.append, name="Range"))
    width = button.sizeHint().width()
    menu = button.menu_of_choices()
    assert [action.isChecked() for action in menu.actions()] == [True, False]
    menu.actions()[1].trigger()
    assert (heard, button.text(), button.accessibleName()) == (["360"], "6 h", "Range: 6 h")
    assert button.sizeHint().width() == width
