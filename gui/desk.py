"""What the pages and tabs of one open context share beyond its rows."""

from __future__ import annotations

from collections.abc import Callable

from gui.operations import Operations
from gui.terminals import Terminals
from models.kind import Ref
from services.session import Session


class Desk:
    """The session to ask, the window's operations and terminals, which outlive every page, and the way to an object."""

    def __init__(
        self, session: Session, operations: Operations, terminals: Terminals, show_object: Callable[[Ref], object]
    ) -> None:
        self.session = session
        self.operations = operations
        self.terminals = terminals
        self.show_object = show_object
