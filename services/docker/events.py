"""GET /events, once for all who follow an engine: subscribe first, then list, and nothing is missed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import msgspec
from msgspec import Struct

from models.errors import AppError, ConnectionLost
from services.cancel import CancelScope
from services.docker.connection import Connection
from services.docker.engine import Engine

_MOST_WAITING = 5_000  # events; who is further behind lists anew
_LONGEST_LINE = 1 << 20  # bytes
_OVERLAP = 2  # seconds asked for again: an engine subscribes us a moment after its headers, and clocks are not exact
_REOPEN_FIRST, _REOPEN_MOST = 0.1, 5.0


class Event(Struct, frozen=True, gc=False):
    """Something that happened on the engine."""

    type: str  # container, image, network, volume, daemon, …
    action: str  # "start", "die", "health_status: healthy"
    id: str
    attributes: Mapping[str, str]
    time: float  # engine's clock, seconds since the epoch; 0 where it does not say


class Opened(Struct, frozen=True):
    """Events flow from here on, with none missed after this: list now, whatever was listed before."""


class Lost(Struct, frozen=True):
    """No events come; `since` (seconds since the epoch) is when things were last known."""

    error: AppError
    since: float


News = Event | Opened | Lost


class _Actor(Struct, gc=False):
    ID: str | None = None
    Attributes: dict[str, str] | None = None


class _Wire(Struct, gc=False):
    """Both shapes: since API 1.52 there are no status, id and from; Podman sends both."""

    Type: str | None = None
    Action: str | None = None
    Actor: _Actor | None = None
    status: str | None = None
    id: str | None = None
    timeNano: int = 0  # noqa: N815  the engine's own name


_DECODER = msgspec.json.Decoder(_Wire)


def read_event(line: bytes) -> Event | None:
    """One line of the stream, or None where it is no event."""
    try:
        wire = _DECODER.decode(line.lstrip(b"\x1e"))
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
    actor = wire.Actor or _Actor()
    return Event(
        type=wire.Type or "container",
        action=wire.Action or wire.status or "",
        id=actor.ID or wire.id or "",
        attributes=actor.Attributes or {},
        time=wire.timeNano / 1e9,
    )


class Feed:
    """One follower's news, in order."""

    def __init__(self) -> None:
        self._news = threading.Condition()
        self._waiting: list[News] = []

    def put(self, news: News) -> None:
        """Never waits. What came before an Opened or a Lost is void; a follower too slow is told to list anew."""
        with self._news:
            if not isinstance(news, Event):
                self._waiting.clear()
            elif len(self._waiting) >= _MOST_WAITING:
                self._waiting[:] = [Opened()]
                return
            self._waiting.append(news)
            self._news.notify_all()

    def take(self, scope: CancelScope, seconds: float | None) -> list[News]:
        """All that waits; for `seconds` at most it is waited for. [] when nothing came, or the scope is cancelled."""
        with scope.unblocking(self._wake), self._news:
            self._news.wait_for(lambda: scope.cancelled or self._waiting, seconds)
            taken, self._waiting = self._waiting, []
            return taken

    def _wake(self) -> None:
        with self._news:
            self._news.notify_all()


class Events:
    """The one stream of a session and its followers. Its thread runs while somebody follows."""

    def __init__(
        self, engine: Engine, connection: Connection, now: Callable[[], float], note: Callable[[News], None]
    ) -> None:
        """`now` is the engine's clock; `note` is given all news first, whoever follows, and must return at once."""
        self._engine = engine
        self._connection = connection
        self._now = now
        self._note = note
        self._lock = threading.Lock()
        self._feeds: list[Feed] = []
        self._last: News | None = None  # an Opened or a Lost, for who comes later
        self._scope = CancelScope()

    @contextmanager
    def followed(self) -> Iterator[Feed]:
        """A feed, for the length of a with block; it begins with Opened or Lost as soon as either is known."""
        feed = Feed()
        with self._lock:
            self._feeds.append(feed)
            if self._last is not None:
                feed.put(self._last)
            if len(self._feeds) == 1:
                self._scope = CancelScope()
                name = f"pilothouse-events {self._engine.name}"
                threading.Thread(target=self._run, args=(self._scope,), name=name, daemon=True).start()
        try:
            yield feed
        finally:
            with self._lock:
                self._feeds.remove(feed)
                last = not self._feeds
                if last:
                    self._last = None
                    scope = self._scope
            if last:
                scope.cancel()

    def renew(self) -> None:
        """Have all who follow list anew at once, while events flow; when they do not, that comes with their return."""
        with self._lock:
            if isinstance(self._last, Opened):
                for feed in self._feeds:
                    feed.put(self._last)

    def _tell(self, news: News, scope: CancelScope) -> None:
        with self._lock:
            if scope.cancelled:
                return
            self._note(news)
            if not isinstance(news, Event):
                self._last = news
            for feed in self._feeds:
                feed.put(news)

    def _run(self, scope: CancelScope) -> None:
        pause = _REOPEN_FIRST
        while self._wait_live(scope):
            opened = time.monotonic()
            failure = self._read_while_live(scope)
            if scope.cancelled:
                return
            # An end proves nothing: the keeper finds out at once, and a stream that only broke is opened anew.
            if self._connection.state.live and self._connection.alive():
                if failure:
                    self._tell(Lost(failure, time.time()), scope)
                pause = _REOPEN_FIRST if time.monotonic() - opened > _REOPEN_MOST else min(_REOPEN_MOST, pause * 2)
                scope.wait(pause)

    def _wait_live(self, scope: CancelScope) -> bool:
        """Wait for a live connection, telling all followers when it is not."""
        for state in self._connection.states(scope):
            if state.live:
                return not scope.cancelled
            if state.error is not None:
                self._tell(Lost(state.error, state.live_until or state.since), scope)
        return False

    def _read_while_live(self, scope: CancelScope) -> AppError | None:
        """Pass on events until the stream ends, the connection is live no more or the scope is cancelled."""
        mine = scope.child()
        since = {"since": int(self._now()) - _OVERLAP}
        try:
            with (
                self._connection.life.unblocking(mine.cancel),
                self._engine.stream("GET", "/events", since, scope=mine) as stream,
            ):
                self._tell(Opened(), scope)
                rest = b""
                for block in stream.blocks():
                    *lines, rest = (rest + block).split(b"\n")
                    if len(rest) > _LONGEST_LINE:
                        return ConnectionLost("The engine's events cannot be read", since=time.time())
                    self._pass_on(lines, scope)
        except AppError as error:
            return error
        finally:
            mine.cancel()
        return None

    def _pass_on(self, lines: list[bytes], scope: CancelScope) -> None:
        for line in filter(None, map(bytes.strip, lines)):
            # A line that cannot be read may have been about anything.
            self._tell(read_event(line) or Opened(), scope)
