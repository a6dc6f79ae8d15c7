"""The bar over a terminal: what runs there, the search, how many cells."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from gui.terminal.finding import Hits
from gui.theme.tokens import current_theme
from gui.widgets.area import Area
from gui.widgets.buttons import IconButton
from gui.widgets.fields import FilterField
from gui.widgets.text import ElidedLabel, PlainLabel
from models.terminal import Size
from models.text import display

_SEARCH = 230  # pixels


class TerminalBar(Area):
    """32 pixels; the search is hidden until it is wanted."""

    sought = Signal(str)
    stepped = Signal(bool)  # towards older lines
    left = Signal()  # the search was closed

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("bg.surface", "bottom", line="border.subtle", parent=parent)
        self._name = PlainLabel(font="medium")
        self._note = ElidedLabel(font="dock", colour="text.secondary")
        self.field = FilterField("Find in this terminal", name="Find", small=True)
        self.field.setFixedWidth(_SEARCH)
        self.field.textChanged.connect(self.sought)
        self.field.installEventFilter(self)
        self._count = PlainLabel(font="dock", colour="text.secondary")
        self._older = IconButton("chevron-up", "Older hit (Enter)", small=True, size=14)
        self._newer = IconButton("chevron-down", "Newer hit (Shift+Enter)", small=True, size=14)
        self._close = IconButton("close", "Close the search (Esc)", small=True, size=14)
        self._older.clicked.connect(lambda: self.stepped.emit(True))
        self._newer.clicked.connect(lambda: self.stepped.emit(False))
        self._close.clicked.connect(self.close_search)
        self._cells = PlainLabel(font="dock", colour="text.secondary")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 1)
        row.setSpacing(8)
        row.addWidget(self._name)
        row.addWidget(self._note, 1)
        self._search = (self.field, self._count, self._older, self._newer, self._close)
        for part in self._search:
            row.addWidget(part)
            part.hide()
        row.addWidget(self._cells)
        self.setFixedHeight(current_theme().size("dock"))

    def tell(self, name: str, note: str) -> None:
        """What runs there, and a word about it."""
        self._name.setText(display(name, 40))
        self._note.set_text(display(note, 300))

    def tell_size(self, size: Size) -> None:
        """How many cells."""
        self._cells.setText(f"{size.columns}×{size.rows}")

    def tell_hits(self, hits: Hits) -> None:
        """What the search has found."""
        self._count.setText(
            f"{hits.current:,} of {hits.count:,}" if hits.count else "no hit" if self.field.text() else ""
        )
        for button in (self._older, self._newer):
            button.set_why_not(None if hits.count else "nothing was found")

    def open_search(self) -> None:
        """Show the search, ready to be typed in."""
        for part in self._search:
            part.show()
        self.tell_hits(Hits())
        self.field.setFocus()
        self.field.selectAll()

    def close_search(self) -> None:
        """Hide it, and look for nothing."""
        for part in self._search:
            part.hide()
        self.field.clear()
        self.left.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() in (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride):
            key, shifted = event.key(), bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape):
                event.accept()
                if event.type() == QEvent.Type.KeyPress:
                    self.close_search() if key == Qt.Key.Key_Escape else self.stepped.emit(not shifted)
                return True
        return super().eventFilter(watched, event)
