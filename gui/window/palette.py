"""The command palette: pages, objects, actions and contexts by a few letters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum
from itertools import chain
from typing import Any

from msgspec import Struct
from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QGuiApplication, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QVBoxLayout, QWidget

from gui import tasks
from gui.theme.glyphs import paint_glyph
from gui.theme.icons import paint_icon
from gui.theme.tokens import Theme, current_theme
from gui.widgets.dialog import Scrim
from gui.widgets.fields import FilterField
from gui.widgets.paint import paint_box, painter_for
from gui.widgets.text import ELLIPSIS, PlainLabel
from models.health import Health
from models.matching import Match, best
from services.cancel import CancelScope

_WIDTH, _ROW, _HEADING, _TOP = 680, 32, 28, 96
_AT_ONCE = 500  # titles that are matched on the spot; more go to a worker
_MOST = 60
_SHOWN = 12  # rows before it scrolls


class Group(StrEnum):
    """What a command is, by the sign that asks for it alone."""

    ACTION = ">"
    OBJECT = "!"
    PAGE = "#"
    CONTEXT = "@"


_TITLES = {Group.ACTION: "Actions", Group.OBJECT: "Objects", Group.PAGE: "Pages", Group.CONTEXT: "Contexts"}


class Command(Struct, frozen=True, kw_only=True):
    """One thing that can be done from here."""

    group: Group
    title: str
    do: Callable[[], object]
    detail: str = ""
    icon: str = ""
    glyph: Health | None = None
    colour: str = ""  # a context's colour token
    context: str = ""
    twin: str = ""
    shortcut: str = ""

    @property
    def text(self) -> str:
        """What is searched."""
        return f"{self.title} {self.detail}"


class Texts:
    """What is searched of many rows, made once, in the worker that needs it; knows nothing of the window."""

    def __init__(self, rows: Sequence[Any], text: Callable[[Any], str]) -> None:
        self.rows = rows
        self._text = text
        self._made: list[str] | None = None

    def made(self) -> list[str]:
        """The text of each row."""
        if self._made is None:
            self._made = [self._text(row) for row in self.rows]
        return self._made


class Shelf(Struct, frozen=True):
    """Many objects alike, searched by their texts; only what is found becomes a command, of the same `text`."""

    texts: Texts
    command: Callable[[Any], Command]


Line = str | tuple[Command, tuple[int, ...]]  # a heading, or a command with the letters to mark


class _Results(QAbstractListModel):
    """Headings and commands, in the order of the groups."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.lines: list[Line] = []

    def show_lines(self, lines: list[Line]) -> None:
        self.beginResetModel()
        self.lines = lines
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:
        return len(self.lines)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        line = self.lines[index.row()]
        return (
            line if isinstance(line, str) else ", ".join(filter(None, (line[0].title, line[0].detail, line[0].context)))
        )

    def flags(self, index: QModelIndex | QPersistentModelIndex) -> Qt.ItemFlag:
        if isinstance(self.lines[index.row()], str):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


def fitted(title: str, letters: Sequence[int], metrics: QFontMetrics, room: int) -> tuple[str, set[int]]:
    """`title` without its middle where `room` pixels are too few, and where its marked letters stand then."""
    shown = metrics.elidedText(title, Qt.TextElideMode.ElideMiddle, room)
    if shown == title:
        return title, set(letters)
    gap, lost = shown.index(ELLIPSIS), len(title) - len(shown)
    behind = {letter - lost for letter in letters if letter - lost > gap}
    return shown, {letter for letter in letters if letter < gap} | behind


def _line(index: QModelIndex | QPersistentModelIndex) -> Line:
    model = index.model()
    return model.lines[index.row()] if isinstance(model, _Results) else ""


