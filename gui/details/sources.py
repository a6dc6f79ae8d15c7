"""Where the Overview of a kind comes from: what to ask, how to say it, when to ask again."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any

from msgspec import Struct

from models.docker.container import Container
from models.docker.details import container_details
from models.docker.exits import ending
from models.docker.facts import ContainerDetails
from models.docker.overview import container_overview
from models.docker.verdict import Events
from models.errors import AppError
from models.kind import Ref
from models.overview import Overview
from services.cancel import CancelScope
from services.session import EventSource, Session

_FASTEST = 5.0  # seconds between two questions of the same tab
_SETTLED = 5.0  # seconds after an end in which the engine may still tell more of it


class OverviewSource(Struct, frozen=True):
    """The four questions that an Overview tab has about a kind."""

    load: Callable[[Session, Ref, CancelScope], Any]  # blocking, in a worker
    build: Callable[[Any, Any, float], Overview]  # what was loaded, the row, the engine's clock
    signature: Callable[[Any], Hashable]  # of a row: what it says has changed when this has
    again: Callable[[Any, float], float | None]  # seconds from now until it is worth asking again


class _Container(Struct, frozen=True):
    details: ContainerDetails
    events: Events | None  # around its end


def _load_container(session: Session, ref: Ref, scope: CancelScope) -> _Container:
    document = session.inspect(ref, scope)
    details = container_details(document)
    try:
        image = session.inspect(Ref("images", details.image_id, details.image), scope)
        details = container_details(document, image)
    except AppError:
        pass  # the image is gone or cannot be asked for: the environment then stands undivided
    return _Container(details, _events_around_end(session, ref, details, scope))


def _events_around_end(session: Session, ref: Ref, details: ContainerDetails, scope: CancelScope) -> Events | None:
    finished = details.life.finished
    if finished is None or ending(details) is None or not isinstance(session, EventSource):
        return None
    started = details.life.started or finished
    try:
        return session.past_events(ref, min(started, finished) - 1, finished + _SETTLED, scope)
    except AppError:
        return None  # the inspect still says what it can


def _build_container(loaded: _Container, row: Container, now: float) -> Overview:
    return container_overview(loaded.details, row, now, loaded.events)


def _container_signature(row: Container) -> Hashable:
    return row.id, row.name, row.state, row.probe, row.exit_code, row.run, row.networks, row.ports


def _container_again(loaded: _Container, now: float) -> float | None:
    """Probes run without any event: who looks at them asks as often as they run. An end is told in several events."""
    details = loaded.details
    if details.running:
        return None if details.health is None else max(_FASTEST, details.health.interval)
    finished = details.life.finished
    return _SETTLED / 2 if finished is not None and now - finished < _SETTLED else None


OVERVIEWS: Mapping[str, OverviewSource] = {
    "containers": OverviewSource(_load_container, _build_container, _container_signature, _container_again),
}
