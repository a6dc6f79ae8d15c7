"""Time as one thread has it: a machine that is busy with something else must not fail a test."""

import threading
import time
from pathlib import Path


class OwnTime:
    """A clock: seconds less those in which the thread that made it waited for a processor. Any thread may ask.

    What that thread computes, and what it waits for on locks, files and lines, counts. Where Linux does not count the
    waits this is `time.perf_counter`.
    """

    def __init__(self) -> None:
        self._waits = Path(f"/proc/self/task/{threading.get_native_id()}/schedstat")
        self._counted = self._waits.exists()

    def __call__(self) -> float:
        return time.perf_counter() - self._waited()

    def _waited(self) -> float:
        if not self._counted:
            return 0.0
        _computed, waited, _turns = self._waits.read_text().split()
        return int(waited) / 1e9
