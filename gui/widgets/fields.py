"""Fields to type in: plain ones that can be wrong, and the filter of a page."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QWidget

from gui.theme.icons import paint_icon
from gui.theme.tokens import Theme, current_theme
from gui.widgets.buttons import IconButton
from gui.widgets.text import shortcut_text
from gui.widgets.tips import set_tip

_EDGE = 9  # pixels between the frame and what stands in it


class Field(QLineEdit):
    """One line of text, 28 px high; `set_wrong` marks it and says why."""

    def __init__(self, text: str = "", *, name: str, placeholder: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setAccessibleName(name)
        self.setPlaceholderText(placeholder)

    def set_wrong(self, reason: str | None) -> None:
        """Frame the field in the colour of an error, with the reason as its tooltip; None takes both away."""
        set_tip(self, reason or "")
        wrong = reason is not None
        if bool(self.property("wrong")) != wrong:
            self.setProperty("wrong", wrong)
            self.style().unpolish(self)
            self.style().polish(self)

    def set_fixed_width(self, fixed: bool = True) -> None:
        """Show ids, paths and commands in the fixed-width font."""
        self.setFont(current_theme().font("mono" if fixed else "base"))


class FilterField(Field):
    """A search icon, the words, and at the right the shortcut or an x that clears, as Esc does."""

    def __init__(
        self,
        placeholder: str = "Filter…",
        *,
        name: str = "Filter",
        shortcut: str = "",
        small: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(name=name, placeholder=placeholder, parent=parent)
        theme = current_theme()
        self._shortcut = shortcut_text(shortcut)
        self._small = small
        self._clear = IconButton("close", "Clear", small=True, size=theme.size("icon-small"), parent=self)
        self._clear.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Esc does the same
        self._clear.clicked.connect(self.clear)
        self._clear.hide()
        self.textChanged.connect(self._show_clear)
        self.setTextMargins(theme.size("icon-small") + 4, 0, theme.size("control-small"), 0)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(theme.size("control-small" if small else "control"))
        if small:
            self.setProperty("small", True)
            self.setFont(theme.font("dock"))

    def sizeHint(self) -> QSize:
        return QSize(current_theme().size("filter"), self.height())

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            ours = event.key() == Qt.Key.Key_Escape and bool(self.text())
            event.setAccepted(ours)  # before it is the window's way back
            if ours:
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        side = self._clear.sizeHint().width()
        self._clear.setGeometry(self.width() - side - 2, (self.height() - side) // 2, side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        theme = current_theme()
        painter = QPainter(self)
        side = theme.size("icon-small")
        paint_icon(painter, QPoint(_EDGE, (self.height() - side) // 2), "search", theme, side)
        if self._shortcut and not self.text() and not self.hasFocus() and self._has_room(theme):
            painter.setFont(theme.font("secondary"))
            painter.setPen(theme.colour("text.disabled"))
            room = QRect(0, 0, self.width() - _EDGE, self.height())
            painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self._shortcut)

    def _has_room(self, theme: Theme) -> bool:
        """Whether the shortcut fits behind the placeholder."""
        words = self.fontMetrics().horizontalAdvance(self.placeholderText())
        shortcut = QFontMetrics(theme.font("secondary")).horizontalAdvance(self._shortcut)
        return self.textMargins().left() + words + shortcut + 4 * _EDGE <= self.width()

    def _show_clear(self, text: str) -> None:
        self._clear.setVisible(bool(text))
