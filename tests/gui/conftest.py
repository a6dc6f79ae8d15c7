"""The window on the demo's session, for tests: theme applied, tasks ended, nothing left behind."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from gui import tasks
from gui.app import Application, _options
from gui.contexts import Contexts
from gui.operations import Operations
from gui.theme.theme import Themes
from gui.window.lobby import Lobby
from gui.window.window import Window
from services.demo import DEMO_CONTEXT, DemoSession


class House:
    """A window with its parts, and the demo sessions that it has opened."""

    def __init__(self) -> None:
        self.sessions: list[DemoSession] = []
        self.contexts = Contexts(self._connect)
        self.operations = Operations()
        self.lobby = Lobby(self.contexts)
        self.window = Window(self.contexts, self.operations, self.lobby)
        self.window.resize(1280, 800)

    def _connect(self, context):
        session = DemoSession(context, speed=1.0)
        self.sessions.append(session)
        return session

    def open(self, qtbot, context=DEMO_CONTEXT):
        """The containers page of the demo, with its rows."""
        self.window.show()
        self.contexts.open(context)
        page = self.window.current_page()
        qtbot.waitUntil(lambda: page.table.row_count() > 0, timeout=5_000)
        return page


@pytest.fixture(scope="session")
def themes(qapp: QApplication) -> Themes:
    """One look for the whole run."""
    return Themes(qapp, "light")


@pytest.fixture
def house(qtbot, themes) -> Iterator[House]:
    """A window; its sessions and tasks end with the test."""
    house = House()
    yield house
    house.contexts.close_all()
    house.window.close()
    house.window.deleteLater()
    assert tasks.shutdown(3.0)
    for owner in (house.operations, house.contexts):
        owner.deleteLater()
    qtbot.wait(1)


@pytest.fixture
def home(tmp_path, monkeypatch):
    """An empty home in which nothing is configured."""
    for name in (
        "DOCKER_HOST",
        "DOCKER_CONTEXT",
        "DOCKER_CONFIG",
        "XDG_CONFIG_HOME",
        "XDG_STATE_HOME",
        "XDG_RUNTIME_DIR",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def start(qtbot, qapp, home):
    """Start the application in this process; it ends with the test."""
    started = []

    def begin(*arguments):
        application = Application(qapp, _options(arguments))
        started.append(application)
        application.start()
        return application

    yield begin
    for application in started:
        application.window._leaving = True
        application.window.close()
        application.window.deleteLater()
        application.deleteLater()
