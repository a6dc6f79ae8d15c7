"""One of several: the common part of segments and tabs, operated by arrow keys as one stop of the Tab key."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QSizePolicy, QWidget

from gui.theme.tokens import current_theme
from gui.widgets.focus import KeyFocus
from gui.widgets.tips import set_tip
from models.health import Health


class Choice(KeyFocus, QAbstractButton):
    """One of the choices. Left and Right go to its neighbours by Qt's own rules for exclusive buttons."""

    def __init__(self, key: str, text: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.key = key
        self.glyph: Health | None = None
        self.setText(text)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFont(current_theme().font("medium"))  # the wider one: choosing moves nothing

    def paint_font(self) -> str:
        """The font role of its words now."""
        return "medium" if self.isChecked() else "base"


class Choices(QWidget):
    """A row of choices, one of them current. `chosen` speaks of the user's choice and of `set_current` alike."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._buttons: dict[str, Choice] = {}
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        self._group.buttonToggled.connect(self._toggled)

    def fill(self, choices: Iterable[tuple[str, str]]) -> None:
        """Offer these (key, words); the first is current where the former one is gone."""
        former = self.current
        for button in self._buttons.values():
            self._group.removeButton(button)
            self._row.removeWidget(button)
            button.deleteLater()
        self._buttons = {key: self._make(key, text) for key, text in choices}
        for button in self._buttons.values():
            self._group.addButton(button)
            self._row.addWidget(button)
        if self._buttons:
            self.set_current(former if former in self._buttons else next(iter(self._buttons)))

    @property
    def current(self) -> str:
        """The key of the current choice; empty where there is none."""
        button = self._group.checkedButton()
        return button.key if isinstance(button, Choice) else ""

    @property
    def keys(self) -> list[str]:
        """The keys of all choices, in order."""
        return list(self._buttons)

    def set_current(self, key: str) -> None:
        """Choose `key`. KeyError when it is not offered."""
        self._buttons[key].setChecked(True)

    def set_text(self, key: str, text: str, glyph: Health | None = None) -> None:
        """Change the words of a choice, such as its count, and the state glyph before them."""
        button = self._buttons[key]
        if (button.text(), button.glyph) != (text, glyph):
            button.setText(text)
            button.glyph = glyph
            button.updateGeometry()
            button.update()

    def set_why_not(self, key: str, reason: str | None) -> None:
        """Disable a choice and say why in its tooltip; None enables it."""
        button = self._buttons[key]
        button.setEnabled(reason is None)
        set_tip(button, reason or "")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        open_ones = [button for button in self._buttons.values() if button.isEnabled()]
        if open_ones and event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End):
            button = open_ones[0 if event.key() == Qt.Key.Key_Home else -1]
            button.setFocus(Qt.FocusReason.TabFocusReason)
            button.click()
        else:
            super().keyPressEvent(event)

    def _make(self, key: str, text: str) -> Choice:
        raise NotImplementedError

    def _toggled(self, button: Choice, checked: bool) -> None:
        if checked:
            self.chosen.emit(button.key)
