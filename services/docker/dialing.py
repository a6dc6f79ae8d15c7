"""How an endpoint's URL becomes a connected socket: unix, tcp, TLS, ssh and, on Windows, named pipes."""

from __future__ import annotations

import errno
import socket
import ssl
import threading
from collections.abc import Callable
from typing import Any, Protocol
from urllib.parse import urlsplit

from models.context import Context, TlsFiles
from models.errors import AppError, BadInput, NotPermitted, Reason, Unreachable
from services.docker.certificates import context_for, why_not_trusted
from services.docker.ssh import SshDialer

CONNECT_SECONDS = 5.0
DATES_SECONDS = 1.0  # for asking once more for a certificate that was refused; the server has just answered
KEEP_ALIVE_IDLE, KEEP_ALIVE_INTERVAL, KEEP_ALIVE_PROBES = 30, 10, 3  # a dead line is known after a minute

Opened = Callable[[Any], None]  # told of a socket before it blocks, so that a cancellation can shut it down


class Dialer(Protocol):
    """Makes connections to one endpoint."""

    host: str  # of the Host header
    slack: float  # seconds that the first answer of a new connection may take longer than later ones

    def dial(self, opened: Opened) -> Any:
        """A connected socket within CONNECT_SECONDS. Raises Unreachable, NotPermitted, BadInput."""


def dialer_for(context: Context) -> Dialer:
    """The way to this context's endpoint. Raises BadInput for a URL that names none."""
    url = urlsplit(context.endpoint)
    match url.scheme:
        case "unix":
            return UnixDialer(context.endpoint.removeprefix("unix://"))
        case "npipe":
            return PipeDialer(context.endpoint.removeprefix("npipe://"))
        case "ssh":
            return SshDialer.from_url(context.endpoint)
        case "tcp" | "http" | "https":
            return _tcp(context)
    raise BadInput(f"{context.endpoint!r} is not an address of an engine")


def _tcp(context: Context) -> Dialer:
    url = urlsplit(context.endpoint)
    tls = context.tls or (TlsFiles() if url.scheme == "https" else None)
    try:
        port = url.port or (2376 if tls else 2375)
    except ValueError as error:
        raise BadInput(f"{context.endpoint!r}: {error}") from error
    if not url.hostname:
        raise BadInput(f"{context.endpoint!r} names no host")
    return TcpDialer(url.hostname, port, tls)


class UnixDialer:
    """A unix socket; proxies and names play no part."""

    host = "localhost"
    slack = 0.0

    def __init__(self, path: str) -> None:
        self._path = path

    def dial(self, opened: Opened) -> socket.socket:
        """Connect; a missing, a refusing and a forbidden socket are three different errors."""
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(CONNECT_SECONDS)
        opened(line)
        try:
            line.connect(self._path)
        except OSError as error:
            line.close()
            raise refusal(error, self._path) from error
        return line


class TcpDialer:
    """TCP with keep-alive, and TLS where the context has it. Never through a proxy of the environment."""

    slack = 0.0

    def __init__(self, host: str, port: int, tls: TlsFiles | None) -> None:
        self._address = (host, port)
        self._tls = tls
        self.host = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

    def dial(self, opened: Opened) -> socket.socket:
        """Try the host's addresses in turn, then shake hands."""
        line = self._connect(opened)
        if self._tls is None:
            return line
        try:
            # Wrapping takes the descriptor away from the plain socket: the new one must be known before it waits.
            wrapped = context_for(self._tls).wrap_socket(
                line, server_hostname=self._address[0], do_handshake_on_connect=False
            )
        except BaseException:
            line.close()
            raise
        opened(wrapped)
        try:
            wrapped.do_handshake()
        except OSError as error:
            wrapped.close()
            raise self._distrust(error) from error
        return wrapped

    def _distrust(self, error: OSError) -> AppError:
        """Why the handshake failed."""
        if isinstance(error, ssl.SSLCertVerificationError):
            return Unreachable(why_not_trusted(error, self._address, DATES_SECONDS), Reason.TLS)
        if isinstance(error, ssl.SSLError):
            return Unreachable(f"{self.host}: {error.reason or error}", Reason.TLS)
        return refusal(error, self.host)

    def _connect(self, opened: Opened) -> socket.socket:
        found = _resolved(*self._address, opened)
        for index, (family, address) in enumerate(found):
            line = socket.socket(family, socket.SOCK_STREAM)
            line.settimeout(CONNECT_SECONDS / len(found))
            opened(line)
            try:
                line.connect(address)
            except OSError as error:
                line.close()
                if index == len(found) - 1:
                    raise refusal(error, self.host) from error
            else:
                line.settimeout(CONNECT_SECONDS)
                _keep_alive(line)
                return line
        raise Unreachable(f"{self.host} has no address", Reason.NAME)


class PipeDialer:
    """A named pipe of Docker Desktop on Windows. Untested: no Windows machine has run it."""

    host = "localhost"
    slack = 0.0

    def __init__(self, path: str) -> None:
        self._path = path

    def dial(self, opened: Opened) -> Any:
        """Open the pipe with the SDK's own socket, which needs pywin32."""
        try:
            from docker.transport import NpipeSocket
        except ImportError as error:
            raise Unreachable("Named pipes need Windows and pywin32", Reason.MISSING) from error

        pipe = NpipeSocket()
        pipe.settimeout(CONNECT_SECONDS)
        opened(pipe)
        try:
            pipe.connect(self._path)
        except OSError as error:
            raise refusal(error, self._path) from error
        return pipe


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


def _resolved(host: str, port: int, opened: Opened) -> list[tuple[socket.AddressFamily, Any]]:
    """The host's addresses within CONNECT_SECONDS. Raises Unreachable (NAME, TIMED_OUT)."""
    look_up = _LookUp(host, port)
    opened(look_up)
    look_up.wait(CONNECT_SECONDS)
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
