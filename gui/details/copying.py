"""Copying by a click or a key what is seen, and from a menu what it really is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt, QTimer
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QToolTip, QWidget

from gui.theme.tokens import current_theme
from gui.widgets.focus import KeyFocus
from gui.widgets.menu import Menu
from models.text import display

if TYPE_CHECKING:
    _Base = QWidget
else:
    _Base = object  # the widget class stands beside it: two Qt bases would clash

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class Copies(KeyFocus, _Base):
    """Beside a QWidget: a click copies the text as it can be shown, "Copy raw" the value itself."""

    _raw: str | None = None
    _shown: str | None = None

    def set_copied(self, raw: str | None, shown: str | None = None) -> None:
        """Copying gives `raw`, and a click `shown` where the screen hides a part of it. None: nothing is copied."""
        self._raw = raw
        self._shown = raw if shown is None else shown
        copies = raw is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if copies else Qt.CursorShape.ArrowCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if copies else Qt.FocusPolicy.NoFocus)

    @property
    def copies(self) -> bool:
        """Whether there is something to copy."""
        return self._raw is not None

    def copy(self) -> None:
        """Put what is shown of the value on the clipboard, in full length, controls made visible."""
        if self._shown is not None:
            self._put(display(self._shown, len(self._shown)))

    def copy_raw(self) -> None:
        """Put the value itself on the clipboard, whatever is in it."""
        if self._raw is not None:
            self._put(self._raw)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.copy()
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.copies and event.key() in _ENTER:
            self.copy()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if not self.copies:
            return
        menu = Menu(parent=self)
        menu.add("Copy", self.copy, icon="copy")
        menu.add("Copy raw", self.copy_raw)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(event.globalPos())

    def _put(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        below = self.mapToGlobal(self.rect().bottomLeft())
        shown_for = current_theme().time("copied")
        # A tip that is shown while the button goes up is hidden by that very event.
        QTimer.singleShot(0, self, lambda: QToolTip.showText(below, "Copied", self, QRect(), shown_for))
