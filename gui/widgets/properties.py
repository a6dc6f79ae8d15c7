"""What a details pane is made of: section titles and rows of a name and a value."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QWidget

from gui.theme.tokens import current_theme
from gui.widgets.text import ElidedLabel, PlainLabel

_GAP = 12


class SectionTitle(QWidget):
    """The title of a group of rows, and a note beside it; `action` stands at the right."""

    def __init__(
        self, title: str, note: str = "", *, action: QWidget | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._note = ElidedLabel(note, font="secondary", colour="text.secondary", mode=Qt.TextElideMode.ElideRight)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(PlainLabel(title, font="section", colour="text.secondary"))
        row.addWidget(self._note, 1)
        if action is not None:
            row.addWidget(action)
        self.setFixedHeight(current_theme().size("row-property"))

    def set_note(self, note: str) -> None:
        """Change the words beside the title."""
        self._note.set_text(note)


class PropertyRows(QWidget):
    """Names at the left, values at the right, 22 px each."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(_GAP)
        self._grid.setVerticalSpacing(0)
        self._grid.setColumnStretch(1, 1)
        self._count = 0
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def add(
        self, name: str, value: str, *, mono: bool = False, copies: str | None = None, colour: str = "text.primary"
    ) -> ElidedLabel:
        """A row with a text; a click on it copies `copies` where that is given. An empty value is an en dash."""
        label = ElidedLabel(
            value or "–",
            font="mono" if mono and value else "base",
            colour=colour if value else "text.disabled",
            copies=copies is not None,
            copied_text=copies,
        )
        self.add_widget(name, label)
        return label

    def add_widget(self, name: str, value: QWidget, note: str = "") -> None:
        """A row with any widget, 22 px high at most, and a word in secondary colour after it."""
        row = self._count
        title = PlainLabel(name, colour="text.secondary")
        title.setBuddy(value)
        self._grid.addWidget(title, row, 0)
        if note:
            line = QHBoxLayout()
            line.setSpacing(8)
            line.addWidget(value)
            line.addWidget(PlainLabel(note, colour="text.secondary"))
            line.addStretch(1)
            self._grid.addLayout(line, row, 1)
        else:
            self._grid.addWidget(value, row, 1)
        self._grid.setRowMinimumHeight(row, current_theme().size("row-property"))
        self._count += 1

    def clear(self) -> None:
        """Take all rows away."""
        _empty(self._grid)
        for row in range(self._count):
            self._grid.setRowMinimumHeight(row, 0)
        self._count = 0


def _empty(layout: QGridLayout | QHBoxLayout) -> None:
    while item := layout.takeAt(0):
        inner = item.layout()
        if isinstance(inner, QHBoxLayout):
            _empty(inner)
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
