"""The palette finds what was meant."""

from __future__ import annotations

import pytest

from models.matching import best

TITLES = [
    "Remove shop-api-1",
    "Restart shop-api-1",
    "Restart Container",
    "Switch Context",
    "mysvc-0-77",
    "mysvc-77",
    "Search",
]


def first(query: str, titles: list[str] = TITLES) -> str:
    return titles[best(query, titles)[0].place]


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("rc", "Restart Container"),
        ("sw ns", "Switch namespace"),
        ("mysvc 77", "mysvc-77"),
        ("rest api", "Restart shop-api-1"),
        ("api rest", "Restart shop-api-1"),
        ("SEARCH", "Search"),
    ],
)
def test_the_best_match_is_what_was_meant(query, title):
    assert first(query, [*TITLES, "Switch namespace"]) == title


def test_the_beginning_of_a_word_comes_before_initials():
    assert first("st", ["Send signal to web…", "Stop web"]) == "Stop web"


def test_what_does_not_match_is_left_out():
    assert best("zzz", TITLES) == []


def test_an_empty_query_keeps_the_order():
    assert [match.place for match in best("", TITLES)] == list(range(len(TITLES)))


def test_the_marked_letters_are_the_typed_ones():
    match = best("rest", ["Restart"])[0]
    assert match.letters == (0, 1, 2, 3)


def test_letters_whose_lower_case_is_longer_do_no_harm():
    assert best("i", ["İstanbul", "Istanbul"])[0].place == 1


def test_20_000_titles_stay_quick():
    import time

    titles = [f"project-{number % 40}-service-{number}" for number in range(20_000)]
    began = time.perf_counter()
    assert best("ser 777", titles)
    assert time.perf_counter() - began < 1.0
