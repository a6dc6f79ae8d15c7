"""Many containers of few shapes: for tests of large lists."""

from __future__ import annotations

from models.docker.container import COMPOSE_PROJECT, COMPOSE_SERVICE, Port, State
from services.demo.samples import HOUR, Sample, Script

_SERVICES = ("api", "web", "worker", "cache", "db", "queue", "search", "mail")
_IMAGES = tuple(f"registry.example.org/load/{service}:1.{number}" for number, service in enumerate(_SERVICES))
_STATES = (State.RUNNING,) * 7 + (State.EXITED, State.PAUSED, State.CREATED)
_PER_PROJECT = 50


def synthetic(number: int) -> Sample:
    """The container of this number, always the same one."""
    service = _SERVICES[number % len(_SERVICES)]
    project = f"load-{number // _PER_PROJECT:03}"
    state = _STATES[(number * 7) % len(_STATES)]
    return Sample(
        name=f"{project}-{service}-{number:05}",
        image=_IMAGES[number % len(_IMAGES)],
        command=(f"/app/{service}",),
        labels={COMPOSE_PROJECT: project, COMPOSE_SERVICE: service},
        age=HOUR * (1 + number % 200),
        ended=HOUR * 0.5 if state is State.EXITED else None,
        state=state,
        exit_code=number % 3 if state is State.EXITED else 0,
        script=Script.SYNTHETIC,
        ports=(Port(8080, "tcp", 20_000 + number % 40_000, "127.0.0.1"),),
        networks=(f"{project}_default",),
    )
