"""The charts' library takes some tenths of a second to import: in a worker, before the first chart is made."""

from __future__ import annotations

from services.cancel import CancelScope


def load(_scope: CancelScope) -> None:
    """Import pyqtgraph and numpy; blocks."""
    import pyqtgraph  # noqa: F401
