"""Faults that need no engine: addresses that never answer, refuse or may not be touched."""

import ctypes
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CAP_DAC_OVERRIDE = 1
CAPABILITY_VERSION = 0x20080522


@contextmanager
def black_hole() -> Iterator[tuple[str, int]]:
    """An address of this machine whose SYNs stay unanswered, as behind a firewall that drops them."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        address: tuple[str, int] = listener.getsockname()
        # A backlog of 0 holds one connection; the kernel drops what comes once that is there.
        callers = [socket.socket() for _ in range(4)]
        for caller in callers:
            caller.setblocking(False)
            caller.connect_ex(address)
        try:
            yield address
        finally:
            for caller in callers:
                caller.close()


@contextmanager
def refused() -> Iterator[tuple[str, int]]:
    """An address of this machine that nobody listens on, and that nobody else gets meanwhile."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        yield holder.getsockname()


@contextmanager
def forbidden(path: Path) -> Iterator[None]:
    """Take everybody's permission to `path` away, root's too.

    Root passes by any mode. So this thread, and those that it starts meanwhile, lose the capability to do that;
    threads that ran before keep it.
    """
    mode = path.stat().st_mode
    path.chmod(0)
    try:
        with without_override():
            yield
    finally:
        path.chmod(mode)


class _Header(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _Sets(ctypes.Structure):
    _fields_ = (("effective", ctypes.c_uint32), ("permitted", ctypes.c_uint32), ("inheritable", ctypes.c_uint32))


@contextmanager
def without_override() -> Iterator[None]:
    """Let permissions count for this thread although it is root's (capset(2) acts on one thread)."""
    sets = (_Sets * 2)()
    _capability_call("capget", sets)
    had = sets[0].effective
    sets[0].effective = had & ~(1 << CAP_DAC_OVERRIDE)
    _capability_call("capset", sets)
    try:
        yield
    finally:
        sets[0].effective = had
        _capability_call("capset", sets)


def _capability_call(name: str, sets: ctypes.Array[_Sets]) -> None:
    header = _Header(CAPABILITY_VERSION, 0)
    if getattr(ctypes.CDLL(None, use_errno=True), name)(ctypes.byref(header), sets):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
