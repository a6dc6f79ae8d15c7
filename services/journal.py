"""The log file: rotating, in the user's state folder, without secrets."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Mapping
from pathlib import Path

FILE = "pilothouse.log"
_SIZE, _FILES = 1_000_000, 3  # bytes of one file, and how many old ones are kept

_SECRETS = re.compile(
    r"(?i)((?:pass(?:word|wd)?|token|secret|api[-_]?key|authorization|x-registry-auth)"
    r"[\"']?\s*[=:]\s*[\"']?(?:bearer |basic )?)[^\s\"',;&]+|(://[^:/@\s]+:)[^@\s/]+(?=@)"
)


def state_folder(env: Mapping[str, str], home: Path, platform: str = sys.platform) -> Path:
    """Where this user's logs belong on this system."""
    if platform == "win32":
        return Path(env.get("LOCALAPPDATA") or home / "AppData/Local") / "Pilothouse"
    if platform == "darwin":
        return home / "Library/Logs/Pilothouse"
    base = Path(env.get("XDG_STATE_HOME") or "")
    return (base if base.is_absolute() else home / ".local/state") / "pilothouse"


def redacted(text: str) -> str:
    """`text` with what looks like the value of a secret taken out."""
    return _SECRETS.sub(lambda found: f"{found[1] or found[2]}•••", text)


class _Redacting(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return redacted(super().format(record))


def open_journal(path: Path) -> logging.Handler:
    """Log warnings and errors of everything, and our own information, into `path`, until the handler is removed."""
    from logging.handlers import RotatingFileHandler  # brings sockets and pickles along: not before the first paint

    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handler = RotatingFileHandler(path, maxBytes=_SIZE, backupCount=_FILES, encoding="utf-8", delay=True)
    handler.setFormatter(_Redacting("%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    for chatty in ("urllib3", "docker", "requests"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    return handler
