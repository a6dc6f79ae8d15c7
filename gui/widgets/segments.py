"""Segments: a few short choices in a tray, such as All, Running, Problems."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QSizePolicy, QWidget

from gui.theme.glyphs import paint_glyph
from gui.theme.tokens import current_theme
from gui.widgets.focus import KeyFocus
from gui.widgets.paint import paint_box, paint_focus, painter_for
from gui.widgets.tips import set_tip
from models.health import Health

_PADDING = 9
_GAP = 5
_TRAY = 2


class _Segment(KeyFocus, QAbstractButton):
    """One of the choices. Left and Right go to its neighbours by Qt's own rules for exclusive buttons."""

    def __init__(self, key: str, text: str, parent: Segments) -> None:
        super().__init__(parent)
        self.key = key
        self.glyph: Health | None = None
        self._height = parent.sizeHint().height() - 2 * _TRAY
        self.setText(text)
        self.setCheckable(True)
        self.setAutoExclusive(True)  # the group sees to that; by this a screen reader knows it for a radio button
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFont(current_theme().font("medium"))  # the wider one: choosing moves nothing

    def sizeHint(self) -> QSize:
        width = QFontMetrics(self.font()).horizontalAdvance(self.text()) + 2 * _PADDING
        if self.glyph:
            width += current_theme().size("state-glyph") + _GAP
        return QSize(width, self._height)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = painter_for(self)
        radius = theme.size("radius.small")
        if self.isChecked():
            paint_box(painter, self.rect(), radius, theme.colour("bg.surface"), theme.colour("border.default"))
        left = _PADDING
        if self.glyph:
            side = theme.size("state-glyph")
            paint_glyph(painter, QPoint(left, (self.height() - side) // 2), self.glyph, theme)
            left += side + _GAP
        ink = "text.disabled"
        if self.isEnabled():
            ink = "text.primary" if self.isChecked() or self.underMouse() else "text.secondary"
        painter.setPen(theme.colour(ink))
        painter.setFont(theme.font("medium" if self.isChecked() else "base"))
        room = QRect(left, 0, self.width() - left - _PADDING, self.height())
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, self.text())
        if self.shows_focus():
            paint_focus(painter, self.rect(), theme, radius)


class Segments(QWidget):
    """A tray of choices, 28 px high or, `small`, 24; one of them is current, and the Tab key stops there alone."""

    chosen = Signal(str)  # the key; by the user and by `set_current` alike

    def __init__(
        self, choices: Iterable[tuple[str, str]], *, name: str, small: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._small = small
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(_TRAY, _TRAY, _TRAY, _TRAY)
        row.setSpacing(0)
        self._group = QButtonGroup(self)
        self._segments = {key: _Segment(key, text, self) for key, text in choices}
        for segment in self._segments.values():
            self._group.addButton(segment)
            row.addWidget(segment)
        for segment in list(self._segments.values())[:1]:
            segment.setChecked(True)
        self._group.buttonToggled.connect(self._on_toggled)

    @property
    def current(self) -> str:
        """The key of the current choice; empty where there is none."""
        segment = self._group.checkedButton()
        return segment.key if isinstance(segment, _Segment) else ""

    @property
    def keys(self) -> list[str]:
        """The keys of all choices, in order."""
        return list(self._segments)

    def set_current(self, key: str) -> None:
        """Choose `key`. KeyError when it is not offered."""
        self._segments[key].setChecked(True)

    def set_text(self, key: str, text: str, glyph: Health | None = None) -> None:
        """Change the words of a choice, such as its count, and the state glyph before them."""
        segment = self._segments[key]
        if (segment.text(), segment.glyph) != (text, glyph):
            segment.setText(text)
            segment.glyph = glyph
            segment.updateGeometry()
            segment.update()

    def set_why_not(self, key: str, reason: str | None) -> None:
        """Disable a choice and say why in its tooltip; None enables it."""
        segment = self._segments[key]
        segment.setEnabled(reason is None)
        set_tip(segment, reason or "")

    def sizeHint(self) -> QSize:
        height = current_theme().size("control-small" if self._small else "control")
        return QSize(super().sizeHint().width(), height)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        segments = [segment for segment in self._segments.values() if segment.isEnabled()]
        if segments and event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End):
            segment = segments[0 if event.key() == Qt.Key.Key_Home else -1]
            segment.setFocus(Qt.FocusReason.TabFocusReason)
            segment.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        radius = theme.size("radius.control")
        inset, line = theme.colour("bg.inset"), theme.colour("border.default")
        paint_box(painter_for(self), self.rect(), radius, inset, line)

    def _on_toggled(self, segment: _Segment, checked: bool) -> None:
        if checked:
            self.chosen.emit(segment.key)
