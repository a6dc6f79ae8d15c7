"""The application: the one place that wires everything together."""

from __future__ import annotations

import argparse
import logging
import os
import sys
import threading
from collections.abc import Sequence
from importlib.resources import as_file, files
from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from gui import tasks
from gui.contexts import Contexts
from gui.crash import CrashReporter
from gui.finding import Finding
from gui.garbage import GarbageCollector
from gui.memory import Memory
from gui.operations import Operations
from gui.theme.theme import Themes
from gui.window.first_paint import FirstPaint
from gui.window.keys import Keys
from gui.window.lobby import Lobby
from gui.window.window import Window
from models.health import Health
from models.version import VERSION
from services.journal import FILE, open_journal, state_folder
from services.run_drafts import RunDrafts
from services.sessions import open_session
from services.settings import SettingsStore, config_folder

APPLICATION_ID = "io.github.pilothouse.Pilothouse"
SHUTDOWN = 2.5  # seconds that the threads get at the end
SWITCH = 0.001  # seconds that a worker may keep the interpreter while the window waits for it; Python's own are 0.005

log = logging.getLogger(__name__)


class Application(QObject):
    """Everything that lives as long as the window."""

    def __init__(self, qt: QApplication, options: argparse.Namespace) -> None:
        super().__init__(qt)
        home = Path.home()
        self._journal_path = state_folder(os.environ, home) / FILE
        self._journal: logging.Handler | None = None
        self.crashes = CrashReporter(self._journal_path, self)
        self.memory = Memory(SettingsStore(config_folder(os.environ, home)), self)
        self.themes = Themes(qt, self.memory.settings.theme)
        self.garbage = GarbageCollector(self)
        self.contexts = Contexts(open_session, self)
        self.contexts.closed.connect(self.garbage.collect_soon)
        self.operations = Operations(self)
        self.lobby = Lobby(self.contexts)
        self.window = Window(self.contexts, self.operations, self.lobby)
        self.window.drafts = RunDrafts(self.memory.path.parent)
        self.memory.attach(self.window, self.contexts)
        self.finding = Finding(self.contexts, self.lobby, self.memory, options, self)
        self.keys = Keys(self.window, self.themes, self.memory, self.finding, debug=options.debug)
        self.window.closing.connect(self._on_closing)

    def start(self) -> None:
        """Show the window; everything else comes after its first paint."""
        FirstPaint(self.window).done.connect(self._after_first_paint)
        self.window.show()

    def _after_first_paint(self) -> None:
        self._journal = open_journal(self._journal_path)
        self.finding.look()
        self.window.setWindowIcon(_icon())
        if self.memory.notice:
            self.window.toasts.show_toast(self.memory.notice, Health.UNHEALTHY)

    def _on_closing(self) -> None:
        self.memory.save_now()
        self.contexts.close_all()
        if not tasks.shutdown(SHUTDOWN):
            left = [thread.name for thread in threading.enumerate() if thread.name.startswith("pilothouse-")]
            log.warning("Threads left at the end: %s", ", ".join(left))
        self.garbage.stop()
        self.crashes.stop()
        if self._journal is not None:
            logging.getLogger().removeHandler(self._journal)
            self._journal.close()


def _icon() -> QIcon:
    with as_file(files("resources").joinpath("pilothouse.svg")) as path:
        icon = QIcon(str(path))
        icon.pixmap(64, 64)  # read now: the file may be a temporary one
        return icon


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="pilothouse", description="See, follow and steer the containers of your Docker engines."
    )
    parser.add_argument("--version", action="version", version=f"Pilothouse {VERSION}")
    parser.add_argument("--context", metavar="NAME", help="open this Docker context, or this endpoint, and no other")
    parser.add_argument("--demo", action="store_true", help="open the demo: sample containers in memory")
    parser.add_argument("--tour", metavar="DIR", help="render every page into DIR as PNG files, and end")
    parser.add_argument("--debug", action="store_true", help="show how late the window's heartbeat comes")
    return parser.parse_args(arguments)


def without_display() -> bool:
    """Whether this is a Linux machine on which no window can be shown."""
    if not sys.platform.startswith("linux") or "QT_QPA_PLATFORM" in os.environ:
        return False
    return not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run Pilothouse; the process's exit code."""
    options = _options(sys.argv[1:] if arguments is None else arguments)
    if without_display():
        if options.tour is None:
            options.tour = os.path.join("build", "tour")  # noqa: PTH118 - as it is shown
            print(f"There is no display here: the tour goes to {options.tour} instead.", file=sys.stderr)  # noqa: T201
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    QApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    qt = QApplication(["pilothouse", "-style", "Fusion"])  # `setStyle` answers a QStyle: a class of 5 ms
    qt.setApplicationName("Pilothouse")
    qt.setApplicationVersion(VERSION)
    qt.setDesktopFileName(APPLICATION_ID)
    if options.tour is not None:
        from gui.tour import tour

        return tour(qt, options.tour, options.context)
    sys.setswitchinterval(SWITCH)
    application = Application(qt, options)
    application.start()
    return qt.exec()
