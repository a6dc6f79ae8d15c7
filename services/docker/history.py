"""What happened to containers: what was seen while somebody watched, and what the engine itself still remembers."""

from __future__ import annotations

import math
import threading
from collections import deque
from collections.abc import Callable, Collection

import msgspec
from msgspec import Struct

from models.docker.verdict import EngineEvent, Events
from services.cancel import CancelScope
from services.docker.engine import Engine
from services.docker.events import Event, News, Opened, read_event

ANSWER_SECONDS = 5.0  # the engine has them in memory
MOST_SEEN = 4_096  # records of all containers together, about 2 MB; the oldest are forgotten first

_ENDINGS = ("start", "die", "kill", "oom", "stop")
TURNING_POINTS = ("start", "die", "oom", "health_status", "update", "pause", "unpause")  # what charts mark
_KEPT = frozenset((*_ENDINGS, *TURNING_POINTS))
_TELLING = ("signal", "exitCode", "execDuration")  # beside these an event carries all labels of its container


class _Seen(Struct, frozen=True, gc=False):
    container: str
    record: EngineEvent
    whole_since: float  # the events had been followed since then without a gap


class Chronicle:
    """The starts, signals and ends that went by in the engine's events. Safe from every thread."""

    def __init__(self, now: Callable[[], float]) -> None:
        """`now` is the engine's clock."""
        self._now = now
        self._lock = threading.Lock()
        self._seen: deque[_Seen] = deque()
        self._whole_since = math.inf

    def note(self, news: News) -> None:
        """Take from the stream what tells of an end; returns at once."""
        if isinstance(news, Opened):
            with self._lock:
                self._whole_since = self._now()
        elif isinstance(news, Event) and news.type == "container" and _name(news.action) in _KEPT:
            with self._lock:
                self._seen.append(_Seen(news.id, _record(news), self._whole_since))
                if len(self._seen) > MOST_SEEN:
                    self._seen.popleft()

    def of(self, container: str, since: float, until: float, names: Collection[str] = _ENDINGS) -> Events:
        """What was seen of one container; times in seconds since the epoch by the engine's clock."""
        with self._lock:
            oldest = self._seen[0].record.time if len(self._seen) == MOST_SEEN else -math.inf
            mine = [one for one in self._seen if one.container == container and since <= one.record.time <= until]
        mine = [one for one in mine if _name(one.record.action) in names]
        # a stream that is opened anew tells its last seconds again: who saw it first knows more of what was before
        mine.sort(key=lambda one: (one.record.time, -one.whole_since))
        followed = next((one.whole_since for one in reversed(mine) if one.record.action == "die"), until)
        return Events(max(followed, oldest), tuple(one.record for one in mine))


def past_events(
    engine: Engine,
    container: str,
    since: float,
    until: float,
    scope: CancelScope,
    names: Collection[str] = _ENDINGS,
) -> Events:
    """What the engine remembers of one container, by GET /events; times in seconds since the epoch by its clock.

    `until` must not lie ahead: the engine would wait for it. It keeps 256 events of all its objects, forgets the
    oldest first, and all when it restarts: only from its first answer on none is missing.
    """
    filters = {"type": ["container"], "container": [container], "event": list(names)}
    times = {"since": f"{since:.6f}", "until": f"{until:.6f}"}
    answer = engine.get("/events", {**times, "filters": msgspec.json.encode(filters).decode()}, scope, ANSWER_SECONDS)
    records = tuple(_record(event) for line in answer.splitlines() if (event := read_event(line)))
    return Events(min((record.time for record in records), default=until), records)


def joined(one: Events, other: Events) -> Events:
    """Both memories of the same container as one, each event once, oldest first."""
    records = {(record.time, record.action): record for record in (*one.records, *other.records)}
    return Events(min(one.since, other.since), tuple(records[key] for key in sorted(records)))


def _record(event: Event) -> EngineEvent:
    telling = {name: event.attributes[name] for name in _TELLING if name in event.attributes}
    return EngineEvent(event.action, event.time, telling)


def _name(action: str) -> str:
    """ "health_status" of "health_status: healthy"."""
    return action.partition(":")[0]
