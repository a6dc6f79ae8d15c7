"""The Stats tab on the demo: charts, pointer, ranges, others laid over, and files."""

import csv
import io

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from models.docker.container import State
from models.errors import Failed, Reason, Unreachable
from models.kind import Tab


@pytest.fixture
def page(house, qtbot):
    page = house.open(qtbot)
    page.details.set_maximised(True)
    return page


@pytest.fixture
def tab(page, qtbot):
    return shown(page, qtbot, "shop-db-1")


def shown(page, qtbot, name):
    row = next(row for row in page.table.all_rows() if row.name == name)
    page.show_key(row.id)
    page.details.set_tab(Tab.STATS)
    tab = page.details._tabs[Tab.STATS]
    qtbot.waitUntil(lambda: tab.panel is not None and tab.measured is not None, timeout=20_000)
    qtbot.waitUntil(lambda: tab.panel.isVisible())
    return tab


def test_the_charts_show_what_was_measured(tab):
    begin, end = tab.shown
    assert end - begin == 900
    contents = {key: plot.content for key, plot in tab.panel.plots.items()}
    assert [line.name for line in contents["memory"].lines] == ["working set", "page cache"]
    assert len(contents["cpu"].lines[0].track.within("cpu", begin, end)) > 170
    words = tab.readings.text()
    for name in ("CPU", "Working set", "Page cache", "Received", "Sent", "Read", "Written", "Processes", "CPU, p95"):
        assert f"\n{name} " in words


