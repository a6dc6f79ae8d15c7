"""A line to an engine's socket that can be cut, stalled or slowed: what networks do to a healthy engine's clients."""

import select
import socket
import ssl
import threading
from contextlib import suppress
from pathlib import Path

BLOCK = 65_536  # more than a TLS record: a readable TLS socket then has nothing left over after one read


class Proxy:
    """Passes bytes between its own endpoint and a unix socket, until a test has it do otherwise. Use it in `with`.

    Listens on the unix socket `at`, or on a free port of 127.0.0.1 without it; `tls` makes it a TLS server.
    """

    def __init__(self, target: Path, at: Path | None = None, *, tls: ssl.SSLContext | None = None) -> None:
        """Listen at once."""
        self.delay = 0.0  # seconds that every block of the engine's waits on its way
        self._target = target
        self._at = at
        self._tls = tls
        self._flowing = threading.Event()
        self._flowing.set()
        self._closed = threading.Event()
        self._lock = threading.Lock()
        self._left: int | None = None  # bytes that the engine may still say before a line is cut
        self._lines = set[tuple[socket.socket, socket.socket]]()
        self._listener = socket.socket(socket.AF_UNIX if at else socket.AF_INET)
        self._listener.bind(str(at) if at else ("127.0.0.1", 0))
        self._listener.listen()
        self.host = f"unix://{at}" if at else "tcp://{}:{}".format(*self._listener.getsockname())
        self._threads = [threading.Thread(target=self._accept, name="proxy-accept")]
        self._threads[0].start()

    @property
    def lines(self) -> int:
        """How many connections are open now."""
        with self._lock:
            return len(self._lines)

    def cut(self) -> None:
        """End every open connection now; new ones are accepted."""
        with self._lock:
            for line in self._lines:
                for end in line:
                    shut(end)

    def cut_after(self, count: int) -> None:
        """Let the engine say `count` more bytes, then end that connection in the middle of whatever it said."""
        with self._lock:
            self._left = count

    def stall(self) -> None:
        """Hold back every byte from now on and keep the connections open, as a sleeping VPN does."""
        self._flowing.clear()

    def resume(self) -> None:
        """Let everything through again, what was held back first."""
        self._flowing.set()

    def close(self) -> None:
        """End all connections and threads."""
        self._closed.set()
        self._flowing.set()
        shut(self._listener)
        self._listener.close()
        self.cut()
        for thread in self._threads:
            thread.join()
        if self._at:
            self._at.unlink(missing_ok=True)

    def __enter__(self) -> "Proxy":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _accept(self) -> None:
        while not self._closed.is_set():
            with suppress(OSError):  # the listener was closed
                client, _ = self._listener.accept()
                thread = threading.Thread(target=self._serve, args=(client,), name="proxy-line")
                self._threads.append(thread)
                thread.start()

    def _serve(self, client: socket.socket) -> None:
        """One connection in one thread: OpenSSL allows no reading beside writing."""
        with socket.socket(socket.AF_UNIX) as engine, client, suppress(OSError):
            engine.connect(str(self._target))
            with self._secured(client) as outer:
                line = (outer, engine)
                with self._lock:
                    self._lines.add(line)
                try:
                    self._relay(outer, engine)
                finally:
                    with self._lock:
                        self._lines.discard(line)

    def _secured(self, client: socket.socket) -> socket.socket:
        return self._tls.wrap_socket(client, server_side=True) if self._tls else client

    def _relay(self, client: socket.socket, engine: socket.socket) -> None:
        """Pass bytes, and each side's end of writing, until both have ended or the line is cut."""
        peers = {client: engine, engine: client}
        talking = [client, engine]
        while talking and not self._closed.is_set():
            for source in select.select(talking, (), ())[0]:
                block = source.recv(BLOCK)
                ended, cut = not block, False
                if source is engine:
                    self._closed.wait(self.delay)
                    block, cut = self._allowed(block)
                else:
                    block = self._asked(block)
                self._flowing.wait()
                if block:
                    peers[source].sendall(block)
                if cut:
                    return
                if ended:
                    talking.remove(source)
                    peers[source].shutdown(socket.SHUT_WR)

    def _asked(self, block: bytes) -> bytes:
        """What the engine hears of a client's block, for a kind of proxy to change; b"" keeps it to itself."""
        return block

    def _allowed(self, block: bytes) -> tuple[bytes, bool]:
        """As much of the block as `cut_after` leaves, and whether the line is cut after it."""
        with self._lock:
            if self._left is None:
                return block, False
            allowed = block[: self._left]
            cut = len(block) >= self._left
            self._left = None if cut else self._left - len(block)
            return allowed, cut


def shut(end: socket.socket) -> None:
    """Wake whoever reads or writes this socket; it may be gone already."""
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
