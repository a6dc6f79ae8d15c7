"""What an engine or cluster says of itself: facts for its System page."""

from __future__ import annotations

from msgspec import Struct

from models.health import Tone


class Fact(Struct, frozen=True):
    """One line: `mono` for paths, ids and versions; `note` explains in words."""

    name: str
    value: str
    mono: bool = False
    tone: Tone = Tone.PRIMARY
    note: str = ""


class FactGroup(Struct, frozen=True):
    """Facts under one title."""

    title: str
    facts: tuple[Fact, ...]


class SystemFacts(Struct, frozen=True):
    """Everything, worst news first; `headline` stands beside the page's title, `brief` below the context's name."""

    headline: str  # "Docker 29.8.0 on this machine"
    brief: str  # "local, 29.8.0"
    warnings: tuple[str, ...]
    groups: tuple[FactGroup, ...]
    engine_id: str = ""
    cores: int = 0  # of the machine that runs the containers; 0: not known
    memory: int = 0  # bytes of it; 0: not known
    document: bytes = b""
