"""Menus: an icon, words, a shortcut; what cannot be done now says why in the row itself."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QAction, QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QMenu, QWidget

from gui.theme.icons import ICONS, paint_icon
from gui.theme.tokens import Theme, current_theme
from gui.widgets.buttons import Button
from gui.widgets.paint import paint_box, painter_for, round_corners
from gui.widgets.text import shortcut_text
from gui.widgets.tips import set_tip

_LONGEST_REASON = 48  # characters in the row; the whole reason is in the tooltip
_ICON_LEFT = 10
_TEXT_LEFT = 32
_RIGHT = 8


class Menu(QMenu):
    """A menu that draws itself, on `raised` ground. Its rows are actions made by `add`."""

    def __init__(self, title: str = "", parent: QWidget | None = None) -> None:
        super().__init__(title, parent)
        self.setWindowFlag(Qt.WindowType.FramelessWindowHint)
        self.setWindowFlag(Qt.WindowType.NoDropShadowWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setToolTipsVisible(True)
        self.setFont(current_theme().font())

    def add(
        self,
        text: str,
        do: Callable[[], object] | None = None,
        *,
        icon: str = "",
        shortcut: str = "",
        why_not: str | None = None,
        destructive: bool = False,
        checked: bool | None = None,
    ) -> QAction:
        """A row. `shortcut` is shown, not bound; `why_not` disables it and stands after the words."""
        action = QAction(_literal(text if why_not is None else f"{text}, {_short(why_not)}"), self)
        action.setProperty("icon-name", icon)
        action.setProperty("shortcut-text", shortcut_text(shortcut))
        action.setProperty("destructive", destructive)
        if checked is not None:
            action.setCheckable(True)
            action.setChecked(checked)
        if why_not is not None:
            action.setEnabled(False)
            set_tip(action, why_not)
        if do is not None:
            action.triggered.connect(lambda: do())
        self.addAction(action)
        return action

    def add_menu(self, text: str, *, icon: str = "") -> Menu:
        """A row that opens another menu."""
        menu = Menu(_literal(text), self)
        self.addMenu(menu)
        menu.menuAction().setProperty("icon-name", icon)
        return menu

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        round_corners(self, current_theme().size("radius.panel"))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = painter_for(self)
        radius = theme.size("radius.panel")
        paint_box(painter, self.rect(), radius, theme.colour("bg.raised"), theme.colour("border.default"))
        for action in self.actions():
            rect = self.actionGeometry(action)
            if not action.isVisible() or not rect.intersects(event.rect()):
                continue
            if action.isSeparator():
                painter.fillRect(rect.x(), rect.center().y(), rect.width(), 1, theme.colour("border.default"))
            else:
                self._paint_row(painter, rect, action, theme)

    def _paint_row(self, painter: QPainter, rect: QRect, action: QAction, theme: Theme) -> None:
        if action is self.activeAction() and action.isEnabled():
            paint_box(painter, rect, theme.size("radius.tag"), theme.colour("bg.selection"))
        ink = "text.primary"
        if not action.isEnabled():
            ink = "text.disabled"
        elif action.property("destructive"):
            ink = "error.fg"
        name = "check" if action.isChecked() else action.property("icon-name") or ""
        if name in ICONS:
            side = theme.size("icon")
            at = QPoint(rect.x() + _ICON_LEFT, rect.y() + (rect.height() - side) // 2)
            paint_icon(painter, at, name, theme, side, ink)
        painter.setFont(theme.font())
        painter.setPen(theme.colour(ink))
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextShowMnemonic
        painter.drawText(rect.adjusted(_TEXT_LEFT, 0, -_RIGHT, 0), flags, action.text())
        self._paint_right(painter, rect, action, theme)

    def _paint_right(self, painter: QPainter, rect: QRect, action: QAction, theme: Theme) -> None:
        if action.menu() is not None:
            side = theme.size("chevron")
            at = QPoint(rect.right() - _RIGHT - side + 3, rect.y() + (rect.height() - side) // 2)
            paint_icon(painter, at, "chevron-right", theme, side)
        elif shortcut := action.property("shortcut-text"):
            painter.setFont(theme.font("secondary"))
            painter.setPen(theme.colour("text.disabled"))
            flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
            painter.drawText(rect.adjusted(0, 0, -_RIGHT, 0), flags, shortcut)


class ChoiceButton(Button):
    """A button that shows the current one of several words and opens the menu of them."""

    def __init__(
        self, choices: dict[str, str], current: str, chosen: Callable[[str], object], *, name: str, small: bool = False
    ) -> None:
        super().__init__(choices[current], opens=True, small=small)
        self._choices = choices
        self._chosen = chosen
        self._name = name
        self.current = current
        self._say()
        self.clicked.connect(self._open)

    def set_current(self, key: str) -> None:
        """Show another choice, without calling anybody."""
        self.current = key
        self.setText(self._choices[key])
        self._say()
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        size = super().sizeHint()  # as wide as the widest choice needs: choosing moves nothing
        metrics = QFontMetrics(self.font())
        widest = max(metrics.horizontalAdvance(text) for text in self._choices.values())
        size.setWidth(size.width() - metrics.horizontalAdvance(self.text()) + widest)
        return size

    def menu_of_choices(self) -> Menu:
        """The menu that a click opens."""
        menu = Menu(parent=self)
        for key, text in self._choices.items():
            menu.add(text, partial(self._choose, key), checked=key == self.current)
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    def _open(self) -> None:
        self.menu_of_choices().popup(self.mapToGlobal(QPoint(0, self.height() + 2)))

    def _choose(self, key: str) -> None:
        self.set_current(key)
        self._chosen(key)

    def _say(self) -> None:
        self.setAccessibleName(f"{self._name}: {self._choices[self.current]}")


def _short(reason: str) -> str:
    return reason if len(reason) <= _LONGEST_REASON else reason[: _LONGEST_REASON - 1] + "…"


def _literal(text: str) -> str:
    """Words from outside may hold an ampersand, which Qt would take for a mnemonic."""
    return text.replace("&", "&&")
