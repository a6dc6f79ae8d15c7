"""Two containers' settings side by side, one row each; what looks like a secret is masked until asked for."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from gui.details.line import RunLine
from gui.details.rows import REVEALED_FOR
from gui.widgets.buttons import IconButton
from gui.widgets.properties import SectionTitle
from gui.widgets.text import PlainLabel
from models.docker.configuration import Compared
from models.health import Tone
from models.overview import Line, Run
from models.secrets import masked
from models.text import display

_NAME = 200  # pixels
_EYE = 26


class ComparedRow(QWidget):
    """A setting's name and both values; the eye shows a secret for a while."""

    def __init__(self, setting: Compared, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._setting = setting
        self._revealed = False
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        name = RunLine()
        name.show_line(Line((Run(setting.name, Tone.SECONDARY, mono=True),)))
        name.setFixedWidth(_NAME)
        grid.addWidget(name, 0, 0)
        self.values = (RunLine(), RunLine())
        for column, value in enumerate(self.values, 1):
            value.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            grid.addWidget(value, 0, column)
            grid.setColumnStretch(column, 1)
        grid.setColumnMinimumWidth(3, _EYE)
        self.eye: IconButton | None = None
        if any(value is not None and masked(setting.name, value) != value for value in (setting.here, setting.there)):
            self.eye = IconButton("eye", f"Show {display(setting.name, 60)} for {REVEALED_FOR} s", small=True, size=14)
            self.eye.clicked.connect(self._toggle)
            grid.addWidget(self.eye, 0, 3, Qt.AlignmentFlag.AlignRight)
        self._timer = QTimer(self, singleShot=True, interval=REVEALED_FOR * 1000)
        self._timer.timeout.connect(self.hide_secrets)
        self._show()

    def hide_secrets(self) -> None:
        """Mask again whatever is revealed."""
        self._timer.stop()
        self._revealed = False
        self._show()

    def _toggle(self) -> None:
        self._revealed = not self._revealed
        if self._revealed:
            self._timer.start()
        else:
            self._timer.stop()
        self._show()

    def _show(self) -> None:
        one = self._setting
        hidden = [None if value is None else masked(one.name, value) for value in (one.here, one.there)]
        alike = hidden[0] == hidden[1] and not one.same and not self._revealed
        for value, shown, line in zip((one.here, one.there), hidden, self.values, strict=True):
            if value is None or shown is None:
                line.show_line(Line((Run("not set", Tone.DISABLED),)))
                continue
            text = value if self._revealed else shown
            runs = (Run(text or "empty", Tone.SECONDARY if one.same else Tone.PRIMARY, mono=True),)
            note = (Run("another value", Tone.SECONDARY),) if alike and line is self.values[1] else ()
            line.show_line(Line((*runs, *note), value), copied=text)
        if self.eye is not None:
            self.eye.set_icon("eye-off" if self._revealed else "eye")


class ComparedView(QWidget):
    """All settings in which two containers differ, in groups; the others on demand."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(16, 6, 16, 12)
        self._column.setSpacing(2)
        self.rows: list[ComparedRow] = []

    def show_settings(self, settings: Sequence[Compared], names: tuple[str, str], *, everything: bool) -> None:
        """Show these of two containers of these names; without `everything` only what differs."""
        self.clear()
        wanted = [one for one in settings if everything or not one.same]
        head = Compared("", "", names[0], names[1])
        self._column.addWidget(_Head(head))
        group = ""
        for one in wanted:
            if one.group != group:
                group = one.group
                self._column.addWidget(SectionTitle(group))
            row = ComparedRow(one)
            self.rows.append(row)
            self._column.addWidget(row)
        if not wanted:
            self._column.addWidget(PlainLabel("They are configured alike.", colour="text.secondary"))
        self._column.addStretch(1)

    def hide_secrets(self) -> None:
        """Mask again whatever is revealed."""
        for row in self.rows:
            row.hide_secrets()

    def clear(self) -> None:
        """Forget everything."""
        self.rows = []
        while (item := self._column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()


class _Head(QWidget):
    """The two names above the values."""

    def __init__(self, names: Compared) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 4)
        grid.setHorizontalSpacing(12)
        gap = QWidget()
        gap.setFixedWidth(_NAME)
        grid.addWidget(gap, 0, 0)
        for column, name in enumerate((names.here, names.there), 1):
            grid.addWidget(PlainLabel(display(name or "", 80), font="medium"), 0, column)
            grid.setColumnStretch(column, 1)
        grid.setColumnMinimumWidth(3, _EYE)
