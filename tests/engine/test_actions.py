"""What is done to containers of real engines, and how it is told when it fails."""

from collections.abc import Iterator
from typing import Any

import pytest

from models.errors import Gone, Refused, Unsupported
from models.kind import Ref
from services.cancel import CancelScope
from services.docker.session import DockerSession
from services.session import Outcome
from tests.engine.opening import opened
from tests.services.collecting import Collector, eventually
from tests.world.dockersocket import DockerSocket
from tests.world.engine import DockerEngine
from tests.world.samples import exited


@pytest.fixture
def session(engine: DockerEngine) -> Iterator[DockerSession]:
    with opened(engine.host) as session:
        assert Collector(session.states).wait_for(lambda state: state.live, "live")
        yield session


def ref(container: str, name: str = "") -> Ref:
    return Ref("containers", container, name)


def do(session: DockerSession, call: str, *refs: Ref, **options: Any) -> list[Outcome]:
    return list(session.act(call, refs, options, CancelScope()))


def state(engine: DockerSocket, container: str) -> dict[str, Any]:
    found: dict[str, Any] = engine.api("GET", f"/containers/{container}/json")["State"]
    return found


def sleeping(engine: DockerSocket, *options: str) -> str:
    return engine.run(*options, command=("sleep", "86400"))


def test_a_container_is_steered_through_its_whole_life(engine: DockerEngine, session: DockerSession) -> None:
    one = ref(sleeping(engine, "--name", "one"))
    for call, options, status in (
        ("pause", {}, "paused"),
        ("unpause", {}, "running"),
        ("restart", {"seconds": 0}, "running"),
        ("stop", {"seconds": 0}, "exited"),
        ("start", {}, "running"),
        ("kill", {"signal": "SIGKILL"}, "exited"),
    ):
        assert do(session, call, one, **options) == [Outcome(one)]
        eventually(lambda s=status: state(engine, one.id)["Status"] == s, f"{call} leads to {status}")
    assert do(session, "rename", one, name="two") == [Outcome(one)]
    assert engine.api("GET", f"/containers/{one.id}/json")["Name"] == "/two"
    assert do(session, "remove", one, force=False, volumes=False) == [Outcome(one)]
    assert engine.api("GET", "/containers/json?all=1") == []


def test_what_is_so_already_is_no_failure(engine: DockerEngine, session: DockerSession) -> None:
    one = ref(sleeping(engine))
    [started] = do(session, "start", one)
    assert (started.error, started.note) == (None, "was running already")
    ended = ref(exited(engine))
    [stopped] = do(session, "stop", ended)
    assert (stopped.error, stopped.note) == (None, "was stopped already")


def test_each_outcome_is_told_by_itself(engine: DockerEngine, session: DockerSession) -> None:
    running, ended = ref(sleeping(engine)), ref(exited(engine))
    missing = ref("f" * 64)
    outcomes = do(session, "remove", running, missing, ended, force=False, volumes=False)
    assert [outcome.ref for outcome in outcomes] == [running, missing, ended]
    assert isinstance(outcomes[0].error, Refused)
    assert "running" in outcomes[0].error.message, "the engine's own sentence"
    assert isinstance(outcomes[1].error, Gone)
    assert outcomes[2].error is None
    assert state(engine, running.id)["Status"] == "running"


def test_a_signal_is_the_one_that_was_chosen(engine: DockerEngine, session: DockerSession) -> None:
    script = "trap 'exit 42' USR1; echo ready; while :; do sleep 0.05; done"
    one = ref(engine.run(command=("sh", "-c", script)))
    eventually(lambda: "ready" in engine.docker("logs", one.id).stdout, "its trap is set")
    assert do(session, "kill", one, signal="SIGUSR1") == [Outcome(one)]
    eventually(lambda: state(engine, one.id)["ExitCode"] == 42, "it met the signal")


def test_force_and_anonymous_volumes_are_as_asked(engine: DockerEngine, session: DockerSession) -> None:
    kept, gone = (ref(sleeping(engine, "--volume", "/data")) for _ in range(2))
    do(session, "remove", kept, force=True, volumes=False)
    assert len(engine.api("GET", "/volumes")["Volumes"]) == 2
    do(session, "remove", gone, force=True, volumes=True)
    assert len(engine.api("GET", "/volumes")["Volumes"]) == 1


def test_prune_removes_what_its_preview_named_and_nothing_else(engine: DockerEngine, session: DockerSession) -> None:
    running, dead, revived = sleeping(engine), exited(engine), sleeping(engine)
    made = engine.docker("create", "busybox:local", "true").stdout.strip()
    engine.docker("pause", paused := sleeping(engine))
    engine.docker("kill", revived)
    eventually(lambda: state(engine, revived)["Status"] == "exited", "its end")
    preview = session.preview("prune", {}, CancelScope())
    assert {row.id for row in preview} == {dead, made, revived}
    assert all(row.size_rw is not None for row in preview)
    engine.docker("start", revived)
    later = exited(engine)
    outcomes = do(session, "prune", *(ref(row.id) for row in preview))
    assert {outcome.ref.id for outcome in outcomes if outcome.error is None} == {dead, made}
    [refused] = [outcome for outcome in outcomes if outcome.error]
    assert (refused.ref.id, type(refused.error)) == (revived, Refused)
    left = {container["Id"] for container in engine.api("GET", "/containers/json?all=1")}
    assert left == {running, revived, paused, later}


def test_cancelling_ends_the_wait_and_spares_the_rest(engine: DockerEngine, session: DockerSession) -> None:
    stubborn = ref(engine.run(command=("sh", "-c", "trap '' TERM; while :; do sleep 0.1; done")))
    second = ref(sleeping(engine))
    doing = Collector(lambda scope: session.act("stop", (stubborn, second), {"seconds": 60}, scope))
    eventually(lambda: doing.thread.is_alive(), "it has begun")
    assert not doing.scope.wait(0.3)
    assert doing.end() < 0.1
    assert state(engine, second.id)["Status"] == "running"


def test_an_unknown_call_is_said_to_be_unknown(session: DockerSession) -> None:
    with pytest.raises(Unsupported):
        do(session, "explode", ref("f" * 64))
