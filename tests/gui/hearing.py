"""What a task says, in order, and waiting for its thread: shared by the tests of background work."""

from __future__ import annotations

import threading
import time

from gui import tasks


class Heard:
    """What a task said, in order."""

    def __init__(self, task):
        self.items, self.batches, self.errors, self.answers, self.finished = [], [], [], [], 0
        task.items.connect(self._on_items)
        task.failed.connect(self.errors.append)
        task.succeeded.connect(self.answers.append)
        task.finished.connect(self._on_finished)

    def _on_items(self, items):
        self.batches.append(len(items))
        self.items.extend(items)

    def _on_finished(self):
        self.finished += 1


def silent(scope):
    """Blocks as a silent socket does, until unblocked."""
    unblocked = threading.Event()
    scope.on_cancel(unblocked.set)
    unblocked.wait()
    yield from ()


def no_thread_left(qtbot):
    """Wait until the threads of all tasks have ended; the event loop turns meanwhile."""
    qtbot.waitUntil(lambda: tasks.running() == 0, timeout=2_000)


def no_thread_left_without_events():
    """The same while the event loop stands still, so that nothing is delivered."""
    deadline = time.monotonic() + 2
    while tasks.running() and time.monotonic() < deadline:
        time.sleep(0.002)
    assert not tasks.running()
