"""The tour: every page and state as PNG files, light and dark, in two sizes, for people to look at."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from PySide6.QtCore import QObject, QPoint, QTimer
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QDialog, QMenu

from gui import tasks
from gui.contexts import Contexts
from gui.details.files import FilesTab
from gui.finding import Finding
from gui.garbage import GarbageCollector
from gui.memory import Memory
from gui.operations import Operations
from gui.page.page import KindPage
from gui.theme.theme import Mode, Themes
from gui.widgets.menu import Menu
from gui.window.bell import MessageList
from gui.window.commands import commands, shelves
from gui.window.keys import Keys, Sheet
from gui.window.lobby import Lobby
from gui.window.palette import Palette
from gui.window.settings import SettingsDialog
from gui.window.window import Window
from models.context import DEMO_CONTEXT, Context, EngineKind
from models.discovery import Looked
from models.errors import Reason, Refused, Unreachable
from models.health import Health
from models.kind import Tab
from services.demo import DemoSession
from services.session import Session
from services.sessions import open_session
from services.settings import SettingsStore

SIZES = ((1280, 800), (1920, 1080))
MODES: tuple[Mode, ...] = ("light", "dark")
_SETTLE = 700  # ms that a page gets to load and paint
_LOOKED = (
    Looked("DOCKER_HOST", "environment", "not set"),
    Looked("Docker contexts", "~/.docker/contexts/meta", "no such folder"),
    Looked("Docker engine", "/var/run/docker.sock", "there, but nobody answers", there=True),
    Looked("Docker, rootless", "/run/user/1000/docker.sock", "no such file"),
    Looked("Podman", "/run/user/1000/podman/podman.sock", "no such file"),
    Looked("Colima", "~/.colima/*/docker.sock", "no such file"),
)


_TALKATIVE = {Health.UNHEALTHY: 0, Health.HEALTHY: 1, Health.RUNNING: 2}  # those first that have the most to show


class Stop(Struct, frozen=True):
    """One picture: how to get there, how long it takes, and how to leave."""

    name: str
    arrive: Callable[[], Any]
    settle: int = _SETTLE
    leave: Callable[[], Any] = lambda: None


def tour(qt: QApplication, folder: str, context: str | None) -> int:
    """Render everything into `folder`; the process's exit code. `context` is an endpoint: unix:///…; None: the demo."""
    guide = Guide(qt, Path(folder), _context_of(context))
    garbage = GarbageCollector(guide)
    sys.excepthook = _give_up
    guide.begin()
    code = qt.exec()
    sys.excepthook = sys.__excepthook__
    garbage.stop()
    tasks.shutdown()
    return code


