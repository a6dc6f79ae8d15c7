"""Containers to be made that were typed and not yet run: one file a context, without what looks secret."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from pathlib import Path

import msgspec

from models.docker.run_draft import Draft, without_secrets
from models.errors import Failed
from services.cancel import CancelScope
from services.files import sweep, write_whole

FOLDER = "drafts"


class RunDrafts:
    """The drafts in a folder. Every method blocks for some milliseconds and may be called from any thread."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / FOLDER

    def load(self, context: str, _scope: CancelScope) -> Draft:
        """The draft of the context with this id; an empty one where there is none, or none that can be read."""
        try:
            return msgspec.json.decode(self._path(context).read_bytes(), type=Draft)
        except (OSError, msgspec.MsgspecError, UnicodeError):  # missing, of another version, or cut by a full disk
            return Draft()

    def keep(self, context: str, draft: Draft, _scope: CancelScope) -> None:
        """Write it, or remove the file of an empty one. Raises Failed (disk full): then the last one stands."""
        path = self._path(context)
        if draft.empty:
            with suppress(FileNotFoundError):
                path.unlink()
            return
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise Failed(f"{self._folder}: {error.strerror or error}") from error
        sweep(self._folder)
        write_whole(path, msgspec.json.format(msgspec.json.encode(without_secrets(draft)), indent=1))

    def _path(self, context: str) -> Path:
        return self._folder / f"run-{hashlib.sha256(context.encode()).hexdigest()[:24]}.json"
