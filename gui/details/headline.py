"""The sentence on top of an overview: its first words stand out, the rest wraps after them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from gui.details.line import Paragraph
from gui.widgets.marks import Glyph, Tag
from models.health import Health, Tone
from models.overview import Headline, Line, Run


class HeadlineView(QWidget):
    """Glyph, sentence, and how certain it is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = Health.UNKNOWN
        self._stale = False
        self._glyph = Glyph(Health.UNKNOWN)
        self.sentence = Paragraph()
        self._tag = Tag("")
        glyph = QHBoxLayout()
        glyph.setContentsMargins(0, 3, 0, 0)
        glyph.addWidget(self._glyph)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 16, 2)
        row.setSpacing(9)
        row.addLayout(glyph)
        row.setAlignment(glyph, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.sentence, 1)
        row.addWidget(self._tag, 0, Qt.AlignmentFlag.AlignTop)

    def fill(self, headline: Headline) -> None:
        """Show `headline`."""
        self._state = headline.health
        self._glyph.set_state(self._state, grey=self._stale)
        runs = (Run(headline.strong, strong=True), Run(headline.rest, Tone.SECONDARY))
        self.sentence.show_line(Line(runs))
        self._tag.set_text(headline.tag)
        self._tag.setVisible(bool(headline.tag))

    def set_stale(self, stale: bool) -> None:
        """Whether it was true once and may not be now."""
        self._stale = stale
        self._glyph.set_state(self._state, grey=stale)
        self.sentence.set_stale(stale)
