"""Changes on their way to somebody who may be slow: merged, so that never more waits than the rows there are."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from itertools import islice
from typing import Generic

from models.changes import Change, Changed, Reset, Row, Stale
from services.cancel import CancelScope

PAGE = 500  # rows in one change


class Mailbox(Generic[Row]):
    """One watcher's pending changes. `put_…` never wait; `take` gives Reset, Changed and Stale in their order."""

    def __init__(self, key: Callable[[Row], str]) -> None:
        self._key = key
        self._news = threading.Condition()
        self._reset = False
        self._upserts: dict[str, Row] = {}
        self._removed: set[str] = set()
        self._stale: Stale | None = None

    def put_reset(self, rows: Iterable[Row]) -> None:
        """These rows and no others: all that waits is void."""
        with self._news:
            self._reset = True
            self._upserts = {self._key(row): row for row in rows}
            self._removed.clear()
            self._stale = None
            self._news.notify_all()

    def put_changed(self, upserts: Iterable[Row], removed: Iterable[str] = ()) -> None:
        """Rows that came or changed, keys that went."""
        with self._news:
            for row in upserts:
                key = self._key(row)
                self._upserts[key] = row
                self._removed.discard(key)
            for key in removed:
                self._upserts.pop(key, None)
                self._removed.add(key)
            self._news.notify_all()

    def put_stale(self, stale: Stale) -> None:
        """The rows are the present no more; what waits is given out before."""
        with self._news:
            self._stale = stale
            self._news.notify_all()

    def take(self, scope: CancelScope) -> Change[Row] | None:
        """Wait for the next change; None when cancelled."""
        with scope.unblocking(self._wake), self._news:
            self._news.wait_for(lambda: scope.cancelled or self._waiting())
            return None if scope.cancelled else self._next()

    def _waiting(self) -> bool:
        return bool(self._reset or self._upserts or self._removed or self._stale)

    def _next(self) -> Change[Row]:
        if not (self._reset or self._upserts or self._removed) and self._stale:
            stale, self._stale = self._stale, None
            return stale
        page = tuple(self._upserts.pop(key) for key in list(islice(self._upserts, PAGE)))
        if self._reset:
            self._reset = False
            return Reset(page)
        removed, self._removed = tuple(self._removed), set()
        return Changed(page, removed)

    def _wake(self) -> None:
        with self._news:
            self._news.notify_all()
