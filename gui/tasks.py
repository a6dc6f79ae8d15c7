"""The one mechanism for background work: plain blocking functions in worker threads, answers on the GUI thread.

`run` is one answer, `stream` many items, `channel` a stream that can be sent to. A callable gets its arguments
and, last, a `CancelScope`. The owner's destruction cancels; a new task with the same owner and key cancels the old one.
After `cancel()` nothing is delivered, not even what was queued.
"""

from __future__ import annotations

import itertools
import logging
import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import Any, TypeVar

from msgspec import Struct
from PySide6.QtCore import QCoreApplication, QObject, Qt, QTimer, Signal, SignalInstance, Slot
from shiboken6 import isValid

from models.errors import AppError, Failed
from services.cancel import CancelScope

log = logging.getLogger(__name__)

STREAM_INTERVAL = 50  # ms between deliveries of a stream
CHANNEL_INTERVAL = 16
DELIVERY_WEIGHT = 1_000_000  # bytes at most in one delivery
QUEUE_WEIGHT = 4_000_000  # bytes that may wait before the worker, and so the socket, waits
DEFAULT_WEIGHT = 64  # bytes that an item without a `weight` counts for
TURN = 0.008  # seconds that a receiver may work in one turn of the event loop
SMALLEST_DELIVERY = 8_000

Latest = Callable[[Any], Hashable]
_Form = TypeVar("_Form", bound="Task")

_tasks: dict[int, Task] = {}  # by number, until concluded or cancelled; touched on the GUI thread only
_by_key: dict[tuple[int, Hashable], Task] = {}  # the same, by owner and key
_threads: dict[int, threading.Thread] = {}  # until the thread has ended, also after a cancel
_bridges: list[_Bridge] = []  # one, made with the first task
_numbers = itertools.count(1)


class Inbox:
    """What the GUI sends into a channel, read by its worker."""

    def __init__(self, scope: CancelScope) -> None:
        self._queue: queue.SimpleQueue[Any] = queue.SimpleQueue()
        scope.on_cancel(lambda: self._queue.put(None))

    def put(self, message: Any) -> None:
        """Hand `message` over; never waits."""
        self._queue.put(message)

    def get(self, timeout: float | None = None) -> Any | None:
        """The next message; None when cancelled or after `timeout` seconds."""
        try:
            return self._queue.get(timeout=timeout)
        except queue.Empty:
            return None


class _Outbox:
    """Items on their way from the worker to the GUI: bounded by weight; with `latest`, one item per key."""

    def __init__(self, latest: Latest | None) -> None:
        self._latest = latest
        self._items: deque[tuple[Any, int]] = deque()
        self._newest: dict[Hashable, Any] = {}
        self._weight = 0
        self._room = threading.Condition()
        self._closed = False

    def put(self, item: Any) -> None:
        """Add; waits while more than QUEUE_WEIGHT bytes are under way."""
        weight = max(1, getattr(item, "weight", DEFAULT_WEIGHT))
        with self._room:
            if self._latest is not None:
                self._newest[self._latest(item)] = item
                return
            while self._weight > QUEUE_WEIGHT and not self._closed:
                self._room.wait()
            self._items.append((item, weight))
            self._weight += weight

    def take(self, most: int) -> tuple[list[Any], bool]:
        """Items of at most `most` bytes together, but at least one where there is one; and whether that left some."""
        with self._room:
            if self._latest is not None:
                taken = list(self._newest.values())
                self._newest.clear()
                return taken, False
            taken = []
            while self._items and (not taken or self._items[0][1] <= most):
                item, weight = self._items.popleft()
                taken.append(item)
                most -= weight
                self._weight -= weight
            self._room.notify_all()
            return taken, bool(self._items)

    def close(self) -> None:
        """Let a waiting worker go on and forget what waits."""
        with self._room:
            self._closed = True
            self._items.clear()
            self._newest.clear()
            self._weight = 0
            self._room.notify_all()

    @property
    def empty(self) -> bool:
        """Whether nothing waits."""
        return not self._items and not self._newest


