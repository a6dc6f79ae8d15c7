"""One connection to an engine at a time, under a client of the SDK, whatever the endpoint is."""

from __future__ import annotations

import socket
import threading
from collections.abc import Mapping
from functools import partial
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter

from models.errors import ConnectionLost, Reason, Unreachable
from services.docker.dialer import CONNECT_SECONDS, Dialer
from services.docker.duplex import Duplex
from services.docker.proxies import why_refused
from services.docker.ssh import SshLine


class Line:
    """A client of the SDK with a connection of its own, used by one thread at a time; `cut` may come from any other."""

    def __init__(self, dialer: Dialer, version: str) -> None:
        """No connection is made yet. `version` is the API version that all paths get, such as "1.41"."""
        from docker import APIClient

        self._dialer = dialer
        self._lock = threading.Lock()
        self._socket: Any = None
        self._cut = False
        self.client = APIClient(base_url=f"http://{_placeholder(dialer.host)}", version=version)
        self.client.base_url = f"http://{dialer.host}"
        # The environment's proxies and CA bundle must not come between the context's own settings and the engine.
        self.client.trust_env = False
        self.client.headers.update(dialer.headers)
        self._adapter = _Adapter(self, dialer.origin)
        self.client.mount("http://", self._adapter)
        self.client.mount("https://", self._adapter)
        self.version = version

    @property
    def connected(self) -> bool:
        """Whether a connection stands from an earlier request; whether it still works shows in the next."""
        return self._socket is not None

    def request(
        self,
        method: str,
        path: str,
        params: Mapping[str, str | int] | None,
        timeout: float | None,
        stream: bool = False,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Ask once; `timeout` is seconds without a byte, None for no limit. `body` is JSON.

        Raises what requests and `dial` raise.
        """
        response: requests.Response = self.client.request(
            method,
            f"{self.client.base_url}{path}",
            params=dict(params or {}),
            timeout=(CONNECT_SECONDS, timeout),
            stream=stream,
            allow_redirects=False,
            data=body,
            headers={**({} if body is None else {"Content-Type": "application/json"}), **(headers or {})},
        )
        if self._dialer.proxy and response.status_code >= 400 and "Api-Version" not in response.headers:
            response.close()  # no engine speaks without its version
            refused = why_refused(self._dialer.proxy, response.status_code, response.reason or "")
            raise Unreachable(refused, Reason.PROXY)
        return response

    def hijacked(self, response: requests.Response) -> Duplex:
        """The connection itself, after the headers of an answer that was asked for as a stream."""
        answer: Any = response.raw._fp  # http.client's
        return Duplex(self._socket, answer.fp)

    def dial(self) -> Any:
        """A new connection in place of the old one. Raises Unreachable, NotPermitted; ConnectionLost after `cut`."""
        self._hang_up()
        return self._dialer.dial(self._opened)

    def _opened(self, line: Any) -> None:
        with self._lock:
            self._socket = line
            if not self._cut:
                return
        line.close()
        raise ConnectionLost("The request was cancelled")

    def cut(self) -> None:
        """Free whoever waits on this line: connecting, for headers or for a body. Returns at once."""
        with self._lock:
            self._cut = True
            line = self._socket
        if line is not None:
            _shut_down(line)

    @property
    def spent(self) -> bool:
        """Whether it was cut: nothing can be asked over it any more."""
        return self._cut

    def close(self) -> None:
        """Give the connection back to the system; an ssh process ends with it."""
        self._adapter.close()
        self._hang_up()

    def _hang_up(self) -> None:
        with self._lock:
            line, self._socket = self._socket, None
        if isinstance(line, SshLine):
            line.finish()
        elif line is not None:
            line.close()


def _placeholder(host: str) -> str:
    """A base URL's host that the SDK's parser takes: it wants a port, and no connection is ever made by it."""
    return host if ":" in host.rpartition("]")[2] else f"{host}:2375"


def _shut_down(line: Any) -> None:
    try:
        if isinstance(line, socket.socket):
            # Not the TLS object's own shutdown: that takes the session away from under a reading thread.
            socket.socket.shutdown(line, socket.SHUT_RDWR)
        else:
            line.close()  # a name that is looked up, a pipe that is waited for
    except OSError:
        pass  # it is not connected yet or no more: nobody waits on it for long


class _Connection(urllib3.connection.HTTPConnection):
    """urllib3's connection over a socket that the line has dialled."""

    def __init__(self, *arguments: Any, line: Line, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._line = line

    def connect(self) -> None:
        self.sock = self._line.dial()

    def getresponse(self) -> urllib3.HTTPResponse:  # type: ignore[override]
        dialled = self.sock
        try:
            return super().getresponse()
        except Exception as error:  # whatever went wrong, ssh knows better why
            said = dialled.last_words() if isinstance(dialled, SshLine) and not self._line.spent else None
            if said:
                raise Unreachable(said, Reason.SSH) from error
            raise


class _Adapter(HTTPAdapter):
    """Brings all requests of a client to its line; `origin` goes before each path, for a proxy at the other end."""

    def __init__(self, line: Line, origin: str) -> None:
        super().__init__(max_retries=0)
        self._origin = origin
        self._pool = urllib3.HTTPConnectionPool("localhost", maxsize=1, timeout=CONNECT_SECONDS)
        self._pool.ConnectionCls = partial(_Connection, line=line)  # type: ignore[assignment]

    def get_connection_with_tls_context(
        self,
        request: requests.PreparedRequest,
        verify: bool | str | None,
        proxies: Mapping[str, str] | None = None,
        cert: Any = None,
    ) -> urllib3.HTTPConnectionPool:
        return self._pool

    def request_url(self, request: requests.PreparedRequest, proxies: Mapping[str, str] | None) -> str:
        return f"{self._origin}{request.path_url}"

    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:
        """TLS is the dialer's affair."""

    def close(self) -> None:
        super().close()
        self._pool.close()
