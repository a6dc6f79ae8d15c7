"""How a screen is painted: grounds, selection and hits first, then the text, then the cursor."""

from __future__ import annotations

import math
from collections.abc import Iterable

from msgspec import Struct
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPen

from gui.terminal.palette import Ink, Palette
from gui.terminal.runs import Run, Style
from gui.terminal.screen import Cell, Frame
from gui.theme.tokens import Theme
from models.terminal import Size

LEFT, TOP = 12, 4  # pixels around the cells
_LINES = {4: Qt.PenStyle.DotLine, 5: Qt.PenStyle.DashLine}  # by the number of an underline

Span = tuple[Cell, Cell]  # both inclusive, in reading order


class Marks(Struct, frozen=True):
    """What lies under and over the text."""

    selection: Span | None = None
    hits: tuple[Span, ...] = ()
    chosen: Span | None = None
    link: Span | None = None  # under the pointer
    focused: bool = False


class ScreenPainter:
    """Paints frames in one theme."""

    def __init__(self, theme: Theme) -> None:
        self.palette = Palette(theme)
        self._theme = theme
        self._font = theme.font("mono")
        self._fonts: dict[tuple[bool, bool], QFont] = {}
        metrics = QFontMetricsF(self._font)
        self.cell_width = metrics.horizontalAdvance("0")
        self.cell_height = theme.size("row-terminal")
        self._base = (self.cell_height + metrics.ascent() - metrics.descent()) / 2
        self._metrics = metrics
        self._fits: dict[str, bool] = {}

    def size_for(self, room: QSize) -> Size:
        """How many cells fit."""
        columns = int((room.width() - 2 * LEFT) / self.cell_width)
        return Size(max(2, columns), max(1, (room.height() - 2 * TOP) // self.cell_height))

    def cell_at(self, place: QPointF) -> Cell:
        """The cell at a place, which may lie outside the screen."""
        column = math.floor((place.x() - LEFT) / self.cell_width)
        return Cell(column, math.floor((place.y() - TOP) / self.cell_height))

    def box(self, column: int, row: int, cells: int = 1) -> QRectF:
        """Where these cells stand."""
        left = LEFT + column * self.cell_width
        return QRectF(left, TOP + row * self.cell_height, cells * self.cell_width, self.cell_height)

    def paint(self, painter: QPainter, frame: Frame, marks: Marks, area: QRectF) -> None:
        """Everything."""
        painter.fillRect(area, self.palette.ground)
        for row, runs in enumerate(frame.rows):
            for run in runs:
                if (ground := self.palette.ink(run.style).ground) is not None:
                    painter.fillRect(self.box(run.column, row, run.cells), ground)
        columns = frame.size.columns
        if marks.selection:
            self._fill(painter, marks.selection, columns, frame.size.rows, "accent.soft")
        for hit in marks.hits:
            self._fill(painter, hit, columns, frame.size.rows, "find.hit")
        if marks.chosen:
            self._fill(painter, marks.chosen, columns, frame.size.rows, "find.current")
        for row, runs in enumerate(frame.rows):
            for run in runs:
                self._paint_run(painter, run, row)
        if marks.link:
            painter.setPen(self._theme.colour("accent.fg"))
            for box in self._boxes(marks.link, columns, frame.size.rows):
                painter.drawLine(box.bottomLeft() - QPointF(0, 2), box.bottomRight() - QPointF(0, 2))
        if frame.cursor is not None:
            self._paint_cursor(painter, frame, frame.cursor, marks.focused)

    def _paint_run(self, painter: QPainter, run: Run, row: int) -> None:
        style, ink = run.style, self.palette.ink(run.style)
        if not run.text.isspace():
            self._paint_text(painter, run, row, ink)
        box = self.box(run.column, row, run.cells)
        if style.underline:
            painter.setPen(QPen(ink.line, 1, _LINES.get(style.underline, Qt.PenStyle.SolidLine)))
            for below in (1.5, 3.5)[: 2 if style.underline == 2 else 1]:
                painter.drawLine(box.bottomLeft() - QPointF(0, below), box.bottomRight() - QPointF(0, below))
        if style.struck:
            painter.setPen(ink.text)
            middle = box.center().y()
            painter.drawLine(QPointF(box.left(), middle), QPointF(box.right(), middle))

    def _paint_text(self, painter: QPainter, run: Run, row: int, ink: Ink) -> None:
        painter.setPen(ink.text)
        painter.setFont(self._font_of(run.style))
        box = self.box(run.column, row)
        base = QPointF(box.left(), box.top() + self._base)
        if run.text.isascii() or (len(run.text) > 1 and run.cells != len(run.text)) or self._fitting(run.text):
            painter.drawText(base, run.text)
            return
        for character in run.text:  # a font of another width stands in for some of them
            painter.drawText(base, character)
            base += QPointF(self.cell_width, 0)

    def _fitting(self, text: str) -> bool:
        """Whether all these are as wide as a cell, so that they can be drawn in one."""
        for character in text:
            fits = self._fits.get(character)
            if fits is None:
                wide = self._metrics.horizontalAdvance(character)
                fits = self._fits[character] = abs(wide - self.cell_width) < 0.01
            if not fits:
                return False
        return True

    def _font_of(self, style: Style) -> QFont:
        key = style.bold, style.italic
        font = self._fonts.get(key)
        if font is None:
            font = self._fonts[key] = QFont(self._font)
            if style.bold:
                font.setWeight(QFont.Weight.Bold)
            font.setItalic(style.italic)
        return font

    def _fill(self, painter: QPainter, span: Span, columns: int, rows: int, token: str) -> None:
        colour = self._theme.colour(token)
        for box in self._boxes(span, columns, rows):
            painter.fillRect(box, colour)

    def _boxes(self, span: Span, columns: int, rows: int) -> Iterable[QRectF]:
        """One box for each row of a span that is in sight."""
        start, end = span
        for row in range(max(0, start.row), min(rows - 1, end.row) + 1):
            first = start.column if row == start.row else 0
            last = end.column if row == end.row else columns - 1
            yield self.box(first, row, last - first + 1)

    def _paint_cursor(self, painter: QPainter, frame: Frame, cursor: Cell, focused: bool) -> None:
        under = _run_at(frame, cursor)
        wide = under is not None and under.cells == 2 and len(under.text) == 1
        box = self.box(cursor.column, cursor.row, 2 if wide else 1)
        if not focused:
            painter.setPen(self.palette.text)
            painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))
            return
        painter.fillRect(box, self.palette.text)
        if under is None:
            return
        text = under.text if wide else under.text[cursor.column - under.column : cursor.column - under.column + 1]
        painter.setPen(self.palette.ground)
        painter.setFont(self._font_of(under.style))
        painter.drawText(QPointF(box.left(), box.top() + self._base), text)


def _run_at(frame: Frame, cell: Cell) -> Run | None:
    if cell.row >= len(frame.rows):
        return None
    for run in frame.rows[cell.row]:
        if run.column <= cell.column < run.column + run.cells:
            return run
    return None