class _Job:
    """The worker's half of a task. It knows no QObject, so none can die in the worker's thread."""

    def __init__(self, latest: Latest | None) -> None:
        self.number = next(_numbers)
        self.scope = CancelScope()
        self.outbox = _Outbox(latest)
        self.end: _End | None = None  # set last of all
        self._awake = False  # whether the GUI has been told, or looks again by its timer
        self._lock = threading.Lock()

    def start(self, work: Callable[[], Any], name: str, woken: SignalInstance) -> None:
        """Run `work` in a thread of its own."""
        thread = threading.Thread(target=self._work, args=(work, woken), name=f"pilothouse-{name}", daemon=True)
        _threads[self.number] = thread
        thread.start()

    def deliver_all(self, items: Iterator[Any], woken: SignalInstance) -> None:
        """Hand over each item, waiting while the GUI is behind."""
        try:
            for item in items:
                self.outbox.put(item)
                self.wake(woken)
                if self.scope.cancelled:
                    break
        finally:
            close = getattr(items, "close", None)
            if close is not None:
                close()

    def wake(self, woken: SignalInstance) -> None:
        """Have the GUI look into the outbox, unless it will anyway."""
        with self._lock:
            if self._awake or self.scope.cancelled:
                return
            self._awake = True
        try:
            woken.emit(self.number)
        except RuntimeError:  # the application is gone, and the Qt side with it
            self.scope.cancel()

    def sleep(self) -> bool:
        """From the GUI: nothing waits; False when something has come since."""
        with self._lock:
            self._awake = False
            if self.outbox.empty and self.end is None:
                return True
            self._awake = True
            return False

    def _work(self, work: Callable[[], Any], woken: SignalInstance) -> None:
        end = _End()
        try:
            end = _End(answer=work())
        except AppError as error:
            end = _End(error=error)
        except Exception as error:  # the border: a bug is shown, it is never a silent death
            if not self.scope.cancelled:  # a cancelled call dies of its shut socket in whatever way its library has
                log.exception("A background task failed")
                end = _End(error=Failed(f"{type(error).__name__}: {error}"))
        finally:
            self.end = end
            self.wake(woken)
            _threads.pop(self.number, None)


class _End(Struct, frozen=True):
    answer: Any = None
    error: AppError | None = None


class _Bridge(QObject):
    """Carries the workers' wake-up calls to the GUI thread, as numbers of tasks."""

    woken = Signal(int)

    def __init__(self) -> None:
        super().__init__(QCoreApplication.instance())
        self.woken.connect(self._on_woken, Qt.ConnectionType.QueuedConnection)

    @Slot(int)
    def _on_woken(self, number: int) -> None:
        task = _tasks.get(number)
        if task is not None:
            task.deliver()


