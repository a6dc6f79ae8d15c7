"""The elements of every page: operated by keys, named for screen readers, plain in what they show."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QAccessible, QGuiApplication, QImage, QPainter, QTextDocument
from PySide6.QtGui import Qt as RichText
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QPlainTextEdit, QToolTip, QVBoxLayout, QWidget

from gui.theme.theme import Themes
from gui.theme.tokens import current_theme, load_themes
from gui.widgets.banner import Banner
from gui.widgets.buttons import Button, IconButton, Look
from gui.widgets.checks import CheckBox
from gui.widgets.command_box import CommandBox
from gui.widgets.dialog import Dialog, Scrim
from gui.widgets.fields import Field, FilterField
from gui.widgets.marks import Meter, Pill
from gui.widgets.menu import ChoiceButton, Menu
from gui.widgets.opener import Opener
from gui.widgets.properties import PropertyRows
from gui.widgets.segments import Segments
from gui.widgets.sparkline import paint_sparkline
from gui.widgets.splitter import Splitter
from gui.widgets.states import EmptyState, Skeleton
from gui.widgets.tabs import Tabs
from gui.widgets.text import ElidedLabel, PlainLabel
from gui.widgets.tips import plain_tip, set_tip
from gui.widgets.toasts import Toasts
from models.health import Health, Tone
from tests.gui.sheet import Sheet

MARKUP = ["<b>x</b>", "<img src=file:///etc/passwd>", "a < b & c > d", "<a href='x'>y</a>\nsecond line"]
VIEWS = (("all", "All"), ("running", "Running"), ("problems", "Problems"))


@pytest.fixture
def window(qtbot):
    """A window of 600 x 400 that stands as long as the test."""
    made = QWidget()
    made.resize(600, 400)
    QVBoxLayout(made)
    qtbot.addWidget(made)
    made.show()
    return made


def put(window: QWidget, widget: QWidget) -> QWidget:
    """Lay `widget` into the window."""
    window.layout().addWidget(widget, 0, Qt.AlignmentFlag.AlignLeft)
    widget.show()
    return widget


def turn_wheel(widget: QWidget, degrees: int) -> None:
    """Turn the wheel over the middle of `widget`; -120 is one notch towards the user."""
    at = widget.mapTo(widget.window(), widget.rect().center())
    QTest.wheelEvent(widget.window().windowHandle(), QPointF(at), QPoint(0, degrees))


def reports(signal) -> list:
    """What `signal` says from here on."""
    heard: list = []
    signal.connect(lambda *said: heard.append(said[0] if said else None))
    return heard


# Buttons


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


def accents(widget: QWidget) -> int:
    """How many pixels of a picture of `widget` have the colour of focus."""
    return count(widget.grab().toImage(), "accent.line")


def count(picture: QImage, token: str) -> int:
    wanted = current_theme().colour(token).rgb()
    return sum(picture.pixel(x, y) == wanted for x in range(picture.width()) for y in range(picture.height()))


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


# Segments and tabs


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


# Words


@pytest.mark.parametrize("text", MARKUP)
def test_markup_from_outside_is_shown_as_it_is(window, text):
    for label in (PlainLabel(text), ElidedLabel(text)):
        assert label.textFormat() == Qt.TextFormat.PlainText
        assert label.text() == text


@pytest.mark.parametrize("text", [*MARKUP, "one line", "a long reason & its end. " * 8])
def test_a_tooltip_shows_its_text_literally(window, text):
    set_tip(window, text)
    QToolTip.showText(window.mapToGlobal(QPoint(5, 5)), window.toolTip(), window)
    tip = next(widget for widget in QGuiApplication.instance().topLevelWidgets() if widget.inherits("QTipLabel"))
    assert read_by_qt(tip) == text
    assert window.accessibleDescription() == text
    QToolTip.hideText()
    tip.hide()


def read_by_qt(label: QLabel) -> str:
    """The text that `label` draws, after Qt's guess whether it is markup."""
    document = QTextDocument()
    if RichText.mightBeRichText(label.text()):
        document.setHtml(label.text())
    else:
        document.setPlainText(label.text())
    return document.toPlainText()


def test_long_tooltips_wrap():
    assert plain_tip("short") == "short"
    assert plain_tip("word " * 30).startswith("<p")


def test_elision_keeps_the_end(window):
    label = put(window, ElidedLabel("registry.example.org/a/very/long/path/of/an/image/shop-api:2.14.1"))
    label.setFixedWidth(160)
    shown = label.shown_text()
    assert "…" in shown
    assert shown.endswith("2.14.1")
    assert label.toolTip() == label.text()
    label.setFixedWidth(900)
    assert label.shown_text() == label.text()
    assert label.toolTip() == ""


