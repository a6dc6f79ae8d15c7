"""Buttons: one main button per page, plain ones, destructive ones inside confirmations, and icons alone."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QPushButton, QSizePolicy, QWidget

from gui.theme.icons import paint_icon
from gui.theme.tokens import Theme, current_theme
from gui.widgets.focus import KeyFocus
from gui.widgets.paint import paint_box, paint_focus, painter_for
from gui.widgets.tips import set_tip

_PADDING = 10
_GAP = 6


class Look(StrEnum):
    """What a button is for."""

    PLAIN = "plain"
    MAIN = "main"
    DESTRUCTIVE = "destructive"


class Button(KeyFocus, QPushButton):
    """A button with words and, before them, an icon. `small` is 24 px high, for heads, banners and empty states."""

    def __init__(
        self,
        text: str,
        icon: str | None = None,
        *,
        look: Look = Look.PLAIN,
        small: bool = False,
        opens: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._icon = icon
        self._look = look
        self._small = small
        self._opens = opens  # a chevron at the right: a menu will come
        self._tip = ""
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFont(current_theme().font("small-control" if small else "medium"))

    def set_icon(self, icon: str | None) -> None:
        """Show another icon, or none."""
        self._icon = icon
        self.updateGeometry()
        self.update()

    def set_why_not(self, reason: str | None) -> None:
        """Disable the button and say why in its tooltip; None enables it."""
        set_tip(self, self._tip if reason is None else reason)
        self.setEnabled(reason is None)

    def set_tip(self, text: str) -> None:
        """The tooltip while the button is enabled."""
        self._tip = text
        set_tip(self, text)

    def sizeHint(self) -> QSize:
        width = 2 * _PADDING + QFontMetrics(self.font()).horizontalAdvance(self.text().replace("&", ""))
        if self._icon:
            width += current_theme().size("icon-small") + _GAP
        if self._opens:
            width += current_theme().size("chevron") + _GAP - 2
        return QSize(width, current_theme().size("control-small" if self._small else "control"))

    minimumSizeHint = sizeHint

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = painter_for(self)
        radius = theme.size("radius.control")
        fill, line, ink = self._colours(theme)
        paint_box(painter, self.rect(), radius, fill, line)
        self._paint_words(painter, theme, ink)
        if self.shows_focus():
            paint_focus(painter, self.rect(), theme, radius)

    def _colours(self, theme: Theme) -> tuple[QColor, QColor | None, str]:
        """Ground, line, and the token of the words."""
        border = theme.colour("border.default")
        if not self.isEnabled():
            return theme.colour("bg.inset"), border, "text.disabled"
        active = self.underMouse() or self.isDown()
        if self._look is Look.PLAIN:
            return theme.colour("bg.hover" if active else "bg.surface"), border, "text.primary"
        fill = theme.colour("accent.fill" if self._look is Look.MAIN else "error.fill")
        return (fill.darker(108) if active else fill), None, "text.on-accent"

    def _paint_words(self, painter: QPainter, theme: Theme, ink: str) -> None:
        left = (self.width() - self.sizeHint().width()) // 2 + _PADDING
        right = self.width() - left
        if self._icon:
            side = theme.size("icon-small")
            paint_icon(painter, QPoint(left, (self.height() - side) // 2), self._icon, theme, side, ink)
            left += side + _GAP
        if self._opens:
            side = theme.size("chevron")
            colour = "text.secondary" if ink == "text.primary" else ink
            at = QPoint(right - side + 2, (self.height() - side) // 2)
            paint_icon(painter, at, "chevron-down", theme, side, colour)
        painter.setPen(theme.colour(ink))
        painter.setFont(self.font())
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextHideMnemonic
        painter.drawText(QRect(left, 0, self.width() - left, self.height()), flags, self.text())


class IconButton(KeyFocus, QAbstractButton):
    """An icon alone, without a border; `name` says what it does, in its tooltip and to screen readers."""

    def __init__(
        self, icon: str, name: str, *, small: bool = False, size: int = 16, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._icon = icon
        self._icon_size = size
        self._side = "control-small" if small else "control"
        self._name = name
        self.set_name(name)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)  # repaints as the pointer comes and goes
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_name(self, name: str) -> None:
        """Change what the button does in words: tooltip and accessible name."""
        self._name = name
        self.setAccessibleName(name)
        set_tip(self, name)

    def set_icon(self, icon: str) -> None:
        """Show another icon."""
        self._icon = icon
        self.update()

    def set_why_not(self, reason: str | None) -> None:
        """Disable the button and say why in its tooltip; None enables it."""
        set_tip(self, self._name if reason is None else f"{self._name}: {reason}")
        self.setEnabled(reason is None)

    def sizeHint(self) -> QSize:
        side = current_theme().size(self._side)
        return QSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = painter_for(self)
        radius = theme.size("radius.control")
        ink = "text.secondary" if self.isEnabled() else "text.disabled"
        if self.isChecked():
            paint_box(painter, self.rect(), radius, theme.colour("bg.selection"))
            ink = "accent.fg"
        elif self.isEnabled() and (self.underMouse() or self.isDown()):
            paint_box(painter, self.rect(), radius, theme.colour("bg.hover"))
        side = self._icon_size
        at = QPoint((self.width() - side) // 2, (self.height() - side) // 2)
        paint_icon(painter, at, self._icon, theme, side, ink)
        if self.shows_focus():
            paint_focus(painter, self.rect(), theme, radius)
