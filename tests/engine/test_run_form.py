"""The Run form over real engines: it makes what the docker command makes, and what fails leaves all as it was."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from gui.run.page import RunPage
from models.docker.run_checks import Repair
from models.docker.run_line import parse_line
from models.errors import AppError
from models.kind import Ref
from services.cancel import CancelScope
from tests.engine.house import elsewhere, named, wait_for
from tests.engine.opening import opened
from tests.engine.test_run_judge import comparable, without_empty
from tests.world.busybox import IMAGE

LINE = (
    f"run -d --name {{name}} -p 127.0.0.1:{{port}}:80 -v data:/data:ro -e MODE=x -l by=us --init -m 64m --cpus 0.5 "
    f"--restart on-failure:2 --stop-timeout 1 --health-cmd true {IMAGE} sleep 600"
)


def run_page(qtbot, house, engine) -> RunPage:
    house.open(engine)
    qtbot.waitUntil(lambda: house.contexts.current.state.live, timeout=10_000)
    house.window.make_one()
    page = house.window.current_page()
    qtbot.waitUntil(lambda: IMAGE in [offer.text for offer in page.form.basics.image.offers], timeout=10_000)
    return page


def settled(qtbot, page):
    busy = (page._read_soon.isActive, page._check_soon.isActive, lambda: page.checking.asking)
    qtbot.waitUntil(lambda: not any(one() for one in busy), timeout=10_000)


def listed(house):
    return house.window.current_place().show_page("containers")


def inspected(engine, name):
    return without_empty(comparable(engine, name))


def test_the_form_makes_what_the_command_makes(engine, house, qtbot):
    elsewhere(qtbot, engine.docker, *LINE.format(name="judge", port=8091).split())
    page = run_page(qtbot, house, engine)
    page.fill_from("docker " + LINE.format(name="ours", port=8092))
    settled(qtbot, page)
    page.header.run.click()
    row = wait_for(qtbot, listed(house), "ours", lambda row: row.running)
    theirs, ours = (elsewhere(qtbot, inspected, engine, name) for name in ("judge", row.id))
    port = theirs["HostConfig"].pop("PortBindings")["80/tcp"][0]["HostPort"]
    assert (port, ours["HostConfig"].pop("PortBindings")["80/tcp"][0]["HostPort"]) == ("8091", "8092")
    assert ours == theirs


def test_a_port_and_a_name_in_use_are_said_by_whom_before_it_runs(engine, house, qtbot):
    elsewhere(qtbot, engine.docker, *LINE.format(name="first", port=8093).split())
    page = run_page(qtbot, house, engine)
    page.fill_from("docker " + LINE.format(name="first", port=8093))
    settled(qtbot, page)
    said = {check.field: check for check in page.checking._checks if check.repair is Repair.REPLACE}
    assert "the container first" in said["publish"].text
    assert said["name"].suggestion == "first-2"
    assert not page.header.run.isEnabled()
    page.form.basics.remarks["name"].lines[0].buttons[0].click()
    page.form.entry("publish").lines[0].remarks.lines[0].buttons[0].click()
    settled(qtbot, page)
    assert page.header.run.isEnabled()
    page.header.run.click()
    row = wait_for(qtbot, listed(house), "first-2", lambda row: row.running)
    assert {port.public for port in row.ports if port.public} == {8094}


def test_a_container_that_cannot_start_is_taken_away_and_the_form_stays(engine, house, qtbot):
    page = run_page(qtbot, house, engine)
    page.fill_from(f"docker run -d --name broken {IMAGE} /no/such/program")
    settled(qtbot, page)
    before = page.form.draft()
    page.header.run.click()
    qtbot.waitUntil(lambda: page.banner.isVisible(), timeout=15_000)
    assert page.form.draft() == before
    assert "broken" not in elsewhere(qtbot, engine.docker, "ps", "-a", "--format", "{{.Names}}").stdout.split()


def test_edit_and_recreate_keeps_what_was_not_touched(engine, house, qtbot):
    elsewhere(qtbot, engine.docker, *LINE.format(name="old", port=8095).split())
    before = elsewhere(qtbot, inspected, engine, "old")
    page = house.open(engine)
    row = wait_for(qtbot, page, "old", lambda row: row.running)
    page.make_like([row], replace=True)
    run = house.window.current_page()
    qtbot.waitUntil(lambda: run.source is not None, timeout=10_000)
    run.form.entry("env").lines[0].value.setText("y")
    settled(qtbot, run)
    assert [text for text, _ in run.side.line.marked] == ["-e MODE=y"]
    run.header.run.click()
    run.running.dialog.replace.click()
    new = wait_for(qtbot, listed(house), "old", lambda now: now.running and now.id != row.id, seconds=30)
    after = elsewhere(qtbot, inspected, engine, new.id)
    assert "MODE=y" in after["Config"]["Env"]
    before["Config"]["Env"] = after["Config"]["Env"] = None
    assert after == before
    qtbot.waitUntil(lambda: named(listed(house), "old-replaced") is None, timeout=5_000)


def test_where_the_new_one_fails_the_old_one_is_back(engine):
    scope = CancelScope()
    old = engine.docker(*LINE.format(name="old", port=8096).split()).stdout.strip()
    with opened(engine.host) as session:
        next(iter(session.states(scope)))
        runner = session.runner()
        ref = Ref("containers", old, "old")
        spec = runner.again(ref, scope).spec
        not_started = replace(spec, init=None, command=("/no/such/program",))
        not_made = replace(spec, image="no/such/image", pull="never")
        for wrong in (not_started, not_made):
            with pytest.raises(AppError):
                list(runner.run(wrong, True, ref, scope))
    everything = engine.docker("ps", "-a", "--no-trunc", "--format", "{{.ID}} {{.Names}} {{.State}}").stdout
    assert everything.split("\n")[:-1] == [f"{old} old running"]


def test_what_exists_is_offered(engine):
    engine.docker("network", "create", "shop")
    engine.docker("volume", "create", "goods")
    engine.docker("run", "-d", "--name", "one", "--network", "shop", IMAGE, "sleep", "60")
    with opened(engine.host) as session:
        stock = session.runner().stock(CancelScope())
    assert IMAGE in [item.name for item in stock.images]
    assert ("shop", "bridge, 1 container") in [(item.name, item.detail) for item in stock.networks]
    assert "goods" in [item.name for item in stock.volumes]
    assert [item.name for item in stock.containers] == ["one"]


def test_podman_makes_one_too(podman):
    with opened(podman.host) as session:
        runner, scope = session.runner(), CancelScope()
        next(iter(session.states(scope)))
        spec = parse_line(f"docker run -d --name pod {IMAGE} sleep 60").spec
        steps = list(runner.run(spec, True, None, scope))
        assert steps[-1].outcome.error is None
        assert runner.again(steps[-1].outcome.ref, scope).spec.command == ("sleep", "60")
