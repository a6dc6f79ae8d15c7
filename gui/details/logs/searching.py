"""The search of a log: in workers, as far as the log goes, and shown in its bar and among its lines."""

from __future__ import annotations

from array import array
from bisect import bisect_left

from PySide6.QtCore import QObject

from gui import tasks
from gui.details.logs import work
from gui.details.logs.bar import LogBar
from gui.details.logs.view import LogView
from gui.messages import sentence
from models.errors import AppError
from models.log_buffer import Snapshot
from models.log_lines import LineFilter
from models.text import count_text
from services.log_search import Finder, Hits, Query


class LogSearch(QObject):
    """Finds what the bar asks for, and steps through it."""

    def __init__(self, bar: LogBar, view: LogView, parent: QObject) -> None:
        super().__init__(parent)
        self._bar, self._view = bar, view
        self._snapshot = Snapshot()
        self._wanted = LineFilter()
        self._finder: Finder | None = None
        self._hits = array("I")
        self._hit = -1
        self._reached = 0
        self._skipped = 0
        self._searching = False
        self._problem: str | None = None  # of the expression
        bar.query_changed.connect(self._on_query)
        bar.step.connect(self.step)

    def begin(self, snapshot: Snapshot, wanted: LineFilter) -> None:
        """Search these lines of this log from its beginning: another log or filter, or the same once more."""
        tasks.cancel(self, "search")
        self._snapshot, self._wanted = snapshot, wanted
        self._hits, self._hit, self._reached = array("I"), -1, snapshot.first
        self._skipped, self._searching = 0, False
        self._view.current_hit = None
        self._view.hit_bar.set_shares(())
        self._tell()
        self.go_on(snapshot)

    def go_on(self, snapshot: Snapshot) -> None:
        """Search what has come since."""
        self._snapshot = snapshot
        if self._finder is None or self._searching or self._reached >= snapshot.end:
            return
        self._searching = True
        task = tasks.stream(self, work.find, snapshot, self._finder, self._wanted, self._reached, key="search")
        task.items.connect(self._on_hits)
        task.finished.connect(self._on_searched)
        task.failed.connect(self._on_failed)

    def step(self, by: int) -> None:
        """Go to the next hit, or by -1 to the one before; the first is the one nearest to what is seen."""
        if not self._hits:
            return
        if self._hit < 0:
            lines = self._view.lines
            top = lines[self._view.top_index()] if len(lines) else 0
            self._hit = bisect_left(self._hits, top) - (by < 0)
        else:
            self._hit += by
        self._hit %= len(self._hits)
        self._view.current_hit = self._hits[self._hit]
        self._view.go_to(self._hits[self._hit])
        self._tell()

    def _on_query(self, query: Query | None) -> None:
        self._set_finder(None)
        self._problem = None
        tasks.cancel(self, "finder")
        self.begin(self._snapshot, self._wanted)
        if query is not None:
            task = tasks.run(self, work.finder, query, key="finder")
            task.succeeded.connect(self._on_finder)
            task.failed.connect(self._on_failed)

    def _on_finder(self, finder: Finder) -> None:
        self._set_finder(finder)
        self.go_on(self._snapshot)

    def _on_failed(self, error: AppError) -> None:
        self._set_finder(None)
        self._problem = sentence(error)
        self.begin(self._snapshot, self._wanted)

    def _set_finder(self, finder: Finder | None) -> None:
        self._finder = self._view.finder = finder
        self._view.viewport().update()

    def _on_hits(self, parts: list[Hits]) -> None:
        for part in parts:
            self._hits.extend(part.lines)
            self._reached = max(self._reached, part.reached)
            self._skipped += part.skipped
        self._tell()

    def _on_searched(self) -> None:
        self._searching = False
        snapshot = self._snapshot
        self._reached = max(self._reached, snapshot.first)
        gone = bisect_left(self._hits, snapshot.first)
        del self._hits[:gone]
        self._hit = max(-1, self._hit - gone)
        length = max(1, len(snapshot))
        self._view.hit_bar.set_shares([(line - snapshot.first) / length for line in self._hits])
        self._tell()
        self.go_on(snapshot)

    def _tell(self) -> None:
        if self._finder is None:
            self._bar.set_found("not valid" if self._problem else "", self._problem)
            return
        total = f"{len(self._hits):,}"
        slow = f"{count_text(self._skipped, 'line')} took too long for this expression and may hold more"
        found = f"{self._hit + 1:,} of {total}" if self._hit >= 0 else f"{total} found"
        self._bar.set_found(found, slow if self._skipped else None)
