"""The nets of conftest.py: a test that leaves something behind must fail, and say what."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

NOISY = {
    "a logged error": ("import logging; logging.getLogger('x').error('broken pipe')", "x: broken pipe"),
    "a thread": (
        "import threading; threading.Thread(target=threading.Event().wait, name='watcher', daemon=True).start()",
        "thread watcher",
    ),
    "a child process": (
        "import subprocess, builtins; builtins.child = subprocess.Popen('cat', stdin=subprocess.PIPE)",
        "process",
    ),
    "a window": (
        "from PySide6.QtWidgets import QLabel; import builtins; builtins.label = QLabel('x'); builtins.label.show()",
        "window QLabel",
    ),
    "a Python warning": ("import warnings; warnings.warn('old', DeprecationWarning)", "DeprecationWarning: old"),
    "a Qt warning": ("from PySide6.QtCore import qWarning; qWarning('no such slot')", "no such slot"),
}


@pytest.mark.parametrize("noise", NOISY)
def test_noise_fails_a_test_and_is_named(noise: str, tmp_path: Path) -> None:
    code, named = NOISY[noise]
    done = _pytest(tmp_path, f"def test_noisy(qapp):\n    {code}\n")
    assert done.returncode == 1, done.stdout
    assert named in done.stdout


def test_a_quiet_test_passes(tmp_path: Path) -> None:
    quiet = "import threading\ndef test_quiet(qapp):\n    threading.Thread(target=print).start()\n"
    done = _pytest(tmp_path, quiet)
    assert done.returncode == 0, done.stdout


def test_a_test_may_announce_its_errors(tmp_path: Path) -> None:
    code = "import logging, pytest\n@pytest.mark.allow_errors\ndef test_loud():\n    logging.error('as planned')\n"
    done = _pytest(tmp_path, code)
    assert done.returncode == 0, done.stdout


def test_the_home_of_whoever_runs_the_tests_is_out_of_reach() -> None:
    assert "ph-home-" in str(Path.home())
    assert "ph-home-" in str(Path("~/.docker").expanduser())


def _pytest(folder: Path, code: str) -> subprocess.CompletedProcess[str]:
    """Run this code as a test of its own, under the project's configuration and conftest."""
    file = folder / "test_it.py"
    file.write_text(code)
    command = [sys.executable, "-m", "pytest", "-c", str(ROOT / "pyproject.toml"), "-p", "tests.conftest", str(file)]
    quiet = ["-q", "-p", "no:cacheprovider"]
    return subprocess.run([*command, *quiet], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
