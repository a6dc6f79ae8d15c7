"""The window over real engines: seen, steered, and with the plug pulled."""

from __future__ import annotations

from msgspec.structs import replace

from gui import tasks
from models.connection import Phase
from models.docker.container import health
from models.health import Health
from tests.engine.house import elsewhere, named, wait_for
from tests.world import samples


def test_what_others_start_appears_and_what_they_remove_goes(engine, house, qtbot):
    page = house.open(engine)
    elsewhere(qtbot, samples.counting, engine, "--name", "counter")
    row = wait_for(qtbot, page, "counter", lambda row: row.run is not None and row.state == "running")
    assert health(row) is Health.RUNNING
    elsewhere(qtbot, engine.docker, "rm", "-f", "counter")
    qtbot.waitUntil(lambda: named(page, "counter") is None, timeout=5_000)


def test_a_container_is_steered_from_the_window(engine, house, qtbot):
    page = house.open(engine)
    elsewhere(qtbot, samples.counting, engine, "--name", "counter", "--stop-timeout", "1")
    row = wait_for(qtbot, page, "counter", lambda row: row.state == "running")
    page.show_key(row.id)
    page.trigger("pause")
    wait_for(qtbot, page, "counter", lambda row: row.state == "paused")
    page.trigger("unpause")
    wait_for(qtbot, page, "counter", lambda row: row.state == "running")
    page.trigger("rename")
    page.actions_.dialog.fields["name"].setText("tally")
    page.actions_.dialog.act.click()
    wait_for(qtbot, page, "tally")
    page.trigger("kill")
    page.actions_.dialog.act.click()
    wait_for(qtbot, page, "tally", lambda row: row.state == "exited" and row.exit_code == 137)
    page.trigger("remove")
    page.actions_.dialog.act.click()
    qtbot.waitUntil(lambda: named(page, "tally") is None, timeout=10_000)
    assert elsewhere(qtbot, engine.docker, "ps", "-aq").stdout.strip() == ""


def test_sizes_are_measured_on_demand(engine, house, qtbot):
    page = house.open(engine)
    elsewhere(
        qtbot, engine.run, "--name", "writer", command=("sh", "-c", "head -c 100000 /dev/zero > /grown; sleep 60")
    )
    row = wait_for(qtbot, page, "writer")
    assert row.size_rw is None
    page.show_key(row.id)
    qtbot.wait(300)
    page.trigger("sizes")
    row = wait_for(qtbot, page, "writer", lambda row: row.size_rw is not None)
    assert row.size_rw >= 100_000


def test_pulling_the_plug_leaves_the_rows_and_the_window_does_not_blink(engine, house, qtbot):
    page = house.open(engine)
    elsewhere(qtbot, samples.counting, engine, "--name", "counter")
    row = wait_for(qtbot, page, "counter", lambda row: row.run is not None)
    page.show_key(row.id)
    elsewhere(qtbot, engine.kill)
    qtbot.waitUntil(lambda: page.banner.isVisible(), timeout=3_000)
    assert named(page, "counter") is not None
    assert house.window.isVisible()
    head = house.window.current_place().sidebar.head
    qtbot.waitUntil(lambda: "Stale" in head.accessibleName(), timeout=3_000)
    elsewhere(qtbot, engine.start)
    qtbot.waitUntil(lambda: house.contexts.current.state.live, timeout=10_000)
    qtbot.waitUntil(lambda: not page.banner.isVisible(), timeout=5_000)
    assert [row.id for row in page.selected()] == [row.id]


def test_a_hanging_engine_harms_only_its_own_pages(old_engine, other_engine, house, qtbot):
    sick = house.open(old_engine, "sick")
    elsewhere(qtbot, samples.counting, old_engine, "--name", "one")
    wait_for(qtbot, sick, "one")
    well = house.open(other_engine, "well")
    elsewhere(qtbot, samples.counting, other_engine, "--name", "two")
    wait_for(qtbot, well, "two")
    elsewhere(qtbot, old_engine.freeze)
    try:
        place = house.contexts.find("sick")
        qtbot.waitUntil(lambda: place.state.phase is Phase.UNREACHABLE, timeout=8_000)
        elsewhere(qtbot, other_engine.docker, "pause", "two")
        wait_for(qtbot, well, "two", lambda row: row.state == "paused")
        assert house.contexts.find("well").state.live
        elsewhere(qtbot, other_engine.docker, "unpause", "two")
    finally:
        elsewhere(qtbot, old_engine.thaw)
    qtbot.waitUntil(lambda: place.state.live, timeout=8_000)


def test_closing_while_an_engine_hangs_takes_less_than_three_seconds(old_engine, house, qtbot):
    page = house.open(old_engine)
    elsewhere(qtbot, samples.counting, old_engine, "--name", "one")
    wait_for(qtbot, page, "one")
    elsewhere(qtbot, old_engine.freeze)
    try:
        house.contexts.close_all()
        assert tasks.shutdown(3.0)
    finally:
        elsewhere(qtbot, old_engine.thaw)


def test_two_ways_to_one_engine_are_one_tile_with_both_names(old_engine, house, qtbot):
    house.open(old_engine, "first")
    qtbot.waitUntil(lambda: house.contexts.current.facts is not None, timeout=5_000)
    context = replace(house.contexts.current.context, id="second", name="second")
    house.contexts.open(context)
    qtbot.waitUntil(lambda: len(house.contexts.open_ones) == 1, timeout=5_000)
    assert house.contexts.current.context.aliases == ("second",)


def test_hostile_names_labels_and_logs_are_shown_and_do_nothing(engine, house, qtbot):
    elsewhere(
        qtbot,
        engine.run,
        "--name",
        "hostile",
        "--label",
        "x=<img src=file:///etc/passwd>\u202e",
        command=("echo", "\x1b]0;title\x07"),
    )
    page = house.open(engine)
    row = wait_for(qtbot, page, "hostile")
    page.show_key(row.id)
    for tab in page.kind.tabs:
        page.details.set_tab(tab)
        qtbot.wait(200)
    assert house.window.isVisible()
