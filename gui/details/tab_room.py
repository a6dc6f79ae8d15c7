"""The tabs of the details in as much room as there is: those that do not fit are scrolled to."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QWidget

from gui.widgets.tabs import Tabs

_LEAST = 120  # pixels: one tab, whatever the room
_NEAR = 24  # pixels of the neighbours that stay in sight, to show that there is more


class TabRoom(QScrollArea):
    """Shows `tabs`; the current one is always in sight, the wheel goes to the others."""

    def __init__(self, tabs: Tabs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tabs = tabs
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(tabs)
        for ground in (self.viewport(), tabs):  # the head's own line shows through
            ground.setAutoFillBackground(False)
        self.setMinimumWidth(_LEAST)
        self.setFixedHeight(tabs.sizeHint().height())
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        tabs.chosen.connect(lambda _key: self._show_current())

    def sizeHint(self) -> QSize:
        return self._tabs.sizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_current()

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta()
        bar = self.horizontalScrollBar()
        bar.setValue(bar.value() - (turned.x() or turned.y()))
        event.accept()

    def _show_current(self) -> None:
        rect = self._tabs.tabRect(self._tabs.currentIndex())
        self.ensureVisible(rect.left(), 0, _NEAR, 0)
        self.ensureVisible(rect.right(), 0, _NEAR, 0)
