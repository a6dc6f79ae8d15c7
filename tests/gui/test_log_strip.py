"""Lines over time above a log: counted, coloured, clicked, and hidden where they say nothing."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from gui import tasks
from gui.details.logs import LogsTab
from models.log_lines import Level, stamp_of
from models.logs import STDOUT, chunk_of
from tests.gui.test_logs import REF, Source, arrived

BEGAN = 1_764_000_000  # seconds since the epoch


@pytest.fixture
def source():
    return Source()


@pytest.fixture
def tab(qtbot, themes, source):
    tab = LogsTab(source)
    tab.resize(1100, 600)
    tab.show()
    tab.show_row(REF, None)
    yield tab
    tab.clear()
    tab.deleteLater()
    source.end()
    assert tasks.shutdown(3.0)
    qtbot.wait(1)


def write(source, seconds, lines):
    """One line in each of these seconds."""
    stamped = [stamp_of(BEGAN + second) + b" " + line for second, line in zip(seconds, lines, strict=True)]
    source.put(chunk_of(stamped, bytes([STDOUT]) * len(stamped)))


def quarter_of_an_hour(qtbot, tab, source):
    write(source, range(900), [b"ERROR x" if second >= 600 else b"INFO x" for second in range(900)])
    arrived(qtbot, tab, 900)
    qtbot.waitUntil(lambda: tab.strip.isVisible(), timeout=3_000)


def x_of(tab, second):
    """Where a second stands in the strip."""
    return tab.strip._x_of(tab.strip.histogram.share((BEGAN + second) * 1000))


def top_second(tab):
    return tab.view.lines[tab.view.top_index()]


def test_each_line_is_counted_and_errors_stand_out(qtbot, tab, source):
    quarter_of_an_hour(qtbot, tab, source)
    bars = tab.strip.histogram.bars
    assert sum(bar[Level.INFO] for bar in bars) == 600
    assert sum(bar[Level.ERROR] for bar in bars) == 300
    picture = tab.strip.grab().toImage()
    error = tab.strip.grab().toImage().pixelColor(x_of(tab, 800) + 1, 35)
    assert error.red() > error.green() + 60
    info = picture.pixelColor(x_of(tab, 200) + 1, 35)
    assert abs(info.red() - info.green()) < 40


def test_a_click_goes_to_that_time_and_a_drag_on_from_there(qtbot, tab, source):
    quarter_of_an_hour(qtbot, tab, source)
    QTest.mouseClick(tab.strip, Qt.MouseButton.LeftButton, pos=QPoint(x_of(tab, 300), 20))
    assert not tab.view.following
    page = tab.view.verticalScrollBar().pageStep()
    assert abs(top_second(tab) + page // 2 - 300) < 5
    QTest.mousePress(tab.strip, Qt.MouseButton.LeftButton, pos=QPoint(x_of(tab, 300), 20))
    QTest.mouseMove(tab.strip, QPoint(x_of(tab, 500), 20))
    QTest.mouseRelease(tab.strip, Qt.MouseButton.LeftButton, pos=QPoint(x_of(tab, 500), 20))
    assert abs(top_second(tab) + page // 2 - 500) < 5
    QTest.mouseClick(tab.strip, Qt.MouseButton.LeftButton, pos=QPoint(x_of(tab, 900), 20))
    assert tab.view.following, "at its end one follows again"


def test_keys_go_to_earlier_lines(qtbot, tab, source):
    quarter_of_an_hour(qtbot, tab, source)
    tab.grab()
    before = top_second(tab)
    QTest.keyClick(tab.strip, Qt.Key.Key_Left)
    assert top_second(tab) < before


def test_what_is_on_the_screen_is_marked(qtbot, tab, source):
    quarter_of_an_hour(qtbot, tab, source)
    tab.view.go_to(450)
    tab.grab()
    begin, end = tab.strip._seen
    assert begin < (BEGAN + 450) * 1000 < end
    assert end - begin < 60_000
    assert abs(tab.strip._box.left() - x_of(tab, (begin / 1000) - BEGAN)) < 3
    tab.view.set_following(True)
    tab.grab()
    assert tab.strip._box.right() >= x_of(tab, 899) - 1


def test_only_the_levels_that_are_wanted_have_bars(qtbot, tab, source):
    quarter_of_an_hour(qtbot, tab, source)
    tab.bar.levels[Level.ERROR].setChecked(True)
    (_, quiet), (_, warnings), (_, errors) = tab.strip._boxes
    assert not quiet
    assert not warnings
    assert errors


def test_new_lines_come_into_it(qtbot, tab, source):
    quarter_of_an_hour(qtbot, tab, source)
    write(source, range(900, 1_000), [b"WARN x"] * 100)
    source.end()
    qtbot.waitUntil(lambda: sum(bar[Level.WARN] for bar in tab.strip.histogram.bars) == 100, timeout=5_000)


def test_it_takes_no_room_where_there_is_none(qtbot, tab, source):
    quarter_of_an_hour(qtbot, tab, source)
    tab.resize(1100, 300)
    assert not tab.strip.isVisible()
    tab.resize(1100, 600)
    assert tab.strip.isVisible()


def test_lines_of_one_moment_have_no_course_of_time(qtbot, tab, source):
    write(source, [1] * 50, [b"INFO x"] * 50)
    arrived(qtbot, tab, 50)
    qtbot.waitUntil(lambda: tab.strip.histogram is not None, timeout=3_000)
    assert not tab.strip.isVisible()


def test_another_log_begins_without_the_bars_of_the_last(qtbot, tab, source):
    quarter_of_an_hour(qtbot, tab, source)
    tab.clear()
    assert not tab.strip.isVisible()
    assert tab.strip.histogram is None


def test_a_bar_says_what_it_stands_for(qtbot, tab, source):
    quarter_of_an_hour(qtbot, tab, source)
    assert tab.strip.words_at(x_of(tab, 800)).endswith("errors")
    assert "error" not in tab.strip.words_at(x_of(tab, 100))
