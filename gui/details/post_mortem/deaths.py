"""The list of deaths at the left: verdict, time, exit code and life of each; the health check stands above them."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from gui.theme.glyphs import paint_glyph
from gui.theme.tokens import current_theme
from models.health import Health
from models.text import display

WIDE = 240
_HIGH = 49


class Entry(Struct, frozen=True):
    """One row: `key` tells which."""

    key: str
    health: Health
    title: str
    time: str
    below: str


class _Row(QStyledItemDelegate):
    """Paints a row in two lines."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(WIDE, _HIGH)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        theme = current_theme()
        entry: Entry = index.data(Qt.ItemDataRole.UserRole)
        rect: QRect = option.rect
        state = option.state
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, theme.colour("bg.selection"))
            painter.fillRect(rect.x(), rect.y(), 2, rect.height(), theme.colour("accent.line"))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, theme.colour("bg.hover"))
        painter.fillRect(rect.x(), rect.bottom(), rect.width(), 1, theme.colour("border.subtle"))
        side = theme.size("state-glyph")
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_glyph(painter, rect.topLeft() + _offset(12, 10), entry.health, theme, side)
        painter.restore()
        left, right = rect.x() + 32, rect.right() - 12
        painter.setFont(theme.font("secondary"))
        time_wide = QFontMetrics(painter.font()).horizontalAdvance(entry.time) + 8
        align = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(theme.colour("text.secondary"))
        painter.drawText(
            QRect(right - time_wide, rect.y() + 6, time_wide, 18), align | Qt.AlignmentFlag.AlignRight, entry.time
        )
        below = QFontMetrics(painter.font()).elidedText(entry.below, Qt.TextElideMode.ElideRight, right - left)
        painter.drawText(QRect(left, rect.y() + 25, right - left, 16), align, below)
        painter.setFont(theme.font("medium"))
        painter.setPen(theme.colour("text.primary"))
        room = right - left - time_wide
        title = QFontMetrics(painter.font()).elidedText(entry.title, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRect(left, rect.y() + 6, room, 18), align, title)


def _offset(x: int, y: int) -> QPoint:
    return QPoint(x, y)


class DeathList(QListWidget):
    """Choosing a row tells its key."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedWidth(WIDE)
        self.setItemDelegate(_Row(self))
        self.setMouseTracking(True)
        self.setFrameShape(QListWidget.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setAccessibleName("Ends of this container")
        self.currentItemChanged.connect(self._on_current)

    @property
    def key(self) -> str:
        """Of the current row; "" where there is none."""
        item = self.currentItem()
        return "" if item is None else item.data(Qt.ItemDataRole.UserRole).key

    def show_entries(self, entries: Sequence[Entry]) -> None:
        """Show these; the current one stays current where it is still there, else the first is."""
        key = self.key
        self.blockSignals(True)
        self.clear()
        for entry in entries:
            item = QListWidgetItem(display(entry.title), self)
            item.setData(Qt.ItemDataRole.UserRole, entry)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{display(entry.title)}, {entry.time}, {entry.below}")
        keys = [entry.key for entry in entries]
        if keys:
            self.setCurrentRow(keys.index(key) if key in keys else 0)
        self.blockSignals(False)

    def _on_current(self, item: QListWidgetItem | None, _before: QListWidgetItem | None) -> None:
        if item is not None:
            self.chosen.emit(item.data(Qt.ItemDataRole.UserRole).key)
