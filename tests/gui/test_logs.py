"""The Logs tab: what arrives is shown, found, filtered, copied and saved; floods and hostile lines do no harm."""

from __future__ import annotations

import re
import threading
import time
from types import SimpleNamespace

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from gui import tasks
from gui.details.logs import LogsTab, LogWindow, work
from gui.details.logs.lines import Preparer
from gui.stall import StallMeter
from models.context import DEMO_CONTEXT
from models.errors import Unreachable
from models.kind import Ref
from models.log_lines import Level
from models.logs import STDERR, STDOUT, Gap, chunk_of

REF = Ref("containers", "a" * 64, "web")


class Source:
    """A session whose log the test writes."""

    context = DEMO_CONTEXT

    def __init__(self):
        self.items, self.more, self.over = [], threading.Condition(), False
        self.asked = []  # LogOptions

    def now(self):
        return time.time()

    def write(self, *lines, stream=STDOUT):
        stamped = [b"2026-11-24T14:02:%02d.000000000Z " % (n % 60) + line for n, line in enumerate(lines)]
        self.put(chunk_of(stamped, bytes([stream]) * len(lines)))

    def put(self, item):
        with self.more:
            self.items.append(item)
            self.more.notify_all()

    def end(self):
        with self.more:
            self.over = True
            self.more.notify_all()

    def logs(self, ref, options, scope):
        def wake():
            with self.more:
                self.more.notify_all()

        self.asked.append(options)
        scope.on_cancel(wake)
        at = 0
        while not scope.cancelled:
            with self.more:
                while at == len(self.items) and not self.over and not scope.cancelled:
                    self.more.wait()
            if at == len(self.items):
                return
            yield self.items[at]
            at += 1


@pytest.fixture
def source():
    return Source()


@pytest.fixture
def tab(qtbot, themes, source):
    tab = LogsTab(source)
    tab.resize(1100, 500)
    tab.show()
    tab.show_row(REF, None)
    yield tab
    tab.clear()
    tab.deleteLater()
    source.end()
    assert tasks.shutdown(3.0)
    qtbot.wait(1)


def arrived(qtbot, tab, count):
    qtbot.waitUntil(lambda: tab.view.snapshot.end >= count, timeout=10_000)


def shown(tab):
    preparer = Preparer()
    return [preparer.line(tab.view.snapshot, number).text for number in tab.view.lines]


def test_lines_arrive_and_the_end_stays_in_sight(qtbot, tab, source):
    source.write(*[b"line %d" % n for n in range(500)])
    arrived(qtbot, tab, 500)
    bar = tab.view.verticalScrollBar()
    assert bar.value() == bar.maximum() > 0
    source.write(b"one more")
    arrived(qtbot, tab, 501)
    assert bar.value() == bar.maximum()


def test_scrolling_up_pauses_and_end_resumes(qtbot, tab, source):
    source.write(*[b"line %d" % n for n in range(500)])
    arrived(qtbot, tab, 500)
    tab.view.verticalScrollBar().setValue(100)
    assert not tab.view.following
    source.write(*[b"more %d" % n for n in range(500)])
    arrived(qtbot, tab, 1000)
    assert tab.view.verticalScrollBar().value() == 100
    assert tab.view.lines[tab.view.top_index()] == 100
    tab.view.set_following(True)
    assert tab.view.verticalScrollBar().value() == tab.view.verticalScrollBar().maximum()


def test_levels_and_streams_filter(qtbot, tab, source):
    source.write(b"INFO a", b"ERROR b", b"  at somewhere", b"DEBUG c")
    source.write(b"to stderr", stream=STDERR)
    arrived(qtbot, tab, 5)
    tab.bar.levels[Level.ERROR].setChecked(True)
    qtbot.waitUntil(lambda: shown(tab) == ["ERROR b", "  at somewhere"])
    source.write(b"ERROR d", b"INFO e")
    qtbot.waitUntil(lambda: shown(tab)[-1:] == ["ERROR d"])
    tab.bar.levels[Level.ERROR].setChecked(False)
    tab.bar.streams.set_current("stderr")
    qtbot.waitUntil(lambda: shown(tab) == ["to stderr"])
    tab.bar.streams.set_current("all")
    qtbot.waitUntil(lambda: len(shown(tab)) == 7)


