"""What exists on an engine that a new container can be made with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import msgspec
from msgspec import Struct

from models.docker.run_stock import Item, Stock, free_ports
from models.text import bytes_text, count_text, natural
from services.cancel import CancelScope
from services.docker.engine import Engine


class _Image(Struct, rename="pascal"):
    repo_tags: list[str] | None = None
    size: int = 0


class _Network(Struct, rename="pascal"):
    name: str
    driver: str = ""


class _Volume(Struct, rename="pascal"):
    name: str
    driver: str = ""


class _Volumes(Struct, rename="pascal"):
    volumes: list[_Volume] | None = None


class _Port(Struct, rename="pascal"):
    public_port: int | None = None


class _Attached(Struct, rename="pascal"):
    networks: dict[str, object] | None = None


class _Container(Struct, rename="pascal"):
    names: list[str] | None = None
    state: str = ""
    image: str = ""
    ports: list[_Port] | None = None
    network_settings: _Attached | None = None


def stock(engine: Engine, scope: CancelScope) -> Stock:
    """GET /images/json, /networks, /volumes and /containers/json?all=1. Raises Unreachable, TimedOut."""
    images = msgspec.json.decode(engine.get("/images/json", None, scope), type=list[_Image])
    networks = msgspec.json.decode(engine.get("/networks", None, scope), type=list[_Network])
    volumes = msgspec.json.decode(engine.get("/volumes", None, scope), type=_Volumes)
    containers = msgspec.json.decode(engine.get("/containers/json", {"all": "1"}, scope), type=list[_Container])
    users = Counter(name for one in containers if one.network_settings for name in one.network_settings.networks or ())
    taken = {port.public_port for one in containers for port in one.ports or () if port.public_port}
    return Stock(
        ports=free_ports(taken),
        images=_sorted(
            Item(tag, bytes_text(image.size))
            for image in images
            for tag in image.repo_tags or ()
            if tag != "<none>:<none>"
        ),
        networks=_sorted(Item(one.name, f"{one.driver}, {_users(users[one.name])}") for one in networks),
        volumes=_sorted(Item(one.name, one.driver) for one in volumes.volumes or ()),
        containers=_sorted(
            Item(one.names[0].removeprefix("/"), f"{one.state}, {one.image}") for one in containers if one.names
        ),
    )


def network_names(engine: Engine, scope: CancelScope) -> frozenset[str]:
    """GET /networks: their names."""
    networks = msgspec.json.decode(engine.get("/networks", None, scope), type=list[_Network])
    return frozenset(network.name for network in networks)


def _users(count: int) -> str:
    return count_text(count, "container") if count else "empty"


def _sorted(items: Iterable[Item]) -> tuple[Item, ...]:
    return tuple(sorted(items, key=lambda item: natural(item.name)))
