"""Charts: round numbers, reduction to pixels without losing a peak, holes that are not drawn over, moving."""

import itertools
import math
from array import array

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from gui.charts.content import Content, Limit, Line, Measure
from gui.charts.panel import Panel
from gui.charts.reduction import points, runs
from gui.charts.scale import tick_text, ticks, unit, value_text
from gui.theme.tokens import current_theme
from models.series import Mark, Track, Turn

MB = 1024.0**2


@pytest.mark.parametrize(
    ("measure", "top", "most", "texts"),
    [
        (Measure.CORES, 1.7, 4, ["0", "0.5", "1", "1.5"]),
        (Measure.MEMORY, 575 * MB, 4, ["0", "256", "512"]),
        (Measure.MEMORY, 1.1 * 1024 * MB, 5, ["0", "0.25", "0.5", "0.75", "1"]),
        (Measure.TRAFFIC, 4.5e6, 2, ["0", "2", "4"]),
        (Measure.COUNT, 4.0, 3, ["0", "2", "4"]),
    ],
)
def test_the_axis_has_round_numbers(measure, top, most, texts):
    assert [tick_text(measure, value, top) for value in ticks(measure, top, most)] == texts


@pytest.mark.parametrize("measure", list(Measure))
def test_there_is_always_a_number_beside_zero_and_none_beyond_the_top(measure):
    for exponent, most in itertools.product(range(13), (1, 2, 4, 9)):
        top = 4.37 * 10.0**exponent
        values = ticks(measure, top, most)
        assert values[0] == 0
        assert 2 <= len(values) <= 2 * most + 6
        assert values[-1] <= top


def test_values_have_the_units_of_the_command():
    assert value_text(Measure.CORES, 0.987) == "0.99"
    assert value_text(Measure.MEMORY, 423 * MB) == "423 MB"
    assert value_text(Measure.TRAFFIC, 3.42e6) == "3.4 MB/s"
    assert value_text(Measure.COUNT, 9.0) == "9"
    assert value_text(Measure.MEMORY, None) == "–"
    assert unit(Measure.MEMORY, 3 * 1024 * MB) == (1024.0**3, "GB")


def track(values, start=600.0, step=1.0):
    return Track(start, step, {"load": array("f", values)})


def test_a_line_has_two_points_a_pixel_and_keeps_its_peaks():
    values = [1.0] * 10_000
    values[4_321], values[7_777] = 9.0, -5.0
    times, drawn = points(track(values), "load", 600, 10_600, 500)
    assert len(times) <= 2 * 502
    assert (drawn.max(), drawn.min()) == (9.0, -5.0)
    assert times[drawn.argmax()] == pytest.approx(600 + 4_321, abs=20)


def test_a_line_keeps_its_shape_while_it_is_moved():
    values = [math.sin(n / 7) for n in range(5_000)]
    one = dict(zip(*points(track(values), "load", 900, 3_900, 300), strict=True))
    other = dict(zip(*points(track(values), "load", 907, 3_907, 300), strict=True))
    common = sorted(one.keys() & other.keys())[2:-2]
    assert len(common) > 250
    assert all(one[time] == other[time] for time in common)


def test_a_hole_stays_a_hole_however_many_steps_a_pixel_holds():
    values = [1.0] * 6_000
    values[2_000:3_000] = [math.nan] * 1_000
    times, drawn = points(track(values), "load", 600, 6_600, 300)
    before, after = runs(drawn)
    assert times[before[1] - 1] == pytest.approx(2_600, abs=25)
    assert times[after[0]] == pytest.approx(3_600, abs=25)


@pytest.fixture
def panel(qtbot, themes):
    panel = Panel([("load", Measure.CORES, "Load", "", 1), ("memory", Measure.MEMORY, "Memory", "", 1)])
    qtbot.addWidget(panel)
    panel.resize(700, 500)
    panel.show()
    return panel


def shown(panel, values, **more):
    content = Content((Line("load", "chart.1", track(values), "load", filled=False),), **more)
    panel.show_contents({"load": content}, more.get("marks", ()), 600.0, 600.0 + len(values))
    return panel.plots["load"]


def pixels(plot, time):
    image = plot.grab().toImage()
    x = round(plot.place_of(time))
    return [image.pixelColor(x, y).name() for y in range(8, image.height() - 8)]


def test_nothing_is_drawn_where_nothing_was_measured(panel, qtbot):
    values = [1.0] * 200
    values[80:120] = [math.nan] * 40
    plot = shown(panel, values, holes=((680.0, 720.0),))
    qtbot.wait(20)
    theme = current_theme()
    assert theme.colour("chart.1").name() in pixels(plot, 640.3)
    inside = set(pixels(plot, 700.3))
    assert theme.colour("chart.1").name() not in inside
    assert theme.colour("bg.inset").name() in inside


def test_limits_are_dashed_and_deaths_stand_upright(panel, qtbot):
    marks = (Mark(700.0, Turn.OUT_OF_MEMORY, "Out of memory", good=False), Mark(750.0, Turn.START, "Started"))
    plot = shown(panel, [1.0] * 200, limits=(Limit(2.0, "limit 2", "error.mark", fatal=True),), marks=marks)
    qtbot.wait(20)
    red = current_theme().colour("error.mark").name()
    assert pixels(plot, 700.0).count(red) > 50
    assert pixels(plot, 750.0).count(red) <= 2
    assert panel.lane.words_at(panel.lane.place(750.0)).endswith("Started")
    assert "Out of memory" in panel.lane.accessibleDescription()
    row = [plot.grab().toImage().pixelColor(x, round(plot.frame().y(2.0)) + 4).name() for x in range(70, 600)]
    assert 0.3 < row.count(red) / len(row) < 0.9, "dashes and what is between them"


def test_one_value_alone_is_seen(panel, qtbot):
    values = [math.nan] * 50
    values[25] = 1.0
    plot = shown(panel, values)
    qtbot.wait(20)
    assert current_theme().colour("chart.1").name() in pixels(plot, 625.5)


def test_the_middle_button_moves_the_charts(panel, qtbot):
    plot = shown(panel, [1.0] * 200)
    asked = []
    panel.range_chosen.connect(lambda begin, end: asked.append((begin, end)))
    middle = Qt.MouseButton.MiddleButton
    for kind, x in ((QEvent.Type.MouseButtonPress, 300), (QEvent.Type.MouseMove, 200)):
        at = QPointF(x, 20)
        event = QMouseEvent(kind, at, plot.mapToGlobal(at), middle, middle, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(plot.viewport(), event)
    width = plot.place_of(800) - plot.place_of(600)
    assert asked == [pytest.approx((600 + 100 / width * 200, 800 + 100 / width * 200), abs=1)]
    assert plot.moving
    qtbot.waitUntil(lambda: not plot.moving)


def test_a_picture_has_all_charts_also_those_out_of_sight(panel, qtbot):
    shown(panel, [1.0] * 200)
    panel.resize(700, 180)
    qtbot.wait(20)
    assert panel.picture().height() > 180
