"""A Docker engine as something to ask: answers in bytes, streams that can be cancelled, pings on their own line."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from models.context import Context
from models.errors import AppError, ConnectionLost, Reason, Unreachable, Unsupported
from services.cancel import CancelScope
from services.docker.body import body_of
from services.docker.dialing import dialer_for
from services.docker.errors import error_for, message_of, translated

if TYPE_CHECKING:
    from services.docker.duplex import Duplex
    from services.docker.transport import Line

ANSWER_SECONDS = 60.0
OLDEST_API, NEWEST_API = (1, 24), (1, 56)  # the SDK's limit; the newest whose answers models.docker.wire has seen
_IDLE_LINES = 4
_CLOCKS_AGREE = 1.5  # seconds: the Date header knows whole ones only

Params = Mapping[str, str | int]


class EngineInfo(Struct, frozen=True):
    """What an answer to GET /_ping tells."""

    api: str  # the newest version the engine speaks: "1.41"
    podman: bool
    clock_offset: float  # the engine's clock minus ours, seconds; 0 where they agree as far as one can tell
    round_trip: float  # seconds


class _KeptLineLost(ConnectionLost):
    """A line kept from an earlier request ended: its other end may have closed it as idle, and the engine may live."""


class Stream:
    """The body of an answer that may never end."""

    def __init__(self, response: Any, line: Line, scope: CancelScope) -> None:
        self._body = body_of(response.raw)
        self._line = line
        self._scope = scope
        self.headers: Mapping[str, str] = response.headers

    def read(self, most: int = 65_536) -> bytes:
        """The bytes that are there, at least one: waits for them. b"" when the stream has ended or was cancelled.

        An end proves nothing about the engine: ask `Connection.alive`. Raises ConnectionLost when cut in mid-air.
        """
        try:
            with translated():
                return bytes(self._body.read1(most))
        except AppError:
            if self._scope.cancelled:
                return b""
            raise

    def blocks(self, most: int = 65_536) -> Iterator[bytes]:
        """`read` until the end."""
        while block := self.read(most):
            yield block

    def shutdown(self) -> None:
        """Unblock whoever reads, from any thread, at once."""
        self._line.cut()


class Engine:
    """Any number of threads may ask; each has a connection to itself while it does."""

    def __init__(self, context: Context) -> None:
        """Nothing is connected yet. Raises nothing: a bad address shows at the first request."""
        self.context = context
        self.name = context.title
        self._lock = threading.Lock()
        self._idle: list[Line] = []
        self._busy: set[Line] = set()
        self._closed = threading.Event()
        self._version = "1.41"  # until the first ping
        self._pinging = threading.Lock()
        self._ping_line: Line | None = None
        self.podman = False

    @property
    def api(self) -> tuple[int, int]:
        """The API version that is spoken with this engine since the last ping."""
        return _version(self._version)

    def get(
        self, path: str, params: Params | None = None, scope: CancelScope | None = None, timeout: float = ANSWER_SECONDS
    ) -> bytes:
        """The body of GET `path` ("/containers/json"), without the API version, which is added.

        `timeout`: seconds without a byte. Raises Gone, Refused, Unreachable, TimedOut, ConnectionLost and their kin.
        """
        return self._ask("GET", path, params, scope, timeout)[1]

    def post(
        self,
        path: str,
        params: Params | None = None,
        scope: CancelScope | None = None,
        timeout: float = ANSWER_SECONDS,
        method: str = "POST",
        body: bytes | None = None,
    ) -> tuple[int, bytes]:
        """Status (also 304, which is no failure) and answer of a POST or DELETE. Sent once, never again.

        `body` is JSON.
        """
        return self._ask(method, path, params, scope, timeout, body)

    @contextmanager
    def stream(
        self,
        method: str,
        path: str,
        params: Params | None = None,
        scope: CancelScope | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Iterator[Stream]:
        """An answer to be read as it comes, without a time limit between bytes.

        Cancelling the scope, the verdict of `Connection` and `close` end a waiting read within milliseconds.
        """
        scope = scope or CancelScope()
        with self.client(scope) as line:
            with translated():
                response = line.request(method, f"/v{line.version}{path}", params, None, stream=True, headers=headers)
                if response.status_code >= 400:
                    raise error_for(response.status_code, response.content)
            try:
                yield Stream(response, line, scope)
            finally:
                line.cut()  # its rest is not wanted, and reading it could take for ever
                response.close()

    @contextmanager
    def duplex(self, path: str, params: Params | None, body: bytes | None, scope: CancelScope) -> Iterator[Duplex]:
        """The connection of a POST that the engine hands over (attach, exec): bytes both ways until either side ends.

        Raises what `post` raises.
        """
        with self.client(scope) as line:
            with translated():
                response = line.request("POST", f"/v{line.version}{path}", params, None, stream=True, body=body)
                if response.status_code >= 400:
                    raise error_for(response.status_code, response.content)
                duplex = line.hijacked(response)
            try:
                yield duplex
            finally:
                line.cut()
                response.close()

    @contextmanager
    def client(self, scope: CancelScope) -> Iterator[Line]:
        """A line (its `client` is the SDK's) for this thread alone, for a with block; cancelling cuts it."""
        line = self._take()
        try:
            with scope.unblocking(line.cut):
                yield line
        finally:
            self._give_back(line)

    def _ask(
        self,
        method: str,
        path: str,
        params: Params | None,
        scope: CancelScope | None,
        timeout: float,
        body: bytes | None = None,
    ) -> tuple[int, bytes]:
        scope = scope or CancelScope()

        def once() -> tuple[int, bytes]:
            with self.client(scope) as line:
                return _exchange(line, method, f"/v{line.version}{path}", params, timeout, body)[:2]

        try:
            status, answer = once()
        except _KeptLineLost:
            if method != "GET":
                raise  # it may have been carried out
            self.free()  # the others that were kept are as old
            status, answer = once()
        if status >= 400:
            raise error_for(status, answer)
        return status, answer

    def _take(self) -> Line:
        from services.docker.transport import Line

        with self._lock:
            if self._closed.is_set():
                raise ConnectionLost("The context is closed", since=time.time())
            while self._idle:
                line = self._idle.pop()
                if line.version == self._version:
                    self._busy.add(line)
                    return line
                line.cut()
            version = self._version
        with translated():
            line = Line(dialer_for(self.context), version)
        with self._lock:
            self._busy.add(line)
        if self._closed.is_set():  # meanwhile
            line.cut()
        return line

    def _give_back(self, line: Line) -> None:
        with self._lock:
            self._busy.discard(line)
            if not line.spent and not self._closed.is_set() and len(self._idle) < _IDLE_LINES:
                self._idle.append(line)
                return
        line.close()

    def ping(self, timeout: float) -> EngineInfo:
        """Ask GET /_ping on a connection that nothing else uses, within `timeout` seconds after connecting.

        Learns which API version to speak from now on. One ping at a time. Raises Unreachable, NotPermitted, TimedOut,
        Unsupported for engines older than API 1.24.
        """
        with self._pinging:
            try:
                return self._ping(timeout)
            except _KeptLineLost:
                return self._ping(timeout)

    def _ping(self, timeout: float) -> EngineInfo:
        line = self._ping_line
        if line is None or line.spent:
            line = self._take()
            with self._lock:
                self._ping_line = line
        if not line.connected:
            timeout += dialer_for(self.context).slack
        before = time.time()
        try:
            status, body, headers = _exchange(line, "GET", "/_ping", None, timeout)
        except AppError:
            self._hang_up_ping()
            raise
        after = time.time()
        if "Api-Version" not in headers:
            self._hang_up_ping()
            said = message_of(body)[:200]
            raise (
                error_for(status, body)
                if status in (401, 403, 503)
                else Unreachable(f"What answers is not a Docker engine: {said or status}", Reason.PROTOCOL)
            )
        info = EngineInfo(
            api=headers["Api-Version"],
            podman="Libpod-Api-Version" in headers,
            clock_offset=_clock_offset(headers.get("Date", ""), before, after),
            round_trip=after - before,
        )
        self._speak(info)
        return info

    def _speak(self, info: EngineInfo) -> None:
        offered = _version(info.api)
        if offered < OLDEST_API:
            raise Unsupported(f"The engine speaks API {info.api}; 1.24 is the oldest that can be used")
        self._version = "{}.{}".format(*min(offered, NEWEST_API))
        self.podman = info.podman

    def _hang_up_ping(self) -> None:
        with self._lock:
            line, self._ping_line = self._ping_line, None
            self._busy.discard(line) if line else None
        if line is not None:
            line.close()

    def drop(self) -> None:
        """Cut every connection: blocked threads are freed, the next requests make new ones. Returns at once."""
        with self._lock:
            lines = [*self._idle, *self._busy]
        for line in lines:
            line.cut()

    def close(self) -> None:
        """`drop`, for good: later requests raise ConnectionLost. Returns at once."""
        self._closed.set()
        self.drop()

    def free(self) -> None:
        """Give the idle connections back to the system; an ssh process may take half a second to end."""
        with self._lock:
            idle, self._idle = self._idle, []
        for line in idle:
            line.close()
        if self._closed.is_set():
            self._hang_up_ping()


def _exchange(
    line: Line, method: str, path: str, params: Params | None, timeout: float, body: bytes | None = None
) -> tuple[int, bytes, Mapping[str, str]]:
    """One request and its whole answer; a line that failed is not used again: its state is unknown."""
    kept = line.connected
    try:
        with translated():
            response = line.request(method, path, params, timeout, body=body)
            return response.status_code, response.content, response.headers
    except AppError as error:
        went_idle = kept and not line.spent and isinstance(error, ConnectionLost)
        line.cut()
        if went_idle:
            raise _KeptLineLost(str(error)) from error
        raise


def _version(text: str) -> tuple[int, int]:
    major, _, minor = text.partition(".")
    try:
        return int(major), int(minor)
    except ValueError:
        return OLDEST_API


def _clock_offset(date: str, before: float, after: float) -> float:
    """How far the engine's clock is ahead of ours, by the Date header of an answer; 0 where it says nothing."""
    try:
        theirs = parsedate_to_datetime(date).timestamp() + 0.5  # its fraction of a second is cut off
    except ValueError:
        return 0.0
    offset = theirs - (before + after) / 2
    return offset if abs(offset) > _CLOCKS_AGREE else 0.0
