"""The sentence on top of an overview: its first words stand out, the rest wraps after them."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QTextCharFormat, QTextLayout, QTextOption
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from gui.theme.tokens import current_theme
from gui.widgets.marks import Glyph, Tag
from models.health import Health
from models.overview import Headline
from models.text import display

_LINE = 18


class _Sentence(QWidget):
    """Two stretches of plain text as one wrapped paragraph."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._strong = self._rest = ""
        self._stale = False
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_words(self, strong: str, rest: str, *, stale: bool) -> None:
        """`strong` in primary and medium weight, `rest` in secondary after it."""
        self._strong, self._rest, self._stale = strong, rest, stale
        self.setAccessibleName(f"{strong} {rest}".strip())
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(400, self.heightForWidth(400))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, _LINE)

    def heightForWidth(self, width: int) -> int:
        return _LINE * self._laid_out(width).lineCount()

    def paintEvent(self, event: QPaintEvent) -> None:
        self._laid_out(self.width()).draw(QPainter(self), QPointF(0, 0))

    def _laid_out(self, width: int) -> QTextLayout:
        theme = current_theme()
        layout = QTextLayout(f"{self._strong} {self._rest}".strip(), theme.font())
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        strong = "text.secondary" if self._stale else "text.primary"
        layout.setFormats(
            [
                _stretch(0, len(self._strong), "medium", strong),
                _stretch(len(self._strong), len(self._rest) + 1, "base", "text.secondary"),
            ]
        )
        layout.beginLayout()
        y = 0
        while (line := layout.createLine()).isValid():
            line.setLineWidth(max(40, width))
            line.setPosition(QPointF(0, y + (_LINE - line.height()) / 2))
            y += _LINE
        layout.endLayout()
        return layout


def _stretch(start: int, length: int, role: str, token: str) -> QTextLayout.FormatRange:
    look = QTextCharFormat()
    look.setFont(current_theme().font(role))
    look.setForeground(current_theme().colour(token))
    stretch = QTextLayout.FormatRange()
    stretch.start, stretch.length, stretch.format = start, length, look
    return stretch


class HeadlineView(QWidget):
    """Glyph, sentence, and how certain it is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._headline: Headline | None = None
        self._stale = False
        self._glyph = Glyph(Health.UNKNOWN)
        self._sentence = _Sentence()
        self._tag = Tag("")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 16, 2)
        row.setSpacing(9)
        glyph = QHBoxLayout()
        glyph.setContentsMargins(0, 3, 0, 0)
        glyph.addWidget(self._glyph)
        row.addLayout(glyph)
        row.setAlignment(glyph, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._sentence, 1)
        row.addWidget(self._tag, 0, Qt.AlignmentFlag.AlignTop)

    @property
    def text(self) -> str:
        """The whole sentence as it is shown."""
        return self._sentence.accessibleName()

    def fill(self, headline: Headline) -> None:
        """Show `headline`."""
        self._headline = headline
        self._show()

    def set_stale(self, stale: bool) -> None:
        """Whether it was true once and may not be now."""
        self._stale = stale
        self._show()

    def _show(self) -> None:
        if self._headline is None:
            return
        self._glyph.set_state(self._headline.health, grey=self._stale)
        self._sentence.show_words(display(self._headline.strong), display(self._headline.rest), stale=self._stale)
        self._tag.set_text(self._headline.tag)
        self._tag.setVisible(bool(self._headline.tag))
