"""Images are pulled from real registries, open and behind a password, and what goes wrong is said."""

import json
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.docker.pull_progress import Pull
from models.errors import AppError, BadInput, SignInNeeded
from services.cancel import CancelScope
from services.docker.engine import Engine
from services.docker.pull import pull, pull_operation
from tests.engine.conftest import need
from tests.engine.opening import context_of
from tests.services.collecting import Collector, eventually
from tests.world.busybox import IMAGE
from tests.world.engine import DockerEngine
from tests.world.registry import PASSWORD, USER, Registry, why_not_registry
from tests.world.world import World

SERVED: dict[tuple[int, bool], Registry] = {}  # by engine; the run ends them


def served(world: World, engine: DockerEngine, *, password: bool) -> Registry:
    need(why_not_registry())
    key = (id(engine), password)
    if key not in SERVED:
        SERVED[key] = Registry(world.run, engine, 5001 if password else 5000, password=password)
    return SERVED[key]


@pytest.fixture
def asked(engine: DockerEngine) -> Iterator[Engine]:
    asked = Engine(context_of(engine.host))
    asked.ping(5)
    yield asked
    asked.close()


def two_layers(engine: DockerEngine, registry: Registry, name: str) -> str:
    """An image of which the engine lacks a layer."""
    container = engine.run(command=("sh", "-c", "dd if=/dev/urandom of=/big bs=1M count=3"))
    engine.docker("wait", container)
    engine.docker("commit", container, "two:layers")
    engine.docker("rm", container)
    if registry.name.endswith("5001"):
        engine.docker("login", "-u", USER, "--password-stdin", registry.name, stdin=PASSWORD.encode())
    reference = registry.push("two:layers", name)
    engine.docker("image", "rm", "two:layers")
    return reference


def pulled(engine: Engine, image: str, home: Path, path: str = "") -> list[Pull]:
    return list(pull(engine, image, CancelScope(), env={"PATH": path}, home=home))


def names(engine: DockerEngine) -> list[str]:
    return [tag for image in engine.api("GET", "/images/json") for tag in image["RepoTags"] or ()]


def config(home: Path, **content: object) -> None:
    (home / ".docker").mkdir()
    (home / ".docker" / "config.json").write_text(json.dumps(content))


def test_a_pull_tells_each_layer_and_ends_with_the_image(
    world: World, engine: DockerEngine, asked: Engine, tmp_path: Path
) -> None:
    reference = two_layers(engine, served(world, engine, password=False), "open/box:1")
    steps = pulled(asked, reference, tmp_path)
    last = steps[-1]
    assert reference in names(engine)
    assert last.ended
    assert last.digest.startswith("sha256:")
    assert last.layers
    assert all(layer.complete for layer in last.layers.values())
    assert last.total == last.done
    assert last.done > 3_000_000 or asked.api >= (1, 44), "the new engine may still have the bytes of the layer"
    assert all(step.done <= step.total for step in steps)
    again = pulled(asked, reference, tmp_path)[-1]
    assert (again.ended, "up to date" in again.line) == (True, True)


def test_without_a_tag_only_latest_is_pulled(world: World, engine: DockerEngine, asked: Engine, tmp_path: Path) -> None:
    registry = served(world, engine, password=False)
    for tag in ("latest", "other"):
        registry.push(IMAGE, f"many:{tag}")
    pulled(asked, f"{registry.name}/many", tmp_path)
    assert [name for name in names(engine) if "many" in name] == [f"{registry.name}/many:latest"]


def test_what_does_not_exist_is_said_in_the_engines_words(
    world: World, engine: DockerEngine, asked: Engine, tmp_path: Path
) -> None:
    registry = served(world, engine, password=False)
    registry.push(IMAGE, "known:1")
    with pytest.raises(AppError, match=r"manifest|not found"):
        pulled(asked, f"{registry.name}/known:2", tmp_path)
    with pytest.raises(AppError):
        pulled(asked, "localhost:4999/nobody:1", tmp_path)
    with pytest.raises(BadInput):
        pulled(asked, "No/Name", tmp_path)


def test_a_password_comes_from_config_json(world: World, engine: DockerEngine, asked: Engine, tmp_path: Path) -> None:
    registry = served(world, engine, password=True)
    reference = two_layers(engine, registry, "closed/box:1")
    with pytest.raises(AppError, match=r"no basic auth|unauthorized|authorization"):
        pulled(asked, reference, tmp_path)
    config(tmp_path, auths={registry.name: {"username": USER, "password": PASSWORD}})
    assert pulled(asked, reference, tmp_path)[-1].ended


def test_a_password_comes_from_a_credential_helper(
    world: World, engine: DockerEngine, asked: Engine, tmp_path: Path
) -> None:
    registry = served(world, engine, password=True)
    reference = two_layers(engine, registry, "closed/helped:1")
    config(tmp_path, credHelpers={registry.name: "ours"}, credsStore="missing")
    helper = tmp_path / "docker-credential-ours"
    answer = json.dumps({"ServerURL": registry.name, "Username": USER, "Secret": PASSWORD})
    script = f'read server; [ "$1 $server" = "get {registry.name}" ] || exit 9; echo \'{answer}\''
    helper.write_text(f"#!/bin/sh\n{script}\n")
    helper.chmod(helper.stat().st_mode | stat.S_IXUSR)
    assert pulled(asked, reference, tmp_path, str(tmp_path))[-1].ended
    helper.write_text("#!/bin/sh\necho the key ring is locked >&2\nexit 1\n")
    with pytest.raises(SignInNeeded, match="docker-credential-ours: the key ring is locked"):
        pulled(asked, reference, tmp_path, str(tmp_path))


def test_without_its_helper_a_public_image_is_pulled_and_that_is_said(
    world: World, engine: DockerEngine, asked: Engine, tmp_path: Path
) -> None:
    reference = served(world, engine, password=False).push(IMAGE, "public:1")
    config(tmp_path, credsStore="nowhere")
    steps = pulled(asked, reference, tmp_path)
    assert "docker-credential-nowhere" in steps[0].line
    assert steps[-1].ended


def test_a_cancelled_pull_ends_at_once(world: World, engine: DockerEngine, asked: Engine) -> None:
    registry = served(world, engine, password=False)
    reference = two_layers(engine, registry, "slow:1")
    engine.freeze()
    try:
        operation = pull_operation(asked, reference)
        pulling = Collector(operation.work)
        eventually(lambda: len(pulling.brought) == 1, "it has begun")
        assert pulling.end() < 1
    finally:
        engine.thaw()
    assert operation.title == f"Pull {reference}"
    assert operation.command.endswith(f"pull {reference}")
