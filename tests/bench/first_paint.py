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
    from PySide6.QtWidgets import QMainWindow


def telling(window: type[QMainWindow]) -> type[QMainWindow]:
    """The same class of window, which ends the process once it has been painted."""
    from PySide6.QtCore import QTimer

    class Telling(window):  # type: ignore[misc, valid-type]
        def paintEvent(self, event: QPaintEvent) -> None:
            super().paintEvent(event)
            QTimer.singleShot(0, end)  # what is in the window is painted before the event loop goes on

    return Telling


def end() -> None:
    print(time.monotonic(), *sys.modules, flush=True)
    os._exit(0)


def blank() -> None:
    """The least that a window of Qt can be."""
    from PySide6.QtWidgets import QApplication, QMainWindow

    app = QApplication([])
    window = telling(QMainWindow)()
    window.resize(1280, 800)
    window.show()
    app.exec()


def pilothouse() -> None:
    """Ours, opened as the command opens it."""
    from gui import app

    app.Window = telling(app.Window)  # type: ignore[assignment, misc]
    app.main([])


if __name__ == "__main__":
    {"blank": blank, "pilothouse": pilothouse}[sys.argv[1]]()
