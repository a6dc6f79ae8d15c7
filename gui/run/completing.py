"""A field that offers what exists already: while typing, or all of it by the Down key."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QFocusEvent, QFontMetrics, QKeyEvent, QPainter, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QCompleter, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from gui.theme.tokens import current_theme
from gui.widgets.fields import Field
from models.text import display

_DETAIL = Qt.ItemDataRole.UserRole
_EDGE = 10  # px
_MOST_SHOWN = 9


class Offer(Struct, frozen=True):
    """Something to choose: the text that is typed, and what it is in a few words."""

    text: str
    detail: str = ""


class CompletingField(Field):
    """One line of text in the fixed-width font, with offers below it."""

    def __init__(
        self, *, name: str, placeholder: str = "", offers: Iterable[Offer] = (), parent: QWidget | None = None
    ) -> None:
        super().__init__(name=name, placeholder=placeholder, parent=parent)
        self.set_fixed_width()
        self.offers: tuple[Offer, ...] = ()
        self._model: QStandardItemModel | None = None  # made when it first gets the keys: a form has many fields
        self._completer: QCompleter | None = None
        self.set_offers(offers)

    def set_offers(self, offers: Iterable[Offer]) -> None:
        """Offer these from now on."""
        self.offers = tuple(offers)
        if self._model is not None:
            self._fill(self._model)

    def setText(self, text: str | None, /) -> None:
        super().setText(text)
        if not self.hasFocus():
            self.setCursorPosition(0)  # names are told apart by how they begin

    def offer_all(self) -> None:
        """Open the list with everything in it."""
        completer = self._ready()
        completer.setCompletionPrefix("")
        completer.complete()

    def focusInEvent(self, event: QFocusEvent) -> None:
        if self.offers:
            self._ready()
        super().focusInEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down and self.offers and not self._offering():
            self.offer_all()
        else:
            super().keyPressEvent(event)

    def _offering(self) -> bool:
        popup = self._completer.popup() if self._completer is not None else None
        return popup is not None and popup.isVisible()

    def _ready(self) -> QCompleter:
        if self._completer is None:
            self._model = QStandardItemModel(self)
            self._fill(self._model)
            self._completer = completer = QCompleter(self._model, self)
            completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            completer.setCompletionRole(Qt.ItemDataRole.EditRole)
            completer.setMaxVisibleItems(_MOST_SHOWN)
            popup = completer.popup()
            assert popup is not None  # noqa: S101 - there is one, whatever the stubs say
            popup.setItemDelegate(_OfferLine(self))
            self.setCompleter(completer)
        return self._completer

    def _fill(self, model: QStandardItemModel) -> None:
        model.clear()
        for offer in self.offers:
            item = QStandardItem()
            item.setData(offer.text, Qt.ItemDataRole.EditRole)
            item.setData(display(offer.detail), _DETAIL)
            model.appendRow(item)


class _OfferLine(QStyledItemDelegate):
    """Its text, and at the right what it is."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(0, current_theme().size("row-menu"))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        theme = current_theme()
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.fillRect(option.rect, theme.colour("bg.selection" if chosen else "bg.raised"))
        room = option.rect.adjusted(_EDGE, 0, -_EDGE, 0)
        middle = Qt.AlignmentFlag.AlignVCenter
        detail = str(index.data(_DETAIL) or "")
        small = QFontMetrics(theme.font("secondary"))
        detail = small.elidedText(detail, Qt.TextElideMode.ElideRight, room.width() // 2)
        painter.setFont(theme.font("secondary"))
        painter.setPen(theme.colour("text.secondary"))
        painter.drawText(room, middle | Qt.AlignmentFlag.AlignRight, detail)
        room.setRight(room.right() - small.horizontalAdvance(detail) - _EDGE)
        painter.setFont(theme.font("mono"))
        painter.setPen(theme.colour("text.primary"))
        text = display(str(index.data(Qt.ItemDataRole.EditRole)))
        elided = QFontMetrics(theme.font("mono")).elidedText(text, Qt.TextElideMode.ElideMiddle, room.width())
        painter.drawText(room, middle | Qt.AlignmentFlag.AlignLeft, elided)
