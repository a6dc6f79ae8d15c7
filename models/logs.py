"""Log lines in blocks of bytes: what a log source yields and what a view asks for."""

from __future__ import annotations

from array import array

from msgspec import Struct

STDOUT, STDERR = 1, 2  # the engine's own stream numbers

LINE_LIMIT = 16 * 1024  # bytes of a line that are kept; a longer one is cut and says so


class LogOptions(Struct, frozen=True, kw_only=True):
    """What is asked of GET /containers/{id}/logs."""

    follow: bool = True
    tail: int | None = None  # lines from the end; None: all
    since: float | None = None  # seconds since the epoch
    until: float | None = None


class LogChunk(Struct, frozen=True, gc=False):
    """A block of whole lines, oldest first.

    `text` holds the lines one after the other, each starting with the engine's RFC 3339 time stamp and a blank,
    without line ends. Line i is `text[ends[i-1]:ends[i]]`. `streams[i]` is STDOUT or STDERR.
    """

    text: bytes
    ends: array[int]  # type code "I"
    streams: bytes

    @property
    def weight(self) -> int:
        """Bytes that this item counts for in a delivery."""
        return len(self.text) + 5 * len(self.streams)

    def __len__(self) -> int:
        return len(self.streams)


class Gap(Struct, frozen=True):
    """The log's source was lost, or is back; `since` in seconds since the epoch, `back` tells which."""

    reason: str
    since: float
    back: bool = False
