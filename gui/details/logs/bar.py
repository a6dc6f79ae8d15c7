"""The tool bar of a log: search, levels, streams, how far back, and how lines are shown."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct
from PySide6.QtCore import QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from gui.theme.tokens import current_theme
from gui.widgets.area import Area, Line
from gui.widgets.buttons import IconButton
from gui.widgets.fields import FilterField
from gui.widgets.focus import KeyFocus
from gui.widgets.menu import ChoiceButton
from gui.widgets.paint import paint_box, paint_focus, painter_for
from gui.widgets.segments import Segments
from gui.widgets.text import PlainLabel
from models.log_lines import Level, LineFilter
from models.logs import STDERR, STDOUT
from services.log_search import Query

_TYPING = 150  # ms of rest before the search begins
_NARROWEST = 420  # pixels
_STEPS = 3  # in which it becomes narrower


class Reach(Struct, frozen=True):
    """How far back a log is asked for: so many lines, or so many seconds before now; None: all that is kept."""

    tail: int | None = None
    since: float | None = None


EVERYTHING = "all"
REACHES = {
    EVERYTHING: ("Whole log", Reach()),
    "100": ("100 lines", Reach(tail=100)),
    "1000": ("1,000 lines", Reach(tail=1_000)),
    "10000": ("10,000 lines", Reach(tail=10_000)),
    "5m": ("Last 5 min", Reach(since=300)),
    "15m": ("Last 15 min", Reach(since=900)),
    "1h": ("Last hour", Reach(since=3_600)),
    "6h": ("Last 6 h", Reach(since=21_600)),
    "24h": ("Last 24 h", Reach(since=86_400)),
}
_STREAMS = {"all": None, "stdout": STDOUT, "stderr": STDERR}
_LEVELS = (
    (Level.ERROR, "Error", "error.mark"),
    (Level.WARN, "Warn", "warning.mark"),
    (Level.INFO, "Info", "idle.mark"),
    (Level.DEBUG, "Debug", "border.strong"),
)


class LevelChip(KeyFocus, QAbstractButton):
    """A level with its count; pressed, only such lines are shown."""

    def __init__(self, words: str, colour: str) -> None:
        super().__init__()
        self._words, self._colour = words, colour
        self._count = 0
        self._short = False
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_count(0)

    def set_count(self, count: int) -> None:
        """How many lines of this level are kept."""
        self._count = count
        self._tell()
        self.setAccessibleName(f"Only {self._words.lower()} lines, {count:,}")
        self.setToolTip(f"Only {self._words.lower()} lines and what belongs to them")

    def set_short(self, short: bool) -> None:
        """Show the count without its word, which the tooltip still says."""
        if short != self._short:
            self._short = short
            self._tell()

    def _tell(self) -> None:
        self.setText(" ".join(filter(None, self._parts())))
        self.updateGeometry()
        self.update()

    def _parts(self) -> tuple[str, str]:
        count = f"{self._count:,}" if self._count else ""
        return "" if self._short and count else self._words[:1] if self._short else self._words, count

    def sizeHint(self) -> QSize:
        words = QFontMetrics(current_theme().font("small-control")).horizontalAdvance(self.text())
        return QSize(words + 32, current_theme().size("control-small"))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = painter_for(self)
        radius = theme.size("radius.control")
        ground = "bg.selection" if self.isChecked() else "bg.hover" if self.underMouse() else "bg.surface"
        line = "accent.line" if self.isChecked() else "border.default"
        paint_box(painter, self.rect(), radius, theme.colour(ground), theme.colour(line))
        paint_box(painter, QRect(9, self.height() // 2 - 4, 8, 8), 2, theme.colour(self._colour))
        painter.setFont(theme.font("small-control"))
        painter.setPen(theme.colour("text.primary"))
        words = self.rect().adjusted(23, 0, 0, 0)
        for part, colour in zip(self._parts(), ("text.primary", "text.secondary"), strict=True):
            if part:
                painter.setPen(theme.colour(colour))
                painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, part)
                words.adjust(painter.fontMetrics().horizontalAdvance(f"{part} "), 0, 0, 0)
        if self.shows_focus():
            paint_focus(painter, self.rect(), theme, radius)


class SearchField(FilterField):
    """Enter goes to the next hit, Shift+Enter to the one before."""

    step = Signal(int)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.step.emit(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
        else:
            super().keyPressEvent(event)


class LogBar(Area):
    """Says what the user wants; knows no lines."""

    query_changed = Signal(object)  # Query, or None
    step = Signal(int)
    filter_changed = Signal(object)  # LineFilter
    reach_changed = Signal()
    wrap_changed = Signal(bool)
    stamps_changed = Signal(bool)
    save_wanted = Signal()
    window_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("bg.surface", "bottom", parent=parent)
        self.search = SearchField("Search the log…", name="Search the log", shortcut="Ctrl+F", small=True)
        self.search.setMinimumWidth(120)
        self.search.setMaximumWidth(228)
        self.found = PlainLabel(font="secondary", colour="text.secondary")
        previous = self._button("chevron-up", "Previous hit (Shift+Enter)", lambda: self.step.emit(-1))
        following = self._button("chevron-down", "Next hit (Enter)", lambda: self.step.emit(1))
        self._regex = self._toggle("regex", "Regular expression")
        self._case = self._toggle("match-case", "Match upper and lower case")
        self.levels = {level: LevelChip(words, colour) for level, words, colour in _LEVELS}
        self.streams = Segments([("all", "All"), ("stdout", "stdout"), ("stderr", "stderr")], name="Stream", small=True)
        titles = {key: title for key, (title, _) in REACHES.items()}
        self._reach = ChoiceButton(titles, EVERYTHING, self.set_reach, name="How far back", small=True)
        self.stamps = self._toggle("clock", "Times", on=True)
        self.wrap = self._toggle("wrap", "Wrap long lines")
        save = self._button("save", "Save to a file…", self.save_wanted.emit)
        self._window = self._button("open", "Open in a window of its own", self.window_wanted.emit)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 1)
        row.setSpacing(4)
        self._found_parts = (self.found, previous, following)
        left: tuple[QWidget, ...] = (self.search, self.found, previous, following, self._regex, self._case)
        right: tuple[QWidget, ...] = (self._reach, self.stamps, self.wrap, save, self._window)
        for widget in left:
            row.addWidget(widget, 100 if widget is self.search else 0)  # all the room up to its most
        self._divide(row)
        for chip in self.levels.values():
            row.addWidget(chip)
        self._divide(row)
        row.addWidget(self.streams)
        row.addStretch(1)
        for widget in right:
            row.addWidget(widget)
        self.setFixedHeight(current_theme().size("toolbar"))
        self._step = 0  # of _steps, by how little room there is
        self.set_found("")
        self._typing = QTimer(self, singleShot=True, interval=_TYPING)
        self._typing.timeout.connect(self._tell_query)
        self.search.textChanged.connect(lambda _text: self._typing.start())
        self.search.step.connect(self.step)
        for toggle in (self._regex, self._case):
            toggle.toggled.connect(self._tell_query)
        for chip in self.levels.values():
            chip.toggled.connect(self._tell_filter)
        self.streams.chosen.connect(self._tell_filter)
        self.wrap.toggled.connect(self.wrap_changed)
        self.stamps.toggled.connect(self.stamps_changed)

    def in_a_window(self) -> None:
        """There is no other window to open from here."""
        self._window.hide()

    def query(self) -> Query | None:
        """What is searched for now."""
        text = self.search.text()
        return Query(text, self._regex.isChecked(), self._case.isChecked()) if text else None

    def wanted(self) -> LineFilter:
        """Which lines are to be shown."""
        levels = frozenset(level for level, chip in self.levels.items() if chip.isChecked())
        return LineFilter(levels, _STREAMS[self.streams.current])

    @property
    def reach(self) -> Reach:
        """How far back the log is wanted."""
        return REACHES[self._reach.current][1]

    def set_reach(self, key: str) -> None:
        """Want it as far back as this key of `REACHES` says."""
        self._reach.set_current(key)
        self.reach_changed.emit()

    def set_counts(self, counts: Mapping[Level, int]) -> None:
        """How many lines each level has."""
        for level, chip in self.levels.items():
            chip.set_count(counts.get(level, 0))
        self._fit()

    def set_found(self, text: str, problem: str | None = None) -> None:
        """ "3 of 7", or what is wrong with the expression."""
        self.search.set_wrong(problem)
        self.found.setText(text)
        for part in self._found_parts:
            part.setVisible(bool(text))
        self._fit()

    # room

    def minimumSizeHint(self) -> QSize:
        return QSize(_NARROWEST, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._take(0)
        self._fit()

    def _fit(self) -> None:
        """Leave out what there is no room for: first the words of the levels, then the streams, then the levels."""
        row = self.layout()
        while row is not None and self._step < _STEPS and row.minimumSize().width() > self.width():
            self._take(self._step + 1)

    def _take(self, step: int) -> None:
        self._step = step
        for chip in self.levels.values():
            chip.set_short(step > 0)
            chip.setVisible(step < 3)
        self.streams.setVisible(step < 2)

    def _tell_query(self, _on: object = None) -> None:
        self.query_changed.emit(self.query())

    def _tell_filter(self, _what: object = None) -> None:
        self.filter_changed.emit(self.wanted())

    def _button(self, icon: str, name: str, do: object) -> IconButton:
        button = IconButton(icon, name, small=True)
        button.clicked.connect(do)
        return button

    def _toggle(self, icon: str, name: str, *, on: bool = False) -> IconButton:
        button = IconButton(icon, name, small=True)
        button.setCheckable(True)
        button.setChecked(on)
        return button

    def _divide(self, row: QHBoxLayout) -> None:
        line = Line(Qt.Orientation.Vertical)
        line.setFixedHeight(16)
        row.addSpacing(6)
        row.addWidget(line)
        row.addSpacing(6)


def corner(size: QSize, inside: QRect) -> QPoint:
    """Where a chip of this size stands at the lower right of `inside`."""
    return QPoint(inside.right() - size.width() - 16, inside.bottom() - size.height() - 12)
