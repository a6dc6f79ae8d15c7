"""A line of words in several looks, painted as plain text and copied by a click."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QSize, Qt, QTimer
from PySide6.QtGui import (
    QContextMenuEvent,
    QEnterEvent,
    QFontMetrics,
    QGuiApplication,
    QKeyEvent,
    QMouseEvent,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from gui.theme.icons import paint_icon
from gui.theme.tokens import current_theme, text_token
from gui.widgets.focus import KeyFocus
from gui.widgets.menu import Menu
from gui.widgets.paint import paint_focus, painter_for
from gui.widgets.tips import plain_tip
from models.health import Tone
from models.overview import Line, Run
from models.text import display

_GAP = 8
_SHOWN = 500  # characters of one run; more than fits anywhere
_ABSENT = Run("–", Tone.DISABLED)


class RunLine(KeyFocus, QWidget):
    """One line of runs, 22 px high. Where room is short the longest runs lose their middle; the tooltip has all."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._line = Line(())
        self._runs: tuple[Run, ...] = (_ABSENT,)
        self._texts: list[str] = []
        self._copied: str | None = None
        self._copy_mark = False
        self._stale = False
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    @property
    def text(self) -> str:
        """What it says, as it is shown where there is room."""
        return " ".join(self._texts)

    def show_line(self, line: Line, *, copy_mark: bool = False) -> None:
        """Show other words; nothing at all is an en dash."""
        self._line, self._copy_mark, self._copied = line, copy_mark, line.raw
        self._runs = tuple(run for run in line.runs if run.text) or (_ABSENT,)
        self._texts = [display(run.text, _SHOWN) for run in self._runs]
        copies = line.raw is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if copies else Qt.CursorShape.ArrowCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if copies else Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(f"{self.text}, press to copy" if copies else self.text)
        self._explain()
        self.updateGeometry()
        self.update()

    def show_setting(self, line: Line, copied: str) -> None:
        """Show words that hide a part of the value: a click copies `copied`, only "Copy raw" the value."""
        self.show_line(line)
        self._copied = copied

    def set_stale(self, stale: bool) -> None:
        """Show all words in secondary colour: they were true once."""
        self._stale = stale
        self.update()

    def copy(self) -> None:
        """Put what can be shown of the value on the clipboard, controls made visible."""
        if self._copied is not None:
            self._put(display(self._copied, len(self._copied)))

    def copy_raw(self) -> None:
        """Put the value itself on the clipboard, whatever is in it."""
        if self._line.raw is not None:
            self._put(self._line.raw)

    def sizeHint(self) -> QSize:
        wide = sum(self._widths()) + _GAP * (len(self._texts) - 1) + 1
        if self._copy_mark:
            wide += current_theme().size("icon-small") + 6
        return QSize(wide, current_theme().size("row-property"))

    def minimumSizeHint(self) -> QSize:
        return QSize(min(40, self.sizeHint().width()), current_theme().size("row-property"))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = painter_for(self)
        left = 0
        for run, text, wide in zip(self._runs, self._texts, self._fitted(), strict=True):
            font = theme.font(_role(run))
            token = "text.secondary" if self._stale and run.tone is not Tone.DISABLED else text_token(run.tone)
            painter.setFont(font)
            painter.setPen(theme.colour(token))
            shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideMiddle, wide)
            room = QRect(left, 0, wide + 1, self.height())
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, shown)
            left += wide + _GAP
        if self._copy_mark:
            side = theme.size("icon-small") - 1
            paint_icon(painter, QPoint(left - 2, (self.height() - side) // 2), "copy", theme, side)
        if self.shows_focus():
            paint_focus(painter, self.rect(), theme, theme.size("radius.small"))

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self._explain()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._explain()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        inside = self.rect().contains(event.position().toPoint())
        if inside and event.button() == Qt.MouseButton.LeftButton:
            self.copy()
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.copy()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self._line.raw is None:
            return
        menu = Menu(parent=self)
        menu.add("Copy", self.copy, icon="copy")
        menu.add("Copy raw", self.copy_raw)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(event.globalPos())

    def _put(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        below = self.mapToGlobal(self.rect().bottomLeft())
        # the click that copied would hide a tip that is shown at once
        QTimer.singleShot(
            0, self, lambda: QToolTip.showText(below, "Copied", self, QRect(), current_theme().time("copied"))
        )

    def _widths(self) -> list[int]:
        theme = current_theme()
        return [
            QFontMetrics(theme.font(_role(run))).horizontalAdvance(text) + 1
            for run, text in zip(self._runs, self._texts, strict=True)
        ]

    def _fitted(self) -> list[int]:
        room = self.width() - _GAP * (len(self._texts) - 1)
        if self._copy_mark:
            room -= current_theme().size("icon-small") + 6
        return fitted(self._widths(), room)

    def _explain(self) -> None:
        tip = self._line.tip
        if not tip and self._fitted() != self._widths():
            tip = self.text
        if not tip and self._line.raw is not None:
            tip = "Copy"
        self.setToolTip(plain_tip("\n".join(display(part) for part in tip.split("\n")[:30])))


def fitted(widths: Sequence[int], room: int) -> list[int]:
    """`widths` cut so that they fit into `room`: the widest give, the others keep what they need."""
    left, rest = max(0, room), len(widths)
    given: dict[int, int] = {}
    for index in sorted(range(len(widths)), key=lambda index: widths[index]):
        given[index] = min(widths[index], left // rest)
        left -= given[index]
        rest -= 1
    return [given[index] for index in range(len(widths))]


def _role(run: Run) -> str:
    if run.mono:
        return "mono-medium" if run.strong else "mono"
    return "medium" if run.strong else "base"
