"""The Stats tab on real engines: it shows what happens, and the window never stands still, not even for the library."""

from models.kind import Tab
from models.series import Turn
from tests.engine.house import elsewhere, wait_for

LOOP = ("sh", "-c", "trap 'exit 3' TERM; while :; do :; done")


def test_a_life_and_its_end_are_drawn_while_the_window_lives(engine, house, qtbot):
    elsewhere(qtbot, engine.run, "--name", "busy", "--cpus", "0.5", "--memory", "64m", command=LOOP)
    page = house.open(engine)
    row = wait_for(qtbot, page, "busy", lambda row: row.run is not None)
    page.show_key(row.id)
    page.details.set_tab(Tab.STATS)
    tab = page.details._tabs[Tab.STATS]

    def measured():
        track = tab.measured.tracks.get(row.id) if tab.measured else None
        return [] if track is None else track.within("cpu", track.start, track.end)

    tab.bar.ranges.set_current("60")
    qtbot.waitUntil(lambda: tab.panel is not None and len(measured()) >= 4, timeout=30_000)
    plot = tab.panel.plots["cpu"]
    assert [limit.value for limit in plot.content.limits] == [0.5]
    assert [limit.value for limit in tab.panel.plots["memory"].content.limits] == [64 * 2**20]
    assert 0.2 < max(measured()) < 0.8
    elsewhere(qtbot, engine.docker, "stop", "busy")
    qtbot.waitUntil(lambda: any(mark.turn is Turn.END for mark in plot.content.marks), timeout=10_000)
    qtbot.waitUntil(lambda: bool(plot.content.holes) and plot.content.holes[-1][1] == tab.shown[1], timeout=15_000)
    assert "Ended (3)" in tab.readings.text()
