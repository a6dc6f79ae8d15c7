"""The background mechanism: order, back-pressure, cancellation, owners, shutdown."""

from __future__ import annotations

import threading
import time

import pytest
from PySide6.QtCore import QObject

from gui import tasks
from models.errors import Failed, Gone


@pytest.fixture
def owner(qtbot):
    owner = QObject()
    yield owner
    owner.deleteLater()


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


def no_thread_left(qtbot, seconds=2.0):
    qtbot.waitUntil(lambda: tasks.running() == 0, timeout=int(seconds * 1000))


def test_one_answer_arrives_on_the_gui_thread(qtbot, owner):
    where = []
    task = tasks.run(owner, lambda a, b, scope: (a + b, threading.current_thread()), 2, 3)
    task.succeeded.connect(lambda answer: where.append((answer[0], answer[1], threading.current_thread())))
    with qtbot.waitSignal(task.finished):
        pass
    value, worker, receiver = where[0]
    assert value == 5
    assert worker is not receiver is threading.main_thread()


def test_a_known_error_arrives_as_itself(qtbot, owner):
    def gone(scope):
        raise Gone("no such container")

    task = tasks.run(owner, gone)
    heard = Heard(task)
    with qtbot.waitSignal(task.finished):
        pass
    assert isinstance(heard.errors[0], Gone)
    assert heard.answers == []


@pytest.mark.allow_errors
def test_a_bug_in_a_worker_is_shown_and_not_swallowed(qtbot, owner):
    task = tasks.run(owner, lambda scope: 1 / 0)
    heard = Heard(task)
    with qtbot.waitSignal(task.finished):
        pass
    assert isinstance(heard.errors[0], Failed)
    assert "ZeroDivisionError" in heard.errors[0].message


def test_200_000_items_arrive_in_order_and_in_batches(qtbot, owner):
    task = tasks.stream(owner, lambda scope: iter(range(200_000)))
    heard = Heard(task)
    with qtbot.waitSignal(task.finished, timeout=30_000):
        pass
    assert heard.items == list(range(200_000))
    assert len(heard.batches) < 1_000


def test_the_first_item_after_silence_comes_at_once_and_the_next_ones_together(qtbot, owner):
    go = threading.Event()

    def bursts(scope):
        go.wait(5)
        yield from range(1000)

    task = tasks.stream(owner, bursts)
    heard = Heard(task)
    go.set()
    with qtbot.waitSignal(task.finished):
        pass
    assert heard.items == list(range(1000))
    assert len(heard.batches) <= 20


def test_a_producer_waits_while_the_window_is_busy(qtbot, owner):
    class Heavy:
        weight = 100_000

    made = []

    def endless(scope):
        while not scope.cancelled:
            made.append(1)
            yield Heavy()

    task = tasks.stream(owner, endless)
    time.sleep(0.3)  # the event loop does not turn meanwhile: nothing is taken
    assert len(made) * Heavy.weight <= tasks.QUEUE_WEIGHT + 3 * Heavy.weight
    task.cancel()
    no_thread_left(qtbot)


def test_a_delivery_is_bounded_by_weight(qtbot, owner):
    class Heavy:
        weight = 400_000

    task = tasks.stream(owner, lambda scope: iter([Heavy() for _ in range(9)]))
    heard = Heard(task)
    with qtbot.waitSignal(task.finished):
        pass
    assert sum(heard.batches) == 9
    assert max(heard.batches) <= tasks.DELIVERY_WEIGHT // Heavy.weight


def test_latest_keeps_only_the_newest_of_each_key(qtbot, owner):
    done = threading.Event()

    def samples(scope):
        for round_ in range(1000):
            yield ("a", round_)
            yield ("b", round_)
        done.set()

    task = tasks.stream(owner, samples, latest=lambda item: item[0])
    done.wait(5)
    heard = Heard(task)
    with qtbot.waitSignal(task.finished):
        pass
    assert sorted(heard.items) == [("a", 999), ("b", 999)]


def test_cancel_before_the_start_delivers_nothing(qtbot, owner):
    task = tasks.stream(owner, lambda scope: iter(range(10)))
    heard = Heard(task)
    task.cancel()
    no_thread_left(qtbot)
    qtbot.wait(80)
    assert (heard.items, heard.finished) == ([], 0)


def test_cancel_of_a_silent_stream_frees_its_thread_in_50_ms(qtbot, owner):
    task = tasks.stream(owner, silent)
    qtbot.waitUntil(lambda: tasks.running() == 1)
    began = time.perf_counter()
    task.cancel()
    while tasks.running():
        time.sleep(0.001)
    assert time.perf_counter() - began < 0.05


def test_what_was_queued_is_not_delivered_after_cancel(qtbot, owner):
    task = tasks.stream(owner, lambda scope: iter(range(100)))
    heard = Heard(task)
    no_thread_left_without_events()
    task.cancel()
    qtbot.wait(80)
    assert heard.items == []


def no_thread_left_without_events():
    deadline = time.monotonic() + 2
    while tasks.running() and time.monotonic() < deadline:
        time.sleep(0.002)


def test_the_same_owner_and_key_replace_the_old_task(qtbot, owner):
    old = tasks.stream(owner, silent, key="details")
    new = tasks.run(owner, lambda scope: "new", key="details")
    assert old.cancelled
    with qtbot.waitSignal(new.succeeded) as answer:
        pass
    assert answer.args == ["new"]
    no_thread_left(qtbot)


def test_tasks_without_a_key_live_side_by_side(qtbot, owner):
    first, second = (tasks.stream(owner, silent) for _ in range(2))
    assert not first.cancelled
    first.cancel()
    second.cancel()
    no_thread_left(qtbot)


def test_the_end_of_the_owner_is_the_end_of_the_task(qtbot):
    owner = QObject()
    task = tasks.stream(owner, silent)
    owner.deleteLater()
    qtbot.waitUntil(lambda: task.cancelled)
    no_thread_left(qtbot)


def test_a_channel_is_sent_to_and_answers(qtbot, owner):
    def echo(inbox, scope):
        while (message := inbox.get()) is not None:
            yield message.upper()

    task = tasks.channel(owner, echo)
    heard = Heard(task)
    for word in ("ls", "exit"):
        task.send(word)
    qtbot.waitUntil(lambda: heard.items == ["LS", "EXIT"])
    task.cancel()
    no_thread_left(qtbot)


def test_shutdown_with_100_blocked_streams_leaves_no_thread_within_3_s(qtbot, owner):
    for _ in range(100):
        tasks.stream(owner, silent)
    qtbot.waitUntil(lambda: tasks.running() == 100)
    began = time.monotonic()
    assert tasks.shutdown(3.0)
    assert time.monotonic() - began < 3.0
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("pilothouse-silent")]


def test_a_slow_receiver_gets_smaller_deliveries(qtbot, owner):
    class Page:
        weight = 50_000

    sizes = []

    def slow(pages):
        sizes.append(len(pages))
        time.sleep(0.012)

    task = tasks.stream(owner, lambda scope: iter([Page() for _ in range(60)]))
    task.items.connect(slow)
    with qtbot.waitSignal(task.finished, timeout=10_000):
        pass
    assert sum(sizes) == 60
    assert sizes[-1] < sizes[1]
