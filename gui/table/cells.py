"""What the cells say now: texts are made when they are looked at, and kept until the row or the second changes."""

from __future__ import annotations

import time
from collections.abc import Sequence

from models.kind import ResourceKind
from models.rows import Line
from models.text import count_text, display

_KEPT = 2_000  # lines, some screens full; then the memory starts anew


class Cells:
    """The texts of lines by column, in the kind's order of columns, made safe to show."""

    def __init__(self, kind: ResourceKind) -> None:
        self.kind = kind
        self.clock_offset = 0.0  # engine's clock minus ours, seconds
        self._texts: dict[str, tuple[object, int, tuple[str, ...]]] = {}

    def now(self) -> float:
        """The engine's clock, in seconds since the epoch."""
        return time.time() + self.clock_offset

    def texts(self, line: Line) -> tuple[str, ...]:
        """One text per column of the kind; "" where there is nothing to say."""
        now = self.now()
        known = self._texts.get(line.key)
        if known is not None and known[0] is line.row and known[1] == int(now):
            return known[2]
        texts = tuple([display(column.text(line.row, now)) for column in self.kind.columns])
        if len(self._texts) >= _KEPT:
            self._texts.clear()
        self._texts[line.key] = (line.row, int(now), texts)
        return texts

    def outdated(self, lines: Sequence[Line]) -> bool:
        """Whether any of these lines says something else than when it was last looked at."""
        for line in lines:
            if line.row is None:
                continue
            before = self._texts.get(line.key)
            if before is None or before[2] != self.texts(line):
                return True
        return False

    def tip(self, line: Line, index: int) -> str:
        """What the column adds to its text when asked; "" where it adds nothing."""
        tooltip = self.kind.columns[index].tooltip
        if tooltip is None or line.row is None:
            return ""
        return "\n".join(map(display, tooltip(line.row, self.now()).splitlines()))


def group_words(line: Line) -> str:
    """A group's header read out."""
    state = "collapsed" if line.group.collapsed else "expanded"
    return f"{display(line.group.title)}, {line.group.words.summary}, {state}"


def problem_words(count: int) -> str:
    """ "3 problems"."""
    return count_text(count, "problem")


def one_line(text: str) -> str:
    """A cell on the clipboard, where tabs and line ends would make two of it."""
    return " ".join(text.splitlines()).replace("\t", " ")
