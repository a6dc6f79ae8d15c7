"""The ways to an engine: through proxies, by certificates that are trusted, over pipes in place of sockets."""

import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.context import Context, TlsFiles
from models.errors import AppError, BadInput, Reason, Unreachable, Untrusted
from services.cancel import CancelScope
from services.docker import ssh as ssh_module
from services.docker.engine import Engine
from tests.services.collecting import Collector, eventually
from tests.services.fake_engine import FakeEngine, fake_engine
from tests.services.http_proxy import HttpProxy
from tests.services.pinging import at, failure, ping
from tests.world.proxy import Proxy
from tests.world.tls import Authority, Certificate


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[FakeEngine]:
    with fake_engine(tmp_path) as fake:
        yield fake


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("ours"))


@pytest.fixture(scope="module")
def certificates(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Certificate]:
    """Certificates of 127.0.0.1: a good one, an expired one, one of another host, and one of a stranger."""
    stranger = Authority(tmp_path_factory.mktemp("theirs"), "Somebody else")
    return {
        "good": authority.issue("good", ("127.0.0.1",)),
        "expired": authority.issue("expired", ("127.0.0.1",), days=-1),
        "elsewhere": authority.issue("elsewhere", ("10.9.8.7",)),
        "stranger": stranger.issue("stranger", ("127.0.0.1",)),
    }


# proxies


def test_a_request_without_tls_is_handed_to_the_proxy_with_its_whole_url(fake: FakeEngine) -> None:
    with HttpProxy(fake.path) as proxy:
        ping(at("tcp://engine.invalid:2375", proxy=proxy.url))  # a name that only the proxy has to know
        assert proxy.requests[:2] == ["GET http://engine.invalid:2375/_ping HTTP/1.1"] * 2
        assert proxy.requests[2].startswith("GET http://engine.invalid:2375/v1.41/containers/json")
        assert not proxy.tunnels
        assert fake.count("GET", "/_ping") == 2


def test_tls_goes_through_a_tunnel_and_is_checked_at_its_end(
    fake: FakeEngine, authority: Authority, certificates: dict[str, Certificate]
) -> None:
    ours = TlsFiles(ca=str(authority.cert))
    with (
        Proxy(fake.path, tls=certificates["good"].server_context()) as server,
        HttpProxy(("127.0.0.1", int(server.host.rpartition(":")[2]))) as proxy,
    ):
        ping(at("tcp://127.0.0.1:2376", ours, proxy=proxy.url))
        assert set(proxy.tunnels) == {"127.0.0.1:2376"}
        assert not proxy.requests
        error = failure(at("tcp://10.9.8.7:2376", ours, proxy=proxy.url))
        assert isinstance(error, Untrusted)
        assert "not for 10.9.8.7 but for 127.0.0.1" in error.message, "asked for by way of the proxy as well"


@pytest.mark.parametrize("tls", [None, TlsFiles(verify=False)], ids=["plain", "tls"])
def test_a_proxy_that_wants_a_password_gets_it_from_the_environment(
    fake: FakeEngine, tls: TlsFiles | None, certificates: dict[str, Certificate], monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        Proxy(fake.path, tls=certificates["good"].server_context()) as server,
        HttpProxy(("127.0.0.1", int(server.host.rpartition(":")[2])) if tls else fake.path, "sam:hunter2") as proxy,
    ):
        context = at("tcp://127.0.0.1:2376", tls, proxy=proxy.url)
        refused = failure(context)
        assert isinstance(refused, Unreachable)
        assert refused.reason is Reason.PROXY
        assert "wants a user and a password" in refused.message
        monkeypatch.setenv("https_proxy", proxy.url.replace("//", "//sam:hunter2@"))
        ping(context)


def test_a_proxy_that_refuses_is_quoted(fake: FakeEngine) -> None:
    with HttpProxy(fake.path, answers=b"HTTP/1.1 403 Forbidden by policy\r\nContent-Length: 0\r\n\r\n") as proxy:
        for tls in (None, TlsFiles()):
            error = failure(at("tcp://10.0.0.7:2376", tls, proxy=proxy.url))
            assert isinstance(error, Unreachable)
            assert error.reason is Reason.PROXY
            assert error.message == f"The proxy {proxy.url} answers 403 Forbidden by policy"


def test_an_engines_own_refusal_is_not_the_proxys(fake: FakeEngine) -> None:
    fake.answers["/containers/json"] = (403, b'{"message":"authorization denied by plugin"}')
    with HttpProxy(fake.path) as proxy:
        assert failure(at("tcp://engine.invalid:2375", proxy=proxy.url)).message == "authorization denied by plugin"


