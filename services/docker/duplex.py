"""A hijacked connection: after the answer's headers, bytes both ways, from two threads at once, over TLS as well."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable
from typing import Any

from urllib3.util.wait import wait_for_read, wait_for_write

from services.docker.errors import translated

PIECE = 16_384  # bytes of a TLS record: more at once would only wait longer
MOST = 262_144  # bytes of one read: engines pass a terminal's output on in pieces of 4 KB and less

FLOOD = 4_096  # bytes of a read from which on more is surely on its way
GATHER = 0.003  # seconds in which that may gather: each read costs a turn of the interpreter, which others want too

_NOT_READY = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


class Duplex:
    """One thread may `read` while another `send`s: neither holds the other up, also where both sides are behind.

    The socket is made non-blocking: an SSL object may be used by one thread at a time, so none may wait inside it.
    """

    def __init__(self, line: socket.socket, reader: Any) -> None:
        """`reader` is the buffered file of the answer's headers: what it holds of the body comes first."""
        self._line = line
        self._lock = threading.Lock()
        self._flooding = False
        line.setblocking(False)
        try:
            self._first: bytes = reader.peek() or b""
        except _NOT_READY:
            self._first = b""

    def read(self) -> bytes:
        """All that has come, up to MOST bytes, waited for; b"" at the end. Raises ConnectionLost."""
        if first := self._first:
            self._first = b""
            return first
        if self._flooding:
            time.sleep(GATHER)
        with translated():
            data = self._received()
        self._flooding = len(data) >= FLOOD
        return data

    def _received(self) -> bytes:
        pieces: list[bytes] = []
        while True:
            try:
                with self._lock:
                    self._take(pieces)
                return b"".join(pieces)
            except _NOT_READY as refusal:
                if pieces:
                    return b"".join(pieces)
                self._wait(refusal, wait_for_read)
            except (ssl.SSLEOFError, ssl.SSLZeroReturnError):
                return b"".join(pieces)

    def _take(self, pieces: list[bytes]) -> None:
        """What is there already. Raises one of _NOT_READY when there is no more for now."""
        left = MOST
        while left > 0 and (piece := self._line.recv(left)):
            pieces.append(piece)
            left -= len(piece)

    def send(self, data: bytes) -> None:
        """Send all of it; waits while the other side is behind. Raises ConnectionLost."""
        rest = memoryview(data)
        with translated():
            while rest:
                try:
                    with self._lock:
                        rest = rest[self._line.send(rest[:PIECE]) :]
                except _NOT_READY as refusal:
                    self._wait(refusal, wait_for_write)

    def _wait(self, refusal: Exception, wait: Callable[[socket.socket], bool]) -> None:
        """Until the socket is ready: for what was wanted, or for what TLS needs first."""
        if isinstance(refusal, ssl.SSLWantReadError):
            wait = wait_for_read
        elif isinstance(refusal, ssl.SSLWantWriteError):
            wait = wait_for_write
        wait(self._line)
