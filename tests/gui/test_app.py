"""The application as a process: its first start, what it remembers, how it ends."""

from __future__ import annotations

import gc
import json
import os
import signal
import subprocess
import sys
import textwrap
import time
import weakref
from pathlib import Path

import pytest

from gui.app import without_display
from models.errors import Failed
from models.settings import ContextMarks
from services.files import write_whole

ROOT = Path(__file__).parents[2]


def spoken(page):
    return page.table.row_count() > 0


def test_the_demo_is_one_option_away(qtbot, start):
    application = start("--demo")
    qtbot.waitUntil(lambda: application.contexts.current is not None, timeout=5_000)
    assert application.contexts.current.context.id == "demo"
    qtbot.waitUntil(lambda: spoken(application.window.current_page()), timeout=5_000)


def test_a_context_that_is_closed_gives_its_memory_back_soon(qtbot, start):
    application = start("--demo")
    qtbot.waitUntil(lambda: application.contexts.current is not None, timeout=5_000)
    qtbot.waitUntil(lambda: spoken(application.window.current_page()), timeout=5_000)
    session = weakref.ref(application.contexts.current.session)
    gc.collect()  # it is old now: left to itself, it would stay for long
    application.contexts.close(application.contexts.current)
    qtbot.waitUntil(lambda: session() is None, timeout=2_000)


def test_the_environment_decides_what_opens_first(qtbot, start, home, monkeypatch):
    monkeypatch.setenv("DOCKER_HOST", f"unix://{home}/nobody.sock")
    application = start()
    qtbot.waitUntil(lambda: application.contexts.current is not None, timeout=5_000)
    assert application.contexts.current.context.endpoint == f"unix://{home}/nobody.sock"
    page = application.window.current_page()
    qtbot.waitUntil(lambda: page.states.currentWidget() is page.states.error, timeout=8_000)


def test_an_unknown_context_is_said_in_the_lobby(qtbot, start):
    application = start("--context", "nowhere")
    qtbot.waitUntil(lambda: application.lobby.banner.isVisible(), timeout=5_000)
    assert "nowhere was asked for" in application.lobby.banner.accessibleName()


def test_marks_and_theme_are_kept_in_our_own_file(qtbot, start, home):
    application = start("--demo")
    qtbot.waitUntil(lambda: application.contexts.current is not None, timeout=5_000)
    application.memory.set_marks("demo", ContextMarks(label="Play", colour="red", protected=True))
    application.memory.set_theme("dark")
    written = home / ".config/pilothouse/settings.json"
    qtbot.waitUntil(lambda: written.exists() and "Play" in written.read_text() and "dark" in written.read_text())
    assert json.loads(written.read_text())["contexts"]["demo"]["protected"] is True


def test_closing_remembers_what_was_open(qtbot, start, home):
    application = start("--demo")
    qtbot.waitUntil(lambda: application.contexts.current is not None, timeout=5_000)
    application.window.close()
    remembered = json.loads((home / ".config/pilothouse/settings.json").read_text())
    assert remembered["open_contexts"] == ["demo"]
    assert remembered["shown_pages"] == {"demo": "containers"}


def test_a_new_context_file_appears_by_itself_and_a_broken_one_is_said(qtbot, start, home):
    application = start("--demo")
    meta = home / ".docker/contexts/meta/abc"
    meta.mkdir(parents=True)
    document = {"Name": "desk", "Endpoints": {"docker": {"Host": "tcp://127.0.0.1:1", "SkipTLSVerify": False}}}
    write_whole(meta / "meta.json", json.dumps(document).encode())
    qtbot.waitUntil(lambda: any(c.name == "desk" for c in application.contexts.found), timeout=12_000)
    write_whole(meta / "meta.json", b'{"Name": "de')
    qtbot.waitUntil(lambda: application.lobby.banner.isVisibleTo(application.lobby), timeout=12_000)
    assert any(context.name == "desk" for context in application.contexts.found)
    assert "meta.json" in application.lobby.banner.accessibleName()


def test_without_a_display_the_tour_is_offered(monkeypatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    assert without_display() == sys.platform.startswith("linux")
    monkeypatch.setenv("DISPLAY", ":0")
    assert not without_display()


def process(home, *arguments):
    environment = {"HOME": str(home), "PATH": os.environ["PATH"], "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-m", "gui", *arguments]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def test_version(home):
    out, _ = process(home, "--version").communicate(timeout=30)
    assert out.decode().startswith("Pilothouse ")


def test_a_tour_that_cannot_go_on_ends_and_says_why(home, tmp_path):
    lost = "import sys, gui.app, gui.tour; gui.tour._photograph = None; sys.exit(gui.app.main(['--tour', sys.argv[1]]))"
    environment = {"HOME": str(home), "PATH": os.environ["PATH"], "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-c", lost, str(tmp_path)]
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 1
    assert "TypeError" in ended.stderr


def test_a_killed_window_leaves_valid_settings_and_no_child(home):
    running = process(home, "--demo")
    settings = home / ".config/pilothouse/settings.json"
    deadline = time.monotonic() + 20
    while not settings.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    running.send_signal(signal.SIGKILL)
    running.communicate(timeout=10)
    assert json.loads(settings.read_text())["open_contexts"] == ["demo"]
    assert [path.name for path in settings.parent.iterdir()] == ["settings.json"]


@pytest.mark.allow_errors
def test_a_look_for_contexts_that_fails_is_said_and_made_again(qtbot, start, home, monkeypatch):
    def broken(ask, scope):
        raise Failed("no such device")

    application = start("--demo")
    qtbot.waitUntil(lambda: application.contexts.current is not None, timeout=5_000)
    monkeypatch.setattr("gui.finding._look", broken)
    application.finding.look()
    qtbot.waitUntil(lambda: "no such device" in application.lobby.banner.accessibleName())
    monkeypatch.undo()
    monkeypatch.setenv("DOCKER_HOST", f"unix://{home}/other.sock")
    application.finding.look()
    qtbot.waitUntil(lambda: any("other.sock" in c.endpoint for c in application.contexts.found), timeout=5_000)


def test_the_first_context_opens_without_an_import_on_the_gui_thread(home):
    """What a page is made of comes in the worker that looks for contexts: here it would be one long pause."""
    program = """
        import sys, threading
        from importlib.abc import MetaPathFinder
        from PySide6.QtCore import QTimer
        from gui import app

        seen = []

        class Watch(MetaPathFinder):
            def find_spec(self, name, path, target=None):
                if threading.current_thread() is threading.main_thread():
                    seen.append(name)

        class Watched(app.Application):
            def _after_first_paint(self):
                super()._after_first_paint()
                sys.meta_path.insert(0, Watch())
                self.looking = QTimer(interval=10)
                self.looking.timeout.connect(self.look)
                self.looking.start()

            def look(self):
                page = self.window.current_page()
                if page is not self.lobby and page.table.row_count():
                    print(*seen)
                    self.window.close()

        app.Application = Watched
        sys.exit(app.main(["--demo"]))
    """
    environment = {"HOME": str(home), "PATH": os.environ["PATH"], "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-c", textwrap.dedent(program)]
    said = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True, timeout=60)
    assert {name for name in said.stdout.split() if name.startswith(("gui", "models", "services", "docker"))} == set()
