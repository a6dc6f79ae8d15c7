"""A document as text: read-only lines that come in portions, so that a large one does not hold up the window."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from itertools import islice

from PySide6.QtCore import QEvent, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QSyntaxHighlighter, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from gui.details.line import utf16_length
from gui.theme.tokens import current_theme

_PORTION = 150  # lines added or searched between two looks at the clock
_TURN = 0.008  # seconds of work in one turn of the event loop
_HITS_LIMIT = 1_000
_PADDING = 12
_STRING = r'"(?:[^"\\]|\\.)*"'
_TOKEN = re.compile(rf"(?P<key>{_STRING})(?=:)|(?P<string>{_STRING})|(?P<number>-?\b\d[\d.eE+-]*|\b(?:true|false)\b)")
_COLOURED = 4_000  # characters of a line; longer ones stay plain


class _Colours(QSyntaxHighlighter):
    """Keys, strings and numbers in the theme's colours; all in secondary while `stale`."""

    stale = False

    def highlightBlock(self, text: str) -> None:
        theme = current_theme()
        if self.stale:
            self.setFormat(0, len(text), theme.colour("text.secondary"))
            return
        if len(text) > _COLOURED:
            return
        for match in _TOKEN.finditer(text):
            start, end = match.span()
            self.setFormat(start, end - start, theme.colour(f"syntax.{match.lastgroup}"))


class DocumentText(QPlainTextEdit):
    """The lines of a document. `found` says how many hits there are and which is the current one, from 1."""

    found = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setReadOnly(True)
        self.setUndoRedoEnabled(False)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setFont(current_theme().font("mono"))
        self.document().setDocumentMargin(_PADDING)
        self.setAccessibleName("Document as text")
        self._colours = _Colours(self.document())
        self._lines: Sequence[str] = ()
        self._rest: Iterator[str] = iter(())
        self._words = ""
        self._hits: list[QTextCursor] = []
        self._current = 0
        self._ahead: Iterator[tuple[int, str]] = iter(())
        self._searching = QTimer(self, singleShot=True, interval=0)
        self._searching.timeout.connect(self._search_on)
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._add)

    @property
    def loading(self) -> bool:
        """Whether lines are still to come."""
        return self._timer.isActive()

    def show_lines(self, lines: Sequence[str]) -> None:
        """Show these lines instead of the former ones, the first screen at once; the place is kept where it can be."""
        place = self.verticalScrollBar().value()
        self._lines = lines
        self._hits = []
        self._rest = iter(lines)
        self.setPlainText("\n".join(islice(self._rest, _PORTION)))
        self.verticalScrollBar().setValue(place)
        if len(lines) > _PORTION:
            self._timer.start()
        else:
            self._timer.stop()
            self.search(self._words)

    def set_stale(self, stale: bool) -> None:
        """Show everything in secondary colour: it was true once."""
        if stale != self._colours.stale:
            self._colours.stale = stale
            self.show_lines(self._lines)

    def search(self, words: str) -> None:
        """Mark every place of `words`, whatever the case, 1,000 at most, and go to the first."""
        self._words = words
        self._hits, self._current = [], 0
        self._ahead = enumerate(self._lines if words else ())
        if not self.loading:  # else all of it is searched when it is there
            self._search_on()

    def step(self, by: int) -> None:
        """Go to the next (1) or the former (-1) hit, round the ends."""
        if self._hits:
            self._current = (self._current + by) % len(self._hits)
            self._go()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Qt's read-only text swallows Escape and the page's own keys
        if event.matches(QKeySequence.StandardKey.Copy) or event.matches(QKeySequence.StandardKey.SelectAll):
            super().keyPressEvent(event)
        elif event.text() and event.text().isprintable():
            event.ignore()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._lines:
            self.show_lines(self._lines)  # in the colours of another theme, portion by portion

    def _add(self) -> None:
        began = time.perf_counter()
        cursor = QTextCursor(self.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        while time.perf_counter() - began < _TURN:
            portion = list(islice(self._rest, _PORTION))
            if not portion:
                self._timer.stop()
                self.search(self._words)
                return
            cursor.insertText("\n" + "\n".join(portion))

    def _search_on(self) -> None:
        """Search for 8 ms, then let the window live."""
        began = time.perf_counter()
        wanted = re.compile(re.escape(self._words), re.IGNORECASE)
        while portion := list(islice(self._ahead, _PORTION)):
            for number, line in portion:
                self._hits.extend(self._marked(number, line, match) for match in wanted.finditer(line))
            if len(self._hits) >= _HITS_LIMIT:
                del self._hits[_HITS_LIMIT:]
                break
            if time.perf_counter() - began > _TURN:
                self._searching.start()
                return
        self._go()

    def _marked(self, number: int, line: str, match: re.Match[str]) -> QTextCursor:
        start = self.document().findBlockByNumber(number).position() + utf16_length(line[: match.start()])
        cursor = QTextCursor(self.document())
        cursor.setPosition(start)
        cursor.setPosition(start + utf16_length(match[0]), QTextCursor.MoveMode.KeepAnchor)
        return cursor

    def _go(self) -> None:
        theme = current_theme()
        marks = []
        for number, cursor in enumerate(self._hits):
            mark = QTextEdit.ExtraSelection()
            mark.cursor = cursor
            token = "find.current" if number == self._current else "find.hit"
            mark.format.setBackground(theme.colour(token))
            marks.append(mark)
        self.setExtraSelections(marks)
        if self._hits:
            there = QTextCursor(self._hits[self._current])
            there.clearSelection()
            self.setTextCursor(there)
            self.centerCursor()
        self.found.emit(len(self._hits), self._current + 1 if self._hits else 0)
