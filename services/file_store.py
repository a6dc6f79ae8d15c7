"""Where files of an object can be looked at and moved: a container's file system, behind whatever engine it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol, runtime_checkable

from models.context import Context
from models.files import FileChange, FileEntry, FileMount, Listed
from models.kind import Ref
from services.cancel import CancelScope


class Files(Protocol):
    """The files of one object. Paths are absolute, in the object. All methods block."""

    ref: Ref

    @property
    def context(self) -> Context:
        """How its engine is reached."""

    def folder(self, path: str, scope: CancelScope) -> Iterator[Listed]:
        """What is directly in a folder, in batches; an entry may come again when more is known of it.

        A link to a folder is followed. Raises Gone, Refused for what is no folder.
        """

    def look_up(self, path: str, scope: CancelScope) -> FileEntry:
        """One entry; of a link its `target` is where it ends. Raises Gone."""

    def changes(self, scope: CancelScope) -> Sequence[FileChange]:
        """What differs from the image, without what is mounted. Raises Unsupported."""

    def mounts(self, scope: CancelScope) -> Sequence[FileMount]:
        """What lies over paths of the image."""

    def archive(self, path: str, scope: CancelScope) -> Iterator[bytes]:
        """A tar of a file or of a folder with all that is in it; the last part of the path begins all names."""

    def put(self, folder: str, blocks: Iterable[bytes], scope: CancelScope) -> None:
        """Unpack a tar in a folder, over what is there. Raises Gone, Refused, Denied, Failed (disk full)."""


@runtime_checkable
class FileStore(Protocol):
    """A session whose objects have files."""

    def files(self, ref: Ref) -> Files:
        """The files of this object; returns at once."""
