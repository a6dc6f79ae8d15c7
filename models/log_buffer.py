"""The last million lines of a log in little memory: blocks of bytes, packed when cold, and no object per line.

One thread appends. Whoever reads takes `snapshot` once and sees a log that stands still: blocks never change, and the
snapshot is replaced as a whole. So nothing is locked, and a worker may search while lines arrive.
"""

from __future__ import annotations

import zlib
from array import array
from bisect import bisect_left, bisect_right
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from itertools import compress

from msgspec import Struct

from models.log_lines import Classifier, Level, LineFilter, counts
from models.logs import STAMP, Gap, LogChunk

LINES_KEPT = 1_000_000
BYTES_KEPT = 200_000_000  # of memory; reached first only by lines that are long and do not pack well
BLOCK = 256 * 1024  # bytes of text and time stamps; small chunks are merged up to this
HOT = 8 * 1024 * 1024  # bytes at the end that stay unpacked
PAGES = 24  # unpacked blocks that a reader keeps
_OVERHEAD = 400  # bytes of a block's own objects


class Page(Struct, frozen=True, gc=False):
    """A block laid open: its lines without line feeds, and their time stamps one after the other."""

    lines: list[bytes]
    stamps: bytes


class Stamps(Sequence[bytes]):
    """Time stamps that stand one after the other, as a sequence."""

    def __init__(self, stamps: bytes) -> None:
        self._stamps = stamps

    def __len__(self) -> int:
        return len(self._stamps) // STAMP

    def __getitem__(self, index: int) -> bytes:  # type: ignore[override]  # no slices are asked for
        return self._stamps[index * STAMP : (index + 1) * STAMP]


class Tally(Struct, frozen=True, gc=False):
    """Lines by level in spans of 2 ** `fineness` ms, by the number of the span since the epoch."""

    fineness: int
    numbers: dict[int, tuple[int, ...]]


class Block:
    """Some lines that follow each other. Its content never changes; only its packing does, once."""

    __slots__ = ("_content", "_packed", "counts", "first_stamp", "last_stamp", "marks", "size", "tally")

    def __init__(self, text: bytes, stamps: bytes, marks: bytes) -> None:
        self._content: tuple[bytes, bytes] | None = (text, stamps)
        self._packed: tuple[bytes, bytes] = (b"", b"")
        self.marks = marks
        self.counts = counts(marks)
        self.first_stamp, self.last_stamp = stamps[:STAMP], stamps[-STAMP:]
        self.size = len(text) + len(stamps)
        self.tally: Tally | None = None  # made by models.log_histogram when it is first asked for

    def __len__(self) -> int:
        return len(self.marks)

    @property
    def memory(self) -> int:
        """Bytes that it occupies."""
        text, stamps = self._content or self._packed
        return len(text) + len(stamps) + len(self.marks) + _OVERHEAD

    def content(self) -> tuple[bytes, bytes]:
        """Text and time stamps; unpacked each time when packed, so keep what you use."""
        if content := self._content:
            return content
        text, stamps = self._packed
        return zlib.decompress(text), zlib.decompress(stamps)

    def stamps(self) -> Stamps:
        """The time stamps alone."""
        return Stamps(content[1] if (content := self._content) else zlib.decompress(self._packed[1]))

    def page(self) -> Page:
        """The lines one by one."""
        text, stamps = self.content()
        return Page(text.split(b"\n"), stamps)

    def pack(self) -> None:
        """Compress; does nothing when packed already."""
        if content := self._content:
            self._packed = (zlib.compress(content[0], 1), zlib.compress(content[1], 1))
            self._content = None  # after the line above: readers in other threads find one of the two

    def joined(self, later: Block) -> Block:
        """This block and the one after it as one."""
        text, stamps = self.content()
        later_text, later_stamps = later.content()
        return Block(text + later_text, stamps + later_stamps, self.marks + later.marks)


class Mark(Struct, frozen=True):
    """Something that happened before line `line`: the source was lost or came back."""

    line: int
    gap: Gap


