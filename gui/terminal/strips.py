"""What stands under a terminal when something is to be decided: a paste of several lines, a program that has ended."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from gui.theme.tokens import current_theme
from gui.widgets.area import Area
from gui.widgets.buttons import Button, Look
from gui.widgets.marks import Icon
from gui.widgets.text import ElidedLabel, PlainLabel
from models.text import count_text, display

_MOST_SHOWN = 6  # lines
_LINE = 17  # pixels


class PasteStrip(Area):
    """Asks before several lines are pasted: each could run at once."""

    answered = Signal(str)  # what to type; "" for nothing

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("warning.soft", "top", parent=parent)
        self._text = ""
        self._question = PlainLabel(font="medium")
        self._why = ElidedLabel(mode=Qt.TextElideMode.ElideRight)
        self._shown = QPlainTextEdit(readOnly=True)
        self._shown.setAccessibleName("What would be pasted")
        self._shown.setTabChangesFocus(True)
        cancel = Button("Cancel", small=True)
        one = Button("As one line", small=True)
        self.yes = Button("Paste", "check", look=Look.MAIN, small=True)
        cancel.clicked.connect(lambda: self._answer(""))
        one.clicked.connect(lambda: self._answer(" ".join(line.strip() for line in self._text.splitlines())))
        self.yes.clicked.connect(lambda: self._answer(self._text))
        head = QHBoxLayout()
        head.setSpacing(8)
        for part in (Icon("warning", colour="warning.fg"), self._question):
            head.addWidget(part)
        head.addWidget(self._why, 1)
        for button in (cancel, one, self.yes):
            head.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 6, 12, 8)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(self._shown)
        self.hide()

    def ask(self, text: str, bracketed: bool) -> None:
        """Show what would be pasted, and wait for the answer; `bracketed`: the program can tell a paste from typing."""
        self._text = text
        lines = text.splitlines()
        self._question.setText(f"Paste {count_text(len(lines), 'line')}?")
        self._why.set_text("The program takes them as one paste." if bracketed else "Each line runs at once.")
        self._shown.setFont(current_theme().font("mono"))
        self._shown.setPlainText("\n".join(f"{n:>3}  {display(line, 400)}" for n, line in enumerate(lines, 1)))
        self._shown.setFixedHeight(min(len(lines), _MOST_SHOWN) * _LINE + 10)
        self.show()
        self.yes.setFocus()

    def _answer(self, text: str) -> None:
        self._text = ""
        self._shown.clear()  # it may have held a secret
        self.hide()
        self.answered.emit(text)


class EndStrip(Area):
    """Says that nothing runs here any more, and why; offers to begin again."""

    again = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("bg.inset", "top", parent=parent)
        self._icon = Icon("info")
        self._words = ElidedLabel(mode=Qt.TextElideMode.ElideRight)
        self.button = Button("Open again", "restart", small=True)
        self.button.clicked.connect(self.again)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 12, 4)
        row.setSpacing(8)
        row.addWidget(self._icon)
        row.addWidget(self._words, 1)
        row.addWidget(self.button)
        self.hide()

    def say(self, words: str, failed: bool) -> None:
        """Show these words."""
        self.set_ground("error.soft" if failed else "bg.inset")
        self._icon.set_icon("warning" if failed else "info", "error.fg" if failed else "text.secondary")
        self._words.set_text(words)
        self.show()
