"""Where the Overview of a kind comes from: what to ask, how to say it, when to ask again."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any

from msgspec import Struct

from models.docker.container import Container
from models.docker.details import ContainerDetails, container_details
from models.docker.overview import container_overview
from models.errors import AppError
from models.kind import Ref
from models.overview import Overview
from services.cancel import CancelScope
from services.session import Session

_FASTEST = 5.0  # seconds between two questions of the same tab


class OverviewSource(Struct, frozen=True):
    """The four questions that an Overview tab has about a kind."""

    load: Callable[[Session, Ref, CancelScope], Any]  # blocking, in a worker
    build: Callable[[Any, Any, float], Overview]  # what was loaded, the row, the engine's clock
    signature: Callable[[Any], Hashable]  # of a row: what it says has changed when this has
    again: Callable[[Any], float | None]  # seconds until what was loaded is worth asking for again


def _load_container(session: Session, ref: Ref, scope: CancelScope) -> ContainerDetails:
    document = session.inspect(ref, scope)
    details = container_details(document)
    try:
        image = session.inspect(Ref("images", details.image_id, details.image), scope)
        return container_details(document, image)
    except AppError:
        # The image is gone or cannot be asked for: the environment then stands undivided.
        return details


def _container_signature(row: Container) -> Hashable:
    return row.id, row.name, row.state, row.probe, row.exit_code, row.run, row.networks, row.ports


def _container_again(details: ContainerDetails) -> float | None:
    """Probes run without any event: who looks at them asks as often as they run."""
    if details.health is None or not details.running:
        return None
    return max(_FASTEST, details.health.interval)


OVERVIEWS: Mapping[str, OverviewSource] = {
    "containers": OverviewSource(_load_container, container_overview, _container_signature, _container_again),
}
