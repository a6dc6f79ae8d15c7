"""What an object can be compared with: others of its kind that run."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from models.changes import Reset
from models.kind import Ref
from models.text import natural
from services.cancel import CancelScope
from services.session import Session

_MOST = 30  # in a menu


class Rows(Struct, frozen=True):
    """The first with their rows, and how many more there are."""

    first: tuple[tuple[Ref, Any], ...]
    left_out: int = 0


def candidates(session: Session, ref: Ref, scope: CancelScope) -> Rows:
    """The others that run, those of the same project first; blocks until the list is there."""
    kind = next(kind for kind in session.kinds if kind.id == ref.kind)
    rows = next((change.rows for change in session.watch(ref.kind, scope) if isinstance(change, Reset)), ())
    mine = next((row for row in rows if kind.key(row) == ref.id), None)
    project = getattr(mine, "project", "")
    running = [row for row in rows if getattr(row, "running", True) and kind.key(row) != ref.id]
    running.sort(key=lambda row: (getattr(row, "project", "") != project, natural(kind.name(row))))
    first = tuple((kind.ref(row), row) for row in running[:_MOST])
    return Rows(first, len(running) - len(first))
