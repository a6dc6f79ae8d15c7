"""Charts above each other over one time axis: range, pointer and marks are common to all."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from gui.charts.content import Content, Measure
from gui.charts.lane import Lane, Ruler
from gui.charts.plot import AXIS, Plot, titles
from gui.charts.scale import unit
from gui.theme.tokens import current_theme
from models.series import Mark
from models.time_axis import round_times

_TITLE = 28  # pixels
_LEAST = 72  # pixels of a chart's area
_TIME_EVERY = 110  # pixels between two times at least
_RIGHT = 12
_ROOM = 340  # pixels of height from which on the lane has a title
_STILL = 150  # ms after which it no longer moves
_SHORTEST = 5.0  # seconds that can be looked at


class Title(QWidget):
    """Name and unit at the left, the legend at the right."""

    def __init__(self, name: str, note: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._note = name, note
        self._unit = ""
        self._entries: list[tuple[str, str, bool]] = []
        self.setFixedHeight(_TITLE)

    def show_legend(self, word: str, entries: Sequence[tuple[str, str, bool]]) -> None:
        """The unit, and what the lines are: words, colour token, dashed."""
        self._unit, self._entries = word, list(entries)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painter.setFont(theme.font("medium"))
        painter.setPen(theme.colour("text.primary"))
        left = 16
        room = QRectF(left, 0, self.width() - left, self.height())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, self._name)
        left += QFontMetrics(painter.font()).horizontalAdvance(self._name) + 8
        words = ", ".join(filter(None, (self._unit, self._note)))
        painter.setFont(theme.font("base"))
        painter.setPen(theme.colour("text.secondary"))
        painter.drawText(QRectF(left, 0, self.width(), self.height()), Qt.AlignmentFlag.AlignVCenter, words)
        left += QFontMetrics(painter.font()).horizontalAdvance(words) + 16
        self._paint_legend(painter, left)

    def _paint_legend(self, painter: QPainter, left: int) -> None:
        """From the right; what has no room is left out: the column of values names every line."""
        theme = current_theme()
        painter.setFont(theme.font("secondary"))
        metrics = QFontMetrics(painter.font())
        right = self.width() - _RIGHT
        for words, colour, dashed in reversed(self._entries):
            width = metrics.horizontalAdvance(words)
            if right - width - 18 < left:
                return
            painter.setPen(theme.colour("text.secondary"))
            painter.drawText(QRectF(right - width, 0, width + 1, self.height()), Qt.AlignmentFlag.AlignVCenter, words)
            pen = QPen(theme.colour(colour), 2)
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            if dashed:
                pen.setDashPattern([2, 1])
            painter.setPen(pen)
            middle = self.height() // 2
            painter.drawLine(right - width - 18, middle, right - width - 5, middle)
            right -= width + 30


class Panel(QWidget):
    """A lane of marks, any number of charts, and the times below them."""

    pointed = Signal(object)  # seconds since the epoch, or None
    range_chosen = Signal(float, float)  # by the user: what to look at instead
    home_wanted = Signal()  # back to the range before

    def __init__(self, charts: Sequence[tuple[str, Measure, str, str, int]], parent: QWidget | None = None) -> None:
        """`charts`: id, measure, title, a note beside its unit, share of the height."""
        super().__init__(parent)
        self._titles: dict[str, Title] = {}
        self.plots: dict[str, Plot] = {}
        self.begin, self.end = 0.0, 1.0
        self.lane_title = Title("Events")
        self.lane, self.ruler = Lane(AXIS, _RIGHT), Ruler(AXIS, _RIGHT)
        inside = QWidget()
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(0, 0, _RIGHT, 0)
        self._column.setSpacing(0)
        for key, measure, name, note, share in charts:
            self._add(key, measure, name, note, share)
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        scroll.setAccessibleName("Charts")
        scroll.setWidget(inside)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 4)
        column.setSpacing(0)
        for widget in (self.lane_title, self.lane):
            column.addWidget(widget)
        column.addWidget(scroll, 1)
        column.addWidget(self.ruler)
        self._scroll, self._inside = scroll, inside
        self._still = QTimer(self, singleShot=True, interval=_STILL)
        self._still.timeout.connect(lambda: self._set_moving(False))
        self._settled = QTimer(self, singleShot=True, interval=0)  # once the charts have their new places
        self._settled.timeout.connect(lambda: self.set_range(self.begin, self.end))
        self._contents: dict[str, Content] = {}
        self._marks: Sequence[Mark] = ()
        self._holes: Sequence[tuple[float, float]] = ()

    def _add(self, key: str, measure: Measure, name: str, note: str, share: int) -> None:
        title, plot = Title(name, note), Plot(measure, name)
        plot.setMinimumHeight(_LEAST)
        plot.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        plot.pointed.connect(self._on_pointed)
        plot.range_wanted.connect(self._on_range_wanted)
        plot.chosen_changed.connect(self._on_chosen)
        plot.home_wanted.connect(self.home_wanted)
        self._titles[key], self.plots[key] = title, plot
        self._column.addWidget(title)
        self._column.addWidget(plot, share)

    def show_contents(self, contents: dict[str, Content], marks: Sequence[Mark], begin: float, end: float) -> None:
        """Show these, by chart, between two times in seconds since the epoch."""
        self._contents = contents
        holes = next(iter(contents.values())).holes if contents else ()
        self._marks, self._holes = marks, holes
        self.set_range(begin, end)

    def set_range(self, begin: float, end: float) -> None:
        """Look at these times of what is shown."""
        self.begin, self.end = begin, end
        for over in (self.lane, self.ruler):
            over.set_right(_RIGHT + self._scroll.width() - self._inside.width())  # where a scroll bar takes its room
        most = max(2, round((self.width() - AXIS) / _TIME_EVERY))
        times = list(round_times(round(begin * 1000), round(end * 1000), most))
        upright = [moment / 1000 for moment, _ in times]
        for key, plot in self.plots.items():
            content = self._contents.get(key, Content())
            plot.show_content(content, begin, end, upright)
            _, word = unit(plot.measure, plot.plotItem.vb.viewRange()[1][1])
            self._titles[key].show_legend(word, list(titles(content)))
        self.lane.show_marks(self._marks, self._holes, begin, end)
        self.ruler.show_times(times, begin, end)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.lane_title.setVisible(self.height() >= _ROOM)
        self._settled.start()

    def picture(self) -> QPixmap:
        """What is shown now; of the charts that are scrolled out of sight too."""
        parts = [self.lane_title, self.lane, self._inside, self.ruler]
        whole = QPixmap(self.width(), sum(part.height() for part in parts))
        whole.fill(current_theme().colour("bg.surface"))
        painter, top = QPainter(whole), 0
        for part in parts:
            painter.drawPixmap(0, top, part.grab())
            top += part.height()
        painter.end()
        return whole

    # what the user does

    def _on_pointed(self, time: float | None) -> None:
        for plot in self.plots.values():
            plot.set_pointer(time)
        self.ruler.set_pointer(time)
        self.pointed.emit(time)

    def _on_chosen(self, chosen: tuple[float, float] | None) -> None:
        for plot in self.plots.values():
            plot.set_pointer(plot.pointer, chosen)

    def _on_range_wanted(self, begin: float, end: float) -> None:
        if end - begin >= _SHORTEST:
            self._set_moving(True)
            self._still.start()
            self.range_chosen.emit(begin, end)

    def _set_moving(self, moving: bool) -> None:
        for plot in self.plots.values():
            plot.set_moving(moving)
