"""The Files tab on folders of 30,000 files: first rows, a filter typed, stalls while they come; of real engines."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import cycle
from statistics import median
from typing import Any

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui import tasks
from gui.desk import Desk
from gui.details.files import FilesTab
from models.connection import Phase
from models.context import Context, EngineKind
from models.kind import Ref
from services.cancel import CancelScope
from services.docker.session import DockerSession
from tests.bench.harness import Report, application, measure_stalls, wait_for
from tests.world.engine import DOCKER_29, DockerEngine
from tests.world.world import World

FILES = 30_000
FIRST_ROWS = 200.0  # ms
MAKE = "mkdir /big; cd /big; seq 1 30000 | while read n; do echo $n > file-$n; done"


def run(report: Report) -> None:
    """First rows while it runs (find) and stopped (archive), then stalls while a folder comes and is filtered."""
    application()
    if reason := DOCKER_29.why_not():
        print(f"files of Docker 29: not measured, {reason}")
        return
    world = World()
    try:
        engine = world.engine(DOCKER_29)
        container = engine.run("--name", "big", command=("sleep", "86400"))
        engine.docker("exec", "big", "sh", "-c", MAKE)
        with _tab(engine, container) as tab:
            _first_rows(report, tab, "running")
            _filter(report, tab)
            _stalls(report, tab)
            engine.docker("kill", "big")
            _first_rows(report, tab, "stopped")
    finally:
        world.close()


@contextmanager
def _tab(engine: DockerEngine, container: str) -> Iterator[FilesTab]:
    session = DockerSession(Context(id="bench", engine=EngineKind.DOCKER, name="bench", endpoint=engine.host))
    for state in session.states(CancelScope()):
        if state.phase is Phase.LIVE:
            break
    desk: Any = Desk.__new__(Desk)  # a tab that only reads asks it for its session
    desk.session = session
    window = QWidget()
    tab = FilesTab(desk)
    QVBoxLayout(window).addWidget(tab)
    window.resize(1280, 800)
    window.show()
    tab.show_row(Ref("containers", container, "big"), None)
    wait_for(lambda: tab.folder.loaded, 20)
    try:
        yield tab
    finally:
        tab.clear()
        session.close()
        window.deleteLater()
        session.join()


def _opened(tab: FilesTab) -> tuple[float, float]:
    """Milliseconds until the first rows of the large folder are in the table, and until all are."""
    tab.open_folder("/big")
    began = time.perf_counter()
    wait_for(lambda: tab.folder.table.row_count() > 0, 20)
    first = time.perf_counter() - began
    wait_for(lambda: tab.folder.loaded and tab.folder.table.row_count() == FILES, 60)
    return first * 1000, (time.perf_counter() - began) * 1000


def _first_rows(report: Report, tab: FilesTab, state: str) -> None:
    times = [_opened(tab) for _ in range(3)]
    whole = f"all of them after {median(whole for _, whole in times):,.0f} ms"
    report.time(
        f"30,000 files of a {state} container: first rows", median(first for first, _ in times), FIRST_ROWS, whole
    )


def _filter(report: Report, tab: FilesTab) -> None:
    began = time.perf_counter()
    tab.bar.filter.setText("file-2999")
    wait_for(lambda: tab.folder.table.row_count() == 11, 10)
    report.time("30,000 files: a filter's first rows", (time.perf_counter() - began) * 1000, FIRST_ROWS)
    tab.bar.filter.clear()
    wait_for(lambda: tab.folder.table.row_count() == FILES, 10)


def _stalls(report: Report, tab: FilesTab) -> None:
    """The folder is opened, then filters are typed and taken away; beside the empty window it is read by nobody."""
    files = tab._files
    assert files is not None

    def workload(window: QWidget | None) -> Callable[[], None]:
        owner = QObject(tab)
        if window is None:
            tasks.stream(owner, files.folder, "/big", key="read")
            return lambda: tasks.cancel(owner, "read")
        tab.open_folder("/big")
        letters = cycle(("f", "fi", "file-2", "file-29", "file-299", ""))
        typing = QTimer(owner, interval=150)
        typing.timeout.connect(lambda: tab.bar.filter.setText(next(letters)) if tab.folder.loaded else None)
        typing.start()
        return owner.deleteLater

    measure_stalls(report, "30,000 files opened, then filtered", tab.window(), workload)
    tab.bar.filter.clear()
    tab.window().show()
