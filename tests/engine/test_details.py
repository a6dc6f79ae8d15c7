"""Details and exits on real engines: what our reading says, against what was done and what the CLI says."""

from __future__ import annotations

import json
import os
import signal
import time

import pytest

from gui.details.sources import OVERVIEWS
from models.docker.details import container_details
from models.docker.exits import ending, explain
from models.docker.facts import Origin
from models.docker.overview import container_overview
from models.docker.verdict import Cause, Certainty
from models.docker.wire import container_rows
from models.kind import Ref
from services.cancel import CancelScope
from tests.engine.opening import opened, watched
from tests.services.collecting import eventually
from tests.world.engine import WorldError

DEAF = ("sh", "-c", "trap '' TERM; while :; do sleep 0.05; done")
POLITE = ("sh", "-c", "trap 'exit 0' TERM; while :; do sleep 0.05; done")
HUNGRY = ("sh", "-c", "x=a; while true; do x=$x$x; done")


def inspected(engine, name):
    return engine.request("GET", f"/containers/{name}/json")[1]


def ended(engine, name):
    """Its details once it has ended."""
    eventually(lambda: ending(container_details(inspected(engine, name))) is not None, f"{name} ends", seconds=15)
    return container_details(inspected(engine, name))


def told(engine, name):
    """Why it ended, by the inspect alone and with the engine's events, through a session."""
    details = ended(engine, name)
    time.sleep(0.3)  # the engine writes `stop` after the end
    with opened(engine.host) as session:
        loaded = OVERVIEWS["containers"].load(session, Ref("containers", details.id, name), CancelScope())
    end = ending(loaded.details)
    return explain(end), explain(end, loaded.events)


def test_out_of_memory(engine):
    engine.run("--name", "hungry", "--memory", "12m", "--memory-swap", "12m", command=HUNGRY)
    alone, with_events = told(engine, "hungry")
    assert (alone.cause, alone.certainty) == (Cause.OUT_OF_MEMORY, Certainty.LIKELY)
    assert (with_events.cause, with_events.certainty) == (Cause.OUT_OF_MEMORY, Certainty.PROVEN)
    assert with_events.verdict == "Out of memory: 12 MB limit reached"


def test_a_child_out_of_memory_is_not_the_end_of_its_container(engine):
    engine.run(
        *("--name", "parent", "--memory", "12m", "--memory-swap", "12m"),
        command=("sh", "-c", "(x=a; while true; do x=$x$x; done); sleep 0.5; exit 3"),
    )
    alone, with_events = told(engine, "parent")
    assert alone.cause is with_events.cause is Cause.APPLICATION_ERROR
    assert "killed one of its processes for lack of memory" in alone.sentence


def test_a_stop_that_runs_out_of_patience(engine):
    engine.run("--name", "deaf", command=DEAF)
    engine.docker("stop", "--time", "1", "deaf")
    alone, with_events = told(engine, "deaf")
    assert (alone.cause, alone.certainty) == (Cause.UNKNOWN, Certainty.UNKNOWN)
    assert (with_events.cause, with_events.certainty) == (Cause.STOP_TIMEOUT, Certainty.PROVEN)


def test_a_stop_that_is_obeyed(engine):
    engine.run("--name", "polite", command=POLITE)
    engine.docker("stop", "--time", "5", "polite")
    alone, with_events = told(engine, "polite")
    assert alone.cause is Cause.SUCCESS
    assert (with_events.cause, with_events.certainty) == (Cause.STOPPED, Certainty.PROVEN)


def test_docker_kill(engine):
    engine.run("--name", "killed", command=("sleep", "1000"))
    engine.docker("kill", "killed")
    assert told(engine, "killed")[1].cause is Cause.KILLED


def test_who_saw_it_is_sure_also_when_the_engine_has_forgotten(engine):
    engine.run("--name", "killed", command=("sleep", "1000"))
    killed = Ref("containers", container_details(inspected(engine, "killed")).id, "killed")
    with opened(engine.host) as session, watched(session) as rows:
        rows.until(lambda one: one.resets, "the first list")
        engine.docker("kill", "killed")
        rows.until(lambda one: not one.rows[killed.id].running, "it ends")
        for _ in range(256):
            engine.request("POST", "/images/busybox:local/tag?repo=busybox&tag=again")
        loaded = OVERVIEWS["containers"].load(session, killed, CancelScope())
    forgotten, seen = told(engine, "killed")[1], explain(ending(loaded.details), loaded.events)
    assert (forgotten.cause, forgotten.certainty) == (Cause.UNKNOWN, Certainty.UNKNOWN)
    assert (seen.cause, seen.certainty) == (Cause.KILLED, Certainty.PROVEN)


def test_a_kill_from_the_host(engine):
    engine.run("--name", "outside", command=("sleep", "1000"))
    os.kill(container_details(inspected(engine, "outside")).life.pid, signal.SIGKILL)
    with_events = told(engine, "outside")[1]
    assert (with_events.cause, with_events.certainty) == (Cause.KILLED_OUTSIDE, Certainty.LIKELY)


def test_an_exit_code_of_its_own(engine):
    engine.run("--name", "three", command=("sh", "-c", "exit 3"))
    for explanation in told(engine, "three"):
        assert (explanation.cause, explanation.verdict) == (Cause.APPLICATION_ERROR, "Ended with 3")


