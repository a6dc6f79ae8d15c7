"""Whether a widget should show that it has the keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QWidget

_BY_KEY = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason)

if TYPE_CHECKING:
    _Base = QWidget
else:
    _Base = object  # the widget class stands beside it: two Qt bases would clash


class KeyFocus(_Base):
    """Beside a QWidget: remembers whether the focus came by a key, as only then a ring helps."""

    _came_by_key = False

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._came_by_key = event.reason() in _BY_KEY
        super().focusInEvent(event)

    def shows_focus(self) -> bool:
        """Whether to draw the focus ring now."""
        return self._came_by_key and self.hasFocus()
