"""The stall meter: a heartbeat in the GUI thread that knows how late it comes."""

from __future__ import annotations

import faulthandler
import tempfile
import threading
import time
from collections.abc import Callable

from msgspec import Struct
from PySide6.QtCore import QObject, Qt, QTimer, Signal

INTERVAL = 5  # ms
LOOK = 0.05  # seconds of silence after which the GUI thread's stack is taken


class Stalls(Struct, frozen=True):
    """Lateness of the heartbeat in ms, weighted by time: a gap of 200 ms counts as 200 ms."""

    p99: float
    worst: float
    seconds: float


class StallMeter(QObject):
    """A precise 5 ms timer; lateness = gap - 5 ms. Recorded from `start` to `stop`."""

    beaten = Signal(float)  # lateness in ms, for the overlay

    def __init__(
        self, parent: QObject | None = None, *, stacks: bool = False, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        super().__init__(parent)
        self.gaps: list[float] = []  # ms
        self.stack = ""  # of the GUI thread, taken during the worst gap
        self._clock = clock
        self._last = 0.0
        self._timer = QTimer(self, interval=INTERVAL)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._watch = stacks
        self._watcher: threading.Thread | None = None
        self._running = threading.Event()

    def start(self) -> None:
        """Begin a recording."""
        self.gaps.clear()
        self.stack = ""
        self._last = self._clock()
        self._running.set()
        self._timer.start()
        if self._watch:
            gui = threading.get_ident()
            self._watcher = threading.Thread(target=self._look, args=(gui,), name="pilothouse-stalls", daemon=True)
            self._watcher.start()

    def stop(self) -> Stalls:
        """End it; what it saw."""
        self._beat()
        self._timer.stop()
        self._running.clear()
        if self._watcher is not None:
            self._watcher.join()
            self._watcher = None
        return self.read()

    def read(self) -> Stalls:
        """What has been seen since the start."""
        late = sorted((max(0.0, gap - INTERVAL), gap) for gap in self.gaps)
        total = sum(gap for _, gap in late)
        left = total * 0.01
        for lateness, gap in reversed(late):
            left -= gap
            if left <= 0:
                return Stalls(lateness, late[-1][0], total / 1000)
        return Stalls(0.0, 0.0, total / 1000)

    def _beat(self) -> None:
        now = self._clock()
        gap = (now - self._last) * 1000
        self._last = now
        self.gaps.append(gap)
        self.beaten.emit(max(0.0, gap - INTERVAL))

    def _look(self, gui: int) -> None:
        worst = LOOK
        while self._running.is_set():
            time.sleep(LOOK / 5)
            silent = self._clock() - self._last
            if silent > worst:
                worst = silent
                self.stack = _stack_of(gui)


def _stack_of(thread: int) -> str:
    """The stack of a thread as text, innermost call first.

    By faulthandler, which looks without taking hold: a frame that is kept keeps a painter beyond its paint event,
    and lets it die in this thread.
    """
    with tempfile.TemporaryFile() as file:
        faulthandler.dump_traceback(file)
        file.seek(0)
        stacks = file.read().decode().split("\n\n")
    return next((stack for stack in stacks if f"0x{thread:016x}" in stack), "")
