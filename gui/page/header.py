"""The header of a page: title, what there is in words, views, filter, and the menu of the page."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from gui.theme.tokens import current_theme
from gui.widgets.area import Area
from gui.widgets.buttons import Button, IconButton, Look
from gui.widgets.fields import FilterField
from gui.widgets.menu import Menu
from gui.widgets.segments import Segments
from gui.widgets.text import ElidedLabel, PlainLabel
from gui.widgets.tips import set_tip
from models.health import Health
from models.kind import ResourceKind

_NAMED = 3  # filter words that the field itself names; its tooltip has all
_TYPING = 60  # ms of rest before the filter is applied


class PageHeader(Area):
    """Title, summary, segments, filter field and `…`."""

    view_chosen = Signal(str)
    filter_changed = Signal(str)
    menu_wanted = Signal(Menu)  # to be filled
    make_wanted = Signal()

    def __init__(self, kind: ResourceKind, parent: QWidget | None = None) -> None:
        super().__init__("bg.header", "bottom", parent=parent)
        self._kind = kind
        self._title = PlainLabel(kind.title, font="page-title")
        self.summary = ""
        self._summary = ElidedLabel(colour="text.secondary", mode=Qt.TextElideMode.ElideRight)
        self._summary.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.views = Segments([(view.id, view.title) for view in kind.views], name="View")
        self.views.setVisible(len(kind.views) > 1)
        words = list(kind.fields)
        self.filter = FilterField(
            f"Filter by {', '.join(words[:_NAMED])}…", name=f"Filter {kind.title.lower()}", shortcut="Ctrl+F"
        )
        set_tip(self.filter, f"Words that all fit, or {': '.join(words)}: and a value; -word leaves out what fits")
        self.filter.setFixedWidth(current_theme().size("filter"))
        self._more = IconButton("more", "More")
        self._typing = QTimer(self, singleShot=True, interval=_TYPING)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 12, 1)
        row.setSpacing(8)
        row.addWidget(self._title)
        row.addSpacing(4)
        row.addWidget(self._summary)
        row.addWidget(self.views)
        row.addStretch(1)
        row.addWidget(self.filter)
        self.make = Button("Run", "run", look=Look.MAIN)
        self.make.set_tip(f"Make another {kind.noun} (Ctrl N)")
        self.make.hide()
        self.make.clicked.connect(self.make_wanted)
        row.addWidget(self.make)
        row.addWidget(self._more)
        self.setFixedHeight(current_theme().size("page-header"))
        self.views.chosen.connect(self.view_chosen)
        self.filter.textChanged.connect(lambda _text: self._typing.start())
        self._typing.timeout.connect(lambda: self.filter_changed.emit(self.filter.text()))
        self._more.clicked.connect(self._open_menu)

    def set_summary(self, text: str) -> None:
        """The words beside the title."""
        self.summary = text
        self._summary.set_text(text)

    def set_view_counts(self, counts: Mapping[str, int]) -> None:
        """How many rows each counted view would show."""
        for view in self._kind.views:
            if view.counted:
                count = counts.get(view.id, 0)
                words = f"{view.title} {count:,}" if count else view.title
                self.views.set_text(view.id, words, Health.FAILED if count else None)

    def _open_menu(self) -> None:
        menu = Menu(parent=self)
        self.menu_wanted.emit(menu)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self._more.mapToGlobal(QPoint(0, self._more.height() + 2)))
