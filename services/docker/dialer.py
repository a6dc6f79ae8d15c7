"""What all ways to an engine have in common, and what the system's refusals mean."""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable, Mapping
from typing import Any

from models.errors import AppError, NotPermitted, Reason, Unreachable

CONNECT_SECONDS = 5.0

Opened = Callable[[Any], None]  # told of a socket before it blocks, so that a cancellation can shut it down


class Dialer:
    """Makes connections to one endpoint."""

    host = "localhost"  # of the Host header
    slack = 0.0  # seconds that the first answer of a new connection may take longer than later ones
    proxy = ""  # URL of the proxy that reads our requests and answers by itself what it cannot pass on
    origin = ""  # "http://host:port" before every path, for such a proxy
    headers: Mapping[str, str] = {}  # of every request: what a proxy asks for

    def dial(self, opened: Opened) -> Any:
        """A connected socket within CONNECT_SECONDS. Raises Unreachable, NotPermitted, BadInput."""
        raise NotImplementedError


_REASONS = {
    errno.ENOENT: Reason.MISSING,
    errno.ENOTDIR: Reason.MISSING,
    errno.ECONNREFUSED: Reason.REFUSED,
    errno.ENOTSOCK: Reason.REFUSED,
    errno.EHOSTUNREACH: Reason.NO_ROUTE,
    errno.ENETUNREACH: Reason.NO_ROUTE,
    errno.ETIMEDOUT: Reason.TIMED_OUT,
    errno.EAGAIN: Reason.NOT_ANSWERING,  # a unix socket whose queue of unaccepted connections is full
}


def refusal(error: OSError, where: str) -> AppError:
    """What it means that `where` could not be connected to, by the error's number and type."""
    words = f"{where}: {error.strerror or error}"
    if error.errno in (errno.EACCES, errno.EPERM):
        return NotPermitted(words)
    if isinstance(error, socket.gaierror):
        return Unreachable(words, Reason.NAME)
    if isinstance(error, TimeoutError):
        return Unreachable(words, Reason.TIMED_OUT)
    return Unreachable(words, _REASONS.get(error.errno or 0, Reason.UNKNOWN))
