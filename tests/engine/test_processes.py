"""The processes of real containers against `docker top` and their own `ps`; signals through the engine."""

import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from models.docker.processes import Look, Process, process_id, stop_number, tree
from models.docker.processes_first import first_process
from models.docker.processes_rates import Meter
from models.errors import Refused
from models.kind import Ref
from services.cancel import CancelScope
from services.docker import processes as service
from services.docker.session import DockerSession
from tests.engine.house import sleeping
from tests.engine.opening import opened
from tests.services.collecting import eventually
from tests.world.engine import DockerEngine
from tests.world.podman import Podman

FAMILY = "sleep 4001 & (sleep 4002 & exec sleep 4003) & exec sleep 4000"


@pytest.fixture
def session(engine: DockerEngine) -> Iterator[DockerSession]:
    with opened(engine.host) as session:
        session.system(CancelScope())
        yield session


def family(engine: DockerEngine, *options: str, script: str = FAMILY) -> Ref:
    return Ref("containers", engine.run("--name", "it", *options, command=("sh", "-c", script)), "it")


def look(session: DockerSession, ref: Ref) -> Look:
    return next(islice(session.processes(ref, CancelScope()), 1))


def settled(session: DockerSession, ref: Ref, count: int) -> Look:
    """A look at this many processes."""
    looks: list[Look] = []

    def there() -> bool:
        looks.append(look(session, ref))
        return len(looks[-1].processes) == count

    eventually(there, f"{count} processes")
    return looks[-1]


def by_command(seen: Look) -> dict[str, Process]:
    return {process.command: process for process in seen.processes}


def inner(engine: DockerEngine) -> dict[str, int]:
    """PIDs by command as the container's own ps gives them: the judge."""
    lines = engine.docker("exec", "it", "ps", "-o", "pid,args").stdout.splitlines()[1:]
    pairs = (line.split(None, 1) for line in lines)
    return {command.strip(): int(pid) for pid, command in pairs if not command.startswith("ps ")}


def test_the_tree_is_that_of_docker_top_and_of_the_containers_own_ps(
    engine: DockerEngine, session: DockerSession
) -> None:
    ref = family(engine)
    seen = settled(session, ref, 4)
    found = by_command(seen)
    judged = [
        line.split(None, 2) for line in engine.docker("top", "it", "-eo", "pid,ppid,args").stdout.splitlines()[1:]
    ]
    assert {(p.pid, p.parent, p.command) for p in seen.processes} == {(int(a), int(b), c) for a, b, c in judged}
    assert {command: p.inside for command, p in found.items()} == inner(engine)
    assert [(b.process.command, b.depth) for b in tree(seen.processes, seen.housing.main)] == [
        ("sleep 4000", 0),
        ("sleep 4001", 1),
        ("sleep 4003", 1),
        ("sleep 4002", 2),
    ]
    assert all(p.user == "root" and p.uid == 0 and p.threads == 1 and p.state == "S" for p in seen.processes)
    assert all(p.memory and p.memory > 100_000 for p in seen.processes)
    now = session.now()
    assert all(p.started and now - 30 < p.started <= now + 1 for p in seen.processes)


