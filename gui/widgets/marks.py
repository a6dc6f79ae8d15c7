"""Small marks that say a state or an amount: glyph, icon, pill, tag, meter."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.theme.glyphs import paint_glyph
from gui.theme.icons import paint_icon
from gui.theme.tokens import Theme, current_theme
from gui.widgets.paint import paint_box, painter_for
from models.health import Health, Tone


class _Mark(QWidget):
    """Takes the room of its hint and no keys."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def _renew(self) -> None:
        self.updateGeometry()
        self.update()


class Glyph(_Mark):
    """The glyph of a state; `in_line`: as high as a line of text, for the first line of several."""

    def __init__(self, state: Health, *, size: int = 12, in_line: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._size = size
        self._height = QFontMetrics(current_theme().font()).height() if in_line else size
        self.set_state(state)

    def set_state(self, state: Health, *, grey: bool = False) -> None:
        """Show another state; `grey` while it is stale."""
        self._state = state
        self._grey = grey
        self.setAccessibleName(state.value)
        self._renew()

    def sizeHint(self) -> QSize:
        return QSize(self._size, self._height)

    def paintEvent(self, event: QPaintEvent) -> None:
        at = QPoint(0, (self._height - self._size) // 2)
        paint_glyph(QPainter(self), at, self._state, current_theme(), self._size, grey=self._grey)


class Icon(_Mark):
    """An icon that is only looked at."""

    def __init__(
        self, name: str, *, size: int = 16, colour: str = "text.secondary", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._name = name
        self._size = size
        self._colour = colour

    def set_icon(self, name: str, colour: str = "text.secondary") -> None:
        """Show another icon."""
        self._name, self._colour = name, colour
        self._renew()

    def sizeHint(self) -> QSize:
        return QSize(self._size, self._size)

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_icon(QPainter(self), QPoint(0, 0), self._name, current_theme(), self._size, self._colour)


class Pill(_Mark):
    """A state in a word, with its glyph; without a state it is a choice of the user's, in the accent."""

    GLYPH = 10
    LEFT = 6
    RIGHT = 7
    GAP = 5

    def __init__(self, text: str, state: Health | None = None, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFont(current_theme().font("label"))
        self.set_state(text, state)

    @property
    def text(self) -> str:
        """The word."""
        return self._text

    def set_state(self, text: str, state: Health | None = None) -> None:
        """Show another state."""
        self._text = text
        self._state = state
        self.setAccessibleName(text)
        self._renew()

    def sizeHint(self) -> QSize:
        return QSize(pill_width(self._text, current_theme(), self._state), current_theme().size("pill"))

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_pill(painter_for(self), self.rect(), self._text, current_theme(), self._state)


def pill_width(text: str, theme: Theme, state: Health | None) -> int:
    """How wide `paint_pill` draws, in pixels."""
    words = QFontMetrics(theme.font("label")).horizontalAdvance(text)
    return words + (2 * Pill.RIGHT if state is None else Pill.LEFT + Pill.GLYPH + Pill.GAP + Pill.RIGHT)


def paint_pill(painter: QPainter, rect: QRect, text: str, theme: Theme, state: Health | None) -> None:
    """A pill in `rect`, which is 18 px high; for group rows as well."""
    tone = "accent" if state is None else state.tone.value
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    paint_box(painter, rect, theme.size("radius.pill"), theme.colour(f"{tone}.soft"))
    left = Pill.RIGHT
    if state is not None:
        at = QPoint(rect.x() + Pill.LEFT, rect.y() + (rect.height() - Pill.GLYPH) // 2)
        paint_glyph(painter, at, state, theme, Pill.GLYPH)
        left = Pill.LEFT + Pill.GLYPH + Pill.GAP
    painter.setFont(theme.font("label"))
    painter.setPen(theme.colour(f"{tone}.fg"))
    painter.drawText(rect.adjusted(left, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, text)


class Tag(_Mark):
    """A label such as `pool=general`, in a thin frame."""

    _PADDING = 6

    def __init__(self, text: str, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFont(current_theme().font("secondary"))
        self.set_text(text)

    def set_text(self, text: str) -> None:
        """Show another label."""
        self._text = text
        self.setAccessibleName(text)
        self._renew()

    def sizeHint(self) -> QSize:
        width = QFontMetrics(self.font()).horizontalAdvance(self._text) + 2 * self._PADDING
        return QSize(width, current_theme().size("pill"))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = painter_for(self)
        paint_box(painter, self.rect(), theme.size("radius.tag"), None, theme.colour("border.default"))
        painter.setFont(self.font())
        painter.setPen(theme.colour("text.secondary"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._text)


class Meter(QWidget):
    """How much of a whole: a bar of 6 px, and a tick where something was requested."""

    def __init__(self, *, name: str, width: int = 80, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._width = width
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_share(0.0)

    def set_share(self, share: float, tone: Tone = Tone.IDLE, request: float | None = None) -> None:
        """`share` and `request` of the whole, 0 to 1; more is shown as full."""
        self._share = min(max(share, 0.0), 1.0)
        self._tone = tone
        self._request = request
        self.setAccessibleName(f"{self._name}, {round(share * 100)} %")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._width, 10)

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_meter(painter_for(self), self.rect(), current_theme(), self._share, self._tone, self._request)


def paint_meter(
    painter: QPainter, rect: QRect, theme: Theme, share: float, tone: Tone = Tone.IDLE, request: float | None = None
) -> None:
    """A meter in the middle of `rect`, which is at least 10 px high for the tick."""
    high = theme.size("meter-height")
    top = rect.y() + (rect.height() - high) / 2
    track = QRectF(rect.x(), top, rect.width(), high)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("border.default"))
    painter.drawRoundedRect(track, high / 2, high / 2)
    if share > 0:
        filled = QRectF(track)
        filled.setWidth(max(track.width() * share, high))  # never less than its own round ends
        painter.setBrush(theme.colour(f"{tone}.mark"))
        painter.drawRoundedRect(filled, high / 2, high / 2)
    if request is not None:
        at = track.x() + track.width() * min(max(request, 0.0), 1.0)
        painter.fillRect(QRectF(at - 0.75, top + high / 2 - 5, 1.5, 10), theme.colour("text.primary"))
