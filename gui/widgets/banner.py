"""The banner under a page's header: one thing that is wrong, why, and what can be done."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from gui.theme.tokens import current_theme
from gui.widgets.area import Area
from gui.widgets.buttons import Button
from gui.widgets.marks import Icon
from gui.widgets.text import ElidedLabel, PlainLabel
from models.health import Tone


class Banner(Area):
    """Hidden until `show_message`. One at a time: a new message replaces the old one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("warning.soft", "bottom", parent=parent)
        self._icon = Icon("warning")
        self._first = PlainLabel(font="medium")
        self._reason = ElidedLabel(mode=Qt.TextElideMode.ElideRight)
        self._countdown = PlainLabel(colour="text.secondary")
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(8)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 16, 1)
        row.setSpacing(8)
        row.addWidget(self._icon)
        row.addSpacing(2)
        row.addWidget(self._first)
        row.addSpacing(-4)  # a word space between the first words and the reason
        row.addWidget(self._reason, 1)
        row.addWidget(self._countdown)
        row.addLayout(self._buttons)
        self._reason.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(current_theme().size("banner"))
        self.hide()

    def show_message(self, tone: Tone, first: str, reason: str = "", buttons: Iterable[Button] = ()) -> None:
        """Show `first`, a short sentence, and the reason; `tone` is WARNING or ERROR, `buttons` are small ones."""
        self.set_ground(f"{tone}.soft")
        self._icon.set_icon("warning", f"{tone}.fg")
        self._first.setText(first)
        self._reason.set_text(reason)
        self.set_countdown("")
        self._replace_buttons(buttons)
        self.setAccessibleName(f"{first} {reason}".strip())
        self.show()

    def set_countdown(self, text: str) -> None:
        """What will happen by itself, and when: "next try in 8 s"."""
        self._countdown.setText(text)
        self._countdown.setVisible(bool(text))

    def _replace_buttons(self, buttons: Iterable[Button]) -> None:
        while item := self._buttons.takeAt(0):
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        for button in buttons:
            self._buttons.addWidget(button)
