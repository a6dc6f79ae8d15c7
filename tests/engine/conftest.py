"""Fixtures over real engines.

`engine` runs a test twice, on Docker 20.10 and on Docker 29; `old_engine` and `new_engine` are these two by name, and
`other_engine` is one more 20.10 to switch to. All are `tests.world.engine.DockerEngine`: a test may start, stop, kill,
freeze and thaw them, fill them with `engine.run(command=…)`, ask them with `engine.api("GET", "/…")` and ask the judge
with `engine.docker("ps")`; before and after each test they are running and empty but for the image `busybox:local`.

`tls_engine` and `ssh_engine` are endpoints (`.host`, `.environment()`, `.engine`) of a 20.10 for the few tests that are
about the line; `podman` is Podman 4.3, which one can ask like an engine. Containers that count, exit, fall ill or run
out of memory are in `tests.world.samples`; lines that stall or break in `tests.world.proxy`; addresses that never
answer, refuse or are forbidden in `tests.world.faults`.

Where an engine cannot run its tests skip with the reason; PILOTHOUSE_REQUIRE_ENGINES=1 makes that a failure.
"""

import os
from collections import Counter
from collections.abc import Iterator
from functools import cache

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.theme.theme import Themes
from tests.engine.house import House
from tests.world.engine import DOCKER_20, DOCKER_29, DockerEngine, Release
from tests.world.podman import Podman, why_not_podman
from tests.world.ssh import SshEndpoint, why_not_ssh
from tests.world.tls import TlsEndpoint
from tests.world.world import World

LAST = "the_last_one"
why_not = cache(Release.why_not)
ENGINE_FIXTURES = {"tls_engine": "tls", "ssh_engine": "ssh", "podman": "podman"}


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", f"{LAST}: runs after all other tests of the session")
    config.addinivalue_line("markers", "slow: waits as long as a user would")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test by the engines that it uses, and put the leftovers test last."""
    for item in items:
        used = getattr(item, "fixturenames", ())
        if "world" in used:
            item.add_marker(pytest.mark.engine)
        for fixture in ENGINE_FIXTURES.keys() & used:
            item.add_marker(ENGINE_FIXTURES[fixture])
    items.sort(key=lambda item: item.get_closest_marker(LAST) is not None)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Say in the session's very last line how many engine tests were skipped, and why."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None:
        return
    skipped = [report for report in reporter.stats.get("skipped", ()) if "engine" in report.keywords]
    reasons = Counter(report.longrepr[2].removeprefix("Skipped: ") for report in skipped)
    if reasons:
        why = "; ".join(f"{count} because {reason}" for reason, count in reasons.most_common())
        reporter.write_line(f"{len(skipped)} engine tests were skipped: {why}")


def need(reason: str | None) -> None:
    """Skip the test for this reason, or fail it where engines are required; go on if the reason is None."""
    if reason is None:
        return
    if os.environ.get("PILOTHOUSE_REQUIRE_ENGINES") == "1":
        pytest.fail(f"A required engine cannot run: {reason}", pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def world() -> Iterator[World]:
    """All that runs for this session; a fixture of wider scope than one test takes its engine from it."""
    need(None if os.geteuid() == 0 else "real engines need root")
    world = World()
    yield world
    world.close()


def lent(world: World, release: Release, name: str = "") -> Iterator[DockerEngine]:
    """An engine for one test: clean before and after, whatever the test did to it."""
    need(why_not(release))
    engine = world.engine(release, name)
    yield engine
    engine.clean()


@pytest.fixture(params=(DOCKER_20, DOCKER_29), ids=lambda release: release.name)
def engine(world: World, request: pytest.FixtureRequest) -> Iterator[DockerEngine]:
    """A clean engine; the test runs once per Docker version."""
    yield from lent(world, request.param)


@pytest.fixture
def old_engine(world: World) -> Iterator[DockerEngine]:
    """Docker 20.10."""
    yield from lent(world, DOCKER_20)


@pytest.fixture
def new_engine(world: World) -> Iterator[DockerEngine]:
    """Docker 29."""
    yield from lent(world, DOCKER_29)


@pytest.fixture
def other_engine(world: World) -> Iterator[DockerEngine]:
    """A second Docker 20.10 beside the others, to switch to."""
    yield from lent(world, DOCKER_20, "other")


@pytest.fixture
def tls_engine(world: World) -> Iterator[TlsEndpoint]:
    """Docker 20.10 on TCP with TLS; its `certificates` folder is what DOCKER_CERT_PATH names."""
    need(why_not(DOCKER_20))
    endpoint = world.tls()
    yield endpoint
    endpoint.engine.clean()


@pytest.fixture
def ssh_engine(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[SshEndpoint]:
    """Docker 20.10 behind ssh. For this test PATH begins with an `ssh` that knows the host and has the key to it."""
    need(why_not(DOCKER_20) or why_not_ssh())
    endpoint = world.ssh()
    monkeypatch.setenv("PATH", endpoint.environment()["PATH"])
    yield endpoint
    endpoint.engine.clean()


@pytest.fixture
def podman(world: World) -> Iterator[Podman]:
    """Podman's Docker-compatible service."""
    need(why_not_podman())
    service = world.podman()
    yield service
    service.clean()


@pytest.fixture(scope="session")
def themes(qapp: QApplication) -> Themes:
    """One look for the whole run."""
    return Themes(qapp, "light")


@pytest.fixture
def house(qtbot: QtBot, themes: Themes) -> Iterator[House]:
    """A window over real engines that must never stand still."""
    house = House()
    qtbot.wait(200)  # the first paint loads icons and fonts, once in a run
    house.meter.start()
    yield house
    house.close(qtbot)
