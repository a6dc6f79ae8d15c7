"""What an engine still remembers of a container: GET /events over a time that has passed."""

from __future__ import annotations

import msgspec
from msgspec import Struct

from models.docker.verdict import EngineEvent, Events
from services.cancel import CancelScope
from services.docker.engine import Engine

_ENDINGS = ("start", "die", "kill", "oom", "stop")


class _Actor(Struct, gc=False):
    Attributes: dict[str, str] | None = None


class _Wire(Struct, gc=False):
    Action: str | None = None
    Actor: _Actor | None = None
    timeNano: int = 0  # noqa: N815 the engine's own name


_DECODER = msgspec.json.Decoder(_Wire)


def past_events(engine: Engine, container: str, since: float, until: float, scope: CancelScope) -> Events:
    """Starts, signals and ends of one container; times in seconds since the epoch by the engine's clock.

    `until` must not lie ahead: the engine would wait for it. It keeps 256 events of all its objects and forgets them
    when it restarts, so nothing is proven by what is missing here.
    """
    filters = {"type": ["container"], "container": [container], "event": list(_ENDINGS)}
    times = {"since": f"{since:.6f}", "until": f"{until:.6f}"}
    answer = engine.get("/events", {**times, "filters": msgspec.json.encode(filters).decode()}, scope)
    records = []
    for line in answer.splitlines():
        try:
            wire = _DECODER.decode(line.lstrip(b"\x1e"))
        except (msgspec.MsgspecError, UnicodeDecodeError):
            continue
        attributes = (wire.Actor and wire.Actor.Attributes) or {}
        records.append(EngineEvent(wire.Action or "", wire.timeNano / 1e9, attributes))
    return Events(since=until, records=tuple(records))
