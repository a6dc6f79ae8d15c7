"""A TCP connection within a time limit, the look-up of the name included."""

from __future__ import annotations

import socket
import threading
from typing import Any

from models.errors import Reason, Unreachable
from services.docker.dialer import CONNECT_SECONDS, Opened, refusal

KEEP_ALIVE_IDLE, KEEP_ALIVE_INTERVAL, KEEP_ALIVE_PROBES = 30, 10, 3  # a dead line is known after a minute


def connect(host: str, port: int, opened: Opened, seconds: float = CONNECT_SECONDS) -> socket.socket:
    """Look the host up and try its addresses in turn, `seconds` for each of both. Raises Unreachable, NotPermitted.

    The connection keeps itself alive; its time limit is `seconds`.
    """
    where = authority(host, port)
    found = _resolved(host, port, opened, seconds)
    for index, (family, address) in enumerate(found):
        line = socket.socket(family, socket.SOCK_STREAM)
        line.settimeout(seconds / len(found))
        opened(line)
        try:
            line.connect(address)
        except OSError as error:
            line.close()
            if index == len(found) - 1:
                raise refusal(error, where) from error
        else:
            line.settimeout(seconds)
            _keep_alive(line)
            return line
    raise Unreachable(f"{where} has no address", Reason.NAME)


def authority(host: str, port: int) -> str:
    """Host and port as URLs write them."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


class _LookUp:
    """A name being looked up. The look-up itself cannot be interrupted: it gets a thread that may be left to itself."""

    def __init__(self, host: str, port: int) -> None:
        self._address = (host, port)
        self._over = threading.Event()
        self.answer: list[Any] | OSError | None = None
        threading.Thread(target=self._ask, name="pilothouse-resolve", daemon=True).start()

    def _ask(self) -> None:
        try:
            self.answer = socket.getaddrinfo(*self._address, type=socket.SOCK_STREAM)
        except OSError as error:
            self.answer = error
        self._over.set()

    def wait(self, seconds: float) -> None:
        self._over.wait(seconds)

    def close(self) -> None:
        """Wake who waits, with or without an answer."""
        self._over.set()


def _resolved(host: str, port: int, opened: Opened, seconds: float) -> list[tuple[socket.AddressFamily, Any]]:
    """The host's addresses within `seconds`. Raises Unreachable (NAME, TIMED_OUT)."""
    look_up = _LookUp(host, port)
    opened(look_up)
    look_up.wait(seconds)
    if isinstance(look_up.answer, OSError):
        raise refusal(look_up.answer, host) from look_up.answer
    if look_up.answer is None:
        raise Unreachable(f"Looking up {host} takes too long", Reason.TIMED_OUT)
    return [(family, address) for family, _, _, _, address in look_up.answer]


def _keep_alive(line: socket.socket) -> None:
    line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for name, value in (
        ("TCP_KEEPIDLE", KEEP_ALIVE_IDLE),
        ("TCP_KEEPINTVL", KEEP_ALIVE_INTERVAL),
        ("TCP_KEEPCNT", KEEP_ALIVE_PROBES),
    ):
        if hasattr(socket, name):  # not on every platform
            line.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
