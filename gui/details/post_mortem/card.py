"""One death: verdict, evidence, last lines, memory before it, what it was not, and what to do next."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from gui.details.line import Paragraph
from gui.details.post_mortem.drawings import BackoffBars, LivesStrip, MemoryCurve
from gui.details.rows import clock
from gui.details.sections import SectionView
from gui.details.tabs import TITLES
from gui.theme.tokens import current_theme
from gui.widgets.buttons import Button
from gui.widgets.command_box import CommandBox
from gui.widgets.marks import Glyph, Tag
from gui.widgets.paint import paint_box, painter_for
from gui.widgets.properties import SectionTitle
from gui.widgets.text import PlainLabel
from models.docker.post_mortem import Death, Lines, PostMortem
from models.docker.post_mortem_steps import Step
from models.docker.post_mortem_view import certainty_text, evidence, excluded, missing
from models.health import Health, Tone
from models.kind import Tab
from models.overview import Line, Run, Section
from models.text import display

_TWO_COLUMNS = 760  # pixels from which on
_GAP = 24


class Verdict(QWidget):
    """The verdict in large letters, one sentence, and how certain it is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._glyph = Glyph(Health.UNKNOWN, size=20)
        self._title = PlainLabel(font="page-title", wrap=True)
        self._tag = Tag("")
        self.sentence = Paragraph()
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self._glyph)
        top.addWidget(self._title, 1)
        top.addWidget(self._tag, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(top)
        column.addWidget(self.sentence)

    def show_death(self, death: Death, *, stale: bool) -> None:
        """Show this verdict."""
        told = death.explanation
        self._glyph.set_state(told.cause.health, grey=stale)
        self._title.setText(display(told.verdict, 200))
        self._tag.set_text(certainty_text(death))
        self.sentence.show_line(Line((Run(told.sentence),)))


class LastLines(QWidget):
    """What it wrote last, stderr marked by a red bar."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(10, 6, 10, 6)
        self._column.setSpacing(0)
        self._rows: list[_LogRow] = []

    def show_lines(self, lines: Lines) -> None:
        """Show these, oldest first."""
        for row in self._rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = [_LogRow(at, text, error=error) for at, text, error in lines.lines]
        for row in self._rows:
            self._column.addWidget(row)
        self.setVisible(bool(self._rows))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        box = self.rect()
        paint_box(
            painter_for(self),
            box,
            theme.size("radius.control"),
            theme.colour("bg.inset"),
            theme.colour("border.default"),
        )


class _LogRow(QWidget):
    """One line of the log: its time, then its words, wrapped; a click copies them."""

    def __init__(self, at: float, text: str, *, error: bool) -> None:
        super().__init__()
        self._error = error
        words = Paragraph()
        words.show_line(Line((Run(clock(at), Tone.SECONDARY, mono=True), Run(display(text, 500), mono=True)), text))
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 0, 0, 0)
        row.addWidget(words)
        self.setAccessibleName(f"{'stderr' if error else 'stdout'}: {display(text, 500)}")

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._error:
            painter_for(self).fillRect(0, 1, 2, self.height() - 2, current_theme().colour("error.mark"))


class Steps(QWidget):
    """What to do next, numbered; where one thing leads somewhere a button goes there."""

    tab_wanted = Signal(str)

    def __init__(self, twin: Callable[[tuple[str, ...]], str], parent: QWidget | None = None) -> None:
        """`twin` makes a whole command line of a command's words."""
        super().__init__(parent)
        self._twin = twin
        self._title = SectionTitle("What to do next")
        self._rows: list[QWidget] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._column.addWidget(self._title)

    def show_steps(self, steps: tuple[Step, ...], tabs: tuple[Tab, ...]) -> None:
        """Show these; buttons only for tabs that are there."""
        for row in self._rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = [self._row(number, step, tabs) for number, step in enumerate(steps, 1)]
        for row in self._rows:
            self._column.addWidget(row)
        self.setVisible(bool(steps))

    def _row(self, number: int, step: Step, tabs: tuple[Tab, ...]) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        count = PlainLabel(str(number), colour="text.secondary")
        line.addWidget(count, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(PlainLabel(display(step.title), font="medium", wrap=True))
        words.addWidget(PlainLabel(display(step.why), colour="text.secondary", wrap=True))
        if step.command:
            words.addSpacing(4)
            words.addWidget(CommandBox(self._twin(step.command)))
        line.addLayout(words, 1)
        if step.tab in tabs:
            tab = step.tab
            button = Button(f"Open {TITLES[tab]}", small=True)
            button.clicked.connect(lambda: self.tab_wanted.emit(tab.value))
            line.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        return row


class Card(QWidget):
    """Everything about one death, and below it how it stands among the others."""

    tab_wanted = Signal(str)

    def __init__(self, twin: Callable[[tuple[str, ...]], str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.verdict = Verdict()
        self.evidence = SectionView(Section("Evidence", ()))
        self.lines_title = SectionTitle("Last lines before the end")
        self.lines = LastLines()
        self.excluded = SectionView(Section("What it was not, and why", ()))
        self.missing = SectionView(Section("Not known", ()))
        self.curve_title = SectionTitle("Memory before the end")
        self.curve = MemoryCurve()
        self.steps = Steps(twin)
        self.steps.tab_wanted.connect(self.tab_wanted)
        self.lives_title = SectionTitle("Lives")
        self.lives = LivesStrip()
        self.backoff_title = SectionTitle("Restart policy")
        self.backoff = BackoffBars()
        self.policy = Paragraph()
        left = _column(self.evidence, self.lines_title, self.lines, self.excluded, self.missing)
        right = _column(
            *(self.curve_title, self.curve, self.steps, self.lives_title, self.lives),
            *(self.backoff_title, self.backoff, self.policy),
        )
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._columns.setSpacing(_GAP)
        self._columns.addLayout(left, 1)
        self._columns.addLayout(right, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 12, 16, 12)
        whole.setSpacing(12)
        whole.addWidget(self.verdict)
        whole.addLayout(self._columns)
        whole.addStretch(1)

    def show_death(self, death: Death, among: PostMortem, tabs: tuple[Tab, ...], now: float, *, stale: bool) -> None:
        """Show this one of those; `tabs` are there to be opened."""
        self.verdict.show_death(death, stale=stale)
        self.evidence.fill(evidence(death))
        self.lines.show_lines(death.lines)
        self.lines_title.setVisible(bool(death.lines.lines))
        self.excluded.fill(excluded(death))
        self.excluded.setVisible(bool(death.excluded))
        self.missing.fill(missing(death))
        self.missing.setVisible(bool(death.explanation.missing))
        self.curve.show_memory(death.memory, among.memory_limit)
        for widget in (self.curve, self.curve_title):
            widget.setVisible(len(death.memory.points) > 1)
        self.steps.show_steps(death.steps, tabs)
        self.show_lives(among, now)

    def show_lives(self, among: PostMortem, now: float) -> None:
        """How the lives follow one another, and what the restart policy does."""
        self.lives.show_lives(among.lives, among.memory_limit, now)
        self.lives_title.set_note(display(among.pattern, 200))
        for widget in (self.lives, self.lives_title):
            widget.setVisible(any(one.started is not None for one in among.lives))
        self.backoff_title.set_note(f"{display(among.backoff.policy, 40)}; seconds before restart 1, 2, 3, …")
        self.backoff.show_backoff(among.backoff)
        runs = (Run(among.backoff.strong, strong=True), Run(among.backoff.rest, Tone.SECONDARY))
        self.policy.show_line(Line(runs))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.width() >= _TWO_COLUMNS
        direction = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        if direction != self._columns.direction():
            self._columns.setDirection(direction)


def _column(*widgets: QWidget) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(8)
    for widget in widgets:
        column.addWidget(widget)
    column.addStretch(1)
    return column
