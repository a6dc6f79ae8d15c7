"""The same on the command line: a command to read and to copy."""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QPaintEvent, QTextDocument, QTextOption
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QSizePolicy, QWidget

from gui.theme.tokens import current_theme
from gui.widgets.buttons import IconButton
from gui.widgets.paint import paint_box, painter_for
from models.text import display_lines

_MARGIN = 4  # px around the words
_WIDTH = 240  # px that a command gets where nobody says how much there is


class _Words(QPlainTextEdit):
    """The command, broken anywhere where it has to be, and as high as it needs."""

    def __init__(self) -> None:
        super().__init__()
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setAccessibleName("Command")
        self.setFont(current_theme().font("mono"))
        self.setProperty("bare", True)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(_MARGIN)

        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def heightForWidth(self, width: int) -> int:
        paper = QTextDocument()  # the editor's own document knows only the width that it has
        paper.setDefaultFont(self.font())
        paper.setDefaultTextOption(self.document().defaultTextOption())
        paper.setDocumentMargin(_MARGIN)
        paper.setPlainText(self.toPlainText())
        paper.setTextWidth(width)
        return ceil(paper.size().height()) + _MARGIN

    def sizeHint(self) -> QSize:
        return QSize(_WIDTH, self.heightForWidth(_WIDTH))

    def minimumSizeHint(self) -> QSize:
        return QSize(_WIDTH // 2, self.heightForWidth(10 * _WIDTH))


class CommandBox(QWidget):
    """Fixed-width text on inset ground, selectable, with a button that copies all of it."""

    copied = Signal(str)

    def __init__(self, command: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = _Words()
        self._button = IconButton("copy", "Copy the command", small=True, size=14)
        self._button.clicked.connect(self.copy)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._offer)
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 3, 4, 3)
        row.setSpacing(8)
        row.addWidget(self._words, 1)
        row.addWidget(self._button, 0, Qt.AlignmentFlag.AlignTop)
        self.set_command(command)

    def set_command(self, command: str) -> None:
        """Show another command."""
        self._command = command
        self._words.setPlainText(display_lines(command))
        self._words.updateGeometry()

    def command(self) -> str:
        """The whole text, as it is copied."""
        return self._command

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
