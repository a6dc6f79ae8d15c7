"""Charts: a day of twenty series opened and moved; a window with sparklines and charts while nothing happens."""

from __future__ import annotations

import math
import random
import time
from array import array
from statistics import median

from PySide6.QtWidgets import QWidget

from gui.charts.content import Content, Line, Measure
from gui.contexts import Contexts
from gui.operations import Operations
from gui.window.lobby import Lobby
from gui.window.window import Window
from models.context import Context, EngineKind
from models.kind import Tab
from models.series import Track
from services.docker.session import DockerSession
from tests.bench.engines import each_engine
from tests.bench.harness import Report, application, wait, wait_for
from tests.world.engine import DockerEngine

SERIES, DAY, STEP = 20, 86_400.0, 60.0
FRAMES = 120
OPEN_LIMIT, FRAME_LIMIT = 200.0, 20.0  # ms; fifty frames a second
SETTLE_SECONDS = 60.0  # for the first minute their ages are told in seconds
CONTAINERS, IDLE_SECONDS, IDLE_LIMIT = 50, 30.0, 5.0  # per cent of one core


def run(report: Report) -> None:
    """Both; the library is imported before, as it is in the application: in a worker."""
    application()
    import pyqtgraph  # noqa: F401

    _day_of_twenty(report)
    for engine in each_engine("idle window with charts"):
        _idle(report, engine)


def day(number: int, begin: float) -> Track:
    """A day of one series, each minute, with holes."""
    chance = random.Random(number)
    values = array("f", (chance.random() + number / 10 for _ in range(int(DAY / STEP))))
    for hole in range(100 * number % 1_300, 100 * number % 1_300 + 20):
        values[hole] = math.nan
    return Track(begin, STEP, {"cpu": values})


def _day_of_twenty(report: Report) -> None:
    from gui.charts.panel import Panel

    begin = math.floor(time.time() / STEP) * STEP - DAY
    lines = tuple(Line(f"s{n}", f"chart.{1 + n % 8}", day(n, begin), "cpu", filled=False) for n in range(SERIES))
    contents = {"cpu": Content(lines)}
    opened = [_opened(contents, begin) for _ in range(7)]
    report.time(f"chart of 24 h x {SERIES} series: open", median(opened), OPEN_LIMIT)
    panel = Panel([("cpu", Measure.CORES, "CPU", "", 1)])
    panel.resize(1280, 800)
    panel.show()
    panel.show_contents(contents, (), begin, begin + DAY)
    wait(0.2)
    plot = panel.plots["cpu"]
    for name, span in (("whole", DAY), ("half", DAY / 2)):
        plot.set_moving(True)
        frames = []
        for frame in range(FRAMES):
            moved = begin + frame * span / FRAMES / 4
            start = time.perf_counter()
            panel.set_range(moved, moved + span)
            panel.grab()  # paints all that is visible, now
            frames.append((time.perf_counter() - start) * 1000)
        report.time(f"chart of 24 h x {SERIES} series: pan, {name} day", median(frames), FRAME_LIMIT, "ms a frame")
    panel.close()
    panel.deleteLater()


def _opened(contents: dict[str, Content], begin: float) -> float:
    """Milliseconds until the first picture is there."""
    from gui.charts.panel import Panel

    start = time.perf_counter()
    panel = Panel([("cpu", Measure.CORES, "CPU", "", 1)])
    panel.resize(1280, 800)
    panel.show()
    panel.show_contents(contents, (), begin, begin + DAY)
    panel.grab()
    took = (time.perf_counter() - start) * 1000
    panel.close()
    panel.deleteLater()
    return took


def _idle(report: Report, engine: DockerEngine) -> None:
    """CPU time of this process while fifty containers are sampled and an hour of one is shown."""
    for number in range(CONTAINERS):
        engine.run("--name", f"sample-{number:02}", command=("sleep", "86400"))
    contexts = Contexts(DockerSession)
    window = Window(contexts, Operations(), Lobby(contexts))
    window.resize(1440, 1000)
    window.show()
    contexts.open(Context(id="bench", engine=EngineKind.DOCKER, name="bench", endpoint=engine.host))
    page = window.current_page()
    wait_for(lambda: page.table.row_count() >= CONTAINERS)
    page.show_key(page.table.all_rows()[0].id)
    page.details.set_tab(Tab.STATS)
    tab = page.details._tabs[Tab.STATS]
    wait_for(lambda: tab.panel is not None)
    tab.bar.ranges.set_current("3600")
    wait(SETTLE_SECONDS)
    used, start = time.process_time(), time.perf_counter()
    wait(IDLE_SECONDS)
    share = (time.process_time() - used) / (time.perf_counter() - start) * 100
    report.figure(
        f"{CONTAINERS} containers with charts of an hour, {engine.release.name}: idle", share, IDLE_LIMIT, "%"
    )
    contexts.close_all()
    window.close()
    QWidget.deleteLater(window)
    wait(0.5)
