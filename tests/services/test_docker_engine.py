"""Asking an engine: answers, refusals, cancellation and odd servers."""

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.context import Context, EngineKind
from models.errors import (
    AppError,
    BadInput,
    ConnectionLost,
    Denied,
    Failed,
    Gone,
    Reason,
    Refused,
    SignInNeeded,
    TimedOut,
    Unreachable,
    Unsupported,
)
from services.cancel import CancelScope
from services.docker.dialing import TcpDialer, dialer_for
from services.docker.engine import Engine
from tests.services.collecting import Collector, eventually
from tests.services.fake_engine import FakeEngine, fake_engine


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[FakeEngine]:
    with fake_engine(tmp_path) as fake:
        yield fake


@pytest.fixture
def engine(fake: FakeEngine) -> Iterator[Engine]:
    engine = Engine(fake.context)
    yield engine
    engine.close()
    engine.free()


def at(endpoint: str) -> Context:
    return Context(id="x", engine=EngineKind.DOCKER, name="x", endpoint=endpoint)


@pytest.mark.parametrize(
    ("status", "meaning"),
    [
        (400, Refused), (401, SignInNeeded), (403, Denied), (404, Gone), (405, Unsupported), (409, Refused),
        (418, Refused), (422, Refused), (500, Failed), (501, Unsupported), (503, Failed),
    ],
)  # fmt: skip
def test_a_status_has_a_meaning_and_the_engines_own_sentence(
    fake: FakeEngine, engine: Engine, status: int, meaning: type[AppError]
) -> None:
    fake.answers["/x"] = status, b'{"message":"because of \\u001b[31mthat"}'
    with pytest.raises(meaning) as caught:
        engine.get("/x")
    assert caught.value.message == "because of \x1b[31mthat"
    fake.answers["/x"] = status, b"<html>a proxy</html>"
    with pytest.raises(meaning, match="a proxy"):
        engine.get("/x")


def test_nothing_changed_is_no_failure(fake: FakeEngine, engine: Engine) -> None:
    fake.answers["/containers/x/start"] = 304, b""
    assert engine.post("/containers/x/start") == (304, b"")
    fake.answers["/after"] = 200, b"ok"
    assert engine.get("/after") == b"ok", "and the connection is still in step"


@pytest.mark.parametrize("path", ["/silent", "/events"])
def test_cancelling_ends_a_wait_within_50_ms(fake: FakeEngine, engine: Engine, path: str) -> None:
    fake.stalled.add("/silent")

    def read(scope: CancelScope) -> Iterator[bytes]:
        with engine.stream("GET", path, scope=scope) as stream:
            yield from stream.blocks()

    reading = Collector(read)
    eventually(lambda: fake.count("GET", path), "it is asked")
    time.sleep(0.05)
    assert reading.end() < 0.05
    assert engine.get("/_ping", timeout=1.0) == b"OK", "and nothing is left of it"


def test_what_is_cancelled_before_it_starts_is_not_asked(fake: FakeEngine, engine: Engine) -> None:
    scope = CancelScope()
    scope.cancel()
    with pytest.raises(ConnectionLost):
        engine.post("/containers/x/stop", scope=scope)
    assert fake.asked == []


def test_a_hundred_blocked_threads_are_freed_by_closing(fake: FakeEngine, engine: Engine) -> None:
    fake.stalled.add("/silent")
    waiting = [Collector(lambda scope: [engine.get("/silent", scope=scope)]) for _ in range(100)]
    eventually(lambda: fake.count("GET", "/silent") == 100, "all wait")
    began = time.monotonic()
    engine.close()
    for one in waiting:
        one.thread.join(3)
    assert time.monotonic() - began < 3
    assert all(isinstance(one.error, ConnectionLost) for one in waiting)


def test_a_change_is_sent_once_even_when_the_line_breaks(fake: FakeEngine, engine: Engine) -> None:
    engine.get("/_ping")  # a kept connection: that is where libraries try again
    fake.hang_up_on.add("/containers/x/stop")
    with pytest.raises(ConnectionLost):
        engine.post("/containers/x/stop")
    assert fake.count("POST", "/containers/x/stop") == 1


