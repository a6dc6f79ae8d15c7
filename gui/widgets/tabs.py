"""Tabs: rows of which one is current, for Qt's own keys and for screen readers; drawn by us."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QHoverEvent, QKeyEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QTabBar, QWidget

from gui.theme.tokens import Theme, current_theme
from gui.widgets.focus import KeyFocus
from gui.widgets.paint import paint_focus, painter_for
from gui.widgets.tips import plain_tip

_PADDING = 10
_INSET = 8
_UNDERLINE = 2


class TabBar(KeyFocus, QTabBar):
    """A QTabBar that paints itself: a subclass says how big a tab is, in `tabSizeHint`, and draws it.

    One stop of the Tab key; Left, Right, Home and End choose. The wheel belongs to what lies around it.
    """

    def __init__(self, *, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._under_pointer = -1
        self.setAccessibleName(name)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setUsesScrollButtons(False)
        self.setElideMode(Qt.TextElideMode.ElideNone)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def paint_tab(self, painter: QPainter, theme: Theme, index: int, rect: QRect, *, hot: bool) -> None:
        """Draw one tab; `hot`: the pointer is over it."""
        raise NotImplementedError

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_for(self)
        for index in range(self.count()):
            rect = self.tabRect(index)
            if rect.intersects(event.rect()):
                self.paint_tab(painter, current_theme(), index, rect, hot=index == self._under_pointer)
        if self.shows_focus():
            inside = self.tabRect(self.currentIndex()).adjusted(2, 4, -2, -4)
            paint_focus(painter, inside, current_theme(), current_theme().size("radius.control"))

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHoverEvent):
            at = event.position().toPoint() if event.type() != QEvent.Type.HoverLeave else QPoint(-1, -1)
            self._under_pointer = self.tabAt(at)
            self.update()
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        ends = {Qt.Key.Key_Home: range(self.count()), Qt.Key.Key_End: range(self.count() - 1, -1, -1)}
        for index in ends.get(Qt.Key(event.key()), ()):
            if self.isTabEnabled(index):
                self.setCurrentIndex(index)
                return
        super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # Qt would choose another tab


class Tabs(TabBar):
    """The bar of a details head, 36 px, its current tab underlined: who owns the pages listens to `chosen`."""

    chosen = Signal(str)  # the key; by the user and by `set_current` alike

    def __init__(
        self, choices: Iterable[tuple[str, str]] = (), *, name: str = "Details", parent: QWidget | None = None
    ) -> None:
        super().__init__(name=name, parent=parent)
        self.setFont(current_theme().font("medium"))  # the wider one: choosing moves nothing
        self.currentChanged.connect(lambda _index: self.chosen.emit(self.current))
        for key, text in choices:
            self.setTabData(self.addTab(text), key)

    @property
    def current(self) -> str:
        """The key of the current tab; empty where there is none."""
        return str(self.tabData(self.currentIndex()) or "")

    @property
    def keys(self) -> list[str]:
        """The keys of all tabs, in order."""
        return [str(self.tabData(index)) for index in range(self.count())]

    def set_current(self, key: str) -> None:
        """Choose `key`. ValueError when it is not offered."""
        self.setCurrentIndex(self.keys.index(key))

    def set_why_not(self, key: str, reason: str | None) -> None:
        """Disable a tab and say why in its tooltip; None enables it."""
        index = self.keys.index(key)
        self.setTabEnabled(index, reason is None)
        self.setTabToolTip(index, plain_tip(reason or ""))

    def tabSizeHint(self, index: int) -> QSize:
        width = QFontMetrics(self.font()).horizontalAdvance(self.tabText(index)) + 2 * _PADDING
        return QSize(width, current_theme().size("tab-bar"))

    def paint_tab(self, painter: QPainter, theme: Theme, index: int, rect: QRect, *, hot: bool) -> None:
        current = index == self.currentIndex()
        ink = "text.disabled"
        if self.isTabEnabled(index):
            ink = "text.primary" if current or hot else "text.secondary"
        painter.setPen(theme.colour(ink))
        painter.setFont(theme.font("medium" if current else "base"))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, self.tabText(index))
        if current:
            line = rect.adjusted(_INSET, rect.height() - _UNDERLINE, -_INSET, 0)
            painter.fillRect(line, theme.colour("accent.line"))
