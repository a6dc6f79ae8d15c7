"""Garbage is collected on the GUI thread only: a QObject that died in a worker's collection would take Qt with it."""

from __future__ import annotations

import gc
import time

from PySide6.QtCore import QAbstractEventDispatcher, QObject

_YOUNG, _MIDDLE, _OLD = 700, 10, 10  # Python's own thresholds: objects, then collections of the generation before
_FULL_EVERY = 10.0  # seconds between collections of everything: the one kind that takes some milliseconds


class GarbageCollector(QObject):
    """Switches the automatic collection off and collects between two turns of the event loop, as Python would.

    At each turn, as what a worker reads in 200 ms takes longer to look through than the window may stand still.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.freeze()  # what exists at the start stays: no collection need look at it again
        gc.disable()
        self._last_full = time.monotonic()
        self._loop = QAbstractEventDispatcher.instance()
        self._loop.awake.connect(self._collect)

    def stop(self) -> None:
        """Give the work back to Python."""
        self._loop.awake.disconnect(self._collect)
        gc.enable()

    def _collect(self) -> None:
        young, middle, old = gc.get_count()
        if young <= _YOUNG:
            return
        if old > _OLD and time.monotonic() - self._last_full > _FULL_EVERY:
            gc.collect()
            self._last_full = time.monotonic()
        else:
            gc.collect(1 if middle > _MIDDLE else 0)
