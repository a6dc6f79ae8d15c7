"""A terminal as its user meets it: keys, mouse, copy and paste, search, links, ends; over the demo's sample shell."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QInputMethodEvent, QWheelEvent

from gui import tasks
from gui.terminal.pane import TerminalPane
from gui.terminal.screen import Cell
from models.errors import ConnectionLost
from models.kind import Ref
from models.terminal import Execute, Size
from services.demo import DemoSession

K, M = Qt.Key, Qt.KeyboardModifier
CTRL_SHIFT = M.ControlModifier | M.ShiftModifier
ANY = Size(80, 24)


@pytest.fixture
def session():
    session = DemoSession()
    yield session
    session.close()


@pytest.fixture
def pane(qtbot, themes, session):
    """A terminal with a prompt."""
    with session._advanced() as fleet:
        row = next(row for row in map(fleet.row, fleet.lives()) if row.running)
    pane = TerminalPane(session, Ref("containers", row.id, row.name), Execute(ANY), "docker exec -it it sh")
    qtbot.addWidget(pane)
    pane.resize(700, 400)
    with qtbot.waitExposed(pane):
        pane.show()
    pane.start()
    pane.view.setFocus()
    until(qtbot, pane, "/app $")
    yield pane
    pane.close_down()
    assert tasks.shutdown(3.0)


def text(pane) -> str:
    return "\n".join("".join(run.text for run in row) for row in pane.view.frame.rows)


def until(qtbot, pane, expected):
    qtbot.waitUntil(lambda: expected in text(pane), timeout=5_000)


def cell(pane, column, row) -> QPoint:
    return pane.view._painter.box(column, row).center().toPoint()


def find_text(pane, wanted) -> Cell:
    for number, line in enumerate(text(pane).split("\n")):
        if wanted in line:
            return Cell(line.index(wanted), number)
    raise AssertionError(wanted)


def test_what_is_typed_is_run_and_shown(qtbot, pane):
    assert pane.title.startswith("ash ")
    assert "bash is not there" in pane.bar._note.text()
    qtbot.keyClicks(pane.view, "echo h")
    composed = QInputMethodEvent()
    composed.setCommitString("é")
    QGuiApplication.sendEvent(pane.view, composed)
    qtbot.keyClicks(pane.view, "llo")
    qtbot.keyClick(pane.view, K.Key_Return)
    until(qtbot, pane, "\nhéllo\n")
    qtbot.keyClicks(pane.view, "pwdx")
    qtbot.keyClick(pane.view, K.Key_Backspace)
    qtbot.keyClick(pane.view, K.Key_Return)
    until(qtbot, pane, "\n/app\n")


def test_the_program_learns_the_size(qtbot, pane):
    size = pane.view.size_in_cells()
    assert (size.columns, size.rows) == (pane.view.frame.size.columns, pane.view.frame.size.rows)
    pane.resize(900, 500)
    qtbot.waitUntil(lambda: pane.view.frame.size.columns > size.columns, timeout=2_000)
    qtbot.keyClicks(pane.view, "stty\r")
    now = pane.view.frame.size
    until(qtbot, pane, f"{now.rows} {now.columns}")
    assert f"{now.columns}×{now.rows}" in pane.bar._cells.text()


def test_all_keys_are_the_programs_but_for_the_windows_own(qtbot, pane):
    typed = []
    pane.view.typed.connect(lambda data: typed.append(bytes(data)))
    for key, modifiers in (
        (K.Key_Tab, M.NoModifier), (K.Key_Backtab, M.ShiftModifier), (K.Key_Escape, M.NoModifier),
        (K.Key_F5, M.NoModifier), (K.Key_Delete, M.NoModifier), (K.Key_K, M.ControlModifier), (K.Key_Up, M.NoModifier),
    ):  # fmt: skip
        qtbot.keyClick(pane.view, key, modifiers)
    assert typed == [b"\t", b"\x1b[Z", b"\x1b", b"\x1b[15~", b"\x1b[3~", b"\x0b", b"\x1b[A"]
    typed.clear()
    qtbot.keyClick(pane.view, K.Key_K, CTRL_SHIFT)
    qtbot.keyClick(pane.view, K.Key_Tab, M.ControlModifier)
    assert typed == []


def test_selecting_with_the_mouse_copies(qtbot, pane):
    view = pane.view
    qtbot.keyClicks(view, "echo one two-three\r")
    until(qtbot, pane, "\none two")
    place = find_text(pane, "one two-three\n".strip())
    row = max(n for n, line in enumerate(text(pane).split("\n")) if line.startswith("one two"))
    port = view.viewport()
    qtbot.mousePress(port, Qt.MouseButton.LeftButton, pos=cell(pane, 0, row))
    qtbot.mouseMove(port, cell(pane, 6, row))
    qtbot.mouseRelease(port, Qt.MouseButton.LeftButton, pos=cell(pane, 6, row))
    assert view.selected_text() == "one two"
    view.copy()
    assert QGuiApplication.clipboard().text() == "one two"
    qtbot.mouseDClick(port, Qt.MouseButton.LeftButton, pos=cell(pane, 1, row))
    assert view.selected_text() == "one"
    qtbot.mouseClick(port, Qt.MouseButton.LeftButton, pos=cell(pane, 1, row))
    assert view.selected_text() == "", "a click selects nothing"
    assert place.row <= row


def test_several_lines_are_pasted_only_after_a_question(qtbot, pane):
    clipboard = QGuiApplication.clipboard()
    clipboard.setText("echo single")
    pane.view.paste()
    until(qtbot, pane, "$ echo single")
    qtbot.keyClick(pane.view, K.Key_C, M.ControlModifier)
    clipboard.setText("echo first\necho second\n")
    pane.view.paste()
    assert pane.paste.isVisible()
    assert "echo second" in pane.paste._shown.toPlainText()
    qtbot.wait(50)
    assert "first" not in text(pane)
    pane.paste._answer("")
    assert not pane.paste.isVisible()
    pane.view.paste()
    qtbot.mouseClick(pane.paste.yes, Qt.MouseButton.LeftButton)
    until(qtbot, pane, "\nsecond\n")
    assert pane.view.hasFocus()


def test_a_single_line_with_its_end_asks_as_well(pane):
    QGuiApplication.clipboard().setText("rm -rf /\n")
    pane.view.paste()
    assert pane.paste.isVisible()
    assert "1 line" in pane.paste._question.text()


def test_search_marks_counts_and_steps(qtbot, pane):
    for _ in range(3):
        qtbot.keyClicks(pane.view, "echo needle\r")
    until(qtbot, pane, "needle")
    qtbot.waitUntil(lambda: text(pane).count("needle") == 6, timeout=3_000)
    pane.open_search()
    qtbot.keyClicks(pane.bar.field, "NEEDLE")
    assert pane.bar._count.text() == "1 of 6"
    assert len(pane.view.hits.spans) == 6
    qtbot.keyClick(pane.bar.field, K.Key_Return)
    assert pane.bar._count.text() == "2 of 6"
    qtbot.keyClick(pane.bar.field, K.Key_Return, M.ShiftModifier)
    assert pane.bar._count.text() == "1 of 6"
    qtbot.keyClicks(pane.bar.field, "x")
    assert pane.bar._count.text() == "no hit"
    qtbot.keyClick(pane.bar.field, K.Key_Escape)
    assert pane.view.hasFocus()
    assert not pane.view.hits.spans


def wheel(pane, notches):
    spot = QPointF(cell(pane, 3, 3))
    event = QWheelEvent(
        spot, pane.view.viewport().mapToGlobal(spot), QPoint(), QPoint(0, 120 * notches), Qt.MouseButton.NoButton,
        M.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QGuiApplication.sendEvent(pane.view.viewport(), event)


def test_the_wheel_scrolls_or_is_the_programs(qtbot, pane):
    pane._emulator.feed(b"x\r\n" * 100)
    pane.view.refresh()
    wheel(pane, 1)
    assert not pane.view.frame.scroll.at_end
    qtbot.keyClicks(pane.view, "a")
    assert pane.view.frame.scroll.at_end, "typing shows where one types"
    qtbot.keyClick(pane.view, K.Key_PageUp, M.ShiftModifier)
    assert not pane.view.frame.scroll.at_end
    typed = []
    pane.view.typed.connect(lambda data: typed.append(bytes(data)))
    pane._emulator.feed(b"\x1b[?1049h")
    pane.view.refresh()
    wheel(pane, 1)
    assert typed == [b"\x1b[A" * 3], "a full-screen program gets arrows"
    typed.clear()
    pane._emulator.feed(b"\x1b[?1000h\x1b[?1006h")
    pane.view.refresh()
    wheel(pane, -1)
    assert typed == [b"\x1b[<65;4;4M"], "or the wheel, where it asked for the mouse"


def test_only_web_addresses_are_links(pane):
    pane._emulator.feed(
        b"\x1b[2J\x1b[Hsee https://example.org/a?b=1). file:///etc/passwd "
        b"\x1b]8;;javascript:alert(1)\x1b\\click\x1b]8;;\x1b\\"
    )
    pane.view.refresh()
    assert pane.view.link_at(Cell(6, 0)) == ((Cell(4, 0), Cell(28, 0)), "https://example.org/a?b=1")
    assert pane.view.link_at(Cell(0, 0)) is None
    assert pane.view.link_at(find_text(pane, "file:")) is None
    assert pane.view.link_at(find_text(pane, "click")) is None


def test_an_end_is_said_and_another_begins_below(qtbot, pane):
    changes = []
    pane.changed.connect(lambda: changes.append(pane.running))
    qtbot.keyClicks(pane.view, "exit 3\r")
    qtbot.waitUntil(lambda: not pane.running, timeout=3_000)
    assert changes[-1] is False
    assert "exit code 3" in pane.end._words.text()
    typed = []
    pane.view.typed.connect(typed.append)
    qtbot.keyClicks(pane.view, "x")
    assert not typed, "there is nobody to type to"
    qtbot.mouseClick(pane.end.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: text(pane).count("This is the demo") == 2, timeout=3_000)
    assert not pane.end.isVisible()
    assert "exit 3" in text(pane), "what was there stays"


def test_a_lost_engine_and_a_stopped_container_are_errors_in_words(qtbot, pane, session):
    session.fail_next("terminal", ConnectionLost("The engine stopped"))
    qtbot.keyClicks(pane.view, "exit\r")
    qtbot.waitUntil(lambda: pane.failed, timeout=3_000)
    assert "The engine stopped" in pane.end._words.text()


def test_closing_ends_the_task_at_once(qtbot, pane):
    pane.close_down()
    qtbot.waitUntil(lambda: tasks.running() == 0, timeout=2_000)
    assert not pane.running


def test_frames_are_painted_in_both_themes(qtbot, pane, themes):
    pane._emulator.feed("\x1b[2J\x1b[H\x1b[31;44mx\x1b[0;7mY\x1b[0;38;5;120;48;5;17m漢\x1b[0;2;4;9mz".encode())
    pane.view.refresh()
    seen = set()
    for mode in ("light", "dark"):
        themes.set_mode(mode)
        qtbot.wait(10)
        image = pane.view.viewport().grab().toImage()
        seen.add(image.pixelColor(cell(pane, 60, 10)).name())
        inverse = image.pixelColor(pane.view._painter.box(1, 0).topLeft().toPoint() + QPoint(1, 1))
        assert inverse == pane.view._painter.palette.text
    themes.set_mode("light")
    assert len(seen) == 2
