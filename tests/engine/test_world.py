"""The test world itself: engines that run for real, break on demand and leave nothing behind."""

import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.world import samples
from tests.world.engine import DockerEngine
from tests.world.podman import Podman
from tests.world.run import NAMESPACES, RUNTIME, cgroups_of, mounts_below, processes_of, starting, sweep
from tests.world.ssh import ALIAS, SshEndpoint
from tests.world.tls import TlsEndpoint
from tests.world.traces import Traces
from tests.world.world import World


def test_an_engine_runs_a_container_and_the_judge_of_its_own_version_sees_it(engine: DockerEngine) -> None:
    engine.run("--name", "sleeper", command=("sleep", "600"))
    assert engine.version.startswith(f"{engine.release.name}.")
    assert engine.docker("version", "--format", "{{.Client.Version}}").stdout.startswith(f"{engine.release.name}.")
    assert engine.docker("ps", "--format", "{{.Names}} {{.Image}}").stdout == "sleeper busybox:local\n"


def test_whatever_a_test_made_is_gone_for_the_next_one(engine: DockerEngine) -> None:
    engine.docker("network", "create", "net")
    engine.docker("volume", "create", "vol")
    made = engine.run("--network", "net", "--volume", "vol:/data", command=("sleep", "600"))
    engine.docker("commit", made, "child:local")
    engine.docker("pause", made)
    engine.docker("rmi", "--force", "busybox:local")
    engine.clean()
    assert engine.docker("ps", "--all", "--quiet").stdout == ""
    assert engine.docker("network", "ls", "--quiet", "--filter", "type=custom").stdout == ""
    assert engine.docker("volume", "ls", "--quiet").stdout == ""
    images = engine.docker("images", "--all", "--format", "{{.Repository}}:{{.Tag}}")
    assert images.stdout == "busybox:local\n"


def test_a_published_port_answers_on_the_engine_s_address(engine: DockerEngine) -> None:
    samples.serving(engine, "hello", 8080)
    with urllib.request.urlopen(f"http://{engine.address}:8080/", timeout=5) as answer:
        assert answer.read() == b"hello\n"


def test_containers_meet_their_fates(engine: DockerEngine) -> None:
    samples.exited(engine, "--name", "out")
    samples.printed(engine, 1000, "--name", "numbers")
    samples.out_of_memory(engine, "--name", "memory")
    samples.healthy(engine, "--name", "well")
    samples.unhealthy(engine, "--name", "ill")
    assert engine.docker("logs", "out").stderr == "err\n"
    assert engine.docker("logs", "numbers").stdout.split() == [str(number) for number in range(1, 1001)]
    state = engine.docker("inspect", "--format", "{{.State.OOMKilled}} {{.State.ExitCode}}", "memory")
    assert state.stdout == "true 137\n"
    statuses = engine.docker("ps", "--format", "{{.Names}} {{.Status}}").stdout
    assert "(healthy)" in statuses
    assert "(unhealthy)" in statuses


def test_a_killed_engine_comes_back_and_a_counting_container_counts_on(engine: DockerEngine) -> None:
    counting = samples.counting(engine, "--restart", "always", pause=0.1)
    engine.kill()
    assert not engine.responds(0.5)
    engine.start()
    samples.met(engine, counting, lambda state: state["Running"])
    said = engine.docker("logs", counting).stdout.splitlines()
    assert said == list(dict.fromkeys(said))


def test_a_stopped_engine_stops_its_containers_in_order(engine: DockerEngine) -> None:
    counting = samples.counting(engine)
    engine.stop()
    assert not engine.running
    engine.start()
    state = engine.api("GET", f"/containers/{counting}/json")["State"]
    assert (state["Status"], state["ExitCode"]) == ("exited", 0)


def test_a_frozen_engine_takes_connections_and_answers_none(engine: DockerEngine) -> None:
    engine.freeze()
    with pytest.raises(TimeoutError):
        engine.request("GET", "/_ping", seconds=0.3)
    engine.thaw()
    assert engine.responds(5)


