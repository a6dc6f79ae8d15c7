"""Every test runs in a home of its own, and noise is failure.

The Docker engines, settings and caches of whoever runs the tests are out of reach: the environment is replaced before
anything else is imported. Python and Qt warnings fail a test by configuration (pyproject.toml); what else a test may
leave behind is looked for here.
"""

import gc
import logging
import os
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

TESTS_PER_FULL_COLLECTION = 30  # it takes 0.1 s
PATIENCE = 2.0  # seconds that threads, windows and child processes have to end after their test
POINTERS_TO_ENGINES = ("DOCKER_", "KUBE", "SSH_AUTH_SOCK", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


def _move_home() -> Path:
    """Point HOME and the XDG folders into a new folder, and forget every engine that the environment names."""
    built_engines = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "pilothouse-world"
    home = Path(tempfile.mkdtemp(prefix="ph-home-"))  # short: a socket's path has 107 bytes
    for name in list(os.environ):
        if name.upper().startswith(POINTERS_TO_ENGINES):
            del os.environ[name]
    folders = {"CONFIG": ".config", "DATA": ".local/share", "STATE": ".local/state", "CACHE": ".cache"}
    for name, folder in folders.items():
        (home / folder).mkdir(parents=True)
        os.environ[f"XDG_{name}_HOME"] = str(home / folder)
    (home / "run").mkdir(mode=0o700)
    os.environ |= {"HOME": str(home), "XDG_RUNTIME_DIR": str(home / "run"), "DOCKER_CONFIG": str(home / ".docker")}
    (home / ".cache/pilothouse-world").symlink_to(built_engines)  # what `make world` built stays within reach
    return home


HOME = _move_home()
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# A test's time is the machine's affair; the same examples every time where nobody is there to keep a new one.
settings.register_profile("pilothouse", deadline=None, derandomize="CI" in os.environ, print_blob=True)
settings.load_profile("pilothouse")


def pytest_unconfigure() -> None:
    """Remove the home of this run."""
    shutil.rmtree(HOME, ignore_errors=True)


@pytest.fixture(autouse=True)
def garbage_dies_between_tests() -> Iterator[None]:
    """As in the application, a window that has gone is never collected by a worker: it would wait for the interpreter
    with a lock of Qt's in its hand, and the main thread for that lock with the interpreter in its own, for ever."""
    gc.disable()
    yield
    gc.collect(2 if gc.get_count()[2] > TESTS_PER_FULL_COLLECTION else 1)


@pytest.fixture(autouse=True)
def no_errors_logged(request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """A logged error that the test does not announce by `allow_errors` fails it."""
    yield
    if request.node.get_closest_marker("allow_errors"):
        return
    records = caplog.get_records("setup") + caplog.get_records("call")
    errors = [f"{record.name}: {record.getMessage()}" for record in records if record.levelno >= logging.ERROR]
    assert not errors, "logged errors:\n" + "\n".join(errors)


@pytest.fixture(autouse=True)
def nothing_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """A thread, a visible window or a child process that outlives its test by two seconds fails it.

    A real engine's processes and threads belong to its session: the last engine test counts those.
    """
    looks: list[Callable[[], set[str]]] = [_windows]
    if not request.node.get_closest_marker("engine"):
        looks += [_threads, _children]
    before = [look() for look in looks]
    yield
    left = {name for look, known in zip(looks, before, strict=True) for name in _still_there(look, known)}
    assert not left, "left behind: " + ", ".join(sorted(left))


def _still_there(look: Callable[[], set[str]], known: set[str]) -> set[str]:
    """What `look` sees beyond `known`, once it is empty or patience is at an end."""
    deadline = time.monotonic() + PATIENCE
    while (left := look() - known) and time.monotonic() < deadline:
        time.sleep(0.01)
    return left


def _threads() -> set[str]:
    """The threads that Python started; those that Qt started and Python only saw are Qt's to keep."""
    dummy = threading._DummyThread  # type: ignore[attr-defined]
    ours = (thread for thread in threading.enumerate() if not isinstance(thread, dummy))
    return {f"thread {thread.name} ({thread.ident})" for thread in ours}


def _children() -> set[str]:
    """The child processes, by number and name; none where there is no /proc."""
    numbers = [number for task in Path("/proc/self/task").glob("*/children") for number in _read(task).split()]
    return {f"process {number} {_read(Path('/proc', number, 'comm')).strip()}" for number in numbers}


def _read(path: Path) -> str:
    """The text of a file in /proc; empty when the process ended meanwhile."""
    try:
        return path.read_text()
    except OSError:
        return ""


def _windows() -> set[str]:
    """The visible windows, where this process has Qt's widgets at all."""
    widgets = sys.modules.get("PySide6.QtWidgets")
    if widgets is None or widgets.QApplication.instance() is None:
        return set()
    shown = (widget for widget in widgets.QApplication.topLevelWidgets() if widget.isVisible())
    return {f"window {type(widget).__name__} {widget.windowTitle()!r} ({id(widget)})" for widget in shown}
