"""The values of `docker run`'s flags, from words and back. Readers raise ValueError, saying why."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import TypeVar

from models.docker.run_spec import (
    Bind,
    Device,
    Expose,
    Pair,
    Ports,
    Publish,
    Restart,
    Throttle,
    Tmpfs,
    Ulimit,
    Variable,
)

T = TypeVar("T")

_NANO = 1_000_000_000
_UNITS = {"": 1, "b": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40, "p": 1 << 50}
_SIZE = re.compile(r"(\d+(?:\.\d*)?|\.\d+) ?(?:b|([kmgtp])(?:i?b)?)?", re.IGNORECASE)
_DURATIONS = {"h": 3600 * _NANO, "m": 60 * _NANO, "s": _NANO, "ms": 1_000_000, "us": 1_000, "µs": 1_000, "ns": 1}
_DURATION = re.compile(r"(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)")
_TRUE, _FALSE = ("1", "t", "T", "true", "TRUE", "True"), ("0", "f", "F", "false", "FALSE", "False")
_DRIVE = re.compile(r"[A-Za-z]:[\\/]")
_ULIMITS = (
    "core", "cpu", "data", "fsize", "locks", "memlock", "msgqueue", "nice", "nofile", "nproc", "rss", "rtprio",
    "rttime", "sigpending", "stack",
)  # fmt: skip


def read_size(text: str) -> int:
    """Bytes of "512m", "1.5GiB", "1024"; units are powers of 1024."""
    found = _SIZE.fullmatch(text)
    if not found:
        raise ValueError(f"{text!r} is no size: a number with b, k, m or g")
    return int(float(found[1]) * _UNITS[(found[2] or "").lower()])


def write_size(size: int) -> str:
    """The shortest exact word: "512m"."""
    for letter in ("p", "t", "g", "m", "k"):
        if size > 0 and size % _UNITS[letter] == 0:
            return f"{size // _UNITS[letter]}{letter}"
    return str(size)


def read_swap(text: str) -> int:
    """A size, or -1 for no limit."""
    return -1 if text == "-1" else read_size(text)


def read_duration(text: str) -> int:
    """Nanoseconds of "1m30s", "500ms", "0"."""
    if text == "0":
        return 0
    parts = _DURATION.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise ValueError(f"{text!r} is no duration: 30s, 1m30s or 500ms")
    return sum(int(Fraction(number.rstrip(".")) * _DURATIONS[unit]) for number, unit in parts)


def write_duration(nanoseconds: int) -> str:
    """The exact word: "1m30s"."""
    words: list[str] = []
    for unit in ("h", "m", "s", "ms", "us", "ns"):
        count, nanoseconds = divmod(nanoseconds, _DURATIONS[unit])
        words += [f"{count}{unit}"] * bool(count)
    return "".join(words) or "0s"


def read_cpus(text: str) -> int:
    """Billionths of a core of "1.5"."""
    try:
        nano = Fraction(text) * _NANO
    except (ValueError, ZeroDivisionError):
        raise ValueError(f"{text!r} is no number of cores: 0.5, 2") from None
    if nano.denominator != 1 or nano < 0:
        raise ValueError(f"{text!r} is too exact" if nano > 0 else f"{text!r} is less than nothing")
    return int(nano)


def write_cpus(nano: int) -> str:
    """Cores: "1.5"."""
    whole, rest = divmod(nano, _NANO)
    return f"{whole}.{rest:09d}".rstrip("0").rstrip(".")


def read_number(text: str) -> int:
    """A whole number, in the bases that Go reads: 10, 0x1f, 0o17, 017."""
    try:
        return int(text, 0) if not re.fullmatch(r"[+-]?0\d+", text) else int(text, 8)
    except ValueError:
        raise ValueError(f"{text!r} is no whole number") from None


def read_switch(text: str) -> bool:
    """What stands behind `--init=`."""
    if text not in (*_TRUE, *_FALSE):
        raise ValueError(f"{text!r} is neither true nor false")
    return text in _TRUE


def one_of(*choices: str) -> Callable[[str], str]:
    """A reader that takes only these, in any case."""

    def read(text: str) -> str:
        if text.lower() not in choices:
            raise ValueError(f"{text!r} is none of {', '.join(choices)}")
        return text.lower()

    return read


def within(least: int, most: int) -> Callable[[str], int]:
    """A reader of whole numbers between these two."""

    def read(text: str) -> int:
        number = read_number(text)
        if not least <= number <= most:
            raise ValueError(f"{text} is not between {least:,} and {most:,}")
        return number

    return read


def read_pair(text: str) -> Pair:
    """`key=value`; without "=" the value is ""."""
    key, _, value = text.partition("=")
    if not key.strip():
        raise ValueError(f"{text!r} has no name")
    return key, value


def write_pair(pair: Pair) -> str:
    """`key=value`."""
    return f"{pair[0]}={pair[1]}"


def read_variable(text: str) -> Variable:
    """`NAME=value` or `NAME`."""
    name, equals, value = text.partition("=")
    if not name:
        raise ValueError(f"{text!r} has no name")
    return Variable(name, value if equals else None)


def write_variable(variable: Variable) -> str:
    """`NAME=value` or `NAME`."""
    return variable.name if variable.value is None else f"{variable.name}={variable.value}"


def read_ports(text: str) -> Ports:
    """`80` or `8000-8010`."""
    first, dash, last = text.partition("-")
    if not first.isdecimal() or (dash and not last.isdecimal()):
        raise ValueError(f"{text!r} is no port and no range of ports")
    ports = Ports(int(first), int(last if dash else first))
    if ports.last > 65_535 or ports.first > ports.last:
        raise ValueError(f"{text} is not between 0 and 65535, the smaller first")
    return ports


def write_ports(ports: Ports) -> str:
    """`80` or `8000-8010`."""
    return str(ports.first) if ports.count == 1 else f"{ports.first}-{ports.last}"


def _protocol(text: str) -> tuple[str, str]:
    ports, slash, protocol = text.partition("/")
    if slash and protocol.lower() not in ("tcp", "udp", "sctp"):
        raise ValueError(f"{protocol!r} is none of tcp, udp, sctp")
    return ports, protocol.lower() or "tcp"


def read_publish(text: str) -> Publish:
    """`[[address:]public:]private[/protocol]`, or `published=…,target=…,protocol=…`."""
    if "=" in text:
        text = _short_publish(text)
    rest, protocol = _protocol(text)
    address, public, private = ("", "", *rest.rsplit(":", 2))[-3:]
    published = read_ports(public) if public else None
    inside = read_ports(private)
    if published and inside.count not in (1, published.count):
        raise ValueError(f"{public} and {private} are not equally many ports")
    return Publish(private=inside, public=published, address=address.strip("[]"), protocol=protocol)


def _short_publish(text: str) -> str:
    parts = {"protocol": "tcp", "published": "", "target": ""} | dict(read_pair(part) for part in text.split(","))
    return f"{parts['published']}:{parts['target']}/{parts['protocol']}"


def write_publish(publish: Publish) -> str:
    """`127.0.0.1:8080:80/udp`."""
    address = f"[{publish.address}]" if ":" in publish.address else publish.address
    public = write_ports(publish.public) if publish.public else ""
    outside = f"{address}:{public}:" if address else f"{public}:" if public else ""
    return outside + write_ports(publish.private) + _suffix(publish.protocol)


def read_expose(text: str) -> Expose:
    """`80`, `8000-8010/udp`."""
    ports, protocol = _protocol(text)
    return Expose(read_ports(ports), protocol)


def write_expose(expose: Expose) -> str:
    """`80/udp`."""
    return write_ports(expose.ports) + _suffix(expose.protocol)


def _suffix(protocol: str) -> str:
    return "" if protocol == "tcp" else f"/{protocol}"


def read_bind(text: str) -> Bind:
    """`[source:]target[:mode]`; a drive letter of Windows belongs to its path."""
    parts = _path_parts(text)
    if not 1 <= len(parts) <= 3 or not all(parts):
        raise ValueError(f"{text!r} is not source:target:mode")
    if len(parts) == 1:
        return Bind(parts[0])
    return Bind(parts[1], parts[0], parts[2] if len(parts) == 3 else "")


def _path_parts(text: str) -> list[str]:
    parts: list[str] = []
    while text:
        drive = 2 if _DRIVE.match(text) else 0
        end = text.find(":", drive)
        if end < 0:
            return [*parts, text]
        parts.append(text[:end])
        text = text[end + 1 :]
    return [*parts, ""]


def write_bind(bind: Bind) -> str:
    """`source:target:mode`."""
    return ":".join(part for part in (bind.source, bind.target, bind.mode) if part)


def read_tmpfs(text: str) -> Tmpfs:
    """`target[:options]`."""
    target, _, options = text.partition(":")
    if not target:
        raise ValueError("A path inside the container is needed")
    return Tmpfs(target, options)


def write_tmpfs(tmpfs: Tmpfs) -> str:
    """`target:options`."""
    return f"{tmpfs.target}:{tmpfs.options}" if tmpfs.options else tmpfs.target


def read_restart(text: str) -> Restart:
    """`no`, `always`, `unless-stopped`, `on-failure[:most]`."""
    name, _, most = text.partition(":")
    if name not in ("no", "always", "unless-stopped", "on-failure"):
        raise ValueError(f"{name!r} is none of no, always, unless-stopped, on-failure")
    if most and name != "on-failure":
        raise ValueError(f"Only on-failure counts its attempts, {name} does not")
    return Restart(name, read_number(most) if most else 0)


def write_restart(restart: Restart) -> str:
    """`on-failure:3`."""
    return f"{restart.name}:{restart.most}" if restart.most else restart.name


def read_ulimit(text: str) -> Ulimit:
    """`nofile=1024:2048`."""
    name, equals, limits = text.partition("=")
    soft, colon, hard = limits.partition(":")
    if not equals or name not in _ULIMITS:
        raise ValueError(f"{text!r} is not name=soft:hard with a name of {', '.join(_ULIMITS)}")
    ulimit = Ulimit(name, read_number(soft), read_number(hard if colon else soft))
    if ulimit.hard != -1 and (ulimit.soft == -1 or ulimit.soft > ulimit.hard):
        raise ValueError(f"The soft limit {soft} is above the hard one, {hard}")
    return ulimit


def write_ulimit(ulimit: Ulimit) -> str:
    """`nofile=1024:2048`."""
    return f"{ulimit.name}={ulimit.soft}" + (f":{ulimit.hard}" if ulimit.hard != ulimit.soft else "")


def read_device(text: str) -> Device:
    """`host[:inside[:permissions]]`."""
    parts = text.split(":")
    if not 1 <= len(parts) <= 3 or not text.startswith("/"):
        raise ValueError(f"{text!r} is not /dev/host:/dev/inside:rwm")
    if len(parts) == 2 and re.fullmatch("[rwm]{1,3}", parts[1]):
        return Device(parts[0], parts[0], parts[1])
    return Device(parts[0], parts[1] if len(parts) > 1 else parts[0], parts[2] if len(parts) > 2 else "rwm")


def write_device(device: Device) -> str:
    """`/dev/host:/dev/inside:rwm`."""
    if device.permissions != "rwm":
        return f"{device.host}:{device.inside}:{device.permissions}"
    return device.host if device.inside == device.host else f"{device.host}:{device.inside}"


def throttle(rate: Callable[[str], int]) -> Callable[[str], Throttle]:
    """A reader of `/dev/sda:rate`."""

    def read(text: str) -> Throttle:
        path, colon, value = text.partition(":")
        if not colon or not path.startswith("/dev/"):
            raise ValueError(f"{text!r} is not /dev/name:rate")
        return Throttle(path, rate(value))

    return read


def write_throttle(limit: Throttle) -> str:
    """`/dev/sda:1048576`."""
    return f"{limit.path}:{limit.rate}"


def write_bytes_throttle(limit: Throttle) -> str:
    """`/dev/sda:1m`."""
    return f"{limit.path}:{write_size(limit.rate)}"


def read_host(text: str) -> str:
    """`name:address`, also written with "=" and with brackets around IPv6."""
    name, separator, address = text.partition("=") if "=" in text.split(":")[0] else text.partition(":")
    if not separator or not name or not address:
        raise ValueError(f"{text!r} is not name:address")
    return f"{name}:{address.strip('[]')}"


def last_of_each(items: Iterable[T], key: Callable[[T], object]) -> tuple[T, ...]:
    """Of those with the same key the last, in its first place."""
    kept: dict[object, T] = {}
    for item in items:
        kept[key(item)] = item
    return tuple(kept.values())