class Snapshot(Struct, frozen=True):
    """The log as it stands at one moment: lines `first` to `end` - 1, counted from the first that ever came."""

    blocks: tuple[Block, ...] = ()
    starts: tuple[int, ...] = ()  # the number of each block's first line
    first: int = 0
    end: int = 0
    gaps: tuple[Mark, ...] = ()

    def __len__(self) -> int:
        return self.end - self.first

    @property
    def memory(self) -> int:
        """Bytes that the lines occupy."""
        return sum(block.memory for block in self.blocks)

    def index_of(self, line: int) -> int:
        """The index of the block that holds a line."""
        return bisect_right(self.starts, line) - 1

    def mark(self, line: int) -> int:
        """The mark of a line, as models.log_lines reads it. IndexError for a line that is not kept."""
        index = self.index_of(line)
        if index < 0:
            raise IndexError(line)
        return self.blocks[index].marks[line - self.starts[index]]

    def counts(self) -> dict[Level, int]:
        """How many kept lines each level has, without those that go on from the line above."""
        sums = [0] * len(Level)
        for block in self.blocks:
            for level, count in enumerate(block.counts):
                sums[level] += count
        return {level: sums[level] for level in Level}

    def since(self, line: int) -> Iterator[tuple[int, Block]]:
        """The blocks that hold `line` and later ones, each with the number of its first line."""
        index = max(0, self.index_of(line))
        return zip(self.starts[index:], self.blocks[index:], strict=True)

    def matching(self, wanted: LineFilter, start: int = 0) -> Iterator[array[int]]:
        """The numbers of the lines from `start` on that pass the filter, block by block."""
        table = wanted.table()
        for first, block in self.since(start):
            skipped = max(0, start - first)
            mask = block.marks[skipped:].translate(table)
            yield array("I", compress(range(first + skipped, first + len(block)), mask))

    def line_at(self, stamp: bytes) -> int:
        """The first line written at `stamp` or later; `end` when there is none."""
        index = bisect_left([block.last_stamp for block in self.blocks], stamp)
        if index == len(self.blocks):
            return self.end
        block = self.blocks[index]
        if block.first_stamp >= stamp:
            return self.starts[index]
        return self.starts[index] + bisect_left(block.stamps(), stamp)


class LogBuffer:
    """Keeps the last `lines` lines within `memory` bytes. Append in one thread only; read snapshots anywhere."""

    def __init__(self, lines: int = LINES_KEPT, memory: int = BYTES_KEPT) -> None:
        self._lines = lines
        self._memory = memory
        self._classifier = Classifier()
        self._packed = 0  # blocks at the front that are packed
        self._held = 0  # bytes that all blocks occupy
        self.snapshot = Snapshot()

    def __len__(self) -> int:
        return len(self.snapshot)

    @property
    def first(self) -> int:
        """The number of the first line kept, which is how many were dropped."""
        return self.snapshot.first

    def append(self, chunk: LogChunk) -> None:
        """Add lines and drop the oldest beyond the limits. Takes about 2 µs per line: not for the GUI thread."""
        if not len(chunk):
            return
        old = self.snapshot
        blocks, starts = list(old.blocks), list(old.starts)
        start = old.end
        block = Block(chunk.text, chunk.stamps, self._classifier.marks(chunk.text, chunk.streams))
        # Merging only with what is not much larger copies each byte a few times at most, however small the chunks are.
        while len(blocks) > self._packed and blocks[-1].size <= min(2 * block.size, BLOCK - block.size):
            former, start = blocks.pop(), starts.pop()
            self._held -= former.memory
            block = former.joined(block)
        blocks.append(block)
        starts.append(start)
        self._held += block.memory
        self._pack(blocks)
        end = old.end + len(chunk)
        gone = self._excess(blocks, end - starts[0])
        del blocks[:gone], starts[:gone]
        gaps = tuple(mark for mark in old.gaps if mark.line >= starts[0]) if gone else old.gaps
        self.snapshot = Snapshot(tuple(blocks), tuple(starts), starts[0], end, gaps)

    def append_gap(self, gap: Gap) -> None:
        """Remember that the source was lost, or came back, after the last line so far."""
        old = self.snapshot
        gaps = (*old.gaps, Mark(old.end, gap))
        self.snapshot = Snapshot(old.blocks, old.starts, old.first, old.end, gaps)

    def _pack(self, blocks: list[Block]) -> None:
        hot = sum(block.size for block in blocks[self._packed :])
        while hot > HOT:
            block = blocks[self._packed]
            hot -= block.size
            self._held -= block.memory
            block.pack()
            self._held += block.memory
            self._packed += 1

    def _excess(self, blocks: list[Block], lines: int) -> int:
        """How many blocks at the front are too much."""
        gone = 0
        while gone < len(blocks) - 1 and (lines - len(blocks[gone]) >= self._lines or self._held > self._memory):
            lines -= len(blocks[gone])
            self._held -= blocks[gone].memory
            gone += 1
        self._packed = max(0, self._packed - gone)
        return gone


class Reader:
    """Single lines of snapshots of one buffer, with the last few blocks laid open. For one thread."""

    def __init__(self) -> None:
        self._pages: OrderedDict[Block, Page] = OrderedDict()

    def line(self, snapshot: Snapshot, number: int) -> tuple[bytes, bytes, int]:
        """A line's text, time stamp and mark. IndexError for one that is not kept."""
        index = snapshot.index_of(number)
        if index < 0 or number >= snapshot.end:
            raise IndexError(number)
        block = snapshot.blocks[index]
        at = number - snapshot.starts[index]
        page = self._page(block)
        return page.lines[at], page.stamps[at * STAMP : (at + 1) * STAMP], block.marks[at]

    def _page(self, block: Block) -> Page:
        page = self._pages.get(block)
        if page is None:
            page = self._pages[block] = block.page()
            if len(self._pages) > PAGES:
                self._pages.popitem(last=False)
        else:
            self._pages.move_to_end(block)
        return page
