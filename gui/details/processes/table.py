"""The table of processes: the lines of a tree, whose branches fold."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from gui.table.painting import GAP, Box, Frame, LinePainter
from gui.table.table import Table
from gui.theme.icons import paint_icon
from gui.theme.tokens import current_theme
from models.docker.processes_kind import PROCESS, ProcessRow
from models.rows import Line

STEP = 16  # pixels a level
_TREE = "command"  # the column that has the tree, and by which it is sorted
_DEEPEST = 14  # levels that are indented
_ELBOW = 6
_LEAF = 4  # pixels from the elbow to a command without children
_TEXT_LEAST = 48  # pixels that a command keeps beside its mark
_TAG_PADDING = 6
_TAG_ICON = 11


class TreePainter(LinePainter):
    """Draws guides, chevrons and marks around the commands."""

    def text_left(self, box: Box, line: Line, grouped: bool) -> int:
        left = super().text_left(box, line, grouped)
        row: ProcessRow | None = line.row
        return left if row is None or box.column.id != _TREE else left + indent(row)

    def _paint_row(self, painter: QPainter, line: Line, frame: Frame) -> None:
        row: ProcessRow = line.row
        place = next((n for n, box in enumerate(frame.boxes) if box.column.id == _TREE), None)
        if place is None:
            super()._paint_row(painter, line, frame)
            return
        box, boxes = frame.boxes[place], list(frame.boxes)
        tag = self._tag_width(row.mark)
        left = self.text_left(box, line, frame.grouping is not None)
        if tag and box.right - left - tag - GAP >= _TEXT_LEAST:
            boxes[place] = Box(box.index, box.column, box.left, box.right - tag - GAP)
        else:
            tag = 0
        super()._paint_row(painter, line, Frame(boxes, frame.width, frame.grouping, frame.focused, frame.stale))
        if not row.flat:
            self._paint_branch(painter, box.left, row)
        if tag:
            text = self._cells.texts(line)[box.index]
            wide = self.fitting(box.column).fit(text, boxes[place].right - left)[1]
            self._paint_tag(painter, left + wide + GAP + 2, tag, row, stale=frame.stale)

    def _paint_branch(self, painter: QPainter, left: int, row: ProcessRow) -> None:
        """The lines that lead here from its ancestors, and its chevron."""
        theme, guides = self.theme, row.branch.guides[-_DEEPEST:]
        line, middle = theme.colour("border.default"), self.row_height // 2
        for level, goes_on in enumerate(guides):
            x = left + level * STEP + STEP // 2 - 2
            last = level == len(guides) - 1
            if last:
                painter.fillRect(x, 0, 1, self.row_height if goes_on else middle, line)
                painter.fillRect(x, middle, _ELBOW, 1, line)
            elif goes_on:
                painter.fillRect(x, 0, 1, self.row_height, line)
        if row.branch.children:
            chevron = theme.size("chevron")
            at = QPoint(left + len(guides) * STEP, (self.row_height - chevron) // 2)
            paint_icon(painter, at, "chevron-right" if row.folded else "chevron-down", theme, chevron)

    def _tag_width(self, text: str) -> int:
        if not text:
            return 0
        return self._fonts["base"].metrics.horizontalAdvance(text) + _TAG_ICON + GAP + 2 * _TAG_PADDING

    def _paint_tag(self, painter: QPainter, left: int, wide: int, row: ProcessRow, *, stale: bool) -> None:
        theme, high = self.theme, self.theme.size("pill")
        wanted = not stale and (row.main or row.process.zombie)
        area = QRect(left, (self.row_height - 1 - high) // 2, wide - 1, high - 1)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour("border.default"), 1))
        radius = theme.size("radius.small")
        painter.drawRoundedRect(area.toRectF().translated(0.5, 0.5), radius, radius)
        painter.restore()
        icon = QPoint(left + _TAG_PADDING, (self.row_height - 1 - _TAG_ICON) // 2)
        ink = "warning.fg" if wanted else "text.secondary"
        paint_icon(painter, icon, "warning" if row.main or row.process.zombie else "terminal", theme, _TAG_ICON, ink)
        words = left + _TAG_PADDING + _TAG_ICON + GAP
        self._draw(painter, self._fonts["base"], words, row.mark, theme.colour(ink))


def indent(row: ProcessRow) -> int:
    """Pixels from the cell's left edge to the command."""
    if row.flat:
        return 0
    depth = min(row.branch.depth, _DEEPEST)
    return depth * STEP + (_LEAF if depth and not row.branch.children else STEP)


class ProcessTable(Table):
    """Left and Right fold and open branches, as does a click on a chevron."""

    line_painter = TreePainter
    fold_wanted = Signal(str, bool)  # the row's id, whether it is to be folded

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(PROCESS, parent)

    @property
    def as_tree(self) -> bool:
        """Whether the lines stand in the tree's order."""
        return self.rows.sorted_by == (_TREE, False)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        where = event.position().toPoint()
        line = self.line_at(self.rowAt(where.y()))
        row: ProcessRow | None = None if line is None else line.row
        if row is not None and event.button() is Qt.MouseButton.LeftButton and self._on_chevron(where, row):
            self.fold_wanted.emit(row.id, not row.folded)
            return
        super().mousePressEvent(event)

    def _on_chevron(self, where: QPoint, row: ProcessRow) -> bool:
        box = next((box for box in self.header.boxes() if box.column.id == _TREE), None)
        if box is None or row.flat or not row.branch.children:
            return False
        left = box.left + min(row.branch.depth, _DEEPEST) * STEP
        return left - 4 <= where.x() <= left + current_theme().size("chevron") + 2

    def _go_sideways(self, line: Line | None, right: bool) -> None:
        """As in a tree: Left folds or goes to the parent, Right opens."""
        row: ProcessRow | None = None if line is None else line.row
        if row is None or row.flat:
            super()._go_sideways(line, right)
        elif row.branch.children and row.folded is right:
            self.fold_wanted.emit(row.id, not right)
        elif not right and (parent := self._parent_of(row)) is not None:
            self.select_keys([parent])

    def _parent_of(self, row: ProcessRow) -> str | None:
        path = row.branch.path[:-1]
        return next((other.id for other in self.all_rows() if path and other.branch.path == path), None)
