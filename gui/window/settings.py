"""Settings of the application: applied at once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from gui.widgets.buttons import Button, Look
from gui.widgets.dialog import Dialog
from gui.widgets.segments import Segments
from gui.widgets.text import ElidedLabel, PlainLabel
from models.certificate import fingerprint_text
from models.text import display
from models.version import VERSION


class SettingsDialog(Dialog):
    """There is nothing to save."""

    theme_chosen = Signal(str)
    distrusted = Signal(str)  # context id

    def __init__(self, theme: str, path: Path, trusted: Mapping[str, str], parent: QWidget) -> None:
        """`trusted`: fingerprints of the certificates that the user trusts, by context id."""
        super().__init__("Settings", parent, icon="settings", width=520)
        self.body.addWidget(PlainLabel("Theme"))
        modes = Segments([("light", "Light"), ("dark", "Dark"), ("system", "As the system")], name="Theme")
        modes.set_current(theme)
        modes.chosen.connect(self.theme_chosen)
        self.body.addWidget(modes, 0, Qt.AlignmentFlag.AlignLeft)
        self.body.addSpacing(8)
        if trusted:
            self.body.addWidget(PlainLabel("Certificates that you trust"))
            for context_id, fingerprint in trusted.items():
                self.body.addWidget(self._trusted(context_id, fingerprint))
            self.body.addSpacing(8)
        self.body.addWidget(PlainLabel("Settings file"))
        self.body.addWidget(ElidedLabel(str(path), font="mono", colour="text.secondary", copies=True))
        self.set_note(f"Pilothouse {VERSION}. No account, no telemetry.")
        close = self.add_button(Button("Close", look=Look.MAIN), default=True)
        close.clicked.connect(self.accept)
        self.finished.connect(self.deleteLater)

    def _trusted(self, context_id: str, fingerprint: str) -> QWidget:
        """One context's certificate, with the button that takes the trust back."""
        name = display(context_id.partition(":")[2] or context_id)
        take_back = Button("Trust no more", small=True)
        take_back.setAccessibleName(f"Trust the certificate of {name} no more")
        take_back.clicked.connect(lambda: self._on_distrust(context_id, take_back))
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(PlainLabel(name))
        row.addWidget(ElidedLabel(fingerprint_text(fingerprint), font="mono", colour="text.secondary"), 1)
        row.addWidget(take_back)
        return holder

    def _on_distrust(self, context_id: str, button: Button) -> None:
        self.distrusted.emit(context_id)
        button.set_why_not("It is trusted no more")
