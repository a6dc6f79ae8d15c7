"""Labels: plain text always, in a font role and a colour token."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QGuiApplication, QKeyEvent, QKeySequence, QMouseEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QToolTip, QWidget

from gui.theme.icons import paint_icon
from gui.theme.tokens import current_theme
from gui.widgets.focus import KeyFocus
from gui.widgets.paint import paint_focus, painter_for
from gui.widgets.tips import plain_tip, set_tip
from models.text import display

ELLIPSIS = "…"


def shortcut_text(keys: str) -> str:
    """Keys as this platform writes them, with spaces for the plus signs: "Ctrl F"."""
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText).replace("+", " ")


_SIGN = 13  # px, of the copy icon behind a text that a click copies
_SIGN_GAP = 6


class PlainLabel(QLabel):
    """A QLabel that never takes its text for markup. `font` is a role under `type`, `colour` a token of text."""

    def __init__(
        self,
        text: str = "",
        *,
        font: str = "base",
        colour: str = "text.primary",
        wrap: bool = False,
        selectable: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(current_theme().font(font))
        self.setProperty("colour", colour)  # the stylesheet has a rule for each
        self.setWordWrap(wrap)
        self.setText(text)
        if selectable:
            by = Qt.TextInteractionFlag
            self.setTextInteractionFlags(by.TextSelectableByMouse | by.TextSelectableByKeyboard)

    @property
    def colour(self) -> str:
        """The colour token of the text."""
        return str(self.property("colour"))

    def set_colour(self, token: str) -> None:
        """Show the text in another token of text, such as `error.fg`."""
        if token != self.colour:
            self.setProperty("colour", token)
            self.style().unpolish(self)
            self.style().polish(self)
            self.update()


class ElidedLabel(KeyFocus, PlainLabel):
    """One line that loses its middle where room is short; the tooltip has it all. `copies`: a click copies it."""

    copied = Signal(str)

    def __init__(
        self,
        text: str = "",
        *,
        font: str = "base",
        colour: str = "text.primary",
        mode: Qt.TextElideMode = Qt.TextElideMode.ElideMiddle,
        copies: bool = False,
        copied_text: str | None = None,
        parent: QWidget | None = None,
    ) -> None:
        self._mode = mode
        self._copies = copies
        self._copied_text = copied_text  # more than is shown: the whole id behind its 12 characters
        super().__init__(font=font, colour=colour, parent=parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        if copies:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
            self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.set_text(text, copied_text)

    def set_text(self, text: str, copied_text: str | None = None) -> None:
        """Show `text`; a click copies `copied_text`, or the text itself."""
        self._copied_text = copied_text
        self.setText(text)
        self.setAccessibleName(f"{text}, press to copy" if self._copies else text)
        self._explain()

    def shown_text(self) -> str:
        """What fits, as it stands on the screen."""
        return QFontMetrics(self.font()).elidedText(self.text(), self._mode, self.width() - self._sign_room())

    def copy(self) -> None:
        """Put the whole text on the clipboard and say so beside it for a moment."""
        text = self.text() if self._copied_text is None else self._copied_text
        QGuiApplication.clipboard().setText(text)
        below = self.mapToGlobal(self.rect().bottomLeft())
        QToolTip.showText(below, "Copied", self, QRect(), current_theme().time("copied"))
        self.copied.emit(text)

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self.font())
        return QSize(metrics.horizontalAdvance(self.text()) + 1 + self._sign_room(), metrics.height())

    def minimumSizeHint(self) -> QSize:
        metrics = QFontMetrics(self.font())
        least = metrics.horizontalAdvance(self.text()[:1] + ELLIPSIS + self.text()[-1:])
        return QSize(min(least + self._sign_room(), self.sizeHint().width()), metrics.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._explain()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        inside = self.rect().contains(event.position().toPoint())
        if self._copies and inside and event.button() == Qt.MouseButton.LeftButton:
            self.copy()
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._copies and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.copy()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = painter_for(self)
        painter.setFont(self.font())
        painter.setPen(theme.colour(self.colour if self.isEnabled() else "text.disabled"))
        shown = self.shown_text()
        room = self.rect().adjusted(0, 0, -self._sign_room(), 0)
        painter.drawText(room, self.alignment() | Qt.TextFlag.TextSingleLine, shown)
        if self._copies:
            left = QFontMetrics(self.font()).horizontalAdvance(shown) + _SIGN_GAP
            paint_icon(painter, QPoint(left, (self.height() - _SIGN) // 2), "copy", theme, _SIGN)
        if self.shows_focus():
            paint_focus(painter, self.rect(), theme, theme.size("radius.small"))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.updateGeometry()

    def _sign_room(self) -> int:
        return _SIGN + _SIGN_GAP if self._copies else 0

    def _explain(self) -> None:
        if self.shown_text() != self.text():
            self.setToolTip(plain_tip(self.text()))
        elif self._copies:
            set_tip(self, "Copy" if self._copied_text is None else f"Copy {display(self._copied_text)}")
        else:
            self.setToolTip("")
