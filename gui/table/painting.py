"""Draws one line of a table, and asks no model while it does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from msgspec import Struct
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QColor, QPainter

from gui.table.cells import Cells, problem_words
from gui.table.fitting import Fitting
from gui.theme.glyphs import paint_glyph
from gui.theme.icons import paint_icon
from gui.theme.tokens import Theme
from gui.widgets.marks import paint_pill, pill_width
from gui.widgets.sparkline import paint_sparkline
from models.health import Health, Tone
from models.kind import Align, Column, Grouping
from models.rows import Line
from models.text import display

PADDING = 8  # left and right in a cell
LEFT, RIGHT = 8, 12  # of the table, beside its cells
GAP = 6  # between a glyph, an icon and their words
INDENT = 16  # of rows that stand under a group
_PLAIN = (Tone.PRIMARY, Tone.SECONDARY, Tone.DISABLED)
TOKENS = {tone: f"text.{tone}" if tone in _PLAIN else f"{tone}.fg" for tone in Tone}


class Box(Struct, gc=False):
    """Where a visible column's content stands, in pixels of the viewport."""

    index: int  # in the kind's columns
    column: Column
    left: int
    right: int


class Frame(Struct, gc=False):
    """What all lines on the screen have in common."""

    boxes: Sequence[Box]
    width: int
    grouping: Grouping | None
    focused: bool
    stale: bool


class Look(Struct, frozen=True, gc=False):
    """What is special about one line."""

    selected: bool = False
    current: bool = False  # the header of a group that the keyboard is on
    hovered: bool = False


