"""Words for values, and the gate for outside text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.text import age_text, bytes_text, count_text, display, memory_text, names_text, natural, stamp_text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain ä 日本 🚢", "plain ä 日本 🚢"),
        ("a\x1b[31mred", "a␛[31mred"),
        ("one\rtwo\ntab\t", "one␍two␊tab␉"),
        ("nul\x00", "nul␀"),
        ("\u202egnp.exe", "⟨RLO⟩gnp.exe"),
        ("zero\u200bwidth", "zero⟨ZWSP⟩width"),
        ("\x9b31m", "⟨9B⟩31m"),
        ("\udcff", "⟨DCFF⟩"),
        ("e\u0301", "e\u0301"),
    ],
)
def test_hostile_text_becomes_visible(text, shown):
    assert display(text) == shown


def test_stacked_marks_and_length_are_capped():
    assert display("e" + "\u0301" * 1_000) == "e" + "\u0301" * 3
    assert len(display("x" * 1_000_000)) < 2_100


@given(st.text(st.characters(codec="utf-8"), max_size=300))
def test_nothing_that_is_shown_controls_the_screen(text):
    shown = display(text)
    assert not any(ord(c) < 32 or 0x7F <= ord(c) <= 0x9F or 0x202A <= ord(c) <= 0x202E or c == "\u200f" for c in shown)


@pytest.mark.parametrize(
    ("size", "text"),
    [(None, ""), (0, "0 B"), (999, "999 B"), (1000, "1.00 kB"), (9_996, "10.0 kB"), (24_300_000, "24.3 MB"),
     (412_000_000, "412 MB"), (999_999, "1.00 MB"), (1_240_000_000, "1.24 GB")],
)  # fmt: skip
def test_sizes(size, text):
    assert bytes_text(size) == text


def test_memory_counts_as_limits_are_set():
    assert memory_text(512 * 1024 * 1024) == "512 MB"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, ""),
        (-5, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (3600, "1 h"),
        (86_400, "24 h"),
        (172_800, "2 d"),
        (70_000_000, "2 y"),
    ],
)
def test_ages(seconds, text):
    assert age_text(seconds) == text


def test_counts_and_names():
    assert count_text(1, "container") == "1 container"
    assert count_text(1500, "container") == "1,500 containers"
    assert names_text([]) == ""
    assert names_text(["a", "b"]) == "a and b"
    assert names_text(["a", "b", "c", "d", "e"]) == "a, b, c and 2 more"


def test_numbers_sort_as_numbers():
    assert sorted(["web-10", "Web-2", "web-1"], key=natural) == ["web-1", "Web-2", "web-10"]


def test_a_time_that_does_not_exist_is_no_fault():
    assert stamp_text(None) == stamp_text(1e30) == ""
