"""The Overview tab: one sentence, then what the object is, in columns."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from gui import tasks
from gui.details.headline import HeadlineView
from gui.details.sections import Columns
from gui.details.sources import OVERVIEWS
from gui.details.tab import DetailTab
from models.errors import AppError, Gone
from models.kind import Ref
from services.session import Session

_AGES_RENEWED = 5_000  # ms


class OverviewTab(DetailTab):
    """Asks for the object's document when it is looked at, and again when its row says that something has changed."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.headline = HeadlineView()
        self.columns = Columns()
        self._loaded: Any = None
        self._signature: Hashable = None
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.headline)
        column.addWidget(self.columns)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(page)
        scroll.setAccessibleName("Overview")
        self._set_content(scroll)
        self._ages = QTimer(self, interval=_AGES_RENEWED)
        self._ages.timeout.connect(self._render)
        self._again = QTimer(self, singleShot=True)
        self._again.timeout.connect(self.reload)

    def show_row(self, ref: Ref, row: Any) -> None:
        """Show this object; what is revealed of another one is masked again."""
        source = OVERVIEWS[ref.kind]
        signature = source.signature(row)
        another = self.ref is None or self.ref.id != ref.id
        self.ref, self.row = ref, row
        if another:
            self._loaded = None
            self.columns.hide_secrets()  # the widgets stay, to be filled anew
            self._show_loading()
        if another or signature != self._signature:
            self._signature = signature
            self.reload()
        self._render()

    def reload(self) -> None:
        """Ask for the document now."""
        self._again.stop()
        if self.ref is None:
            return
        source = OVERVIEWS[self.ref.kind]
        task = tasks.run(self, source.load, self.session, self.ref, key="load")
        task.succeeded.connect(self._on_loaded)
        task.failed.connect(self._on_failed)

    def set_live(self, live: bool) -> None:
        """Grey what is no longer known to be true; ask again when the connection is back."""
        back = live and not self.live
        super().set_live(live)
        self.headline.set_stale(not live)
        self.columns.set_stale(not live)
        if back and self.isVisible():
            self.reload()

    def clear(self) -> None:
        """Forget the object and what was revealed of it."""
        super().clear()
        tasks.cancel(self, "load")
        self._again.stop()
        self._loaded = self._signature = None
        self.columns.clear()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._ages.start()
        self._render()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._ages.stop()
        self._again.stop()
        self.columns.hide_secrets()

    def _on_loaded(self, loaded: Any) -> None:
        self._loaded = loaded
        if self.ref is not None:
            seconds = OVERVIEWS[self.ref.kind].again(loaded, self.session.now())
            if seconds is not None and self.isVisible():
                self._again.start(round(seconds * 1000))
        self._render()

    def _on_failed(self, error: AppError) -> None:
        if self._loaded is None or isinstance(error, Gone):
            self._show_error(error, self._retry)

    def _retry(self) -> None:
        self._show_loading()
        self.reload()

    def _render(self) -> None:
        if self.ref is None or self._loaded is None:
            return
        overview = OVERVIEWS[self.ref.kind].build(self._loaded, self.row, self.session.now())
        self.headline.fill(overview.headline)
        self.columns.fill(overview.sections)
        self.columns.set_stale(not self.live)
        self._show_content()
