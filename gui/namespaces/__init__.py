"""The Namespaces page: who shares which namespace with whom."""

from gui.namespaces.page import NamespacesPage

__all__ = ["NamespacesPage"]
