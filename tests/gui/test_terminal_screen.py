"""The emulator: what is on its screen, what scrolls out, what is found, and what a hostile program gets."""

import random
import time

import pytest

from gui.terminal.finding import Finder
from gui.terminal.runs import PLAIN, RGB, Run, Style, rows_of
from gui.terminal.screen import SCROLLBACK, Cell, Screen, Selection, width_of
from models.terminal import Size

SIZE = Size(40, 10)


@pytest.fixture
def said() -> list[bytes]:
    return []


@pytest.fixture
def screen(said: list[bytes]) -> Screen:
    screen = Screen(SIZE)
    screen.reply_to(said.append)
    return screen


def lines(screen: Screen) -> list[str]:
    return ["".join(run.text for run in row).rstrip() for row in screen.frame().rows]


def numbered(screen: Screen, count: int) -> None:
    screen.feed(b"".join(b"line %d\r\n" % number for number in range(count)))


def test_styles_are_told_apart(screen: Screen) -> None:
    screen.feed(b"a\x1b[1;31mb\x1b[0;4:3;48;5;200mc\x1b[0;38;2;1;2;3;7md\x1b[0;2;3;9me")
    assert screen.frame().rows[0] == (
        Run(0, 1, "a", PLAIN),
        Run(1, 1, "b", Style(fg=1, bold=True)),
        Run(2, 1, "c", Style(bg=200, underline=3)),
        Run(3, 1, "d", Style(fg=RGB + 0x010203, inverse=True)),
        Run(4, 1, "e", Style(faint=True, italic=True, struck=True)),
    )


def test_a_style_goes_on_in_the_next_line_and_ends(screen: Screen) -> None:
    screen.feed(b"\x1b[32mone\r\ntwo\x1b[m\r\nthree")
    assert [row[0].style for row in screen.frame().rows] == [Style(fg=2), Style(fg=2), PLAIN]


def test_wide_and_composed_characters_keep_their_columns(screen: Screen) -> None:
    screen.feed("a漢字b e\u0301x ─│".encode())
    placed = {run.text: (run.column, run.cells) for run in screen.frame().rows[0]}
    assert placed == {"a": (0, 1), "漢": (1, 2), "字": (3, 2), "b ": (5, 2), "e\u0301": (7, 1), "x ─│": (8, 4)}
    assert rows_of("\u0301a", width_of) == ((Run(0, 1, "\u0301", PLAIN), Run(1, 1, "a", PLAIN)),)


def test_what_scrolls_out_is_kept_up_to_a_limit_and_can_be_looked_at(screen: Screen) -> None:
    numbered(screen, 100)
    frame = screen.frame()
    assert lines(screen)[0] == "line 91"
    assert frame.scroll.at_end
    assert frame.cursor == Cell(0, 9)
    screen.scroll_to(5)
    assert lines(screen)[0] == "line 5"
    assert screen.frame().cursor is None, "it is not in sight"
    numbered(screen, 10)
    assert lines(screen)[0] == "line 5", "what is looked at does not run away"
    screen.scroll_to_end()
    assert screen.frame().scroll.at_end
    numbered(screen, 3 * SCROLLBACK)
    assert screen.frame().scroll.total <= SCROLLBACK + SIZE.rows


def test_a_full_screen_program_leaves_what_was_there(screen: Screen) -> None:
    screen.feed(b"before\x1b[?1049h\x1b[2J\x1b[Hinside")
    assert screen.frame().alternate
    assert lines(screen) == ["inside"]
    screen.feed(b"\x1b[?1049l")
    assert not screen.frame().alternate
    assert lines(screen) == ["before"]


def test_lines_are_wrapped_anew_when_the_width_changes(screen: Screen) -> None:
    screen.feed(b"x" * 60)
    assert lines(screen) == ["x" * 40, "x" * 20]
    screen.resize(Size(80, 10), 8, 18)
    assert lines(screen) == ["x" * 60]


def test_a_selection_keeps_to_its_text_while_the_screen_scrolls(screen: Screen) -> None:
    numbered(screen, 5)
    selection = Selection(screen, Cell(5, 1), Cell(3, 3))
    assert selection.span
    assert screen.text_of(selection.span) == "1\nline 2\nline"
    numbered(screen, 30)
    assert screen.text_of(selection.span) == "1\nline 2\nline"
    assert screen.place(selection.span[0]) == Cell(5, 1 - screen.frame().scroll.offset)
    backwards = Selection(screen, Cell(3, 3), Cell(0, 1))
    assert backwards.span
    assert screen.place(backwards.span[0]) == Cell(0, 1)
    screen.feed(b"\x1bc")  # everything is cleared
    assert selection.span is None or screen.text_of(selection.span).strip() == ""


