"""The real engines of the benches, one after the other."""

from __future__ import annotations

from collections.abc import Iterator

from tests.world.engine import DOCKER_20, DOCKER_29, DockerEngine
from tests.world.world import World


def each_engine(what: str) -> Iterator[DockerEngine]:
    """Docker 20.10 and 29, running; one that cannot run here is named instead of `what` being measured on it."""
    releases = []
    for release in (DOCKER_20, DOCKER_29):
        if reason := release.why_not():
            print(f"{what} on Docker {release.name}: not measured, {reason}")
        else:
            releases.append(release)
    if not releases:
        return
    world = World()
    try:
        for release in releases:
            yield world.engine(release)
    finally:
        world.close()
