"""An HTTP server on a unix socket that speaks as much of the engine's API as a test needs, and can misbehave."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import ThreadingMixIn, UnixStreamServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from models.context import Context, EngineKind

Answer = tuple[int, bytes]


class FakeEngine(ThreadingMixIn, UnixStreamServer):
    """Answers from `containers`, `inspects` and `answers`; `stalled` paths get no headers until `release`."""

    request_queue_size = 128

    def __init__(self, path: Path) -> None:
        """Listen at once."""
        self.path = path
        self.api = "1.41"
        self.headers: dict[str, str] = {}
        self.clock_offset = 0.0
        self.containers: dict[str, dict[str, Any]] = {}
        self.list_body: Callable[[], bytes] | None = None
        self.answers: dict[str, Answer] = {}
        self.streams: dict[str, Callable[[], Iterator[bytes]]] = {}  # by path: pieces of a body, framed for the wire
        self.stalled: set[str] = set()
        self.close_after_answer = False
        self.hang_up_on: set[str] = set()
        self.asked: list[tuple[float, str, str]] = []  # when, method, path without the version
        self._released = threading.Condition()
        self._events: list[bytes] = []
        self._epoch = 0  # of the events stream
        self._closing = False
        self._lines: set[socket.socket] = set()
        self._lines_lock = threading.Lock()
        super().__init__(str(path), _Handler)
        self._thread = threading.Thread(target=self.serve_forever, args=(0.01,), name="fake-engine")
        self._thread.start()

    @property
    def context(self) -> Context:
        return Context(id="fake", engine=EngineKind.DOCKER, name="fake", endpoint=f"unix://{self.path}")

    def count(self, method: str, path: str) -> int:
        """How often this was asked."""
        return sum(one[1:] == (method, path) for one in list(self.asked))

    def release(self) -> None:
        """Answer what is stalled."""
        with self._released:
            self.stalled.clear()
            self._released.notify_all()

    def wait_while_stalled(self, path: str) -> None:
        with self._released:
            self._released.wait_for(lambda: self._closing or path not in self.stalled)

    def emit(self, event: dict[str, Any] | bytes) -> None:
        """Send one event (or raw line) to all who listen."""
        with self._released:
            self._events.append(event if isinstance(event, bytes) else json.dumps(event).encode() + b"\n")
            self._released.notify_all()

    def happened(self, action: str, container: str) -> None:
        """Emit a container's event as engines before API 1.52 do."""
        actor = {"ID": container, "Attributes": {}}
        self.emit({"status": action, "id": container, "Type": "container", "Action": action, "Actor": actor})

    def end_events(self) -> None:
        """End all event streams as a stopping engine does: normally."""
        with self._released:
            self._epoch += 1
            self._released.notify_all()

    def events(self) -> Iterator[bytes]:
        """What a new listener gets, from now on."""
        with self._released:
            seen, epoch = len(self._events), self._epoch
        while True:
            with self._released:
                self._released.wait_for(
                    lambda: self._closing or self._epoch != epoch or len(self._events) > seen  # noqa: B023
                )
                if self._closing or self._epoch != epoch:
                    return
                fresh, seen = self._events[seen:], len(self._events)
            yield from fresh

    def remember(self, line: socket.socket) -> None:
        with self._lines_lock:
            self._lines.add(line)

    def forget(self, line: socket.socket) -> None:
        with self._lines_lock:
            self._lines.discard(line)

    @property
    def open_lines(self) -> int:
        """Connections that clients hold."""
        with self._lines_lock:
            return len(self._lines)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up are what is tested."""

    def stop(self) -> None:
        """Close everything and wait for all threads."""
        self.shutdown()
        self._thread.join()
        with self._released:
            self._closing = True
            self._released.notify_all()
        with self._lines_lock:
            for line in self._lines:
                with suppress(OSError):
                    line.shutdown(socket.SHUT_RDWR)
        self.server_close()
        self.path.unlink(missing_ok=True)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: FakeEngine

    def setup(self) -> None:
        super().setup()
        self.server.remember(self.connection)

    def finish(self) -> None:
        self.server.forget(self.connection)
        with suppress(OSError):
            super().finish()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def address_string(self) -> str:
        return "unix"

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        path = url.path
        if path.startswith("/v1."):
            path = path[path.index("/", 1) :]
        self.server.asked.append((time.monotonic(), self.command, path))
        self.server.wait_while_stalled(path)
        if path in self.server.hang_up_on:
            self.close_connection = True
            return
        if path == "/events":
            self._stream(map(_framed, self.server.events()))
        elif path in self.server.streams:
            self._stream(self.server.streams[path]())
        else:
            self._answer(*self._found(path, parse_qs(url.query)))

    do_POST = do_DELETE = do_GET

    def _found(self, path: str, query: dict[str, list[str]]) -> Answer:
        engine = self.server
        if path in engine.answers:
            return engine.answers[path]
        if path == "/_ping":
            return 200, b"OK"
        if path == "/containers/json":
            if engine.list_body:
                return 200, engine.list_body()
            ids = json.loads(query.get("filters", ["{}"])[0]).get("id")
            return 200, json.dumps([c for c in engine.containers.values() if ids is None or c["Id"] in ids]).encode()
        name = path.split("/")[2] if path.count("/") == 3 else ""
        if path.endswith("/json") and name in engine.containers:
            return 200, json.dumps({"Id": name, "State": {"Status": "running", "Running": True}}).encode()
        return 404, b'{"message":"no such thing"}'

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response_only(status)
        self._common_headers()
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        if self.server.close_after_answer:
            self.close_connection = True
        self.end_headers()
        if status != 304:
            self.wfile.write(body)

    def _common_headers(self) -> None:
        headers = {
            "Api-Version": self.server.api,
            "Date": formatdate(time.time() + self.server.clock_offset, usegmt=True),
        }
        for name, value in (headers | self.server.headers).items():
            self.send_header(name, value)

    def _stream(self, frames: Iterator[bytes]) -> None:
        self.send_response_only(200)
        self._common_headers()
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.wfile.flush()
        for frame in frames:
            self.wfile.write(frame)
            self.wfile.flush()
        self.wfile.write(b"0\r\n\r\n")
        self.close_connection = True


def _framed(piece: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(piece), piece)


def listed(container: str, **fields: Any) -> dict[str, Any]:
    """One object of GET /containers/json of API 1.41; `fields` replace."""
    return {
        "Id": container, "Names": [f"/{container}"], "Image": "busybox:local", "ImageID": "sha256:0", "Command": "sh",
        "Created": 1_700_000_000, "Ports": [], "Labels": {}, "State": "running", "Status": "Up 3 minutes",
        "HostConfig": {"NetworkMode": "default"}, "NetworkSettings": {"Networks": {}}, "Mounts": [],
    } | fields  # fmt: skip


@contextmanager
def fake_engine(folder: Path) -> Iterator[FakeEngine]:
    """A fake engine for a with block, with its socket in `folder`."""
    engine = FakeEngine(folder / "fake.sock")
    try:
        yield engine
    finally:
        engine.stop()
