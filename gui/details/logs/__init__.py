"""Logs: followed, filtered, searched and saved, a million lines at a time."""

from gui.details.logs.tab import LogsTab
from gui.details.logs.window import LogWindow

__all__ = ["LogWindow", "LogsTab"]
