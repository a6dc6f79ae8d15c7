"""What `make` says and does on machines that lack something."""

import ast
import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).parent.parent / "packaging/set_up.py"
BARE = ("python3.11-venv", "libegl1", "fonts-dejavu-core")


@pytest.fixture
def set_up(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script, on a Debian whose Python is new enough and which has Qt's libraries and fonts."""
    spec = importlib.util.spec_from_file_location("set_up", SCRIPT)
    assert spec
    assert spec.loader
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    monkeypatch.setattr(script, "probe", lambda name: (11, True))
    monkeypatch.setattr(script, "missing_libraries", list)
    monkeypatch.setattr(script, "missing_fonts", list)
    monkeypatch.setattr(script.shutil, "which", lambda name: f"/usr/bin/{name}")
    return script


def test_an_old_python_can_read_the_script() -> None:
    ast.parse(SCRIPT.read_text(), feature_version=(3, 6))


def test_a_machine_that_has_everything_is_asked_for_nothing(set_up: ModuleType) -> None:
    assert set_up.prepared_python() == set_up.sys.executable


def test_whoever_is_not_root_is_told_the_one_line(
    set_up: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lacks_everything(set_up, monkeypatch)
    monkeypatch.setattr(set_up.os, "geteuid", lambda: 1000)
    assert set_up.prepared_python() is None
    line = "sudo apt-get update && sudo apt-get install -y --no-install-recommends " + " ".join(BARE)
    assert line in [said.strip() for said in capsys.readouterr().err.splitlines()]


def test_root_sees_the_line_and_it_is_run(
    set_up: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lacks_everything(set_up, monkeypatch)
    commands: list[list[str]] = []

    def install(command: list[str], **_: object) -> int:
        commands.append(command)
        if "install" in command:
            has_everything(set_up, monkeypatch)
        return 0

    monkeypatch.setattr(set_up.os, "geteuid", lambda: 0)
    monkeypatch.setattr(set_up.subprocess, "call", install)
    assert set_up.prepared_python() == set_up.sys.executable
    assert [command[1] for command in commands] == ["update", "install"]
    assert commands[1][-3:] == list(BARE)
    assert capsys.readouterr().out.strip() == " && ".join(" ".join(command) for command in commands)


def test_an_installation_that_fails_ends_the_set_up(set_up: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    lacks_everything(set_up, monkeypatch)
    monkeypatch.setattr(set_up.os, "geteuid", lambda: 0)
    monkeypatch.setattr(set_up.subprocess, "call", lambda command, **_: 100)
    assert set_up.prepared_python() is None


def test_a_newer_python_on_the_path_is_taken(set_up: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(set_up, "probe", lambda name: {"python3.12": (12, True)}.get(name, (9, True)))
    assert set_up.prepared_python() == "python3.12"


@pytest.mark.parametrize(
    ("offered", "asked"),
    [
        ({"python3-venv", "python3.12-venv", "python3.11-venv"}, ["python3.12-venv"]),
        ({"python3-venv"}, []),
        (set(), ["python3-venv"]),
    ],
)
def test_an_old_python_asks_for_the_newest_that_apt_offers(
    set_up: ModuleType, monkeypatch: pytest.MonkeyPatch, offered: set[str], asked: list[str]
) -> None:
    monkeypatch.setattr(set_up, "probe", lambda name: (9, True))
    monkeypatch.setattr(set_up, "apt_offers", offered.__contains__)
    assert set_up.find_python() == (None, asked)


def test_a_machine_with_no_newer_python_is_told_so(
    set_up: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(set_up, "probe", lambda name: (9, True))
    monkeypatch.setattr(set_up, "apt_offers", {"python3-venv"}.__contains__)
    assert set_up.prepared_python() is None
    assert "needs Python 3.11 or newer" in capsys.readouterr().err


def test_the_second_time_nothing_is_installed(
    set_up: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "run.txt").write_text("one==1")
    (tmp_path / "venv").mkdir()
    installed: list[Path] = []
    monkeypatch.setattr(set_up, "LOCKS", tmp_path)
    monkeypatch.setattr(set_up, "VENV", tmp_path / "venv")
    monkeypatch.setattr(set_up, "state_of", lambda lock: "state of " + lock.read_text())
    monkeypatch.setattr(set_up, "pip_install", installed.append)
    assert [set_up.main("run"), set_up.main("run")] == [0, 0]
    assert len(installed) == 1
    (tmp_path / "run.txt").write_text("one==2")
    assert set_up.main("run") == 0
    assert len(installed) == 2


def lacks_everything(set_up: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new Debian: Python without venv, no library of Qt, no font."""
    monkeypatch.setattr(set_up, "probe", lambda name: (11, False))
    monkeypatch.setattr(set_up, "missing_libraries", lambda: [BARE[1]])
    monkeypatch.setattr(set_up, "missing_fonts", lambda: [BARE[2]])


def has_everything(set_up: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same machine, once everything is installed."""
    monkeypatch.setattr(set_up, "probe", lambda name: (11, True))
    monkeypatch.setattr(set_up, "missing_libraries", list)
    monkeypatch.setattr(set_up, "missing_fonts", list)
