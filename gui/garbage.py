"""Garbage is collected on the GUI thread only: a QObject that died in a worker's collection would take Qt with it."""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

_INTERVAL = 200  # ms: little and often, so that no collection is a long one
_THRESHOLDS = (700, 10, 10)


class GarbageCollector(QObject):
    """Switches the automatic collection off and collects by a timer, young generations first, as Python would."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.freeze()  # what exists at the start stays: no collection need look at it again
        gc.disable()
        self._timer = QTimer(self, interval=_INTERVAL)
        self._timer.timeout.connect(self._collect)
        self._timer.start()

    def stop(self) -> None:
        """Give the work back to Python."""
        self._timer.stop()
        gc.enable()

    def _collect(self) -> None:
        counts = gc.get_count()
        for generation in (2, 1, 0):
            if counts[generation] > _THRESHOLDS[generation]:
                gc.collect(generation)
                return