def test_two_engines_know_nothing_of_each_other(old_engine: DockerEngine, other_engine: DockerEngine) -> None:
    old_engine.run("--name", "here", command=("sleep", "600"))
    assert other_engine.docker("ps", "--quiet").stdout == ""
    assert old_engine.api("GET", "/info")["ID"] != other_engine.api("GET", "/info")["ID"]


def test_tls_lets_in_who_has_a_certificate_and_nobody_else(tls_engine: TlsEndpoint) -> None:
    judge = (str(tls_engine.engine.cli), "version", "--format", "{{.Server.Version}}")
    let_in = subprocess.run(judge, env=tls_engine.environment(), capture_output=True, text=True, check=False)
    assert let_in.stdout.startswith("20.10."), let_in.stderr
    (tls_engine.certificates / "cert.pem").rename(tls_engine.certificates / "hidden.pem")
    try:
        refused = subprocess.run(judge, env=tls_engine.environment(), capture_output=True, text=True, check=False)
    finally:
        (tls_engine.certificates / "hidden.pem").rename(tls_engine.certificates / "cert.pem")
    assert refused.returncode == 1


@pytest.mark.parametrize("by_alias", [False, True])
def test_plain_ssh_reaches_the_engine(ssh_engine: SshEndpoint, by_alias: bool) -> None:
    host = f"ssh://{ALIAS}" if by_alias else ssh_engine.host
    environment = {**ssh_engine.environment(), "DOCKER_HOST": host, "HOME": str(ssh_engine.folder)}
    judge = (str(ssh_engine.engine.cli), "info", "--format", "{{.ID}}")
    seen = subprocess.run(judge, env=environment, capture_output=True, text=True, check=False)
    assert seen.stdout.strip() == ssh_engine.engine.api("GET", "/info")["ID"], seen.stderr


def test_podman_says_what_it_is_and_runs_a_container(podman: Podman) -> None:
    podman.run("--name", "sleeper", command=("sleep", "600"))
    assert podman.docker("ps", "--format", "{{.Names}}").stdout == "sleeper\n"
    components = podman.api("GET", "/version")["Components"]
    assert components[0]["Name"] == "Podman Engine"
    podman.clean()
    assert podman.docker("ps", "--all", "--quiet").stdout == ""


ABANDONED_RUN = """
import sys
from tests.world import samples
from tests.world.engine import DOCKER_20
from tests.world.podman import why_not_podman
from tests.world.world import World

world = World()
samples.counting(world.engine(DOCKER_20))
other = world.engine(DOCKER_20, "other")
other.docker("pause", samples.serving(other, "hello", 8080))
other.freeze()
world.ssh()
if why_not_podman() is None:
    world.podman().run(command=("sleep", "600"))
print(world.run.name, flush=True)
sys.stdin.read()
"""


def test_a_run_that_was_killed_is_swept_away_and_a_living_one_is_left_alone(old_engine: DockerEngine) -> None:
    command = (sys.executable, "-c", ABANDONED_RUN)
    with subprocess.Popen(command, cwd=Path.cwd(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        name = run.stdout.readline().strip()
        assert name.startswith("ph-")
        with starting():
            sweep()
        assert len(processes_of(name)) > 5, "the living run was swept"
        run.send_signal(signal.SIGKILL)
    assert (RUNTIME / name).exists()
    with starting():
        sweep()
    left = (processes_of(name), cgroups_of(name), mounts_below(RUNTIME / name), list(NAMESPACES.glob(f"{name}*")))
    assert left == (set(), [], [], [])
    assert not (RUNTIME / name).exists()
    assert not list(Path("/sys/class/net").glob(f"{name}*"))
    assert old_engine.responds(1)


@pytest.mark.the_last_one
def test_nothing_is_left_on_the_machine(world: World) -> None:
    world.close()
    assert Traces.take(world.run.name).new_since(world.before) == {}