def test_wrapped_lines_are_copied_as_one(screen: Screen) -> None:
    screen.feed(b"y" * 50 + b"\r\nnext")
    selection = Selection(screen, Cell(0, 0), Cell(39, 2))
    assert selection.span
    assert screen.text_of(selection.span) == "y" * 50 + "\nnext"


def test_words_and_lines_are_found_at_a_cell(screen: Screen) -> None:
    screen.feed(b"one two-three  four")
    assert screen.word_at(Cell(1, 0)) == (Cell(0, 0), Cell(2, 0))
    assert screen.line_at(Cell(5, 0)) == (Cell(0, 0), Cell(18, 0))
    assert screen.word_at(Cell(5, 7)) is None or screen.word_at(Cell(5, 7))[0].row == 7


def test_search_counts_all_hits_and_scrolls_to_the_chosen_one(screen: Screen) -> None:
    numbered(screen, 100)
    finder = Finder(screen)
    finder.look_for("LINE 3")
    assert finder.hits().count == 11
    finder.step(True)
    hits = finder.hits()
    assert hits.current == 1, "the newest first"
    assert hits.chosen is not None
    row = hits.chosen[0].row
    assert lines(screen)[row] == "line 39"
    screen.feed(b"line 3 again\r\n")
    assert finder.hits().count == 12, "what comes later is found as well"
    finder.look_for("nowhere")
    assert finder.hits().count == 0
    finder.look_for("")
    assert finder.hits() == finder.hits().__class__()


# -- what a hostile program gets (F25)


def test_only_position_and_kind_are_answered(screen: Screen, said: list[bytes]) -> None:
    screen.feed(b"ab\x1b[6n\x1b[c")
    assert said[0] == b"\x1b[1;3R"
    assert said[1].startswith(b"\x1b[?")
    said.clear()
    screen.feed(b"\x1b]0;rm -rf /\x07\x1b[21t\x1b[20t")  # "say your title": it would be typed
    screen.feed(b"\x1b]52;c;?\x07\x1b]52;c;c2VjcmV0\x07")  # the clipboard
    screen.feed(b"\x1bP$qm\x1b\\\x1bP+q544e\x1b\\")  # settings and capabilities
    screen.feed(b"\x05")  # "who are you"
    assert b"rm -rf" not in b"".join(said)
    assert b"52;" not in b"".join(said)


def test_endless_sequences_stay_within_bounds(screen: Screen) -> None:
    began = time.perf_counter()
    screen.feed(b"\x1b[" + b"1;" * 1_000_000 + b"m")
    screen.feed(b"\x1b[999999999999b\x1b[999999999L\x1b[999999999S")
    screen.feed(b"\x1b]0;" + b"t" * 5_000_000 + b"\x07")
    screen.feed(b"\x1bP" + b"q" * 5_000_000 + b"\x1b\\")
    screen.feed(b"\x1b_G" + b"A" * 5_000_000 + b"\x1b\\")
    screen.feed(b"\r\nafter")
    assert time.perf_counter() - began < 5
    assert "after" in lines(screen)
    assert len(screen.frame().title) < 5_000_000


def test_stacked_marks_cost_no_time(screen: Screen) -> None:
    began = time.perf_counter()
    screen.feed(("a" + "\u0301" * 100_000).encode())
    frame = screen.frame()
    assert time.perf_counter() - began < 5
    assert sum(run.cells for run in frame.rows[0]) <= SIZE.columns


def test_any_bytes_leave_a_screen(screen: Screen) -> None:
    chance = random.Random(7)
    for _ in range(200):
        screen.feed(chance.randbytes(2_000))
        frame = screen.frame()
        assert len(frame.rows) <= SIZE.rows
        assert all(run.column + run.cells <= SIZE.columns for row in frame.rows for run in row)


def test_addresses_behind_words_are_known(screen: Screen) -> None:
    screen.feed(b"see \x1b]8;;https://example.org/a\x1b\\here\x1b]8;;\x1b\\ and there")
    assert screen.link_at(Cell(4, 0)) == "https://example.org/a"
    assert screen.link_at(Cell(0, 0)) == ""
    assert screen.link_at(Cell(500, 500)) == ""
