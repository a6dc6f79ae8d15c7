"""A flag's text in the parts that have fields of their own, and back; nothing is checked: half a text stays one."""

from __future__ import annotations

import csv
import io
import re

from msgspec import Struct

_DRIVE = re.compile(r"[A-Za-z]:[\\/]")


class PortParts(Struct, frozen=True):
    """Of `-p [[address:]public:]private[/protocol]`."""

    address: str = ""
    public: str = ""
    private: str = ""
    protocol: str = "tcp"


def port_parts(text: str) -> PortParts:
    """Take `127.0.0.1:8080:80/udp` apart."""
    rest, slash, protocol = text.rpartition("/")
    if not slash:
        rest, protocol = text, "tcp"
    address, public, private = ("", "", *rest.rsplit(":", 2))[-3:]
    return PortParts(address.strip("[]"), public, private, protocol)


def port_text(parts: PortParts) -> str:
    """`127.0.0.1:8080:80/udp`; "" where nothing is said."""
    if not (parts.address or parts.public or parts.private):
        return ""
    address = f"[{parts.address}]" if ":" in parts.address else parts.address
    outside = f"{address}:{parts.public}:" if address else f"{parts.public}:" if parts.public else ""
    return outside + parts.private + ("" if parts.protocol == "tcp" else f"/{parts.protocol}")


class MountParts(Struct, frozen=True):
    """Of `-v [source:]target[:mode]`."""

    source: str = ""
    target: str = ""
    mode: str = ""


def mount_parts(text: str) -> MountParts:
    """Take `data:/srv:ro` apart; a drive letter of Windows belongs to its path."""
    drive = 2 if _DRIVE.match(text) else 0
    source, colon, rest = text[drive:].partition(":")
    source = text[:drive] + source
    if not colon:
        return MountParts(target=source)
    drive = 2 if _DRIVE.match(rest) else 0
    target, _, mode = rest[drive:].partition(":")
    return MountParts(source, rest[:drive] + target, mode)


def mount_text(parts: MountParts) -> str:
    """`data:/srv:ro`; "" where nothing is said."""
    if not parts.source:
        return parts.target
    return f"{parts.source}:{parts.target}" + (f":{parts.mode}" if parts.mode else "")


class NetworkParts(Struct, frozen=True):
    """Of `--network name=…,alias=…`; `more` are the other options as they were written."""

    name: str = ""
    aliases: tuple[str, ...] = ()
    more: tuple[str, ...] = ()


def network_parts(text: str) -> NetworkParts:
    """Take `shop` or `name=shop,alias=db,ip=10.0.0.2` apart."""
    if "=" not in text:
        return NetworkParts(text)
    name, aliases, more = "", [], []
    for option in next(csv.reader([text])):
        key, _, value = option.partition("=")
        match key.strip().lower():
            case "name":
                name = value
            case "alias":
                aliases.append(value)
            case _:
                more.append(option)
    return NetworkParts(name, tuple(aliases), tuple(more))


def network_text(parts: NetworkParts) -> str:
    """`shop`, or the long form where there is more to say; "" where nothing is said."""
    if not (parts.aliases or parts.more):
        return parts.name
    line = io.StringIO()
    options = (f"name={parts.name}", *(f"alias={alias}" for alias in parts.aliases), *parts.more)
    csv.writer(line, lineterminator="").writerow(options)
    return line.getvalue()
