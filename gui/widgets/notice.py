"""A sentence that must be seen, on the soft ground of its tone."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout

from gui.widgets.area import Area
from gui.widgets.marks import Glyph
from gui.widgets.text import PlainLabel
from models.health import Health


class Notice(Area):
    """`text`, selectable, with the glyph of `state` and on its colour: UNHEALTHY warns, FAILED is an error."""

    def __init__(self, text: str, state: Health) -> None:
        super().__init__(f"{state.tone}.soft")
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 7, 10, 7)
        row.setSpacing(8)
        row.addWidget(Glyph(state, in_line=True), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(PlainLabel(text, wrap=True, selectable=True), 1)
