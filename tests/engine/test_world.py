"""The test world itself: engines that run for real, break on demand and leave nothing behind."""

import urllib.request

import pytest

from tests.world.engine import DockerEngine
from tests.world.traces import Traces
from tests.world.world import World


def test_an_engine_runs_a_container_and_the_judge_of_its_own_version_sees_it(engine: DockerEngine) -> None:
    engine.run("--name", "sleeper", command=("sleep", "600"))
    assert engine.version.startswith(f"{engine.release.name}.")
    assert engine.docker("version", "--format", "{{.Client.Version}}").stdout.startswith(f"{engine.release.name}.")
    assert engine.docker("ps", "--format", "{{.Names}} {{.Image}}").stdout == "sleeper busybox:local\n"


def test_an_engine_is_empty_again_for_the_next_test(engine: DockerEngine) -> None:
    assert engine.api("GET", "/containers/json?all=1") == []
    assert [image["RepoTags"] for image in engine.api("GET", "/images/json")] == [["busybox:local"]]


def test_a_published_port_answers_on_the_engine_s_address(engine: DockerEngine) -> None:
    engine.run("--publish", "8080:80", command=("sh", "-c", "echo hello > index.html; exec httpd -f -p 80"))
    with urllib.request.urlopen(f"http://{engine.address}:8080/", timeout=5) as answer:
        assert answer.read() == b"hello\n"


@pytest.mark.the_last_one
def test_nothing_is_left_on_the_machine(world: World) -> None:
    world.close()
    assert Traces.take(world.run.name).new_since(world.before) == {}
