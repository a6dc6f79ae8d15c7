"""The tabs of the dock: as many as there are; those that do not fit are scrolled to."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QTabBar, QWidget

from gui.theme.glyphs import paint_glyph
from gui.theme.icons import paint_icon
from gui.theme.tokens import Theme, current_theme
from gui.widgets.buttons import IconButton
from gui.widgets.marks import paint_meter
from gui.widgets.tabs import TabBar
from gui.widgets.tips import plain_tip
from gui.window.dock_items import DockItem
from models.health import Health, Tone

_LEFT, _RIGHT = 12, 7
_GAP = 8
_ICON = 14
_METER = 80
_WIDEST_TITLE = 200
_NOTCH = 120  # eighths of a degree that one notch of a wheel turns
_STEP = 160  # pixels that a notch or a button scrolls


class DockTabs(TabBar):
    """The bar itself: icon or failure, title, how far, and an x."""

    opened = Signal(int)  # by a click, Enter or Space: somebody wants to see it

    def __init__(self) -> None:
        super().__init__(name="Dock")
        self._items: list[DockItem] = []
        self.setFont(current_theme().font("dock"))
        self.lifted = False  # whether the panel below it is open, and the current tab belongs to that

    @property
    def current(self) -> DockItem | None:
        """What the current tab stands for."""
        index = self.currentIndex()
        return self._items[index] if 0 <= index < len(self._items) else None

    def set_current(self, item: DockItem) -> None:
        """Make its tab the current one."""
        self.setCurrentIndex(self._items.index(item))

    def set_lifted(self, lifted: bool) -> None:
        """Mark the current tab as the one whose panel is open."""
        self.lifted = lifted
        self.update()

    def add(self, item: DockItem, close: IconButton) -> None:
        """A tab at the end, with its button."""
        self._items.append(item)
        index = self.addTab("")
        self.setTabButton(index, QTabBar.ButtonPosition.RightSide, close)
        item.changed.connect(lambda: self._tell(item))
        self._tell(item)

    def take(self, item: DockItem) -> None:
        """Take its tab away."""
        index = self._items.index(item)
        del self._items[index]
        self.removeTab(index)

    def tabSizeHint(self, index: int) -> QSize:
        item = self._items[index]
        width = _LEFT + _ICON + _GAP + self._title_width(item) + _GAP + current_theme().size("control-small") + _RIGHT
        if item.share is not None:
            width += _METER + _GAP
        if words := item.words:
            width += QFontMetrics(self.font()).horizontalAdvance(words) + _GAP
        return QSize(width + 1, current_theme().size("dock") - 1)

    def tabLayoutChange(self) -> None:
        side = current_theme().size("control-small")
        for index in range(self.count()):  # Qt's style would place them elsewhere
            if (button := self.tabButton(index, QTabBar.ButtonPosition.RightSide)) is not None:
                rect = self.tabRect(index)
                button.move(rect.right() - _RIGHT - side, rect.y() + (rect.height() - side) // 2)

    def paint_tab(self, painter: QPainter, theme: Theme, index: int, rect: QRect, *, hot: bool) -> None:
        item = self._items[index]
        current = self.lifted and index == self.currentIndex()
        if current or hot:
            painter.fillRect(rect, theme.colour("bg.surface" if current else "bg.hover"))
        if current:
            painter.fillRect(rect.x(), rect.y(), rect.width(), 2, theme.colour("accent.line"))
        painter.fillRect(rect.right(), rect.y(), 1, rect.height(), theme.colour("border.default"))
        left = rect.x() + _LEFT
        middle = rect.y() + rect.height() // 2
        if item.failed:
            paint_glyph(painter, QPoint(left + 1, middle - 6), Health.FAILED, theme)
        else:
            paint_icon(painter, QPoint(left, middle - _ICON // 2), item.icon, theme, _ICON)
        left += _ICON + _GAP
        painter.setFont(self.font())
        painter.setPen(theme.colour("text.primary"))
        wide = self._title_width(item)
        title = QFontMetrics(self.font()).elidedText(item.title, Qt.TextElideMode.ElideMiddle, wide)
        painter.drawText(QRect(left, rect.y(), wide, rect.height()), Qt.AlignmentFlag.AlignVCenter, title)
        left += wide + _GAP
        if item.share is not None:
            paint_meter(painter, QRect(left, middle - 5, _METER, 10), theme, item.share, Tone.BUSY)
            left += _METER + _GAP
        painter.setPen(theme.colour("text.secondary"))
        rest = QRect(left, rect.y(), rect.right() - left, rect.height())
        painter.drawText(rest, Qt.AlignmentFlag.AlignVCenter, item.words)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        index = self.tabAt(event.position().toPoint())
        if index >= 0 and event.button() == Qt.MouseButton.LeftButton:
            self.opened.emit(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self.count():
            self.opened.emit(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def _title_width(self, item: DockItem) -> int:
        return min(_WIDEST_TITLE, QFontMetrics(self.font()).horizontalAdvance(item.title) + 1)

    def _tell(self, item: DockItem) -> None:
        if item not in self._items:
            return  # it ends because it is closed
        index = self._items.index(item)
        words = ", ".join(filter(None, (item.title, item.words)))
        self.setTabText(index, words.replace("&", "&&"))  # for screen readers; it also makes room for what is drawn
        self.setTabToolTip(index, plain_tip(words))
        self.update()


class _Frame(QScrollArea):
    """Shows a part of the bar; the wheel is the strip's."""

    def __init__(self, bar: QWidget) -> None:
        super().__init__()
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(bar)
        for part in (self.viewport(), bar):
            part.setAutoFillBackground(False)  # the dock's ground is seen through

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # else it would turn a vertical bar that nobody sees