@pytest.mark.parametrize(
    ("command", "options", "cause", "code"),
    [
        (("/nope",), (), Cause.NOT_FOUND, 127),
        (("nope",), (), Cause.NOT_FOUND, 127),
        (("/etc/passwd",), (), Cause.NOT_EXECUTABLE, 126),
        (("sh",), ("--volume", "/etc/passwd:/etc"), Cause.NOT_STARTED, 127),
        (("sh",), ("--user", "nosuch"), Cause.NOT_STARTED, 128),
    ],
)
def test_starts_that_fail(engine, command, options, cause, code):
    with pytest.raises(WorldError):
        engine.run("--name", "broken", *options, command=command)
    details = container_details(inspected(engine, "broken"))
    explanation = explain(ending(details))
    assert details.life.exit_code == code
    assert (explanation.cause, explanation.certainty) == (cause, Certainty.PROVEN)


def test_a_port_that_is_taken(engine):
    engine.run("--name", "first", "--publish", "9000:9000", command=("sleep", "1000"))
    with pytest.raises(WorldError):
        engine.run("--name", "second", "--publish", "9000:9000", command=("sleep", "1000"))
    explanation = explain(ending(container_details(inspected(engine, "second"))))
    assert explanation.verdict == "Port in use"
    assert ":9000" in explanation.sentence


def test_a_restart_loop(engine):
    engine.run("--name", "loop", "--restart", "always", command=("sh", "-c", "exit 1"))

    def looping():
        end = ending(container_details(inspected(engine, "loop")))
        return end is not None and explain(end).cause is Cause.RESTART_LOOP and end.restarts > 1

    eventually(looping, "it is seen waiting for its restart", seconds=20)


def test_details_agree_with_the_cli(engine):
    engine.docker("network", "create", "front")
    engine.docker("volume", "create", "uploads")
    engine.docker("build", "--tag", "with-env", "-", stdin=b"FROM busybox:local\nENV FROM_IMAGE=1\n")
    engine.docker(
        *("run", "--detach", "--name", "api", "--network", "front", "--network-alias", "web", "--hostname", "apihost"),
        *("--publish", "127.0.0.1:5432:5432/udp", "--publish", "9000:9000", "--expose", "9100"),
        *("--volume", "uploads:/app/uploads", "--volume", "/etc:/cfg:ro", "--tmpfs", "/tmp:size=64m"),
        *("--env", "SET_HERE=1", "--label", "team=a", "--user", "1000:1000", "--memory", "64m", "--cpus", "1.5"),
        *("--health-cmd", "echo bad; exit 22", "--health-interval", "0.2s", "--health-retries", "2"),
        *("--stop-timeout", "1", "with-env", "sleep", "1000"),
    )

    def unhealthy():
        health = container_details(inspected(engine, "api")).health
        return health is not None and health.status == "unhealthy"

    eventually(unhealthy, "its probes fail", seconds=20)
    with opened(engine.host) as session:
        [row] = [one for one in container_rows(engine.request("GET", "/containers/json?all=1")[1]) if one.name == "api"]
        loaded = OVERVIEWS["containers"].load(session, Ref("containers", row.id, "api"), CancelScope())
        overview = OVERVIEWS["containers"].build(loaded, row, session.now())
    details = loaded.details
    judged = json.loads(engine.docker("inspect", "api").stdout)[0]
    ports = engine.docker("port", "api").stdout.split("\n")
    assert (details.id, details.life.pid, details.user) == (judged["Id"], judged["State"]["Pid"], "1000:1000")
    published = {
        f"{one.private}/{one.protocol} -> {one.address}:{one.public}" for one in details.ports if one.published
    }
    assert published == {line.replace("[::]", "::") for line in ports if line}  # only newer CLIs write the brackets
    assert [one.private for one in details.ports if not one.published] == [9100]
    [front] = details.networks
    assert front.address.startswith(judged["NetworkSettings"]["Networks"]["front"]["IPAddress"])
    assert {"web", "apihost"} <= set(front.names)
    assert {one.destination: one.writable for one in details.mounts} == {
        "/app/uploads": True,
        "/cfg": False,
        "/tmp": True,
    }
    assert {one.name: one.origin for one in details.environment if one.name != "PATH"} == {
        "FROM_IMAGE": Origin.IMAGE,
        "SET_HERE": Origin.CONTAINER,
    }
    assert (details.limits.memory, details.limits.cpus) == (64 << 20, 1.5)
    assert {probe.exit_code for probe in details.health.probes} == {22}
    assert "health probes failed" in overview.headline.strong


def test_an_overview_of_every_state(engine):
    engine.docker("create", "--name", "created", "busybox:local", "true")
    engine.run("--name", "paused", command=("sleep", "1000"))
    engine.docker("pause", "paused")
    engine.run("--name", "ended", command=("true",))
    ended(engine, "ended")
    rows = {one.name: one for one in container_rows(engine.request("GET", "/containers/json?all=1")[1])}
    said = {
        name: container_overview(container_details(inspected(engine, name)), row, time.time()).headline.strong
        for name, row in rows.items()
    }
    assert said["created"].endswith("never started.")
    assert said["paused"].startswith("Paused")
    assert said["ended"].startswith("Ended with 0")


def test_podman_tells_the_same(podman):
    podman.run(
        "--name", "one", "--label", "team=a", "--env", "A=1", "--tmpfs", "/tmp:size=64m", command=("sleep", "1000")
    )
    podman.run("--name", "three", command=("sh", "-c", "exit 3"))
    details = container_details(inspected(podman, "one"))
    assert (details.name, details.command, details.stop_signal) == ("one", ("sleep", "1000"), "SIGTERM")
    assert details.running
    assert details.labels == {"team": "a"}
    assert "1" in {one.value for one in details.environment if one.name == "A"}
    assert [mount.type for mount in details.mounts] == ["tmpfs"]
    assert explain(ending(ended(podman, "three"))).verdict == "Ended with 3"