def test_search_counts_steps_and_goes_on_with_new_lines(qtbot, tab, source):
    source.write(*[b"timeout %d" % n if n % 100 == 7 else b"fine" for n in range(1000)])
    arrived(qtbot, tab, 1000)
    tab.bar.search.setText("TIMEOUT")
    qtbot.waitUntil(lambda: tab.bar.found.text() == "10 found")
    tab.view.verticalScrollBar().setValue(0)
    tab.search.step(1)
    assert tab.view.current_hit == 7
    assert tab.bar.found.text() == "1 of 10"
    tab.search.step(-1)
    assert tab.view.current_hit == 907
    source.write(b"another timeout")
    qtbot.waitUntil(lambda: tab.bar.found.text() == "10 of 11")
    tab.bar._regex.setChecked(True)
    tab.bar.search.setText(r"timeout \d+7\b")
    qtbot.waitUntil(lambda: tab.bar.found.text() == "9 found")


def test_a_bad_expression_is_said_in_place(qtbot, tab, source):
    source.write(b"x")
    arrived(qtbot, tab, 1)
    tab.bar._regex.setChecked(True)
    tab.bar.search.setText("(")
    qtbot.waitUntil(lambda: tab.bar.found.text() == "not valid")
    assert "Not a regular expression" in tab.bar.search.toolTip()
    tab.bar.search.setText("x")
    qtbot.waitUntil(lambda: tab.bar.found.text() == "1 found")


def test_letters_are_found_and_marked_whatever_their_case(qtbot, tab, source):
    source.write("ÄRGER in der Straße".encode(), "kein A\u0308rger, STRASSE".encode(), b"fine")
    arrived(qtbot, tab, 3)
    for text, marked in (("ärger", {0: [(0, 5)], 1: [(5, 11)]}), ("strasse", {0: [(13, 19)], 1: [(13, 20)]})):
        tab.bar.search.setText(text)
        qtbot.waitUntil(lambda: tab.bar.found.text() == "2 found")
        spans = {number: tab.view.finder.spans(line) for number, line in enumerate(shown(tab))}
        assert {number: found for number, found in spans.items() if found} == marked
        tab.bar.search.setText("")
        qtbot.waitUntil(lambda: tab.bar.found.text() == "")


@pytest.mark.stall
def test_an_expression_that_never_ends_leaves_the_window_alone(qtbot, tab, source):
    source.write(*[b"a" * 2_000 + b"b"] * 500)
    arrived(qtbot, tab, 500)
    tab.bar.search.setText("warm")
    qtbot.waitUntil(lambda: tab.bar.found.text() == "0 found")
    meter = StallMeter(stacks=True)
    meter.start()
    tab.bar._regex.setChecked(True)
    tab.bar.search.setText("(a|aa)+$")
    qtbot.waitUntil(lambda: tab.bar.found.text() == "not valid", timeout=10_000)
    stalls = meter.stop()
    assert "takes too long" in tab.bar.search.toolTip()
    assert stalls.worst < 250, meter.stack
    qtbot.waitUntil(lambda: tasks.running() == 1)
    assert tab.view.finder is None, "nor is it asked for the marks of lines"


def test_lines_that_an_expression_takes_too_long_for_are_told(qtbot, tab, source):
    source.write(b"aaa", b"a" * 2_000 + b"b", b"aa")
    arrived(qtbot, tab, 3)
    tab.bar._regex.setChecked(True)
    tab.bar.search.setText("(a|aa)+$")
    qtbot.waitUntil(lambda: tab.bar.found.text() == "2 found", timeout=3_000)
    assert "1 line took too long" in tab.bar.search.toolTip()


