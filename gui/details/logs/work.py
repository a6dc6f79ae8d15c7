"""What the Logs tab has done in workers: following, filtering, copying, saving."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from models.ansi import without_escapes
from models.kind import Ref
from models.log_buffer import LogBuffer, Reader, Snapshot
from models.log_histogram import Histogram, histogram
from models.log_lines import LineFilter
from models.logs import Gap, LogOptions
from models.text import display
from services.cancel import CancelScope
from services.files import write_parts
from services.log_search import Finder, Hits, Query
from services.session import LogSource

_STEP = 20_000  # lines between two looks at the scope


class Shown(Struct, frozen=True):
    """Line numbers that pass a filter, and the line up to which all were looked at."""

    lines: array[int]
    reached: int


def follow(source: LogSource, ref: Ref, options: LogOptions, buffer: LogBuffer, scope: CancelScope) -> Iterator[int]:
    """Fill `buffer` from the source; yields its length so far: lines are marked here, never on the GUI thread."""
    for item in source.logs(ref, options, scope):
        if isinstance(item, Gap):
            buffer.append_gap(item)
        else:
            buffer.append(item)
        yield buffer.snapshot.end


def matching(snapshot: Snapshot, wanted: LineFilter, start: int, scope: CancelScope) -> Shown:
    """The wanted lines from `start` on."""
    lines = array("I")
    for part in snapshot.matching(wanted, start):
        lines.extend(part)
        if scope.cancelled:
            break
    return Shown(lines, snapshot.end)


def over_time(snapshot: Snapshot, scope: CancelScope) -> Histogram | None:
    """The lines of each level over time."""
    return histogram(snapshot)


def plain_text(
    snapshot: Snapshot, lines: range | array[int], first: int, last: int, raw: bool, scope: CancelScope
) -> str:
    """The lines at the places `first` to `last` of `lines`, joined: as they are shown, or `raw` as they came."""
    return "\n".join(_texts(snapshot, lines[first : last + 1], raw, scope))


class Written:
    """How many lines were written so far: set by the worker that saves, read by whoever shows it."""

    lines = 0


def save(
    snapshot: Snapshot, lines: range | array[int], path: Path, stamps: bool, written: Written, scope: CancelScope
) -> int:
    """Write these lines to `path`, whole or not at all; how many they were. Raises Failed (disk full)."""
    write_parts(path, _encoded(snapshot, lines, stamps, written), scope)
    return len(lines)


def _texts(snapshot: Snapshot, lines: range | array[int], raw: bool, scope: CancelScope) -> Iterator[str]:
    reader = Reader()
    for count, number in enumerate(lines):
        if count % _STEP == 0 and scope.cancelled:
            return
        text = reader.line(snapshot, number)[0].decode("utf-8", "replace")
        yield text if raw else shown_text(text)


def _encoded(snapshot: Snapshot, lines: range | array[int], stamps: bool, written: Written) -> Iterator[bytes]:
    reader = Reader()
    part: list[bytes] = []
    for count, number in enumerate(lines, start=1):
        text, stamp, _ = reader.line(snapshot, number)
        part.append(stamp + b" " + text if stamps else text)
        if count % _STEP == 0:
            yield b"\n".join(part) + b"\n"
            part.clear()
            written.lines = count
    if part:
        yield b"\n".join(part) + b"\n"


def shown_text(text: str) -> str:
    """A line as the view shows it, in one string."""
    clean = without_escapes(text.encode("utf-8", "replace")).decode("utf-8", "replace")
    return display(clean.expandtabs(8), 1 << 20)


def finder(query: Query, scope: CancelScope) -> Finder:
    """What finds this. Raises BadInput for a bad expression."""
    return Finder(query)


def find(snapshot: Snapshot, finder: Finder, wanted: LineFilter, start: int, scope: CancelScope) -> Iterator[Hits]:
    """The matches in the wanted lines from `start` on, block by block. Raises BadInput for what takes too long."""
    return finder.search(snapshot, wanted, start, scope)
