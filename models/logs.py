"""Log lines in blocks of bytes: what a log source yields and what a view asks for."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

STDOUT, STDERR = 1, 2  # the engine's own stream numbers

LINE_LIMIT = 16 * 1024  # bytes of a line that are kept; a longer one is cut and says so
CUT = " … cut at 16 KB".encode()  # what a cut line ends with
STAMP = len("2026-11-24T14:02:01.377000000Z")  # every time stamp: RFC 3339 in UTC with nanoseconds


class LogOptions(Struct, frozen=True, kw_only=True):
    """What is asked of GET /containers/{id}/logs."""

    follow: bool = True
    tail: int | None = None  # lines from the end; None: all
    since: float | None = None  # seconds since the epoch
    until: float | None = None
    line_limit: int = LINE_LIMIT  # bytes


class LogChunk(Struct, frozen=True, gc=False):
    """A block of whole lines, oldest first: `text` has them one after the other, each ended by a line feed.

    Line i was written at `stamps[i * STAMP:][:STAMP]` to `streams[i]`, STDOUT or STDERR.
    """

    text: bytes
    stamps: bytes
    streams: bytes

    @property
    def weight(self) -> int:
        """Bytes that this item counts for in a delivery."""
        return len(self.text) + len(self.stamps) + len(self.streams)

    def __len__(self) -> int:
        return len(self.streams)


def chunk_of(lines: Sequence[bytes], streams: bytes) -> LogChunk:
    """A chunk of lines that each start with their time stamp and a blank; at least one, none with a line feed."""
    stamps = b"".join([line[:STAMP] for line in lines])
    return LogChunk(b"\n".join([line[STAMP + 1 :] for line in lines]) + b"\n", stamps, streams)


class Gap(Struct, frozen=True):
    """The log's source was lost, or is back; `since` in seconds since the epoch, `back` tells which."""

    reason: str
    since: float
    back: bool = False