def test_copy_is_as_shown_and_raw_as_it_came(qtbot, tab, source):
    source.write(b"first", b"\x1b[31mred\x1b[0m \x07bell", b"last")
    arrived(qtbot, tab, 3)
    tab.view.select_all()
    tab.copy(False)
    qtbot.waitUntil(lambda: QGuiApplication.clipboard().text() == "first\nred ␇bell\nlast")
    tab.copy(True)
    qtbot.waitUntil(lambda: QGuiApplication.clipboard().text() == "first\n\x1b[31mred\x1b[0m \x07bell\nlast")


def test_what_is_saved_is_what_is_shown(qtbot, tab, source, tmp_path):
    source.write(b"INFO a", b"ERROR b")
    arrived(qtbot, tab, 2)
    tab.bar.levels[Level.ERROR].setChecked(True)
    qtbot.waitUntil(lambda: shown(tab) == ["ERROR b"])
    tab.saving.save(tmp_path / "web.log")
    qtbot.waitUntil(lambda: "1 line saved" in tab.note.text())
    assert (tmp_path / "web.log").read_bytes() == b"2026-11-24T14:02:01.000000000Z ERROR b\n"


def test_a_save_that_fails_says_why_and_leaves_the_old_file(qtbot, tab, source, tmp_path):
    source.write(b"x")
    arrived(qtbot, tab, 1)
    tab.saving.save(tmp_path / "no such folder" / "web.log")
    qtbot.waitUntil(lambda: "Not saved" in tab.note.text())


def test_an_engine_that_goes_and_comes_back_leaves_its_mark(qtbot, tab, source):
    source.write(b"before")
    source.put(Gap("the engine stopped", time.time()))
    source.put(Gap("the engine is back", time.time(), back=True))
    source.write(b"after")
    arrived(qtbot, tab, 2)
    assert [mark.line for mark in tab.view.snapshot.gaps] == [1, 1]
    tab.grab()


def test_hostile_lines_are_shown_and_do_nothing(qtbot, tab, source):
    lines = [
        b"\x1b]0;title\x07x",
        b"\xff\xfe",
        "\u202ertl".encode(),
        b"<img src=file:///etc/passwd>",
        b"\t\ttab",
        b"\x1b[38;2;1;2;3mdark",
    ]
    source.write(*lines, b"x" * 16_000, "é\u0301".encode() * 3000)
    arrived(qtbot, tab, 8)
    for wrap in (False, True):
        tab.bar.wrap.setChecked(wrap)
        tab.grab()
    assert "⟨RLO⟩rtl" in shown(tab)[2]
    assert shown(tab)[0] == "x"


def test_wrapped_lines_fill_the_screen_from_the_end(qtbot, tab, source):
    source.write(*[b"%03d " % n + b"word " * 100 for n in range(50)])
    arrived(qtbot, tab, 50)
    tab.bar.wrap.setChecked(True)
    tab.grab()
    assert tab.view._places[-1].number == 49
    assert tab.view._places[-1].end == 504


def test_a_selection_by_mouse_is_what_was_swept(qtbot, tab, source):
    source.write(b"alpha beta gamma")
    arrived(qtbot, tab, 1)
    tab.grab()
    place = tab.view._places[0]
    cell = place._metrics.horizontalAdvance("0")
    at = lambda column: round(place._left + column * cell)  # noqa: E731
    assert place.column_at(at(6)) == 6
    assert place.column_at(0) == 0
    assert place.column_at(5_000) == len("alpha beta gamma")


def test_an_error_offers_another_try(qtbot, themes):
    class Dead(Source):
        def logs(self, ref, options, scope):
            raise Unreachable("connect: refused")
            yield

    tab = LogsTab(Dead())
    tab.resize(800, 300)
    tab.show()
    tab.show_row(REF, None)
    qtbot.waitUntil(lambda: tab._states.currentWidget() is tab._error)
    tab.clear()
    tab.deleteLater()
    qtbot.wait(1)


