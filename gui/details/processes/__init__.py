"""The Processes tab: what runs in a container, as a tree."""

from gui.details.processes.tab import ProcessesTab

__all__ = ["ProcessesTab"]
