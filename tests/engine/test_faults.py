"""The faults that tests put between the application and an engine do what they promise."""

import socket
import ssl
import time
from pathlib import Path

import pytest

from tests.world.dockersocket import DockerSocket
from tests.world.engine import DockerEngine
from tests.world.faults import black_hole, forbidden, refused
from tests.world.proxy import Proxy
from tests.world.run import wait_until
from tests.world.tls import Authority


class Behind(DockerSocket):
    """An engine seen through a proxy."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, Path("/usr/bin/docker"))
        self.socket = folder / "proxy.sock"


@pytest.fixture
def behind(old_engine: DockerEngine) -> Behind:
    return Behind(old_engine.folder)


def test_a_black_hole_does_not_answer() -> None:
    with black_hole() as address, pytest.raises(TimeoutError):
        socket.create_connection(address, timeout=0.3)


def test_a_refused_address_says_so_at_once() -> None:
    with refused() as address, pytest.raises(ConnectionRefusedError):
        socket.create_connection(address, timeout=5)


def test_a_forbidden_socket_is_forbidden_to_root_and_only_for_a_while(old_engine: DockerEngine) -> None:
    with forbidden(old_engine.socket), pytest.raises(PermissionError):
        old_engine.request("GET", "/_ping")
    assert old_engine.responds(1)


def test_a_proxy_passes_everything_also_the_end_of_one_side(old_engine: DockerEngine, behind: Behind) -> None:
    with Proxy(old_engine.socket, behind.socket) as proxy:
        assert behind.version == old_engine.version
        # `docker run -i` ends its input long before the container ends its output.
        said = behind.docker(
            "run", "--rm", "--interactive", "busybox:local", "sh", "-c", "cat; sleep 0.3; echo end", stdin=b"in\n"
        )
        assert said.stdout == "in\nend\n"
        wait_until(lambda: proxy.lines == 0, 5, "lines outlive their clients")
    assert not behind.socket.exists()


def test_a_stalled_line_stays_open_and_says_nothing_until_it_is_resumed(
    old_engine: DockerEngine, behind: Behind
) -> None:
    with Proxy(old_engine.socket, behind.socket) as proxy:
        proxy.stall()
        with pytest.raises(TimeoutError):
            behind.request("GET", "/_ping", seconds=0.3)
        assert proxy.lines == 1
        proxy.resume()
        assert behind.responds(1)


def test_a_cut_line_ends_in_the_middle_of_an_answer(old_engine: DockerEngine, behind: Behind) -> None:
    with Proxy(old_engine.socket, behind.socket) as proxy, socket.socket(socket.AF_UNIX) as client:
        proxy.cut_after(20)
        client.settimeout(5)
        client.connect(str(behind.socket))
        client.sendall(b"GET /info HTTP/1.1\r\nHost: docker\r\n\r\n")
        assert b"".join(iter(lambda: client.recv(4096), b"")) == b"HTTP/1.1 200 OK\r\nApi"[:20]
        assert behind.responds(1), "only one line is cut"


def test_a_slow_line_delays_every_answer(old_engine: DockerEngine, behind: Behind) -> None:
    with Proxy(old_engine.socket, behind.socket) as proxy:
        proxy.delay = 0.3
        begun = time.monotonic()
        assert behind.responds(5)
        assert time.monotonic() - begun >= 0.3


def test_a_tls_proxy_shows_the_certificate_it_was_given(old_engine: DockerEngine, authority: Authority) -> None:
    server = authority.issue("server", ("127.0.0.1",))
    with Proxy(old_engine.socket, tls=server.server_context()) as proxy, trusting(authority, proxy) as client:
        client.sendall(b"GET /_ping HTTP/1.0\r\n\r\n")
        assert client.recv(4096).startswith(b"HTTP/1.0 200 OK")


@pytest.mark.parametrize(
    ("addresses", "days", "complaint"),
    [(("127.0.0.1",), -1, "certificate has expired"), (("10.0.0.1",), 1, "IP address mismatch")],
)
def test_a_tls_proxy_shows_a_bad_certificate_too(
    old_engine: DockerEngine, authority: Authority, addresses: tuple[str, ...], days: int, complaint: str
) -> None:
    server = authority.issue("server", addresses, days=days)
    with (
        Proxy(old_engine.socket, tls=server.server_context()) as proxy,
        pytest.raises(ssl.SSLCertVerificationError, match=complaint),
    ):
        trusting(authority, proxy)


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "authority")


def trusting(authority: Authority, proxy: Proxy) -> ssl.SSLSocket:
    """A TLS connection to the proxy by a client that trusts this authority alone."""
    _, _, port = proxy.host.rpartition(":")
    context = ssl.create_default_context(cafile=authority.cert)
    with socket.create_connection(("127.0.0.1", int(port)), timeout=5) as line:
        return context.wrap_socket(line, server_hostname="127.0.0.1")
