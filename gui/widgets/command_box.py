"""The same on the command line: a command to read and to copy."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from gui.theme.tokens import current_theme
from gui.widgets.buttons import IconButton
from gui.widgets.paint import paint_box, painter_for
from gui.widgets.text import PlainLabel


class CommandBox(QWidget):
    """Fixed-width text on inset ground, selectable, with a button that copies all of it."""

    copied = Signal(str)

    def __init__(self, command: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label = PlainLabel(command, font="mono", wrap=True, selectable=True)
        self._button = IconButton("copy", "Copy the command", small=True, size=14)
        self._button.clicked.connect(self.copy)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._offer)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 3, 4, 3)
        row.setSpacing(8)
        row.addWidget(self._label, 1)
        row.addWidget(self._button, 0, Qt.AlignmentFlag.AlignTop)
        self.setMinimumHeight(30)

    def set_command(self, command: str) -> None:
        """Show another command."""
        self._label.setText(command)

    def command(self) -> str:
        """The whole text."""
        return self._label.text()

    def copy(self) -> None:
        """Put the command on the clipboard; a tick says so for a moment."""
        QGuiApplication.clipboard().setText(self.command())
        self._button.set_icon("check")
        self._button.set_name("Copied")
        self._timer.start(current_theme().time("copied"))
        self.copied.emit(self.command())

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        radius = theme.size("radius.control")
        paint_box(painter_for(self), self.rect(), radius, theme.colour("bg.inset"), theme.colour("border.default"))

    def _offer(self) -> None:
        self._button.set_icon("copy")
        self._button.set_name("Copy the command")
