"""The rows of an overview, one widget per form. Each can be filled again with another row of its form."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from gui.details.line import Paragraph, RunLine
from gui.theme.tokens import current_theme
from gui.widgets.buttons import IconButton
from gui.widgets.marks import Glyph, Icon, Meter, Tag
from gui.widgets.text import PlainLabel
from models.health import Tone
from models.overview import Bars, Fact, Item, Line, Note, Property, Row, Run, Setting, Usage
from models.secrets import masked
from models.text import display

REVEALED_FOR = 30  # seconds that an unmasked value stays so
_GAP = 8
_METER = 76


class RowWidget(QWidget):
    """A row: `fill` shows another one of the same form."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._box = QHBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(_GAP)

    @property
    def name(self) -> PlainLabel | None:
        """The label at the left that lines up with those of the other rows, where the form has one."""
        return None

    def fill(self, row: Any) -> None:
        """Show `row`."""
        raise NotImplementedError

    def set_stale(self, stale: bool) -> None:
        """Whether what it says was true once and may not be now."""
        for line in self.findChildren(RunLine):
            line.set_stale(stale)
        for paragraph in self.findChildren(Paragraph):
            paragraph.set_stale(stale)

    def hide_secrets(self) -> None:
        """Mask again whatever is revealed."""

    def _one_line(self) -> None:
        self.setFixedHeight(current_theme().size("row-property"))


class PropertyRow(RowWidget):
    """A name and its value."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = PlainLabel(colour="text.secondary")
        self._value = RunLine()
        self._name.setBuddy(self._value)
        self._box.addWidget(self._name)
        self._box.addWidget(self._value, 1)
        self._one_line()

    @property
    def name(self) -> PlainLabel | None:
        return self._name

    def fill(self, row: Property) -> None:
        self._name.setText(display(row.name))
        self._value.show_line(row.line, copy_mark=row.copy_mark)


class ItemRow(RowWidget):
    """One thing of several, with its icon or glyph."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._line = RunLine()
        self._mark: Icon | Glyph | None = None
        self._row: Item | None = None
        self._box.addWidget(self._line, 1)
        self._one_line()

    def fill(self, row: Item) -> None:
        if self._row is None or (row.icon, row.glyph, row.tone) != (self._row.icon, self._row.glyph, self._row.tone):
            self._show_mark(row)
        self._row = row
        self._line.show_line(row.line)

    def set_stale(self, stale: bool) -> None:
        super().set_stale(stale)
        if isinstance(self._mark, Glyph) and self._row is not None and self._row.glyph is not None:
            self._mark.set_state(self._row.glyph, grey=stale)

    def _show_mark(self, row: Item) -> None:
        if self._mark is not None:
            self._mark.hide()
            self._mark.deleteLater()
        if row.glyph is not None:
            self._mark = Glyph(row.glyph)
        else:
            colour = f"{row.tone}.fg" if row.tone in (Tone.WARNING, Tone.ERROR) else "text.secondary"
            self._mark = Icon(row.icon, size=14, colour=colour)
        self._box.insertWidget(0, self._mark)


