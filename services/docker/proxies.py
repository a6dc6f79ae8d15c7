"""The way through an HTTP proxy: a tunnel (CONNECT) for TLS; requests without TLS are handed to it with whole URLs."""

from __future__ import annotations

import re
import socket
import time

from models.errors import Reason, Unreachable
from models.proxies import address_of
from services.docker.dialer import CONNECT_SECONDS, Opened
from services.docker.tcp import connect

_LONGEST = 16_384  # bytes of a proxy's answer before the tunnel begins
_STATUS = re.compile(rb"HTTP/1\.[01] (\d{3}) ?([^\r\n]*)")


def connect_to_proxy(proxy: str, opened: Opened, seconds: float = CONNECT_SECONDS) -> socket.socket:
    """A connection to the proxy itself. Raises Unreachable that names it, BadInput for a kind that cannot be used."""
    host, port = address_of(proxy)
    try:
        return connect(host, port, opened, seconds)
    except Unreachable as error:
        raise Unreachable(f"The proxy {proxy} cannot be reached: {error.message}", Reason.PROXY) from error


def tunnel(line: socket.socket, proxy: str, target: str, authorization: str) -> None:
    """Have the proxy at the other end of `line` connect it with `target` ("host:port"). Raises Unreachable."""
    wanted = [f"CONNECT {target} HTTP/1.1", f"Host: {target}"]
    wanted += [f"Proxy-Authorization: {authorization}"] if authorization else []
    try:
        line.sendall("\r\n".join((*wanted, "", "")).encode())
        answer = _head(line)
    except OSError as error:
        raise Unreachable(f"The proxy {proxy}: {error.strerror or error}", Reason.PROXY) from error
    status = _STATUS.match(answer)
    if status is None:
        raise Unreachable(f"The proxy {proxy} does not speak HTTP", Reason.PROXY)
    if not 200 <= int(status[1]) < 300:
        raise Unreachable(why_refused(proxy, int(status[1]), status[2].decode(errors="replace")), Reason.PROXY)


def why_refused(proxy: str, status: int, phrase: str) -> str:
    """One sentence for a proxy's own answer that is no success."""
    if status == 407:
        return f"The proxy {proxy} wants a user and a password, or others than those of the environment"
    return f"The proxy {proxy} answers {status} {phrase}".rstrip()


def _head(line: socket.socket) -> bytes:
    """What is said up to an empty line; the other side of a tunnel waits for us, so nothing follows it."""
    head, end = b"", time.monotonic() + CONNECT_SECONDS
    while b"\r\n\r\n" not in head and len(head) < _LONGEST:
        line.settimeout(max(0.001, end - time.monotonic()))
        block = line.recv(4096)
        if not block:
            break
        head += block
    line.settimeout(CONNECT_SECONDS)
    return head
