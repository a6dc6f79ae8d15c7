"""What the Files tab has done in workers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageReader

from models.changes import Change, Changed, Reset
from models.errors import AppError, Gone
from models.files import Changes, FileEntry, FileMount, FileType, changes_of
from models.files_text import Binary, Picture, Text
from models.kind import Ref
from models.text import display
from services.cancel import CancelScope
from services.file_store import Files
from services.file_transfers import read_file
from services.session import Session

MOST_PIXELS = 64_000_000  # of a picture: 256 MB while it is decoded
SHOWN_PIXELS = 2_000  # of a picture's longer side, as it is kept
_SIZES_ASKED = 2_000  # changed files whose size is asked for: one request each
_BATCH = 100


class Context(Struct, frozen=True):
    """What is known of all folders: changes since the image, and mounts. `unknown`: why there are no changes."""

    changes: Changes
    mounts: Sequence[FileMount]
    unknown: AppError | None = None


class Image(Struct, frozen=True):
    """A picture, ready to be drawn, with its real size in pixels."""

    picture: QImage
    format: str
    size: QSize


def surroundings(files: Files, scope: CancelScope) -> Context:
    """Changes and mounts. An engine that tells no changes tells mounts all the same."""
    mounts = files.mounts(scope)
    try:
        return Context(changes_of(files.changes(scope)), mounts)
    except Gone:
        raise
    except AppError as error:
        return Context(Changes(), mounts, error)


def changed_entries(files: Files, changes: Changes, scope: CancelScope) -> Iterator[Change[FileEntry]]:
    """All that changed at once, then sizes, modes and times as they become known."""
    entries = [FileEntry(change.path, FileType.UNKNOWN, mark=change.mark) for change in changes.leaves]
    yield Reset(tuple(entries))
    found: list[FileEntry] = []
    for entry in [entry for entry in entries if entry.there][:_SIZES_ASKED]:
        if scope.cancelled:
            return
        try:
            found.append(replace(files.look_up(entry.path, scope), mark=entry.mark))
        except Gone:
            continue  # meanwhile
        if len(found) >= _BATCH:
            yield Changed(tuple(found), ())
            found = []
    if found:
        yield Changed(tuple(found), ())


def preview(files: Files, path: str, scope: CancelScope) -> Text | Image | Binary:
    """What a file holds, made ready to be shown: long texts safe to look at, pictures decoded."""
    content = read_file(files, path, scope)
    if isinstance(content, Text):
        return replace(content, lines=tuple(display(line.expandtabs(8), len(line) * 8) for line in content.lines))
    return decoded(content) if isinstance(content, Picture) else content


def decoded(picture: Picture) -> Image | Binary:
    """The picture, made smaller where it is large; Binary where it is damaged or has too many pixels."""
    bytes_ = QByteArray(picture.content)
    buffer = QBuffer(bytes_)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setAutoTransform(True)
    size = reader.size()
    words = f"a {picture.format} picture"
    if not size.isValid():
        return Binary(f"{words} that cannot be read: it is damaged or no picture", picture.content[:256])
    if size.width() * size.height() > MOST_PIXELS:
        return Binary(f"{words} of {size.width():,} × {size.height():,} pixels: too large to show")
    if max(size.width(), size.height()) > SHOWN_PIXELS:
        reader.setScaledSize(size.scaled(SHOWN_PIXELS, SHOWN_PIXELS, Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    if image.isNull():
        return Binary(f"{words} that cannot be read: {reader.errorString()}", picture.content[:256])
    return Image(image, picture.format, size)


def opened(files: Files, entry: FileEntry, scope: CancelScope) -> FileEntry:
    """Where a link ends. Raises Gone for one that leads nowhere."""
    target = files.look_up(entry.path, scope).target
    if not target:
        raise Gone("The link leads nowhere")
    return files.look_up(target, scope)


def others(session: Session, ref: Ref, scope: CancelScope) -> tuple[Ref, ...]:
    """The other containers that files can be copied to, by name."""
    mine = scope.child()
    kind = next(kind for kind in session.kinds if kind.id == ref.kind)
    try:
        for change in session.watch(ref.kind, mine):
            if isinstance(change, Reset):
                refs = (kind.ref(row) for row in change.rows)
                return tuple(sorted((one for one in refs if one.id != ref.id), key=lambda one: one.name))
            raise AppError("The list of containers is not known now")
    finally:
        mine.cancel()
    return ()
