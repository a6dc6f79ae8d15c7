"""Toasts: what just happened, at the lower right, for six seconds; errors stay until they are closed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QEnterEvent, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gui.theme.tokens import current_theme
from gui.widgets.buttons import Button, IconButton
from gui.widgets.marks import Glyph
from gui.widgets.paint import paint_box, painter_for
from gui.widgets.text import ElidedLabel
from models.health import Health, Tone

Deed = tuple[str, Callable[[], object]]  # the words of a button, and what it does

MOST = 3
_MARGIN = 12
_WIDEST = 520


class Toast(QWidget):
    """One sentence with its state, one small button at most, and an x."""

    closed = Signal()

    def __init__(self, text: str, state: Health, button: Button | None, parent: QWidget) -> None:
        super().__init__(parent)
        theme = current_theme()
        self.stays = state.tone is Tone.ERROR
        self.text = text
        label = ElidedLabel(text)
        close = IconButton("close", "Close", small=True)
        close.clicked.connect(self.closed)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 0, 6, 0)
        row.setSpacing(10)
        row.addWidget(Glyph(state))
        row.addWidget(label)
        if button is not None:
            button.clicked.connect(self.closed)
            row.addWidget(button)
        row.addWidget(close)
        self.setFixedHeight(theme.size("toast"))
        self.setMaximumWidth(_WIDEST)
        self.setAccessibleName(text)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(theme.time("toast"))
        self._timer.timeout.connect(self.closed)
        if not self.stays:
            self._timer.start()

    def enterEvent(self, event: QEnterEvent) -> None:
        self._timer.stop()  # who reads it keeps it
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        if not self.stays:
            self._timer.start()
        super().leaveEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        radius = theme.size("radius.panel")
        paint_box(painter_for(self), self.rect(), radius, theme.colour("bg.raised"), theme.colour("border.default"))


class Toasts(QWidget):
    """The stack over its parent's lower right corner, at most three; the oldest that may go makes room."""

    said = Signal(str, Health, object)  # each text with its state, and its Deed or None

    def __init__(self, parent: QWidget, *, above: int = 0) -> None:
        super().__init__(parent)
        self._above = above
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._toasts: list[Toast] = []
        parent.installEventFilter(self)
        self.hide()

    def show_toast(self, text: str, state: Health = Health.HEALTHY, *, action: Deed | None = None) -> Toast:
        """Say `text`; `state` gives the glyph, and FAILED stays. `action` is the button's words and what it does."""
        self.said.emit(text, state, action)
        button = None
        if action is not None:
            button = Button(action[0], small=True)
            button.clicked.connect(lambda: action[1]())
        toast = Toast(text, state, button, self)
        toast.closed.connect(lambda: self._remove(toast))
        self._toasts.append(toast)
        self._column.addWidget(toast)
        toast.show()  # else the stack would be too low for it
        self._make_room()
        self._place()
        return toast

    def texts(self) -> list[str]:
        """What is said now, oldest first."""
        return [toast.text for toast in self._toasts]

    def clear(self) -> None:
        """Take all away."""
        for toast in list(self._toasts):
            self._remove(toast)

    def set_above(self, pixels: int) -> None:
        """How much of the parent's lower edge belongs to others: the height of the dock."""
        self._above = pixels
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _make_room(self) -> None:
        while len(self._toasts) > MOST:
            passing = [toast for toast in self._toasts[:-1] if not toast.stays]
            self._remove((passing or self._toasts)[0])

    def _remove(self, toast: Toast) -> None:
        if toast in self._toasts:
            self._toasts.remove(toast)
            self._column.removeWidget(toast)
            toast.hide()
            toast.deleteLater()
            self._place()

    def _place(self) -> None:
        self.setVisible(bool(self._toasts))
        parent = self.parentWidget()
        if not self._toasts or parent is None:
            return
        self._column.activate()
        size = self.sizeHint().boundedTo(parent.size())
        self.setGeometry(
            parent.width() - size.width() - _MARGIN,
            parent.height() - size.height() - _MARGIN - self._above,
            size.width(),
            size.height(),
        )
        self.raise_()
