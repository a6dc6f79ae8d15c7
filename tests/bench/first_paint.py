"""A process that ends with its first paint: `python -m tests.bench.first_paint blank | pilothouse`.

`blank` shows an empty QMainWindow, `pilothouse` is gui.app's own way to its window. What is printed: when the window
and all in it had been painted, in seconds by the clock that all processes share, and the modules imported by then.
"""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # what is imported here is part of what is measured
    from PySide6.QtGui import QPaintEvent


def end() -> None:
    print(time.monotonic(), *sys.modules, flush=True)
    os._exit(0)


def blank() -> None:
    """The least that a window of Qt can be."""
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication, QMainWindow

    class Telling(QMainWindow):
        def paintEvent(self, event: QPaintEvent) -> None:
            super().paintEvent(event)
            QTimer.singleShot(0, end)  # what is in the window is painted before the event loop goes on

    app = QApplication([])
    window = Telling()
    window.resize(1280, 800)
    window.show()
    app.exec()


def pilothouse() -> None:
    """Ours, opened as the command opens it, up to where what can wait begins: gui/window/first_paint.py tells when."""
    from gui import app

    app.Application._after_first_paint = lambda self: end()  # type: ignore[method-assign]
    app.main([])


if __name__ == "__main__":
    {"blank": blank, "pilothouse": pilothouse}[sys.argv[1]]()
