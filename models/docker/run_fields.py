"""The flags whose value is a list of fields, `type=bind,source=/a,target=/b`: --mount, --network, --gpus."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable
from typing import Any

from models.docker.run_spec import Gpus, Mount, MountType, Network, Pair
from models.docker.run_values import read_number, read_pair, read_size, read_switch, write_pair, write_size

_FIELDS = re.compile(r"\w+=\w+")  # what tells fields from a name


def _split(text: str) -> list[str]:
    try:
        rows = list(csv.reader([text], strict=True))
    except csv.Error as error:
        raise ValueError(f"{text!r} is no list of fields: {error}") from None
    return rows[0] if rows else []


def _joined(fields: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(fields)
    return line.getvalue()


def _switch(text: str | None) -> bool:
    return True if text is None else read_switch(text)


def _octal(text: str) -> int:
    try:
        return int(text, 8)
    except ValueError:
        raise ValueError(f"{text!r} is no octal mode: 1777") from None


_RECURSIVE = ("enabled", "disabled", "writable", "readonly")
_MOUNT: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "source": ("source", str), "src": ("source", str),
    "target": ("target", str), "dst": ("target", str), "destination": ("target", str),
    "readonly": ("read_only", _switch), "ro": ("read_only", _switch),
    "consistency": ("consistency", str.lower),
    "bind-propagation": ("propagation", str.lower),
    "bind-recursive": ("recursive", str),
    "bind-create-src": ("create_source", _switch),
    "volume-subpath": ("subpath", str), "image-subpath": ("subpath", str),
    "volume-nocopy": ("no_copy", _switch),
    "volume-driver": ("driver", str),
    "tmpfs-size": ("tmpfs_size", read_size),
    "tmpfs-mode": ("tmpfs_mode", _octal),
}  # fmt: skip
_ALONE = ("readonly", "ro", "volume-nocopy", "bind-nonrecursive", "bind-create-src")


def read_mount(text: str) -> Mount:
    """`type=bind,source=/a,target=/b,readonly`."""
    values: dict[str, Any] = {}
    options: list[Pair] = []
    labels: list[Pair] = []
    for field in _split(text.strip()):
        key, equals, value = field.partition("=")
        key = key.lower()
        if not equals and key not in _ALONE:
            raise ValueError(f"{field!r} is not key=value")
        if key == "type":
            values["type"] = _mount_type(value)
        elif key == "bind-nonrecursive":
            values["recursive"] = "disabled" if _switch(value if equals else None) else ""
        elif key == "volume-opt":
            options.append(read_pair(value))
        elif key == "volume-label":
            labels.append(read_pair(value))
        elif key in _MOUNT:
            name, read = _MOUNT[key]
            values[name] = read(value if equals else None)
        else:
            raise ValueError(f"--mount knows no {key!r}")
    mount = Mount(**values, driver_options=tuple(options), labels=tuple(labels))
    if problem := mount_problem(mount):
        raise ValueError(problem)
    return mount


def _mount_type(text: str) -> MountType:
    try:
        return MountType(text.lower())
    except ValueError:
        raise ValueError(f"{text!r} is none of {', '.join(MountType)}") from None


def mount_problem(mount: Mount) -> str | None:
    """Why `--mount` cannot be so, or None."""
    if not mount.target:
        return "A mount needs a target, the path inside the container"
    if mount.type is MountType.TMPFS and mount.source:
        return "A tmpfs has no source"
    if mount.type in (MountType.BIND, MountType.IMAGE) and not mount.source:
        return f"A mount of type {mount.type} needs a source"
    if mount.recursive and mount.recursive not in _RECURSIVE:
        return f"{mount.recursive!r} is none of {', '.join(_RECURSIVE)}"
    return None


def write_mount(mount: Mount) -> str:
    """`type=bind,source=/a,target=/b,readonly`."""
    prefix = "image" if mount.type is MountType.IMAGE else "volume"
    fields = [f"type={mount.type}"]
    for key, value in (
        ("source", mount.source), ("target", mount.target), ("consistency", mount.consistency),
        ("bind-propagation", mount.propagation), ("bind-recursive", mount.recursive),
        (f"{prefix}-subpath", mount.subpath), ("volume-driver", mount.driver),
        ("tmpfs-size", write_size(mount.tmpfs_size) if mount.tmpfs_size else ""),
        ("tmpfs-mode", "" if mount.tmpfs_mode is None else f"{mount.tmpfs_mode:o}"),
    ):  # fmt: skip
        fields += [f"{key}={value}"] * bool(value)
    fields += [f"volume-opt={write_pair(option)}" for option in mount.driver_options]
    fields += [f"volume-label={write_pair(label)}" for label in mount.labels]
    fields += ["readonly"] * mount.read_only + ["volume-nocopy"] * mount.no_copy
    fields += ["bind-create-src"] * mount.create_source
    return _joined(fields)


_NETWORK_TEXTS = {"name": "name", "ip": "ipv4", "ip6": "ipv6", "mac-address": "mac"}
_NETWORK_LISTS = {"alias": "aliases", "link-local-ip": "link_local"}


def read_network(text: str) -> Network:
    """A network's name, or `name=net,alias=a,ip=10.0.0.2`."""
    if not _FIELDS.search(text):
        if not text.strip():
            raise ValueError("A network's name is needed")
        return Network(name=text)
    values: dict[str, Any] = {}
    options: list[Pair] = []
    for field in _split(text):
        key, equals, value = (part.strip() for part in field.lower().partition("="))
        if key in _NETWORK_TEXTS:
            values[_NETWORK_TEXTS[key]] = value
        elif key in _NETWORK_LISTS:
            name = _NETWORK_LISTS[key]
            values[name] = (*values.get(name, ()), value)
        elif key == "driver-opt":
            options.append(read_pair(value))
        elif key == "gw-priority":
            values["priority"] = read_number(value)
        else:
            raise ValueError(f"--network knows no {key!r}" if equals else f"{field!r} is not key=value")
    if not values.get("name"):
        raise ValueError(f"{text!r} does not name its network")
    return Network(**values, driver_options=tuple(options))


