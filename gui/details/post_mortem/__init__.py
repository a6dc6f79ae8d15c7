"""The Post-mortem tab: one card per death, the lives between them, and the health check."""

from gui.details.post_mortem.tab import PostMortemTab

__all__ = ["PostMortemTab"]