def _give_up(form: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """A stop that cannot be reached ends the tour, rather than that it waits for ever."""
    sys.__excepthook__(form, error, trace)
    QApplication.exit(1)


def _context_of(endpoint: str | None) -> Context:
    if endpoint is None:
        return DEMO_CONTEXT
    return Context(id=endpoint, engine=EngineKind.DOCKER, name="local", endpoint=endpoint, colour="blue")


class Guide(QObject):
    """Goes from stop to stop by timers: the event loop turns as in a session with a person."""

    def __init__(self, qt: QApplication, folder: Path, context: Context) -> None:
        super().__init__(qt)
        self._folder, self._context = folder, context
        self._themes = Themes(qt, "light")
        self._stops: Iterator[tuple[str, Stop]] = iter(())
        self.written: list[Path] = []

    def begin(self) -> None:
        """Make the first window and start walking."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._stops = self._way()
        QTimer.singleShot(0, self._next)

    def _way(self) -> Iterator[tuple[str, Stop]]:
        for mode in MODES:
            self._themes.set_mode(mode)
            for width, height in SIZES:
                rooms = Rooms(self._context, self._themes, width, height)
                for stop in rooms.stops():
                    yield f"{stop.name}-{mode}-{width}x{height}.png", stop
                rooms.close()

    def _next(self) -> None:
        try:
            name, stop = next(self._stops)
        except StopIteration:
            print(f"{len(self.written)} pictures in {self._folder}", file=sys.stderr)  # noqa: T201
            QApplication.exit(0)
            return
        stop.arrive()
        QTimer.singleShot(stop.settle, lambda: self._picture(name, stop))

    def _picture(self, name: str, stop: Stop) -> None:
        path = self._folder / name
        _photograph().save(str(path))
        self.written.append(path)
        stop.leave()
        QTimer.singleShot(0, self._next)


def _photograph() -> QPixmap:
    """The window, with the dialogs and menus that lie over it."""
    tops = [widget for widget in QApplication.topLevelWidgets() if widget.isVisible()]
    window = next(widget for widget in tops if isinstance(widget, Window))
    picture = window.grab()
    painter = QPainter(picture)
    for widget in tops:
        if widget is not window and isinstance(widget, QDialog | QMenu | MessageList):
            painter.drawPixmap(window.mapFromGlobal(widget.pos()), widget.grab())
    painter.end()
    return picture


class Rooms:
    """One window and the stops in it."""

    def __init__(self, context: Context, themes: Themes, width: int, height: int) -> None:
        self._context = context
        self._sessions: list[Session] = []
        self.contexts = Contexts(self._connect)
        self.lobby = Lobby(self.contexts)
        self.operations = Operations()
        self.window = Window(self.contexts, self.operations, self.lobby)
        self.window.resize(width, height)
        memory = Memory(SettingsStore(Path("nowhere")))
        finding = Finding(self.contexts, self.lobby, memory, argparse.Namespace(), self.window)
        self._keys = Keys(self.window, themes, memory, finding)
        self.window.show()

    def _connect(self, context: Context) -> Session:
        session = open_session(context)
        self._sessions.append(session)
        if isinstance(session, DemoSession):
            session.slow(2.0)  # long enough to be seen loading
        return session

    def close(self) -> None:
        """Let go of the window and its session."""
        self.contexts.close_all()
        self.window.close()
        self.window.deleteLater()

    def stops(self) -> Iterator[Stop]:
        """In the order of a first visit."""
        yield Stop("start", lambda: self.lobby.show_looked(_LOOKED))
        yield Stop("loading", self._open, settle=300, leave=self._hurry)
        yield Stop("containers", lambda: None, settle=4_000)
        yield Stop("overview", lambda: self._select(0))
        yield Stop("logs", lambda: self._tab(Tab.LOGS), settle=1_500)
        yield Stop("logs-maximised", lambda: self._page().details.set_maximised(True), leave=self._restore)
        yield Stop("stats", self._measure, settle=2_500, leave=self._restore)
        yield Stop("processes", self._look_inside, settle=5_000, leave=self._measured)
        yield Stop("post-mortem", self._why_it_ended, settle=1_500)
        yield Stop("configuration", lambda: self._tab(Tab.CONFIGURATION), leave=self._back_to_first)
        yield Stop("health", lambda: self._tab(Tab.POST_MORTEM), leave=self._restore)
        yield Stop("inspect", lambda: self._tab(Tab.INSPECT))
        if self._context is DEMO_CONTEXT:  # in an engine of the user's nothing is run
            yield Stop("files", self._browse, settle=1_500, leave=self._restore)
            yield Stop("terminal", self._work_inside, settle=1_500, leave=self._leave_terminals)
        yield Stop("several", self._select_all, leave=lambda: self._page().close_details())
        yield Stop("menu", self._open_menu, leave=lambda: self._menu.close())
        if self._context is DEMO_CONTEXT:
            yield Stop("dock", self._operate, leave=lambda: self.window.dock.set_opened(False))
            yield Stop("messages", self._read_messages, leave=self._forget)
        yield Stop("filter", lambda: self._page().header.filter.setText("state:exited"))
        yield Stop("nothing-matches", lambda: self._page().header.filter.setText("no such thing"), leave=self._show_all)
        yield Stop("palette", self._palette, leave=self._close_palette)
        yield Stop("shortcuts", self._sheet, leave=lambda: self._dialog.reject())
        yield Stop("settings", self._keys.open_settings, leave=self._close_settings)
        yield Stop("remove", lambda: self._ask("remove"), leave=self._dismiss)
        yield Stop("restart-after", lambda: self._ask("restart-after"), leave=self._dismiss)
        if self._context is DEMO_CONTEXT:
            yield Stop("run", self._fill_form, settle=2_000, leave=lambda: self._show("containers"))
        yield Stop("namespaces", self._map_namespaces, settle=1_500, leave=lambda: self._show("containers"))
        yield Stop("system", lambda: self._show("system"), leave=lambda: self._show("containers"))
        yield Stop("contexts", lambda: self.contexts.set_current(None), leave=self._open)
        if self._context is DEMO_CONTEXT:
            yield Stop("protected", self._protect, leave=self._dismiss)
            yield Stop("stale", self._lose, settle=1_200)

    def _hurry(self) -> None:
        if isinstance(self._sessions[-1], DemoSession):
            self._sessions[-1].slow(0.0)

    def _open(self) -> None:
        self.contexts.set_found([self._context])
        self.contexts.open(self._context)

    def _place(self) -> Any:
        return self.window.current_place()

    def _show(self, page: str) -> None:
        self._place().show_page(page)

    def _page(self) -> KindPage:
        page = self.window.current_page()
        assert isinstance(page, KindPage)  # noqa: S101 - the tour knows its way
        return page

    def _select(self, number: int) -> None:
        page = self._page()
        kind = page.kind
        rows = sorted(page.table.all_rows(), key=lambda row: (_TALKATIVE.get(kind.health(row), 9), kind.name(row)))
        page.show_key(page.kind.key(rows[number]))

    def _select_all(self) -> None:
        self._page().table.selectAll()

    def _open_menu(self) -> None:
        page = self._page()
        self._menu = Menu(parent=page)
        self._select(0)
        page.actions_.fill_menu(self._menu, page.selected())
        self._menu.popup(page.mapToGlobal(QPoint(page.width() // 4, page.height() // 5)))

    def _operate(self) -> None:
        """One that failed, one that is done, and one under way: the others wait for the slow engine."""
        session = self._sessions[-1]
        assert isinstance(session, DemoSession)  # noqa: S101 - asked before
        session.fail_next("restart", Refused("no space left on device"))
        for row, action in ((0, "restart"), (1, "restart")):
            self._select(row)
            self._ask(action)
        self._select_all()
        self._ask("sizes")
        failed = next(iter(self.operations.all))
        failed.ended.connect(lambda: self.window.dock.show_subject(failed))

    def _work_inside(self) -> None:
        """A terminal of the demo, in which something has been typed."""
        self._tab(Tab.TERMINAL)
        page = self._page()
        self._inside = self.window.terminals.opened.connect(
            lambda pane: QTimer.singleShot(600, pane, lambda: pane.view.typed.emit(b"ls\rcd /etc\rls\rps\rtop\r"))
        )
        page.open_terminal()

    def _leave_terminals(self) -> None:
        self.window.terminals.opened.disconnect(self._inside)
        for pane in list(self.window.terminals.all):
            self.window.terminals.close(pane)

    def _read_messages(self) -> None:
        self._messages = self.window.rail.bell.open()

    def _forget(self) -> None:
        self._messages.close()
        self.window.toasts.clear()
        for running in list(self.operations.all):
            self.operations.forget(running)

    def _close_settings(self) -> None:
        for dialog in self.window.findChildren(SettingsDialog):
            dialog.reject()

    def _tab(self, tab: Tab) -> None:
        self._page().details.set_tab(tab)

    def _why_it_ended(self) -> None:
        """One that ran out of memory, or whatever has failed."""
        page = self._page()
        rows = sorted(page.table.all_rows(), key=lambda row: "OOM" not in page.kind.state_text(row))
        failed = [row for row in rows if page.kind.health(row) is Health.FAILED] or rows
        page.show_key(page.kind.key(failed[0]))
        page.details.set_maximised(True)
        self._tab(Tab.POST_MORTEM)

    def _back_to_first(self) -> None:
        self._select(0)
        self._page().details.set_maximised(True)

    def _measure(self) -> None:
        """What one costs that ran out of memory, where one did."""
        page = self._page()
        rows = page.table.all_rows()
        page.show_key(page.kind.key(next((row for row in rows if row.run and row.run.oom_killed), rows[0])))
        self._tab(Tab.STATS)
        page.details.set_maximised(True)

    def _measured(self) -> None:
        self._restore()
        self._select(0)

    def _look_inside(self) -> None:
        self._tab(Tab.PROCESSES)
        self._page().details.set_maximised(True)

    def _fill_form(self) -> None:
        """One whose port is taken, with a value that looks secret."""
        self.window.make_one()
        page: Any = self.window.current_page()
        page.fill_from(
            "docker run -d --name shop-api-canary -p 8080:9000 -p 127.0.0.1:9101:9100 -v shop_uploads:/app/uploads "
            "-e LOG_LEVEL=debug -e STRIPE_API_KEY=not-a-key-4eC39HqLyjWD --network name=shop_front,alias=api-canary "
            "-m 512m --cpus 1.5 --restart unless-stopped ghcr.io/acme/shop-api:2.14.1"
        )

    def _map_namespaces(self) -> None:
        """Those that share something, the one that shares most chosen."""
        self._show("namespaces")
        page: Any = self.window.current_page()
        page.header.views.set_current("shared")
        QTimer.singleShot(1_000, lambda: page.table.selectRow(0))

    def _browse(self) -> None:
        """A file that was changed, with what it holds."""
        self._tab(Tab.FILES)
        self._page().details.set_maximised(True)
        tab = self._page().details.findChild(FilesTab)
        assert isinstance(tab, FilesTab)  # noqa: S101 - just made
        tab.open_folder("/etc/app")
        QTimer.singleShot(_SETTLE, lambda: tab.folder.table.select_keys(["/etc/app/settings.ini"]))

    def _restore(self) -> None:
        self._page().details.set_maximised(False)

    def _show_all(self) -> None:
        self._page().show_all()
        self._select(0)

    def _palette(self) -> None:
        self._open_palette = Palette(commands(self.window, lambda: iter(())), shelves(self.window), self.window)
        self._open_palette.field.setText("st")

    def _close_palette(self) -> None:
        self._open_palette.dismiss()

    def _sheet(self) -> None:
        self._dialog = Sheet(self._keys.table, list(self._place().open_one.session.kinds), self.window)
        self._dialog.open()

    def _ask(self, action: str) -> None:
        self._page().trigger(action)

    def _dismiss(self) -> None:
        dialog = self._page().actions_.dialog
        if dialog is not None:
            dialog.reject()

    def _protect(self) -> None:
        self.contexts.set_found([replace(self._context, protected=True, colour="magenta")])
        self._ask("remove")

    def _lose(self) -> None:
        session = self._sessions[-1]
        assert isinstance(session, DemoSession)  # noqa: S101 - asked before
        session.lose(Unreachable("connect: connection refused", Reason.REFUSED))
