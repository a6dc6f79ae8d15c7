"""The engine's log stream as chunks of whole lines: from frames of a message each, or a terminal's bare bytes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from operator import itemgetter
from struct import Struct as Layout

from models.errors import Failed
from models.logs import CUT, LINE_LIMIT, STAMP, STDERR, STDOUT, LogChunk

_HEADER = Layout(">BxxxL")
_LONGEST_FRAME = 64 * 1024 * 1024  # bytes; engines cut messages at 16 KB, so more is no log at all
_EPOCH = b"1970-01-01T00:00:00.000000000Z"
_last_byte = itemgetter(-1)

Line = tuple[bytes, int, bytes]  # time stamp, stream, text


class Damaged(Failed):
    """What came is no log stream."""


class Frames:
    """Takes a container's output as it comes and gives whole lines back; what is incomplete waits for the next call."""

    def __init__(self, line_limit: int = LINE_LIMIT) -> None:
        self._rest = b""
        self._lines = _Lines(line_limit)
        self._limit = line_limit

    def feed(self, received: bytes) -> LogChunk | None:
        """The lines that are complete now; None when there are none. Raises Damaged for what is no log stream."""
        data = self._rest + received if self._rest else received
        stamps: list[bytes] = []
        texts: list[bytes] = []
        streams = bytearray()
        size, at = len(data), 0
        unpack, add_stamp, add_text, add_stream = _HEADER.unpack_from, stamps.append, texts.append, streams.append
        while (start := at + 8) <= size:
            stream, length = unpack(data, at)
            if (end := start + length) > size:
                if length > _LONGEST_FRAME:
                    raise Damaged(f"The log stream is damaged: a message of {length:,} bytes")
                break
            add_stream(stream)
            add_stamp(data[start : start + STAMP])
            add_text(data[start + STAMP + 1 : end])
            at = end
        self._rest = data[at:]
        if not texts:
            return None
        return self._plain(stamps, texts, bytes(streams)) or self._lines.chunk(zip(stamps, texts, streams, strict=True))

    def finish(self) -> LogChunk | None:
        """What an ended stream left without a line feed."""
        return self._lines.finish()

    @property
    def begun(self) -> bytes | None:
        """The time stamp of the oldest line whose end has not come."""
        return self._lines.begun

    def _plain(self, stamps: list[bytes], texts: list[bytes], streams: bytes) -> LogChunk | None:
        """The chunk at once, when each frame is one line with a time stamp of full length; else None."""
        if self._lines.waiting or not all(texts) or max(map(len, texts)) > self._limit:
            return None
        text, written = b"".join(texts), b"".join(stamps)
        count = len(texts)
        if text.count(b"\n") != count or bytes(map(_last_byte, texts)) != b"\n" * count or not _uniform(written, count):
            return None
        if streams.strip(b"\1\2"):
            return None
        return LogChunk(text.replace(b"\r\n", b"\n"), written, streams)


class TerminalLines:
    """The same for a container with a terminal, whose output has no frames and all goes to stdout."""

    def __init__(self, line_limit: int = LINE_LIMIT) -> None:
        self._rest = b""
        self._lines = _Lines(line_limit)
        self._limit = line_limit

    def feed(self, received: bytes) -> LogChunk | None:
        """The lines that are complete now; None when there are none."""
        data = self._rest + received
        whole, line_feed, self._rest = data.rpartition(b"\n")
        if len(self._rest) > self._limit + STAMP + 1 + len(CUT):
            # What is kept stays longer than the limit, so that the line says that it was cut.
            self._rest = self._rest[: self._limit + STAMP + 2]
        if not line_feed:
            return None
        lines = whole.split(b"\n")
        return self._lines.chunk((line[:STAMP], line[STAMP + 1 :] + b"\n", STDOUT) for line in lines)

    def finish(self) -> LogChunk | None:
        """What an ended stream left without a line feed."""
        rest, self._rest = self._rest, b""
        if not rest:
            return None
        return self._lines.chunk([(rest[:STAMP], rest[STAMP + 1 :] + b"\n", STDOUT)])

    @property
    def begun(self) -> bytes | None:
        """The time stamp of the line whose end has not come."""
        stamp = self._rest[:STAMP]
        return stamp if _uniform(stamp, 1) else None


