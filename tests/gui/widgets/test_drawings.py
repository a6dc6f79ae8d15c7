"""Marks and drawings, splitter, command and dialog."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from gui.theme.tokens import current_theme, load_themes
from gui.widgets.buttons import Button, IconButton, Look
from gui.widgets.command_box import CommandBox
from gui.widgets.dialog import Dialog, Scrim
from gui.widgets.marks import Meter, Pill
from gui.widgets.sparkline import paint_sparkline
from gui.widgets.splitter import Splitter
from gui.widgets.text import PlainLabel
from models.health import Health, Tone


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
