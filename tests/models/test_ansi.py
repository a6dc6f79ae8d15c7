"""Escape sequences: colours become styles, everything else goes, and nothing that is text goes with it."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.ansi import PLAIN, Run, Style, palette, runs, without_escapes

ESCAPED = st.text("\x1b[]0123;:?m \\\x07KPX(B#=ax~é\n", max_size=40).map(lambda text: text.replace("\n", ""))


def style(parameters: str) -> Style:
    """The style of what stands behind SGR with these parameters."""
    return runs(f"\x1b[{parameters}mx")[0].style


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ("", PLAIN), ("0", PLAIN), ("1", Style(bold=True)), ("2", Style(faint=True)), ("3", Style(italic=True)),
        ("4", Style(underline=True)), ("7", Style(inverse=True)), ("9", Style(struck=True)),
        ("30", Style(fore=0)), ("31", Style(fore=1)), ("37", Style(fore=7)), ("90", Style(fore=8)),
        ("97", Style(fore=15)), ("40", Style(back=0)), ("47", Style(back=7)), ("100", Style(back=8)),
        ("107", Style(back=15)), ("1;31", Style(fore=1, bold=True)), ("31;44;4", Style(1, 4, underline=True)),
        ("38;5;9", Style(fore=9)), ("48;5;0", Style(back=0)), ("38;5;196", Style(fore=(255, 0, 0))),
        ("38;5;255", Style(fore=(238, 238, 238))), ("38;5;232", Style(fore=(8, 8, 8))),
        ("38;2;1;2;3", Style(fore=(1, 2, 3))), ("48;2;1;2;3;1", Style(back=(1, 2, 3), bold=True)),
        ("38:2:1:2:3", Style(fore=(1, 2, 3))), ("38:2::1:2:3", Style(fore=(1, 2, 3))), ("38:5:9", Style(fore=9)),
        ("38;2;999;2;3", Style(fore=(255, 2, 3))), ("38;5;256", PLAIN), ("38;2", Style(fore=(0, 0, 0))), ("38", PLAIN),
        ("38;7;1", Style(bold=True)), ("1;22", PLAIN), ("2;22", PLAIN), ("3;23", PLAIN), ("4;24", PLAIN),
        ("7;27", PLAIN), ("9;29", PLAIN), ("31;39", PLAIN), ("41;49", PLAIN), ("1;31;0", PLAIN),
        ("1;;4", Style(underline=True)),
        ("73", PLAIN), ("99999999999", PLAIN), ("?25", PLAIN), ("1" * 4_000, PLAIN), (";" * 4_000 + "1", PLAIN),
    ],
)  # fmt: skip
def test_sgr_is_a_style(parameters: str, expected: Style) -> None:
    assert style(parameters) == expected


def test_the_cube_and_the_greys_are_those_of_every_terminal() -> None:
    assert [palette(n) for n in (0, 15, 16, 21, 46, 231, 244)] == [
        0, 15, (0, 0, 0), (0, 0, 255), (0, 255, 0), (255, 255, 255), (128, 128, 128),
    ]  # fmt: skip
    assert palette(256) is None
    assert len({palette(number) for number in range(256)}) == 256


def test_styles_add_up_until_they_are_taken_back() -> None:
    assert runs("a\x1b[1mb\x1b[31mc\x1b[22md\x1b[me") == [
        Run("a"),
        Run("b", Style(bold=True)),
        Run("c", Style(fore=1, bold=True)),
        Run("d", Style(fore=1)),
        Run("e"),
    ]
    assert runs("") == runs("\x1b[31m\x1b[0m") == []
    assert runs("plain") == [Run("plain")]


@pytest.mark.parametrize(
    "sequence",
    [
        "\x1b]0;title\x07", "\x1b]8;;https://acme.example\x1b\\", "\x1b]52;c;aGk=\x07", "\x1bP1$r0m\x1b\\",
        "\x1b_x\x1b\\", "\x1b^x\x1b\\", "\x1bXx\x07", "\x1b[2K", "\x1b[1;1H", "\x1b[?25l", "\x1b[>0c", "\x1b[1 q",
        "\x1b[6n", "\x1b(B", "\x1b#8", "\x1bM", "\x1bE", "\x1b[2J",
    ],
)  # fmt: skip
def test_other_sequences_are_swallowed(sequence: str) -> None:
    text = f"a{sequence}b"
    assert "".join(run.text for run in runs(text)) == "ab"
    assert all(run.style == PLAIN for run in runs(text))
    assert without_escapes(text.encode()) == b"ab"


def test_a_string_without_end_is_swallowed_up_to_the_end_of_its_line() -> None:
    assert runs("a\x1b]0;no end") == [Run("a")]
    assert without_escapes(b"a\x1b]0;no end\nnext\n") == b"a\nnext\n"
    assert without_escapes(b"a\x1b]0;no end") == b"a"


@pytest.mark.parametrize("text", ["a\x1b", "a\x1b[", "a\x1b[31", "a\x1b[3é", "\x1b[\x07m", "a\x1b]0\x1b[", "\x1b\x1b"])
def test_an_unfinished_sequence_stays(text: str) -> None:
    assert "".join(run.text for run in runs(text)) == text
    assert without_escapes(text.encode()) == text.encode()


@given(ESCAPED)
def test_search_and_view_see_the_same_text(line: str) -> None:
    assert "".join(run.text for run in runs(line)).encode() == without_escapes(line.encode())


@given(st.lists(ESCAPED))
def test_many_lines_at_once_are_as_one_by_one(lines: list[str]) -> None:
    text = b"".join(line.encode() + b"\n" for line in lines)
    assert without_escapes(text) == b"".join(without_escapes(line.encode()) + b"\n" for line in lines)


@given(st.lists(st.binary(max_size=80)))
def test_any_bytes_keep_their_lines(lines: list[bytes]) -> None:
    text = b"".join(line.replace(b"\n", b"") + b"\n" for line in lines)
    assert without_escapes(text).count(b"\n") == len(lines)


@given(st.binary(max_size=200))
def test_any_bytes_make_runs(line: bytes) -> None:
    text = line.decode("utf-8", "replace")
    assert sum(len(run.text) for run in runs(text)) <= len(text)
    assert all(run.text for run in runs(text))


@pytest.mark.parametrize("piece", ["\x1b", "\x1b[", "\x1b]", "\x1b[0;", "\x1b[ ", "\x1b]x\x1b", "\x1b(", "\x1b[m"])
def test_hostile_lines_take_no_long_time(piece: str) -> None:
    line = piece * (16_384 // len(piece))
    start = time.thread_time()
    runs(line)
    without_escapes(line.encode())
    assert time.thread_time() - start < 0.5
