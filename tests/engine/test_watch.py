"""The live list of containers on real engines, beside what the docker CLI says of the same."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from models.connection import Phase
from models.docker.container import State
from models.docker.container_kind import ports_text
from services.cancel import CancelScope
from services.docker.session import DockerSession
from tests.engine.opening import opened, reached, states_of, watched
from tests.services.collecting import Rows, eventually
from tests.world.engine import DockerEngine
from tests.world.samples import exited, healthy, out_of_memory, serving, unhealthy


@pytest.fixture
def session(engine: DockerEngine) -> Iterator[DockerSession]:
    with opened(engine.host) as session:
        yield session


@pytest.fixture
def rows(session: DockerSession) -> Iterator[Rows]:
    with watched(session) as rows:
        yield rows


def printed(engine: DockerEngine, *command: str) -> list[dict[str, Any]]:
    """What the docker CLI prints, one JSON object a line."""
    return [json.loads(line) for line in engine.docker(*command).stdout.splitlines()]


def sleeping(engine: DockerEngine, name: str, *options: str) -> str:
    return engine.run("--name", name, *options, command=("sleep", "86400"))


def test_every_row_says_what_docker_ps_says(engine: DockerEngine, rows: Rows) -> None:
    engine.docker("network", "create", "back")
    sleeping(engine, "plain", "--label", "tier=web", "--network", "back")
    serving(engine, "hello", 18080, "--name", "serving", "--publish", "127.0.0.1:18081:81/udp", "--expose", "99")
    exited(engine, "--name", "failed", code=3)
    engine.docker("create", "--name", "made", "busybox:local", "true")
    engine.docker("pause", sleeping(engine, "paused"))
    healthy(engine, "--name", "well")
    unhealthy(engine, "--name", "ill")
    listed = printed(engine, "ps", "-a", "--no-trunc", "--format", "{{json .}}")
    rows.until(lambda r: len(r.rows) == len(listed) == 7 and r.named("ill").probe == "unhealthy", "all seven")
    rows.until(lambda r: r.named("paused").state is State.PAUSED, "what the list knows later than its event")
    for ps in listed:
        row = rows.rows[ps["ID"]]
        assert (row.name, row.image, row.state.value) == (ps["Names"], ps["Image"], ps["State"])
        assert row.command == ps["Command"].strip('"')
        assert ",".join(row.networks) == ps["Networks"]
        assert {f"{k}={v}" for k, v in row.labels.items()} == set(filter(None, ps["Labels"].split(",")))
        assert row.status.partition(" ")[0] == ps["Status"].partition(" ")[0]
        shown = {(str(p.public), p.address, f"{p.private}/{p.protocol}") for p in row.ports if p.public}
        assert shown == published(ps["Ports"])
    assert rows.named("failed").exit_code == 3
    assert rows.named("well").probe == "healthy"
    assert "18080→80" in ports_text(rows.named("serving").ports)


def published(ports: str) -> set[tuple[str, str, str]]:
    """What `docker ps` prints: 0.0.0.0:18080->80/tcp, :::18080->80/tcp, [::]:18080->80/tcp, 99/tcp."""
    found = set()
    for one in filter(lambda port: "->" in port, ports.split(", ")):
        outer, _, inner = one.partition("->")
        address, _, port = outer.rpartition(":")
        found.add((port, address.strip("[]"), inner))
    return found


def test_runs_are_known_as_docker_inspect_knows_them(engine: DockerEngine, rows: Rows) -> None:
    sleeping(engine, "limited", "--memory", "64m", "--cpus", "0.5", "--restart", "on-failure:3", "--tty")
    out_of_memory(engine, "--name", "starved")
    rows.until(lambda r: all(r.named(n) and r.named(n).run for n in ("limited", "starved")), "both inspected")
    eventually(lambda: rows.named("starved").state is State.EXITED and rows.named("starved").run.finished, "its end")
    for name in ("limited", "starved"):
        [said] = printed(engine, "inspect", "--format", "{{json .}}", name)
        run = rows.named(name).run
        assert run.exit_code == said["State"]["ExitCode"]
        assert run.oom_killed == said["State"]["OOMKilled"]
        assert run.pid == said["State"]["Pid"]
        assert run.restart_count == said["RestartCount"]
        assert run.tty == said["Config"]["Tty"]
        assert run.restart_policy == said["HostConfig"]["RestartPolicy"]["Name"]
        assert (run.memory_limit or 0) == said["HostConfig"]["Memory"]
    assert rows.named("limited").run.cpu_limit == 0.5
    assert rows.named("starved").exit_code == 137


def test_what_others_do_shows_within_a_second(engine: DockerEngine, rows: Rows) -> None:
    container = sleeping(engine, "one")
    rows.until(lambda r: r.named("one") and r.named("one").state is State.RUNNING, "it runs")
    for command, seen in (
        (("rename", "one", "two"), lambda r: r.named("two") and not r.named("one")),
        (("pause", "two"), lambda r: r.named("two").state is State.PAUSED),
        (("unpause", "two"), lambda r: r.named("two").state is State.RUNNING),
        (("network", "create", "side"), lambda r: True),
        (("network", "connect", "side", "two"), lambda r: "side" in r.named("two").networks),
        (("kill", "two"), lambda r: r.named("two").state is State.EXITED and r.named("two").run.exit_code == 137),
        (("start", "two"), lambda r: r.named("two").state is State.RUNNING and r.named("two").run.finished is None),
        (("rm", "-f", "two"), lambda r: container not in r.rows),
    ):
        engine.docker(*command)
        rows.until(seen, " ".join(command), seconds=1.0)
    assert rows.resets == 1, "nothing was listed anew"


def test_two_watchers_see_the_same_and_the_second_leaves_alone(
    engine: DockerEngine, session: DockerSession, rows: Rows
) -> None:
    sleeping(engine, "early")
    rows.until(lambda r: r.named("early"), "the first sees it")
    second = Rows(lambda scope: session.watch("containers", scope))
    second.until(lambda r: r.named("early"), "the second gets what is known")
    assert second.end() < 0.05
    sleeping(engine, "late")
    rows.until(lambda r: r.named("late"), "the first is still served")


def test_usage_comes_while_somebody_watches(engine: DockerEngine, rows: Rows) -> None:
    engine.run("--name", "busy", "--cpus", "0.2", command=("sh", "-c", "while :; do :; done"))
    sleeping(engine, "idle")
    for name in ("busy", "idle"):
        rows.until(
            lambda r, n=name: (u := r.named(n) and r.named(n).usage) and len(u.cpu_history) >= 2, f"{name}'s CPU"
        )
    assert 10 < rows.named("busy").usage.cpu < 35
    assert rows.named("idle").usage.cpu < 5
    [said] = printed(engine, "stats", "--no-stream", "--format", "{{json .}}", "busy")
    shown = said["MemUsage"].partition(" / ")[0]
    factor = {"B": 1, "KiB": 1024, "MiB": 1024**2}
    unit = shown.lstrip("0123456789.")
    memory = float(shown.removesuffix(unit)) * factor[unit]
    assert rows.named("busy").usage.memory == pytest.approx(memory, rel=0.5, abs=200_000)


def test_sizes_come_when_asked_for(engine: DockerEngine, session: DockerSession, rows: Rows) -> None:
    engine.run("--name", "wrote", command=("sh", "-c", "dd if=/dev/zero of=/big bs=1k count=300 && sleep 86400"))
    rows.until(lambda r: r.named("wrote"), "it is there")
    assert rows.named("wrote").size_rw is None

    def grown() -> bool:
        list(session.act("sizes", (), {}, CancelScope()))
        return (rows.named("wrote").size_rw or 0) >= 300 * 1024

    eventually(grown, "its size")


def test_the_list_survives_a_kill_and_a_restart(engine: DockerEngine, session: DockerSession, rows: Rows) -> None:
    with states_of(session) as states:
        sleeping(engine, "before")
        rows.until(lambda r: r.named("before"), "it is there")
        killed = time.monotonic()
        engine.kill()
        unreachable = reached(states, Phase.UNREACHABLE, seconds=2)
        assert unreachable - killed < 1.0
        rows.until(lambda r: r.stale, "the rows are known to be stale", seconds=1)
        assert rows.named("before"), "the rows stay"
        engine.start()
        session.retry_now()
        rows.until(lambda r: not r.stale and r.resets == 2, "listed anew")
        sleeping(engine, "after")
        rows.until(lambda r: r.named("after"), "live again", seconds=1.5)
