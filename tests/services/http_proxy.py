"""An HTTP proxy on 127.0.0.1 that brings everybody to one unix socket: whom they asked for is written down."""

import socket
import threading
from base64 import b64encode
from contextlib import suppress
from pathlib import Path


class HttpProxy:
    """CONNECT tunnels, and requests with whole URLs, to `target`. Use it in `with`.

    `login` ("user:password") is wanted where it is set; `answers` is said in place of everything else.
    """

    def __init__(self, target: Path | tuple[str, int], login: str = "", answers: bytes = b"") -> None:
        """Listen at once."""
        self.tunnels: list[str] = []  # "host:port" of each CONNECT
        self.requests: list[str] = []  # request lines of all others
        self._target, self._login, self._answers = target, login, answers
        self._lines: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = "http://{}:{}".format(*self._listener.getsockname())
        self._threads = [threading.Thread(target=self._accept, name="http-proxy")]
        self._threads[0].start()

    def _accept(self) -> None:
        with suppress(OSError):  # the listener was closed
            while True:
                client, _ = self._listener.accept()
                self._lines.add(client)
                thread = threading.Thread(target=self._serve, args=(client,), name="http-proxy-line")
                self._threads.append(thread)
                thread.start()

    def _serve(self, client: socket.socket) -> None:
        with client, suppress(OSError):
            head = b""
            while b"\r\n\r\n" not in head:
                if not (block := client.recv(1000)):
                    return
                head += block
            client.sendall(self._answers or self._refusal(head))
            if self._answers or self._refusal(head):
                return
            with self._connected() as engine:
                self._lines.add(engine)
                if head.startswith(b"CONNECT "):
                    self.tunnels.append(head.split()[1].decode())
                    client.sendall(b"HTTP/1.1 200 Connection established\r\nVia: test\r\n\r\n")
                else:
                    engine.sendall(self._plain(head))
                answers = threading.Thread(target=self._pass, args=(engine, client, False), name="http-proxy-back")
                answers.start()
                self._pass(client, engine, not head.startswith(b"CONNECT "))
                answers.join()

    def _connected(self) -> socket.socket:
        if isinstance(self._target, Path):
            engine = socket.socket(socket.AF_UNIX)
            engine.connect(str(self._target))
            return engine
        return socket.create_connection(self._target)

    def _refusal(self, head: bytes) -> bytes:
        wanted = b"Proxy-Authorization: Basic " + b64encode(self._login.encode())
        if not self._login or wanted.lower() in head.lower():
            return b""
        return b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"

    def _plain(self, head: bytes) -> bytes:
        """The request as the server itself wants it: with a path in place of the URL."""
        line, rest = head.split(b"\r\n", 1)
        self.requests.append(line.decode())
        method, url, version = line.split(b" ")
        assert url.startswith(b"http://"), line
        return b" ".join((method, b"/" + url.split(b"/", 3)[3], version)) + b"\r\n" + rest

    def _pass(self, source: socket.socket, target: socket.socket, plain: bool) -> None:
        with suppress(OSError):
            while block := source.recv(65_536):
                target.sendall(self._plain(block) if plain else block)
        with suppress(OSError):
            target.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> "HttpProxy":
        return self

    def __exit__(self, *_: object) -> None:
        for line in (self._listener, *self._lines):
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join()