def test_what_is_no_proxy_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = "http://{}:{}".format(*listener.getsockname())
    error = failure(at("tcp://10.0.0.7:2376", TlsFiles(), proxy=url))
    assert isinstance(error, Unreachable)
    assert error.reason is Reason.PROXY
    assert error.message.startswith(f"The proxy {url} cannot be reached: ")
    assert isinstance(failure(at("tcp://10.0.0.7:2376", TlsFiles(), proxy="socks5://proxy:1080")), BadInput)


@pytest.mark.parametrize("answer", [b"220 mail.example.org ESMTP\r\n\r\n", b"SSH-2.0-x"])
def test_a_proxy_that_speaks_something_else_is_told(fake: FakeEngine, answer: bytes) -> None:
    with HttpProxy(fake.path, answers=answer) as proxy:
        error = failure(at("tcp://10.0.0.7:2376", TlsFiles(), proxy=proxy.url))
        assert error.message == f"The proxy {proxy.url} does not speak HTTP"


def test_a_silent_proxy_is_left_at_once_when_cancelled() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        engine = Engine(at("tcp://10.0.0.7:2376", TlsFiles(), proxy="http://{}:{}".format(*listener.getsockname())))
        waiting = Collector(lambda scope: [engine.get("/x", None, scope)])
        accepted, _ = listener.accept()
        with accepted:
            accepted.recv(10)
            assert waiting.end() < 0.1
        engine.close()


def test_a_unix_socket_is_never_proxied(fake: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    ping(fake.context)


# certificates


def test_a_server_that_says_nothing_to_tls_is_left_at_once_when_cancelled() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        engine = Engine(at("tcp://{}:{}".format(*listener.getsockname()), TlsFiles(verify=False)))
        waiting = Collector(lambda scope: [engine.get("/x", None, scope)])
        accepted, _ = listener.accept()
        with accepted:
            assert accepted.recv(1) == b"\x16", "a handshake has begun"
            assert waiting.end() < 0.2
        engine.close()
        engine.free()


def test_without_a_ca_of_its_own_a_context_trusts_whom_the_machine_trusts(
    fake: FakeEngine, authority: Authority, certificates: dict[str, Certificate], monkeypatch: pytest.MonkeyPatch
) -> None:
    with Proxy(fake.path, tls=certificates["good"].server_context()) as server:
        assert isinstance(failure(at(server.host, TlsFiles())), Untrusted)
        monkeypatch.setenv("SSL_CERT_FILE", str(authority.cert))  # where OpenSSL looks for the machine's own
        ping(at(server.host, TlsFiles()))


def test_an_engine_that_wants_a_certificate_of_ours_gets_it_also_where_its_own_is_trusted_by_choice(
    fake: FakeEngine, authority: Authority, certificates: dict[str, Certificate]
) -> None:
    strict = certificates["expired"].server_context()
    strict.verify_mode = ssl.CERT_REQUIRED
    strict.maximum_version = ssl.TLSVersion.TLSv1_2  # a refusal ends the handshake: nothing is shown without ours
    strict.load_verify_locations(authority.cert)
    ours = authority.issue("client")
    files = TlsFiles(ca=str(authority.cert), cert=str(ours.cert), key=str(ours.key))
    with Proxy(fake.path, tls=strict) as server:
        error = failure(at(server.host, files))
        assert isinstance(error, Untrusted)
        assert error.certificate
        ping(at(server.host, files, trusted=error.certificate.fingerprint))
        without = failure(at(server.host, TlsFiles(ca=str(authority.cert)), trusted=error.certificate.fingerprint))
        assert isinstance(without, AppError)


# certificates that the user trusts


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        ("expired", "expired on"),
        ("elsewhere", "not for 127.0.0.1 but for 10.9.8.7"),
        ("stranger", "not trusted (valid"),
    ],
)
def test_a_certificate_is_trusted_by_its_fingerprint_and_no_other_is(
    fake: FakeEngine, authority: Authority, certificates: dict[str, Certificate], shown: str, words: str
) -> None:
    ours = TlsFiles(ca=str(authority.cert))
    with Proxy(fake.path, tls=certificates[shown].server_context()) as server:
        error = failure(at(server.host, ours))
        assert isinstance(error, Untrusted)
        assert words in error.message
        assert error.certificate
        assert error.certificate.fingerprint == fingerprint(certificates[shown])
        assert error.certificate.subject == shown
        assert error.certificate.issuer in ("Pilothouse tests", "Somebody else")
        assert error.certificate.until.endswith("GMT")
        ping(at(server.host, ours, trusted=error.certificate.fingerprint))
        other = failure(at(server.host, ours, trusted=fingerprint(certificates["good"])))
        assert isinstance(other, Untrusted)
        assert other.message.endswith("It is another one than you trust here")
        assert other.certificate == error.certificate


