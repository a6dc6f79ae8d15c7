"""The tool bar of stats: how much time, whose, and the way out to files."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from gui.details.stats.contents import Subject
from gui.theme.tokens import current_theme
from gui.widgets.area import Area, Line
from gui.widgets.buttons import Button
from gui.widgets.segments import Segments
from gui.widgets.text import ElidedLabel
from models.kind import Ref

RANGES = {"60": "1 min", "900": "15 min", "3600": "1 h", "21600": "6 h", "86400": "24 h"}  # seconds
PHRASES = {"60": "this minute", "900": "these 15 min", "3600": "this hour", "21600": "these 6 h", "86400": "this day"}
_FIRST = "900"


class StatsBar(Area):
    """Says what the user wants; knows no values."""

    range_chosen = Signal(float)  # seconds
    compare_wanted = Signal()
    removed = Signal(object)  # Ref
    home_wanted = Signal()
    picture_wanted = Signal()
    table_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("bg.surface", "bottom", parent=parent)
        self.ranges = Segments(RANGES.items(), name="How much time", small=True)
        self.ranges.set_current(_FIRST)
        self.compare = Button("Compare with…", "plus", small=True)
        self.home = Button("Undo zoom", "undo", small=True)
        self.home.hide()
        self.note = ElidedLabel(font="secondary", colour="text.secondary", mode=Qt.TextElideMode.ElideRight)
        self.note.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.picture, self.table = Button("PNG", "download", small=True), Button("CSV", "download", small=True)
        self.picture.set_tip("Save the charts as a picture…")
        self.table.set_tip("Save the values that are shown as a table…")
        self._chips = QHBoxLayout()
        self._chips.setSpacing(6)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 1)
        row.setSpacing(8)
        divider = Line(Qt.Orientation.Vertical)
        divider.setFixedHeight(16)
        row.addWidget(self.ranges)
        row.addWidget(divider)
        row.addLayout(self._chips)
        for widget in (self.compare, self.home):
            row.addWidget(widget)
        row.addWidget(self.note, 1)
        for widget in (self.picture, self.table):
            row.addWidget(widget)
        self.setFixedHeight(current_theme().size("toolbar"))
        self._news = ""
        self._usual = ""
        self._fading = QTimer(self, singleShot=True, interval=current_theme().time("toast"))
        self._fading.timeout.connect(lambda: self.say(""))
        self.ranges.chosen.connect(lambda key: self.range_chosen.emit(float(key)))
        self.compare.clicked.connect(self.compare_wanted)
        self.home.clicked.connect(self.home_wanted)
        self.picture.clicked.connect(self.picture_wanted)
        self.table.clicked.connect(self.table_wanted)

    @property
    def seconds(self) -> float:
        """The range that is chosen."""
        return float(self.ranges.current)

    def show_subjects(self, subjects: Sequence[Subject]) -> None:
        """A button for each that was added to the first, which takes it away again."""
        while item := self._chips.takeAt(0):
            if (chip := item.widget()) is not None:
                chip.hide()
                chip.deleteLater()
        for subject in subjects[1:]:
            chip = Button(_short(subject.name), "close", small=True)
            chip.set_tip(f"Do not compare with {subject.name}")
            chip.clicked.connect(partial(self._remove, subject.ref))
            self._chips.addWidget(chip)

    def set_zoomed(self, zoomed: bool) -> None:
        """Whether another stretch of time is shown than the chosen range."""
        self.home.setVisible(zoomed)

    def set_usual(self, words: str) -> None:
        """What the note says while there is no news."""
        self._usual = words
        self.note.set_text(self._news or words)

    def say(self, news: str, *, fades: bool = False) -> None:
        """Show this in place of the usual words; `fades`: for a while."""
        self._news = news
        self.note.set_text(news or self._usual)
        if fades:
            self._fading.start()
        else:
            self._fading.stop()

    def _remove(self, ref: Ref) -> None:
        self.removed.emit(ref)


def _short(name: str) -> str:
    return name if len(name) <= 24 else f"{name[:11]}…{name[-11:]}"
