"""Plain parts of a window: a ground with lines at its edges, and a line alone."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.theme.tokens import current_theme


class Area(QWidget):
    """A widget with the ground token `ground` and 1 px lines at `lines`, any of "top bottom left right"."""

    def __init__(
        self,
        ground: str = "bg.surface",
        lines: str = "",
        *,
        line: str = "border.default",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._ground = ground
        self._lines = lines.split()
        self._line = line

    def set_ground(self, token: str) -> None:
        """Show another ground."""
        self._ground = token
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painter.fillRect(event.rect(), theme.colour(self._ground))
        colour = theme.colour(self._line)
        edges = {
            "top": (0, 0, self.width(), 1),
            "bottom": (0, self.height() - 1, self.width(), 1),
            "left": (0, 0, 1, self.height()),
            "right": (self.width() - 1, 0, 1, self.height()),
        }
        for edge in self._lines:
            painter.fillRect(*edges[edge], colour)


class Line(QWidget):
    """One pixel between two areas."""

    def __init__(
        self,
        orientation: Qt.Orientation = Qt.Orientation.Horizontal,
        *,
        colour: str = "border.default",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._colour = colour
        if orientation == Qt.Orientation.Horizontal:
            self.setFixedHeight(1)
            self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        else:
            self.setFixedWidth(1)
            self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        return QSize(1, 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), current_theme().colour(self._colour))