class SettingRow(RowWidget):
    """A variable or a label. What looks like a secret is masked, also to screen readers; the eye shows it for 30 s."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._setting = Setting("", "")
        self._revealed = False
        self._line = RunLine()
        self._line.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._eye: IconButton | None = None  # most rows never need one, and making it is half of the row's cost
        self._timer = QTimer(self, singleShot=True, interval=REVEALED_FOR * 1000)
        self._timer.timeout.connect(self.hide_secrets)
        self._box.setSpacing(2)
        self._box.addWidget(self._line)
        self._box.addStretch(1)
        self._one_line()

    def fill(self, row: Setting) -> None:
        if row != self._setting:
            self._revealed = False
            self._timer.stop()
        self._setting = row
        self._show()

    def hide_secrets(self) -> None:
        self._timer.stop()
        self._revealed = False
        self._show()

    def _toggle(self) -> None:
        if self._revealed:
            self.hide_secrets()
            return
        self._revealed = True
        self._timer.start()
        self._show()

    def _show(self) -> None:
        name, value = self._setting.name, self._setting.value
        hidden = masked(name, value)
        secret = hidden != value
        shown = value if self._revealed else hidden
        runs = (Run(name, mono=True), Run(shown, Tone.SECONDARY, mono=True))
        # what a click copies is what is seen; the menu's "Copy raw" gives the value
        self._line.show_line(Line(runs, value), copied=shown)
        if secret:
            self._show_eye(display(name, 60))
        elif self._eye is not None:
            self._eye.hide()

    def _show_eye(self, what: str) -> None:
        if self._eye is None:
            self._eye = IconButton("eye", "", small=True, size=14)
            self._eye.setFixedHeight(current_theme().size("row-property"))
            self._eye.clicked.connect(self._toggle)
            self._box.insertWidget(1, self._eye)
        self._eye.show()
        self._eye.set_icon("eye-off" if self._revealed else "eye")
        self._eye.set_name(f"Hide {what}" if self._revealed else f"Show {what} for {REVEALED_FOR} s")


class BarsRow(RowWidget):
    """One bar per probe: passed ones low and green, failed ones high and amber."""

    _WIDE, _STEP, _LOW, _HIGH = 6, 9, 8, 16

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = Bars(())
        self._stale = False
        self._one_line()

    def fill(self, row: Bars) -> None:
        self._row = row
        self.setAccessibleName(f"{sum(row.passed)} of the last {len(row.passed)} probes passed")
        self.update()

    def set_stale(self, stale: bool) -> None:
        self._stale = stale
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._STEP * len(self._row.passed), current_theme().size("row-property"))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self)
        for number, passed in enumerate(self._row.passed):
            high = self._LOW if passed else self._HIGH
            token = "idle.mark" if self._stale else "ok.mark" if passed else "warning.mark"
            bottom = self.height() - 3
            painter.fillRect(number * self._STEP, bottom - high, self._WIDE, high, theme.colour(token))


class UsageRow(RowWidget):
    """How much of a limit is used."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = PlainLabel(colour="text.secondary")
        self._meter = Meter(name="", width=_METER)
        self._words = RunLine()
        self._words.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._name.setBuddy(self._words)
        for widget in (self._name, self._meter):
            self._box.addWidget(widget)
        self._box.addStretch(1)
        self._box.addWidget(self._words)
        self._one_line()

    @property
    def name(self) -> PlainLabel | None:
        return self._name

    def fill(self, row: Usage) -> None:
        self._name.setText(display(row.name))
        self._meter.setVisible(row.share is not None)
        if row.share is not None:
            self._meter.set_share(row.share, row.tone)
        self._words.show_line(Line((Run(row.words),)))


class FactRow(RowWidget):
    """A piece of evidence: its source, the fact, its time. The fact wraps: it may be the engine's whole error."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._source = Tag("")
        self._fact = Paragraph()
        self._time = PlainLabel(colour="text.secondary")
        self._box.setContentsMargins(0, 2, 0, 2)
        self._box.addWidget(self._source, 0, Qt.AlignmentFlag.AlignTop)
        self._box.addWidget(self._fact, 1)
        self._box.addWidget(self._time, 0, Qt.AlignmentFlag.AlignTop)

    def fill(self, row: Fact) -> None:
        self._source.set_text(row.source)
        self._fact.show_line(Line((Run(row.fact, mono=True),), row.fact))
        self._time.setText("" if row.time is None else clock(row.time))
        self._time.setVisible(row.time is not None)


class NoteRow(RowWidget):
    """A sentence below rows, wrapped."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = Icon("info", size=14)
        self._words = PlainLabel(font="secondary", colour="text.secondary", wrap=True)
        self._box.setContentsMargins(0, 3, 0, 3)
        self._box.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        self._box.addWidget(self._words, 1)

    def fill(self, row: Note) -> None:
        self._icon.set_icon(row.icon)
        self._words.setText(display(row.text))


ROW_WIDGETS: Mapping[type, type[RowWidget]] = {
    Property: PropertyRow,
    Item: ItemRow,
    Setting: SettingRow,
    Bars: BarsRow,
    Usage: UsageRow,
    Fact: FactRow,
    Note: NoteRow,
}


def row_widget(row: Row) -> RowWidget:
    """A widget that shows `row`."""
    widget = ROW_WIDGETS[type(row)]()
    widget.fill(row)
    return widget


def clock(moment: float) -> str:
    """A moment of today with milliseconds: "14:00:02.031"."""
    return f"{time.strftime('%H:%M:%S', time.localtime(moment))}.{int(moment * 1000) % 1000:03d}"
