"""All contexts with the user's own marks on them: colour, name, protection."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from zlib import crc32

from msgspec.structs import replace

from models.context import Context
from models.discovery import Discovery
from models.settings import CONTEXT_COLOURS, ContextMarks, Settings
from services.docker.contexts import discover


def find_contexts(env: Mapping[str, str], home: Path, settings: Settings) -> Discovery:
    """What is there now, as the user has marked it. Reads files, asks no engine."""
    return marked(discover(env, home), settings)


def marked(found: Discovery, settings: Settings) -> Discovery:
    """The same contexts with colour, label and protection from the settings."""
    contexts = tuple(with_marks(context, settings.contexts.get(context.id)) for context in found.contexts)
    return replace(found, contexts=contexts)


def with_marks(context: Context, marks: ContextMarks | None) -> Context:
    """The context as the user has marked it; without a colour of the user's choice one that its id stands for."""
    marks = marks or ContextMarks()
    colour = marks.colour if marks.colour in CONTEXT_COLOURS else usual_colour(context.id)
    return replace(context, colour=colour, label=marks.label, protected=marks.protected)


def usual_colour(context_id: str) -> str:
    """The same colour for the same context at every start. Red is left for the user to give."""
    quiet = [colour for colour in CONTEXT_COLOURS if colour != "red"]
    return quiet[crc32(context_id.encode()) % len(quiet)]
