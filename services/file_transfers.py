"""Files on their way: to be looked at, to this machine, from it, and from one container to another."""

from __future__ import annotations

import posixpath
import queue
import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

from models.errors import Failed, Gone
from models.files import FileEntry, FileType, join
from models.files_text import PICTURE_LIMIT, TEXT_LIMIT, Binary, Picture, Text, picture_format, text_or_binary
from models.text import bytes_text, command_text, count_text, display
from services.cancel import CancelScope
from services.file_store import Files
from services.operations import Operation, Progress
from services.tar_extract import Extraction, Taken
from services.tar_reader import FILE, TarReader
from services.tar_writer import Packed, pack, size_of

_EVERY = 0.1  # seconds between two words on how far it is


def read_file(files: Files, path: str, scope: CancelScope) -> Text | Picture | Binary:
    """What a file holds, up to 2 MB of a text and 20 MB of a picture; a link is followed. Raises Gone."""
    entry = files.look_up(path, scope)
    if entry.type is FileType.LINK:
        if not entry.target:
            raise Gone("The link leads nowhere")
        path = entry.target
    with closing(_kept(files.archive(path, scope))) as blocks:
        reader = TarReader(blocks)
        member = next(iter(reader), None)
        if member is None or member.type != FILE:
            return Binary("not a regular file: nothing of it can be shown")
        beginning, content = b"", reader.content()
        limit = TEXT_LIMIT
        pieces: list[bytes] = []
        read = 0
        for piece in content:
            pieces.append(piece)
            read += len(piece)
            if not beginning:
                beginning = piece
                limit = PICTURE_LIMIT if picture_format(piece) else TEXT_LIMIT
            if read > limit:
                break
    whole = b"".join(pieces)
    if kind := picture_format(beginning):
        if member.size > PICTURE_LIMIT:
            return Binary(f"a {kind} picture of {bytes_text(member.size)}: too large to show", whole[:256])
        return Picture(kind, whole)
    return text_or_binary(whole, cut=member.size > min(read, TEXT_LIMIT))


def existing(files: Files, folder: str, names: Sequence[str], scope: CancelScope) -> tuple[str, ...]:
    """Those of `names` that are in the folder already, and would be replaced."""
    there = []
    for name in names:
        try:
            files.look_up(join(folder, name), scope)
        except Gone:
            continue
        there.append(name)
    return tuple(there)


def download(files: Files, entries: Sequence[FileEntry], into: Path) -> Operation:
    """Files and folders into a folder of this machine, under names that are free there."""
    what = _subject([entry.name for entry in entries])
    return Operation(
        title=f"Download {what} from {files.ref.name}",
        done=f"{what} downloaded to {into}",
        could_not=lambda _: f"Could not download {what} from {files.ref.name}",
        icon="download",
        context=files.context,
        command=_lines(files, [("cp", f"{files.ref.name}:{entry.path}", str(into)) for entry in entries]),
        work=lambda scope: _download(files, entries, into, scope),
    )


def upload(files: Files, sources: Sequence[Path], folder: str) -> Operation:
    """Files and folders of this machine into a folder there, over what has their names."""
    what = _subject([source.name for source in sources])
    return Operation(
        title=f"Upload {what} to {files.ref.name}",
        done=f"{what} uploaded to {files.ref.name}:{folder}",
        could_not=lambda _: f"Could not upload {what} to {files.ref.name}",
        icon="upload",
        context=files.context,
        command=_lines(files, [("cp", str(source), f"{files.ref.name}:{folder}") for source in sources]),
        work=lambda scope: _upload(files, sources, folder, scope),
    )


def copy(files: Files, entries: Sequence[FileEntry], to: Files, folder: str) -> Operation:
    """Files and folders from one container into a folder of another, over what has their names."""
    what = _subject([entry.name for entry in entries])
    where = f"{to.ref.name}:{folder}"
    commands = [
        f"{command_text((*files.context.command, 'cp', f'{files.ref.name}:{entry.path}', '-'))} | "
        f"{command_text((*to.context.command, 'cp', '-', where))}"
        for entry in entries
    ]
    return Operation(
        title=f"Copy {what} from {files.ref.name} to {to.ref.name}",
        done=f"{what} copied to {where}",
        could_not=lambda _: f"Could not copy {what} to {where}",
        icon="copy",
        context=files.context,
        command="\n".join(commands),
        work=lambda scope: _copy(files, entries, to, folder, scope),
    )


