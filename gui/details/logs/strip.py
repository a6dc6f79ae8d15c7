"""A log's lines over time: thin bars above it, by level; a click or drag goes to that time."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFontMetrics, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from gui import tasks
from gui.details.logs import work
from gui.theme.tokens import Theme, current_theme
from gui.widgets.focus import KeyFocus
from gui.widgets.paint import paint_box, paint_focus
from models.log_buffer import Snapshot
from models.log_histogram import Histogram
from models.log_lines import Level
from models.text import count_text
from models.time_axis import local, round_times

HEIGHT = 54
_TOP, _BASE = 8, 36  # pixels between which bars stand
_SIDE = 16
_LEAST = 2  # pixels of a warning or error among many other lines
_LEAST_SEEN = 4  # pixels of the lines on the screen, be they of one moment
_LABEL = 110  # pixels that a time has at least
_SHORTEST = 2_000  # milliseconds: less is no course of time
_PAUSE = 1_000  # ms between two counts of a log that grows
_QUIET = (Level.NONE, Level.INFO, Level.DEBUG)
_STACK = (("border.strong", _QUIET), ("warning.mark", (Level.WARN,)), ("error.mark", (Level.ERROR,)))  # from the foot
_LOUD = ((Level.ERROR, "error"), (Level.WARN, "warning"))


class TimeStrip(KeyFocus, QWidget):
    """Hidden while the log has no course of time, or `set_room(False)` says that there is no room."""

    moment_wanted = Signal(object)  # milliseconds since the epoch: more than an int of Qt's

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.histogram: Histogram | None = None
        self._snapshot = Snapshot()
        self._levels: frozenset[Level] = frozenset()
        self._seen: tuple[int, int] | None = None  # milliseconds since the epoch
        self._box = QRect()  # of what is seen
        self._boxes: list[tuple[str, list[QRect]]] = []  # by colour
        self._room = True
        self._counting = False
        self._counted = (0, 0)  # first and end of the lines in the histogram
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE)
        self._pause.timeout.connect(self._count)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName("Lines over time")
        self.setAccessibleDescription("Left and Right go to earlier and later lines")
        self.hide()

    # what is shown

    def clear(self) -> None:
        """Another log begins."""
        tasks.cancel(self, "count")
        self._pause.stop()
        self._snapshot, self._counting, self._counted = Snapshot(), False, (0, 0)
        self._seen = None
        self._show(None)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """The log stands so now; it is counted now and then."""
        self._snapshot = snapshot
        if not self._pause.isActive():
            self._count()

    def set_room(self, room: bool) -> None:
        """Whether it may take room; a log that cannot be seen is not counted."""
        self._room = room
        self.setVisible(room and self._useful())
        self._count()

    def set_levels(self, levels: frozenset[Level]) -> None:
        """Only lines of these levels; of all when it is empty."""
        self._levels = levels
        self._fit()

    def set_seen(self, seen: tuple[int, int] | None) -> None:
        """From when to when the lines on the screen were written, in milliseconds since the epoch."""
        self._seen = seen
        before, self._box = self._box, self._seen_box()
        if self._box != before:  # who follows sees the end all the time: nothing to paint
            self.update(before.united(self._box).adjusted(-1, -1, 1, 1))

    def sizeHint(self) -> QSize:
        return QSize(300, HEIGHT)

    def _count(self) -> None:
        snapshot = self._snapshot
        if self._room and not self._counting and self._counted != (snapshot.first, snapshot.end):
            self._counting = True
            self._counted = (snapshot.first, snapshot.end)
            self._pause.start()
            tasks.run(self, work.over_time, snapshot, key="count").succeeded.connect(self._on_counted)

    def _on_counted(self, histogram: Histogram | None) -> None:
        self._counting = False
        self._show(histogram)
        if not self._pause.isActive():
            self._count()

    def _show(self, histogram: Histogram | None) -> None:
        self.histogram = histogram
        self._fit()
        self.setVisible(self._room and self._useful())

    def _useful(self) -> bool:
        return self.histogram is not None and self.histogram.end - self.histogram.start >= _SHORTEST

    # geometry

    def _fit(self) -> None:
        """Lay the bars out anew."""
        self._boxes = [(colour, []) for colour, _ in _STACK]
        if self.histogram is not None:
            bars = [[self._share(bar, levels) for _, levels in _STACK] for bar in self.histogram.bars]
            highest = max(1, max(map(sum, bars)))
            pitch = self._width() / len(bars)
            for index, bar in enumerate(bars):
                left, right = round(_SIDE + index * pitch), round(_SIDE + (index + 1) * pitch)
                base = _BASE
                for number, (_, boxes) in zip(bar, self._boxes, strict=True):
                    if number:
                        least = 1 if boxes is self._boxes[0][1] else _LEAST
                        high = max(least, round(number / highest * (_BASE - _TOP)))
                        boxes.append(QRect(left, base - high, max(1, right - left - 1), high))
                        base -= high
        self._box = self._seen_box()
        self.update()

    def _seen_box(self) -> QRect:
        """Where the lines on the screen stand; null for nowhere."""
        if self.histogram is None or self._seen is None:
            return QRect()
        left, right = (self._x_of(self.histogram.share(moment)) for moment in self._seen)
        wide = max(_LEAST_SEEN, right - left)
        left = min(left, self.width() - _SIDE - wide)
        return QRect(left - 1, _TOP - 2, wide + 2, _BASE - _TOP + 4)

    def _share(self, bar: tuple[int, ...], levels: tuple[Level, ...]) -> int:
        return sum(bar[level] for level in levels if not self._levels or level in self._levels)

    def _width(self) -> int:
        return max(1, self.width() - 2 * _SIDE)

    def _share_at(self, x: float) -> float:
        return (x - _SIDE) / self._width()

    def _x_of(self, share: float) -> int:
        return round(_SIDE + share * self._width())

    # events

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painter.fillRect(event.rect(), theme.colour("bg.surface"))
        painter.fillRect(0, self.height() - 1, self.width(), 1, theme.colour("border.default"))
        if self.histogram is not None:
            painter.setPen(Qt.PenStyle.NoPen)
            for colour, boxes in self._boxes:
                painter.setBrush(theme.colour(colour))
                painter.drawRects(boxes)
            self._paint_times(painter, theme, self.histogram)
            if not self._box.isNull():
                ground = QColor(theme.colour("accent.line"))
                ground.setAlphaF(0.12)
                paint_box(painter, self._box, 2, ground, theme.colour("accent.line"))
        if self.shows_focus():
            paint_focus(painter, self.rect(), theme, theme.size("radius.small"))
        painter.end()

    def _paint_times(self, painter: QPainter, theme: Theme, histogram: Histogram) -> None:
        font = theme.font("secondary")
        metrics = QFontMetrics(font)
        painter.setFont(font)
        painter.setPen(theme.colour("text.secondary"))
        end = f"{local(histogram.end):%H:%M:%S}"
        room = self.width() - _SIDE - metrics.horizontalAdvance(end)
        painter.drawText(room, _BASE + 13, end)
        free = 0
        for moment, words in round_times(histogram.start, histogram.end, self._width() // _LABEL):
            wide = metrics.horizontalAdvance(words)
            left = max(_SIDE, self._x_of(histogram.share(moment)) - wide // 2)
            if free <= left and left + wide + 12 < room:
                painter.drawText(left, _BASE + 13, words)
                free = left + wide + 12

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._go(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go(event.position().x())

    def _go(self, x: float) -> None:
        if self.histogram is not None:
            self.moment_wanted.emit(self.histogram.moment(self._share_at(x)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if event.key() in steps and self.histogram is not None and self._seen is not None:
            begin, end = self._seen
            by = max(self.histogram.span, end - begin)  # a bar, or a screen where that has more
            self.moment_wanted.emit((begin + end) // 2 + steps[Qt.Key(event.key())] * by)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.words_at(event.pos().x()), self)
            return True
        return super().event(event)

    def words_at(self, x: float) -> str:
        """What the bar at `x` stands for: its time, and how many lines."""
        if self.histogram is None:
            return ""
        number = self.histogram.bar_at(self._share_at(x))
        bar = self.histogram.bars[number]
        parts = [count_text(sum(bar), "line")]
        parts += [count_text(bar[level], word) for level, word in _LOUD if bar[level]]
        return f"{local(self.histogram.start + number * self.histogram.span):%H:%M:%S}: {', '.join(parts)}"
