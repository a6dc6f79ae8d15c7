"""The strip under the form: what the checks say, worst first, and whether Run waits."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout

from gui.run.remarks import Remark
from gui.theme.tokens import current_theme
from gui.widgets.area import Area
from gui.widgets.marks import Glyph
from gui.widgets.opener import Opener
from gui.widgets.text import ElidedLabel, PlainLabel
from models.health import Health
from models.text import count_text, display

Place = tuple[str, int]  # a flag and its line


class ChecksStrip(Area):
    """36 px. The first thing that stops, or else the first that warns, leads to its field."""

    wanted = Signal(str, int)  # go to this line of this flag

    def __init__(self) -> None:
        super().__init__("bg.header", "top")
        self._glyph = Glyph(Health.STARTING)
        self._first = Opener("", "the field")
        self._rest = ElidedLabel(colour="text.secondary", mode=Qt.TextElideMode.ElideRight)
        self._verdict = PlainLabel(font="secondary", colour="text.secondary")
        self._place: Place = ("", 0)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(8)
        row.addWidget(PlainLabel("Checks", font="medium"))
        row.addSpacing(4)
        row.addWidget(self._glyph)
        row.addWidget(self._first)
        row.addWidget(self._rest, 1)
        row.addWidget(self._verdict)
        self._first.clicked.connect(lambda: self.wanted.emit(*self._place))
        self.setFixedHeight(current_theme().size("banner"))

    def set_remarks(self, remarks: Sequence[tuple[Place, Remark]], checking: bool, passed: str) -> None:
        """Say these; `passed` names what is in order."""
        stops = [one for one in remarks if one[1].stops]
        warns = [one for one in remarks if not one[1].stops]
        first = next(iter([*stops, *warns]), None)
        self._first.setVisible(first is not None)
        if first is not None:
            self._place = first[0]
            self._first.set_words(display(first[1].text, 60), "the field")
            self._glyph.set_state(first[1].health)
            more = len(remarks) - 1
            self._rest.set_text(f"and {count_text(more, 'more')}".removesuffix("s") if more else "")
        else:
            self._glyph.set_state(Health.STARTING if checking else Health.HEALTHY)
            self._rest.set_text("Asking the engine…" if checking else passed)
        self._verdict.setText("Run waits" if stops else "")
