"""A window over real engines, for tests: steered, watched for stalls, and closed again with nothing left."""

from __future__ import annotations

import threading

from gui import tasks
from gui.contexts import Contexts
from gui.operations import Operations
from gui.page.page import KindPage  # loaded with the first context: once in a run, and not what is measured
from gui.stall import StallMeter
from gui.window.lobby import Lobby
from gui.window.window import Window
from models.context import Context, EngineKind
from services.docker.session import DockerSession
from tests.engine.opening import QUICK

STALL = 250.0  # ms: machines of tests are noisy; the benches measure finer


class House:
    """A window over real engines."""

    def __init__(self) -> None:
        self.contexts = Contexts(lambda context: DockerSession(context, QUICK))
        self.operations = Operations()
        self.window = Window(self.contexts, self.operations, Lobby(self.contexts))
        self.window.resize(1280, 800)
        self.window.show()
        self.meter = StallMeter(stacks=True)

    def open(self, engine, name="test", tls=None) -> KindPage:
        """The containers page of an engine of the tests, or of an endpoint's address."""
        host = engine if isinstance(engine, str) else engine.host
        self.contexts.open(Context(id=name, engine=EngineKind.DOCKER, name=name, endpoint=host, tls=tls))
        return self.window.current_page()

    def close(self, qtbot):
        """Wait for what is under way, and end; fails where the window stood still."""
        qtbot.waitUntil(lambda: not self.operations.busy, timeout=15_000)
        stalls = self.meter.stop()
        self.contexts.close_all()
        self.window.close()
        self.window.deleteLater()
        assert tasks.shutdown(3.0)
        assert stalls.worst < STALL, self.meter.stack


def elsewhere(qtbot, work, *arguments, **options):
    """Do what blocks in a thread, while the window lives: so the stalls that are seen are the window's own."""
    done = []
    thread = threading.Thread(target=lambda: done.append(work(*arguments, **options)), name="test-elsewhere")
    thread.start()
    qtbot.waitUntil(lambda: not thread.is_alive(), timeout=60_000)
    return done[0]


def named(page, name):
    """The row of this name, or None."""
    return next((row for row in page.table.all_rows() if row.name == name), None)


def wait_for(qtbot, page, name, condition=lambda row: True, seconds=15.0):
    """The row of this name, as soon as it satisfies the condition."""

    def met():
        row = named(page, name)
        return row is not None and condition(row)

    qtbot.waitUntil(met, timeout=round(seconds * 1000))
    return named(page, name)
