"""Finding by a few letters: which titles match what was typed, the best first, and which letters to mark."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from msgspec import Struct

_WORD_START = 8  # a letter at the beginning of a word
_RUN = 5  # a letter right after the one before
_FIRST = 4  # the very first letter
_WHOLE = 6  # all of the typed word at the beginning of a word, which initials elsewhere do not outdo
_GAP = 0.15  # per letter skipped, at most _FARTHEST
_FARTHEST = 20


class Match(Struct, frozen=True):
    """The place of a title in what was searched, how well it fits, and the letters that were meant."""

    place: int
    score: float
    letters: tuple[int, ...]


def best(query: str, titles: Sequence[str], most: int = 50) -> list[Match]:
    """The best matches of `query`, whose words may stand in any order; all, unranked, when it is empty."""
    words = query.casefold().split()
    if not words:
        return [Match(place, 0.0, ()) for place in range(min(most, len(titles)))]
    patterns = [_pattern(word) for word in words]
    found = []
    for place, title in enumerate(titles):
        folded = title.casefold()
        if len(folded) == len(title) and all(pattern.search(folded) for pattern in patterns):
            score, letters = _rate(words, title, folded)
            found.append(Match(place, score, letters))
    found.sort(key=lambda match: (-match.score, len(titles[match.place]), titles[match.place]))
    return found[:most]


@lru_cache(maxsize=256)
def _pattern(word: str) -> re.Pattern[str]:
    return re.compile(".*?".join(map(re.escape, word)))


def _rate(words: Sequence[str], title: str, folded: str) -> tuple[float, tuple[int, ...]]:
    total, letters = 0.0, set[int]()
    for word in words:
        score, places = max(
            (_from(word, title, folded, start) for start in _starts(word, title, folded)), key=lambda r: r[0]
        )
        total += score
        letters.update(places)
    return total - 0.02 * len(title), tuple(sorted(letters))


def _starts(word: str, title: str, folded: str) -> list[int]:
    """Where the first letter may stand: at most a dozen places, beginnings of words first."""
    starts = [place for place, letter in enumerate(folded) if letter == word[0]]
    starts.sort(key=lambda place: not _begins(title, place))
    return starts[:12] or [0]


def _from(word: str, title: str, folded: str, start: int) -> tuple[float, tuple[int, ...]]:
    score, places, at = 0.0, list[int](), start
    for number, letter in enumerate(word):
        place = folded.find(letter, at)
        if place < 0:
            return -1e9, ()
        if number and place > at:  # a beginning of a word further on is what people mean by initials
            place = next((p for p in range(place, len(folded)) if folded[p] == letter and _begins(title, p)), place)
        score += 1 + _WORD_START * _begins(title, place) + _FIRST * (place == 0)
        score += _RUN if places and place == places[-1] + 1 else -_GAP * min(place - at, _FARTHEST)
        places.append(place)
        at = place + 1
    if len(word) > 1 and places[-1] - start == len(word) - 1 and _begins(title, start):
        score += _WHOLE
    return score, tuple(places)


def _begins(title: str, place: int) -> bool:
    if place == 0:
        return True
    before, letter = title[place - 1], title[place]
    return letter.isalnum() and (not before.isalnum() or (letter.isupper() and before.islower()))