class _Painter(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        line = _line(index)
        return QSize(0, _HEADING if isinstance(line, str) else _ROW)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        theme = current_theme()
        rect: QRect = option.rect
        line = _line(index)
        if isinstance(line, str):
            painter.setFont(theme.font("section"))
            painter.setPen(theme.colour("text.secondary"))
            painter.drawText(rect.adjusted(15, 6, 0, 0), Qt.AlignmentFlag.AlignVCenter, line)
            return
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, theme.colour("bg.selection"))
            painter.fillRect(rect.x(), rect.y(), 2, rect.height(), theme.colour("accent.line"))
        right = self._paint_right(painter, rect, line[0], theme)
        self._paint_title(painter, rect, right, line[0], line[1], theme)

    def _paint_title(
        self, painter: QPainter, rect: QRect, right: int, command: Command, letters: tuple[int, ...], theme: Theme
    ) -> None:
        middle = rect.center().y()
        if command.glyph is not None:
            paint_glyph(painter, QRect(rect.x() + 16, middle - 5, 12, 12).topLeft(), command.glyph, theme)
        elif command.icon:
            paint_icon(painter, QRect(rect.x() + 14, middle - 7, 16, 16).topLeft(), command.icon, theme)
        left = rect.x() + 38
        title, marked = fitted(command.title, letters, QFontMetrics(theme.font("strong")), right - left)
        for place, letter in enumerate(title):
            font = theme.font("strong" if place in marked else "base")
            advance = QFontMetrics(font).horizontalAdvance(letter)
            painter.setFont(font)
            painter.setPen(theme.colour("accent.fg" if place in marked else "text.primary"))
            painter.drawText(QRect(left, rect.y(), advance + 2, rect.height()), Qt.AlignmentFlag.AlignVCenter, letter)
            left += advance
        painter.setFont(theme.font())
        painter.setPen(theme.colour("text.secondary"))
        room = QRect(left + 6, rect.y(), max(0, right - left - 6), rect.height())
        shown = QFontMetrics(theme.font()).elidedText(command.detail, Qt.TextElideMode.ElideRight, room.width())
        if shown != ELLIPSIS:
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, shown)

    def _paint_right(self, painter: QPainter, rect: QRect, command: Command, theme: Theme) -> int:
        right = rect.right() - 14
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        for text, font, colour in (
            (command.shortcut.replace("+", " "), "secondary", "text.disabled"),
            (command.twin, "mono-small", "text.secondary"),
            (command.context, "secondary", "text.secondary"),
        ):
            if text:
                metrics = QFontMetrics(theme.font(font))
                shown = metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, rect.width() * 2 // 5)
                painter.setFont(theme.font(font))
                painter.setPen(theme.colour(colour))
                painter.drawText(QRect(rect.x(), rect.y(), right - rect.x(), rect.height()), flags, shown)
                right -= metrics.horizontalAdvance(shown) + 6
        if command.colour:
            painter.fillRect(QRect(right - 9, rect.center().y() - 3, 8, 8), theme.colour(command.colour))
            right -= 18
        return right - 8


