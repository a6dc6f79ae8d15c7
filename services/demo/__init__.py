"""An engine in memory, to try Pilothouse out and to test its window; never a proof that something works."""

from services.demo.session import DEMO_CONTEXT, DemoSession

__all__ = ["DEMO_CONTEXT", "DemoSession"]
