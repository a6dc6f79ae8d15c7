"""A splitter that looks like a line of 1 px and can be grabbed on 7."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QRegion, QResizeEvent
from PySide6.QtWidgets import QSplitter, QSplitterHandle, QWidget

from gui.theme.tokens import current_theme

_STEP = 16  # pixels by an arrow key


class _Handle(QSplitterHandle):
    def __init__(self, orientation: Qt.Orientation, parent: QSplitter) -> None:
        super().__init__(orientation, parent)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName("Divider, move it with the arrow keys")
        # Margins take part in grabbing, not in the layout nor, by the mask, in what is seen.
        theme = current_theme()
        margin = (theme.size("splitter-grab") - theme.size("splitter")) // 2
        across = orientation == Qt.Orientation.Horizontal
        self.setAttribute(Qt.WidgetAttribute.WA_MouseNoMask)
        self.setContentsMargins(*((margin, 0, margin, 0) if across else (0, margin, 0, margin)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        # Not Qt's own answer, which sets margins that make thin handles 5 px.
        self.setMask(QRegion(self.contentsRect()))

    def paintEvent(self, event: QPaintEvent) -> None:
        token = "accent.line" if self.hasFocus() else "border.default"
        QPainter(self).fillRect(self.rect(), current_theme().colour(token))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        across = self.orientation() == Qt.Orientation.Horizontal
        back, forth = (Qt.Key.Key_Left, Qt.Key.Key_Right) if across else (Qt.Key.Key_Up, Qt.Key.Key_Down)
        if event.key() not in (back, forth):
            super().keyPressEvent(event)
            return
        place = self.pos() + self.contentsRect().topLeft()
        self.moveSplitter((place.x() if across else place.y()) + (_STEP if event.key() == forth else -_STEP))


class Splitter(QSplitter):
    """Two or more areas whose shares the user chooses; none can be folded away by dragging."""

    def __init__(self, orientation: Qt.Orientation, parent: QWidget | None = None) -> None:
        super().__init__(orientation, parent)
        self.setHandleWidth(current_theme().size("splitter"))
        self.setChildrenCollapsible(False)

    def createHandle(self) -> QSplitterHandle:
        return _Handle(self.orientation(), self)
