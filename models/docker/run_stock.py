"""What exists on an engine that a new container can be made with: its images, networks, volumes and containers."""

from __future__ import annotations

from msgspec import Struct

from models.docker.run_spec import RunSpec


class Item(Struct, frozen=True):
    """One of them: what is typed for it, and what it is in a few words."""

    name: str
    detail: str = ""


class Stock(Struct, frozen=True, kw_only=True):
    """All of them, by name."""

    images: tuple[Item, ...] = ()
    networks: tuple[Item, ...] = ()
    volumes: tuple[Item, ...] = ()
    containers: tuple[Item, ...] = ()


class RunAgain(Struct, frozen=True):
    """What a container was made of, and what another made of the same would not have, in sentences."""

    spec: RunSpec
    losses: tuple[str, ...] = ()
