"""Changes on their way into the rows: some milliseconds per turn of the event loop, however much comes at once."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from models.changes import Change
from models.filter import Filter
from models.rows import STEP, Line, Moves, RowSet

_TURN = 0.004  # seconds of work per turn of the event loop


class Feed(QObject):
    """Takes changes and filters into a RowSet, in their order, and tells after each turn what moved."""

    moved = Signal(object, bool)  # Moves, not empty; whether a new filter is through, which shows the list from its top

    def __init__(self, rows: RowSet, parent: QObject) -> None:
        super().__init__(parent)
        self._rows = rows
        self._waiting: deque[Iterator[Moves]] = deque()
        self._filtering: Iterator[Moves] | None = None
        self._old: list[Line] = []  # to be let go of in small portions: freeing 30,000 lines takes 15 ms
        self._work = QTimer(self, interval=0, singleShot=True)
        self._work.timeout.connect(self._go_on)

    def apply(self, change: Change[Any]) -> None:
        """Take in a change; the first turn is this one, unless one is at work already."""
        self._waiting.append(self._rows.steps(change))
        if not self._work.isActive():
            self._go_on()

    def clear(self) -> None:
        """Forget all rows, and what was on its way into them."""
        self._waiting.clear()
        self._old += self._rows.clear()
        self.moved.emit(Moves(moved=True), True)
        self._work.start()

    def filter(self, by: Filter) -> None:
        """Show only the rows that match; a filter that is still at work has nothing to say any more."""
        self._filtering = self._rows.filter_steps(by)
        self._go_on()

    def _go_on(self) -> None:
        end = time.perf_counter() + _TURN
        moves, filtered = Moves(), False
        while self._filtering is not None and time.perf_counter() < end:
            step = next(self._filtering, None)
            if step is None:
                self._filtering, filtered = None, True
            else:
                moves |= step
        while self._waiting and time.perf_counter() < end:
            step = next(self._waiting[0], None)
            if step is None:
                self._waiting.popleft()
            else:
                moves |= step
        while self._old and time.perf_counter() < end:
            del self._old[-STEP:]
        # Also when nothing is left: what is applied later in this turn waits for the next one.
        if moves or self._waiting or self._old or self._filtering is not None:
            self._work.start()
        if moves or filtered:
            self.moved.emit(moves, filtered)
