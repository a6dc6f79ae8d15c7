"""A real socket in front of what is none: on Windows neither a child's pipes nor a named pipe can be waited on as one.

Whoever reads and writes the socket has its time limits and can be cut off from any thread; two threads carry the bytes.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress

BLOCK = 65_536

Read = Callable[[], bytes]  # waits; b"" at the end
Write = Callable[[bytes], object]  # all of it
End = Callable[[], object]


class Pumps:
    """Carries bytes between `end`, one end of a socket pair, and another line, until either side ends."""

    def __init__(self, end: socket.socket, read: Read, write: Write, hang_up: End, name: str) -> None:
        """Start at once. `hang_up` tells the other line that nothing more comes; it is called once."""
        self._end = end
        self._inward = threading.Thread(target=self._bring, args=(read,), name=f"pilothouse-{name}-in", daemon=True)
        self._outward = threading.Thread(
            target=self._carry, args=(write, hang_up), name=f"pilothouse-{name}-out", daemon=True
        )
        self._inward.start()
        self._outward.start()

    def _carry(self, write: Write, hang_up: End) -> None:
        with suppress(OSError, ValueError):  # either side is gone; a closed file says so by a ValueError
            while block := self._end.recv(BLOCK):
                write(block)
        with suppress(OSError, ValueError):
            hang_up()
        self._inward.join()
        self._end.close()

    def _bring(self, read: Read) -> None:
        with suppress(OSError, ValueError):
            while block := read():
                self._end.sendall(block)
        with suppress(OSError):  # the other end is gone already
            self._end.shutdown(socket.SHUT_RDWR)  # wakes our reader, and the thread that waits for more to send

    def join(self, seconds: float) -> None:
        """Wait for both threads after either line has ended, `seconds` at most."""
        self._outward.join(seconds)
