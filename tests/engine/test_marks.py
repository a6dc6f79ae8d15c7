"""What anybody could misuse is marked: containers that rule their host, and lines that anybody may read."""

from __future__ import annotations

import re

import pytest

from tests.engine.house import elsewhere, facts_page, shown, sleeping, wait_for
from tests.world.proxy import Proxy


def test_a_container_that_rules_its_host_is_marked(engine, house, qtbot):
    rights = ("--privileged", "--volume", f"{engine.socket}:/var/run/docker.sock")
    elsewhere(qtbot, engine.docker, "create", "--name", "ruler", *rights, "busybox:local", "true")
    page = house.open(engine)
    page.show_key(wait_for(qtbot, page, "ruler").id)
    qtbot.waitUntil(lambda: "Privileged" in shown(page.details), timeout=5_000)
    assert "as good as root on the host" in shown(page.details)
    assert re.search("socket", shown(page.details))


def test_a_container_that_runs_with_the_hosts_rights_is_marked(engine, house, qtbot):
    shared = ("--pid", "host", "--network", "host", "--volume", f"{engine.socket}:/var/run/docker.sock")
    more = ("--cap-add", "SYS_PTRACE", "--device", "/dev/null:/dev/gift", "--volume", "/:/host:ro")
    elsewhere(qtbot, sleeping, engine, "guest", *shared, *more)
    page = house.open(engine)
    page.show_key(wait_for(qtbot, page, "guest", lambda row: row.running).id)
    qtbot.waitUntil(lambda: "Security" in shown(page.details), timeout=5_000)
    said = shown(page.details)
    for words in ("Host's network and PID namespaces", "steers the engine", "SYS_PTRACE", "/dev/null", "read only"):
        assert words in said


def test_a_privileged_container_that_runs_is_marked(engine, house, qtbot):
    made = elsewhere(
        qtbot, engine.docker, "run", "-d", "--name", "ruler", "--privileged", "busybox:local", "sleep", "9", check=False
    )
    if "operation not permitted" in made.stderr:
        pytest.skip("this machine lets Docker give no container all rights")
    page = house.open(engine)
    page.show_key(wait_for(qtbot, page, "ruler", lambda row: row.running).id)
    qtbot.waitUntil(lambda: "as good as root on the host" in shown(page.details), timeout=5_000)


def test_a_line_without_tls_is_marked(old_engine, house, qtbot):
    with Proxy(old_engine.socket) as proxy:
        house.open(proxy.host)
        assert "neither encrypted nor protected" in facts_page(qtbot, house)
        house.contexts.close(house.contexts.current)
