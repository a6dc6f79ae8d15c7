"""What is remembered must survive: a full disk, a kill, a second window, a broken file, a newer version."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some
from msgspec.structs import replace

from models.errors import Failed
from models.settings import ContextMarks, Settings, WindowPlace
from services import files
from services.files import sweep, write_whole
from services.settings import SettingsStore, config_folder

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "pilothouse"


def dark(settings: Settings) -> Settings:
    return replace(settings, theme="dark")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_first_start_has_defaults_and_writes_nothing(folder: Path) -> None:
    store = SettingsStore(folder)
    assert store.settings == Settings()
    assert store.notice == ""
    assert not folder.exists()


def test_what_is_remembered_comes_back(folder: Path) -> None:
    settings = (
        Settings(theme="light", open_contexts=("docker:desk", "demo"), current_context="demo")
        .with_marks("docker:desk", ContextMarks(colour="red", label="Büro", protected=True))
        .with_page("docker:desk", "containers", {"filter": "state:exited", "sort": ["name", False], "split": 0.4})
        .with_window("main", WindowPlace(x=-1200, y=40, width=1440, height=900, maximized=True))
    )
    SettingsStore(folder).update(lambda _: settings)
    store = SettingsStore(folder)
    assert store.settings == settings
    assert store.notice == ""
    assert store.settings.page("docker:desk", "containers")["split"] == 0.4
    assert store.settings.page("docker:desk", "images") == {}
    assert store.settings.marks("unknown") == ContextMarks()
    assert (folder / "settings.json").stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700


_words = some.text(max_size=12)


@given(
    labels=some.dictionaries(_words, _words, max_size=4),
    pages=some.dictionaries(
        _words, some.dictionaries(_words, some.integers(0, 9) | _words | some.booleans()), max_size=3
    ),
)
def test_any_text_survives_being_written(labels: dict[str, str], pages: dict[str, dict[str, object]]) -> None:
    settings = Settings()
    for context, label in labels.items():
        settings = settings.with_marks(context, ContextMarks(label=label))
    for context, state in pages.items():
        settings = settings.with_page(context, "containers", state)
    assert msgspec.json.decode(msgspec.json.encode(settings), type=Settings) == settings


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b'{"version": 1, "theme": "dark", "contexts": {',
        b'{"version": 1, "theme": 7}',
        b'{"theme": "dark"}',
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b"<<<<<<< HEAD",
    ],
)
def test_a_broken_file_is_set_aside_and_said(folder: Path, content: bytes) -> None:
    folder.mkdir()
    (folder / "settings.json").write_bytes(content)
    store = SettingsStore(folder)
    assert store.settings == Settings()
    [aside] = names(folder)
    assert aside.startswith("settings.json.broken-")
    assert aside in store.notice
    assert (folder / aside).read_bytes() == content
    store.update(dark)
    assert SettingsStore(folder).settings.theme == "dark"
    assert (folder / aside).read_bytes() == content


def test_a_newer_version_is_left_alone(folder: Path) -> None:
    folder.mkdir()
    newer = b'{"version": 2, "theme": {"name": "sepia"}}'
    (folder / "settings.json").write_bytes(newer)
    store = SettingsStore(folder)
    assert "newer version" in store.notice
    assert store.update(dark).theme == "dark"  # holds while the window lives
    assert (folder / "settings.json").read_bytes() == newer
    assert names(folder) == ["settings.json"]


def test_what_an_unknown_field_says_does_no_harm(folder: Path) -> None:
    folder.mkdir()
    (folder / "settings.json").write_text('{"version": 1, "theme": "dark", "aura": "violet"}')
    store = SettingsStore(folder)
    assert (store.settings.theme, store.notice) == ("dark", "")


def test_two_windows_keep_each_others_changes(folder: Path) -> None:
    one, other = SettingsStore(folder), SettingsStore(folder)
    one.update(dark)
    other.update(lambda settings: settings.with_marks("demo", ContextMarks(label="Try")))
    assert one.reread()
    assert not one.reread()
    assert (one.settings.theme, one.settings.marks("demo").label) == ("dark", "Try")


def test_when_another_window_broke_the_file_what_is_known_stands(folder: Path) -> None:
    store = SettingsStore(folder)
    store.update(dark)
    store.path.write_text("{")
    assert store.update(lambda settings: replace(settings, current_context="demo")).theme == "dark"
    assert SettingsStore(folder).settings == Settings(theme="dark", current_context="demo")


def test_a_full_disk_leaves_the_old_file_and_no_part(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = SettingsStore(folder)
    store.update(dark)
    before = store.path.read_bytes()

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(Failed, match="No space left on device"):
        store.update(lambda settings: replace(settings, theme="light"))
    monkeypatch.undo()
    assert store.path.read_bytes() == before
    assert names(folder) == ["settings.json"]
    assert store.settings.theme == "light"  # holds while the window lives, and is written with the next change
    store.update(lambda settings: settings)
    assert SettingsStore(folder).settings.theme == "light"


def test_readers_never_see_a_part(tmp_path: Path) -> None:
    path = tmp_path / "file"
    versions = {bytes([letter]) * 200_000 for letter in b"abc"}
    write_whole(path, next(iter(versions)))
    seen, done = set(), threading.Event()

    def read() -> None:
        while not done.is_set():
            seen.add(path.read_bytes())

    reader = threading.Thread(target=read)
    reader.start()
    for _ in range(10):
        for version in versions:
            write_whole(path, version)
    done.set()
    reader.join()
    assert seen <= versions


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real/settings.json").write_text("old")
    (tmp_path / "settings.json").symlink_to(tmp_path / "real/settings.json")
    write_whole(tmp_path / "settings.json", b"new")
    assert (tmp_path / "settings.json").is_symlink()
    assert (tmp_path / "real/settings.json").read_bytes() == b"new"


def test_killed_at_any_moment_the_file_is_whole(folder: Path) -> None:
    writer = (
        "import sys; from pathlib import Path; from models.settings import ContextMarks\n"
        "from services.settings import SettingsStore\n"
        "store = SettingsStore(Path(sys.argv[1])); print('ready', flush=True)\n"
        "for number in range(10**9):\n"
        "    store.update(lambda settings: settings.with_marks(f'c{number % 500}', ContextMarks(label='x' * 400)))\n"
    )
    for patience in (0.05, 0.11, 0.17):
        process = subprocess.Popen([sys.executable, "-c", writer, folder], cwd=ROOT, stdout=subprocess.PIPE)
        process.stdout.readline()
        time.sleep(patience)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        json.loads((folder / "settings.json").read_bytes())
        store = SettingsStore(folder)
        assert store.notice == ""
        assert store.settings.contexts


def test_parts_of_killed_processes_are_swept_when_old(tmp_path: Path) -> None:
    old, new, other = (tmp_path / name for name in (".pilothouse-a.part", ".pilothouse-b.part", "mine.part"))
    for path in (old, new, other):
        path.write_text("")
    os.utime(old, (0, 0))
    os.utime(other, (0, 0))
    sweep(tmp_path)
    assert names(tmp_path) == [".pilothouse-b.part", "mine.part"]


def test_the_folder_follows_each_systems_custom() -> None:
    home = Path("/home/sam")
    assert config_folder({}, home, "linux") == home / ".config/pilothouse"
    assert config_folder({"XDG_CONFIG_HOME": "/etc/sam"}, home, "linux") == Path("/etc/sam/pilothouse")
    assert config_folder({"XDG_CONFIG_HOME": "relative"}, home, "linux") == home / ".config/pilothouse"
    assert config_folder({}, home, "darwin") == home / "Library/Application Support/Pilothouse"
    assert config_folder({"APPDATA": "/c/roaming"}, home, "win32") == Path("/c/roaming/Pilothouse")
