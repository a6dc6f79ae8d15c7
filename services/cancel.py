"""Cancellation of blocking work: by unblocking it, never by killing its thread."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class CancelScope:
    """What a blocking call is given so that somebody else can end it. Safe from every thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._event = threading.Event()
        self._unblockers: dict[object, Callable[[], None]] = {}

    @property
    def cancelled(self) -> bool:
        """Whether the work is no longer wanted."""
        return self._event.is_set()

    def on_cancel(self, unblock: Callable[[], None]) -> Callable[[], None]:
        """Call `unblock` when cancelled (at once if it has happened); the answer forgets it again."""
        token = object()
        with self._lock:
            if not self._event.is_set():
                self._unblockers[token] = unblock
                return lambda: self._forget(token)
        unblock()
        return lambda: None

    @contextmanager
    def unblocking(self, unblock: Callable[[], None]) -> Iterator[None]:
        """`on_cancel` for the length of a with block."""
        forget = self.on_cancel(unblock)
        try:
            yield
        finally:
            forget()

    def cancel(self) -> None:
        """End the work: once; later calls do nothing. Unblockers must not wait."""
        with self._lock:
            if self._event.is_set():
                return
            self._event.set()
            unblockers = list(self._unblockers.values())
            self._unblockers.clear()
        for unblock in unblockers:
            unblock()

    def wait(self, seconds: float) -> bool:
        """Sleep; True as soon as the scope is cancelled, else False after `seconds`."""
        return self._event.wait(seconds)

    def child(self) -> CancelScope:
        """A scope of its own that this one's cancellation ends as well."""
        child = CancelScope()
        forget = self.on_cancel(child.cancel)
        child.on_cancel(forget)
        return child

    def _forget(self, token: object) -> None:
        with self._lock:
            self._unblockers.pop(token, None)