def test_a_certificate_that_needs_no_trust_is_taken_beside_the_trusted_one(
    fake: FakeEngine, authority: Authority, certificates: dict[str, Certificate]
) -> None:
    with Proxy(fake.path, tls=certificates["good"].server_context()) as server:
        ping(at(server.host, TlsFiles(ca=str(authority.cert)), trusted=fingerprint(certificates["expired"])))


def test_nothing_is_sent_to_a_server_whose_certificate_is_not_trusted(
    fake: FakeEngine, authority: Authority, certificates: dict[str, Certificate]
) -> None:
    with Proxy(fake.path, tls=certificates["stranger"].server_context()) as server:
        failure(at(server.host, TlsFiles(ca=str(authority.cert)), trusted=fingerprint(certificates["good"])))
    assert not fake.asked


def fingerprint(certificate: Certificate) -> str:
    """As openssl says it."""
    command = ("openssl", "x509", "-in", certificate.cert, "-noout", "-fingerprint", "-sha256")
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return said.strip().partition("=")[2].replace(":", "").lower()


# ssh over pipes, as on Windows


@pytest.fixture(params=[True, False], ids=["socket", "pipes"])
def either_way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ssh_module, "SOCKETS_FOR_CHILDREN", request.param)


def relaying(folder: Path, fake: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> Context:
    """An ssh whose far side is the fake engine."""
    script = folder / "relay.py"
    script.write_text(
        "import os, socket, sys, threading\n"
        "line = socket.socket(socket.AF_UNIX)\n"
        f"line.connect({str(fake.path)!r})\n"
        "def up():\n"
        "    while block := os.read(0, 65536):\n"
        "        line.sendall(block)\n"
        "    line.shutdown(socket.SHUT_WR)\n"
        "threading.Thread(target=up, daemon=True).start()\n"
        "while block := line.recv(65536):\n"
        "    os.write(1, block)\n"
    )
    return programmed(folder, f"exec {sys.executable} -S {script}", monkeypatch)


def programmed(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> Context:
    program = folder / "ssh"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    return at("ssh://box")


@pytest.mark.usefixtures("either_way")
def test_an_engine_answers_over_ssh(fake: FakeEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    large = b"x" * 3_000_000
    fake.answers["/containers/json"] = (200, large)
    engine = Engine(relaying(tmp_path, fake, monkeypatch))
    engine.ping(10.0)
    assert engine.get("/containers/json") == large
    engine.close()
    engine.free()
    eventually(lambda: not ssh_threads(), "no thread is left")
    eventually(lambda: fake.open_lines == 0, "no ssh is left")


@pytest.mark.usefixtures("either_way")
def test_a_silent_stream_over_ssh_is_cancelled_at_once(
    fake: FakeEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = Engine(relaying(tmp_path, fake, monkeypatch))
    engine.ping(10.0)

    def listen(scope: CancelScope) -> Iterator[bytes]:
        with engine.stream("GET", "/events", scope=scope) as stream:
            yield from stream.blocks()

    listening = Collector(listen)
    fake.emit(b"{}\n")
    eventually(lambda: fake.count("GET", "/events"), "it listens")
    listening.scope.cancel()
    began = time.monotonic()
    listening.thread.join(3)
    assert time.monotonic() - began < 1.5, "ssh ends by the first signal"
    engine.close()
    engine.free()
    eventually(lambda: not ssh_threads(), "no thread is left")


@pytest.mark.usefixtures("either_way")
def test_ssh_is_quoted_when_it_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    error = failure(programmed(tmp_path, "echo no way >&2; exit 255", monkeypatch))
    assert isinstance(error, Unreachable)
    assert (error.reason, error.message) == (Reason.SSH, "no way")
    eventually(lambda: not ssh_threads(), "no thread is left")


@pytest.mark.usefixtures("either_way")
def test_an_ssh_that_heeds_no_signal_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context = programmed(tmp_path, f"trap '' TERM\necho $$ > {tmp_path}/pid\nwhile :; do sleep 0.05; done", monkeypatch)
    engine = Engine(context)
    asking = Collector(lambda scope: [engine.get("/x", None, scope)])
    eventually(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text(), "it runs")
    asking.scope.cancel()
    asking.thread.join(3)
    engine.close()
    engine.free()
    number = int((tmp_path / "pid").read_text())
    eventually(lambda: not Path(f"/proc/{number}").exists(), "it is gone", seconds=2)
    eventually(lambda: not ssh_threads(), "no thread is left")


def ssh_threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("pilothouse-ssh")]