def test_an_engine_elsewhere_tells_the_same_but_for_hundredths(
    engine: DockerEngine, session: DockerSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = family(engine)
    near = settled(session, ref, 4)
    monkeypatch.setattr(service, "local_proc", lambda *_: None)
    far = look(session, ref)
    assert near.exact
    assert not far.exact
    assert not far.inside_unknown
    assert {c: p.inside for c, p in by_command(far).items()} == {c: p.inside for c, p in by_command(near).items()}
    for command, process in by_command(near).items():
        other = by_command(far)[command]
        assert (other.caught, other.ignored, other.state, other.memory) == (
            process.caught, process.ignored, process.state, process.memory,
        )  # fmt: skip
        assert abs(other.started - process.started) < 2.5


def test_a_container_without_ps_on_an_engine_elsewhere_says_what_is_not_known(
    engine: DockerEngine, session: DockerSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = family(engine, script="rm /bin/ps; exec sleep 4000")
    monkeypatch.setattr(service, "local_proc", lambda *_: None)
    eventually(lambda: "sleep 4000" in by_command(look(session, ref)), "it has begun")
    seen = look(session, ref)
    assert [process.inside for process in seen.processes] == [None]
    assert "the container's own ps cannot be run" in seen.inside_unknown


@pytest.mark.parametrize("refused", range(1, 4))
def test_a_host_with_another_ps_is_asked_in_its_own_words(
    engine: DockerEngine, session: DockerSession, monkeypatch: pytest.MonkeyPatch, refused: int
) -> None:
    ref = family(engine)
    settled(session, ref, 4)
    formats = service._FORMATS
    monkeypatch.setattr(service, "_FORMATS", ("-eo no-such-column",) * refused + formats[refused:])
    seen = look(session, ref)
    assert set(by_command(seen)) == {f"sleep {number}" for number in range(4000, 4004)}
    assert len({process.parent for process in seen.processes}) == 3


def test_cpu_is_what_it_burns(engine: DockerEngine, session: DockerSession) -> None:
    ref = family(engine, script="sleep 4001 & while :; do :; done")
    meter = Meter()
    rates = {}
    for seen in islice(session.processes(ref, CancelScope()), 3):
        taken = meter.take(seen)
        rates = {p.command: taken[p.mark] for p in seen.processes}
    assert rates["sleep 4001"].cpu == 0.0
    busy = next(rate for command, rate in rates.items() if "while" in command)
    assert 20 < busy.cpu <= 105, "a share of one core, on a machine with others"
    assert len(busy.cpu_history) == 2
    assert len(busy.memory_history) == 3


@pytest.mark.parametrize(
    ("options", "script", "strong", "mark"),
    [
        ((), "sleep 4000; true", "a shell (sh -c) that does not forward signals", "PID 1, does not forward signals"),
        ((), "trap 'exit 0' TERM; while :; do sleep 1; done", "and takes SIGTERM", ""),
        ((), "exec sleep 4000", "has no handler for SIGTERM", "PID 1, does not take SIGTERM"),
        ((), "trap '' TERM; exec sleep 4000", "ignores SIGTERM", "PID 1, does not take SIGTERM"),
        (("--init",), "sleep 4000; true", "PID 1 is an init", ""),
        (("--stop-signal", "SIGKILL"), "exec sleep 4000", "PID 1 is the program itself (sleep).", ""),
    ],
)
def test_what_pid_1_is_and_what_a_stop_does_to_it(
    engine: DockerEngine, session: DockerSession, options: tuple[str, ...], script: str, strong: str, mark: str
) -> None:
    ref = family(engine, "--stop-timeout", "1", *options, script=script)

    def verdict() -> str:
        return first_process(look(session, ref)).headline.strong

    eventually(lambda: strong in verdict(), f"{strong!r} is said")
    seen = look(session, ref)
    found = first_process(seen)
    assert found.mark == mark
    engine.docker("stop", "it")
    code = engine.api("GET", f"/containers/{ref.id}/json")["State"]["ExitCode"]
    killed = bool(mark) or seen.housing.stop_signal == "SIGKILL"
    assert (code == 137) == killed, f"the verdict {found.headline} came true: exit code {code}"
    assert stop_number(seen.housing) in (9, 15)
    assert ("waits 1 s" in found.headline.rest) == bool(mark)


@pytest.mark.parametrize("near", [True, False], ids=["near", "far"])
def test_zombies_are_told_when_they_last_and_say_who_should_collect_them(
    engine: DockerEngine, session: DockerSession, monkeypatch: pytest.MonkeyPatch, near: bool
) -> None:
    """No control group lists them: they are found in /proc, or by the container's own ps."""
    if not near:
        monkeypatch.setattr(service, "local_proc", lambda *_: None)
    script = "(exec sleep 0.2) & exec sleep 4000"  # sleep, in the place of the shell, collects nothing
    ref = family(engine, script=script)
    time.sleep(1)
    meter = Meter()
    for number, seen in enumerate(islice(session.processes(ref, CancelScope()), 2)):
        meter.take(seen)
        assert len(meter.lasting_zombies) == number, "one look does not tell: it may be collected just now"
    zombie = next(p for p in seen.processes if p.zombie)
    assert (zombie.inside, zombie.parent, zombie.outside is not None) == (
        inner(engine)["[sleep]"],
        seen.housing.main,
        near,
    )
    found = first_process(seen, meter.lasting_zombies)
    assert found.headline.strong == "PID 1 does not collect what has ended."
    assert found.headline.rest.startswith("1 ended process of its own waits for it as a zombie.")


def sent(session: DockerSession, ref: Ref, process: Process, signal: str) -> None:
    target = Ref("processes", process_id(ref.id, process), process.command)
    (outcome,) = session.act("signal-process", (target,), {"signal": signal}, CancelScope())
    if outcome.error is not None:
        raise outcome.error


def test_a_signal_reaches_the_process_and_no_other(engine: DockerEngine, session: DockerSession) -> None:
    ref = family(engine)
    seen = by_command(settled(session, ref, 4))
    sent(session, ref, seen["sleep 4002"], "SIGTERM")
    eventually(lambda: {p.command for p in look(session, ref).processes if not p.zombie} ==
               {"sleep 4000", "sleep 4001", "sleep 4003"}, "it alone has ended")  # fmt: skip
    with pytest.raises(Exception, match="has ended"):
        sent(session, ref, seen["sleep 4002"], "SIGTERM")
    sent(session, ref, seen["sleep 4000"], "SIGKILL")
    eventually(lambda: not engine.api("GET", f"/containers/{ref.id}/json")["State"]["Running"], "PID 1 was killed")


def test_a_signal_needs_no_kill_in_the_image_as_long_as_there_is_a_shell(
    engine: DockerEngine, session: DockerSession
) -> None:
    ref = family(engine, "--user", "1234", script="sleep 4001 & exec sleep 4000")
    seen = by_command(settled(session, ref, 2))
    engine.docker("exec", "-u", "0", "it", "rm", "/bin/kill")
    sent(session, ref, seen["sleep 4001"], "SIGKILL")
    eventually(lambda: [p.command for p in look(session, ref).processes if not p.zombie] == ["sleep 4000"], "it ended")


def test_what_came_in_by_exec_stands_apart(engine: DockerEngine, session: DockerSession) -> None:
    ref = family(engine, script="exec sleep 4000")
    engine.docker("exec", "-d", "it", "sleep", "4444")
    seen = settled(session, ref, 2)
    assert [(b.process.command, b.depth) for b in tree(seen.processes, seen.housing.main)] == [
        ("sleep 4000", 0),
        ("sleep 4444", 0),
    ]


def test_the_pid_namespace_of_the_host_and_of_another_container_are_said(
    engine: DockerEngine, session: DockerSession
) -> None:
    other = sleeping(engine, "other")
    shared = engine.run("--pid", f"container:{other}", "--name", "shared", command=("sleep", "5001"))
    host = engine.run("--pid", "host", "--name", "host", command=("sleep", "5002"))
    in_shared = look(session, Ref("containers", shared, "shared"))
    assert [p.command for p in in_shared.processes] == ["sleep 5001"]
    assert in_shared.processes[0].inside not in (None, 1)
    assert other[:12] in first_process(in_shared).headline.strong
    in_host = look(session, Ref("containers", host, "host"))
    assert [(p.inside == p.pid) for p in in_host.processes] == [True]
    assert first_process(in_host).headline.strong == "PID 1 is the host's."


def test_a_stopped_and_a_paused_container_are_said(engine: DockerEngine, session: DockerSession) -> None:
    ref = family(engine)
    settled(session, ref, 4)
    engine.docker("pause", "it")
    assert look(session, ref).housing.paused
    engine.docker("unpause", "it")
    engine.docker("kill", "it")
    with pytest.raises(Refused, match="it is not running: it has no processes"):
        look(session, ref)


def test_looking_ends_with_its_scope_and_leaves_nothing(engine: DockerEngine, session: DockerSession) -> None:
    ref = family(engine)
    scope = CancelScope()
    looks = session.processes(ref, scope)
    next(looks)
    scope.cancel()
    assert list(looks) == []
    assert Path(f"/proc/{look(session, ref).housing.main}").exists()


def test_podman_tells_both_pids(podman: Podman) -> None:
    ref = family(podman)
    with opened(podman.host) as session:
        session.system(CancelScope())
        found = by_command(settled(session, ref, 4))
        assert found["sleep 4000"].inside == 1
        assert found["sleep 4000"].pid > 1
        assert found["sleep 4002"].parent == found["sleep 4003"].pid
        assert found["sleep 4000"].started is not None
        assert found["sleep 4000"].memory
        sent(session, ref, found["sleep 4001"], "SIGKILL")
        seen = look(session, ref)
        killed = found["sleep 4001"]
        assert [(p.inside, p.outside) for p in seen.processes if p.zombie] == [(killed.inside, killed.outside)]
        assert sum(not p.zombie for p in seen.processes) == 3
