"""What the pages and tabs of one open context share beyond its rows."""

from __future__ import annotations

from collections.abc import Callable

from gui.operations import Operations
from gui.terminals import Terminals
from models.kind import Ref
from services.run_drafts import RunDrafts
from services.session import Session


class Makers:
    """The pages on which objects are made, by kind."""

    kinds: frozenset[str] = frozenset()

    def make(self, kind: str, like: Ref | None = None, *, replace: bool = False) -> None:
        """Go to the page that makes one of this kind; filled with what `like` was made of, to `replace` it."""


class Desk:
    """The session to ask, the window's operations and terminals, which outlive every page, and the way to an object."""

    def __init__(
        self,
        session: Session,
        operations: Operations,
        terminals: Terminals,
        show_object: Callable[..., object],
        makers: Makers | None = None,
        drafts: RunDrafts | None = None,
    ) -> None:
        self.session = session
        self.operations = operations
        self.terminals = terminals
        self.show_object = show_object  # of a Ref, and of a Tab where one is meant
        self.makers = makers or Makers()
        self.drafts = drafts  # None: nothing is kept
