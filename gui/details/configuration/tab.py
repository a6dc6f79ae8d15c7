"""The Configuration tab: settings of one container beside its image's, or beside another container's."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

from msgspec import Struct
from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QCompleter, QFrame, QHBoxLayout, QScrollArea, QStackedLayout, QVBoxLayout, QWidget

from gui import tasks
from gui.desk import Desk
from gui.details.configuration.compared import ComparedView
from gui.details.sections import Columns
from gui.details.tab import DetailTab
from gui.messages import message
from gui.widgets.buttons import IconButton
from gui.widgets.checks import CheckBox
from gui.widgets.fields import Field
from gui.widgets.text import PlainLabel
from models.changes import Reset
from models.docker.configuration import Compared, Configuration, compare, configuration
from models.docker.details import container_details
from models.errors import AppError, Gone
from models.kind import Ref
from models.text import count_text, display
from services.cancel import CancelScope
from services.session import Session

_FIELD = 280  # pixels


class _Loaded(Struct, frozen=True):
    document: bytes
    shown: Configuration


def _load(session: Session, ref: Ref, scope: CancelScope) -> _Loaded:
    document = session.inspect(ref, scope)
    details = container_details(document)
    try:
        image: bytes | None = session.inspect(Ref("images", details.image_id, details.image), scope)
    except AppError:
        image = None  # it is gone or cannot be asked for: then nothing is said of what came from it
    return _Loaded(document, configuration(document, image))


def _others(session: Session, ref: Ref, scope: CancelScope) -> Mapping[str, Ref]:
    """The containers that there are, by name, without this one."""
    mine = scope.child()
    try:
        for change in session.watch(ref.kind, mine):
            if isinstance(change, Reset):
                rows = sorted(change.rows, key=lambda row: row.name)
                return {row.name: Ref(ref.kind, row.id, row.name) for row in rows if row.id != ref.id}
    finally:
        mine.cancel()
    return {}


def _compared(session: Session, document: bytes, other: Ref, scope: CancelScope) -> tuple[Compared, ...]:
    return compare(document, session.inspect(other, scope))


class ConfigurationTab(DetailTab):
    """Asks for container and image when it is looked at; for another container when it is to be compared with."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk.session, parent)
        self._loaded: _Loaded | None = None
        self._signature: Hashable = None
        self._known: Mapping[str, Ref] = {}
        self._settings: tuple[Compared, ...] = ()
        self._with: Ref | None = None
        self.columns = Columns()
        self.compared = ComparedView()
        self.other = Field(name="Compare with", placeholder="another container's name")
        self.other.setMinimumWidth(_FIELD)
        self.other.setMaximumWidth(_FIELD)
        self.other.returnPressed.connect(lambda: self.compare_with(self.other.text()))
        self.everything = CheckBox("Also what is the same")
        self.everything.toggled.connect(lambda _on: self._show_compared())
        self.back = IconButton("close", "End the comparison", small=True)
        self.back.clicked.connect(self.end_comparison)
        self._said = PlainLabel(font="secondary", colour="text.secondary")
        self._pages = QStackedLayout()
        self._scrolls = {widget: _scrolled(widget) for widget in (self.columns, self.compared)}
        for scroll in self._scrolls.values():
            self._pages.addWidget(scroll)
        self._set_content(self._made())
        self._show_ways()

    def _made(self) -> QWidget:
        bar = QHBoxLayout()
        bar.setContentsMargins(16, 8, 12, 4)
        bar.setSpacing(8)
        label = PlainLabel("Compare with", colour="text.secondary")
        label.setBuddy(self.other)
        for widget in (label, self.other, self.back, self.everything):
            bar.addWidget(widget)
        bar.addWidget(self._said, 1)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(bar)
        column.addLayout(self._pages, 1)
        return content

    def show_row(self, ref: Ref, row: Any) -> None:
        """Show this object; what is revealed of another one is masked again."""
        another = self.ref is None or self.ref.id != ref.id
        signature = (row.id, row.name, row.state, row.networks, row.ports)
        self.ref, self.row = ref, row
        if another:
            self._loaded = None
            self.columns.hide_secrets()
            self.end_comparison()
            self._show_loading()
        if another or signature != self._signature:
            self._signature = signature
            self.reload()

    def reload(self) -> None:
        """Ask for both documents, and who else there is."""
        if self.ref is None:
            return
        task = tasks.run(self, _load, self.session, self.ref, key="load")
        task.succeeded.connect(self._on_loaded)
        task.failed.connect(self._on_failed)
        others = tasks.run(self, _others, self.session, self.ref, key="others")
        others.succeeded.connect(self._on_others)
        others.failed.connect(lambda _error: None)  # the page itself says what is wrong with the list

    def set_live(self, live: bool) -> None:
        """Grey what may not be true any more."""
        super().set_live(live)
        self.columns.set_stale(not live)

    def clear(self) -> None:
        """Forget the object and what was revealed of it."""
        super().clear()
        for key in ("load", "others", "compare"):
            tasks.cancel(self, key)
        self._loaded = self._signature = None
        self.columns.clear()
        self.end_comparison()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.columns.hide_secrets()
        self.compared.hide_secrets()

    def compare_with(self, name: str) -> None:
        """Show how the container of this name differs."""
        other = self._known.get(name.strip())
        if other is None or self._loaded is None:
            self._said.setText(
                f"There is no container {display(name.strip(), 60)} to compare with." if name.strip() else ""
            )
            return
        self._said.setText("Comparing…")
        self._with = other
        task = tasks.run(self, _compared, self.session, self._loaded.document, other, key="compare")
        task.succeeded.connect(self._on_compared)
        task.failed.connect(self._on_not_compared)

    def end_comparison(self) -> None:
        """Show this container alone again."""
        tasks.cancel(self, "compare")
        self._with, self._settings = None, ()
        self.other.clear()
        self._said.setText("")
        self.compared.clear()
        self._show_ways()

    def _on_loaded(self, loaded: _Loaded) -> None:
        self._loaded = loaded
        self.columns.fill(loaded.shown.sections)
        self.columns.set_stale(not self.live)
        self._show_content()

    def _on_failed(self, error: AppError) -> None:
        if self._loaded is None or isinstance(error, Gone):
            self._show_error(error, self._retry)

    def _retry(self) -> None:
        self._show_loading()
        self.reload()

    def _on_others(self, known: Mapping[str, Ref]) -> None:
        self._known = known
        completer = QCompleter(list(known), self.other)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.activated.connect(self.compare_with)
        self.other.setCompleter(completer)

    def _on_compared(self, settings: tuple[Compared, ...]) -> None:
        self._settings = settings
        different = sum(not one.same for one in settings)
        self._said.setText(f"{count_text(different, 'setting')} differ{'s' if different == 1 else ''}")
        self._show_compared()

    def _on_not_compared(self, error: AppError) -> None:
        words = message(error, self.session.context)
        self._said.setText(" ".join(filter(None, (f"{words.title}.", words.reason))))

    def _show_compared(self) -> None:
        if self._with is None or self.ref is None or not self._settings:
            return
        names = (self.ref.name, self._with.name)
        self.compared.show_settings(self._settings, names, everything=self.everything.isChecked())
        self._show_ways()

    def _show_ways(self) -> None:
        comparing = bool(self._settings)
        self._pages.setCurrentWidget(self._scrolls[self.compared if comparing else self.columns])
        self.everything.setVisible(comparing)
        self.back.setVisible(comparing)


def _scrolled(widget: QWidget) -> QScrollArea:
    scroll = QScrollArea()
    scroll.setFrameShape(QFrame.Shape.NoFrame)
    scroll.setWidgetResizable(True)
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    scroll.setWidget(widget)
    return scroll
