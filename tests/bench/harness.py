"""What benchmarks share: a report with limits, the machine's calibration, and how long a window stands still."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from statistics import median
from typing import Any

import msgspec
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication, QWidget

from gui.app import SWITCH
from gui.garbage import GarbageCollector
from gui.stall import StallMeter
from gui.theme.theme import Themes

KERNEL = 6.0  # ms: what `kernel()` takes on the machine on which the limits were set, while it does nothing else
STALL_P99, STALL_WORST = 16.0, 50.0  # ms
SLICES = 3  # of each recording, window and empty window in turn
SLICE = 4.0  # seconds


class Report:
    """One line per figure, the same as JSON, and whether all kept their limits."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._figures: list[dict[str, Any]] = []

    def time(self, name: str, milliseconds: float, limit: float, note: str = "") -> bool:
        """A duration; its limit is stretched by the machine's calibration. Whether it was kept."""
        return self._add(name, milliseconds, round(limit * calibration(), 1), "ms", note)

    def figure(self, name: str, value: float, limit: float, unit: str = "", note: str = "") -> bool:
        """A ratio, an amount of memory or a count, whose limit is the same everywhere. Whether it was kept."""
        return self._add(name, value, limit, unit, note)

    def _add(self, name: str, value: float, limit: float, unit: str, note: str) -> bool:
        kept = value <= limit
        verdict = "ok" if kept else "OVER"
        print(
            f"{name:<58} {value:>10.2f} {unit:<4} limit {limit:>8g}  {verdict}{f'  ({note})' if note else ''}",
            flush=True,
        )
        self._figures.append({"name": name, "value": value, "limit": limit, "unit": unit, "kept": kept, "note": note})
        return kept

    def finish(self) -> int:
        """Write the JSON; the exit status."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        document = {"kernel": kernel(), "calibration": calibration(), "figures": self._figures}
        self._path.write_text(json.dumps(document, indent=1) + "\n")
        print(f"kernel {kernel():.1f} ms (limits: {KERNEL}), calibration {calibration():.2f}, figures in {self._path}")
        return 0 if all(figure["kept"] for figure in self._figures) else 1


def calibration() -> float:
    """How much slower this machine is now than the one the limits were set on, between 1 and 2."""
    return min(max(kernel() / KERNEL, 1.0), 2.0)


@cache
def kernel() -> float:
    """Milliseconds of a fixed piece of decoding and painting: the median, as a busy machine slows most of them."""
    application()
    document = json.dumps([{"id": n, "name": f"row {n}", "labels": {"a": str(n)}} for n in range(4_000)]).encode()
    image = QImage(1280, 800, QImage.Format.Format_RGB32)

    def decode_and_paint() -> float:
        start = time.perf_counter()
        msgspec.json.decode(document)
        painter = QPainter(image)
        for line in range(400):
            painter.drawText(line % 40 * 30, line // 40 * 20, f"a text of some length {line}")
        painter.end()
        return (time.perf_counter() - start) * 1000

    return median(decode_and_paint() for _ in range(25))


@cache
def application() -> QApplication:
    """The application as gui/app.py sets it up: theme applied, garbage collected by a timer."""
    sys.setswitchinterval(SWITCH)
    app = QApplication([])
    app.setProperty("bench-parts", [Themes(app, "light"), GarbageCollector(app)])
    return app


def wait(seconds: float) -> None:
    """Let the event loop run as in the application; QTest's own waiting sleeps 10 ms between turns, heartbeat too."""
    loop = QEventLoop()
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    loop.exec()


def wait_for(condition: Callable[[], bool], seconds: float = 30.0) -> None:
    """Let the event loop run until it holds. Raises TimeoutError."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError
        wait(0.005)


Workload = Callable[[QWidget | None], Callable[[], None]]


def measure_stalls(report: Report, name: str, window: QWidget, workload: Workload) -> None:
    """How long `window` keeps the event loop under `workload`, minus what an empty window shows beside the same.

    `workload(window)` begins the work on the window, `workload(None)` the same without one; the answer ends it.
    """
    with_window, with_empty = StallMeter(stacks=True), StallMeter()
    worst: list[tuple[float, str]] = []
    gaps: dict[bool, list[float]] = {True: [], False: []}
    empty = QWidget()
    for _ in range(SLICES):
        for is_ours, shown, meter in ((False, empty, with_empty), (True, window, with_window)):
            shown.resize(1280, 800)
            shown.show()
            wait(0.2)
            end = workload(window if is_ours else None)
            meter.start()
            wait(SLICE)
            seen = meter.stop()
            end()
            shown.hide()
            gaps[is_ours] += meter.gaps
            if is_ours:
                worst.append((seen.worst, meter.stack))
    ours, theirs = _read(gaps[True]), _read(gaps[False])
    note = f"window {ours[0]:.1f} and {ours[1]:.1f}, empty {theirs[0]:.1f} and {theirs[1]:.1f}"
    kept = report.time(f"{name}: stall p99", _beyond(ours[0], theirs[0], STALL_P99), STALL_P99, note)
    kept &= report.time(f"{name}: worst stall", _beyond(ours[1], theirs[1], STALL_WORST), STALL_WORST, note)
    if not kept:
        print(max(worst)[1])


def _beyond(ours: float, empty: float, limit: float) -> float:
    """What is ours alone. An empty window that is itself over the limit proves nothing: nothing is taken off then."""
    return ours if empty > limit else max(0.0, ours - empty)


def _read(gaps: list[float]) -> tuple[float, float]:
    meter = StallMeter()
    meter.gaps = gaps
    seen = meter.read()
    return seen.p99, seen.worst
