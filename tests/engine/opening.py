"""Sessions for tests on real engines, closed again with no thread left."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from models.connection import Phase
from models.context import Context, EngineKind, TlsFiles
from services.docker.connection import Pace
from services.docker.session import DockerSession
from tests.services.collecting import Collector, Rows, eventually
from tests.world.tls import TlsEndpoint

QUICK = Pace(ping_every=0.3, ping_limit=0.4, first_limit=1.0, retry_first=0.1, retry_most=0.4)


def context_of(host: str, tls: TlsFiles | None = None) -> Context:
    """The context of an engine's address."""
    return Context(id="test", engine=EngineKind.DOCKER, name="test", endpoint=host, tls=tls)


@contextmanager
def opened(host: str, tls: TlsFiles | None = None, pace: Pace | None = None) -> Iterator[DockerSession]:
    """A session, for a with block; where nothing failed in it, its threads must be gone within 3 s of its end."""
    before = set(threading.enumerate())
    session = DockerSession(context_of(host, tls), pace)
    try:
        yield session
    finally:
        session.close()
    left = lambda: [t for t in set(threading.enumerate()) - before if t.name.startswith("pilothouse")]  # noqa: E731
    eventually(lambda: not left(), f"threads end: {left()}", seconds=3)


def files(endpoint: TlsEndpoint) -> TlsFiles:
    """What a context says of this endpoint's certificates."""
    folder = endpoint.certificates
    return TlsFiles(ca=f"{folder}/ca.pem", cert=f"{folder}/cert.pem", key=f"{folder}/key.pem")


@contextmanager
def watched(session: DockerSession) -> Iterator[Rows]:
    """The session's containers, for a with block."""
    rows = Rows(lambda scope: session.watch("containers", scope))
    try:
        yield rows
    finally:
        rows.end()


@contextmanager
def states_of(session: DockerSession) -> Iterator[Collector]:
    """The session's states, for a with block."""
    states = Collector(session.states)
    try:
        yield states
    finally:
        states.end()


def reached(states: Collector, phase: Phase, seconds: float = 10.0) -> float:
    """Wait for this phase; the monotonic time at which it came first."""
    found = states.wait_for(lambda state: state.phase is phase, phase.value, seconds)
    return states.times[states.brought.index(found)]
