"""The lines on the screen: only the visible ones are painted, however many there are."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from msgspec import Struct
from PySide6.QtCore import QPoint, QRect, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFontMetricsF,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from gui.details.logs.hits import HitBar
from gui.details.logs.lines import Prepared, Preparer
from gui.details.logs.painting import LinePainter, Place, Scene
from gui.theme.tokens import current_theme
from models.log_buffer import Snapshot
from services.log_search import Finder

_PADDING = 8
_MOST_COLUMNS = 16_500  # a line is cut at 16 KB


class Spot(Struct, frozen=True, order=True):
    """A place in the log: line number and column."""

    line: int
    column: int


class LogView(QAbstractScrollArea):
    """Shows the lines `lines` (all, or what passes a filter) of a snapshot."""

    following_changed = Signal(bool)
    menu_wanted = Signal(QPoint)
    copy_wanted = Signal(bool)  # raw
    seen_changed = Signal()  # other lines are on the screen

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.snapshot = Snapshot()
        self.lines: range | array[int] = range(0)
        self.following = True
        self.wrap = False
        self.stamps = True
        self.finder: Finder | None = None  # of the search
        self.current_hit: int | None = None  # line number
        self._top = 0  # the line number at the top edge
        self._anchor: Spot | None = None
        self._cursor: Spot | None = None
        self._places: list[Place] = []  # what the last paint put where
        self._preparer = Preparer()
        self._painter = LinePainter()
        self.hit_bar = HitBar(Qt.Orientation.Vertical, self)
        self.setVerticalScrollBar(self.hit_bar)
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setCursor(Qt.CursorShape.IBeamCursor)
        self.setAccessibleName("Log")
        self.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        self.horizontalScrollBar().valueChanged.connect(self.viewport().update)

    # what is shown

    def clear(self) -> None:
        """Another log begins."""
        self._preparer.clear()
        self._anchor = self._cursor = None
        self._top = 0
        self.show_lines(Snapshot(), range(0))
        self.set_following(True)

    def show_lines(self, snapshot: Snapshot, lines: range | array[int]) -> None:
        """The log has grown, or other lines of it are wanted. The line at the top stays unless it follows."""
        self.snapshot, self.lines = snapshot, lines
        self._fit_bars()
        self.viewport().update()

    def set_following(self, following: bool) -> None:
        """Stay at the end, or stand still."""
        if following != self.following:
            self.following = following
            self.following_changed.emit(following)
        self._fit_bars()
        self.viewport().update()

    def set_wrap(self, wrap: bool) -> None:
        """Break long lines at the right edge, or scroll sideways."""
        self.wrap = wrap
        self._fit_bars()
        self.viewport().update()

    def set_stamps(self, stamps: bool) -> None:
        """Show each line's time of day, or not."""
        self.stamps = stamps
        self._fit_bars()
        self.viewport().update()

    def go_to(self, line: int) -> None:
        """Bring this line into the middle and stop following."""
        self.set_following(False)
        at = bisect_left(self.lines, line)
        self._scroll_to(max(0, at - self._page() // 2))

    def top_index(self) -> int:
        """The place in `lines` of the line at the top edge."""
        return min(bisect_left(self.lines, self._top), max(0, len(self.lines) - 1))

    def bottom(self) -> int:
        """The number after the last line on the screen."""
        return self._places[-1].number + 1 if self._places else self.snapshot.end

    def seen(self) -> tuple[bytes, bytes] | None:
        """The time stamps of the first and the last line on the screen."""
        if not self._places:
            return None
        first, last = self._places[0].number, self._places[-1].number
        return self._preparer.line(self.snapshot, first).stamp, self._preparer.line(self.snapshot, last).stamp

    # selection

    def selected(self) -> tuple[Spot, Spot] | None:
        """First and last place that are selected, in order; None for nothing."""
        if self._anchor is None or self._cursor is None or self._anchor == self._cursor:
            return None
        return (self._anchor, self._cursor) if self._anchor < self._cursor else (self._cursor, self._anchor)

    def select_all(self) -> None:
        """All lines that are shown."""
        if len(self.lines):
            self._anchor = Spot(self.lines[0], 0)
            self._cursor = Spot(self.lines[-1], _MOST_COLUMNS)
            self.viewport().update()

    def selected_in(self, line: Prepared) -> tuple[int, int] | None:
        """Columns of a line that are selected."""
        chosen = self.selected()
        if chosen is None or not chosen[0].line <= line.number <= chosen[1].line:
            return None
        start = chosen[0].column if line.number == chosen[0].line else 0
        end = chosen[1].column if line.number == chosen[1].line else len(line.text) + 1
        return start, end

    # geometry

    def _scene(self) -> Scene:
        inside = self.viewport()
        return Scene(
            self.snapshot,
            inside.width(),
            inside.height(),
            self.stamps,
            self.finder,
            self.current_hit,
            self.selected_in,
        )

    def _page(self) -> int:
        return max(1, self.viewport().height() // current_theme().size("row-log"))

    def columns(self) -> int:
        """How many characters fit beside number and time."""
        cell = QFontMetricsF(current_theme().font("mono")).horizontalAdvance("0")
        room = self.viewport().width() - self._painter.text_left(self._scene()) - _PADDING
        return max(20, int(room / cell))

    def _fit_bars(self) -> None:
        page = self._page()
        last = max(0, len(self.lines) - (1 if self.wrap else page))
        bar = self.verticalScrollBar()
        bar.blockSignals(True)
        bar.setRange(0, last)
        bar.setPageStep(page)
        bar.setValue(last if self.following else min(self.top_index(), last))
        bar.blockSignals(False)
        if self.following:
            self._top = self.lines[bar.value()] if len(self.lines) else 0
        across = self.horizontalScrollBar()
        across.setRange(0, 0 if self.wrap else max(0, self._widest() - self.columns()))
        across.setPageStep(self.columns())

    def _widest(self) -> int:
        return max((place.line_length for place in self._places), default=0)

    def _rows(self) -> Iterator[tuple[Prepared, int, int]]:
        """(line, first column, end column) of each row from the top of the screen to its foot."""
        room = self._page() + 1
        columns = self.columns()
        if self.following and self.wrap:
            yield from self._rows_from_the_end(room - 1, columns)
            return
        for number in self.lines[self.verticalScrollBar().value() :]:
            line = self._preparer.line(self.snapshot, number)
            for start, end in self._breaks(line, columns):
                yield line, start, end
                room -= 1
                if room == 0:
                    return

    def _rows_from_the_end(self, room: int, columns: int) -> Iterator[tuple[Prepared, int, int]]:
        rows: list[tuple[Prepared, int, int]] = []
        for number in reversed(self.lines[-room:]):
            line = self._preparer.line(self.snapshot, number)
            rows[:0] = [(line, start, end) for start, end in self._breaks(line, columns)]
            if len(rows) >= room:
                break
        yield from rows[-room:]

    def _breaks(self, line: Prepared, columns: int) -> Sequence[tuple[int, int]]:
        if not self.wrap:
            start = self.horizontalScrollBar().value()
            return ((start, start + columns + 2),)
        length = len(line.text)
        return [(start, min(start + columns, length)) for start in range(0, max(1, length), columns)]

    # events

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        widest, before = self._widest(), self._ends()
        self._places = self._painter.paint(painter, self._scene(), list(self._rows()))
        painter.end()
        if not self.wrap and self._widest() > widest:
            self._fit_bars()
        if self._ends() != before:
            self.seen_changed.emit()

    def _ends(self) -> tuple[int, int] | None:
        return (self._places[0].number, self._places[-1].number) if self._places else None

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_bars()

    def _scroll_to(self, value: int) -> None:
        self.verticalScrollBar().setValue(value)

    def _on_scrolled(self, value: int) -> None:
        bar = self.verticalScrollBar()
        if len(self.lines):
            self._top = self.lines[min(value, len(self.lines) - 1)]
        at_the_end = value >= bar.maximum()
        if at_the_end != self.following:
            self.following = at_the_end
            self.following_changed.emit(at_the_end)
        self.viewport().update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            QGuiApplication.sendEvent(self.horizontalScrollBar(), event)
        else:
            super().wheelEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        bar, page = self.verticalScrollBar(), self._page()
        steps = {
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_PageUp: 1 - page,
            Qt.Key.Key_PageDown: page - 1,
        }
        across = self.horizontalScrollBar()
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_wanted.emit(False)
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self.select_all()
        elif event.key() in steps:
            bar.setValue(bar.value() + steps[Qt.Key(event.key())])
        elif event.key() == Qt.Key.Key_Home:
            bar.setValue(0)
        elif event.key() == Qt.Key.Key_End:
            self.set_following(True)
        elif event.key() == Qt.Key.Key_Space:
            self.set_following(not self.following)
        elif event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            across.setValue(across.value() + (8 if event.key() == Qt.Key.Key_Right else -8))
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            spot = self._spot(event.position().toPoint())
            if spot is not None:
                if not event.modifiers() & Qt.KeyboardModifier.ShiftModifier or self._anchor is None:
                    self._anchor = spot
                self._cursor = spot
                self.viewport().update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton and self._anchor is not None:
            at = event.position().toPoint()
            if at.y() < 0 or at.y() > self.viewport().height():  # drag beyond an edge: go on there
                self._scroll_to(self.verticalScrollBar().value() + (-1 if at.y() < 0 else 1))
            self._cursor = self._spot(at) or self._cursor
            self.viewport().update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        spot = self._spot(event.position().toPoint())
        if spot is None:
            return
        text = self._preparer.line(self.snapshot, spot.line).text
        start = end = min(spot.column, len(text))
        while start > 0 and not text[start - 1].isspace():
            start -= 1
        while end < len(text) and not text[end].isspace():
            end += 1
        self._anchor, self._cursor = Spot(spot.line, start), Spot(spot.line, end)
        self.viewport().update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_wanted.emit(event.globalPos())

    def _spot(self, at: QPoint) -> Spot | None:
        if not self._places:
            return None
        row = current_theme().size("row-log")
        place = self._places[max(0, min(at.y() // row, len(self._places) - 1))]
        return Spot(place.number, place.column_at(at.x()))

    def place_of(self, line: int) -> QRect | None:
        """Where the first row of a line stands in the viewport, when it is on the screen."""
        row = current_theme().size("row-log")
        for index, place in enumerate(self._places):
            if place.number == line:
                return QRect(0, index * row, self.viewport().width(), row)
        return None