class LinePainter:
    """Paints lines in one theme. Make a new one when the theme changes."""

    def __init__(self, theme: Theme, cells: Cells) -> None:
        self.theme = theme
        self._cells = cells
        self._fonts = {
            role: Fitting(theme.font(role)) for role in ("base", "medium", "mono", "mono-medium", "mono-small")
        }
        self.row_height = theme.size("row")
        self._glyph = theme.size("state-glyph")
        self._icon = theme.size("icon-small")
        self._spark = (theme.size("sparkline-width"), theme.size("sparkline-height"))

    def fitting(self, column: Column) -> Fitting:
        """How the texts of this column are cut."""
        role = "mono" if column.mono else "medium" if column.strong else "base"
        return self._fonts["mono-medium" if column.mono and column.strong else role]

    def text_left(self, box: Box, line: Line, grouped: bool) -> int:
        """Where the text of a cell may begin, after indent, glyph or sparkline."""
        left = box.left + (INDENT if grouped and _leads(box) else 0)
        if box.column.glyph is not None:
            left += self._glyph + GAP
        elif box.column.icon is not None:
            left += self._icon + GAP
        if box.column.spark is not None and box.column.align is Align.RIGHT and self._spark_left(box) >= box.left:
            left = self._spark_left(box) + self._spark[0] + 2
        return left

    def natural_width(self, column: Column, lines: Sequence[Line], index: int, grouped: bool) -> int:
        """Pixels of content that would show the widest of these lines whole."""
        if column.spark is not None:
            return column.width - 2 * PADDING
        fitting = self.fitting(column)
        widest = max(
            (fitting.width(self._cells.texts(line)[index]) for line in lines if line.row is not None), default=0
        )
        indent = INDENT if grouped and column.glyph is not None else 0
        before = self._glyph if column.glyph is not None else self._icon if column.icon is not None else -GAP
        return widest + indent + before + GAP

    def paint(self, painter: QPainter, line: Line, look: Look, frame: Frame) -> None:
        """Draw a line from the painter's origin."""
        self._paint_ground(painter, line, look, frame)
        if line.row is None:
            self._paint_group(painter, line, frame)
        else:
            self._paint_row(painter, line, frame)

    def _paint_ground(self, painter: QPainter, line: Line, look: Look, frame: Frame) -> None:
        colour, wide, high = self.theme.colour, frame.width, self.row_height
        if look.selected:
            ground = "bg.selection" if frame.focused else "bg.selection-inactive"
        elif look.hovered:
            ground = "bg.hover"
        else:
            ground = "bg.inset" if line.row is None else "bg.surface"
        painter.fillRect(0, 0, wide, high, colour(ground))
        painter.fillRect(0, high - 1, wide, 1, colour("border.subtle"))
        if frame.focused and (look.selected or look.current):
            painter.fillRect(0, 0, 2, high, colour("accent.line"))

    def _paint_row(self, painter: QPainter, line: Line, frame: Frame) -> None:
        texts, row, theme = self._cells.texts(line), line.row, self.theme
        grouped = frame.grouping is not None
        for box in frame.boxes:
            column = box.column
            left = self.text_left(box, line, grouped)
            if column.glyph is not None:
                at = QPoint(left - GAP - self._glyph, (self.row_height - 1 - self._glyph) // 2 + 1)
                paint_glyph(painter, at, column.glyph(row), theme, self._glyph, grey=frame.stale)
            elif column.icon is not None:
                at = QPoint(left - GAP - self._icon, (self.row_height - self._icon) // 2)
                paint_icon(painter, at, column.icon(row), theme, self._icon)
            if column.spark is not None and not frame.stale:
                self._paint_spark(painter, box, row)
            text, tone = texts[box.index], column.tone(row)
            if not text:
                text, tone = column.absent, Tone.DISABLED
            elif frame.stale and tone is not Tone.DISABLED:
                tone = Tone.SECONDARY
            fitting = self.fitting(column)
            shown, width = fitting.fit(text, box.right - left)
            x = box.right - width if column.align is Align.RIGHT else left
            self._draw(painter, fitting, x, shown, theme.colour(TOKENS[tone]))

    def _draw(self, painter: QPainter, fitting: Fitting, x: int, text: str, ink: QColor) -> None:
        metrics = fitting.metrics
        painter.setFont(fitting.font)
        painter.setPen(ink)
        # The line below belongs to the row: letters stand in the middle of what is above it.
        painter.drawText(x, (self.row_height - metrics.height()) // 2 + metrics.ascent(), text)

    def _spark_left(self, box: Box) -> int:
        """Sparklines keep their distance to the number, however wide the column was dragged."""
        return box.right - (box.column.width - 2 * PADDING)

    def _paint_spark(self, painter: QPainter, box: Box, row: Any) -> None:
        spark_of: Callable[[Any], Any] = box.column.spark  # type: ignore[assignment]
        left = self._spark_left(box)
        spark = spark_of(row) if left >= box.left else None
        if spark is None:
            return
        wide, high = self._spark
        area = QRect(left, (self.row_height - high) // 2, wide, high)
        painter.save()
        paint_sparkline(painter, area, spark.values, spark.limit, self.theme)
        painter.restore()

    def _paint_group(self, painter: QPainter, line: Line, frame: Frame) -> None:
        grouping, group, theme = frame.grouping, line.group, self.theme
        if grouping is None:
            return
        words = group.words
        ink = theme.colour("text.secondary" if frame.stale else "text.primary")
        quiet = theme.colour("text.secondary")
        right = self._paint_detail(painter, words.detail, frame)
        chevron, icon = theme.size("chevron"), theme.size("icon-small")
        left = LEFT + PADDING
        name = "chevron-right" if group.collapsed else "chevron-down"
        paint_icon(painter, QPoint(left, (self.row_height - chevron) // 2), name, theme, chevron)
        left += chevron + GAP
        # What belongs to no group carries no group's icon.
        symbol = grouping.icon if group.key else "container"
        paint_icon(painter, QPoint(left, (self.row_height - icon) // 2), symbol, theme, icon)
        left += icon + GAP
        for role, text, colour in (("medium", display(group.title), ink), ("base", words.summary, quiet)):
            shown, width = self._fonts[role].fit(text, max(0, right - left))
            self._draw(painter, self._fonts[role], left, shown, colour)
            left += width + PADDING
        if not frame.stale:  # what was wrong then may be well by now
            self._paint_problems(painter, words.problems, left, right)

    def _paint_detail(self, painter: QPainter, detail: str, frame: Frame) -> int:
        """Draw what stands at a group's right end; where it begins."""
        end = frame.width - RIGHT - PADDING
        if not detail:
            return end
        fitting = self._fonts["mono-small"]
        shown, width = fitting.fit(display(detail), frame.width // 3)
        self._draw(painter, fitting, end - width, shown, self.theme.colour("text.secondary"))
        return end - width - 2 * PADDING

    def _paint_problems(self, painter: QPainter, problems: int, left: int, right: int) -> None:
        words, high = problem_words(problems), self.theme.size("pill")
        width = pill_width(words, self.theme, Health.FAILED)
        if not problems or left + width > right:
            return
        painter.save()
        area = QRect(left, (self.row_height - high) // 2, width, high)
        paint_pill(painter, area, words, self.theme, Health.FAILED)
        painter.restore()


def _leads(box: Box) -> bool:
    return box.column.glyph is not None or box.left == LEFT + PADDING
