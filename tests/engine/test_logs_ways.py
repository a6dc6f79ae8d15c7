"""Logs over TLS and ssh, and past an engine's restart that its containers live through."""

import json
from collections import Counter
from collections.abc import Iterator

import pytest

from models.logs import STDERR, STDOUT
from services.docker.connection import Pace
from tests.engine.opening import QUICK, files, opened
from tests.engine.test_logs import (
    BACK,
    BOTH,
    LOST,
    STOPPED,
    Log,
    by_stream,
    judged,
    no_log_outlives_its_test,
    read,
    said,
)
from tests.services.collecting import eventually
from tests.world.engine import DockerEngine
from tests.world.samples import counting, printed
from tests.world.ssh import SshEndpoint
from tests.world.tls import TlsEndpoint

BRISK = Pace(ping_every=1.0, ping_limit=3.0, first_limit=10.0, retry_first=0.2, retry_most=1.0)  # by ssh

__all__ = ["no_log_outlives_its_test"]  # used by each test here


def follows_as_docker_says(host: str, engine: DockerEngine, tls=None) -> None:
    """Both streams, many lines at once, and a log that goes on, at this address."""
    talker, many = engine.run(command=("sh", "-c", BOTH)), printed(engine, 20_000)
    counter = counting(engine, pause=0.05)
    engine.docker("wait", talker)
    with opened(host, tls=tls) as session:
        lines = by_stream(read(session, talker))
        assert lines == judged(engine, talker)
        assert lines[STDOUT]
        assert lines[STDERR]
        assert by_stream(read(session, many)) == judged(engine, many)
        log = Log(session, counter)
        log.ticks_on(10)
        engine.docker("stop", counter)
        log.until_gaps(STOPPED)
        assert log.lines == said(engine, counter)
        log.finish()


def test_a_log_over_tls_is_what_docker_logs_says(tls_engine: TlsEndpoint) -> None:
    follows_as_docker_says(tls_engine.host, tls_engine.engine, files(tls_engine))


def test_a_log_over_ssh_is_what_docker_logs_says(ssh_engine: SshEndpoint) -> None:
    follows_as_docker_says(ssh_engine.host, ssh_engine.engine)


def test_a_log_over_ssh_outlives_its_line(ssh_engine: SshEndpoint) -> None:
    """The engine behind it stops answering and comes back, with the container that went on counting."""
    container = counting(ssh_engine.engine, pause=0.02)
    with opened(ssh_engine.host, pace=BRISK) as session:
        log = Log(session, container)
        log.until(b"tick 30")
        ssh_engine.engine.freeze()
        eventually(lambda: log.gaps == [LOST], f"the loss is told, not {log.gaps}", seconds=40)
        ssh_engine.engine.thaw()
        eventually(lambda: log.gaps == [LOST, BACK], f"the return is told, not {log.gaps}", seconds=40)
        log.ticks_on(30)
        ssh_engine.engine.docker("stop", container)
        log.until_gaps(LOST, BACK, STOPPED)
        assert log.lines == said(ssh_engine.engine, container)
        log.finish()


@pytest.fixture
def lasting(engine: DockerEngine) -> Iterator[DockerEngine]:
    """An engine whose containers live through its restarts (live-restore)."""
    settings = engine.folder / "daemon.json"
    before = settings.read_text()
    engine.stop()
    settings.write_text(json.dumps({**json.loads(before), "live-restore": True}))
    engine.start()
    yield engine
    engine.clean()
    engine.stop()
    settings.write_text(before)
    engine.start()


@pytest.mark.parametrize("end", ["kill", "stop"])
def test_a_container_that_outlives_its_engine_is_followed_without_doubles_or_gaps(
    lasting: DockerEngine, end: str
) -> None:
    container = counting(lasting, pause=0.02)
    started = lasting.api("GET", f"/containers/{container}/json")["State"]["StartedAt"]
    with opened(lasting.host, pace=QUICK) as session:
        log = Log(session, container)
        log.until(b"tick 30")
        getattr(lasting, end)()
        eventually(lambda: log.gaps == [LOST], f"the loss is told, not {log.gaps}")
        told = log.ticks[-1]
        lasting.start()
        eventually(lambda: log.gaps == [LOST, BACK], f"the return is told, not {log.gaps}")
        log.ticks_on(50)
        assert lasting.api("GET", f"/containers/{container}/json")["State"]["StartedAt"] == started, "it lived on"
        lasting.docker("stop", container)
        log.until_gaps(LOST, BACK, STOPPED)
        assert log.lines == said(lasting, container)
        assert [count for count in Counter(log.lines).values() if count > 1] == []
        assert log.ticks[-1] > told
        if end == "stop":  # what it said meanwhile waited in its pipe
            assert log.ticks == list(range(1, log.ticks[-1] + 1))
        log.finish()
