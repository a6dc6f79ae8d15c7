"""Named pipes, with a pipe that stands for one of Windows."""

from __future__ import annotations

import errno
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest

from models.context import Context
from models.errors import AppError, NotPermitted, Reason, Unreachable
from services.docker import pipes
from services.docker.dialing import dialer_for
from services.docker.engine import Engine
from tests.services.collecting import Collector, eventually
from tests.services.fake_engine import FakeEngine, fake_engine
from tests.services.pinging import at, failure, ping


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[FakeEngine]:
    with fake_engine(tmp_path) as fake:
        yield fake


class WindowsFailure(Exception):
    """What pywin32 raises: no OSError."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.winerror, self.strerror = number, f"error {number}"


class Pipe:
    """The SDK's pipe socket over a unix socket; `failures` come first."""

    failures: ClassVar[list[int]]
    connected: ClassVar[list[tuple[str, int]]]
    target: ClassVar[Path]

    def connect(self, path: str, tries: int) -> None:
        Pipe.connected.append((path, tries))
        if Pipe.failures:
            raise WindowsFailure(Pipe.failures.pop(0))
        self._line = socket.socket(socket.AF_UNIX)
        self._line.connect(str(Pipe.target))

    def settimeout(self, seconds: float | None) -> None:
        self._line.settimeout(seconds)

    def recv_into(self, block: bytearray) -> int:
        return self._line.recv_into(block)

    def send(self, block: bytes) -> int:
        return self._line.send(block[:1000])  # in pieces

    def close(self) -> None:
        self._line.shutdown(socket.SHUT_RDWR)
        self._line.close()


@pytest.fixture
def pipe(fake: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> Context:
    import docker.transport

    monkeypatch.setattr(docker.transport, "NpipeSocket", Pipe, raising=False)
    monkeypatch.setattr(pipes, "CONNECT_SECONDS", 0.4)
    Pipe.failures, Pipe.connected, Pipe.target = [], [], fake.path
    return at("npipe:////./pipe/docker_engine")


def pipe_threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("pilothouse-pipe")]


def test_an_engine_answers_over_a_named_pipe(pipe: Context, fake: FakeEngine) -> None:
    ping(pipe)
    assert Pipe.connected[0] == ("//./pipe/docker_engine", 9)
    eventually(lambda: not pipe_threads(), "no thread is left")
    eventually(lambda: fake.open_lines == 0, "no pipe is left")


def test_a_busy_pipe_is_waited_for(pipe: Context) -> None:
    Pipe.failures = [231, 231]
    ping(pipe)
    Pipe.failures = [231] * 1000
    error = failure(pipe)
    assert isinstance(error, Unreachable)
    assert error.reason is Reason.TIMED_OUT


def test_waiting_for_a_busy_pipe_can_be_cancelled(pipe: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipes, "CONNECT_SECONDS", 60.0)
    Pipe.failures = [231] * 10_000
    engine = Engine(pipe)
    waiting = Collector(lambda scope: [engine.get("/x", None, scope)])
    eventually(lambda: Pipe.connected, "it tries")
    assert waiting.end() < 0.2
    engine.close()


@pytest.mark.parametrize(("number", "reason"), [(2, Reason.MISSING), (53, Reason.NO_ROUTE), (1, Reason.UNKNOWN)])
def test_windows_refusals_are_told_apart(pipe: Context, number: int, reason: Reason) -> None:
    Pipe.failures = [number]
    error = failure(pipe)
    assert isinstance(error, Unreachable)
    assert error.reason is reason


def test_a_forbidden_pipe_is_told(pipe: Context) -> None:
    Pipe.failures = [5]
    assert isinstance(failure(pipe), NotPermitted)


def test_a_pipe_that_breaks_ends_its_stream(pipe: Context, fake: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: Pipe, block: bytearray) -> int:
        raise WindowsFailure(109)

    monkeypatch.setattr(Pipe, "recv_into", broken)
    assert isinstance(failure(pipe), AppError)
    eventually(lambda: not pipe_threads(), "no thread is left")


def test_a_machine_without_named_pipes_says_so() -> None:
    error = failure(at("npipe:////./pipe/docker_engine"))
    assert error.message == "Named pipes need Windows and pywin32"


def test_a_bug_in_a_pipe_is_no_dead_pipe(pipe: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(self: Pipe, path: str, tries: int) -> None:
        raise TypeError("a bug")

    monkeypatch.setattr(Pipe, "connect", wrong)
    with pytest.raises(TypeError):
        dialer_for(pipe).dial(lambda _: None)


def test_errors_of_the_system_keep_their_number(pipe: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(self: Pipe, path: str, tries: int) -> None:
        raise OSError(errno.ECONNREFUSED, "Connection refused")

    monkeypatch.setattr(Pipe, "connect", refused)
    error = failure(pipe)
    assert isinstance(error, Unreachable)
    assert error.reason is Reason.REFUSED
