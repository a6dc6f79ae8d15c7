"""A first look at a socket: quick, cancellable, and never at a network."""

from __future__ import annotations

import errno
import shutil
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.context import Context, EngineKind
from models.discovery import Answer
from services.cancel import CancelScope
from services.docker.probe import probe
from tests.services.listening import listening


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder with a short path: a socket's has 107 bytes."""
    home = Path(tempfile.mkdtemp(prefix="ph-"))
    yield home
    shutil.rmtree(home)


def unix(path: Path) -> Context:
    return Context(id="x", engine=EngineKind.DOCKER, name="x", endpoint=f"unix://{path}")


def test_a_probe_tells_missing_refused_and_answering_apart(home: Path) -> None:
    path = home / "engine.sock"
    assert probe(unix(path), CancelScope()) is Answer.MISSING
    with listening(path, b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK"):
        assert probe(unix(path), CancelScope()) is Answer.ANSWERS
    assert probe(unix(path), CancelScope()) is Answer.REFUSED
    path.unlink()
    with listening(path, b"220 mail.example.org ESMTP"):
        assert probe(unix(path), CancelScope()) is Answer.OTHER
    path.unlink()
    with listening(path, b""):
        assert probe(unix(path), CancelScope()) is Answer.SILENT


def test_a_probe_tells_that_it_is_not_permitted(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbid(*_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")  # root, as whom tests may run, gets no such answer

    monkeypatch.setattr(socket.socket, "connect", forbid)
    assert probe(unix(home / "engine.sock"), CancelScope()) is Answer.NOT_PERMITTED


def test_a_probe_of_a_silent_socket_ends_when_cancelled(home: Path) -> None:
    scope = CancelScope()
    with listening(home / "engine.sock"):
        threading.Timer(0.05, scope.cancel).start()
        begun = time.monotonic()
        assert probe(unix(home / "engine.sock"), scope) is Answer.SILENT
    assert time.monotonic() - begun < 0.5


def test_a_probe_does_not_wait_for_long(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.docker.probe._SECONDS", 0.1)
    with listening(home / "engine.sock"):
        begun = time.monotonic()
        assert probe(unix(home / "engine.sock"), CancelScope()) is Answer.SILENT
    assert time.monotonic() - begun < 2


def test_nothing_is_sent_to_a_network() -> None:
    remote = Context(id="x", engine=EngineKind.DOCKER, name="x", endpoint="tcp://127.0.0.1:1")
    assert probe(remote, CancelScope()) is Answer.NOT_ASKED
