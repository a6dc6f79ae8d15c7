"""Configuration on real engines: what was set, what came from the image, as the CLI has it; both tabs in a window."""

from __future__ import annotations

import json

from models.docker.configuration import compare, configuration
from models.kind import Ref, Tab
from models.overview import Property, Setting
from services.cancel import CancelScope
from tests.engine.house import elsewhere, shown, wait_for
from tests.engine.opening import opened
from tests.world import samples


def documents(engine, name):
    """Its inspect and its image's, by a session."""
    with opened(engine.host) as session:
        found = json.loads(engine.docker("inspect", name).stdout)[0]
        container = session.inspect(Ref("containers", found["Id"], name), CancelScope())
        return container, session.inspect(Ref("images", found["Image"], "busybox:local"), CancelScope())


def test_what_is_set_here_is_told_from_the_images_as_the_cli_has_it(engine):
    options = ("--env", "MODE=fast", "--env", "DB_PASSWORD=hunter2", "--label", "team=shop", "--user", "1000")
    engine.run("--name", "web", *options, command=("sleep", "1000"))
    container, image = documents(engine, "web")
    told = {section.title: section for section in configuration(container, image).sections}
    here = {row.name: row.value for row in told["Environment set here"].rows if isinstance(row, Setting)}
    of_image = set(json.loads(engine.docker("image", "inspect", "busybox:local").stdout)[0]["Config"].get("Env") or ())
    by_cli = json.loads(engine.docker("inspect", "--format", "{{json .Config.Env}}", "web").stdout)
    assert {f"{name}={value}" for name, value in here.items()} == set(by_cli) - of_image
    lines = {row.name: row.line.text for row in told["Process"].rows if isinstance(row, Property)}
    assert lines["User"] == "1000 set here"
    assert "DB_PASSWORD looks like a secret" in told["Secrets"].rows[0].text


def test_two_containers_that_differ_in_one_thing_differ_in_one_thing(engine):
    engine.run("--name", "one", "--memory", "32m", command=("sleep", "1000"))
    engine.run("--name", "two", "--memory", "64m", command=("sleep", "1000"))
    one, two = documents(engine, "one")[0], documents(engine, "two")[0]
    different = {(row.group, row.name, row.here, row.there) for row in compare(one, two) if not row.same}
    assert {row[:2] for row in different} <= {("Limits", "Memory"), ("Limits", "Memory and swap")}
    assert ("Limits", "Memory", "32 MB", "64 MB") in different


def test_both_tabs_in_a_window(engine, house, qtbot):
    dead = elsewhere(qtbot, samples.exited, engine, "--name", "three", code=3)
    well = elsewhere(qtbot, samples.healthy, engine, "--name", "well")
    page = house.open(engine)
    wait_for(qtbot, page, "three")
    page.show_key(dead)
    page.details.set_tab(Tab.POST_MORTEM)
    for words in ("Ended with 3", "What it was not, and why", "Nothing will start it again.", "err"):
        qtbot.waitUntil(lambda words=words: words in shown(page.details), timeout=5_000)
    page.details.set_tab(Tab.CONFIGURATION)
    for words in ("Entrypoint", "from the image"):
        qtbot.waitUntil(lambda words=words: words in shown(page.details), timeout=5_000)
    wait_for(qtbot, page, "well")
    page.show_key(well)
    page.details.set_tab(Tab.POST_MORTEM)
    tab = page.details._current()
    qtbot.waitUntil(lambda: tab.deaths.key == "health" and "all well" in shown(tab.health), timeout=5_000)
    tab.health.run_button.click()
    qtbot.waitUntil(lambda: tab.health.ours.isVisible(), timeout=8_000)
    assert "does not count it" in shown(tab.health)
