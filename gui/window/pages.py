"""The sidebar's pages that are no list of one kind: which there are, each imported when it is first looked at."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec import Struct
from PySide6.QtWidgets import QWidget

from models.kind import Section
from services.session import NamespaceSource, RunSource, Session

if TYPE_CHECKING:
    from gui.window.place import Place


class Page(Struct, frozen=True, kw_only=True):
    """One entry. `make` may keep the place, to lead to other pages; `first`: before the lists of its section."""

    id: str
    title: str
    icon: str
    section: Section
    make: Callable[[Place], QWidget]
    offered: Callable[[Session], bool] = lambda _session: True
    first: bool = False
    under: str = ""  # the kind whose page leads here, to make one; such a page has no entry of its own


def _system(place: Place) -> QWidget:
    from gui.window.system import SystemPage

    return SystemPage(place.open_one)


def _run(place: Place) -> QWidget:
    from gui.run.page import RunPage

    page = RunPage(place.open_one, place.desk)
    page.left.connect(lambda: place.show_page("containers"))
    return page


def _namespaces(place: Place) -> QWidget:
    from gui.namespaces import NamespacesPage

    return NamespacesPage(place.open_one, place.desk)


PAGES = (
    Page(
        id="run",
        title="Run a container",
        icon="run",
        section=Section.WORK,
        make=_run,
        under="containers",
        offered=lambda session: isinstance(session, RunSource),
    ),
    Page(
        id="namespaces",
        title="Namespaces",
        icon="namespace",
        section=Section.ENGINE,
        make=_namespaces,
        offered=lambda session: isinstance(session, NamespaceSource),
    ),
    Page(id="system", title="System", icon="system", section=Section.ENGINE, make=_system),
)
