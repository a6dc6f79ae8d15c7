"""What a line says of itself: every form of level that log_lines names, lines that go on, and times."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.log_lines import (
    CONTINUES,
    FROM_STDERR,
    Classifier,
    Level,
    LineFilter,
    counts,
    level_of,
    local_clock,
    local_date,
    stamp_of,
    stamp_seconds,
)
from models.logs import STAMP, STDERR, STDOUT

ERRORS = ("FATAL", "ERROR", "ERR", "CRITICAL", "CRIT", "SEVERE", "PANIC", "EMERG", "ALERT")
WORDS = {
    **dict.fromkeys(ERRORS, Level.ERROR),
    **dict.fromkeys(("WARNING", "WARN"), Level.WARN),
    **dict.fromkeys(("INFO", "NOTICE"), Level.INFO),
    **dict.fromkeys(("DEBUG", "TRACE"), Level.DEBUG),
}


def marks(*lines: str, stream: int = STDOUT) -> list[int]:
    return list(Classifier().marks("".join(line + "\n" for line in lines).encode(), bytes([stream]) * len(lines)))


def level(line: str) -> Level:
    return level_of(marks(line)[0])


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize(
    "form",
    [
        "{upper}", "{upper} x", "{upper}: x", "2026-11-24 14:02:01,377 {upper} x", "[main] {upper} com.acme.Cart - x",
        "level={lower} x", 'time="x" level={lower} msg="y"', 'lvl="{lower}"', "severity: {lower}", "level: '{lower}'",
        '{{"ts":1,"level":"{lower}","msg":"x"}}', '{{"severity": "{upper}"}}', "[{lower}] x",
        "2026/11/24 14:02:01 [{lower}] 7#7: x", "<{lower}> x", "{lower}: x", "{title}: x", "[{title}] x",
    ],
)  # fmt: skip
def test_every_form_of_every_word_is_its_level(word: str, form: str) -> None:
    assert level(form.format(upper=word, lower=word.lower(), title=word.title())) is WORDS[word]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("E1124 14:02:01.377 1 server.go:12] x", Level.ERROR),
        ("F1124 14:02:01.377 1 server.go:12] x", Level.ERROR),
        ("W1124 14:02:01.377 1 server.go:12] x", Level.WARN),
        ("I1124 14:02:01.377 1 server.go:12] an ERROR further on", Level.INFO),
        ("WARN then ERROR", Level.WARN),
        ("x" * 90 + " ERROR", Level.ERROR),
    ],
)
def test_klog_and_the_first_word_decide(line: str, expected: Level) -> None:
    assert level(line) is expected


@pytest.mark.parametrize(
    "line",
    [
        "", "hello", "no error here", "an error: at", "INFORMATION", "ERRORS", "MY_ERROR", "ERROR_CODE", "TERROR",
        "mirror=error", "sublevel=errors", "E1124 x", "e1124 14:02:01", "X1124 14:02:01", "errored: x", "[errors]",
        "GET /debug/vars 200", "x" * 120 + " ERROR", "\x00\x7f", "Überwarnung", "error", "warn x",
    ],
)  # fmt: skip
def test_a_line_that_only_mentions_a_word_has_no_level(line: str) -> None:
    assert level(line) is Level.NONE


@pytest.mark.parametrize(
    "line",
    [
        "    at com.acme.Cart.main(Cart.java:12)", "\tat x", "Caused by: java.io.IOException: ERROR",
        "Traceback (most recent call last):", "During handling of the above exception, another exception occurred:",
        "The above exception was the direct cause", "goroutine 1 [running]:", "}", "]", ")", " ",
    ],
)  # fmt: skip
def test_a_line_that_goes_on_has_the_level_of_the_line_above(line: str) -> None:
    first, *rest = marks("ERROR x", line, line, "fine", line)
    assert level_of(first) is Level.ERROR
    assert rest == [CONTINUES | Level.ERROR, CONTINUES | Level.ERROR, 0, CONTINUES]


def test_a_line_goes_on_from_an_earlier_chunk() -> None:
    classifier = Classifier()
    classifier.marks(b"WARN x\n", bytes([STDOUT]))
    assert classifier.marks(b"  y\n", bytes([STDOUT])) == bytes([CONTINUES | Level.WARN])
    assert classifier.marks(b"  z\n", bytes([STDOUT])) == bytes([CONTINUES | Level.WARN])


def test_a_line_without_level_ends_what_came_in_an_earlier_chunk() -> None:
    classifier = Classifier()
    classifier.marks(b"ERROR x\n", bytes([STDOUT]))
    classifier.marks(b"fine again\n", bytes([STDOUT]))
    assert classifier.marks(b"  y\n", bytes([STDOUT])) == bytes([CONTINUES])


def test_the_streams_do_not_mix() -> None:
    classifier = Classifier()
    lines = b"ERROR x\nWARN y\n  of x\n  of y\n"
    first = classifier.marks(lines, bytes([STDERR, STDOUT, STDERR, STDOUT]))
    assert list(first) == [
        FROM_STDERR | Level.ERROR,
        Level.WARN,
        FROM_STDERR | CONTINUES | Level.ERROR,
        CONTINUES | Level.WARN,
    ]
    second = classifier.marks(b"  of x\n  of y\n", bytes([STDERR, STDOUT]))
    assert list(second) == [FROM_STDERR | CONTINUES | Level.ERROR, CONTINUES | Level.WARN]


@given(st.lists(st.binary(max_size=60).map(lambda line: line.replace(b"\n", b""))))
def test_any_bytes_get_one_mark_per_line(lines: list[bytes]) -> None:
    found = Classifier().marks(b"".join(line + b"\n" for line in lines), bytes([STDERR]) * len(lines))
    assert len(found) == len(lines)
    assert all(mark & FROM_STDERR and level_of(mark) in Level for mark in found)


def test_counts_leave_out_what_goes_on() -> None:
    found = bytes(marks("ERROR a", "  b", "INFO c", "d") + marks("ERROR e", stream=STDERR))
    assert counts(found) == (1, 2, 0, 1, 0)


def test_a_filter_keeps_a_trace_together() -> None:
    table = LineFilter(frozenset({Level.ERROR})).table()
    assert [table[mark] for mark in marks("ERROR a", "  b", "INFO c", "  d")] == [1, 1, 0, 0]


@given(st.integers(0, 4_000_000_000), st.integers(0, 999))
def test_a_stamp_and_its_seconds_are_the_same_moment(second: int, millisecond: int) -> None:
    moment = second + millisecond / 1000
    stamp = stamp_of(moment)
    assert len(stamp) == STAMP
    assert abs(stamp_seconds(stamp) - moment) < 1e-5


@pytest.mark.parametrize("stamp", [b"", b"x" * STAMP, b"\xff" * STAMP, b"2026-13-41T99:99:99.000000000Z", b"2026-11-2"])
def test_what_is_no_time_is_no_error(stamp: bytes) -> None:
    assert stamp_seconds(stamp) == 0.0
    assert local_clock(stamp) == ""
    assert local_date(stamp) == ""


def test_a_time_is_told_on_the_local_clock() -> None:
    assert local_clock(b"2026-11-24T14:02:01.377000000Z")[-7:] == ":01.377"
    assert local_date(b"2026-11-24T14:02:01.377000001Z")[17:29] == "01.377000001"
