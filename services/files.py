"""Files that are whole or not there: written beside their place, then put into it."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from models.errors import Failed
from services.cancel import CancelScope

PREFIX, SUFFIX = ".pilothouse-", ".part"  # of what is not whole yet
_LEFT_OVER = 3600.0  # seconds after which a partial file belongs to a process that was killed


def write_whole(path: Path, content: bytes) -> None:
    """Put `content` at `path`, for the owner only; readers see the old file or the new one, never a part.

    Raises Failed with the system's reason (disk full, not permitted): then the old file stands untouched.
    """
    write_parts(path, (content,), CancelScope())


def write_parts(path: Path, parts: Iterable[bytes], scope: CancelScope) -> bool:
    """The same for content that comes in parts; False, and nothing written, when cancelled meanwhile."""
    path = Path(os.path.realpath(path))  # a link stays a link, and what it names is replaced
    part = None
    try:
        descriptor, part = tempfile.mkstemp(prefix=PREFIX, suffix=SUFFIX, dir=path.parent)
        with os.fdopen(descriptor, "wb") as file:
            for content in parts:
                if scope.cancelled:
                    return False
                file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)  # noqa: PTH105 (the temporary's name is a text)
        part = None
        _sync_folder(path.parent)
        return True
    except OSError as error:
        raise Failed(f"{path}: {error.strerror or error}") from error
    finally:
        if part is not None:
            with suppress(OSError):  # the reason that is being raised matters more
                os.unlink(part)  # noqa: PTH108


def sweep(folder: Path) -> None:
    """Remove the parts that killed processes left in `folder`."""
    for part in folder.glob(f"{PREFIX}*{SUFFIX}"):
        with suppress(OSError):  # gone already, or somebody else's
            if time.time() - part.stat().st_mtime > _LEFT_OVER:
                part.unlink()


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":
        return  # Windows has no such call
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