class Palette(Scrim):
    """Over the whole window, until something is chosen or Esc."""

    gone = Signal()

    def __init__(self, commands: Sequence[Command], shelves: Sequence[Shelf], window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._commands, self._shelves = commands, shelves
        self._box = _Box(self)
        self.field = FilterField("Pages, objects, actions, contexts…", name="Search and run commands")
        self.list = QListView()
        self.list.setFrameShape(QListView.Shape.NoFrame)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setAccessibleName("Results")
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self._results = _Results(self)
        self.list.setModel(self._results)
        self.list.setItemDelegate(_Painter(self.list))
        self._foot = PlainLabel(
            "Enter run     Ctrl Shift C copy the command     > actions  @ contexts  # pages  ! objects",
            font="secondary",
            colour="text.secondary",
        )
        self._foot.setContentsMargins(14, 8, 14, 8)
        column = QVBoxLayout(self._box)
        column.setContentsMargins(1, 8, 1, 1)
        column.setSpacing(6)
        search = QVBoxLayout()
        search.setContentsMargins(8, 0, 8, 0)
        search.addWidget(self.field)
        column.addLayout(search)
        column.addWidget(self.list, 1)
        column.addWidget(self._foot)
        self.field.textChanged.connect(self._search)
        self.field.installEventFilter(self)
        self.list.clicked.connect(lambda index: self._run(index.row()))
        window.installEventFilter(self)
        self._search("")
        self._place()
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def titles(self) -> list[str]:
        """What is offered now, without headings."""
        return [line[0].title for line in self._results.lines if not isinstance(line, str)]

    def groups(self) -> set[Group]:
        """What kinds of commands are offered now."""
        return {line[0].group for line in self._results.lines if not isinstance(line, str)}

    def dismiss(self) -> None:
        """Go away without doing anything."""
        self.hide()
        self.gone.emit()
        self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.KeyPress:
                return self._on_key(event)
            if event.type() == QEvent.Type.ShortcutOverride and not _is_own(event):
                event.accept()  # while it is open no key acts on the page below
                return True
        if event.type() == QEvent.Type.Resize and watched is self._window:
            self._place()
        return False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self._box.geometry().contains(event.position().toPoint()):
            self.dismiss()

    def _on_key(self, event: QKeyEvent) -> bool:
        copy = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        match event.key():
            case Qt.Key.Key_Escape:
                self.dismiss()
            case Qt.Key.Key_Down | Qt.Key.Key_Up:
                self._step(1 if event.key() == Qt.Key.Key_Down else -1)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._run(self.list.currentIndex().row())
            case Qt.Key.Key_C if event.modifiers() == copy:
                self._copy(self.list.currentIndex().row())
            case _:
                return False
        return True

    def _step(self, by: int) -> None:
        places = [place for place, line in enumerate(self._results.lines) if not isinstance(line, str)]
        if places:
            row = self.list.currentIndex().row()
            at = places.index(row) + by if row in places else 0
            self.list.setCurrentIndex(self._results.index(places[at % len(places)]))

    def _search(self, text: str) -> None:
        sign = next((group for group in Group if text.startswith(group.value)), None)
        offered = [command for command in self._commands if sign in (None, command.group)]
        shelves = self._shelves if sign in (None, Group.OBJECT) else ()
        query = (text[1:] if sign else text).strip()
        texts = [shelf.texts for shelf in shelves]
        if not query:
            tasks.cancel(self, "search")
            count = len(offered) + sum(len(part.rows) for part in texts)
            self._show(offered, shelves, [Match(place, 0.0, ()) for place in range(min(count, _MOST))])
            return
        said = [command.text for command in offered]
        if len(said) + sum(len(part.rows) for part in texts) <= _AT_ONCE:
            tasks.cancel(self, "search")
            self._show(offered, shelves, _matches(query, said, texts))
        else:
            task = tasks.run(self, _matches, query, said, texts, key="search")
            task.succeeded.connect(lambda matches: self._show(offered, shelves, matches))

    def _show(self, offered: Sequence[Command], shelves: Sequence[Shelf], matches: Sequence[Match]) -> None:
        found = [(_at(match.place, offered, shelves), match.letters) for match in matches]
        lines: list[Line] = []
        for group in Group:
            chosen = [one for one in found if one[0].group is group]
            if chosen:
                lines += [_TITLES[group], *chosen]
        self._results.show_lines(lines or ["Nothing matches"])
        self.list.setCurrentIndex(self._results.index(1) if lines else QModelIndex())
        self._place()

    def _run(self, row: int) -> None:
        if 0 <= row < len(self._results.lines):
            line = self._results.lines[row]
            if not isinstance(line, str):
                self.dismiss()
                line[0].do()

    def _copy(self, row: int) -> None:
        line = self._results.lines[row] if row >= 0 else ""
        if not isinstance(line, str) and line[0].twin:
            QGuiApplication.clipboard().setText(line[0].twin)
            self._foot.setText("Copied")

    def _place(self) -> None:
        window = self._window
        self.setGeometry(window.rect())
        high = sum(_HEADING if isinstance(line, str) else _ROW for line in self._results.lines)
        high = min(high, _SHOWN * _ROW) + 8 + 28 + 12 + 36
        width = min(_WIDTH, window.width() - 24)
        self._box.setGeometry((window.width() - width) // 2, min(_TOP, window.height() // 10), width, high)


class _Box(QWidget):
    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        radius = theme.size("radius.panel")
        paint_box(painter_for(self), self.rect(), radius, theme.colour("bg.raised"), theme.colour("border.default"))


def _is_own(event: QKeyEvent) -> bool:
    """Whether this is the window's key that opens and closes the palette."""
    return event.key() == Qt.Key.Key_K and event.modifiers() == Qt.KeyboardModifier.ControlModifier


def _matches(
    query: str, said: Sequence[str], shelves: Sequence[Texts], _scope: CancelScope | None = None
) -> list[Match]:
    """What fits best: places in `said` and then in all shelves, one after the other."""
    return best(query, [*said, *chain.from_iterable(texts.made() for texts in shelves)], _MOST)


def _at(place: int, offered: Sequence[Command], shelves: Sequence[Shelf]) -> Command:
    if place < len(offered):
        return offered[place]
    place -= len(offered)
    for shelf in shelves:
        rows = shelf.texts.rows
        if place < len(rows):
            return shelf.command(rows[place])
        place -= len(rows)
    raise IndexError(place)
