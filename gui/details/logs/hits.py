"""The scroll bar of a log, with marks where the search has found something."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QScrollBar

from gui.theme.tokens import current_theme

_MOST = 400  # marks; more would be a bar of one colour


class HitBar(QScrollBar):
    """A scroll bar that also shows places, as shares of its length."""

    _shares: Sequence[float] = ()

    def set_shares(self, shares: Sequence[float]) -> None:
        """Mark these places, each from 0 at the top to 1 at the foot."""
        step = max(1, len(shares) // _MOST)
        self._shares = shares[::step]
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._shares:
            painter = QPainter(self)
            colour = current_theme().colour("warning.mark")
            for share in self._shares:
                painter.fillRect(2, round(share * (self.height() - 2)), self.width() - 4, 2, colour)
            painter.end()
