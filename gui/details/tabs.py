"""Which widget shows which type of tab; each is imported when the tab is first looked at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from PySide6.QtWidgets import QWidget

from models.kind import Ref, Tab
from services.session import Session


class TabWidget(Protocol):
    """What the pane asks of a tab; it is a QWidget as well."""

    def show_row(self, ref: Ref, row: Any) -> None:
        """Show this object, or its new state."""

    def clear(self) -> None:
        """Forget the object, and ask for nothing more."""


TITLES: Mapping[Tab, str] = {Tab.OVERVIEW: "Overview", Tab.LOGS: "Logs", Tab.INSPECT: "Inspect"}


def _overview(session: Session, parent: QWidget | None) -> QWidget:
    from gui.details.overview import OverviewTab

    return OverviewTab(session, parent)


def _logs(session: Session, parent: QWidget | None) -> QWidget:
    from gui.details.logs import LogsTab

    return LogsTab(session, parent)


def _inspect(session: Session, parent: QWidget | None) -> QWidget:
    from gui.details.inspect import InspectTab

    return InspectTab(session, parent)


TAB_WIDGETS: Mapping[Tab, Callable[[Session, QWidget | None], QWidget]] = {
    Tab.OVERVIEW: _overview,
    Tab.LOGS: _logs,
    Tab.INSPECT: _inspect,
}
