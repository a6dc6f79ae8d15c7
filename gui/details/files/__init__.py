"""The Files tab: a container's folders, what was changed in it, and what its files hold."""

from gui.details.files.tab import FilesTab

__all__ = ["FilesTab"]
