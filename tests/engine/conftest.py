"""Fixtures over real engines.

`engine` runs a test twice, on Docker 20.10 and on Docker 29; `old_engine` and `new_engine` are these two by name, and
`other_engine` is one more 20.10 to switch to. All are `tests.world.engine.DockerEngine`: a test may start, stop, kill,
freeze and thaw them, fill them with `engine.run(command=…)` and ask the judge with `engine.docker("ps")`; afterwards
each is running and empty again. `tests.world.samples` has containers that count, exit, fall ill or run out of memory.

Where an engine cannot run its tests skip with the reason; PILOTHOUSE_REQUIRE_ENGINES=1 makes that a failure.
"""

import os
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.world.engine import DOCKER_20, DOCKER_29, DockerEngine, Release
from tests.world.world import World

LAST = "the_last_one"


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", f"{LAST}: runs after all other tests of the session")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "world" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.engine)
    items.sort(key=lambda item: item.get_closest_marker(LAST) is not None)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Say in the session's very last line how many engine tests were skipped, and why."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None:
        return
    skipped = [report for report in reporter.stats.get("skipped", ()) if "engine" in report.keywords]
    reasons = Counter(report.longrepr[2].removeprefix("Skipped: ") for report in skipped)
    if reasons:
        why = "; ".join(f"{count}: {reason}" for reason, count in reasons.most_common())
        reporter.write_line(f"{len(skipped)} engine tests were skipped. {why}")


def need(reason: str | None) -> None:
    """Skip the test for this reason, or fail it where engines are required; go on if the reason is None."""
    if reason is None:
        return
    if os.environ.get("PILOTHOUSE_REQUIRE_ENGINES") == "1":
        pytest.fail(f"A required engine cannot run: {reason}", pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def world() -> Iterator[World]:
    """All that runs for this session. Fixtures of a wider scope than one test take engines from it: `world.engine(…)`."""
    need("real engines need root" if os.geteuid() != 0 else None)
    world = World()
    yield world
    world.close()


def lend(world: World, release: Release, name: str = "") -> Iterator[DockerEngine]:
    need(release.why_not())
    yield from world.borrow(release, name)


@pytest.fixture(params=(DOCKER_20, DOCKER_29), ids=lambda release: release.name)
def engine(world: World, request: pytest.FixtureRequest) -> Iterator[DockerEngine]:
    """A clean engine; the test runs once per Docker version."""
    yield from lend(world, request.param)


@pytest.fixture
def old_engine(world: World) -> Iterator[DockerEngine]:
    """Docker 20.10."""
    yield from lend(world, DOCKER_20)


@pytest.fixture
def new_engine(world: World) -> Iterator[DockerEngine]:
    """Docker 29."""
    yield from lend(world, DOCKER_29)


@pytest.fixture
def other_engine(world: World) -> Iterator[DockerEngine]:
    """A second Docker 20.10 beside the others, to switch to."""
    yield from lend(world, DOCKER_20, "other")
