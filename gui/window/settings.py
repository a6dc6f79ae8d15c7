"""Settings of the application, and the user's own marks on a context."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QSizePolicy, QWidget

from gui.theme.icons import paint_icon
from gui.theme.tokens import current_theme
from gui.widgets.buttons import Button, Look
from gui.widgets.checks import CheckBox
from gui.widgets.dialog import Dialog
from gui.widgets.fields import Field
from gui.widgets.focus import KeyFocus
from gui.widgets.paint import paint_box, paint_focus, painter_for
from gui.widgets.segments import Segments
from gui.widgets.text import ElidedLabel, PlainLabel
from models.context import Context
from models.settings import CONTEXT_COLOURS, ContextMarks
from models.text import display
from models.version import VERSION


class SettingsDialog(Dialog):
    """Applied at once; there is nothing to save."""

    theme_chosen = Signal(str)

    def __init__(self, theme: str, path: Path, parent: QWidget) -> None:
        super().__init__("Settings", parent, icon="settings", width=520)
        self.body.addWidget(PlainLabel("Theme"))
        modes = Segments([("light", "Light"), ("dark", "Dark"), ("system", "As the system")], name="Theme")
        modes.set_current(theme)
        modes.chosen.connect(self.theme_chosen)
        self.body.addWidget(modes, 0, Qt.AlignmentFlag.AlignLeft)
        self.body.addSpacing(8)
        self.body.addWidget(PlainLabel("Settings file"))
        self.body.addWidget(ElidedLabel(str(path), font="mono", colour="text.secondary", copies=True))
        self.set_note(f"Pilothouse {VERSION}. No account, no telemetry.")
        close = self.add_button(Button("Close", look=Look.MAIN), default=True)
        close.clicked.connect(self.accept)
        self.finished.connect(self.deleteLater)


class MarksDialog(Dialog):
    """Own name, colour and protection of one context; kept in our settings, its files stay untouched."""

    chosen = Signal(str, object)  # context id, ContextMarks

    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(f"Marks of {display(context.name)}", parent, icon="edit", width=520)
        self._context = context
        self.body.addWidget(PlainLabel("Own name"))
        self.label = Field(name="Own name", placeholder=display(context.name))
        self.label.setText(context.label)
        self.body.addWidget(self.label)
        self.body.addSpacing(4)
        self.body.addWidget(PlainLabel("Colour"))
        self.body.addLayout(self._colours())
        self.body.addSpacing(4)
        self.protected = CheckBox(
            "Protected: a stripe, a lock, and destructive actions want the name typed", context.protected
        )
        self.body.addWidget(self.protected)
        self.set_note("Kept in our settings; Docker's own files stay as they are.")
        self.add_cancel()
        save = self.add_button(Button("Save", look=Look.MAIN), default=True)
        save.clicked.connect(self._on_save)
        self.finished.connect(self.deleteLater)

    def _colours(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(6)
        self.colours = QButtonGroup(self)
        for name in CONTEXT_COLOURS:
            swatch = _Swatch(name)
            swatch.setChecked(name == self._context.colour)
            self.colours.addButton(swatch)
            row.addWidget(swatch)
        row.addStretch(1)
        return row

    def _on_save(self) -> None:
        swatch = self.colours.checkedButton()
        marks = ContextMarks(
            label=self.label.text().strip(),
            colour=swatch.colour if isinstance(swatch, _Swatch) else self._context.colour,
            protected=self.protected.isChecked(),
        )
        self.chosen.emit(self._context.id, marks)
        self.accept()


class _Swatch(KeyFocus, QAbstractButton):
    def __init__(self, colour: str) -> None:
        super().__init__()
        self.colour = colour
        self.setCheckable(True)
        self.setAccessibleName(colour.capitalize())
        self.setToolTip(colour.capitalize())
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(32, 32)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = painter_for(self)
        paint_box(painter, QRect(2, 2, 28, 28), theme.size("radius.panel"), theme.colour(f"context.{self.colour}"))
        if self.isChecked():
            paint_icon(painter, QPoint(8, 8), "check", theme, 16, "text.on-accent")
        if self.shows_focus():
            paint_focus(painter, self.rect(), theme, theme.size("radius.panel"))