def move(plot, x, buttons=Qt.MouseButton.NoButton, kind=QEvent.Type.MouseMove, button=Qt.MouseButton.NoButton):
    at = QPointF(x, 20)
    plot.viewport()
    event = QMouseEvent(kind, at, plot.mapToGlobal(at), button, buttons, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(plot.viewport(), event)


def test_the_pointer_reads_all_charts_at_one_time(tab):
    begin, _ = tab.shown
    plot = tab.panel.plots["cpu"]
    move(plot, plot.place_of(begin + 300))
    assert all(one.pointer == pytest.approx(begin + 300, abs=3) for one in tab.panel.plots.values())
    track = plot.content.lines[0].track
    assert f"CPU {track.at('cpu', plot.pointer):.2f}" in tab.readings.text()
    QApplication.sendEvent(plot, QEvent(QEvent.Type.Leave))
    assert plot.pointer is None


def test_a_drag_zooms_and_a_double_click_undoes_it(tab):
    begin, _ = tab.shown
    plot = tab.panel.plots["memory"]
    left = Qt.MouseButton.LeftButton
    move(plot, plot.place_of(begin + 200), left, QEvent.Type.MouseButtonPress, left)
    move(plot, plot.place_of(begin + 500), left)
    assert plot.chosen == pytest.approx((begin + 200, begin + 500), abs=3)
    move(plot, plot.place_of(begin + 500), Qt.MouseButton.NoButton, QEvent.Type.MouseButtonRelease, left)
    assert tab.shown == pytest.approx((begin + 200, begin + 500), abs=3)
    assert tab.bar.home.isVisible()
    assert all(one.begin == tab.shown[0] for one in tab.panel.plots.values())
    move(plot, 200, left, QEvent.Type.MouseButtonDblClick, left)
    assert tab.shown[1] - tab.shown[0] == 900


def test_a_longer_range_has_coarser_steps(tab, qtbot):
    tab.bar.ranges.set_current("86400")
    qtbot.waitUntil(lambda: all(track.step == 60 for track in tab.measured.tracks.values()), timeout=10_000)
    assert tab.shown[1] - tab.shown[0] == 86_400
    assert "steps of 60 s" in tab.bar.note.text()


def test_limits_are_lines_and_deaths_are_marks(page, qtbot):
    row = next(row for row in page.table.all_rows() if row.run and row.run.memory_limit and row.run.oom_killed)
    tab = shown(page, qtbot, row.name)
    tab.bar.ranges.set_current("3600")
    memory = tab.panel.plots["memory"]
    assert [limit.fatal for limit in memory.content.limits] == [True]
    assert memory.plotItem.vb.viewRange()[1][1] > row.run.memory_limit
    begin, end = tab.shown
    ends = [mark for mark in memory.content.marks if mark.turn == "end" and begin < mark.time < end]
    assert ends
    assert "Ended (137)" in tab.panel.lane.words_at(tab.panel.lane.place(ends[-1].time))
    assert "Last failure" in tab.readings.text()
    assert any(one[0] <= ends[-1].time + 6 and one[1] > ends[-1].time for one in memory.content.holes)


def test_others_are_laid_over_it_and_taken_away(tab, page, qtbot):
    others = [row for row in page.table.all_rows() if row.state is State.RUNNING and row.id != tab.ref.id][:2]
    for row in others:
        tab.add(page.kind.ref(row), row)
    qtbot.waitUntil(lambda: len(tab.measured.tracks) == 3, timeout=10_000)
    lines = tab.panel.plots["cpu"].content.lines
    assert [line.name for line in lines] == [tab.ref.name, *(row.name for row in others)]
    assert len({line.colour for line in lines}) == 3
    assert others[1].name in tab.readings.text()
    tab.remove(page.kind.ref(others[0]))
    qtbot.waitUntil(lambda: len(tab.measured.tracks) == 2, timeout=10_000)
    assert others[0].name not in tab.readings.text()


def test_what_can_be_compared_is_offered(tab, qtbot):
    tab.bar.compare.click()
    qtbot.waitUntil(lambda: QApplication.activePopupWidget() is not None, timeout=10_000)
    menu = QApplication.activePopupWidget()
    names = [action.text() for action in menu.actions()]
    assert names[0].startswith("shop-"), "the same project first"
    assert "shop-db-1" not in names
    menu.actions()[0].trigger()
    menu.close()
    assert [subject.name for subject in tab.subjects] == ["shop-db-1", names[0]]


def test_a_table_and_a_picture_are_saved(tab, tmp_path, qtbot):
    tab.save_table(tmp_path / "values.csv")
    qtbot.waitUntil(lambda: (tmp_path / "values.csv").exists(), timeout=10_000)
    qtbot.waitUntil(lambda: "Saved to" in tab.bar.note.text(), timeout=10_000)
    rows = list(csv.DictReader(io.StringIO((tmp_path / "values.csv").read_text())))
    track = next(iter(tab.measured.tracks.values()))
    assert len(rows) > 170
    assert {row["container"] for row in rows} == {"shop-db-1"}
    assert float(rows[50]["memory_bytes"]) in [pytest.approx(value) for value in track.column("memory")]
    tab.save_picture(tmp_path / "charts.png")
    qtbot.waitUntil(lambda: (tmp_path / "charts.png").exists(), timeout=10_000)
    assert (tmp_path / "charts.png").read_bytes()[:4] == b"\x89PNG"


def test_a_full_disk_is_told_and_leaves_the_old_file(tab, tmp_path, qtbot, monkeypatch):
    (tmp_path / "values.csv").write_text("old")

    def full(*_arguments):
        raise Failed("No space left on device")

    monkeypatch.setattr("gui.details.stats.saving.write_parts", full)
    tab.save_table(tmp_path / "values.csv")
    qtbot.waitUntil(lambda: "Not saved" in tab.bar.note.text(), timeout=10_000)
    assert (tmp_path / "values.csv").read_text() == "old"


def test_nothing_is_asked_while_nobody_looks(tab, page, qtbot):
    page.details.set_tab(Tab.INSPECT)
    before = tab.measured
    qtbot.wait(1_300)
    assert tab.measured is before
    page.details.set_tab(Tab.STATS)
    qtbot.waitUntil(lambda: tab.measured is not before, timeout=10_000)


def test_the_charts_take_the_theme(tab, themes, qtbot):
    themes.set_mode("dark")
    try:
        qtbot.wait(20)
        image = tab.panel.grab().toImage()
        assert image.pixelColor(QPoint(3, image.height() // 2)).lightness() < 80
    finally:
        themes.set_mode("light")


def test_a_lost_engine_leaves_what_was_measured_and_it_goes_on(tab, house, qtbot):
    [session] = house.sessions
    session.lose(Unreachable("connection refused", Reason.REFUSED))
    qtbot.waitUntil(lambda: "Nothing new" in tab.bar.note.text(), timeout=10_000)
    assert tab.panel.isVisible()
    before = tab.measured
    session.recover()
    qtbot.waitUntil(lambda: tab.measured is not before, timeout=10_000)
    assert "Nothing new" not in tab.bar.note.text()


def test_what_never_ran_says_that_nothing_was_measured(page, qtbot):
    created = next(row for row in page.table.all_rows() if row.state is State.CREATED)
    tab = shown(page, qtbot, created.name)
    qtbot.waitUntil(lambda: "Nothing was measured" in tab.bar.note.text(), timeout=5_000)
    assert "\nCPU –" in tab.readings.text()
