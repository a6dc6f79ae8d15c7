"""The namespaces of real containers, against the links of /proc: what is told by settings is what the kernel has."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from models.docker.namespaces import NAMES, SpacesRow, Whose
from models.kind import Ref
from services.cancel import CancelScope
from services.docker import namespaces as service
from services.docker.session import DockerSession
from tests.engine.house import sleeping
from tests.engine.opening import opened
from tests.services.collecting import Collector, eventually
from tests.world.engine import DockerEngine
from tests.world.podman import Podman


@pytest.fixture
def session(engine: DockerEngine) -> Iterator[DockerSession]:
    with opened(engine.host) as session:
        session.system(CancelScope())
        yield session


def fleet(engine: DockerEngine) -> dict[str, str]:
    """Containers that share in every way, by name."""
    ids = {"web": sleeping(engine, "web", "--ipc", "shareable")}
    ids["net"] = sleeping(engine, "net", "--network", f"container:{ids['web']}")
    ids["pid"] = sleeping(engine, "pid", "--pid", f"container:{ids['web']}")
    ids["ipc"] = sleeping(engine, "ipc", "--ipc", f"container:{ids['web']}")
    ids["host"] = sleeping(engine, "host", "--network", "host", "--pid", "host", "--ipc", "host", "--uts", "host")
    ids["alone"] = sleeping(engine, "alone")
    return ids


def seen(session: DockerSession, count: int) -> dict[str, SpacesRow]:
    """The map, as soon as it has this many containers."""
    for told in session.namespaces(CancelScope()):
        if len(told.rows) == count and told.complete:
            return {row.name: row for row in told.rows}
    raise AssertionError("it never ends by itself")


def link(pid: int | str, kind: str) -> int:
    return int(str(Path(f"/proc/{pid}/ns/{kind}").readlink()).partition("[")[2].rstrip("]"))


def links(engine: DockerEngine, ids: dict[str, str]) -> dict[str, dict[str, int]]:
    """The kernel's own answer: the judge."""
    pids = {name: engine.api("GET", f"/containers/{one}/json")["State"]["Pid"] for name, one in ids.items()}
    return {name: {kind: link(pid, kind) for kind in NAMES} for name, pid in pids.items()}


def assert_true(rows: dict[str, SpacesRow], judged: dict[str, dict[str, int]], daemon: dict[str, int]) -> None:
    """Two containers share in the map exactly where the kernel gives them the same, the host's told apart."""
    for kind in NAMES:
        for name, row in rows.items():
            cell = row.cells[kind]
            on_host = judged[name][kind] == daemon[kind]
            assert (cell.whose is Whose.HOST) == on_host, (kind, name, cell, judged[name][kind])
            alike = {other for other in rows if other != name and judged[other][kind] == judged[name][kind]}
            assert set(cell.others) == (set() if on_host else alike), (kind, name, cell)


@pytest.mark.parametrize("way", ["links", "ps", "settings"])
def test_the_map_is_what_the_kernel_says(
    engine: DockerEngine, session: DockerSession, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    """By /proc on this machine; by the engine's ps on another; and by the settings alone, where neither can be read."""
    ids = fleet(engine)
    if way != "links":
        monkeypatch.setattr(service, "local_proc", lambda *_: None)
    if way == "settings":
        monkeypatch.setattr(service, "_FORMATS", ("-eo no-such-column",))
    rows = seen(session, len(ids))
    judged = links(engine, ids)
    daemon = {kind: judged["host"][kind] for kind in ("net", "pid", "ipc", "uts")}
    daemon |= {kind: link("self", kind) for kind in ("user", "cgroup", "mnt")}
    assert_true(rows, judged, daemon)
    numbers = {kind: rows["web"].cells[kind].number for kind in NAMES}
    assert numbers == (dict.fromkeys(NAMES) if way == "settings" else judged["web"])


def test_the_map_follows_what_comes_goes_and_ends(engine: DockerEngine, session: DockerSession) -> None:
    web = sleeping(engine, "web")
    maps = Collector(session.namespaces)
    maps.wait_for(lambda told: [row.name for row in told.rows] == ["web"], "the first is there")
    engine.run("--name", "debug", "--network", f"container:{web}", command=("sleep", "86400"))
    shared = maps.wait_for(lambda told: len(told.rows) == 2, "the second is there")
    assert {row.name: row.cells["net"].others for row in shared.rows} == {"web": ("debug",), "debug": ("web",)}
    engine.docker("kill", "debug")
    maps.wait_for(lambda told: any(not row.running for row in told.rows), "it has ended")
    engine.docker("rm", "debug")
    maps.wait_for(lambda told: len(told.rows) == 1 and not told.rows[0].shares, "it has gone, and nothing is shared")
    maps.end()


def test_a_container_whose_owner_has_gone_says_whose_it_was(engine: DockerEngine, session: DockerSession) -> None:
    web = sleeping(engine, "web")
    debug = engine.run("--name", "debug", "--network", f"container:{web}", command=("sleep", "86400"))
    engine.docker("kill", "debug")
    engine.docker("rm", "-f", "web")
    eventually(lambda: len(engine.api("GET", "/containers/json?all=1")) == 1, "one is left")
    cell = seen(session, 1)["debug"].cells["net"]
    assert (cell.whose, cell.target, cell.others) == (Whose.OTHER, web[:12], ())
    assert session.inspect(Ref("containers", debug, "debug"), CancelScope())


def test_podman_shares_alike(podman: Podman) -> None:
    web = podman.run("--name", "web", command=("sleep", "86400"))
    podman.run("--name", "pid", "--pid", f"container:{web}", command=("sleep", "86400"))
    with opened(podman.host) as session:
        session.system(CancelScope())
        rows = seen(session, 2)
        assert rows["web"].cells["pid"].others == ("pid",)
        assert rows["web"].cells["uts"].others == ()
        assert all(cell.number for cell in rows["web"].cells.values())