class Task(QObject):
    """Work under way. Signals arrive on the GUI thread and never after `cancel()`."""

    succeeded = Signal(object)
    items = Signal(list)
    failed = Signal(object)  # AppError
    finished = Signal()  # last of all, unless cancelled

    def __init__(self, owner: QObject, key: Hashable, interval: int, latest: Latest | None) -> None:
        super().__init__()
        self._slot = (id(owner), key)
        self.job = _Job(latest)
        self._interval = interval  # ms between deliveries; 0 for one answer
        self._most = DELIVERY_WEIGHT
        self._timer = QTimer(self, singleShot=True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.deliver)
        owner.destroyed.connect(self.cancel)
        _tasks[self.job.number] = self
        _by_key[self._slot] = self

    @property
    def cancelled(self) -> bool:
        """Whether its results are no longer wanted."""
        return self.job.scope.cancelled

    @Slot()
    def cancel(self) -> None:
        """Stop caring, unblock the worker and let it end by itself; returns at once."""
        self._timer.stop()
        self.job.outbox.close()
        self.job.scope.cancel()
        self._forget()

    @Slot()
    def deliver(self) -> None:
        """Hand over what the worker has ready; called when it says that there is something, and by the timer."""
        if self.cancelled:
            return
        ended = self.job.end  # read before taking: nothing is put after it
        taken, more = self.job.outbox.take(self._most)
        if taken:
            spent = self._hand_over(taken)
            if not self.cancelled:
                # behind: go on after a pause as long as the work, which leaves the window half of the time
                self._timer.start(max(1, int(spent * 1000)) if more else self._interval)
        elif ended is not None:
            self._conclude(ended)
        elif not self.job.sleep():
            self._timer.start(self._interval)

    def _hand_over(self, taken: list[Any]) -> float:
        began = time.perf_counter()
        self.items.emit(taken)
        spent = time.perf_counter() - began
        if spent > TURN:
            self._most = max(SMALLEST_DELIVERY, self._most // 2)
        elif spent < TURN / 4:
            self._most = min(DELIVERY_WEIGHT, self._most * 2)
        return spent

    def _conclude(self, end: _End) -> None:
        self._forget()
        if end.error is not None:
            self.failed.emit(end.error)
        elif self._interval == 0:
            self.succeeded.emit(end.answer)
        if not self.cancelled:
            self.finished.emit()

    def _forget(self) -> None:
        _tasks.pop(self.job.number, None)
        if _by_key.get(self._slot) is self:
            del _by_key[self._slot]


class Channel(Task):
    """A stream that can also be sent to."""

    def __init__(self, owner: QObject, key: Hashable, interval: int, latest: Latest | None) -> None:
        super().__init__(owner, key, interval, latest)
        self.inbox = Inbox(self.job.scope)

    def send(self, message: Any) -> None:
        """Hand `message` to the worker; dropped once cancelled."""
        if not self.cancelled:
            self.inbox.put(message)


def run(owner: QObject, work: Callable[..., Any], *arguments: Any, key: Hashable = None) -> Task:
    """Call `work(*arguments, scope)` in a thread: `succeeded(answer)` or `failed(AppError)`, then `finished`."""
    task, job, woken = _made(Task, owner, key, 0, None)
    job.start(lambda: work(*arguments, job.scope), _name(work), woken)
    return task


def stream(
    owner: QObject,
    work: Callable[..., Iterator[Any]],
    *arguments: Any,
    key: Hashable = None,
    latest: Latest | None = None,
) -> Task:
    """Iterate over `work(*arguments, scope)` in a thread: `items(list)` in batches, then `failed` or `finished`.

    `latest` names an item's key: only the newest item of each is delivered.
    """
    task, job, woken = _made(Task, owner, key, STREAM_INTERVAL, latest)
    job.start(lambda: job.deliver_all(work(*arguments, job.scope), woken), _name(work), woken)
    return task


def channel(owner: QObject, work: Callable[..., Iterator[Any]], *arguments: Any, key: Hashable = None) -> Channel:
    """A `stream` over `work(*arguments, inbox, scope)`; `Channel.send` puts messages into the `Inbox`."""
    task, job, woken = _made(Channel, owner, key, CHANNEL_INTERVAL, None)
    inbox = task.inbox
    job.start(lambda: job.deliver_all(work(*arguments, inbox, job.scope), woken), _name(work), woken)
    return task


def cancel(owner: QObject, key: Hashable) -> None:
    """Cancel the task of this owner and key, where there is one."""
    task = _by_key.get((id(owner), key))
    if task is not None:
        task.cancel()


def running() -> int:
    """How many threads of tasks have not ended yet."""
    return len(_threads)


def wait_for(ended: Iterable[Task], seconds: float) -> None:
    """Wait for the threads of these tasks, which were cancelled, `seconds` at most in all. At exit only."""
    deadline = time.monotonic() + seconds
    for thread in filter(None, (_threads.get(task.job.number) for task in ended)):
        thread.join(max(0.0, deadline - time.monotonic()))


def shutdown(seconds: float = 3.0) -> bool:
    """Cancel everything and wait for the threads; False when some are left after `seconds`. At exit only."""
    threads = list(_threads.values())
    for task in list(_tasks.values()):
        task.cancel()
    deadline = time.monotonic() + seconds
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    return not any(thread.is_alive() for thread in threads)


def _made(
    form: type[_Form], owner: QObject, key: Hashable, interval: int, latest: Latest | None
) -> tuple[_Form, _Job, SignalInstance]:
    """A task in the place of its predecessor, its worker's half, and the way to wake it."""
    if not owner.thread().isCurrentThread():
        raise RuntimeError("tasks are started on the GUI thread")
    if key is None:
        key = object()  # replaces nothing, is replaced by nothing
    previous = _by_key.get((id(owner), key))
    if previous is not None:
        previous.cancel()
    if not _bridges or not isValid(_bridges[0]):
        _bridges[:] = [_Bridge()]
    task = form(owner, key, interval, latest)
    return task, task.job, _bridges[0].woken


def _name(work: Callable[..., Any]) -> str:
    return getattr(work, "__name__", type(work).__name__)