class _Lines:
    """Makes lines of messages, also of those that are pieces of a line, hold several, or bear odd time stamps."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._open: dict[int, tuple[bytes, bytearray]] = {}  # by stream: what waits for its line feed
        self._stamp = _EPOCH

    @property
    def waiting(self) -> bool:
        """Whether the beginning of a line waits for its end."""
        return bool(self._open)

    @property
    def begun(self) -> bytes | None:
        """The time stamp of the oldest line that waits for its end."""
        return min((stamp for stamp, _ in self._open.values()), default=None)

    def chunk(self, messages: Iterator[tuple[bytes, bytes, int]] | list[tuple[bytes, bytes, int]]) -> LogChunk | None:
        """The lines that these messages complete; None when there are none."""
        return joined([line for stamp, text, stream in messages for line in self._message(stamp, text, stream)])

    def finish(self) -> LogChunk | None:
        """The lines that wait for an end which will not come."""
        waiting = [self._line(stamp, stream, bytes(text)) for stream, (stamp, text) in sorted(self._open.items())]
        self._open.clear()
        return joined(waiting)

    def _message(self, stamp: bytes, text: bytes, stream: int) -> Iterator[Line]:
        stream = STDOUT if stream == STDOUT else STDERR  # 3 is the engine's own word on what went wrong
        if not _uniform(stamp, 1):
            stamp, text = self._normalised(stamp + b" " + text if text else stamp)
        self._stamp = stamp
        if (waiting := self._open.get(stream)) and waiting[0] != stamp:
            # Pieces of a line share its time stamp: this line ended with its program, without a line feed.
            del self._open[stream]
            yield self._line(waiting[0], stream, bytes(waiting[1]))
        *whole, rest = text.split(b"\n")
        for line in whole:
            opened, begun = self._open.pop(stream, (stamp, bytearray()))
            self._add(begun, line)
            yield self._line(opened, stream, bytes(begun))
        if rest:
            self._add(self._open.setdefault(stream, (stamp, bytearray()))[1], rest)

    def _add(self, line: bytearray, piece: bytes) -> None:
        """Append up to one byte more than is kept: enough to know that the line is too long."""
        line += piece[: max(0, self._limit + 1 - len(line))]

    def _line(self, stamp: bytes, stream: int, text: bytes) -> Line:
        text = text.removesuffix(b"\r")
        return stamp, stream, text if len(text) <= self._limit else text[: self._limit] + CUT

    def _normalised(self, message: bytes) -> tuple[bytes, bytes]:
        """A message without a time stamp of full length, as time stamp and text."""
        match = _ANY_STAMP.match(message)
        if match is None:
            return self._stamp, message
        try:
            moment = datetime.fromisoformat(f"{match[1].decode()}{match[3].decode()}").astimezone(UTC)
        except (ValueError, OverflowError):
            return self._stamp, message
        fraction = (match[2] or b"").ljust(9, b"0")[:9]
        return moment.strftime("%Y-%m-%dT%H:%M:%S.").encode() + fraction + b"Z", message[match.end() :]


# Podman writes no fractions; some write an offset, or leave zeros at the end out.
_ANY_STAMP = re.compile(rb"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)(?: |$)")


def _uniform(stamps: bytes, count: int) -> bool:
    """Whether these are `count` time stamps of full length in UTC."""
    size = len(stamps) == count * STAMP
    return size and stamps[10::STAMP] == b"T" * count and stamps[STAMP - 1 :: STAMP] == b"Z" * count


def joined(lines: list[Line]) -> LogChunk | None:
    """These lines as a chunk; None when there are none."""
    if not lines:
        return None
    stamps, streams, texts = zip(*lines, strict=True)
    return LogChunk(b"\n".join(texts) + b"\n", b"".join(stamps), bytes(streams))


def parted(chunk: LogChunk) -> Iterator[Line]:
    """The lines of a chunk, without their line feeds."""
    stamps = (chunk.stamps[at : at + STAMP] for at in range(0, len(chunk.stamps), STAMP))
    return zip(stamps, chunk.streams, chunk.text[:-1].split(b"\n"), strict=True)
