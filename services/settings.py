"""The settings file: read once, written whole, shared with other windows of the application."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec
from msgspec import Struct

from models.errors import Failed
from models.settings import VERSION, Settings
from services.files import sweep, write_whole

FILE = "settings.json"

Stamp = tuple[int, int, int]


def config_folder(env: Mapping[str, str], home: Path, platform: str = sys.platform) -> Path:
    """Where this user's settings belong on this system."""
    if platform == "win32":
        return Path(env.get("APPDATA") or home / "AppData/Roaming") / "Pilothouse"
    if platform == "darwin":
        return home / "Library/Application Support/Pilothouse"
    base = Path(env.get("XDG_CONFIG_HOME") or "")
    return (base if base.is_absolute() else home / ".config") / "pilothouse"  # a relative path counts as none


class _Version(Struct):
    version: int


class SettingsStore:
    """The settings and their file. Safe from every thread; reads and writes block for some milliseconds.

    `notice` is a sentence for the user where the file could not be used as it stood, else "".
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE
        self.notice = ""
        self._lock = threading.RLock()
        self._stamp: Stamp | None = None
        self._writable = True
        self._settings = Settings()
        with self._lock:
            sweep(folder)
            self._read()

    @property
    def settings(self) -> Settings:
        """What is remembered, as last read or written here."""
        return self._settings

    def reread(self) -> bool:
        """Take over what another window has written meanwhile; whether it had."""
        with self._lock:
            return self._read()

    def update(self, change: Callable[[Settings], Settings]) -> Settings:
        """Change what is remembered, on top of what other windows wrote, and write it. Raises Failed (disk full).

        A file of a newer version is left alone: then the change holds until the window closes.
        """
        with self._lock:
            self._read()
            self._settings = change(self._settings)
            if self._writable:
                self._write()
            return self._settings

    def _write(self) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise Failed(f"{self.path.parent}: {error.strerror or error}") from error
        write_whole(self.path, msgspec.json.format(msgspec.json.encode(self._settings), indent=1))
        self._stamp = _stamp(self.path)

    def _read(self) -> bool:
        stamp = _stamp(self.path)
        if stamp is None or stamp == self._stamp:
            return False
        self._stamp = stamp
        try:
            content = self.path.read_bytes()
        except OSError as error:
            self.notice = f"The settings cannot be read, the usual ones are used: {error.strerror} ({self.path})"
            self._writable = False
            return False
        try:
            if msgspec.json.decode(content, type=_Version).version > VERSION:
                self._writable = False
                self.notice = f"The settings are of a newer version and are left alone ({self.path})"
                return False
            self._settings = msgspec.json.decode(content, type=Settings)
        except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:  # no JSON, wrong types, nested too deeply
            self._set_aside(str(error))
            return False
        self._writable = True
        return True

    def _set_aside(self, reason: str) -> None:
        aside = self.path.with_name(f"{FILE}.broken-{time.strftime('%Y%m%d-%H%M%S')}")
        try:
            self.path.rename(aside)
        except OSError as error:
            self.notice = f"The settings cannot be read ({reason}) nor set aside: {error.strerror} ({self.path})"
            self._writable = False
            return
        self._stamp = None
        self.notice = f"The settings could not be read and are kept as {aside.name}: {reason}"


def _stamp(path: Path) -> Stamp | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_ino, status.st_size