def write_network(network: Network) -> str:
    """`name=net,alias=a`; the bare name where that says it all."""
    fields = [f"name={network.name}"]
    fields += [f"alias={alias}" for alias in network.aliases]
    fields += [f"ip={network.ipv4}"] * bool(network.ipv4) + [f"ip6={network.ipv6}"] * bool(network.ipv6)
    fields += [f"mac-address={network.mac}"] * bool(network.mac)
    fields += [f"link-local-ip={address}" for address in network.link_local]
    fields += [f"driver-opt={write_pair(option)}" for option in network.driver_options]
    fields += [f"gw-priority={network.priority}"] * bool(network.priority)
    return network.name if len(fields) == 1 else _joined(fields)


def read_gpus(text: str) -> Gpus:
    """`all`, `2`, `"device=0,1"`, `driver=nvidia,count=1,"capabilities=compute,utility"`."""
    values: dict[str, Any] = {}
    for field in _split(text):
        key, equals, value = field.partition("=")
        if not equals:
            key, value = "count", field
        if key == "count":
            values["count"] = -1 if value == "all" else read_number(value)
        elif key == "driver":
            values["driver"] = value
        elif key == "device":
            values["device_ids"] = tuple(value.split(","))
        elif key == "capabilities":
            values["capabilities"] = tuple(value.split(","))
        elif key == "options":
            values["options"] = tuple(read_pair(option) for option in _split(value))
        else:
            raise ValueError(f"--gpus knows no {key!r}")
    if "count" not in values and "device_ids" not in values:
        values["count"] = 1
    return Gpus(**values)


def write_gpus(gpus: Gpus) -> str:
    """`all`, or its fields."""
    fields = [f"driver={gpus.driver}"] * bool(gpus.driver)
    fields += [f"count={'all' if gpus.count < 0 else gpus.count}"] * bool(gpus.count)
    fields += [f"device={','.join(gpus.device_ids)}"] * bool(gpus.device_ids)
    fields += [f"capabilities={','.join(gpus.capabilities)}"] * bool(gpus.capabilities)
    fields += [f"options={_joined(map(write_pair, gpus.options))}"] * bool(gpus.options)
    alone = len(fields) == 1 and bool(gpus.count)
    return fields[0].removeprefix("count=") if alone else _joined(fields)