class TabStrip(QWidget):
    """The bar in as much room as there is: wheel and buttons scroll it, and the current tab is always in sight."""

    def __init__(self, bar: DockTabs) -> None:
        super().__init__()
        self._bar = bar
        self._frame = _Frame(bar)
        self.back = self._button("chevron-left", "Earlier tabs", -_STEP)
        self.on = self._button("chevron-right", "Later tabs", _STEP)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        for part in (self._frame, self.back, self.on):
            self._row.addWidget(part)
        self._row.setStretch(0, 1)
        bar.currentChanged.connect(lambda _index: self.fit())
        self._frame.horizontalScrollBar().valueChanged.connect(lambda _value: self._tell())
        self.fit()

    def fit(self) -> None:
        """Give the bar its room, show the buttons where that is more than there is, and the current tab."""
        self._bar.resize(self._bar.sizeHint())
        crowded = self._bar.width() > self.width()
        for button in (self.back, self.on):
            button.setVisible(crowded)
        self._row.activate()
        if (index := self._bar.currentIndex()) >= 0:
            rect = self._bar.tabRect(index)
            scroll = self._frame.horizontalScrollBar()
            scroll.setValue(max(rect.right() + 1 - self._frame.viewport().width(), min(scroll.value(), rect.x())))
        self._tell()

    def sizeHint(self) -> QSize:
        return QSize(self._bar.sizeHint().width(), current_theme().size("dock") - 1)

    def minimumSizeHint(self) -> QSize:
        return QSize(2 * current_theme().size("control-small"), current_theme().size("dock") - 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta()
        self._scroll(round(-(turned.y() or turned.x()) / _NOTCH * _STEP))
        event.accept()

    def _button(self, icon: str, name: str, step: int) -> IconButton:
        button = IconButton(icon, name, small=True, size=14)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the arrow keys go through the tabs themselves
        button.clicked.connect(lambda: self._scroll(step))
        return button

    def _scroll(self, pixels: int) -> None:
        scroll = self._frame.horizontalScrollBar()
        scroll.setValue(scroll.value() + pixels)

    def _tell(self) -> None:
        scroll = self._frame.horizontalScrollBar()
        self.back.setEnabled(scroll.value() > 0)
        self.on.setEnabled(scroll.value() < scroll.maximum())
