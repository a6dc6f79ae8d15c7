"""What is typed into a filter field: words that must all fit, `field:value`, quotes for blanks, `-` for "not"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from msgspec import Struct

Field = Callable[[Any], Iterable[str]]

# Up to the blank that stands in no quotes; a quote that is still open, as while typing, reaches to the end.
_TERM = re.compile(r'(?:"[^"]*(?:"|$)|[^\s"])+')
_UNQUOTED_COLON = re.compile(r'^([^":]+):(.*)$', re.DOTALL)


class Term(Struct, frozen=True, gc=False):
    """One word: looked for in one field, or everywhere where `field` is None; lower case."""

    text: str
    field: Field | None = None
    negated: bool = False


class Filter(Struct, frozen=True):
    """All of its terms must fit. Fields go first: they usually leave fewer rows to look at."""

    terms: tuple[Term, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether every row matches."""
        return not self.terms

    def matches(self, row: Any, text: str) -> bool:
        """Whether `row` is shown; `text` is what the kind's `search` says of it, in lower case."""
        for term in self.terms:
            found = term.text in text if term.field is None else _holds(term.field(row), term.text)
            if found is term.negated:
                return False
        return True


def _holds(values: Iterable[str], text: str) -> bool:
    for value in values:  # noqa: SIM110 - a generator per row would double the time that typing takes
        if text in value.lower():
            return True
    return False


def parse(query: str, fields: Mapping[str, Field]) -> Filter:
    """The filter that `query` means; never fails. `word:` without a field of that name is text like any other."""
    terms = (_term(word, fields) for word in _TERM.findall(query))
    return Filter(tuple(sorted((term for term in terms if term is not None), key=lambda term: term.field is None)))


def _term(word: str, fields: Mapping[str, Field]) -> Term | None:
    """None while there is nothing to look for yet, as after typing `-` or `state:`."""
    negated = word.startswith("-")
    word = word[1:] if negated else word
    field = None
    if named := _UNQUOTED_COLON.match(word):
        field = fields.get(named[1].lower())
        word = word if field is None else named[2]
    text = word.replace('"', "").lower()
    return Term(text, field, negated) if text else None
