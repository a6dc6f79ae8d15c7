"""The widget that shows a screen and types into it."""

from __future__ import annotations

import re
import time

from pyghostty import lib
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, QRectF, QSize, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import (
    QClipboard,
    QContextMenuEvent,
    QDesktopServices,
    QFocusEvent,
    QGuiApplication,
    QInputMethodEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QWidget

from gui.terminal.finding import Finder, Hits
from gui.terminal.painting import Marks, ScreenPainter, Span
from gui.terminal.screen import Cell, Frame, Screen, Selection
from gui.terminal.typing import WHEEL_DOWN, WHEEL_UP, Typing
from gui.theme.tokens import current_theme
from gui.widgets.tips import set_tip
from models.terminal import Size

WHEEL_ROWS = 3  # of one notch
_NOTCH = 120  # eighths of a degree
_EDGE_EVERY = 40  # ms between two rows while the pointer is dragged beyond an edge
_ADDRESS = re.compile(r"https?://[^\s\"'<>`]*[^\s\"'<>`.,;:!?)\]}]")

_OURS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


class TerminalView(QAbstractScrollArea):
    """While it has the focus all keys go to the program, but for Ctrl+Shift+letter and Ctrl+Tab."""

    typed = Signal(bytes)
    resized = Signal(Size)
    paste_wanted = Signal(str)
    menu_wanted = Signal(QPoint)

    def __init__(self, screen: Screen, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.emulator = screen
        self.finder = Finder(screen)
        self.typing = Typing(screen)
        self.frame: Frame = screen.frame()
        self.hits = Hits()
        self.cost = 0.0  # seconds that the last look at the screen and the last painting took
        self._painting = 0.0
        self.enabled = True  # whether there is a program to type to
        self._selection: Selection | None = None
        self._drag: Span | None = None  # the word, line or cell where a drag began
        self._unit = 1  # clicks: cells, words, lines
        self._link: tuple[Span, str] | None = None
        self._painter = ScreenPainter(current_theme())
        self._edge = QTimer(self, interval=_EDGE_EVERY)
        self._edge.timeout.connect(self._drag_on)
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
        self.viewport().setCursor(Qt.CursorShape.IBeamCursor)
        self.viewport().setMouseTracking(True)
        self.verticalScrollBar().valueChanged.connect(self._on_bar)
        self.setAccessibleName("Terminal")

    # -- what is shown

    def refresh(self) -> None:
        """Show what the screen holds now."""
        began = time.perf_counter()
        self.frame = self.emulator.frame()
        self.hits = self.finder.hits()
        scroll = self.frame.scroll
        bar = self.verticalScrollBar()
        bar.blockSignals(True)
        bar.setPageStep(scroll.shown)
        bar.setRange(0, max(0, scroll.total - scroll.shown))
        bar.setValue(scroll.offset)
        bar.blockSignals(False)
        self.viewport().update()
        self.cost = time.perf_counter() - began + self._painting

    def size_in_cells(self) -> Size:
        """How many cells there is room for."""
        return self._painter.size_for(self.viewport().size())

    def _on_bar(self, value: int) -> None:
        self.emulator.scroll_to(value)
        self.refresh()

    def _scroll(self, rows: int) -> None:
        self.emulator.scroll_by(rows)
        self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        size = self.size_in_cells()
        if size != self.frame.size:
            cell = self._cell()
            self.emulator.resize(size, cell.width(), cell.height())
            self.resized.emit(size)
        self.refresh()

    def _cell(self) -> QSize:
        return QSize(round(self._painter.cell_width), self._painter.cell_height)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.PaletteChange):
            self._painter = ScreenPainter(current_theme())
            self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        began = time.perf_counter()
        marks = Marks(
            selection=self.selected(),
            hits=self.hits.spans,
            chosen=self.hits.chosen,
            link=self._link[0] if self._link else None,
            focused=self.hasFocus() and self.enabled,
        )
        self._painter.paint(QPainter(self.viewport()), self.frame, marks, QRectF(self.viewport().rect()))
        self._painting = time.perf_counter() - began

    # -- keys

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            if not _is_the_windows(event):
                event.accept()
                return True
        elif isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and not _is_the_windows(event):
            self.keyPressEvent(event)  # before Tab moves the focus
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        pages = _PAGES.get(event.key(), 0) if event.modifiers() == Qt.KeyboardModifier.ShiftModifier else 0
        if pages and not self.frame.alternate:
            self._scroll(pages * max(1, self.frame.scroll.shown - 1))
            return
        if not self.enabled or _is_the_windows(event):
            event.ignore()
            return
        self._type(self.typing.key(event))

    def _type(self, data: bytes) -> None:
        if data:
            if not self.frame.scroll.at_end:
                self.emulator.scroll_to_end()
                self.refresh()
            self.typed.emit(data)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        if self.enabled:
            self._type(event.commitString().encode())
        event.accept()

    def inputMethodQuery(self, query: Qt.InputMethodQuery) -> object:
        if query == Qt.InputMethodQuery.ImCursorRectangle and self.frame.cursor:
            return self._painter.box(*self.frame.cursor).toRect()
        return super().inputMethodQuery(query)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._tell_focus(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._tell_focus(False)

    def _tell_focus(self, gained: bool) -> None:
        if self.enabled and (data := self.typing.focus(gained)):
            self.typed.emit(data)
        self.viewport().update()

    # -- copy and paste

    def selected(self) -> Span | None:
        """What is selected, where it stands now; None where nothing is."""
        span = self._selection.span if self._selection else None
        if span is None:
            return None
        start, end = (self.emulator.place(reference) for reference in span)
        return (start, end) if start and end else None

    def selected_text(self) -> str:
        """The text that is selected."""
        span = self._selection.span if self._selection else None
        return self.emulator.text_of(span) if span else ""

    def copy(self) -> None:
        """Put the selected text into the clipboard."""
        if text := self.selected_text():
            QGuiApplication.clipboard().setText(text)

    def paste(self, mode: QClipboard.Mode = QClipboard.Mode.Clipboard) -> None:
        """Ask for what the clipboard holds to be typed."""
        data: QMimeData | None = QGuiApplication.clipboard().mimeData(mode)
        if self.enabled and data is not None and data.text():
            self.paste_wanted.emit(data.text())

    def select_all(self) -> None:
        """Everything in sight."""
        rows = self.frame.size.rows
        self._selection = Selection(self.emulator, Cell(0, 0), Cell(self.frame.size.columns - 1, rows - 1))
        self.viewport().update()

    # -- mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._for_program(event):
            self._send_mouse(lib.GHOSTTY_MOUSE_ACTION_PRESS, event.button(), event.position(), event)
        elif event.button() == Qt.MouseButton.MiddleButton:
            if QGuiApplication.clipboard().supportsSelection():
                self.paste(QClipboard.Mode.Selection)
        elif event.button() == Qt.MouseButton.LeftButton:
            self._unit = 1
            self._begin(event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._for_program(event):
            self.mousePressEvent(event)
        elif event.button() == Qt.MouseButton.LeftButton:
            self._unit = 3 if self._unit == 2 else 2
            self._begin(event.position())
            QTimer.singleShot(QApplication.doubleClickInterval(), self, self._forget_click)

    def _forget_click(self) -> None:
        if not QGuiApplication.mouseButtons():
            self._unit = 1

    def _begin(self, place: QPointF) -> None:
        cell = self._painter.cell_at(place)
        self._drag = self._unit_at(cell)
        self._selection = Selection(self.emulator, *self._drag) if self._unit > 1 else None
        self.viewport().update()

    def _unit_at(self, cell: Cell) -> Span:
        spread = {2: self.emulator.word_at, 3: self.emulator.line_at}.get(self._unit)
        return (spread(cell) if spread else None) or (cell, cell)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._for_program(event):
            held = next((b for b in _BUTTONS if event.buttons() & b), None)
            self._send_mouse(lib.GHOSTTY_MOUSE_ACTION_MOTION, held, event.position(), event)
        elif event.buttons() & Qt.MouseButton.LeftButton and self._drag:
            self._extend(event.position())
        else:
            self._point_at(event)

    def _extend(self, place: QPointF) -> None:
        inside = self.viewport().rect()
        beyond = place.y() < 0 or place.y() > inside.height()
        self._edge.start() if beyond else self._edge.stop()
        cell = self._painter.cell_at(place)
        if self._drag is None or (self._selection is None and cell == self._drag[0]):
            return
        here = self._unit_at(cell)
        first, last = self._drag
        start, end = (first, here[1]) if here[1][::-1] >= last[::-1] else (last, here[0])
        self._selection = Selection(self.emulator, start, end)
        self.viewport().update()

    def _drag_on(self) -> None:
        """Go on selecting beyond an edge."""
        place = self.viewport().mapFromGlobal(self.cursor().pos())
        rows = -1 if place.y() < 0 else 1
        before = self.frame.scroll.offset
        self._scroll(rows)
        moved = self.frame.scroll.offset - before
        if self._drag and moved:
            self._drag = tuple(Cell(c.column, c.row - moved) for c in self._drag)  # type: ignore[assignment]
        self._extend(QPointF(place))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._edge.stop()
        if self._for_program(event):
            self._send_mouse(lib.GHOSTTY_MOUSE_ACTION_RELEASE, event.button(), event.position(), event)
            return
        clipboard = QGuiApplication.clipboard()
        if self._selection and clipboard.supportsSelection() and (text := self.selected_text()):
            clipboard.setText(text, QClipboard.Mode.Selection)
        if self._link and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            QDesktopServices.openUrl(QUrl(self._link[1]))
        self._drag = None

    def _for_program(self, event: QMouseEvent | QWheelEvent) -> bool:
        shifted = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        return self.enabled and self.frame.mouse and not shifted

    def _send_mouse(self, action: int, button: object, place: QPointF, event: QMouseEvent | QWheelEvent) -> None:
        inside = place - self._painter.box(0, 0).topLeft()
        if data := self.typing.mouse(action, button, inside, event.modifiers(), self._cell()):
            self.typed.emit(data)

    def wheelEvent(self, event: QWheelEvent) -> None:
        notches = event.angleDelta().y() / _NOTCH
        up, rows = notches > 0, max(1, round(abs(notches) * WHEEL_ROWS))
        if not notches:
            return
        if self._for_program(event):
            button = WHEEL_UP if up else WHEEL_DOWN
            self._send_mouse(lib.GHOSTTY_MOUSE_ACTION_PRESS, button, event.position(), event)
        elif self.frame.alternate:  # nothing to scroll in: such programs know the arrow keys
            key = Qt.Key.Key_Up if up else Qt.Key.Key_Down
            arrow = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier)
            if self.enabled:
                self.typed.emit(self.typing.key(arrow) * rows)
        else:
            self._scroll(-rows if up else rows)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if not (self.enabled and self.frame.mouse) or event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.menu_wanted.emit(event.globalPos())

    # -- links

    def _point_at(self, event: QMouseEvent) -> None:
        link = self.link_at(self._painter.cell_at(event.position()))
        if link == self._link:
            return
        self._link = link
        shape = Qt.CursorShape.PointingHandCursor if link else Qt.CursorShape.IBeamCursor
        self.viewport().setCursor(shape)
        set_tip(self.viewport(), f"Ctrl+click opens {link[1]}" if link else "")
        self.viewport().update()

    def link_at(self, cell: Cell) -> tuple[Span, str] | None:
        """The address at this cell, and where it stands: http and https only, whatever a program would have opened."""
        if address := self.emulator.link_at(cell):
            return ((cell, cell), address) if _ADDRESS.fullmatch(address) else None
        if not 0 <= cell.row < len(self.frame.rows):
            return None
        columns: list[int] = []  # of each character
        text = ""
        for run in self.frame.rows[cell.row]:
            text += run.text
            step = 1 if run.cells == len(run.text) else 0
            columns += [run.column + step * index for index in range(len(run.text))]
        for found in _ADDRESS.finditer(text):
            first, last = columns[found.start()], columns[found.end() - 1]
            if first <= cell.column <= last:
                return (Cell(first, cell.row), Cell(last, cell.row)), found[0]
        return None


_PAGES: dict[int, int] = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}
_BUTTONS = (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton, Qt.MouseButton.RightButton)


def _is_the_windows(event: QKeyEvent) -> bool:
    """Whether the window keeps this key for itself: Ctrl+Shift+letter, Ctrl+Tab."""
    letter = Qt.Key.Key_A <= event.key() <= Qt.Key.Key_Z
    if letter and event.modifiers() & _OURS == _OURS:
        return True
    tab = event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
    return tab and bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