def test_an_id_is_copied_whole_by_click_and_by_key(window):
    whole = "9f2c1b7e4a10" + "0" * 52
    label = put(window, ElidedLabel("9f2c1b7e4a10", font="mono", copies=True, copied_text=whole))
    heard = reports(label.copied)
    QTest.mouseClick(label, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == whole
    label.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(label, Qt.Key.Key_Return)
    assert heard == [whole, whole]
    hide_tips()


def hide_tips() -> None:
    QToolTip.hideText()
    for widget in QGuiApplication.instance().topLevelWidgets():
        if widget.inherits("QTipLabel"):
            widget.hide()


def test_a_label_changes_its_colour_by_token(window):
    label = put(window, PlainLabel("Exited (137)"))
    label.set_colour("error.fg")
    assert label.palette().windowText().color() == current_theme().colour("error.fg")


def test_a_word_that_opens_something_does_so_by_key(window):
    opener = put(window, Opener("front", "network front"))
    pressed = reports(opener.clicked)
    opener.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(opener, Qt.Key.Key_Return)
    QTest.keyClick(opener, Qt.Key.Key_Space)
    assert len(pressed) == 2
    assert opener.accessibleName() == "front, open network front"


def test_a_missing_value_is_a_dash(window):
    rows = put(window, PropertyRows())
    assert rows.add("Health", "").text() == "–"
    rows.add("Image", "nginx")
    rows.clear()
    assert not [label for label in rows.findChildren(PlainLabel) if label.isVisible()]


# Fields


def test_escape_empties_the_filter_first(window):
    field = put(window, FilterField(shortcut="Ctrl F"))
    field.setFocus()
    QTest.keyClicks(field, "web")
    clear = field.findChild(IconButton)
    assert clear.isVisible()
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert (field.text(), clear.isVisible()) == ("", False)


def test_a_narrow_filter_leaves_its_shortcut_out(window):
    field = put(window, FilterField("Search the log", shortcut="Ctrl+F"))
    pictures = []
    for wide in (264, 130):
        field.setFixedWidth(wide)
        right = QRect(wide - 40, 4, 34, field.height() - 8)
        pictures.append(field.grab(right).toImage())
    ground = current_theme().colour("bg.surface").rgb()
    inked = [
        any(picture.pixel(x, y) != ground for x in range(picture.width()) for y in range(picture.height()))
        for picture in pictures
    ]
    assert inked == [True, False]


def test_the_x_empties_the_filter_and_leaves_the_keys_there(window):
    field = put(window, FilterField())
    field.setFocus()
    QTest.keyClicks(field, "web")
    QTest.mouseClick(field.findChild(IconButton), Qt.MouseButton.LeftButton)
    assert field.text() == ""
    assert field.hasFocus()


def test_a_field_shows_focus_and_error_without_moving(window, qapp):
    themes = Themes(qapp, "light")
    field = put(window, Field("web", name="Name"))
    size = field.size()
    field.set_wrong("a name has no spaces")
    assert count(field.grab().toImage(), "error.mark") > 100
    assert field.toolTip() == "a name has no spaces"
    field.set_wrong(None)
    field.setFocus()
    assert accents(field) > 100
    assert field.size() == size == QSize(size.width(), 28)
    themes.deleteLater()


# States of a page


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


# Toasts


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


# Menus


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


# Marks, drawings


def test_marks_say_in_words_what_they_draw(qapp):
    meter = Meter(name="Memory")
    meter.set_share(0.81, Tone.WARNING)
    assert meter.accessibleName() == "Memory, 81 %"
    assert Pill("Unhealthy", Health.UNHEALTHY).accessibleName() == "Unhealthy"


@pytest.mark.parametrize(("last", "token"), [(0.5, "text.secondary"), (0.85, "warning.mark"), (1.0, "error.mark")])
def test_a_sparkline_takes_the_colour_of_its_urgency(qapp, last, token):
    assert token in spark_tokens([0.4] * 12 + [last] * 12, 1.0)


def test_a_sparkline_without_limit_stays_low_for_an_idle_row(qapp):
    """0.1 % is a flat line at the foot, not a mountain range."""
    picture = spark([0.1, 0.0] * 12, None)
    inked = [y for y in range(16) if any(picture.pixelColor(x, y).alpha() for x in range(52))]
    assert min(inked) >= 12


def test_a_sparkline_of_no_values_is_only_its_base_line(qapp):
    picture = spark([], None)
    inked = {y for y in range(16) for x in range(52) if picture.pixelColor(x, y).alpha()}
    assert inked == {15}


def spark(values: list[float], limit: float | None) -> QImage:
    picture = QImage(52, 16, QImage.Format.Format_ARGB32_Premultiplied)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    paint_sparkline(painter, QRect(0, 0, 52, 16), values, limit, load_themes()["light"])
    painter.end()
    return picture


def spark_tokens(values: list[float], limit: float | None) -> set[str]:
    """The tokens whose exact colour the sparkline contains."""
    picture = spark(values, limit)
    colours = {picture.pixelColor(x, y).name() for x in range(52) for y in range(16)}
    theme = load_themes()["light"]
    return {
        token for token in ("text.secondary", "warning.mark", "error.mark") if theme.colour(token).name() in colours
    }


# Splitter, command, dialog


def test_a_splitter_is_one_pixel_grabbed_on_seven_and_moved_by_keys(qtbot, window):
    splitter = Splitter(Qt.Orientation.Vertical)
    splitter.addWidget(QWidget())
    splitter.addWidget(QWidget())
    window.layout().addWidget(splitter)
    splitter.setSizes([200, 150])
    qtbot.waitUntil(lambda: sum(splitter.sizes()) == splitter.height() - 1)
    handle = splitter.handle(1)
    assert handle.height() == 7
    before = splitter.sizes()[0]
    handle.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(handle, Qt.Key.Key_Down)
    assert splitter.sizes()[0] == before + 16
    QTest.keyClick(handle, Qt.Key.Key_Up)
    assert splitter.sizes()[0] == before


def test_a_long_command_is_seen_whole(qtbot, window):
    """A reference without a space in it breaks anywhere rather than being cut off."""
    box = CommandBox("docker pull registry.example.org/" + "a" * 300)
    window.layout().addWidget(box)
    words = box.findChild(QPlainTextEdit)
    qtbot.waitUntil(lambda: box.width() < window.width() and words.height() > 60)
    assert words.verticalScrollBar().maximum() == 0
    box.set_command("docker ps")
    qtbot.waitUntil(lambda: words.height() < 30)


def test_a_command_is_copied_whole_and_says_so(qtbot, window):
    box = CommandBox("docker --context edge rm -f 'we b'")
    window.layout().addWidget(box)
    button = box.findChild(IconButton)
    button.click()
    assert QGuiApplication.clipboard().text() == "docker --context edge rm -f 'we b'"
    assert button.accessibleName() == "Copied"
    qtbot.waitUntil(lambda: button.accessibleName() == "Copy the command")


@pytest.fixture
def dialog(qtbot, window):
    made = Dialog("Remove web?", window, icon="remove", icon_colour="error.fg", width=420, stripe="context.magenta")
    made.body.addWidget(PlainLabel("The container and its logs go for good.", wrap=True))
    made.set_note("It gets 10 s to stop.")
    made.add_cancel()
    made.remove = made.add_button(Button("Remove", "remove", look=Look.DESTRUCTIVE), default=True)
    made.remove.clicked.connect(made.accept)
    qtbot.addWidget(made)
    made.open()
    yield made
    made.close()


def test_enter_presses_the_default_button_unless_it_is_disabled(dialog):
    dialog.remove.set_why_not("type the name first")
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert dialog.isVisible()
    dialog.remove.set_why_not(None)
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert dialog.result() == Dialog.DialogCode.Accepted


def test_escape_closes_a_dialog_and_lifts_the_veil(dialog, window):
    window.resize(700, 500)
    assert window.findChild(Scrim).geometry() == QRect(0, 0, 700, 500)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.result() == Dialog.DialogCode.Rejected
    assert not [veil for veil in window.findChildren(Scrim) if veil.isVisible()]


def test_a_dialog_is_no_higher_than_its_words_at_its_width(window, qapp):
    made = Dialog("Restart web?", window, width=560)
    made.body.addWidget(CommandBox("docker --context desk restart --time 10 web"))
    made.body.addWidget(PlainLabel("A sentence that would wrap if the dialog were narrow, and does not.", wrap=True))
    made.open()
    qapp.processEvents()
    assert made.height() == made.layout().totalHeightForWidth(560)
    made.body.addSpacing(made.screen().size().height() * 3 // 4)
    made.adjustSize()
    assert made.height() == made.layout().totalHeightForWidth(560)
    made.reject()


def test_a_dialog_shows_the_colour_of_its_context(dialog):
    picture = dialog.grab().toImage()
    assert picture.pixelColor(dialog.width() // 2, 1) == current_theme().colour("context.magenta")
    assert picture.pixelColor(dialog.width() // 2, 8) == current_theme().colour("bg.raised")
