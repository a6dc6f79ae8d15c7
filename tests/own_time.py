"""Time as one thread has it: a machine that is busy with something else must not fail a test."""

import re
import threading
import time
from pathlib import Path

PRESSURE = Path("/proc/pressure/cpu")


class OwnTime:
    """A clock in seconds that stands still while the machine has more to compute than processors. Any thread may ask.

    What the thread that made it computes itself counts all the same. On a machine that rests, so does all that it
    waits for: locks, files, lines. Where Linux does not tell how busy it is all time counts.
    """

    def __init__(self) -> None:
        self._computing = time.pthread_getcpuclockid(threading.get_ident())
        self._turns = Path(f"/proc/self/task/{threading.get_native_id()}/schedstat")
        self._lock = threading.Lock()
        self._now = 0.0
        self._last = self._look()

    def __call__(self) -> float:
        with self._lock:
            before, self._last = self._last, self._look()
            passed, computed, queued, pressed = (now - then for now, then in zip(self._last, before, strict=True))
            self._now += max(computed, passed - max(queued, pressed))
            return self._now

    def _look(self) -> tuple[float, float, float, float]:
        """Seconds: the wall clock's, those computed, those queued for a processor, those in which anything was."""
        queued = number(self._turns, r"\d+ (\d+)") / 1e9
        pressed = number(PRESSURE, r"some .* total=(\d+)") / 1e6
        return time.perf_counter(), time.clock_gettime(self._computing), queued, pressed


def number(path: Path, pattern: str) -> int:
    """What the kernel counts in this file; 0 where it does not."""
    try:
        found = re.match(pattern, path.read_text())
    except OSError:
        return 0
    return int(found[1]) if found else 0
