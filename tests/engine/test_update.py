"""Limits and restart policies of containers that run are changed, and what an engine cannot change is said."""

from collections.abc import Iterator
from typing import Any

import pytest

from models.errors import Refused, Unsupported
from models.kind import Ref
from services.cancel import CancelScope
from services.docker.session import DockerSession
from services.session import Outcome
from tests.engine.opening import opened
from tests.services.collecting import Collector
from tests.world.engine import DockerEngine
from tests.world.podman import Podman


@pytest.fixture
def session(engine: DockerEngine) -> Iterator[DockerSession]:
    with opened(engine.host) as session:
        assert Collector(session.states).wait_for(lambda state: state.live, "live")
        yield session


def update(session: DockerSession, container: str, **options: str) -> Outcome:
    [outcome] = session.act("update", [Ref("containers", container, "")], options, CancelScope())
    return outcome


def host_config(engine: DockerEngine, container: str) -> dict[str, Any]:
    found: dict[str, Any] = engine.api("GET", f"/containers/{container}/json")["HostConfig"]
    return found


def test_limits_change_while_it_runs_as_with_the_docker_command(engine: DockerEngine, session: DockerSession) -> None:
    ours, theirs = (engine.run("-m", "64m", command=("sleep", "86400")) for _ in range(2))
    answers = {"memory": "96m", "swap": "192m", "cpus": "0.5", "pids": "77", "restart": "on-failure:4"}
    assert update(session, ours, **answers).error is None
    engine.docker("update", "-m", "96m", "--memory-swap", "192m", "--cpus", "0.5", "--pids-limit", "77",
                  "--restart", "on-failure:4", theirs)  # fmt: skip
    assert host_config(engine, ours) == host_config(engine, theirs)
    assert host_config(engine, ours)["Memory"] == 96 << 20
    assert host_config(engine, ours)["RestartPolicy"] == {"Name": "on-failure", "MaximumRetryCount": 4}


def test_what_is_left_empty_stays(engine: DockerEngine, session: DockerSession) -> None:
    container = engine.run("-m", "64m", "--cpus", "0.7", command=("sleep", "86400"))
    before = host_config(engine, container)
    assert update(session, container, memory="", cpus="", pids="", swap="", restart="").error is None
    assert update(session, container, cpus="0.3").error is None
    after = host_config(engine, container)
    assert after == before | {"NanoCpus": 300_000_000}


def test_the_engines_own_reason_is_told(engine: DockerEngine, session: DockerSession) -> None:
    container = engine.run("-m", "64m", "--rm", command=("sleep", "86400"))
    refused = update(session, container, memory="1g").error
    assert refused is not None
    assert "memoryswap" in refused.message.lower()
    refused = update(session, container, restart="always").error
    assert isinstance(refused, Refused) or refused is not None
    assert "restart" in refused.message.lower()


def test_podman_cannot_and_is_not_said_to_have_lost_the_container(podman: Podman) -> None:
    container = podman.run(command=("sleep", "86400"))
    with opened(podman.host) as session:
        assert Collector(session.states).wait_for(lambda state: state.live, "live")
        assert isinstance(update(session, container, memory="64m").error, Unsupported)
