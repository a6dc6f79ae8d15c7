"""Named pipes of Windows, as Docker Desktop has them. Written by their documentation: no Windows machine has run it."""

from __future__ import annotations

import errno
import socket
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

from models.errors import ConnectionLost, Reason, Unreachable
from services.docker.dialer import CONNECT_SECONDS, Dialer, Opened, refusal
from services.docker.pumps import BLOCK, Pumps

_BUSY = 231  # Windows' own numbers
_ERRNO = {2: errno.ENOENT, 5: errno.EACCES, 53: errno.EHOSTUNREACH, _BUSY: errno.ETIMEDOUT}
_PAUSE = 0.05  # seconds until a busy pipe is tried again
_LAST_TRY = 9  # tells the SDK's socket not to wait for a busy pipe by itself, for seconds and without an end

Answer = TypeVar("Answer")


class PipeDialer(Dialer):
    """The SDK's pipe behind a socket, which can be given time limits and be cut as all others."""

    def __init__(self, path: str) -> None:
        self._path = path

    def dial(self, opened: Opened) -> socket.socket:
        """Open the pipe; one whose instances are all taken is waited for, CONNECT_SECONDS at most."""
        try:
            from docker.transport import NpipeSocket
        except ImportError as error:
            raise Unreachable("Named pipes need Windows and pywin32", Reason.MISSING) from error

        attempt = _Attempt()
        opened(attempt)
        pipe = self._connected(NpipeSocket, attempt)
        ours, theirs = socket.socketpair()
        Pumps(
            theirs,
            read=lambda: _as_os_error(lambda: _read(pipe)),
            write=lambda block: _as_os_error(lambda: _write(pipe, block)),
            hang_up=lambda: _as_os_error(pipe.close),
            name="pipe",
        )
        opened(ours)
        return ours

    def _connected(self, make: Callable[[], Any], attempt: _Attempt) -> Any:
        end = time.monotonic() + CONNECT_SECONDS
        while True:
            pipe = make()
            try:
                _as_os_error(lambda pipe=pipe: pipe.connect(self._path, _LAST_TRY))  # type: ignore[misc]
            except OSError as error:
                if error.errno != errno.ETIMEDOUT or time.monotonic() > end:
                    raise refusal(error, self._path) from error
            else:
                pipe.settimeout(None)
                return pipe
            if attempt.over.wait(_PAUSE):
                raise ConnectionLost("The request was cancelled")


class _Attempt:
    """What can be closed while the pipe is busy."""

    def __init__(self) -> None:
        self.over = threading.Event()

    def close(self) -> None:
        self.over.set()


def _read(pipe: Any) -> bytes:
    block = bytearray(BLOCK)
    return bytes(block[: pipe.recv_into(block)])


def _write(pipe: Any, block: bytes) -> None:
    rest = memoryview(block)
    while rest:
        rest = rest[pipe.send(bytes(rest)) :]


def _as_os_error(do: Callable[[], Answer]) -> Answer:
    """Windows' failures come as pywintypes.error, which is no OSError; both it and RuntimeError mean a dead pipe."""
    try:
        return do()
    except OSError:
        raise
    except RuntimeError as error:  # the SDK's word for a pipe that was closed meanwhile
        raise OSError(errno.EPIPE, str(error)) from error
    except Exception as error:
        number = getattr(error, "winerror", None)
        if number is None:
            raise
        raise OSError(_ERRNO.get(number, errno.EIO), getattr(error, "strerror", str(error))) from error
