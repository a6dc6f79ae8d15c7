"""Garbage is collected on the GUI thread only: a QObject that died in a worker's collection would take Qt with it."""

from __future__ import annotations

import gc
import time

from PySide6.QtCore import QAbstractEventDispatcher, QObject, QTimer, Slot

_YOUNG, _MIDDLE, _OLD = 700, 10, 10  # Python's own thresholds: objects, then collections of the generation before
_FULL_EVERY = 10.0  # seconds between collections of everything: the one kind that takes some milliseconds
_SOON = 300  # ms, by which the widgets and the threads of what was closed have ended


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
        self._soon = QTimer(self, singleShot=True, interval=_SOON)
        self._soon.timeout.connect(self._collect_everything)

    @Slot()
    def collect_soon(self) -> None:
        """Collect everything in a moment, as what has just been closed lies in cycles; further calls put it off."""
        self._soon.start()

    def stop(self) -> None:
        """Give the work back to Python."""
        self._soon.stop()
        self._loop.awake.disconnect(self._collect)
        gc.enable()

    def _collect(self) -> None:
        young, middle, old = gc.get_count()
        if young <= _YOUNG:
            return
        if old > _OLD and time.monotonic() - self._last_full > _FULL_EVERY:
            self._collect_everything()
        else:
            gc.collect(1 if middle > _MIDDLE else 0)

    def _collect_everything(self) -> None:
        gc.collect()
        self._last_full = time.monotonic()
