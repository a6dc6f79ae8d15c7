"""A first look at a socket, for the start page: whether an engine answers there."""

from __future__ import annotations

import socket
from contextlib import suppress

from models.context import Context
from models.discovery import Answer
from models.errors import NotPermitted, Reason, Unreachable
from services.cancel import CancelScope
from services.docker.dialing import UnixDialer

_SECONDS = 1.0
_PING = b"GET /_ping HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
_REFUSALS = {Reason.MISSING: Answer.MISSING, Reason.REFUSED: Answer.REFUSED}


def probe(context: Context, scope: CancelScope) -> Answer:
    """Ping a unix socket, at most two seconds; other endpoints are not asked. GET /_ping."""
    if context.scheme != "unix":
        return Answer.NOT_ASKED
    opened: list[socket.socket] = []

    def shut() -> None:
        for line in opened:
            with suppress(OSError):  # not connected yet, or closed already
                line.shutdown(socket.SHUT_RDWR)

    with scope.unblocking(shut):
        try:
            with UnixDialer(context.endpoint.removeprefix("unix://")).dial(opened.append) as line:
                return _ping(line)
        except NotPermitted:
            return Answer.NOT_PERMITTED
        except Unreachable as refusal:
            return _REFUSALS.get(refusal.reason, Answer.SILENT)


def _ping(line: socket.socket) -> Answer:
    line.settimeout(_SECONDS)
    try:
        line.sendall(_PING)
        status = line.recv(12)
    except OSError:
        return Answer.SILENT
    if not status:
        return Answer.SILENT
    return Answer.ANSWERS if status.startswith(b"HTTP/1.1 200") else Answer.OTHER
