"""Words in several looks, painted as plain text: one line that elides, and a paragraph that wraps."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPaintEvent, QResizeEvent, QTextCharFormat, QTextLayout, QTextOption
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.details.copying import Copies
from gui.theme.icons import paint_icon
from gui.theme.tokens import current_theme, text_token
from gui.widgets.paint import paint_focus, painter_for
from gui.widgets.tips import plain_tip
from models.health import Tone
from models.overview import Line, Run
from models.text import display

_GAP = 8
_MARK_GAP = 6
_SHORT = 84  # pixels: runs up to here stay whole as long as the others have anything to give
_LEAST = 24
_SHOWN = 500  # characters of one run of a line; more than fits anywhere
_LINE_HEIGHT = 18  # of a paragraph
_ABSENT = Run("–", Tone.DISABLED)


class RunLine(Copies, QWidget):
    """One line of runs, 22 px high. Where room is short the longest runs lose their middle; the tooltip has all."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runs: tuple[Run, ...] = (_ABSENT,)
        self._texts: list[str] = []
        self._widths: list[int] = []
        self._tip = ""
        self._copy_mark = False
        self._stale = False
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    @property
    def text(self) -> str:
        """What it says, as it is shown where there is room."""
        return " ".join(self._texts)

    def show_line(self, line: Line, *, copied: str | None = None, copy_mark: bool = False) -> None:
        """Show other words; none at all are an en dash. `copied` is what a click gives where `line.raw` is a secret."""
        self._runs = tuple(run for run in line.runs if run.text) or (_ABSENT,)
        self._texts = [display(run.text, _SHOWN) for run in self._runs]
        self._widths = [
            QFontMetrics(current_theme().font(_role(run))).horizontalAdvance(text) + 1
            for run, text in zip(self._runs, self._texts, strict=True)
        ]
        self._tip, self._copy_mark = line.tip, copy_mark
        self.set_copied(line.raw, copied)
        self.setAccessibleName(f"{self.text}, press to copy" if self.copies else self.text)
        self._explain()
        self.updateGeometry()
        self.update()

    def set_stale(self, stale: bool) -> None:
        """Show all words in secondary colour: they were true once."""
        self._stale = stale
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(sum(self._widths) + self._spare() + 1, current_theme().size("row-property"))

    def minimumSizeHint(self) -> QSize:
        return QSize(min(40, self.sizeHint().width()), current_theme().size("row-property"))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = painter_for(self)
        left = 0
        for run, text, wide in zip(self._runs, self._texts, self._fitted(), strict=True):
            font = theme.font(_role(run))
            metrics = QFontMetrics(font)
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, wide)
            painter.setFont(font)
            painter.setPen(theme.colour(_token(run, stale=self._stale)))
            room = QRect(left, 0, wide + 1, self.height())
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, shown)
            left += min(wide, metrics.horizontalAdvance(shown) + 1) + _GAP
        if self._copy_mark:
            side = theme.size("icon-small") - 1
            at = QPoint(left - _GAP + _MARK_GAP, (self.height() - side) // 2)
            paint_icon(painter, at, "copy", theme, side)
        if self.shows_focus():
            paint_focus(painter, self.rect(), theme, theme.size("radius.small"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._explain()

    def _spare(self) -> int:
        """The room that no run takes."""
        mark = current_theme().size("icon-small") + _MARK_GAP if self._copy_mark else 0
        return _GAP * (len(self._texts) - 1) + mark

    def _fitted(self) -> list[int]:
        return fitted(self._widths, self.width() - self._spare())

    def _explain(self) -> None:
        tip = self._tip
        if not tip and self._fitted() != self._widths:
            tip = self.text
        if not tip and self.copies:
            tip = "Copy"
        self.setToolTip(plain_tip("\n".join(display(part) for part in tip.split("\n")[:30])))


class Paragraph(Copies, QWidget):
    """Runs as one paragraph that wraps, also inside words that are too long."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runs: tuple[Run, ...] = ()
        self._stale = False
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    @property
    def text(self) -> str:
        """What it says."""
        return " ".join(run.text for run in self._runs)

    def show_line(self, line: Line) -> None:
        """Show other words."""
        self._runs = tuple(Run(display(run.text), run.tone, run.mono, run.strong) for run in line.runs if run.text)
        self.set_copied(line.raw)
        self.setAccessibleName(f"{self.text}, press to copy" if self.copies else self.text)
        self.updateGeometry()
        self.update()

    def set_stale(self, stale: bool) -> None:
        """Show all words in secondary colour: they were true once."""
        self._stale = stale
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, self.heightForWidth(200))

    def minimumSizeHint(self) -> QSize:
        return QSize(80, _LINE_HEIGHT)

    def heightForWidth(self, width: int) -> int:
        return _LINE_HEIGHT * max(1, self._laid_out(width).lineCount())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_for(self)
        self._laid_out(self.width()).draw(painter, QPointF(0, 0))
        if self.shows_focus():
            paint_focus(painter, self.rect(), current_theme(), current_theme().size("radius.small"))

    def _laid_out(self, width: int) -> QTextLayout:
        layout = QTextLayout(self.text, current_theme().font())
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        layout.setFormats(self._formats())
        layout.beginLayout()
        y = 0
        while (line := layout.createLine()).isValid():
            line.setLineWidth(max(40, width))
            line.setPosition(QPointF(0, y + (_LINE_HEIGHT - line.height()) / 2))
            y += _LINE_HEIGHT
        layout.endLayout()
        return layout

    def _formats(self) -> list[QTextLayout.FormatRange]:
        formats = []
        start = 0
        for run in self._runs:
            look = QTextCharFormat()
            look.setFont(current_theme().font(_role(run)))
            look.setForeground(current_theme().colour(_token(run, stale=self._stale)))
            stretch = QTextLayout.FormatRange()
            stretch.start, stretch.length, stretch.format = start, utf16_length(run.text) + 1, look
            formats.append(stretch)
            start += stretch.length
        return formats


def fitted(widths: Sequence[int], room: int) -> list[int]:
    """`widths` cut so that they fit into `room`: the widest give first, short ones last."""
    if sum(widths) <= room:
        return list(widths)
    long_ones = [index for index, wide in enumerate(widths) if wide > _SHORT]
    kept = sum(wide for wide in widths if wide <= _SHORT)
    if not long_ones or room - kept < _LEAST * len(long_ones):
        long_ones, kept = list(range(len(widths))), 0
    given = list(widths)
    left, rest = max(0, room - kept), len(long_ones)
    for index in sorted(long_ones, key=lambda index: widths[index]):
        given[index] = min(widths[index], left // rest)
        left -= given[index]
        rest -= 1
    return given


def _role(run: Run) -> str:
    if run.mono:
        return "mono-medium" if run.strong else "mono"
    return "medium" if run.strong else "base"


def _token(run: Run, *, stale: bool) -> str:
    return "text.secondary" if stale and run.tone is not Tone.DISABLED else text_token(run.tone)


def utf16_length(text: str) -> int:
    """How long Qt counts `text`."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
