"""The first rows of 100 real containers, from opening the context on, beside one raw request for the same list."""

from __future__ import annotations

import time
from statistics import median

from models.changes import Reset
from models.context import Context, EngineKind
from services.cancel import CancelScope
from services.docker.session import DockerSession
from tests.bench.engines import each_engine
from tests.bench.harness import Report
from tests.world.busybox import IMAGE
from tests.world.engine import DockerEngine

CONTAINERS = 100
ROUNDS = 25
LIST = "/containers/json?all=1"


def run(report: Report) -> None:
    """Both engines, each against itself; one that cannot run here is named instead."""
    for engine in each_engine("first rows"):
        fill(engine)
        _compare(report, f"first rows of {CONTAINERS} on Docker {engine.release.name} / one raw GET", engine)


def fill(engine: DockerEngine) -> None:
    """Containers that were created and never started: the list of them costs an engine the same."""
    for number in range(CONTAINERS):
        body = {"Image": IMAGE, "Cmd": ["sleep", "86400"], "Labels": {"tier": "web", "number": str(number)}}
        engine.api("POST", f"/containers/create?name=sample-{number}", body)


def _compare(report: Report, name: str, engine: DockerEngine) -> None:
    """In turn, so that both meet the same machine; the first round, which loads the SDK, is not counted."""
    first_rows(engine)
    raw, ours = [], []
    for _ in range(ROUNDS):
        raw.append(raw_list(engine))
        ours.append(first_rows(engine))
    asked, opened = median(raw), median(ours)
    report.figure(name, opened / asked, 3.0, "×", f"{opened * 1000:.1f} ms with connecting, raw {asked * 1000:.1f} ms")


def raw_list(engine: DockerEngine) -> float:
    """Seconds of one GET with nothing around it, on a connection of its own."""
    start = time.perf_counter()
    status, _ = engine.request("GET", LIST)
    took = time.perf_counter() - start
    assert status == 200
    return took


def first_rows(engine: DockerEngine) -> float:
    """Seconds from opening a session, which then connects, to the Reset with all rows."""
    context = Context(id="bench", engine=EngineKind.DOCKER, name="bench", endpoint=engine.host)
    scope = CancelScope()
    start = time.perf_counter()
    session = DockerSession(context)
    watch = session.watch("containers", scope)
    change = next(watch)
    took = time.perf_counter() - start
    assert isinstance(change, Reset)
    assert len(change.rows) == CONTAINERS
    scope.cancel()
    watch.close()
    session.close()
    session.join()
    return took
