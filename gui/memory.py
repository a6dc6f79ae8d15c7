"""What is remembered: the settings, brought into the window at the start and written back as things change."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from msgspec.structs import replace
from PySide6.QtCore import QObject, QRect, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from gui import tasks
from gui.contexts import Contexts, OpenContext
from models.context import Context
from models.errors import AppError
from models.settings import ContextMarks, Settings, WindowPlace
from services.cancel import CancelScope
from services.contexts import with_marks
from services.settings import SettingsStore

if TYPE_CHECKING:
    from gui.window.place import Place
    from gui.window.window import Window

log = logging.getLogger(__name__)

Change = Callable[[Settings], Settings]

_REST = 1_500  # ms after the last change before it is written


class Memory(QObject):
    """Settings for the window: read at once, written in the background."""

    marks_changed = Signal()

    def __init__(self, store: SettingsStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._window: Window | None = None
        self._rest = QTimer(self, singleShot=True, interval=_REST)
        self._rest.timeout.connect(self._save)

    @property
    def settings(self) -> Settings:
        """What is remembered now."""
        return self._store.settings

    @property
    def path(self) -> Path:
        """The settings file."""
        return self._store.path

    @property
    def notice(self) -> str:
        """Why the file could not be used as it stood, or ""."""
        return self._store.notice

    def attach(self, window: Window, contexts: Contexts) -> None:
        """Put the window where it was, and remember what happens to it from here on."""
        self._window = window
        place = self.settings.windows.get("main")
        if place is None:
            window.resize(1280, 800)
        else:
            window.setGeometry(_on_a_screen(QRect(place.x, place.y, place.width, place.height)))
            if place.maximized:
                window.showMaximized()
        window.resized.connect(self.soon)
        contexts.opened.connect(self._on_opened)
        contexts.closed.connect(self.soon)
        contexts.current_changed.connect(self.soon)

    def marked(self, context: Context) -> Context:
        """The context with the user's own marks on it."""
        return with_marks(context, self.settings.contexts.get(context.id))

    def set_marks(self, context_id: str, marks: ContextMarks) -> None:
        """The user has chosen name, colour, protection or proxy."""
        self._update(lambda settings: settings.with_marks(context_id, marks), then=self.marks_changed.emit)

    def trust(self, context_id: str, fingerprint: str) -> None:
        """The user trusts the certificate of this fingerprint in this context; "" takes it back."""
        self.set_marks(context_id, replace(self.settings.marks(context_id), trusted=fingerprint))

    def set_theme(self, theme: Literal["system", "light", "dark"]) -> None:
        """The user has chosen a theme."""
        self._update(lambda settings: replace(settings, theme=theme))

    def soon(self, _what: object = None) -> None:
        """Something worth remembering has changed."""
        self._rest.start()

    def save_now(self) -> None:
        """At the end: write and wait, some milliseconds."""
        self._rest.stop()
        try:
            self._store.update(self._present())
        except AppError as error:
            log.warning("The settings could not be written: %s", error.message)

    def _on_opened(self, open_one: OpenContext) -> None:
        assert self._window is not None  # noqa: S101 - attached before anything is opened
        place = self._window.places[open_one.context.id]
        place.page_shown.connect(lambda page: self._on_page_shown(place, page))
        shown = self.settings.shown_pages.get(open_one.context.id)
        for page_id, page in list(place.made().items()):
            self._restore(place, page_id, page)
        if shown in place.page_ids():
            place.show_page(shown)
        self.soon()

    def _on_page_shown(self, place: Place, page: QWidget) -> None:
        self._restore(place, place.current_page_id(), page)
        self.soon()

    def _restore(self, place: Place, page_id: str, page: QWidget) -> None:
        from gui.page.page import KindPage  # loaded with the first context

        if isinstance(page, KindPage) and not page.property("restored"):
            page.setProperty("restored", True)
            page.restore(self.settings.page(place.open_one.context.id, page_id))
            page.arranged.connect(self.soon)

    def _save(self) -> None:
        self._update(self._present())

    def _update(self, change: Change, then: Callable[[], object] | None = None) -> None:
        task = tasks.run(self, _write, self._store, change)
        task.failed.connect(lambda error: log.warning("The settings could not be written: %s", error.message))
        if then is not None:
            task.succeeded.connect(lambda _settings: then())

    def _present(self) -> Change:
        """What is on the screen now, as a change of the settings; collected here, applied in the worker."""
        from gui.page.page import KindPage  # loaded with the first context

        window = self._window
        if window is None:
            return lambda settings: settings
        normal = window.normalGeometry()
        place = WindowPlace(
            x=normal.x(), y=normal.y(), width=normal.width(), height=normal.height(), maximized=window.isMaximized()
        )
        contexts = window.contexts
        open_ids = tuple(one.context.id for one in contexts.open_ones)
        current = contexts.current.context.id if contexts.current else ""
        shown = {context_id: place_.current_page_id() for context_id, place_ in window.places.items()}
        states = [
            (context_id, page_id, page.state())
            for context_id, place_ in window.places.items()
            for page_id, page in place_.made().items()
            if isinstance(page, KindPage)
        ]

        def change(settings: Settings) -> Settings:
            settings = settings.with_window("main", place)
            settings = replace(
                settings,
                open_contexts=open_ids,
                current_context=current,
                shown_pages={**settings.shown_pages, **shown},
            )
            for context_id, page_id, state in states:
                settings = settings.with_page(context_id, page_id, state)
            return settings

        return change


def _write(store: SettingsStore, change: Change, scope: CancelScope) -> Settings:
    return store.update(change)


def _on_a_screen(wanted: QRect) -> QRect:
    """The same place, moved to where a screen is: monitors come and go."""
    for screen in QGuiApplication.screens():
        if screen.availableGeometry().intersects(wanted):
            return wanted
    free = QGuiApplication.primaryScreen().availableGeometry()
    return QRect(free.topLeft(), wanted.size().boundedTo(free.size()))
