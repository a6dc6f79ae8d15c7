"""The user's own marks on one context: name, colour, protection, proxy. Kept in our settings alone."""

from __future__ import annotations

from msgspec.structs import replace
from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from gui.theme.icons import paint_icon
from gui.theme.tokens import current_theme
from gui.widgets.buttons import Button, Look
from gui.widgets.checks import CheckBox
from gui.widgets.dialog import Dialog
from gui.widgets.fields import Field
from gui.widgets.focus import KeyFocus
from gui.widgets.paint import paint_box, paint_focus, painter_for
from gui.widgets.segments import Segments
from gui.widgets.text import PlainLabel
from models.context import Context
from models.errors import BadInput
from models.proxies import proxy_of_user
from models.settings import CONTEXT_COLOURS, DIRECT, ContextMarks
from models.text import display
from services.contexts import environments_proxy

_ENVIRONMENT, _OWN = "environment", "own"


class MarksDialog(Dialog):
    """Name, colour and protection of any context; the proxy of one that may have one."""

    chosen = Signal(str, object)  # context id, ContextMarks

    def __init__(self, context: Context, marks: ContextMarks, parent: QWidget) -> None:
        super().__init__(f"Marks of {display(context.name)}", parent, icon="edit", width=520)
        self._context, self._marks = context, marks
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
        self.proxy = ProxyChoice(marks.proxy, environments_proxy(context)) if context.scheme == "tcp" else None
        if self.proxy is not None:
            self.body.addSpacing(4)
            self.body.addWidget(self.proxy)
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
        try:
            proxy = self._marks.proxy if self.proxy is None else self.proxy.value()
        except BadInput as error:
            self.set_note(f"Not saved: {display(error.message)}.")
            return
        marks = replace(
            self._marks,
            label=self.label.text().strip(),
            colour=swatch.colour if isinstance(swatch, _Swatch) else self._context.colour,
            protected=self.protected.isChecked(),
            proxy=proxy,
        )
        self.chosen.emit(self._context.id, marks)
        self.accept()


class ProxyChoice(QWidget):
    """By way of what a tcp context is reached: what the environment says, nothing, or a proxy of its own."""

    def __init__(self, chosen: str, environment: str) -> None:
        super().__init__()
        words = f"The environment names {display(environment)} for it." if environment else ""
        self.modes = Segments(
            [(_ENVIRONMENT, "As the environment says"), (DIRECT, "None"), (_OWN, "This one")], name="Proxy"
        )
        self.field = Field(name="Address of the proxy", placeholder="http://host:3128")
        self.field.set_fixed_width()
        self.field.setText(chosen if chosen != DIRECT else "")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(PlainLabel("Proxy"))
        column.addWidget(self.modes, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.field)
        column.addWidget(
            PlainLabel(words or "The environment names none for it.", font="secondary", colour="text.secondary")
        )
        self.modes.chosen.connect(lambda mode: self.field.setEnabled(mode == _OWN))
        self.modes.set_current(DIRECT if chosen == DIRECT else _OWN if chosen else _ENVIRONMENT)
        self.field.setEnabled(self.modes.current == _OWN)

    def value(self) -> str:
        """The choice as the settings keep it. Raises BadInput, and marks the field, for what is no proxy's address."""
        if self.modes.current != _OWN:
            return DIRECT if self.modes.current == DIRECT else ""
        try:
            return proxy_of_user(self.field.text())
        except BadInput as error:
            self.field.set_wrong(display(error.message))
            raise


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
