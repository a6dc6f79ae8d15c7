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
from tests.gui.looking import said
from tests.own_time import OwnTime

STALL = 250.0  # ms: machines of tests are noisy; the benches measure finer


class House:
    """A window over real engines."""

    def __init__(self) -> None:
        self.contexts = Contexts(lambda context: DockerSession(context, QUICK))
        self.operations = Operations()
        self.window = Window(self.contexts, self.operations, Lobby(self.contexts))
        self.window.resize(1280, 800)
        self.window.show()
        self.meter = StallMeter(stacks=True, clock=OwnTime())

    def open(self, engine, name="test", tls=None) -> KindPage:
        """The containers page of an engine of the tests, or of an endpoint's address."""
        host = engine if isinstance(engine, str) else engine.host
        self.contexts.open(Context(id=name, engine=EngineKind.DOCKER, name=name, endpoint=host, tls=tls))
        return self.window.current_page()

    def close(self, qtbot):
        """Wait for what is under way, and end; fails where the window stood still."""
        qtbot.waitUntil(lambda: not self.operations.busy, timeout=15_000)
        stalls = self.meter.stop()
        for pane in list(self.window.terminals.all):
            self.window.terminals.close(pane)
        self.contexts.close_all()
        self.window.close()
        self.window.deleteLater()
        assert tasks.shutdown(3.0)
        assert stalls.worst < STALL, f"the window stood still for {stalls.worst:.0f} ms:\n{self.meter.stack}"


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


def shown(root) -> str:
    """Everything that is said in and below this widget."""
    return "\n".join(text for _, text in said(root))


def reason(qtbot, page, seconds=8.0) -> str:
    """The words of a page that has nothing but a reason to show."""
    qtbot.waitUntil(lambda: page.states.currentWidget() is page.states.error, timeout=round(seconds * 1000))
    return page.states.error.accessibleName()


def facts_page(qtbot, house) -> str:
    """The words of the System page of the current context."""
    house.window.current_place().show_page("system")
    qtbot.waitUntil(lambda: house.contexts.current.facts is not None, timeout=5_000)
    return shown(house.window.current_page())


def sleeping(engine, name, *options) -> str:
    return engine.run("--name", name, *options, command=("sleep", "86400"))
