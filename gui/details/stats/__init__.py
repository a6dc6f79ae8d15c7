"""Stats: what an object costs over time, alone or beside others."""

from gui.details.stats.tab import StatsTab

__all__ = ["StatsTab"]
