"""The newest lines of a log that were passed on: where to go on after a cut, and which lines the engine says twice."""

from __future__ import annotations

from collections import Counter, deque
from datetime import datetime

from models.logs import STAMP, LogChunk
from services.docker.log_frames import Line, joined, parted

REMEMBERED = 1 << 20  # bytes of the newest lines
LOOK_BACK = 10 * 10**9  # nanoseconds: stdout and stderr are stamped apart, so a line may come after a younger one


class Window:
    """What was passed on last. After `resume`, `fresh` drops each line as often as it was passed on before."""

    def __init__(self, from_start: bool = True) -> None:
        """`from_start`: the log was asked for from its first line on, and nothing was left out before what comes."""
        self._from_start = from_start
        self._first = b""
        self._chunks: deque[LogChunk] = deque()
        self._weight = 0
        self._whole = True  # nothing was forgotten
        self._known: Counter[Line] = Counter()
        self._newest = b""  # time stamp up to which lines may be known

    @property
    def empty(self) -> bool:
        """Whether nothing was passed on yet."""
        return not self._chunks

    def fresh(self, chunk: LogChunk) -> LogChunk | None:
        """The chunk without what was passed on before the last `resume`, remembered from now on; None: nothing is."""
        if self._known:
            lines = [line for line in parted(chunk) if not self._recognised(line)]
            if lines and min(stamp for stamp, _, _ in lines) > self._newest:
                self._known.clear()
            remaining = joined(lines)
            if remaining is None:
                return None
            chunk = remaining
        self._remember(chunk)
        return chunk

    def resume(self, begun: bytes | None) -> int | None:
        """Nanoseconds since the epoch from which on to ask again; None while empty.

        `begun` is the time stamp of the oldest line of which only a part has come. No line is asked for that was left
        out or has been forgotten: it would be taken for a new one.
        """
        if self.empty:
            return None
        self._newest = max(map(newest, self._chunks))
        since = nanoseconds(self._newest) - LOOK_BACK
        if begun:
            since = min(since, nanoseconds(begun))
        if not self._from_start:
            since = max(since, nanoseconds(self._first))
        if not self._whole:
            since = max(since, nanoseconds(newest(self._chunks[0])) + 1)
        self._known = Counter(line for chunk in self._chunks for line in parted(chunk))
        return since

    def _recognised(self, line: Line) -> bool:
        if not self._known.get(line):
            return False
        self._known[line] -= 1
        return True

    def _remember(self, chunk: LogChunk) -> None:
        self._first = self._first or chunk.stamps[:STAMP]
        self._chunks.append(chunk)
        self._weight += chunk.weight
        while self._weight - self._chunks[0].weight > REMEMBERED:
            self._weight -= self._chunks.popleft().weight
            self._whole = False


def newest(chunk: LogChunk) -> bytes:
    """The youngest time stamp, which need not be the last."""
    return max(chunk.stamps[at : at + STAMP] for at in range(0, len(chunk.stamps), STAMP))


def nanoseconds(stamp: bytes) -> int:
    """A time stamp in nanoseconds since the epoch, exactly."""
    second = datetime.fromisoformat(stamp[:19].decode() + "+00:00")
    return int(second.timestamp()) * 10**9 + int(stamp[20:29])
