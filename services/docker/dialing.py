"""How an endpoint's URL becomes a connected socket: unix, tcp, TLS, ssh and, on Windows, named pipes."""

from __future__ import annotations

import os
import socket
import ssl
from collections.abc import Mapping
from urllib.parse import urlsplit

from msgspec.structs import replace

from models.context import Context, TlsFiles
from models.errors import AppError, BadInput, Reason, Unreachable, Untrusted
from models.proxies import authorization
from services.docker.certificates import context_for, fingerprint_of, why_not_trusted
from services.docker.dialer import CONNECT_SECONDS, Dialer, Opened, refusal
from services.docker.pipes import PipeDialer
from services.docker.proxies import connect_to_proxy, tunnel
from services.docker.ssh import SshDialer
from services.docker.tcp import authority, connect

DATES_SECONDS = 1.0  # for asking once more for a certificate that was refused; the server has just answered


def dialer_for(context: Context, env: Mapping[str, str] = os.environ) -> Dialer:
    """The way to this context's endpoint; `env` knows the password of its proxy. Raises BadInput for no address."""
    url = urlsplit(context.endpoint)
    match url.scheme:
        case "unix":
            return UnixDialer(context.endpoint.removeprefix("unix://"))
        case "npipe":
            return PipeDialer(context.endpoint.removeprefix("npipe://"))
        case "ssh":
            return SshDialer.from_url(context.endpoint)
        case "tcp" | "http" | "https":
            return _tcp(context, env)
    raise BadInput(f"{context.endpoint!r} is not an address of an engine")


def _tcp(context: Context, env: Mapping[str, str]) -> Dialer:
    url = urlsplit(context.endpoint)
    tls = context.tls or (TlsFiles() if url.scheme == "https" else None)
    try:
        port = url.port or (2376 if tls else 2375)
    except ValueError as error:
        raise BadInput(f"{context.endpoint!r}: {error}") from error
    if not url.hostname:
        raise BadInput(f"{context.endpoint!r} names no host")
    known = authorization(context.proxy, env) if context.proxy else ""
    return TcpDialer(url.hostname, port, tls, trusted=context.trusted, proxy=context.proxy, authorization=known)


class UnixDialer(Dialer):
    """A unix socket; proxies and names play no part."""

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


class TcpDialer(Dialer):
    """TCP with keep-alive, by way of a proxy where the context has one, and TLS where it has that."""

    def __init__(
        self,
        host: str,
        port: int,
        tls: TlsFiles | None,
        *,
        trusted: str = "",
        proxy: str = "",
        authorization: str = "",
    ) -> None:
        """`trusted`: SHA-256 fingerprint of a certificate that is taken whatever `tls` says of it."""
        self._address = (host, port)
        self._tls, self._trusted = tls, trusted
        self._way, self._authorization = proxy, authorization
        self.host = authority(host, port)
        if tls is None and proxy:
            self.proxy = proxy
            self.origin = f"http://{self.host}"
            self.headers = {"Proxy-Authorization": authorization} if authorization else {}

    def dial(self, opened: Opened) -> socket.socket:
        """Try the host's addresses in turn, then shake hands."""
        if self._tls is None:
            return self._connect(opened)
        if self._trusted:
            line = self._shaken(replace(self._tls, ca=None, verify=False), opened)
            if fingerprint_of(line) == self._trusted:
                return line
            line.close()  # nothing was sent; another certificate may be one that needs no such trust
        return self._shaken(self._tls, opened)

    def _shaken(self, tls: TlsFiles, opened: Opened) -> ssl.SSLSocket:
        line = self._connect(opened)
        try:
            # Wrapping takes the descriptor away from the plain socket: the new one must be known before it waits.
            wrapped = context_for(tls).wrap_socket(
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
            raise self._distrust(error, opened) from error
        return wrapped

    def _distrust(self, error: OSError, opened: Opened) -> AppError:
        """Why the handshake failed."""
        if isinstance(error, ssl.SSLCertVerificationError):
            again = replace(self._tls or TlsFiles(), ca=None, verify=False)
            words, shown = why_not_trusted(error, self._address[0], again, lambda: self._connect(opened, DATES_SECONDS))
            if self._trusted:
                words += ". It is another one than you trust here"
            return Untrusted(words, shown)
        if isinstance(error, ssl.SSLError):
            return Unreachable(f"{self.host}: {error.reason or error}", Reason.TLS)
        return refusal(error, self.host)

    def _connect(self, opened: Opened, seconds: float = CONNECT_SECONDS) -> socket.socket:
        if not self._way:
            return connect(*self._address, opened, seconds)
        line = connect_to_proxy(self._way, opened, seconds)
        if self._tls is not None:
            try:
                tunnel(line, self._way, self.host, self._authorization)
            except AppError:
                line.close()
                raise
        return line
