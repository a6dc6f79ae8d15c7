"""Who listens on the ports of an engine's host, where that host's kernel is this machine's."""

from __future__ import annotations

import socket
import struct
import sys
from collections.abc import Iterator
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

from models.docker.run_checks import Listener
from services.docker.engine import Engine

_PROC = Path("/proc")
_LISTENING, _UNCONNECTED = "0A", "07"  # of tcp, of udp
_CREDENTIALS = struct.Struct("3i")  # pid, uid, gid of the other end
_ENGINES_OWN = ("docker-proxy", "rootlessport", "conmon")  # they answer for containers, which are known already


def listeners(engine: Engine) -> tuple[Listener, ...]:
    """Every TCP and UDP port on which something other than a container answers, in the engine's own network.

    Empty where the engine is not on this machine, as far as one can tell: behind ssh or TCP, in a virtual machine.
    """
    pid = _engine_process(engine.context.endpoint)
    if pid is None:
        return ()
    owners: dict[str, str] | None = None
    found: list[Listener] = []
    for protocol, address, port, inode in _sockets(_PROC / str(pid) / "net"):
        owners = _owners() if owners is None else owners
        who = owners.get(inode, "")
        if not who.startswith(_ENGINES_OWN):
            found.append(Listener(port, protocol, address, who or "another process of this machine"))
    return tuple(found)


def _engine_process(endpoint: str) -> int | None:
    """The process that listens on this socket; None where it is none of this machine's."""
    path = endpoint.removeprefix("unix://")
    if path == endpoint or sys.platform != "linux":
        return None
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(1.0)
        line.connect(path)
        pid, _, _ = _CREDENTIALS.unpack(line.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size))
        return pid if pid > 0 and not _forwards(pid) else None
    return None


def _forwards(pid: int) -> bool:
    """Whether the socket only leads on, to an engine in a virtual machine or elsewhere."""
    try:
        name = (_PROC / str(pid) / "comm").read_text().strip()
    except OSError:
        return True
    return name not in ("dockerd", "podman", "systemd", "init")


def _sockets(folder: Path) -> Iterator[tuple[str, str, int, str]]:
    """Protocol, address, port and inode of what listens in this network namespace."""
    for name, state in (("tcp", _LISTENING), ("tcp6", _LISTENING), ("udp", _UNCONNECTED), ("udp6", _UNCONNECTED)):
        with suppress(OSError):
            for line in (folder / name).read_text().splitlines()[1:]:
                parts = line.split()
                if parts[3] == state:
                    address, _, port = parts[1].partition(":")
                    yield name.removesuffix("6"), _address(address), int(port, 16), parts[9]


def _address(hexadecimal: str) -> str:
    """Words of four bytes, each in this machine's order."""
    words = [hexadecimal[at : at + 8] for at in range(0, len(hexadecimal), 8)]
    raw = b"".join(int(word, 16).to_bytes(4, sys.byteorder) for word in words)
    return str(IPv4Address(raw)) if len(raw) == 4 else str(IPv6Address(raw))


def _owners() -> dict[str, str]:
    """ "nginx (4711)" by the inode of each socket that this user may look at."""
    owners: dict[str, str] = {}
    for process in _PROC.iterdir():
        if not process.name.isdigit():
            continue
        with suppress(OSError):  # ended meanwhile, or another user's
            name = (process / "comm").read_text().strip()
            for descriptor in (process / "fd").iterdir():
                with suppress(OSError):
                    target = str(descriptor.readlink())
                    if target.startswith("socket:["):
                        owners[target[8:-1]] = f"{name} ({process.name})"
    return owners
