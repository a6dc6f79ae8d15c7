"""The Processes tab and the Namespaces page in a window over real engines that must never stand still."""

from __future__ import annotations

from models.kind import Tab
from tests.engine.house import elsewhere, shown, sleeping, wait_for


def opened_tab(qtbot, house, engine, name):
    page = house.open(engine)
    row = wait_for(qtbot, page, name, lambda row: row.running)
    page.show_key(row.id)
    page.details.set_tab(Tab.PROCESSES)
    return page, page.details._current()


def commands(tab):
    return [line.row.process.command for line in tab.table.lines]


def test_a_tree_is_watched_and_a_process_in_it_ended(qtbot, engine, house):
    script = "sleep 4001 & sleep 4002 & exec sleep 4000"
    elsewhere(qtbot, engine.run, "--name", "it", command=("sh", "-c", script))
    _, tab = opened_tab(qtbot, house, engine, "it")
    qtbot.waitUntil(lambda: commands(tab) == ["sleep 4000", "sleep 4001", "sleep 4002"], timeout=10_000)
    assert "no handler for SIGTERM" in tab.headline.sentence.text
    assert next(line.row.process.inside for line in tab.table.lines) == 1
    tab.table.select_keys([tab.table.lines[1].row.id])
    tab.signal_button.click()
    inside = tab.table.lines[1].row.process.inside
    assert f"exec -u 0 it kill -TERM {inside}" in shown(tab.dialog)
    tab.dialog.act.click()
    ended = lambda: [line.row.process for line in tab.table.lines if line.row.process.zombie]  # noqa: E731
    qtbot.waitUntil(lambda: len(ended()) == 1, timeout=10_000)
    qtbot.waitUntil(lambda: "does not collect" in tab.headline.sentence.text, timeout=10_000)


def test_the_tab_follows_the_containers_lives(qtbot, engine, house):
    elsewhere(qtbot, sleeping, engine, "it")
    page, tab = opened_tab(qtbot, house, engine, "it")
    qtbot.waitUntil(lambda: commands(tab) == ["sleep 86400"], timeout=10_000)
    first = tab.table.lines[0].row.process.pid
    elsewhere(qtbot, engine.docker, "kill", "it")
    qtbot.waitUntil(lambda: tab._states.currentWidget() is tab._none, timeout=10_000)
    elsewhere(qtbot, engine.docker, "start", "it")
    qtbot.waitUntil(lambda: commands(tab) == ["sleep 86400"], timeout=10_000)
    assert tab.table.lines[0].row.process.pid != first
    elsewhere(qtbot, engine.docker, "rm", "-f", "it")
    qtbot.waitUntil(lambda: "no longer exists" in shown(page.details), timeout=10_000)


def test_the_tab_outlives_its_engine(qtbot, house, old_engine):
    elsewhere(qtbot, sleeping, old_engine, "it")
    _, tab = opened_tab(qtbot, house, old_engine, "it")
    qtbot.waitUntil(lambda: commands(tab) == ["sleep 86400"], timeout=10_000)
    elsewhere(qtbot, old_engine.freeze)
    qtbot.waitUntil(lambda: not tab.live, timeout=10_000)
    assert commands(tab) == ["sleep 86400"], "the last look stays"
    assert not tab.signal_button.isEnabled()
    elsewhere(qtbot, old_engine.thaw)
    before = tab._look
    qtbot.waitUntil(lambda: tab._look is not before, timeout=15_000)


def test_the_map_is_drawn_and_leads_on(qtbot, engine, house):
    web = elsewhere(qtbot, sleeping, engine, "web")
    elsewhere(qtbot, sleeping, engine, "debug", "--network", f"container:{web}", "--pid", "host")
    containers = house.open(engine)
    page = house.window.current_place().show_page("namespaces")
    qtbot.waitUntil(lambda: page.table.row_count() == 2, timeout=10_000)
    page.table.select_keys([web])
    qtbot.waitUntil(lambda: "Network shared with debug." in page.words.text, timeout=5_000)
    page.lead.click()
    qtbot.waitUntil(lambda: [row.name for row in containers.selected()] == ["web"], timeout=5_000)
