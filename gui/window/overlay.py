"""The debug overlay: how late the window's heartbeat comes, and what works in the background."""

from __future__ import annotations

from collections import deque

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from gui import tasks
from gui.stall import StallMeter
from gui.theme.tokens import current_theme
from gui.widgets.text import PlainLabel

_BEATS = 2_000  # about ten seconds


class Overlay(PlainLabel):
    """A line at the lower left of the window; off unless asked for, and then it costs nothing."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(font="mono-small", colour="text.secondary", parent=window)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setContentsMargins(8, 3, 8, 3)
        self._meter: StallMeter | None = None
        self._beats: deque[float] = deque(maxlen=_BEATS)
        self._timer = QTimer(self, interval=500)
        self._timer.timeout.connect(self._tell)
        window.installEventFilter(self)
        self.hide()

    def set_on(self, on: bool | None) -> None:
        """Show or hide; None changes it."""
        on = self._meter is None if on is None else on
        if self._meter is not None:
            self._meter.stop()
            self._meter.deleteLater()
            self._meter = None
        if on:
            self._meter = StallMeter(self)
            self._meter.beaten.connect(self._beats.append)
            self._meter.start()
            self._timer.start()
        else:
            self._timer.stop()
        self.setVisible(on)
        self._tell()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), current_theme().colour("bg.raised"))
        painter.end()
        super().paintEvent(event)

    def _tell(self) -> None:
        if self._meter is None or not self._beats:
            return
        self._meter.gaps.clear()  # the deque keeps what is needed
        late = sorted(self._beats)
        p99, worst = late[int(len(late) * 0.99) - 1], late[-1]
        self.setText(f"late p99 {p99:.1f} ms, worst {worst:.1f} ms, {tasks.running()} workers")
        self._place()

    def _place(self) -> None:
        self.adjustSize()
        parent = self.parentWidget()
        if parent is not None:
            self.move(60, parent.height() - self.height() - 40)
            self.raise_()
