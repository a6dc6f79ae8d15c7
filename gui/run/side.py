"""Beside the form: the command line that does the same, and a place to paste one."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from gui.run.remarks import Remark, RemarkLines
from gui.run.twin import RunLine
from gui.theme.tokens import current_theme
from gui.widgets.area import Area
from gui.widgets.buttons import Button, IconButton
from gui.widgets.text import PlainLabel

WIDTH = 428
_NARROW = 312
_PASTE_HEIGHT = 64


class PasteField(QPlainTextEdit):
    """Takes a `docker run` line of any number of lines; Enter, or the paste itself, hands it over."""

    entered = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("A docker run line to fill the form from")
        self.setPlaceholderText("Paste a docker run … line")
        self.setTabChangesFocus(True)
        self.setFont(current_theme().font("mono"))
        self.setFixedHeight(_PASTE_HEIGHT)
        self.setProperty("framed", True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = self.toPlainText()
        if event.matches(QKeySequence.StandardKey.InsertParagraphSeparator) and not plain.rstrip().endswith("\\"):
            self.entered.emit(plain)
        else:
            super().keyPressEvent(event)

    def insertFromMimeData(self, source) -> None:  # type: ignore[no-untyped-def]
        self.insertPlainText(source.text())
        self.entered.emit(self.toPlainText())


class Side(Area):
    """The command, what its marks mean, the field to paste into, and what a pasted line said that is not here."""

    pasted = Signal(str)

    def __init__(self) -> None:
        super().__init__("bg.inset", "left")
        self.set_narrow(False)
        self.line = RunLine()
        self.legend = PlainLabel(font="secondary", colour="text.secondary", wrap=True)
        self.paste = PasteField()
        self.fill = Button("Fill the form", "paste", small=True)
        self.unsaid = RemarkLines()
        self._copy = IconButton("copy", "Copy the command", small=True, size=14)
        self._copied = QTimer(self, singleShot=True, interval=current_theme().time("copied"))
        self._copied.timeout.connect(lambda: self._copy.set_icon("copy"))
        self._arrange()
        self._copy.clicked.connect(self._on_copy)
        self.paste.entered.connect(self.pasted)
        self.fill.clicked.connect(lambda: self.pasted.emit(self.paste.toPlainText()))
        self.paste.textChanged.connect(self._tell_fill)
        self._tell_fill()

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 0, 0, 0)
        column.setSpacing(0)
        head = Area("bg.header", "bottom")
        row = QHBoxLayout(head)
        row.setContentsMargins(16, 0, 12, 0)
        row.addWidget(PlainLabel("The same on the command line", font="medium"), 1)
        row.addWidget(self._copy)
        head.setFixedHeight(current_theme().size("banner"))
        column.addWidget(head)
        column.addWidget(self.line, 1)
        foot = Area("bg.surface", "top")
        below = QVBoxLayout(foot)
        below.setContentsMargins(16, 8, 16, 12)
        below.setSpacing(8)
        below.addWidget(self.legend)
        below.addWidget(_titled("Fill the form from a command", self.fill))
        below.addWidget(self.paste)
        below.addWidget(self.unsaid)
        column.addWidget(foot)

    def set_narrow(self, on: bool) -> None:
        """Leave room for the form in a narrow window."""
        self.setFixedWidth(_NARROW if on else WIDTH)

    def set_unsaid(self, remarks: Sequence[Remark]) -> None:
        """What a pasted line said that has no field here."""
        self.unsaid.set_remarks(tuple(remarks))

    def _tell_fill(self) -> None:
        self.fill.set_why_not(None if self.paste.toPlainText().strip() else "Paste or type a line first")

    def _on_copy(self) -> None:
        QApplication.clipboard().setText(self.line.command())
        self._copy.set_icon("check")
        self._copied.start()


def _titled(title: str, button: Button) -> QWidget:
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.addWidget(PlainLabel(title, font="section", colour="text.secondary"), 1)
    row.addWidget(button)
    return holder
