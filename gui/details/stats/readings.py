"""The column beside the charts: values at the pointer's time, and what the range comes to."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QWidget

from gui.details.stats.contents import Figure
from gui.theme.tokens import current_theme
from gui.widgets.paint import paint_box

WIDTH = 188  # pixels
_LEFT = 12
_SWATCH = 8
_GAP = 14  # before a section


class Readings(QScrollArea):
    """Sections of names and values."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = _Rows()
        self.setWidget(self._rows)
        self.setWidgetResizable(True)
        self.setFixedWidth(WIDTH)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Values")

    def show_sections(self, sections: Iterable[tuple[str, Iterable[Figure]]]) -> None:
        """A title and its figures, for each section."""
        self._rows.show_sections([(title, list(figures)) for title, figures in sections])

    def text(self) -> str:
        """All that it says, a line each."""
        return self._rows.text()


class _Rows(QWidget):
    """Painted: they change with each move of the pointer."""

    def __init__(self) -> None:
        super().__init__()
        self._sections: list[tuple[str, list[Figure]]] = []
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.MinimumExpanding)

    def show_sections(self, sections: list[tuple[str, list[Figure]]]) -> None:
        grown = [len(figures) for _, figures in sections] != [len(figures) for _, figures in self._sections]
        self._sections = sections
        self.setAccessibleName(self.text())
        if grown:
            self.updateGeometry()
        self.update()

    def text(self) -> str:
        lines = []
        for title, figures in self._sections:
            lines += [title, *(" ".join(filter(None, (one.name, one.value))) for one in figures)]
        return "\n".join(lines)

    def sizeHint(self) -> QSize:
        row = current_theme().size("row-property")
        return QSize(WIDTH, sum(_GAP + row * (1 + len(figures)) for _, figures in self._sections))

    minimumSizeHint = sizeHint

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painter.fillRect(event.rect(), theme.colour("bg.surface"))
        painter.fillRect(0, 0, 1, self.height(), theme.colour("border.default"))
        row, top = theme.size("row-property"), 0
        for title, figures in self._sections:
            top += _GAP if top else _GAP // 2
            painter.setFont(theme.font("section"))
            painter.setPen(theme.colour("text.secondary"))
            self._words(painter, top, row, title, _LEFT)
            top += row
            for figure in figures:
                self._paint(painter, top, row, figure)
                top += row

    def _paint(self, painter: QPainter, top: int, row: int, figure: Figure) -> None:
        theme = current_theme()
        if figure.colour:
            square = QRect(_LEFT, top + (row - _SWATCH) // 2, _SWATCH, _SWATCH)
            paint_box(painter, square, 2, theme.colour(figure.colour))
        heading = not figure.value
        painter.setFont(theme.font("medium"))
        painter.setPen(theme.colour("text.primary"))
        value = QRect(0, top, self.width() - _LEFT, row)
        painter.drawText(value, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, figure.value)
        room = QFontMetrics(painter.font()).horizontalAdvance(figure.value) + 8
        if not heading:
            painter.setFont(theme.font("base"))
            painter.setPen(theme.colour("text.secondary"))
        self._words(painter, top, row, figure.name, _LEFT + _SWATCH + 6, room)

    def _words(self, painter: QPainter, top: int, row: int, words: str, left: int, right: int = 0) -> None:
        room = QRect(left, top, self.width() - left - _LEFT - right, row)
        shown = QFontMetrics(painter.font()).elidedText(words, Qt.TextElideMode.ElideMiddle, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, shown)
