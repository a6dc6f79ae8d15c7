"""Terminals in real containers: the shell that is there, sizes, exit codes, floods both ways, every way to an end."""

import queue
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from models.errors import AppError, ConnectionLost, Gone, Refused
from models.kind import Ref
from models.terminal import Attach, Ended, Execute, Opened, Request, Size
from services.docker.session import DockerSession
from tests.engine.opening import QUICK, files, opened
from tests.services.collecting import Collector, eventually
from tests.world.engine import DockerEngine
from tests.world.tls import TlsEndpoint

SIZE = Size(90, 31)


class Keys:
    """An inbox."""

    def __init__(self) -> None:
        self._messages: queue.SimpleQueue[Any] = queue.SimpleQueue()

    def put(self, message: Any) -> None:
        self._messages.put(message)

    def get(self, timeout: float | None = None) -> Any | None:
        return self._messages.get(timeout=timeout)


class Typist:
    """Sits at a terminal: types, and reads what is written."""

    def __init__(self, session: DockerSession, ref: Ref, request: Request) -> None:
        self.keys = Keys()
        self.heard = Collector(lambda scope: session.terminal(ref, request, self.keys, scope))

    @property
    def written(self) -> bytes:
        return b"".join(item for item in list(self.heard.brought) if isinstance(item, bytes))

    def type(self, text: str) -> None:
        self.keys.put(text.encode())

    def until(self, text: str, seconds: float = 10.0) -> None:
        eventually(lambda: text.encode() in self.written, f"{text!r} in {self.written[-500:]!r}", seconds)

    @property
    def opened(self) -> Opened:
        return self.heard.wait_for(lambda item: isinstance(item, Opened), "it opens")

    @property
    def ended(self) -> Ended:
        return self.heard.wait_for(lambda item: isinstance(item, Ended), f"it ends: {self.heard.error}")


@pytest.fixture
def session(engine: DockerEngine) -> Iterator[DockerSession]:
    with opened(engine.host) as session:
        yield session


@contextmanager
def sitting(session: DockerSession, ref: Ref, request: Request) -> Iterator[Typist]:
    typist = Typist(session, ref, request)
    yield typist
    typist.heard.end()


def container(engine: DockerEngine, *options: str, command: tuple[str, ...] = ("sleep", "86400")) -> Ref:
    return Ref("containers", engine.run(*options, command=command), "it")


def test_a_shell_is_found_and_does_what_is_typed(engine: DockerEngine, session: DockerSession) -> None:
    with sitting(session, container(engine), Execute(SIZE)) as typist:
        assert typist.opened == Opened(("ash",), "bash is not there")
        typist.type("echo $((6*7)); stty size; echo $TERM\r")
        typist.until("42\r\n31 90\r\nxterm-256color")
        typist.keys.put(Size(120, 40))
        eventually(lambda: (typist.type("stty size\r"), time.sleep(0.1), b"40 120" in typist.written)[-1], "resized")
        typist.type("exit 7\r")
        assert typist.ended == Ended(7)


def test_another_command_user_and_directory(engine: DockerEngine, session: DockerSession) -> None:
    request = Execute(SIZE, ("sh", "-c", "id -u; pwd"), user="1234", directory="/tmp")
    with sitting(session, container(engine), request) as typist:
        assert typist.ended == Ended(0)
        assert typist.written == b"1234\r\n/tmp\r\n"


def test_what_cannot_be_run_is_said(engine: DockerEngine, session: DockerSession) -> None:
    ref = container(engine)
    with sitting(session, ref, Execute(SIZE, ("no-such-program",))) as typist:
        eventually(lambda: typist.heard.error is not None or typist.written, "it says so")
        said = str(typist.heard.error) if typist.heard.error else typist.written.decode()
        assert "no-such-program" in said
        assert "not found" in said
    engine.docker("stop", "-t", "0", ref.id)
    with sitting(session, ref, Execute(SIZE)) as typist:
        eventually(lambda: typist.heard.error is not None, "it is refused")
        assert isinstance(typist.heard.error, Refused)
        assert "is not running" in str(typist.heard.error)
    with sitting(session, Ref("containers", "f" * 64, "nothing"), Execute(SIZE)) as typist:
        eventually(lambda: typist.heard.error is not None, "it is refused")
        assert isinstance(typist.heard.error, Gone)


