"""Rows under headers, and what the headers say of them."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from models.collation import collation
from models.kind import Grouping


class GroupWords(Struct, frozen=True):
    """What the header of a group says of its rows."""

    summary: str = ""
    detail: str = ""
    problems: int = 0


class Group:
    """The rows under one header, whether the filter shows them or not."""

    __slots__ = ("_grouping", "_words", "collapsed", "key", "members", "order", "shown", "title")

    def __init__(self, grouping: Grouping | None, key: str, collapsed: bool) -> None:
        self._grouping = grouping
        self._words: GroupWords | None = None
        self.key = key
        self.title = key or (grouping.none if grouping else "")
        self.collapsed = collapsed
        self.order = (not key, collation(key), key)  # the rest, which is in no group, comes last
        self.members: dict[str, Any] = {}  # row by key
        self.shown = 0  # members that view and filter let through

    def join(self, key: str, row: Any) -> None:
        """Take a row in."""
        self.members[key] = row
        self._words = None

    def leave(self, key: str) -> None:
        """Let a row go."""
        del self.members[key]
        self._words = None

    @property
    def rows(self) -> tuple[Any, ...]:
        """All members."""
        return tuple(self.members.values())

    @property
    def words(self) -> GroupWords:
        """What its header says: summed up when it is looked at, once for each change of the members."""
        if self._words is None:
            self._words = self._summed_up()
        return self._words

    def _summed_up(self) -> GroupWords:
        if (grouping := self._grouping) is None:
            return GroupWords()
        rows = self.rows
        return GroupWords(grouping.summary(rows), grouping.detail(rows), grouping.problems(rows))
