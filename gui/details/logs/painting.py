"""How rows of a log are painted: number, stream, time, text with its colours, hits and selection."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

from msgspec import Struct
from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter

from gui.details.logs.lines import Piece, Prepared, colour_of
from gui.messages import clock_text
from gui.theme.tokens import Theme, current_theme
from models.log_buffer import Snapshot
from models.log_lines import local_clock
from models.logs import Gap
from models.text import display
from services.log_search import Finder

_LEFT, _GAP = 12, 8
_STREAM = 18  # pixels of the bar and the E of stderr

Row = tuple[Prepared, int, int]


class Scene(Struct, frozen=True):
    """What is to be painted: which log, how, and where."""

    snapshot: Snapshot
    width: int  # pixels
    height: int
    stamps: bool
    finder: Finder | None
    current_hit: int | None  # line number
    selected_in: Callable[[Prepared], tuple[int, int] | None]  # columns of a line


class Place:
    """One painted row: which line, from which column on, and where its text begins."""

    def __init__(self, row: Row, left: float, metrics: QFontMetricsF) -> None:
        line, self.start, self.end = row
        self.number = line.number
        self.line_length = len(line.text)
        self._text = line.text[self.start : self.end]
        self._left, self._metrics = left, metrics

    def column_at(self, x: int) -> int:
        """The column that a pointer at `x` means."""
        wanted = x - self._left
        cell = self._metrics.horizontalAdvance("0")
        column = max(0, min(round(wanted / cell), len(self._text)))
        if not self._text.isascii():  # wide characters: look where the text really is
            while column > 0 and self._metrics.horizontalAdvance(self._text[:column]) > wanted + cell / 2:
                column -= 1
        return self.start + column


class LinePainter:
    """Paints rows; measures with the fixed-width font of the theme."""

    def text_left(self, scene: Scene) -> int:
        """Where the text begins, in pixels."""
        cell = QFontMetricsF(current_theme().font("mono")).horizontalAdvance("0")
        left = _LEFT + self._digits(scene) * cell + _GAP + _STREAM
        if scene.stamps:
            left += 12 * cell + 2 * _GAP
        return round(left)

    def paint(self, painter: QPainter, scene: Scene, rows: Sequence[Row]) -> list[Place]:
        """Paint all rows from the top; where each stands."""
        theme = current_theme()
        font = theme.font("mono")
        metrics = QFontMetricsF(font)
        left, high = self.text_left(scene), theme.size("row-log")
        painter.fillRect(QRect(0, 0, scene.width, scene.height), theme.colour("bg.surface"))
        places = []
        last = None
        for index, row in enumerate(rows):
            box = QRect(0, index * high, scene.width, high)
            place = Place(row, left, metrics)
            self._paint_row(painter, scene, box, row, place, theme, font, metrics, first=row[0].number != last)
            places.append(place)
            last = row[0].number
        self._paint_gaps(painter, scene, places, theme, high)
        return places

    def _digits(self, scene: Scene) -> int:
        return max(4, len(str(scene.snapshot.end)))

    def _paint_row(
        self, painter: QPainter, scene: Scene, box: QRect, row: Row, place: Place, theme: Theme, font: QFont,
        metrics: QFontMetricsF, *, first: bool,
    ) -> None:  # fmt: skip
        line = row[0]
        if line.number == scene.current_hit:
            painter.fillRect(box, theme.colour("bg.selection"))
        if first:
            self._paint_margin(painter, scene, box, line, theme)
        cell = metrics.horizontalAdvance("0")
        left = self.text_left(scene)
        shown = line.text[row[1] : row[2]]

        def x_of(column: int) -> float:
            inside = max(0, min(column - row[1], len(shown)))
            return left + (inside * cell if shown.isascii() else metrics.horizontalAdvance(shown[:inside]))

        if chosen := scene.selected_in(line):
            start, end = x_of(chosen[0]), x_of(chosen[1])
            painter.fillRect(QRectF(start, box.y(), max(2.0, end - start), box.height()), theme.colour("accent.soft"))
        if scene.finder is not None:
            token = "find.current" if line.number == scene.current_hit else "find.hit"
            for start, end in _columns(scene.finder, line.text):
                if end > row[1] and start < row[2]:
                    at = QRectF(x_of(start), box.y() + 2, x_of(end) - x_of(start), box.height() - 4)
                    painter.fillRect(at, theme.colour(token))
        for piece in line.pieces:
            self._paint_piece(painter, box, row, piece, x_of, theme, font)

    def _paint_piece(
        self,
        painter: QPainter,
        box: QRect,
        row: Row,
        piece: Piece,
        x_of: Callable[[int], float],
        theme: Theme,
        font: QFont,
    ) -> None:
        start, end = max(piece.at, row[1]), min(piece.at + len(piece.text), row[2])
        if start >= end:
            return
        text = piece.text[start - piece.at : end - piece.at]
        x = x_of(start)
        if piece.back is not None:
            painter.fillRect(QRectF(x, box.y(), x_of(end) - x, box.height()), colour_of(theme, piece.back))
        painter.setFont(theme.font("mono-medium") if piece.bold else font)
        painter.setPen(colour_of(theme, piece.fore))
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextSingleLine
        painter.drawText(QRectF(x, box.y(), box.width(), box.height()), flags, text)
        if piece.underline:
            painter.drawLine(round(x), box.bottom() - 3, round(x_of(end)), box.bottom() - 3)

    def _paint_margin(self, painter: QPainter, scene: Scene, box: QRect, line: Prepared, theme: Theme) -> None:
        cell = QFontMetricsF(theme.font("mono")).horizontalAdvance("0")
        painter.setFont(theme.font("mono-small"))
        painter.setPen(theme.colour("text.disabled"))
        right = round(_LEFT + self._digits(scene) * cell)
        numbers = QRect(0, box.y(), right, box.height())
        painter.drawText(numbers, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, str(line.number + 1))
        if line.stderr:
            painter.fillRect(QRect(right + _GAP - 2, box.y(), 2, box.height()), theme.colour("error.mark"))
            painter.setPen(theme.colour("error.fg"))
            painter.drawText(QRect(right + _GAP + 4, box.y(), 12, box.height()), Qt.AlignmentFlag.AlignVCenter, "E")
        if scene.stamps:
            painter.setFont(theme.font("mono"))
            painter.setPen(theme.colour("text.secondary"))
            at = QRectF(right + _GAP + _STREAM, box.y(), 13 * cell, box.height())
            painter.drawText(at, Qt.AlignmentFlag.AlignVCenter, local_clock(line.stamp))

    def _paint_gaps(self, painter: QPainter, scene: Scene, places: Sequence[Place], theme: Theme, high: int) -> None:
        """A line across where the source was lost or came back, its words at the right."""
        if not scene.snapshot.gaps:
            return
        tops: dict[int, int] = {}
        for index, place in enumerate(places):
            tops.setdefault(place.number, index * high)
        if places and places[-1].number == scene.snapshot.end - 1:
            tops[scene.snapshot.end] = len(places) * high
        by_line: dict[int, list[Gap]] = {}
        for mark in scene.snapshot.gaps:
            by_line.setdefault(mark.line, []).append(mark.gap)
        painter.setFont(theme.font("secondary"))
        for line, gaps in by_line.items():
            top = tops.get(line)
            if top is None:
                continue
            lost = not gaps[-1].back
            token = "warning" if lost else "ok"
            words = ", ".join(f"{clock_text(gap.since)} {display(gap.reason)}" for gap in gaps)
            painter.fillRect(0, top, scene.width, 1, theme.colour(f"{token}.mark"))
            room = painter.fontMetrics().horizontalAdvance(words) + 12
            box = QRect(scene.width - room - 12, max(0, top - 8), room, 16)
            painter.fillRect(box, theme.colour(f"{token}.soft"))
            painter.setPen(theme.colour(f"{token}.fg"))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)


@lru_cache(maxsize=200)  # lines: a frame shows many that the last one has shown
def _columns(finder: Finder, text: str) -> Sequence[tuple[int, int]]:
    """Columns of the matches in a line."""
    return finder.spans(text)
