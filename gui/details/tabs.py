"""Which widget shows which type of tab; each is imported when the tab is first looked at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from PySide6.QtWidgets import QWidget

from gui.desk import Desk
from models.kind import Ref, Tab


class TabWidget(Protocol):
    """What the pane asks of a tab; it is a QWidget as well."""

    def show_row(self, ref: Ref, row: Any) -> None:
        """Show this object, or its new state."""

    def clear(self) -> None:
        """Forget the object, and ask for nothing more."""


TITLES: Mapping[Tab, str] = {
    Tab.OVERVIEW: "Overview",
    Tab.LOGS: "Logs",
    Tab.TERMINAL: "Terminal",
    Tab.PROCESSES: "Processes",
    Tab.STATS: "Stats",
    Tab.FILES: "Files",
    Tab.POST_MORTEM: "Post-mortem",
    Tab.CONFIGURATION: "Configuration",
    Tab.INSPECT: "Inspect",
}


def _overview(desk: Desk, parent: QWidget | None) -> QWidget:
    from gui.details.overview import OverviewTab

    return OverviewTab(desk.session, parent)


def _logs(desk: Desk, parent: QWidget | None) -> QWidget:
    from gui.details.logs import LogsTab

    return LogsTab(desk.session, parent)


def _terminal(desk: Desk, parent: QWidget | None) -> QWidget:
    from gui.details.terminal import TerminalTab

    return TerminalTab(desk, parent)


def _processes(desk: Desk, parent: QWidget | None) -> QWidget:
    from gui.details.processes import ProcessesTab

    return ProcessesTab(desk, parent)


def _stats(desk: Desk, parent: QWidget | None) -> QWidget:
    from gui.details.stats import StatsTab

    return StatsTab(desk.session, parent)


def _files(desk: Desk, parent: QWidget | None) -> QWidget:
    from gui.details.files import FilesTab

    return FilesTab(desk, parent)


def _post_mortem(desk: Desk, parent: QWidget | None) -> QWidget:
    from gui.details.post_mortem import PostMortemTab

    return PostMortemTab(desk, parent)


def _configuration(desk: Desk, parent: QWidget | None) -> QWidget:
    from gui.details.configuration import ConfigurationTab

    return ConfigurationTab(desk, parent)


def _inspect(desk: Desk, parent: QWidget | None) -> QWidget:
    from gui.details.inspect import InspectTab

    return InspectTab(desk.session, parent)


TAB_WIDGETS: Mapping[Tab, Callable[[Desk, QWidget | None], QWidget]] = {
    Tab.OVERVIEW: _overview,
    Tab.LOGS: _logs,
    Tab.TERMINAL: _terminal,
    Tab.PROCESSES: _processes,
    Tab.STATS: _stats,
    Tab.FILES: _files,
    Tab.POST_MORTEM: _post_mortem,
    Tab.CONFIGURATION: _configuration,
    Tab.INSPECT: _inspect,
}
