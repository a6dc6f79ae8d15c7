"""What containers of real engines cost must be what their own command prints; and it is kept over an engine's death."""

import json
import re

import pytest

from models.docker.stats import read_sample
from models.kind import Ref
from models.series import Turn
from services.cancel import CancelScope
from tests.engine.opening import QUICK, opened, watched
from tests.engine.test_system import at
from tests.engine.test_system import opened as client_of
from tests.services.collecting import Collector, eventually
from tests.world.engine import DockerEngine
from tests.world.podman import Podman

BUSY = "dd if=/dev/zero of=/tmp/block bs=1M count=8 conv=fsync; cat /tmp/block >/dev/null; ping -c 3 127.0.0.1; {}"
SIZES = {"B": 1, "kB": 1e3, "MB": 1e6, "GB": 1e9, "KiB": 1024, "MiB": 1024**2, "GiB": 1024**3}


def size(words: str) -> float:
    number, unit = re.fullmatch(r"([\d.]+)([A-Za-z]+)", words.strip()).groups()
    return float(number) * SIZES[unit]


def pair(words: str) -> tuple[float, float]:
    one, other = words.split("/")
    return size(one), size(other)


def test_amounts_are_those_that_docker_stats_prints(engine: DockerEngine) -> None:
    engine.run("--name", "steady", "--memory", "64m", "--cpus", "0.5", command=("sh", "-c", BUSY.format("sleep 600")))
    eventually(lambda: "3 packets transmitted" in engine.docker("logs", "steady").stdout, "its work is done")
    [printed] = [json.loads(engine.docker("stats", "--no-stream", "--format", "{{json .}}", "steady").stdout)]
    with client_of(at(engine.host)) as client:
        document = client.get("/containers/steady/stats", {"stream": "0", "one-shot": "1"}, CancelScope())
    sample = read_sample(document)
    assert (sample.memory, sample.memory_limit) == pytest.approx(pair(printed["MemUsage"]), rel=0.02, abs=50_000)
    assert (sample.received, sample.sent) == pytest.approx(pair(printed["NetIO"]), rel=0.02, abs=200)
    assert (sample.read, sample.written) == pytest.approx(pair(printed["BlockIO"]), rel=0.02)
    assert sample.pids == int(printed["PIDs"])
    assert sample.received > 0


def ref(container: str) -> Ref:
    return Ref("containers", container, "it")


def test_cores_throttling_and_turning_points_of_a_life(engine: DockerEngine) -> None:
    loop = "while :; do :; done"
    container = engine.run("--name", "busy", "--cpus", "0.25", command=("sh", "-c", loop))
    with opened(engine.host, pace=QUICK) as session, watched(session):
        looking = Collector(lambda scope: session.measured([ref(container)], 60, scope))

        def values(name: str) -> list[float]:
            track = looking.brought[-1].tracks.get(container) if looking.brought else None
            return [] if track is None else track.within(name, track.start, track.end)

        eventually(lambda: len(values("cpu")) >= 4, "it is sampled each second")
        engine.docker("update", "--cpus", "0.5", "busy")
        engine.docker("restart", "--time", "0", "busy")
        eventually(lambda: len(looking.brought[-1].marks[container]) >= 4, "its turning points are told")
        eventually(lambda: max(values("cpu")[-2:]) > 0.35, "it may compute more now")
        looking.end()
    assert values("cpu")[0] == pytest.approx(0.25, abs=0.1)
    assert min(values("cpu")) >= 0
    assert values("throttled")[0] > 0.5, "it wants a whole core and gets a quarter"
    turns = [mark.turn for mark in looking.brought[-1].marks[container]]
    assert turns == [Turn.START, Turn.CHANGE, Turn.END, Turn.START]


def test_a_frozen_engine_leaves_a_hole_and_no_lie(engine: DockerEngine) -> None:
    container = engine.run("--name", "it", command=("sleep", "600"))
    with opened(engine.host, pace=QUICK) as session, watched(session):
        looking = Collector(lambda scope: session.measured([ref(container)], 60, scope))

        def measured(seconds: int) -> bool:
            track = looking.brought[-1].tracks.get(container) if looking.brought else None
            return track is not None and len(track.within("cpu", track.start, track.end)) >= seconds

        eventually(lambda: measured(2), "it is sampled")
        engine.freeze()
        eventually(lambda: not session._connection.state.live, "it is seen")
        session._scope.wait(2.5)
        engine.thaw()
        eventually(lambda: measured(5), "it goes on")
        track = looking.brought[-1].tracks[container]
        looking.end()
    holes = [end - begin for begin, end in track.holes("cpu", track.start, track.end)]
    assert max(holes, default=0) >= 1


def test_podman_is_measured_too(podman: Podman) -> None:
    container = podman.run(command=("sh", "-c", "while :; do :; done"))
    with opened(podman.host, pace=QUICK) as session, watched(session):
        looking = Collector(lambda scope: session.measured([ref(container)], 60, scope))
        known = looking.wait_for(lambda one: len(one.tracks.get(container, ())) >= 3, "it is sampled")
        looking.end()
    track = known.tracks[container]
    assert track.within("cpu", track.start, track.end)[0] > 0.1
    assert track.within("pids", track.start, track.end)[0] >= 1


def test_many_are_sampled_every_few_seconds_however_the_engine_answers(engine: DockerEngine) -> None:
    containers = [engine.run(command=("sleep", "600")) for _ in range(20)]
    with opened(engine.host, pace=QUICK) as session, watched(session) as rows:
        rows.until(lambda r: all(row.usage for row in r.rows.values()), "each has been sampled")
        looking = Collector(lambda scope: session.measured(list(map(ref, containers)), 60, scope))
        looking.wait_for(
            lambda known: all(len(known.tracks.get(one, ())) >= 4 for one in containers), "each has values", seconds=12
        )
        looking.end()
