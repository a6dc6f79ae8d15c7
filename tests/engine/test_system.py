"""The System page of real engines must agree with their own command."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from models.context import Context, EngineKind
from models.discovery import Answer, Discovery
from models.errors import Reason, Unreachable
from models.system import SystemFacts
from services.cancel import CancelScope
from services.docker.contexts import discover
from services.docker.engine import Engine
from services.docker.probe import probe
from services.docker.system import system_facts
from tests.world.dockersocket import DockerSocket
from tests.world.engine import DockerEngine
from tests.world.podman import Podman
from tests.world.tls import TlsEndpoint


@contextmanager
def opened(context: Context) -> Iterator[Engine]:
    engine = Engine(context)
    engine.ping(5)
    yield engine
    engine.close()
    engine.free()


def at(endpoint: str) -> Context:
    return Context(id="x", engine=EngineKind.DOCKER, name="x", endpoint=endpoint)


def facts_of(context: Context) -> SystemFacts:
    with opened(context) as engine:
        return system_facts(engine, CancelScope())


def values(said: SystemFacts) -> dict[str, str]:
    return {fact.name: fact.value for group in said.groups for fact in group.facts}


def judged(engine: DockerSocket, *command: str) -> Any:
    return json.loads(engine.docker(*command, "--format", "{{json .}}").stdout)


def test_facts_agree_with_the_command(engine: DockerEngine) -> None:
    engine.run(command=("sleep", "600"))
    said = facts_of(at(engine.host))
    told, info, server = values(said), judged(engine, "info"), judged(engine, "version")["Server"]
    assert said.headline == f"Docker {server['Version']} on this machine"
    assert said.engine_id == f"{info['ID']} {info['Name']} {info['DockerRootDir']}"
    assert told["Version"] == server["Version"]
    assert told["API"].split(",")[0] == server["ApiVersion"]
    assert told["Kernel"] == info["KernelVersion"]
    assert told["Processors"] == str(info["NCPU"])
    assert told["Containers"] == "1 container: 1 running"
    assert told["Driver"] == info["Driver"]
    assert told["Folder"] == info["DockerRootDir"]
    assert told["Control groups"] == f"v{info['CgroupVersion']}, {info['CgroupDriver']}"
    assert told["Runtimes"].startswith(f"{info['DefaultRuntime']} (default)")
    assert told["Logging"] == info["LoggingDriver"]
    assert told["Swarm"] == "not active"
    assert set(told["Networks"].split(", ")) == set(info["Plugins"]["Network"])
    assert len(said.warnings) >= len(info["Warnings"] or ())
    assert json.loads(said.document)["info"]["ID"] == info["ID"]


def test_the_image_store_is_told_apart(old_engine: DockerEngine, new_engine: DockerEngine) -> None:
    def store(engine: DockerEngine) -> str:
        said = facts_of(at(engine.host))
        return next(fact.note for group in said.groups for fact in group.facts if fact.name == "Driver")

    assert store(old_engine) == "images in the engine's classic store"
    assert store(new_engine) == "images in containerd's own store"


def test_podman_is_recognised(podman: Podman) -> None:
    said = facts_of(at(podman.host))
    assert said.headline == f"Podman {podman.version} on this machine"
    assert said.engine_id == ""
    assert values(said)["Product"] == "Podman, by Docker's API"


def discovered(environment: dict[str, str], home: Path) -> Discovery:
    return discover({**environment, "XDG_RUNTIME_DIR": str(home)}, home)


def test_an_engine_behind_tls_is_found_by_the_environment_and_opened(tls_engine: TlsEndpoint, tmp_path: Path) -> None:
    found = discovered(dict(tls_engine.environment()), tmp_path)
    context = found.find("env:DOCKER_HOST")
    assert found.preferred == "env:DOCKER_HOST"
    assert context.tls.verify
    said = facts_of(context)
    assert said.engine_id == facts_of(at(tls_engine.engine.host)).engine_id  # the same engine by another way
    assert not any("neither encrypted" in warning for warning in said.warnings)


def test_a_tls_context_made_by_the_command_is_found_and_opened(tls_engine: TlsEndpoint, tmp_path: Path) -> None:
    config = Path(tls_engine.engine.environment()["DOCKER_CONFIG"])
    files = ",".join(f"{part}={tls_engine.certificates}/{part}.pem" for part in ("ca", "cert", "key"))
    tls_engine.engine.docker("context", "create", "vault", "--docker", f"host={tls_engine.host},{files}")
    context = discovered({"DOCKER_CONFIG": str(config)}, tmp_path).find("docker:vault")
    said = facts_of(context)
    tls_engine.engine.docker("context", "rm", "--force", "vault")
    assert said.engine_id == facts_of(at(tls_engine.engine.host)).engine_id
    assert context.tls.ca.startswith(str(config))  # the command keeps copies of its own


def test_a_context_made_by_the_command_is_found_and_opened(engine: DockerEngine, tmp_path: Path) -> None:
    config = Path(engine.environment()["DOCKER_CONFIG"])
    engine.docker("context", "create", "desk", "--description", "mine", "--docker", f"host={engine.host}")
    found = discovered({"DOCKER_CONFIG": str(config), "DOCKER_CONTEXT": "desk"}, tmp_path)
    engine.docker("context", "rm", "--force", "desk")
    context = found.find("docker:desk")
    assert found.preferred == "docker:desk"
    assert (context.name, context.description, context.endpoint) == ("desk", "mine", engine.host)
    assert context.command == ("docker", "--context", "desk")
    assert facts_of(context).engine_id == facts_of(at(engine.host)).engine_id


def test_a_probe_follows_the_engines_life(engine: DockerEngine) -> None:
    context = at(engine.host)
    assert probe(context, CancelScope()) is Answer.ANSWERS
    engine.freeze()
    assert probe(context, CancelScope()) is Answer.SILENT
    engine.thaw()
    engine.kill()
    assert probe(context, CancelScope()) is Answer.REFUSED
    engine.socket.unlink()
    assert probe(context, CancelScope()) is Answer.MISSING
    engine.start()
    assert probe(context, CancelScope()) is Answer.ANSWERS


def test_facts_of_an_engine_that_died_raise(engine: DockerEngine) -> None:
    with opened(at(engine.host)) as client:
        engine.stop()
        with pytest.raises(Unreachable) as raised:
            system_facts(client, CancelScope())
        assert raised.value.reason in (Reason.MISSING, Reason.REFUSED)
        engine.start()
