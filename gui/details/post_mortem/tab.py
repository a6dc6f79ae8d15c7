"""The Post-mortem tab: deaths at the left, the chosen card beside them; the health check is the first in the list."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from msgspec import Struct
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QStackedLayout, QVBoxLayout, QWidget

from gui import tasks
from gui.desk import Desk
from gui.details.health.view import HealthView
from gui.details.post_mortem.card import Card
from gui.details.post_mortem.deaths import WIDE, DeathList, Entry
from gui.details.tab import DetailTab
from gui.widgets.area import Line
from gui.widgets.states import EmptyState
from gui.widgets.text import PlainLabel
from models.docker.health_view import headline
from models.docker.post_mortem import Case, Death, PostMortem, post_mortem
from models.docker.post_mortem_view import life_text, title_text, when_text
from models.errors import AppError, Gone
from models.kind import Ref, Tab
from models.text import command_text, count_text, display
from services.cancel import CancelScope
from services.session import Coroner, Session

_HEALTH = "health"
_SETTLED = 3.0  # seconds after an end in which the engine may still tell more of it
_FASTEST = 5.0  # seconds between two questions for probes


class _Loaded(Struct, frozen=True):
    case: Case
    told: PostMortem
    now: float


def _load(session: Session, ref: Ref, scope: CancelScope) -> _Loaded:
    assert isinstance(session, Coroner)  # noqa: S101 - asked before
    case = session.post_mortem(ref, scope)
    now = session.now()
    return _Loaded(case, post_mortem(case, now), now)


class PostMortemTab(DetailTab):
    """Asks for what is known of the object's ends when it is looked at, and again when its row has changed."""

    tab_wanted = Signal(str)  # another tab of the same object

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk.session, parent)
        self._loaded: _Loaded | None = None
        self._signature: Hashable = None
        self.deaths = DeathList()
        self.deaths.chosen.connect(self._show_chosen)
        self._pattern = PlainLabel(font="secondary", colour="text.secondary", wrap=True)
        self.card = Card(self._twin)
        self.card.tab_wanted.connect(self.tab_wanted)
        self.health = HealthView(desk.session)
        self.none = EmptyState(icon="check")
        self._right = QStackedLayout()
        self._cards = {widget: _scrolled(widget) for widget in (self.card, self.health)}
        for scroll in self._cards.values():
            self._right.addWidget(scroll)
        self._right.addWidget(self.none)
        self._set_content(self._made())
        self._again = QTimer(self, singleShot=True)
        self._again.timeout.connect(self.reload)

    def _made(self) -> QWidget:
        left = QWidget()
        left.setFixedWidth(WIDE)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.deaths, 1)
        self._pattern.setContentsMargins(12, 8, 12, 8)
        column.addWidget(self._pattern)
        content = QWidget()
        row = QHBoxLayout(content)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(left)
        row.addWidget(Line(Qt.Orientation.Vertical))
        row.addLayout(self._right, 1)
        return content

    def show_row(self, ref: Ref, row: Any) -> None:
        """Show this object; ask again when its row says that something has happened."""
        another = self.ref is None or self.ref.id != ref.id
        signature = (row.id, row.state, row.probe, row.exit_code, row.run)
        self.ref, self.row = ref, row
        if not isinstance(self.session, Coroner):
            self._gone.set_words("Not available here", "This engine cannot be asked what happened to its containers.")
            self._states.setCurrentWidget(self._gone)
            return
        if another:
            self._loaded = None
            self._show_loading()
        if another or signature != self._signature:
            self._signature = signature
            self.reload()

    def reload(self) -> None:
        """Ask now."""
        self._again.stop()
        if self.ref is None or not self.live:
            return
        task = tasks.run(self, _load, self.session, self.ref, key="load")
        task.succeeded.connect(self._on_loaded)
        task.failed.connect(self._on_failed)

    def set_live(self, live: bool) -> None:
        """Grey what may not be true any more; ask again when the connection is back."""
        back = live and not self.live
        super().set_live(live)
        if self._loaded is not None:
            self._render()
        if back and self.isVisible():
            self.reload()

    def clear(self) -> None:
        """Forget the object."""
        super().clear()
        tasks.cancel(self, "load")
        self._again.stop()
        self._loaded = self._signature = None

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._loaded is not None:
            self.reload()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._again.stop()

    def _on_loaded(self, loaded: _Loaded) -> None:
        self._loaded = loaded
        self._render()
        self._show_content()
        seconds = self._worth_asking_in(loaded)
        if seconds is not None and self.isVisible():
            self._again.start(round(seconds * 1000))

    def _worth_asking_in(self, loaded: _Loaded) -> float | None:
        details = loaded.case.details
        if details.running:
            return None if details.health is None else max(_FASTEST, details.health.interval)
        finished = details.life.finished
        return _SETTLED / 2 if finished is not None and loaded.now - finished < _SETTLED else None

    def _on_failed(self, error: AppError) -> None:
        if self._loaded is None or isinstance(error, Gone):
            self._show_error(error, self._retry)

    def _retry(self) -> None:
        self._show_loading()
        self.reload()

    def _render(self) -> None:
        loaded = self._loaded
        if loaded is None:
            return
        self.deaths.show_entries(self._entries(loaded))
        deaths = loaded.told.deaths
        self._pattern.setText(
            display(loaded.told.pattern or (f"{count_text(len(deaths), 'end')} known." if deaths else ""), 300)
        )
        self._show_chosen(self.deaths.key)

    def _entries(self, loaded: _Loaded) -> list[Entry]:
        details = loaded.case.details
        entries = [
            Entry(
                str(death.time),
                death.explanation.cause.health,
                title_text(death),
                when_text(death.time, loaded.now),
                life_text(death),
            )
            for death in loaded.told.deaths
        ]
        if details.health is not None:
            line = headline(details)
            every = f"probed every {details.health.interval:g} s" if details.running else "not probed now"
            health = Entry(_HEALTH, line.health, "Health check", "", every)
            entries.insert(0 if details.running else len(entries), health)
        return entries

    def _show_chosen(self, key: str) -> None:
        loaded = self._loaded
        if loaded is None or self.ref is None:
            return
        if key == _HEALTH:
            self.health.show_check(self.ref, loaded.case.details, live=self.live)
            self._right.setCurrentWidget(self._cards[self.health])
            return
        death: Death | None = next((one for one in loaded.told.deaths if str(one.time) == key), None)
        if death is None:
            words = "The engine and this window know of no end of it."
            self.none.set_words(f"{display(self.ref.name, 80)} has not died", words)
            self._right.setCurrentWidget(self.none)
            return
        tabs: tuple[Tab, ...] = next((kind.tabs for kind in self.session.kinds if kind.id == self.ref.kind), ())
        self.card.show_death(death, loaded.told, tabs, loaded.now, stale=not self.live)
        self._right.setCurrentWidget(self._cards[self.card])

    def _twin(self, words: tuple[str, ...]) -> str:
        return command_text((*self.session.context.command, *words))


def _scrolled(widget: QWidget) -> QScrollArea:
    scroll = QScrollArea()
    scroll.setFrameShape(QFrame.Shape.NoFrame)
    scroll.setWidgetResizable(True)
    scroll.setWidget(widget)
    return scroll
