"""A unix socket on which somebody listens, and says what a test wants."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def listening(path: Path, answer: bytes | None = None) -> Iterator[socket.socket]:
    """A unix socket; with an `answer`, whoever connects is told it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        server.listen(4)

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(1000)
                connection.sendall(answer or b"")

        thread = threading.Thread(target=serve) if answer is not None else None
        if thread:
            thread.start()
        yield server
        if thread:
            thread.join(2)
