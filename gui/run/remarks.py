"""What is to be said about a line of the form, under it: a word, a reason, and what would repair it."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gui.theme.tokens import current_theme
from gui.widgets.area import Area
from gui.widgets.buttons import Button
from gui.widgets.marks import Glyph
from gui.widgets.text import PlainLabel
from models.health import Health
from models.text import display


class Repair(Struct, frozen=True):
    """A button that makes it right."""

    title: str
    icon: str
    do: Callable[[], object]


class Remark(Struct, frozen=True, kw_only=True):
    """`stops`: Run waits until it is repaired."""

    text: str
    stops: bool = True
    repairs: tuple[Repair, ...] = ()

    @property
    def health(self) -> Health:
        """The glyph that stands before it."""
        return Health.FAILED if self.stops else Health.UNHEALTHY


class RemarkLine(Area):
    """One remark, 32 px high at least, with its repairs as small buttons."""

    def __init__(self, remark: Remark) -> None:
        super().__init__(f"{remark.health.tone}.soft")
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 4, 6, 4)
        row.setSpacing(8)
        row.addWidget(Glyph(remark.health, in_line=True))
        row.addWidget(PlainLabel(display(remark.text), wrap=True, selectable=True), 1)
        self.buttons: list[Button] = []
        for repair in remark.repairs:
            button = Button(display(repair.title, 60), repair.icon, small=True)
            button.clicked.connect(lambda _checked=False, do=repair.do: do())
            row.addWidget(button)
            self.buttons.append(button)
        self.setMinimumHeight(current_theme().size("row-comfortable"))


class RemarkLines(QWidget):
    """The remarks on one thing, none of which is rebuilt while it stays the same."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.remarks: tuple[Remark, ...] = ()
        self.lines: list[RemarkLine] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self.hide()

    def set_remarks(self, remarks: tuple[Remark, ...]) -> None:
        """Show these instead."""
        same = _words(remarks) == _words(self.remarks)
        self.remarks = remarks
        if same:
            return
        for line in self.lines:
            self._column.removeWidget(line)
            line.hide()
            line.deleteLater()
        self.lines = [RemarkLine(remark) for remark in remarks]
        for line in self.lines:
            self._column.addWidget(line)
        self.setVisible(bool(remarks))


def _words(remarks: tuple[Remark, ...]) -> list[tuple[str, bool, list[str]]]:
    return [(remark.text, remark.stops, [repair.title for repair in remark.repairs]) for remark in remarks]