def test_a_log_without_lines_says_so(qtbot, tab, source):
    source.end()
    qtbot.waitUntil(lambda: tab._states.currentWidget() is tab._nothing, timeout=3_000)


def test_another_container_starts_anew(qtbot, tab, source):
    source.write(b"x")
    arrived(qtbot, tab, 1)
    source.items.clear()
    tab.show_row(Ref("containers", "b" * 64, "db"), None)
    assert len(tab.buffer) == 0


def test_a_window_of_its_own_follows_too(qtbot, themes, source):
    window = LogWindow(source, REF, None)
    window.show()
    source.write(b"hello")
    arrived(qtbot, window.tab, 1)
    window.close()
    source.end()
    qtbot.waitUntil(lambda: tasks.running() == 0)


@pytest.mark.parametrize(("width", "words", "streams", "levels"), [
    (1_400, True, True, True), (1_020, False, True, True), (860, False, False, True), (500, False, False, False),
])  # fmt: skip
def test_a_narrow_bar_leaves_out_what_it_has_no_room_for(qtbot, tab, source, width, words, streams, levels):
    source.write(*[b"ERROR timeout"] * 12_345)
    arrived(qtbot, tab, 12_345)
    tab.bar.search.setText("timeout")
    qtbot.waitUntil(lambda: tab.bar.found.text() == "12,345 found")
    tab.search.step(1)
    qtbot.waitUntil(lambda: "12,345" in tab.bar.levels[Level.ERROR].text())
    tab.resize(width, 500)
    qtbot.wait(20)
    assert tab.width() == width
    chip = tab.bar.levels[Level.ERROR]
    assert (chip.isVisible(), "Error" in chip.text(), tab.bar.streams.isVisible()) == (levels, words, streams)
    seen = [widget for widget in tab.bar.findChildren(QWidget) if widget.isVisible() and widget.parent() is tab.bar]
    assert all(tab.bar.rect().contains(widget.geometry()) for widget in seen)


@pytest.mark.stall
def test_a_flood_does_not_hold_the_window_up(qtbot, tab, source):
    line = b"INFO request 12345 GET /api/cart 200 12 ms"
    stamped = [b"2026-11-24T14:02:01.000000000Z " + line] * 2_000
    chunk = chunk_of(stamped, bytes([STDOUT]) * 2_000)
    meter = StallMeter(stacks=True)
    meter.start()
    for _ in range(100):
        source.put(chunk)
        qtbot.wait(10)
    arrived(qtbot, tab, 200_000)
    stalls = meter.stop()
    assert stalls.worst < 250, meter.stack
    assert re.match(r"Following, [\d,]+ lines/s", tab._chip.text())


class Row:
    """What a log looks at of a container."""

    def __init__(self, running):
        self.running = running


def test_only_the_last_lines_or_minutes_are_asked_for(qtbot, tab, source):
    tab.bar.set_reach("1000")
    qtbot.waitUntil(lambda: len(source.asked) == 2)
    assert (source.asked[-1].tail, source.asked[-1].since) == (1_000, None)
    tab.bar.set_reach("15m")
    qtbot.waitUntil(lambda: len(source.asked) == 3)
    assert source.asked[-1].since == pytest.approx(time.time() - 900, abs=5)


def test_an_ended_log_begins_again_with_its_container_only(qtbot, tab, source):
    source.end()
    tab.show_row(REF, Row(running=True))
    qtbot.waitUntil(lambda: tasks.running() == 0)
    qtbot.wait(20)
    tab.show_row(REF, Row(running=True))  # its stats have changed
    assert len(source.asked) == 1
    tab.show_row(REF, Row(running=False))
    tab.show_row(REF, Row(running=True))
    qtbot.waitUntil(lambda: len(source.asked) == 2)


