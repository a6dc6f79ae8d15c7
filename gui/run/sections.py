"""A section of the form: what it is about at the left, its flags at the right; a folded one says what is set in it."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from gui.run.entries import FlagEntry, entry_for
from gui.run.flags import FlagGroup
from gui.theme.icons import paint_icon
from gui.theme.tokens import current_theme
from gui.widgets.area import Area
from gui.widgets.focus import KeyFocus
from gui.widgets.paint import paint_focus, painter_for
from gui.widgets.text import ElidedLabel
from models.text import display

LABEL_WIDTH = 132
_CHEVRON = 12
_ICON = 16


class SectionHead(KeyFocus, QAbstractButton):
    """Chevron, icon and title; a click folds and unfolds."""

    def __init__(self, title: str, icon: str, *, folds: bool = True) -> None:
        super().__init__()
        self._icon, self._folds = icon, folds
        self.setText(title)
        self.setCheckable(folds)
        self.setChecked(folds)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if folds else Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.toggled.connect(lambda _on: self._tell())
        self._tell()

    def _tell(self) -> None:
        state = "" if not self._folds else ", unfolded" if self.isChecked() else ", folded"
        self.setAccessibleName(f"{self.text()}{state}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(LABEL_WIDTH, current_theme().size("row"))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = painter_for(self)
        middle = self.height() // 2
        if self._folds:
            chevron = "chevron-down" if self.isChecked() else "chevron-right"
            paint_icon(painter, QPoint(0, middle - _CHEVRON // 2), chevron, theme, _CHEVRON)
        paint_icon(painter, QPoint(_CHEVRON + 4, middle - _ICON // 2), self._icon, theme, _ICON)
        painter.setFont(theme.font("medium"))
        painter.setPen(theme.colour("text.primary"))
        left = _CHEVRON + _ICON + 10
        room = QRect(left, 0, self.width() - left, self.height())
        words = QFontMetrics(self.font()).elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, words)
        if self.shows_focus():
            paint_focus(painter, self.rect(), theme, theme.size("radius.small"))


class Section(Area):
    """The flags of one group."""

    changed = Signal(str)  # the flag's name
    built = Signal()

    def __init__(self, group: FlagGroup) -> None:
        super().__init__("bg.surface", "bottom", line="border.subtle")
        self.group = group
        self.head = SectionHead(group.title, group.icon)
        self.summary = ElidedLabel(font="mono-small", colour="text.secondary", mode=Qt.TextElideMode.ElideRight)
        self.summary.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.content = QWidget()
        self.entries: dict[str, FlagEntry] = {}  # none before it is first unfolded: there are a hundred flags
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 16, 8)
        row.setSpacing(8)
        row.addWidget(self.head, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.content, 1)
        row.addWidget(self.summary, 1)
        self.head.setChecked(False)
        self.head.toggled.connect(self._show_content)
        self._show_content(False)

    def set_open(self, on: bool) -> None:
        """Fold or unfold."""
        self.head.setChecked(on)

    def texts(self) -> dict[str, tuple[str, ...]]:
        """What is typed, by flag; flags of which nothing is said are left out."""
        return {name: texts for name, entry in self.entries.items() if (texts := entry.texts())}

    def set_texts(self, texts: Mapping[str, tuple[str, ...]]) -> None:
        """Show what these say of its flags; it is unfolded where they say something."""
        used = any(flag.name in texts for flag in self.group.flags)
        if used:
            self.build()
        for name, entry in self.entries.items():
            entry.set_texts(texts.get(name, ()))
        self.set_open(used or not self.group.folded)

    def build(self) -> None:
        """Make the widgets of its flags, unless they are there."""
        if self.entries:
            return
        column = QVBoxLayout(self.content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        last: QWidget = self.head
        for flag in self.group.flags:
            entry = self.entries[flag.name] = entry_for(flag)
            entry.changed.connect(lambda name=flag.name: self._on_changed(name))
            column.addWidget(entry)
            last = entry.follow(last)
        self.built.emit()

    def _on_changed(self, name: str) -> None:
        self._tell_summary()
        self.changed.emit(name)

    def _show_content(self, on: bool) -> None:
        if on:
            self.build()
        self.content.setVisible(on)
        self.summary.setVisible(not on)
        self._tell_summary()

    def _tell_summary(self) -> None:
        used = [f"--{name}" for name, entry in self.entries.items() if entry.texts()]
        names = used or [f"--{flag.name}" for flag in self.group.flags]
        self.summary.set_text(display(f"{len(used)} set: {' '.join(names)}" if used else " ".join(names)))
