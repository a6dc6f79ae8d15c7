"""The place of one open context: its sidebar and its pages, each made when it is first looked at."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from gui import tasks
from gui.contexts import OpenContext
from gui.desk import Desk, Makers
from gui.operations import Operations
from gui.page.page import KindPage
from gui.terminals import Terminals
from gui.window.drift import UnderDrift
from gui.window.pages import PAGES, Page
from gui.window.sidebar import Sidebar
from models.kind import Ref, ResourceKind, Section, Tab, Totals
from services.cancel import CancelScope
from services.run_drafts import RunDrafts

_TOTALS_EVERY = 1_000  # ms
_PREPARE_AFTER = 1_500  # ms after which pages that make objects are imported, in a worker: there are many parts to them


def _prepare(_scope: CancelScope) -> None:
    import gui.run.page  # noqa: F401


class Place(QObject):
    """Keeps pages, selection and scroll of its context while others are looked at."""

    page_shown = Signal(object)  # QWidget
    totals_changed = Signal(Totals)

    def __init__(
        self,
        open_one: OpenContext,
        operations: Operations,
        terminals: Terminals,
        parent: QObject,
        drafts: RunDrafts | None = None,
    ) -> None:
        super().__init__(parent)
        self.open_one = open_one
        self._others = {page.id: page for page in PAGES if page.offered(open_one.session)}
        makers = _Makers(self, {page.under: page.id for page in self._others.values() if page.under})
        self.desk = Desk(open_one.session, operations, terminals, self.show_object, makers, drafts)
        self._made: dict[str, QWidget] = {}
        self.totals = Totals()
        self._adding_up = QTimer(self, singleShot=True, interval=_TOTALS_EVERY)
        self._adding_up.timeout.connect(self._add_up)
        self.sidebar = Sidebar(open_one)
        self.pages = QStackedWidget()
        self.main = UnderDrift(open_one, self.pages)
        self._list_pages()
        self.sidebar.chosen.connect(self.show_page)
        self.show_page(open_one.session.kinds[0].id)
        if makers.kinds:
            QTimer.singleShot(_PREPARE_AFTER, self, lambda: tasks.run(self, _prepare, key="prepare"))

    def _list_pages(self) -> None:
        for section in Section:
            others = [page for page in self._others.values() if page.section is section and not page.under]
            entries: list[Page | ResourceKind] = [page for page in others if page.first]
            entries += [kind for kind in self.open_one.session.kinds if kind.section is section]
            entries += [page for page in others if not page.first]
            for one in entries:
                self.sidebar.add_page(one.id, one.title, one.icon, section)

    def show_object(self, ref: Ref, tab: Tab | None = None) -> None:
        """Go to the page of its kind, and to it; to this tab of its details."""
        page = self.show_page(ref.kind)
        if isinstance(page, KindPage):
            if tab is not None:
                page.details.set_tab(tab)
            page.show_key(ref.id)

    def show_page(self, page_id: str) -> QWidget:
        """Go to this page."""
        page = self._made.get(page_id)
        if page is None:
            page = self._made[page_id] = self._make(page_id)
            self.pages.addWidget(page)
        self.pages.setCurrentWidget(page)
        other = self._others.get(page_id)
        self.sidebar.set_current(other.under or page_id if other else page_id)
        self.page_shown.emit(page)
        return page

    def current_page(self) -> QWidget:
        """The page that is shown, or was when its context was last looked at."""
        return self._made[self.current_page_id()]

    def current_page_id(self) -> str:
        """Its id."""
        return next(page_id for page_id, page in self._made.items() if page is self.pages.currentWidget())

    def made(self) -> dict[str, QWidget]:
        """The pages that have been looked at, by id."""
        return dict(self._made)

    def page_ids(self) -> list[str]:
        """All pages, in the order of the sidebar."""
        return list(self.sidebar.entries)

    def close_windows(self) -> None:
        """Close the windows that were opened from its pages."""
        for page in self._made.values():
            if isinstance(page, KindPage):
                page.close_windows()

    def close(self) -> None:
        """Let go of the widgets."""
        self.close_windows()
        self.sidebar.deleteLater()
        self.main.deleteLater()
        self.deleteLater()

    def _make(self, page_id: str) -> QWidget:
        if page_id in self._others:
            return self._others[page_id].make(self)
        kind = next(kind for kind in self.open_one.session.kinds if kind.id == page_id)
        page = KindPage(self.open_one, kind, self.desk)
        page.counts_changed.connect(self.sidebar.entries[page_id].set_counts)
        if kind.totals is not None:
            page.counts_changed.connect(self._on_rows)
        return page

    def _on_rows(self) -> None:
        if not self._adding_up.isActive():
            self._adding_up.start()

    def _add_up(self) -> None:
        """Sums of the present: none of a connection that is not live."""
        words: list[str] = []
        tips: list[str] = []
        for page in self._made.values():
            if isinstance(page, KindPage) and page.kind.totals is not None and page.live:
                totals = page.kind.totals(page.table.all_rows(), self.open_one.facts)
                words += totals.words
                tips.append(totals.tip)
        self.totals = Totals(tuple(words), "\n".join(filter(None, tips)))
        self.totals_changed.emit(self.totals)


class _Makers(Makers):
    """The pages of one place on which objects are made."""

    def __init__(self, place: Place, pages: dict[str, str]) -> None:
        self._place, self._pages = place, pages
        self.kinds = frozenset(pages)

    def make(self, kind: str, like: Ref | None = None, *, replace: bool = False) -> None:
        if kind in self._pages:
            page: Any = self._place.show_page(self._pages[kind])
            if like is not None:
                page.fill_again(like, replace=replace)
