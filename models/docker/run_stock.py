"""What exists on an engine that a new container can be made with: its images, networks, volumes and containers."""

from __future__ import annotations

from collections.abc import Collection

from msgspec import Struct

from models.docker.run_spec import RunSpec

_USUAL_PORTS = (80, 443, 3000, 5000, 5432, 6379, 8000, 8080, 8443, 9000, 9090)


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
    ports: tuple[Item, ...] = ()  # usual ones of the host that no container has, or the next after them


def free_ports(taken: Collection[int]) -> tuple[Item, ...]:
    """For each of the usual ports of a host the first from there on that is not taken."""
    free: dict[int, str] = {}
    for port in _USUAL_PORTS:
        first = next(number for number in range(port, port + len(taken) + 1) if number not in taken)
        free.setdefault(first, "no container has it" if first == port else f"{port} is taken")
    return tuple(Item(str(port), detail) for port, detail in free.items())


class RunAgain(Struct, frozen=True):
    """What a container was made of, and what another made of the same would not have, in sentences."""

    spec: RunSpec
    losses: tuple[str, ...] = ()