def _subject(names: Sequence[str]) -> str:
    return display(names[0], 200) if len(names) == 1 else count_text(len(names), "file")


def _lines(files: Files, commands: Iterable[tuple[str, ...]]) -> str:
    return "\n".join(command_text((*files.context.command, *words)) for words in commands)


def _download(files: Files, entries: Sequence[FileEntry], into: Path, scope: CancelScope) -> Iterator[Progress]:
    total = sum(entry.size or 0 for entry in entries) if all(entry.size is not None for entry in entries) else 0
    done = 0
    for entry in entries:
        yield Progress(done, total, unit="bytes")
        if entry.type not in (FileType.FILE, FileType.FOLDER):
            raise Failed(f"{display(entry.name)} is a {entry.type.value}: only files and folders can be downloaded")
        blocks = files.archive(entry.path, scope)
        with closing(_kept(blocks)) as kept, Extraction(into, entry.name) as extraction:
            for taken in _now_and_then(extraction.take(kept, scope)):
                yield Progress(done + taken.size, total, unit="bytes")
            if scope.cancelled:
                return
            place = extraction.place()
            done += extraction.taken.size
            yield Progress(done, total, f"{display(str(place))}: {_told(extraction.taken)}", unit="bytes")


def _told(taken: Taken) -> str:
    words = f"{count_text(taken.files, 'file')}, {bytes_text(taken.size)}"
    return f"{words}; {taken.left_out}" if taken.left_out else words


def _upload(files: Files, sources: Sequence[Path], folder: str, scope: CancelScope) -> Iterator[Progress]:
    yield Progress(0, 0, unit="bytes")
    total = size_of(sources)
    packed = Packed()
    done = lambda: packed.size  # noqa: E731 - a name for what is asked again and again
    blocks = pack(sources, packed)
    yield from _told_meanwhile(lambda: files.put(folder, blocks, scope), done, total)
    words = f"{count_text(packed.files, 'file')}, {bytes_text(packed.size)}"
    if packed.left_out:
        words += f"; {count_text(packed.left_out, 'device or pipe', 'devices and pipes')} left out"
    yield Progress(packed.size, total, words, unit="bytes")


def _copy(files: Files, entries: Sequence[FileEntry], to: Files, folder: str, scope: CancelScope) -> Iterator[Progress]:
    sent = 0

    def counted(blocks: Iterable[bytes]) -> Iterator[bytes]:
        nonlocal sent
        for block in blocks:
            sent += len(block)
            yield block

    for entry in entries:
        yield Progress(sent, 0, unit="bytes")
        with closing(_kept(files.archive(entry.path, scope))) as blocks:
            yield from _told_meanwhile(lambda: to.put(folder, counted(blocks), scope), lambda: sent, 0)
        yield Progress(sent, 0, display(posixpath.join(folder, entry.name)), unit="bytes")


def _told_meanwhile(work: Callable[[], None], done: Callable[[], int], total: int) -> Iterator[Progress]:
    """Do the work in a thread, saying how far it is; raises what it raises. Ends when the work has ended."""
    ended: queue.SimpleQueue[BaseException | None] = queue.SimpleQueue()

    def run() -> None:
        try:
            work()
        except BaseException as error:  # carried over to the thread that waits  # noqa: BLE001
            ended.put(error)
        else:
            ended.put(None)

    thread = threading.Thread(target=run, name="pilothouse-transfer", daemon=True)
    thread.start()
    try:
        while True:
            try:
                error = ended.get(timeout=_EVERY)
            except queue.Empty:
                yield Progress(done(), total, unit="bytes")
                continue
            if error is not None:
                raise error
            return
    finally:
        thread.join()  # the scope that cancelled us has cut its line


def _now_and_then(steps: Iterable[Taken]) -> Iterator[Taken]:
    """Those of the steps that come at least a tenth of a second after the last one that was told."""
    told = time.monotonic()
    for step in steps:
        if time.monotonic() - told >= _EVERY:
            told = time.monotonic()
            yield step


def _kept(blocks: Iterator[bytes]) -> Generator[bytes, None, None]:
    """The same as a generator, which can be closed whatever `blocks` is."""
    try:
        yield from blocks
    finally:
        if (close := getattr(blocks, "close", None)) is not None:
            close()
