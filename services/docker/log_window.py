"""The newest lines of a log that was cut: from where to ask again, and which of the lines that come are doubles."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from datetime import datetime, timedelta

from models.logs import STAMP, LogChunk

_KEPT = 1024 * 1024  # bytes of lines; what writes to two streams at once is out of order by milliseconds only

_Line = tuple[bytes, int, bytes]  # time stamp, stream, text


class Window:
    """Sees every chunk that is passed on. Many lines may bear one time stamp, and some the same text as well."""

    def __init__(self) -> None:
        self._chunks: deque[LogChunk] = deque()
        self._size = 0
        self._forgotten = b""  # the newest time stamp among the lines that are kept no more
        self._doubles: Counter[_Line] = Counter()
        self._until = b""  # no double is newer

    def news(self, chunk: LogChunk | None) -> LogChunk | None:
        """The chunk without the lines that were passed on before the last `resume_from`; None when nothing is left."""
        if chunk is not None and self._doubles:
            chunk = self._without_doubles(chunk)
        if chunk is not None:
            self._remember(chunk)
        return chunk

    def resume_from(self) -> str | None:
        """The engine's `since` for the next request, after which `news` drops doubles; None when nothing was read."""
        if not self._chunks:
            return None
        lines = [line for chunk in self._chunks for line in _lines(chunk)]
        oldest = max(min(stamp for stamp, _, _ in lines), _next(self._forgotten))
        self._doubles = Counter(line for line in lines if line[0] >= oldest)
        self._until = max(stamp for stamp, _, _ in lines)
        return engine_time_of(oldest)

    def _without_doubles(self, chunk: LogChunk) -> LogChunk | None:
        lines = list(_lines(chunk))
        new = [line for line in lines if not self._is_double(line)]
        if lines[-1][0] > self._until:
            self._doubles.clear()
        if not new:
            return None
        stamps, streams, texts = zip(*new, strict=True)
        return LogChunk(b"\n".join(texts) + b"\n", b"".join(stamps), bytes(streams))

    def _is_double(self, line: _Line) -> bool:
        if self._doubles[line] <= 0:
            return False
        self._doubles[line] -= 1
        return True

    def _remember(self, chunk: LogChunk) -> None:
        self._chunks.append(chunk)
        self._size += chunk.weight
        while self._size > _KEPT and len(self._chunks) > 1:
            forgotten = self._chunks.popleft()
            self._size -= forgotten.weight
            self._forgotten = max(self._forgotten, max(_stamps(forgotten)))


def _stamps(chunk: LogChunk) -> Iterator[bytes]:
    return (chunk.stamps[at : at + STAMP] for at in range(0, len(chunk.stamps), STAMP))


def _lines(chunk: LogChunk) -> Iterator[_Line]:
    return zip(_stamps(chunk), chunk.streams, chunk.text.split(b"\n"), strict=False)  # the last piece is empty


def engine_time(seconds: float) -> str:
    """Seconds since the epoch as the engine's `since` and `until` want them."""
    return f"{seconds:.9f}"


def engine_time_of(stamp: bytes) -> str:
    """A time stamp in the same form, exact to the nanosecond."""
    moment = datetime.fromisoformat(stamp[:19].decode() + "+00:00")
    return f"{int(moment.timestamp())}.{stamp[20:29].decode()}"


def _next(stamp: bytes) -> bytes:
    """The time stamp one nanosecond later; empty for an empty one."""
    if not stamp:
        return b""
    nanoseconds = int(stamp[20:29]) + 1
    if nanoseconds < 1_000_000_000:
        return stamp[:20] + b"%09dZ" % nanoseconds
    later = datetime.fromisoformat(stamp[:19].decode()) + timedelta(seconds=1)
    return f"{later:%Y-%m-%dT%H:%M:%S}.000000000Z".encode()
