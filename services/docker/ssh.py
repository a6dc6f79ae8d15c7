"""Engines behind ssh: the user's own ssh program carries the bytes to `docker system dial-stdio` on the far side."""

from __future__ import annotations

import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
from contextlib import suppress
from typing import IO, Any
from urllib.parse import urlsplit

from models.errors import BadInput, Reason, Unreachable
from services.docker.dialer import Dialer, Opened
from services.docker.pumps import BLOCK, Pumps

# Windows gives a child pipes but no sockets. No Windows machine has run that way; the tests run it elsewhere.
SOCKETS_FOR_CHILDREN = sys.platform != "win32"

_NAME = re.compile(r"[A-Za-z0-9_.:\[\]-]+")
_PATH = re.compile(r"/[A-Za-z0-9_./-]*")
_LAST_WORDS = 2_000  # characters of ssh's own complaint that are kept


class SshDialer(Dialer):
    """One ssh process for each connection; keys, agents, jump hosts and multiplexing are as the user set them up."""

    slack = 8.0  # the handshake is part of the first answer

    def __init__(self, host: str, user: str = "", port: int | None = None, socket_path: str = "") -> None:
        """Raises BadInput for a host, user or path that ssh or the far shell could take for something else."""
        for word in filter(None, (host, user)):
            if not _NAME.fullmatch(word) or word.startswith("-"):
                raise BadInput(f"{word!r} cannot be the name of an ssh host or user")
        if not host:
            raise BadInput("The ssh address names no host")
        if socket_path and not _PATH.fullmatch(socket_path):
            raise BadInput(f"{socket_path!r} cannot be the path of a socket")
        self._command = _command(host, user, port, socket_path)

    @classmethod
    def from_url(cls, url: str) -> SshDialer:
        """From ssh://[user@]host[:port][/path/of/a/socket]. A password is refused: process lists would show it."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise BadInput(f"{url!r}: {error}") from error
        if parts.password is not None:
            raise BadInput("The ssh address holds a password; ssh itself asks for none here")
        # Taken from the text: urlsplit lowers the case, and ssh's own aliases may have capitals.
        host = parts.netloc.rpartition("@")[2].removesuffix(f":{port}").strip("[]")
        return cls(host, parts.username or "", port, parts.path.rstrip("/"))

    def dial(self, opened: Opened) -> SshLine:
        """Start ssh. It connects while the first request waits: a failure shows there, with ssh's own words."""
        ours, theirs = socket.socketpair()
        complaints = tempfile.TemporaryFile()  # noqa: SIM115  a pipe would stay open in a ControlPersist master
        try:
            process, pumps = _start(self._command, theirs, complaints)
        except OSError as error:
            ours.close()
            theirs.close()
            complaints.close()
            raise Unreachable(f"ssh cannot be started: {error.strerror}", Reason.SSH) from error
        line = SshLine(ours, process, complaints, pumps)
        opened(line)
        return line


def _start(
    command: tuple[str, ...], end: socket.socket, complaints: IO[bytes]
) -> tuple[subprocess.Popen[bytes], Pumps | None]:
    """ssh with this end of the pair as its standard input and output, by pumps where it cannot have it itself."""
    if SOCKETS_FOR_CHILDREN:
        process = subprocess.Popen(
            command, stdin=end.fileno(), stdout=end.fileno(), stderr=complaints, start_new_session=True
        )
        end.close()
        return process, None
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=complaints, bufsize=0, **_own_group()
    )
    sink, source = process.stdin, process.stdout
    assert sink is not None  # noqa: S101  asked for above, as is the other
    assert source is not None  # noqa: S101
    read = lambda: source.read(BLOCK) or b""  # noqa: E731  unbuffered: what is there, at least one byte
    return process, Pumps(end, read=read, write=lambda block: _write(sink, block), hang_up=sink.close, name="ssh")


def _own_group() -> dict[str, Any]:
    """What keeps ssh from our terminal: its signals there, its console window on Windows."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"start_new_session": True}


def _write(sink: IO[bytes], block: bytes) -> None:
    rest = memoryview(block)
    while rest:
        rest = rest[sink.write(rest) :]


def _command(host: str, user: str, port: int | None, socket_path: str) -> tuple[str, ...]:
    far = ("docker", *(("--host", shlex.quote(f"unix://{socket_path}")) if socket_path else ()), "system", "dial-stdio")
    return (
        "ssh",
        *("-o", "BatchMode=yes", "-o", "ConnectTimeout=5", "-o", "ServerAliveInterval=15", "-T"),
        *(("-p", str(port)) if port else ()),
        *(("-l", user) if user else ()),
        *("--", host, *far),
    )


class SshLine(socket.socket):
    """Our end of the pair, and the ssh process at the other."""

    def __init__(
        self, end: socket.socket, process: subprocess.Popen[bytes], complaints: IO[bytes], pumps: Pumps | None = None
    ) -> None:
        super().__init__(end.family, end.type, end.proto, fileno=end.detach())
        self._process = process
        self._complaints = complaints
        self._pumps = pumps

    def last_words(self) -> str | None:
        """What ssh said when it ended in failure (up to 1 s is given to it), or None while it runs or ended well."""
        try:
            code = self._process.wait(1.0)
        except subprocess.TimeoutExpired:
            return None
        if code == 0 or self._complaints.closed:
            return None
        self._complaints.seek(0)
        said = self._complaints.read().decode(errors="replace").strip()
        return said[-_LAST_WORDS:] or f"ssh ended with exit code {code}"

    def finish(self) -> None:
        """Close, and end the ssh process; at most a second."""
        self.close()
        _end(self._process)
        if self._pumps is not None:
            self._pumps.join(0.5)  # both its lines have ended
        for pipe in filter(None, (self._process.stdin, self._process.stdout)):
            pipe.close()
        self._complaints.close()


def _end(process: subprocess.Popen[bytes]) -> None:
    """End ssh and all that it started in its group, and reap it; at most half a second."""
    for kill in (_terminate, _kill):
        if process.poll() is not None:
            return
        with suppress(ProcessLookupError):  # it has just ended by itself
            kill(process)
        try:
            process.wait(0.5)
        except subprocess.TimeoutExpired:
            continue


def _terminate(process: subprocess.Popen[bytes]) -> None:
    if sys.platform == "win32":
        process.terminate()
    else:
        os.killpg(process.pid, signal.SIGTERM)


def _kill(process: subprocess.Popen[bytes]) -> None:
    if sys.platform == "win32":
        process.kill()
    else:
        os.killpg(process.pid, signal.SIGKILL)
