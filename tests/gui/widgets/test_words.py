"""Words, links and fields: plain in what they show, whole in what they copy."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QGuiApplication, QTextDocument
from PySide6.QtGui import Qt as RichText
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QToolTip

from gui.theme.theme import Themes
from gui.theme.tokens import current_theme
from gui.widgets.buttons import IconButton
from gui.widgets.fields import Field, FilterField
from gui.widgets.opener import Opener
from gui.widgets.properties import PropertyRows
from gui.widgets.text import ElidedLabel, PlainLabel
from gui.widgets.tips import plain_tip, set_tip
from tests.gui.widgets.parts import accents, count, put, reports

MARKUP = ["<b>x</b>", "<img src=file:///etc/passwd>", "a < b & c > d", "<a href='x'>y</a>\nsecond line"]


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
