"""The order in which people expect names."""

from __future__ import annotations

import re

_DIGITS = re.compile(r"\d+")


def collation(text: str) -> str:
    """A string that sorts as people expect of `text`: web-2 before web-10, whatever the case."""
    return _DIGITS.sub(_weighed, text.casefold())


def _weighed(number: re.Match[str]) -> str:
    # A longer number is a greater one; its length, up to 31 digits, stands before it as one control character.
    digits = number[0].lstrip("0")
    return chr(min(len(digits), 31)) + digits