def test_a_question_is_asked_again_when_a_kept_line_breaks_and_a_fresh_one_that_breaks_is_a_loss(
    fake: FakeEngine, engine: Engine
) -> None:
    engine.get("/_ping")
    fake.hang_up_on.add("/info")
    with pytest.raises(ConnectionLost):
        engine.get("/info")
    assert fake.count("GET", "/info") == 2
    with pytest.raises(ConnectionLost):
        engine.get("/info")
    assert fake.count("GET", "/info") == 3, "nothing was kept this time"


def test_connections_are_kept_and_a_closed_one_is_replaced(fake: FakeEngine, engine: Engine) -> None:
    for _ in range(5):
        engine.get("/_ping")
    assert fake.open_lines == 1
    fake.close_after_answer = True
    for _ in range(3):
        assert engine.get("/_ping") == b"OK"


def test_no_answer_in_time_is_not_a_lost_engine(fake: FakeEngine, engine: Engine) -> None:
    fake.stalled.add("/slow")
    with pytest.raises(TimedOut):
        engine.get("/slow", timeout=0.1)
    assert engine.get("/_ping") == b"OK"


def test_an_abrupt_end_in_the_middle_of_an_answer_is_a_loss(tmp_path: Path) -> None:
    with answering(tmp_path, b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel") as context:
        engine = Engine(context)
        with pytest.raises(ConnectionLost), engine.stream("GET", "/logs") as stream:
            assert list(stream.blocks()) == [b"hel"]
        engine.free()


@pytest.mark.parametrize(
    "said",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        b"HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n",
    ],
)
def test_what_is_no_engine_is_told_apart(tmp_path: Path, said: bytes) -> None:
    with answering(tmp_path, said) as context:
        engine = Engine(context)
        with pytest.raises(Unreachable) as caught:
            engine.ping(1.0)
        assert caught.value.reason is Reason.PROTOCOL
        engine.close()
        engine.free()


class answering:  # noqa: N801  used as a with block
    """A server that says the same to everybody, and hangs up."""

    def __init__(self, folder: Path, said: bytes) -> None:
        self._path = folder / "odd.sock"
        self._said = said
        self._listener = socket.socket(socket.AF_UNIX)

    def __enter__(self) -> Context:
        self._listener.bind(str(self._path))
        self._listener.listen()
        self._thread = threading.Thread(target=self._serve, name="answering")
        self._thread.start()
        return at(f"unix://{self._path}")

    def _serve(self) -> None:
        while True:
            try:
                line, _ = self._listener.accept()
            except OSError:
                return
            with line:
                line.recv(65_536)
                line.sendall(self._said)

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()


def test_both_sides_speak_the_older_version(fake: FakeEngine, engine: Engine) -> None:
    engine.ping(1.0)
    assert engine.api == (1, 41)
    fake.api = "1.99"
    engine.ping(1.0)
    assert engine.api == (1, 56), "no newer than what the rows are known to be read from"
    fake.api = "1.12"
    with pytest.raises(Unsupported):
        engine.ping(1.0)


def test_podman_is_known_by_its_header(fake: FakeEngine, engine: Engine) -> None:
    engine.ping(1.0)
    assert not engine.podman
    fake.headers["Libpod-Api-Version"] = "4.3.1"
    engine.ping(1.0)
    assert engine.podman


def test_the_engines_clock_is_learnt_from_its_date(fake: FakeEngine, engine: Engine) -> None:
    assert engine.ping(1.0).clock_offset == 0.0
    fake.clock_offset = -7200.0
    assert engine.ping(1.0).clock_offset == pytest.approx(-7200, abs=1.5)
    fake.headers["Date"] = "yesterday, at tea"
    assert engine.ping(1.0).clock_offset == 0.0


def test_a_closed_engine_answers_no_more(fake: FakeEngine, engine: Engine) -> None:
    engine.ping(1.0)
    engine.close()
    for ask in (lambda: engine.get("/_ping"), lambda: engine.ping(1.0)):
        with pytest.raises(ConnectionLost):
            ask()
    engine.free()
    eventually(lambda: fake.open_lines == 0, "no connection is left")


