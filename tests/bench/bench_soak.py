"""An accelerated soak: contexts opened and closed, switched between, looked into and followed, thousands of times.

Whatever the window takes for that it must give back: before and after, at the same rest, the same is counted.
"""

from __future__ import annotations

import gc
import itertools
import os
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from msgspec.structs import replace
from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtWidgets import QApplication
from shiboken6 import getAllValidWrappers

from gui import tasks
from gui.contexts import Contexts
from gui.garbage import GarbageCollector
from gui.operations import Operations
from gui.page.page import KindPage
from gui.window.lobby import Lobby
from gui.window.window import Window
from models.kind import Tab
from services.demo import DEMO_CONTEXT
from services.sessions import open_session
from tests.bench.harness import Report, application, wait, wait_for

WARM_UP, STEPS = 500, 3_000
GUEST = replace(DEMO_CONTEXT, id="guest", name="Guest")
MEGABYTES = 5.0
QUIET = 1.0  # seconds


class Soak:
    """The window with one context that stays, and one that comes and goes."""

    def __init__(self) -> None:
        self.contexts = Contexts(open_session)
        self.contexts.closed.connect(application().findChild(GarbageCollector).collect_soon)  # as gui/app.py does
        self.operations = Operations()
        self.window = Window(self.contexts, self.operations, Lobby(self.contexts))
        self.window.resize(1280, 800)
        self.window.show()
        self.home = self.contexts.open(DEMO_CONTEXT)
        self.row = itertools.count()

    def steps(self) -> Iterator[None]:
        """One deed at a time, without end; what is begun is waited for, as its user would."""
        while True:
            guest = self.contexts.open(GUEST)
            page = self.page()
            wait_for(lambda page=page: page.table.row_count() > 0)
            yield
            yield from self.look(page, Tab.LOGS)
            self.contexts.set_current(self.home)
            yield
            for tab in (Tab.INSPECT, Tab.LOGS, Tab.OVERVIEW):
                yield from self.look(self.page(), tab)
            self.page().close_details()
            yield
            self.contexts.set_current(guest)
            yield
            self.contexts.close(guest)
            yield

    def look(self, page: KindPage, tab: Tab) -> Iterator[None]:
        """The details of the next running container; of its log, lines that have come."""
        running = [row for row in page.table.all_rows() if row.running]
        page.show_key(running[next(self.row) % len(running)].id)
        wait(0.01)
        yield
        page.details.set_tab(tab)
        wait(0.01)
        yield

    def page(self) -> KindPage:
        """The containers page of the current context."""
        page = self.window.current_page()
        assert isinstance(page, KindPage)
        return page

    def rest(self) -> Counter[str]:
        """What is taken when nothing is looked at: the home's list alone, everything else let go."""
        for guest in [one for one in self.contexts.open_ones if one is not self.home]:
            self.contexts.close(guest)
        self.contexts.set_current(self.home)
        self.page().close_details()
        _wait_for_quiet()
        for _ in range(5):
            wait(0.1)
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            gc.collect()
        return taken()

    def close(self) -> None:
        self.contexts.close_all()
        self.window.close()
        self.window.deleteLater()
        tasks.shutdown()


def _wait_for_quiet() -> None:
    """Until what the last step asked for has come: no thread has begun or ended for a while. Ten seconds at most."""
    deadline = time.monotonic() + 10
    seen, since = tasks.running(), time.monotonic()
    while time.monotonic() < min(deadline, since + QUIET):
        wait(0.05)
        if tasks.running() != seen:
            seen, since = tasks.running(), time.monotonic()


def taken() -> Counter[str]:
    """What this process holds, by sort; QObjects both as Qt and as Python know them."""
    process = Path("/proc/self")
    roots: list[Any] = [QApplication.instance(), *QApplication.topLevelWidgets()]
    return Counter(
        {
            "threads": len(list((process / "task").iterdir())),
            "descriptors": len(list((process / "fd").iterdir())),
            "QObjects": sum(1 + len(root.findChildren(QObject)) for root in roots),
            "QObjects known to Python": sum(isinstance(one, QObject) for one in getAllValidWrappers()),
            "child processes": sum(len(one.read_text().split()) for one in process.glob("task/*/children")),
            "bytes": int((process / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE"),
        }
    )


def run(report: Report) -> None:
    """What has grown between the end of the warm-up and the end."""
    application()
    soak = Soak()
    try:
        wait_for(lambda: soak.page().table.row_count() > 0)
        steps = soak.steps()
        _do(steps, WARM_UP)
        before = soak.rest()
        steps = soak.steps()
        _do(steps, STEPS)
        after = soak.rest()
    finally:
        soak.close()
    grown = Counter(after)
    grown.subtract(before)
    memory = grown.pop("bytes") / 1_000_000
    for sort, more in grown.items():
        report.figure(f"{sort} more after {STEPS:,} steps", more, 0, "", f"{before[sort]:,} to {after[sort]:,}")
    report.figure(f"memory more after {STEPS:,} steps", memory, MEGABYTES, "MB", f"of {before['bytes'] / 1e6:.0f}")


def _do(steps: Iterator[None], number: int) -> None:
    for _ in itertools.islice(steps, number):
        application().processEvents()
