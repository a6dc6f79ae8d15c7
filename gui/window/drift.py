"""The line over all pages of a context whose file is gone or names another engine."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.contexts import OpenContext
from gui.messages import DRIFTS
from gui.widgets.banner import Banner
from models.context import Context
from models.health import Tone


class UnderDrift(QWidget):
    """These pages, under a banner that stands there as long as their context differs from its file."""

    def __init__(self, open_one: OpenContext, pages: QWidget) -> None:
        super().__init__()
        self.banner = Banner()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.banner)
        column.addWidget(pages, 1)
        open_one.context_changed.connect(self._tell)
        self._tell(open_one.context)

    def _tell(self, context: Context) -> None:
        if words := DRIFTS.get(context.drift):
            self.banner.show_message(Tone.WARNING, f"{words}.")
        else:
            self.banner.hide()
