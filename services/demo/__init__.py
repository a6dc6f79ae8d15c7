"""An engine in memory, to try Pilothouse out and to test its window; never a proof that something works."""

from models.context import DEMO_CONTEXT
from services.demo.session import DemoSession

__all__ = ["DEMO_CONTEXT", "DemoSession"]
