"""Ways to a real engine that are not straight: proxies, certificates trusted one by one, ssh over pipes."""

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from msgspec.structs import replace

from models.connection import Phase
from models.context import Context, EngineKind, TlsFiles
from models.errors import Untrusted
from services.docker import ssh
from services.docker.session import DockerSession
from tests.engine.opening import QUICK, opened, reached, states_of, watched
from tests.services.collecting import eventually
from tests.services.http_proxy import HttpProxy
from tests.world.engine import DockerEngine
from tests.world.ssh import SshEndpoint
from tests.world.tls import Authority, TlsEndpoint


@contextmanager
def opened_by(session: DockerSession) -> Iterator[DockerSession]:
    """The session, for a with block; its threads must be gone within 3 s of its end."""
    try:
        yield session
    finally:
        session.close()
    left = lambda: [t.name for t in threading.enumerate() if t.name.startswith("pilothouse")]  # noqa: E731
    eventually(lambda: not left(), f"threads end: {left()}", seconds=3)


def context(endpoint: TlsEndpoint, ca: Path | None = None) -> Context:
    folder = endpoint.certificates
    tls = TlsFiles(str(ca or folder / "ca.pem"), str(folder / "cert.pem"), str(folder / "key.pem"))
    return Context(id="x", engine=EngineKind.DOCKER, name="x", endpoint=endpoint.host, tls=tls)


@pytest.fixture
def expired(tls_engine: TlsEndpoint) -> Iterator[TlsEndpoint]:
    """The same with a certificate that has expired; it gets a good one again."""
    with_certificate(tls_engine, days=-1)
    yield tls_engine
    with_certificate(tls_engine, days=1)


def with_certificate(endpoint: TlsEndpoint, days: int) -> None:
    endpoint.engine.kill()
    endpoint.authority.issue("server", (endpoint.engine.address,), days=days)
    endpoint.engine.start()


def fingerprint(endpoint: TlsEndpoint) -> str:
    """Of the certificate that the engine shows, as openssl says it."""
    command = ("openssl", "x509", "-in", endpoint.authority.folder / "server.pem", "-noout", "-fingerprint", "-sha256")
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return said.strip().partition("=")[2].replace(":", "").lower()


def test_an_engine_of_an_unknown_authority_is_trusted_by_its_fingerprint_and_no_longer(
    tls_engine: TlsEndpoint, tmp_path: Path
) -> None:
    wrong = context(tls_engine, Authority(tmp_path / "theirs", "Somebody else").cert)
    with opened_by(DockerSession(wrong, QUICK)) as session, states_of(session) as states:
        error = states.wait_for(lambda s: s.error is not None, "a reason").error
        assert isinstance(error, Untrusted)
        assert "authority that is not trusted (valid from" in error.message
        assert error.certificate
        assert error.certificate.fingerprint == fingerprint(tls_engine)
        assert error.certificate.names == (tls_engine.engine.address,)
        session.context = replace(wrong, trusted=error.certificate.fingerprint)
        reached(states, Phase.LIVE)
        seen = len(states.brought)
        session.context = wrong
        states.wait_for(lambda s: s.phase is Phase.UNREACHABLE and states.brought.index(s) >= seen, "no longer")


def test_an_expired_certificate_is_trusted_until_the_engine_shows_another(expired: TlsEndpoint) -> None:
    first = context(expired)
    with opened_by(DockerSession(first, QUICK)) as session, states_of(session) as states:
        error = states.wait_for(lambda s: s.error is not None, "a reason").error
        assert isinstance(error, Untrusted)
        assert "expired on" in error.message
        assert error.certificate
        session.context = replace(first, trusted=error.certificate.fingerprint)
        reached(states, Phase.LIVE)
        seen = len(states.brought)
        with_certificate(expired, days=-1)  # another key
        other = states.wait_for(
            lambda s: isinstance(s.error, Untrusted) and states.brought.index(s) >= seen, "another", seconds=20
        ).error
        assert other.message.endswith("It is another one than you trust here")
        assert other.certificate.fingerprint == fingerprint(expired) != error.certificate.fingerprint


def test_tls_goes_through_a_proxy_of_the_users_choice_at_once(tls_engine: TlsEndpoint) -> None:
    straight = context(tls_engine)
    url = urlsplit(tls_engine.host)
    with (
        HttpProxy((str(url.hostname), int(url.port or 0))) as proxy,
        opened_by(DockerSession(straight, QUICK)) as session,
        watched(session) as rows,
    ):
        rows.until(lambda r: r.resets == 1, "listed")
        session.context = replace(straight, proxy=proxy.url)
        rows.until(lambda r: r.resets == 2 and not r.stale, "listed anew, by way of the proxy")
        assert set(proxy.tunnels) == {f"{url.hostname}:{url.port}"}
        tls_engine.engine.run("--name", "seen", command=("sleep", "86400"))
        rows.until(lambda r: r.named("seen"), "events flow")


def test_a_plain_line_goes_through_a_proxy(old_engine: DockerEngine) -> None:
    plain = Context(id="x", engine=EngineKind.DOCKER, name="x", endpoint="tcp://engine.invalid:2375")
    with (
        HttpProxy(old_engine.socket) as proxy,
        opened_by(DockerSession(replace(plain, proxy=proxy.url), QUICK)) as session,
        watched(session) as rows,
    ):
        rows.until(lambda r: r.resets == 1, "listed")
        old_engine.run("--name", "seen", command=("sleep", "86400"))
        rows.until(lambda r: r.named("seen"), "events flow")
        assert any(" http://engine.invalid:2375/v1.41/events" in line for line in proxy.requests)
        assert rows.end() < 0.1


def test_ssh_works_over_pipes_as_well(ssh_engine: SshEndpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ssh, "SOCKETS_FOR_CHILDREN", False)
    with opened(ssh_engine.host) as session, watched(session) as rows:
        rows.until(lambda r: r.resets == 1, "listed")
        ssh_engine.engine.run("--name", "seen", command=("sleep", "86400"))
        rows.until(lambda r: r.named("seen"), "events flow")
        assert rows.end() < 0.1
