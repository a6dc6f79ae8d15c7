"""A terminal in the window over a real engine: typed into, flooded, cut off, and opened again."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gui.details.terminal import TerminalTab
from models.kind import Tab
from tests.engine.house import elsewhere, named


def text(pane) -> str:
    return "\n".join("".join(run.text for run in row) for row in pane.view.frame.rows)


@pytest.fixture
def pane(qtbot, engine, house):
    """A terminal, opened as a user would."""
    elsewhere(qtbot, engine.run, "--name", "box", command=("sleep", "86400"))
    page = house.open(engine)
    qtbot.waitUntil(lambda: named(page, "box") is not None, timeout=15_000)
    page.show_key(named(page, "box").id)
    qtbot.waitUntil(lambda: page.details.row is not None, timeout=5_000)
    page.details.set_tab(Tab.TERMINAL)
    QTest.mouseClick(page.details.findChild(TerminalTab).open_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(house.window.terminals.all) == 1, timeout=10_000)
    (pane,) = house.window.terminals.all
    qtbot.waitUntil(lambda: "/ #" in text(pane), timeout=15_000)
    return pane


def test_typing_reaches_the_container(qtbot, engine, house, pane):
    qtbot.keyClicks(pane.view, "echo $((6*7)) > /tmp/answer; cat /tmp/answer\r")
    qtbot.waitUntil(lambda: "\n42\n" in text(pane), timeout=5_000)
    answer = elsewhere(qtbot, engine.docker, "exec", "box", "cat", "/tmp/answer").stdout
    assert answer == "42\n"
    assert house.window.dock.findChild(type(pane)) is pane
    qtbot.keyClicks(pane.view, "exit 5\r")
    qtbot.waitUntil(lambda: not pane.running, timeout=5_000)
    assert "exit code 5" in pane.end._words.text()


def test_a_flood_leaves_the_window_alive_and_can_be_stopped(qtbot, pane):
    qtbot.keyClicks(pane.view, "yes a long line of text that is written without an end\r")
    qtbot.waitUntil(lambda: pane.view.emulator.fed > 5_000_000, timeout=20_000)
    qtbot.keyClick(pane.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: text(pane).rstrip().endswith("/ #"), timeout=20_000)
    qtbot.keyClicks(pane.view, "echo still here\r")
    qtbot.waitUntil(lambda: "\nstill here\n" in text(pane), timeout=10_000)


def test_an_engine_that_dies_is_said_and_the_text_stays(qtbot, engine, house, pane):
    qtbot.keyClicks(pane.view, "echo remember me\r")
    qtbot.waitUntil(lambda: "\nremember me\n" in text(pane), timeout=5_000)
    elsewhere(qtbot, engine.kill)
    qtbot.waitUntil(lambda: pane.failed, timeout=15_000)
    assert "engine stopped" in pane.end._words.text()
    assert "\nremember me\n" in text(pane)
    elsewhere(qtbot, engine.start)
    elsewhere(qtbot, engine.docker, "start", "box")
    house.contexts.current.session.retry_now()
    qtbot.waitUntil(lambda: house.contexts.current.state.live, timeout=15_000)
    QTest.mouseClick(pane.end.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: text(pane).count("/ #") > text(pane).count("remember"), timeout=15_000)
    assert pane.running