def test_what_was_filtered_of_one_log_never_comes_into_the_next(qtbot, tab, source, monkeypatch):
    held, matching = threading.Event(), work.matching
    source.write(b"ERROR one", b"ERROR two", b"fine")
    arrived(qtbot, tab, 3)
    monkeypatch.setattr(work, "matching", lambda *arguments: (held.wait(5), matching(*arguments))[1])
    tab.bar.levels[Level.ERROR].click()
    source.items = [chunk_of([b"2026-11-24T14:02:01.000000000Z ERROR other"], bytes([STDOUT]))]
    tab.show_row(Ref("containers", "b" * 64, "other"), None)
    held.set()
    qtbot.waitUntil(lambda: shown(tab) == ["ERROR other"], timeout=3_000)
    qtbot.wait(50)
    assert shown(tab) == ["ERROR other"]


def test_all_lines_wanted_again_is_not_undone_by_a_filter_under_way(qtbot, tab, source, monkeypatch):
    held, matching = threading.Event(), work.matching
    source.write(b"ERROR one", b"fine")
    arrived(qtbot, tab, 2)
    monkeypatch.setattr(work, "matching", lambda *arguments: (held.wait(5), matching(*arguments))[1])
    tab.bar.levels[Level.ERROR].click()
    tab.bar.levels[Level.ERROR].click()
    held.set()
    qtbot.waitUntil(lambda: tasks.running() == 1)
    qtbot.wait(50)
    assert shown(tab) == ["ERROR one", "fine"]


def test_what_was_said_of_a_save_outlives_the_lines_that_come(qtbot, tab, source, tmp_path):
    source.write(b"x")
    arrived(qtbot, tab, 1)
    tab.saving.save(tmp_path / "no such folder" / "web.log")
    qtbot.waitUntil(lambda: "Not saved" in tab.note.text())
    source.write(b"y")
    arrived(qtbot, tab, 2)
    qtbot.wait(400)  # longer than the pulse that tells counts
    assert "Not saved" in tab.note.text()
    assert tab.note.isVisible()


@pytest.fixture
def slow_save(monkeypatch):
    """Saves that get stuck in their second half until they are told to go on."""
    begun, go, encoded = threading.Event(), threading.Event(), work._encoded

    def slowly(snapshot, lines, stamps, written):
        for part in encoded(snapshot, lines, stamps, written):
            begun.set()
            go.wait(5)
            yield part

    monkeypatch.setattr(work, "_STEP", 100)
    monkeypatch.setattr(work, "_encoded", slowly)
    return SimpleNamespace(begun=begun, go=go)


def test_saving_can_be_cancelled_and_leaves_nothing(qtbot, tab, source, tmp_path, slow_save):
    source.write(b"x")
    arrived(qtbot, tab, 1)
    tab.saving.save(tmp_path / "web.log")
    qtbot.waitUntil(slow_save.begun.is_set)
    qtbot.waitUntil(tab.note.cancel.isVisible, timeout=3_000)
    tab.note.cancel.click()
    slow_save.go.set()
    qtbot.wait(100)
    assert "cancelled" in tab.note.text()
    assert not tab.note.cancel.isVisible()
    assert list(tmp_path.iterdir()) == []


def test_a_save_that_takes_a_while_says_how_far_it_is(qtbot, tab, source, tmp_path, slow_save):
    source.write(*[b"x"] * 400)
    arrived(qtbot, tab, 400)
    tab.saving.save(tmp_path / "web.log")
    qtbot.waitUntil(slow_save.begun.is_set)
    assert tab.note.text() == "", "a short one only says that it is done"
    qtbot.waitUntil(lambda: "0 of 400 lines" in tab.note.text(), timeout=3_000)
    assert tab.note._meter.isVisible()
    slow_save.go.set()
    qtbot.waitUntil(lambda: "400 lines saved" in tab.note.text(), timeout=3_000)
    assert not tab.note._meter.isVisible()
    assert len((tmp_path / "web.log").read_bytes().splitlines()) == 400
