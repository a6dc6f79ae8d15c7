"""The Configuration tab: what was set for a container, what came from its image, and how another one differs."""

from gui.details.configuration.tab import ConfigurationTab

__all__ = ["ConfigurationTab"]