def test_much_goes_both_ways_at_once(engine: DockerEngine, session: DockerSession) -> None:
    """What is pasted is echoed while more is pasted: neither side may wait for the other."""
    with sitting(session, container(engine), Execute(SIZE, ("sh", "-c", "stty raw -echo; cat"))) as typist:
        assert typist.opened
        time.sleep(0.3)  # until the terminal is raw
        block = bytes(range(32, 127)) * 1000
        for _ in range(40):
            typist.keys.put(block)
        eventually(lambda: len(typist.written) >= 40 * len(block), "all comes back", 30)
        assert typist.written == block * 40


def test_attaching_meets_process_1_and_detaching_leaves_it(engine: DockerEngine, session: DockerSession) -> None:
    ref = container(engine, "-it", command=("sh", "-c", "while read line; do echo got $line; stty size; done; exit 3"))
    with sitting(session, ref, Attach(SIZE)) as typist:
        assert typist.opened
        typist.type("one\r")
        typist.until("got one\r\n31 90")
    time.sleep(0.2)
    assert engine.docker("inspect", "-f", "{{.State.Running}}", ref.id).stdout.strip() == "true"
    with sitting(session, ref, Attach(SIZE)) as typist:
        assert typist.opened
        typist.type("\x04")
        assert typist.ended == Ended(3)


def test_attaching_to_what_has_no_terminal_shows_both_streams(engine: DockerEngine, session: DockerSession) -> None:
    script = "while true; do echo out; echo err >&2; sleep 0.1; done"
    with sitting(session, container(engine, command=("sh", "-c", script)), Attach(SIZE)) as typist:
        typist.until("out\n")
        typist.until("err\n")
        assert typist.written.startswith(b"\x1b[20h"), "line feeds begin a new line"
        assert b"\x01\x00\x00" not in typist.written


def test_what_is_started_by_attaching_loses_no_output(engine: DockerEngine, session: DockerSession) -> None:
    made = engine.docker("create", "-it", "busybox:local", "sh", "-c", "echo first; exit 4").stdout.strip()
    with sitting(session, Ref("containers", made, "made"), Attach(SIZE, start=True)) as typist:
        assert typist.ended == Ended(4)
        assert typist.written == b"first\r\n"


def test_the_engines_death_is_told_from_an_end(engine: DockerEngine) -> None:
    with opened(engine.host, pace=QUICK) as session, sitting(session, container(engine), Execute(SIZE)) as typist:
        assert typist.opened
        engine.kill()
        eventually(lambda: typist.heard.error is not None, "it says so", 15)
        assert isinstance(typist.heard.error, AppError)
        assert isinstance(typist.heard.error, ConnectionLost)
        assert not any(isinstance(item, Ended) for item in typist.heard.brought)


def test_closing_leaves_no_thread(engine: DockerEngine, session: DockerSession) -> None:
    ref = container(engine)
    typists = [Typist(session, ref, Execute(SIZE)) for _ in range(5)]
    assert all(typist.opened for typist in typists)
    assert max(typist.heard.end() for typist in typists) < 5, "it has hung up"
    eventually(lambda: not [t for t in threading.enumerate() if t.name == "pilothouse-keys"], "no thread is left", 2)


def test_what_was_begun_in_a_closed_terminal_hears_that_it_has_gone(
    engine: DockerEngine, session: DockerSession
) -> None:
    ref = container(engine)
    left, kept = Typist(session, ref, Execute(SIZE)), Typist(session, ref, Execute(SIZE))
    assert left.opened
    assert kept.opened
    left.type("sleep 77777\r")
    kept.type("sleep 88888\r")
    running = lambda: engine.docker("top", ref.id).stdout  # noqa: E731
    eventually(lambda: "77777" in running() and "88888" in running(), "both run")
    left.heard.end()
    eventually(lambda: "77777" not in running(), "what ran in the closed terminal has gone")
    assert "88888" in running()
    assert running().count("ash") == 1
    kept.heard.end()


def test_over_tls_much_goes_both_ways(tls_engine: TlsEndpoint) -> None:
    with opened(tls_engine.host, files(tls_engine)) as session:
        ref = Ref("containers", tls_engine.engine.run(command=("sleep", "86400")), "it")
        with sitting(session, ref, Execute(SIZE, ("sh", "-c", "stty raw -echo; cat"))) as typist:
            assert typist.opened
            time.sleep(0.3)
            block = bytes(range(32, 127)) * 1000
            for _ in range(20):
                typist.keys.put(block)
            eventually(lambda: len(typist.written) >= 20 * len(block), "all comes back", 30)
            assert typist.written == block * 20