@pytest.mark.parametrize(
    "endpoint",
    [
        "ssh://-oProxyCommand=touch%20x", "ssh://-oProxyCommand=touch x", "ssh://-bad", "ssh://-l@host", "ssh://host;touch",
        "ssh://ho st", "ssh://", "ssh://user:secret@host", "ssh://$(touch x)", "ssh://host:port", "ssh://host/a;b",
        "ssh://host/$(x)", "ssh://`x`@host", "tcp://", "tcp://host:99999", "ftp://host", "nonsense",
    ],
)  # fmt: skip
def test_an_address_that_could_be_an_option_or_a_command_is_refused(endpoint: str) -> None:
    with pytest.raises(BadInput):
        dialer_for(at(endpoint))


def test_ssh_is_started_without_a_shell_and_with_its_name_after_two_dashes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ssh = program(tmp_path, monkeypatch, f'printf "%s\\n" "$@" > {tmp_path}/arguments; echo no way >&2; exit 255')
    engine = Engine(at("ssh://Me@Box-1.example:2222/run/user/1000/docker.sock"))
    with pytest.raises(Unreachable) as caught:
        engine.ping(1.0)
    assert (caught.value.reason, caught.value.message) == (Reason.SSH, "no way")
    arguments = (tmp_path / "arguments").read_text().split("\n")
    assert arguments[arguments.index("--") :] == [
        "--", "Box-1.example", "docker", "--host", "unix:///run/user/1000/docker.sock", "system", "dial-stdio", "",
    ]  # fmt: skip
    assert arguments[arguments.index("-p") :][:2] == ["-p", "2222"]
    assert arguments[arguments.index("-l") :][:2] == ["-l", "Me"]
    assert "BatchMode=yes" in arguments
    assert ssh.exists()
    engine.close()
    engine.free()


def test_an_ssh_that_hangs_is_ended_with_all_it_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path, monkeypatch, f"sleep 60 & echo $! > {tmp_path}/child; echo $$ > {tmp_path}/self; wait")
    engine = Engine(at("ssh://box"))
    asking = Collector(lambda scope: [engine.get("/_ping", scope=scope)])
    pids = [int(eventually(lambda n=name: read(tmp_path / n), "it runs")) for name in ("child", "self")]
    assert asking.end() < 0.7
    for pid in pids:
        eventually(lambda p=pid: not Path(f"/proc/{p}").exists() or zombie(p), f"process {pid} ends", seconds=2)
    engine.close()


def read(path: Path) -> str:
    return path.read_text().strip() if path.exists() else ""


def zombie(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"


def test_a_machine_without_ssh_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    engine = Engine(at("ssh://box"))
    with pytest.raises(Unreachable) as caught:
        engine.ping(1.0)
    assert caught.value.reason is Reason.SSH
    engine.close()


def program(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> Path:
    """An `ssh` that does as the script says."""
    ssh = folder / "ssh"
    ssh.write_text(f"#!/bin/sh\n{script}\n")
    ssh.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    return ssh


def test_a_tcp_line_is_kept_alive() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        opened: list[socket.socket] = []
        with TcpDialer("localhost", listener.getsockname()[1], None).dial(opened.append) as line:
            assert line.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
            assert line.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == 30


def test_a_broken_configuration_of_docker_does_not_matter(
    fake: FakeEngine, engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "config.json").write_text('{"auths": [<<<<<<< HEAD')
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    assert engine.get("/_ping") == b"OK"


def test_unusable_tls_files_are_named(tmp_path: Path) -> None:
    from models.context import TlsFiles
    from services.docker.certificates import context_for

    broken = tmp_path / "ca.pem"
    broken.write_text("-----BEGIN CERTIFICATE-----\nnonsense")
    for files in (TlsFiles(ca=str(broken)), TlsFiles(ca=str(tmp_path / "none.pem"))):
        with pytest.raises(BadInput) as caught:
            context_for(files)
        assert caught.value.where == files.ca
