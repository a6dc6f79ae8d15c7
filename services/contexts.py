"""The user's own marks on contexts: colour, name, protection."""

from __future__ import annotations

from zlib import crc32

from msgspec.structs import replace

from models.context import Context
from models.settings import CONTEXT_COLOURS, ContextMarks


def with_marks(context: Context, marks: ContextMarks | None) -> Context:
    """The context as the user has marked it; without a colour of the user's choice one that its id stands for."""
    marks = marks or ContextMarks()
    colour = marks.colour if marks.colour in CONTEXT_COLOURS else usual_colour(context.id)
    return replace(context, colour=colour, label=marks.label, protected=marks.protected)


def usual_colour(context_id: str) -> str:
    """The same colour for the same context at every start. Red is left for the user to give."""
    quiet = [colour for colour in CONTEXT_COLOURS if colour != "red"]
    return quiet[crc32(context_id.encode()) % len(quiet)]
