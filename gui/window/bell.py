"""The bell in the rail, and the list that it opens: what the window has said, newest first."""

from __future__ import annotations

import time
from collections import deque

from msgspec import Struct
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from gui.messages import clock_text
from gui.theme.tokens import current_theme
from gui.widgets.area import Area, Line
from gui.widgets.buttons import Button, IconButton
from gui.widgets.marks import Glyph
from gui.widgets.paint import paint_box, painter_for, round_corners
from gui.widgets.text import PlainLabel
from gui.widgets.tips import set_tip
from gui.widgets.toasts import Deed
from models.health import Health, Tone
from models.text import count_text, stamp_text

_KEPT = 50
_WIDTH = 440
_HIGHEST = 300  # of the list
_AWAY = 16  # pixels between bell and list
_DOT = 3.5  # radius of the mark on the bell


class Said(Struct, frozen=True):
    """One message: `at` in seconds since the epoch; `deed` is what its button does."""

    text: str
    state: Health
    at: float
    deed: Deed | None = None


class Bell(IconButton):
    """Keeps the last messages; a red dot while an error among them has not been looked at."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("bell", "Messages", size=20, parent=parent)
        self._said: deque[Said] = deque(maxlen=_KEPT)
        self._errors = 0  # since the list was last opened
        self.clicked.connect(self.open)

    def add(self, text: str, state: Health, deed: Deed | None = None) -> None:
        """Keep a message that has been shown."""
        self._said.appendleft(Said(text, state, time.time(), deed))
        self._set_errors(self._errors + (state.tone is Tone.ERROR))

    def open(self) -> MessageList:
        """Show the list beside the bell."""
        self._set_errors(0)
        messages = MessageList(list(self._said), self)
        messages.cleared.clicked.connect(self._said.clear)
        messages.move(self.mapToGlobal(QPoint(self.width() + _AWAY, self.height() - messages.height())))
        messages.show()
        return messages

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._errors:
            theme = current_theme()
            painter = painter_for(self)
            painter.setPen(Qt.PenStyle.NoPen)
            for token, radius in (("bg.rail", _DOT + 1.5), ("error.mark", _DOT)):
                painter.setBrush(theme.colour(token))
                painter.drawEllipse(QPointF(self.width() - 8, 8), radius, radius)

    def _set_errors(self, errors: int) -> None:
        self._errors = errors
        self.set_name(f"Messages, {count_text(errors, 'new error')}" if errors else "Messages")
        self.update()


class MessageList(QWidget):
    """A popup: Esc or a click elsewhere closes it."""

    def __init__(self, messages: list[Said], parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setWindowFlag(Qt.WindowType.NoDropShadowWindowHint)
        self.setAccessibleName("Messages")
        self.setFixedWidth(_WIDTH)
        self.cleared = Button("Clear", small=True)
        self.cleared.set_why_not(None if messages else "there are none")
        self.cleared.clicked.connect(self.close)
        head = QHBoxLayout()
        head.setContentsMargins(16, 0, 8, 0)
        head.addWidget(PlainLabel("Messages", font="strong"), 1)
        head.addWidget(self.cleared)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 6, 1, 6)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(Line())
        column.addWidget(self._made_list(messages))
        self.adjustSize()

    def _made_list(self, messages: list[Said]) -> QWidget:
        inside = Area("bg.raised")
        rows = QVBoxLayout(inside)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        if not messages:
            words = "Nothing yet. What has been done and what has failed is listed here until the window closes."
            rows.addWidget(_padded(PlainLabel(words, colour="text.secondary", wrap=True)))
        for message in messages:
            rows.addWidget(self._made_row(message))
        area = QScrollArea(widgetResizable=True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inside)
        area.setFixedHeight(min(_HIGHEST, rows.totalHeightForWidth(_WIDTH - 2)))
        self.setFocusProxy(area)  # so that the arrow keys scroll
        return area

    def _made_row(self, message: Said) -> QWidget:
        when = PlainLabel(clock_text(message.at), font="secondary", colour="text.secondary")
        set_tip(when, stamp_text(message.at))
        parts: list[QWidget] = [Glyph(message.state), PlainLabel(message.text, wrap=True), when]
        if message.deed is not None:
            button = Button(message.deed[0], small=True)
            button.clicked.connect(self.close)
            button.clicked.connect(message.deed[1])
            parts.insert(2, button)
        return _padded(*parts)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        round_corners(self, current_theme().size("radius.panel"))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        radius = theme.size("radius.panel")
        paint_box(painter, self.rect(), radius, theme.colour("bg.raised"), theme.colour("border.default"))


def _padded(*parts: QWidget) -> QWidget:
    """One row; its words, the only part that wraps, take the room that is left."""
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(16, 6, 12, 6)
    row.setSpacing(8)
    for part in parts:
        wraps = isinstance(part, PlainLabel) and part.wordWrap()
        row.addWidget(part, int(wraps), Qt.AlignmentFlag(0) if wraps else Qt.AlignmentFlag.AlignVCenter)
    return holder
