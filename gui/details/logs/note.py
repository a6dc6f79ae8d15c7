"""The line under a log's tool bar: what was dropped, what was saved, what went wrong."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from gui.theme.tokens import current_theme
from gui.widgets.buttons import Button
from gui.widgets.marks import Meter
from gui.widgets.text import ElidedLabel
from models.health import Tone
from models.text import count_text


class LogNote(QWidget):
    """Hidden while there is nothing to say. News of the log, such as lines that come, take no message away."""

    cancel_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._message = ""
        self._dropped = 0
        self._label = ElidedLabel(font="secondary", colour="text.secondary")
        self._meter = Meter(name="Progress")
        self.cancel = Button("Cancel", small=True)
        self.cancel.clicked.connect(self.cancel_wanted)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 2, 12, 2)
        row.setSpacing(12)
        row.addWidget(self._label, 1)
        row.addWidget(self._meter)
        row.addWidget(self.cancel)
        self._fading = QTimer(self, singleShot=True, interval=current_theme().time("toast"))
        self._fading.timeout.connect(lambda: self.say(""))
        self.say("")

    def text(self) -> str:
        """All that it says now."""
        return self._label.text()

    def say(self, message: str, *, fades: bool = False, share: float | None = None) -> None:
        """Show this until something else is said; `fades`: for a while.

        `share`, from 0 to 1, is how much is done of what it tells of, which can be cancelled then.
        """
        self._message = message
        self.cancel.setVisible(share is not None)
        self._meter.setVisible(share is not None)
        self._meter.set_share(share or 0.0, Tone.BUSY)
        if fades:
            self._fading.start()
        else:
            self._fading.stop()
        self._tell()

    def set_dropped(self, lines: int) -> None:
        """How many of the oldest lines are gone."""
        if lines != self._dropped:
            self._dropped = lines
            self._tell()

    def _tell(self) -> None:
        dropped = f"{count_text(self._dropped, 'older line')} dropped" if self._dropped else ""
        text = ". ".join(filter(None, (self._message, dropped)))
        self._label.set_text(text)
        self.setVisible(bool(text))
