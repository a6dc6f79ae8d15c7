"""What is handed out: the content of the wheel, its start where only it is installed, desktop entry and store page."""

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path, PurePosixPath

import pytest

from models.version import VERSION

ROOT = Path(__file__).parent.parent
ROOMS = ("gui", "services", "models", "resources")
SHIPPED = {".py", ".svg", ".json", ".yaml", ".qss", ".qm", ".txt"}
APPLICATION = "io.github.pilothouse.Pilothouse"

OFFSCREEN = pytest.param(["env", "QT_QPA_PLATFORM=offscreen"], id="offscreen")
IN_A_REAL_DISPLAY = pytest.param(
    ["xvfb-run", "--auto-servernum", "env", "QT_QPA_PLATFORM=xcb"],
    marks=pytest.mark.skipif(not shutil.which("xvfb-run"), reason="xvfb is not installed"),
    id="X",
)

# Run by the installed Python: starts the demo as the command does, and closes the window once it is seen.
OPEN_AND_CLOSE = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from pilothouse.__main__ import main

def look():
    for window in QApplication.topLevelWidgets():
        if window.isVisible():
            home = sys.modules[type(window).__module__].__file__.partition("/lib/")[0]
            print(type(window).__name__, "of", home)
            window.close()

def run(application, run=QApplication.exec):
    timer = QTimer(application, interval=50)
    timer.timeout.connect(look)
    timer.start()
    return run()

QApplication.exec = run
sys.argv = ["pilothouse", "--demo"]
sys.exit(main())
"""

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    _run(sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", folder, ROOT)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def files(wheel: Path) -> list[PurePosixPath]:
    """What the wheel holds."""
    return [PurePosixPath(name) for name in zipfile.ZipFile(wheel).namelist()]


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment with the wheel; its dependencies are those of the tests."""
    home = tmp_path_factory.mktemp("installed")
    venv.create(home, symlinks=True)
    _run(sys.executable, "-m", "pip", "--python", home / "bin/python", "install", "--no-deps", "--no-index", wheel)
    libraries = Path(sysconfig.get_path("purelib", "venv", {"base": str(home)}))
    (libraries / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return home


def test_the_wheel_installs_one_name(files: list[PurePosixPath]) -> None:
    assert {file.parts[0].removesuffix(f"-{VERSION}.dist-info").removesuffix(f"-{VERSION}.data") for file in files} == {
        "pilothouse"
    }


def test_the_wheel_holds_the_application_and_nothing_else(files: list[PurePosixPath]) -> None:
    held = [file for file in files if file.parts[0] == "pilothouse"]
    assert not [str(file) for file in held if file.suffix not in SHIPPED]
    assert not [str(file) for file in held if {"tests", "__pycache__", "packaging"} & set(file.parts)]
    code = {f"pilothouse/_app/{file.relative_to(ROOT)}" for room in ROOMS for file in (ROOT / room).rglob("*.py")}
    launcher = {"pilothouse/__init__.py", "pilothouse/__main__.py"}
    assert {str(file) for file in held if file.suffix == ".py"} == code | launcher


def test_every_resource_is_in_the_wheel(files: list[PurePosixPath]) -> None:
    kept = {file for file in (ROOT / "resources").rglob("*") if file.is_file() and "__pycache__" not in file.parts}
    assert {f"pilothouse/_app/{file.relative_to(ROOT)}" for file in kept} <= {str(file) for file in files}


def test_the_installed_command_tells_its_version(installed: Path, tmp_path: Path) -> None:
    assert _run(installed / "bin/pilothouse", "--version", cwd=tmp_path).split()[-1] == VERSION


@pytest.mark.parametrize("display", [OFFSCREEN, IN_A_REAL_DISPLAY])
def test_the_installed_application_opens_its_window(display: list[str], installed: Path, tmp_path: Path) -> None:
    said = _run(*display, installed / "bin/python", "-c", OPEN_AND_CLOSE, cwd=tmp_path)
    assert said.splitlines()[-1] == f"Window of {installed}"


def test_the_installed_application_runs_as_a_module(installed: Path, tmp_path: Path) -> None:
    assert VERSION in _run(installed / "bin/python", "-m", "pilothouse", "--version", cwd=tmp_path)


def test_the_installation_brings_the_desktop_entry_and_its_icon(installed: Path) -> None:
    share = installed / "share"
    entry = (share / f"applications/{APPLICATION}.desktop").read_text()
    assert f"Icon={APPLICATION}\n" in entry
    assert (share / f"icons/hicolor/scalable/apps/{APPLICATION}.svg").exists()
    assert (share / f"metainfo/{APPLICATION}.metainfo.xml").exists()


@pytest.mark.skipif(not shutil.which("desktop-file-validate"), reason="desktop-file-utils is not installed")
def test_the_desktop_entry_is_valid(installed: Path) -> None:
    assert _run("desktop-file-validate", installed / f"share/applications/{APPLICATION}.desktop") == ""


@pytest.mark.skipif(not shutil.which("appstreamcli"), reason="appstream is not installed")
def test_the_store_page_is_valid_and_of_this_version(installed: Path) -> None:
    page = installed / f"share/metainfo/{APPLICATION}.metainfo.xml"
    _run("appstreamcli", "validate", "--no-net", page)
    assert f'<release version="{VERSION}"' in page.read_text()


def _run(*command: str | Path, cwd: Path = ROOT) -> str:
    """Run a command to its end and return what it said; its status must be 0."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        command, cwd=cwd, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    return done.stdout
