"""The tabs of the dock: one per operation, as many as there are; those that do not fit are scrolled to."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QTabBar, QWidget

from gui.operations import RunningOperation, progress_words
from gui.theme.glyphs import paint_glyph
from gui.theme.icons import paint_icon
from gui.theme.tokens import Theme, current_theme
from gui.widgets.buttons import IconButton
from gui.widgets.marks import paint_meter
from gui.widgets.tabs import TabBar
from gui.widgets.tips import plain_tip
from models.health import Health, Tone
from models.text import display

_LEFT, _RIGHT = 12, 7
_GAP = 8
_ICON = 14
_METER = 80
_WIDEST_TITLE = 200
_NOTCH = 120  # eighths of a degree that one notch of a wheel turns
_STEP = 160  # pixels that a notch or a button scrolls


class DockTabs(TabBar):
    """The bar itself: icon or failure, title, how far, and an x that cancels or forgets."""

    opened = Signal(int)  # by a click, Enter or Space: somebody wants to see it

    def __init__(self) -> None:
        super().__init__(name="Operations")
        self._running: list[RunningOperation] = []
        self.setFont(current_theme().font("dock"))
        self.lifted = False  # whether the panel below it is open, and the current tab belongs to that

    @property
    def current(self) -> RunningOperation | None:
        """The operation of the current tab."""
        index = self.currentIndex()
        return self._running[index] if 0 <= index < len(self._running) else None

    def set_lifted(self, lifted: bool) -> None:
        """Mark the current tab as the one whose panel is open."""
        self.lifted = lifted
        self.update()

    def add(self, running: RunningOperation, close: IconButton) -> None:
        """A tab at the end, with its button."""
        self._running.append(running)
        index = self.addTab("")
        self.setTabButton(index, QTabBar.ButtonPosition.RightSide, close)
        running.changed.connect(lambda: self._tell(running))
        self._tell(running)

    def take(self, running: RunningOperation) -> None:
        """Take its tab away."""
        index = self._running.index(running)
        del self._running[index]
        self.removeTab(index)

    def tabSizeHint(self, index: int) -> QSize:
        running = self._running[index]
        width = (
            _LEFT + _ICON + _GAP + self._title_width(running) + _GAP + current_theme().size("control-small") + _RIGHT
        )
        if running.running:
            width += _METER + _GAP
        if words := progress_words(running):
            width += QFontMetrics(self.font()).horizontalAdvance(words) + _GAP
        return QSize(width + 1, current_theme().size("dock") - 1)

    def tabLayoutChange(self) -> None:
        side = current_theme().size("control-small")
        for index in range(self.count()):  # Qt's style would place them elsewhere
            if (button := self.tabButton(index, QTabBar.ButtonPosition.RightSide)) is not None:
                rect = self.tabRect(index)
                button.move(rect.right() - _RIGHT - side, rect.y() + (rect.height() - side) // 2)

    def paint_tab(self, painter: QPainter, theme: Theme, index: int, rect: QRect, *, hot: bool) -> None:
        running = self._running[index]
        current = self.lifted and index == self.currentIndex()
        if current or hot:
            painter.fillRect(rect, theme.colour("bg.surface" if current else "bg.hover"))
        if current:
            painter.fillRect(rect.x(), rect.y(), rect.width(), 2, theme.colour("accent.line"))
        painter.fillRect(rect.right(), rect.y(), 1, rect.height(), theme.colour("border.default"))
        left = rect.x() + _LEFT
        middle = rect.y() + rect.height() // 2
        if running.failed:
            paint_glyph(painter, QPoint(left + 1, middle - 6), Health.FAILED, theme)
        else:
            paint_icon(painter, QPoint(left, middle - _ICON // 2), running.operation.icon, theme, _ICON)
        left += _ICON + _GAP
        painter.setFont(self.font())
        painter.setPen(theme.colour("text.primary"))
        wide = self._title_width(running)
        title = QFontMetrics(self.font()).elidedText(_title(running), Qt.TextElideMode.ElideMiddle, wide)
        painter.drawText(QRect(left, rect.y(), wide, rect.height()), Qt.AlignmentFlag.AlignVCenter, title)
        left += wide + _GAP
        if running.running:
            share = running.done / running.total if running.total else 0.0
            paint_meter(painter, QRect(left, middle - 5, _METER, 10), theme, share, Tone.BUSY)
            left += _METER + _GAP
        painter.setPen(theme.colour("text.secondary"))
        rest = QRect(left, rect.y(), rect.right() - left, rect.height())
        painter.drawText(rest, Qt.AlignmentFlag.AlignVCenter, progress_words(running))

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

    def _title_width(self, running: RunningOperation) -> int:
        return min(_WIDEST_TITLE, QFontMetrics(self.font()).horizontalAdvance(_title(running)) + 1)

    def _tell(self, running: RunningOperation) -> None:
        if running not in self._running:
            return  # it ends because it is forgotten
        index = self._running.index(running)
        words = ", ".join(filter(None, (_title(running), progress_words(running))))
        self.setTabText(index, words.replace("&", "&&"))  # for screen readers; it also makes room for what is drawn
        self.setTabToolTip(index, plain_tip(words))
        self.update()


def _title(running: RunningOperation) -> str:
    return display(running.operation.title)


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
        self.back = self._button("chevron-left", "Earlier operations", -_STEP)
        self.on = self._button("chevron-right", "Later operations", _STEP)
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
