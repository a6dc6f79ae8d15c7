"""The rail at the far left: one tile per open context, then `+`; below, search, messages and settings."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal, SignalInstance
from PySide6.QtGui import QContextMenuEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from gui.contexts import Contexts, OpenContext
from gui.messages import lasting_marks, phase_words, way_words
from gui.theme.icons import paint_icon
from gui.theme.tokens import Theme, current_theme
from gui.widgets.area import Area
from gui.widgets.buttons import IconButton
from gui.widgets.focus import KeyFocus
from gui.widgets.menu import Menu
from gui.widgets.paint import paint_box, paint_focus, painter_for
from gui.widgets.tips import set_tip
from gui.window.bell import Bell
from models.connection import Phase
from models.context import EngineKind
from models.errors import certificate_of
from models.text import display

_BAR = QSize(3, 24)
_BADGE = 14


class Tile(KeyFocus, QAbstractButton):
    """One open context: letter, colour, state badge, lock."""

    menu_wanted = Signal(object, QPoint)  # OpenContext, global place

    def __init__(self, open_one: OpenContext, parent: QWidget) -> None:
        super().__init__(parent)
        self.open_one = open_one
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        open_one.state_changed.connect(self._tell)
        open_one.context_changed.connect(self._tell)
        self._tell()

    def sizeHint(self) -> QSize:
        return QSize(current_theme().size("rail"), current_theme().size("rail-tile") + 4)

    def _tell(self, _what: object = None) -> None:
        context = self.open_one.context
        phase, since = phase_words(self.open_one.state)
        words = [display(context.title), f"{phase} {since}".strip(), display(context.endpoint)]
        if way := way_words(context):
            words.append(way)
        if context.protected:
            words.append("Protected")
        words += lasting_marks(context)
        self.setAccessibleName(", ".join(words))
        set_tip(self, "\n".join(words))
        self.update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_wanted.emit(self.open_one, event.globalPos())

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = painter_for(self)
        if self.isChecked():
            bar = QRect(QPoint(0, (self.height() - _BAR.height()) // 2), _BAR)
            painter.fillRect(bar, theme.colour("text.primary"))
        context = self.open_one.context
        box = QRect((self.width() - 32) // 2, (self.height() - 32) // 2, 32, 32)
        paint_box(painter, box, 7, theme.colour(f"context.{context.colour}"))
        if context.engine is EngineKind.DEMO:
            paint_icon(painter, box.topLeft() + QPoint(8, 8), "demo", theme, 16, "text.on-accent")
        else:
            painter.setPen(theme.colour("text.on-accent"))
            painter.setFont(theme.font("tile"))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, display(context.title)[:1].upper())
        self._paint_badge(painter, theme, QPointF(box.right(), box.bottom()))
        if context.protected:
            centre = QPointF(box.right(), box.top() + 1)
            self._paint_disc(painter, theme, centre)
            paint_icon(painter, QPoint(box.right() - 5, box.top() - 5), "lock", theme, 11, "text.primary")
        if self.shows_focus():
            paint_focus(painter, box.adjusted(-3, -3, 3, 3), theme, 9)

    def _paint_disc(self, painter: QPainter, theme: Theme, centre: QPointF) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("bg.rail"))
        painter.drawEllipse(centre, _BADGE / 2, _BADGE / 2)

    def _paint_badge(self, painter: QPainter, theme: Theme, centre: QPointF) -> None:
        self._paint_disc(painter, theme, centre)
        mark = QRectF(centre.x() - 4, centre.y() - 4, 8, 8)
        state = self.open_one.state
        lost = state.phase is Phase.UNREACHABLE and state.live_until is not None
        if state.phase is Phase.LIVE:
            painter.setBrush(theme.colour("ok.mark"))
            painter.drawEllipse(mark)
        elif state.phase is Phase.STALE or lost:
            colour = theme.colour("warning.mark")
            painter.setPen(QPen(colour, 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(mark)
            painter.setBrush(colour)
            painter.drawPie(mark, 90 * 16, 180 * 16)
        elif state.phase is Phase.CONNECTING:
            painter.setPen(QPen(theme.colour("busy.mark"), 1.8))
            painter.drawArc(mark, 30 * 16, 270 * 16)
        elif state.phase is Phase.SIGN_IN:
            painter.setPen(QPen(theme.colour("warning.mark"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(mark.adjusted(1, 1, -1, -1))
        else:
            painter.setPen(QPen(theme.colour("error.mark"), 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            inner = mark.adjusted(1.5, 1.5, -1.5, -1.5)
            painter.drawLine(inner.topLeft(), inner.bottomRight())
            painter.drawLine(inner.topRight(), inner.bottomLeft())


class Rail(Area):
    """The tiles and the buttons below them."""

    chosen = Signal(object)  # OpenContext
    add_wanted = Signal()
    search_wanted = Signal()
    settings_wanted = Signal()
    close_wanted = Signal(object)
    marks_wanted = Signal(object)  # colour, own name, protection

    def __init__(self, contexts: Contexts, parent: QWidget | None = None) -> None:
        super().__init__("bg.rail", "right", parent=parent)
        self.setFixedWidth(current_theme().size("rail") + 1)
        self.setAccessibleName("Open contexts")
        self._tiles: dict[str, Tile] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 6, 1, 8)
        self._column.setSpacing(4)
        self.add = self._button("plus", "All contexts", self.add_wanted)
        self.add.setCheckable(True)
        self.add.clicked.connect(lambda: self._on_current(contexts.current))  # a click on it takes nothing away
        self._column.addStretch(1)
        self._button("search", "Search and run commands (Ctrl+K)", self.search_wanted)
        self.bell = Bell(self)
        self._column.addWidget(self.bell, 0, Qt.AlignmentFlag.AlignHCenter)
        self._button("settings", "Settings", self.settings_wanted)
        contexts.opened.connect(self._on_opened)
        contexts.closed.connect(self._on_closed)
        contexts.current_changed.connect(self._on_current)
        self._on_current(contexts.current)

    def _button(self, picture: str, name: str, signal: SignalInstance) -> IconButton:
        button = IconButton(picture, name, size=20, parent=self)
        button.clicked.connect(signal)
        self._column.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        return button

    def open_menu(self, open_one: OpenContext, where: QPoint) -> None:
        """What can be done with an open context, at this global place."""
        menu = Menu(parent=self)
        if not open_one.state.live:
            menu.add("Retry now", open_one.session.retry_now, icon="retry")
        if certificate_of(open_one.state.error) is not None:
            menu.add("Trust its certificate…", open_one.trust_wanted.emit, icon="warning")
        menu.add("Name, colour, protection…", lambda: self.marks_wanted.emit(open_one), icon="edit")
        menu.addSeparator()
        menu.add("Close", lambda: self.close_wanted.emit(open_one), icon="close")
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(where)

    def _on_opened(self, open_one: OpenContext) -> None:
        tile = Tile(open_one, self)
        tile.clicked.connect(lambda: self.chosen.emit(open_one))
        tile.menu_wanted.connect(self.open_menu)
        self._column.insertWidget(len(self._tiles), tile)
        self._tiles[open_one.context.id] = tile

    def _on_closed(self, open_one: OpenContext) -> None:
        tile = self._tiles.pop(open_one.context.id)
        self._column.removeWidget(tile)
        tile.deleteLater()

    def _on_current(self, open_one: OpenContext | None) -> None:
        self.add.setChecked(open_one is None)
        for context_id, tile in self._tiles.items():
            tile.setAutoExclusive(False)
            tile.setChecked(open_one is not None and open_one.context.id == context_id)
            tile.setAutoExclusive(True)
