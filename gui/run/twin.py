"""The same on the command line, as it is typed: one flag a line, what is new marked, what is wrong underlined."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Sequence

from msgspec import Struct
from PySide6.QtCore import QRect
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit

from gui.theme.tokens import current_theme
from models.docker.run_line import Part
from models.text import display

_BAR = 3  # px of the change bar
_FIRST = {"detach", "interactive", "tty"}  # what stands in the first line
_LAST = {"image", "command"}


class _Mark(Struct, frozen=True):
    """Where a part stands in the text, and how it came there."""

    block: int
    start: int
    end: int
    mark: str  # "", "added", "changed"
    wrong: bool


class RunLine(QPlainTextEdit):
    """A read-only text. Its copy is the command as the shell wants it."""

    def __init__(self) -> None:
        super().__init__()
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setAccessibleName("The same on the command line")
        self.setFont(current_theme().font("mono"))
        self.setProperty("bare", True)
        self.document().setDocumentMargin(12)
        self._marks: list[_Mark] = []
        self._command = ""

    def set_parts(
        self,
        head: Sequence[str],
        parts: Sequence[Part],
        base: Sequence[Part] | None,
        recent: str,
        wrong: Collection[str],
    ) -> None:
        """Show `head` and these; marked is what `base` has not, or else the field `recent`; underlined the `wrong`."""
        lines = _lines(head, parts)
        self._marks = []
        texts: list[str] = []
        for number, (words, line) in enumerate(lines):
            text = words
            for part in line:
                text += (" " if text.strip() else "") + display(part.text)
                start = len(text) - len(display(part.text))
                mark = _mark(part, base, recent)
                self._marks.append(_Mark(number, start, len(text), mark, bool(wrong) and part.words[-1] in wrong))
            texts.append(text + (" \\" if number < len(lines) - 1 else ""))
        self._command = shlex.join((*head, *(word for part in parts for word in part.words)))
        where = self.verticalScrollBar().value()
        self.setPlainText("\n".join(texts))
        self.verticalScrollBar().setValue(where)
        self._select()

    def command(self) -> str:
        """The whole command in one line, quoted for a POSIX shell."""
        return self._command

    def copy_command(self) -> None:
        """Put the command on the clipboard."""
        QGuiApplication.clipboard().setText(self._command)

    @property
    def marked(self) -> list[tuple[str, str]]:
        """What is marked, and as what."""
        document = self.document()
        return [
            (document.findBlockByNumber(mark.block).text()[mark.start : mark.end], mark.mark)
            for mark in self._marks
            if mark.mark
        ]

    def _select(self) -> None:
        theme = current_theme()
        selections = []
        for mark in self._marks:
            if not (mark.mark or mark.wrong):
                continue
            selection = QTextEdit.ExtraSelection()
            form = QTextCharFormat()
            if mark.mark:
                form.setBackground(theme.colour(f"diff.{mark.mark}.soft"))
            if mark.wrong:
                form.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
                form.setUnderlineColor(theme.colour("error.mark"))
            cursor = QTextCursor(self.document().findBlockByNumber(mark.block))
            cursor.movePosition(QTextCursor.MoveOperation.Right, QTextCursor.MoveMode.MoveAnchor, mark.start)
            wide = mark.end - mark.start
            cursor.movePosition(QTextCursor.MoveOperation.Right, QTextCursor.MoveMode.KeepAnchor, wide)
            selection.cursor, selection.format = cursor, form
            selections.append(selection)
        self.setExtraSelections(selections)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        theme = current_theme()
        painter = QPainter(self.viewport())
        for mark in self._marks:
            if mark.mark:
                block = self.document().findBlockByNumber(mark.block)
                where = self.blockBoundingGeometry(block).translated(self.contentOffset()).toRect()
                painter.fillRect(QRect(0, where.y(), _BAR, where.height()), theme.colour(f"diff.{mark.mark}.mark"))


def _lines(head: Sequence[str], parts: Sequence[Part]) -> list[tuple[str, list[Part]]]:
    """How each line begins, and the parts in it."""
    first = [part for part in parts if _FIRST & set(part.fields)]
    last = [part for part in parts if _LAST & set(part.fields) and part.words]
    middle = [part for part in parts if part not in first and part not in last and part.words]
    lines = [(display(shlex.join(head)), first), *(("  ", [part]) for part in middle)]
    return [*lines, ("  ", last)] if last else lines


def _mark(part: Part, base: Sequence[Part] | None, recent: str) -> str:
    if base is None:
        return "changed" if recent and recent in part.fields else ""
    if part in base:
        return ""
    return "changed" if any(part.fields == other.fields for other in base) else "added"
