"""How a stream's items reach the window: in order, in batches, bounded, at a pace that leaves it time."""

from __future__ import annotations

import itertools
import threading
import time

import pytest
from PySide6.QtCore import QObject

from gui import tasks
from tests.gui.hearing import Heard, no_thread_left, no_thread_left_without_events


@pytest.fixture
def owner(qtbot):
    owner = QObject()
    yield owner
    owner.deleteLater()


def test_200_000_items_arrive_in_order_and_in_batches(qtbot, owner, monkeypatch):
    looks, deliver = [], tasks.Task.deliver
    monkeypatch.setattr(tasks.Task, "deliver", lambda task: (looks.append(1), deliver(task)))
    task = tasks.stream(owner, lambda scope: iter(range(200_000)))
    heard = Heard(task)
    with qtbot.waitSignal(task.finished, timeout=30_000):
        pass
    assert heard.items == list(range(200_000))
    assert heard.answers == []
    assert len(heard.batches) < 1_000
    assert len(looks) < 1_100  # an item wakes the window only where nothing else will


@pytest.mark.parametrize("last", [(), ("second",)])
def test_what_comes_while_the_window_looks_is_not_lost(qtbot, owner, last):
    go = threading.Event()

    def late(scope):
        yield "first"
        go.wait(5)
        yield from last

    task = tasks.stream(owner, late)
    take = task.job.outbox.take

    def take_and_be_overtaken(most):
        taken = take(most)
        if not taken[0]:
            go.set()
            no_thread_left_without_events()
        return taken

    task.job.outbox.take = take_and_be_overtaken
    heard = Heard(task)
    with qtbot.waitSignal(task.finished):
        pass
    assert heard.items == ["first", *last]


def test_an_item_that_comes_while_the_window_looks_is_not_kept_waiting_for_the_next(qtbot, owner):
    go, told = threading.Event(), threading.Event()

    def late(scope):
        yield "first"
        go.wait(5)
        yield "second"
        told.set()
        scope.wait(5)

    task = tasks.stream(owner, late)
    take = task.job.outbox.take

    def take_and_be_overtaken(most):
        taken = take(most)
        if not taken[0]:
            go.set()
            told.wait(5)
        return taken

    task.job.outbox.take = take_and_be_overtaken
    heard = Heard(task)
    qtbot.waitUntil(lambda: heard.items == ["first", "second"])
    task.cancel()
    no_thread_left(qtbot)


@pytest.mark.parametrize(("start", "interval"), [(tasks.stream, 50), (tasks.channel, 16)])
def test_deliveries_of_a_busy_source_keep_their_distance(qtbot, owner, start, interval):
    def busy(*arguments):
        while not arguments[-1].wait(0.001):
            yield "item"

    times = []
    task = start(owner, busy)
    task.items.connect(lambda _items: times.append(time.perf_counter() * 1000))
    qtbot.waitUntil(lambda: len(times) > 8)
    task.cancel()
    gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
    assert interval - 2 <= min(gaps) < interval + 40
    no_thread_left(qtbot)


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


def test_an_item_heavier_than_a_delivery_comes_alone(qtbot, owner):
    class Heavy:
        weight = tasks.DELIVERY_WEIGHT + 1

    task = tasks.stream(owner, lambda scope: iter([Heavy(), Heavy()]))
    heard = Heard(task)
    with qtbot.waitSignal(task.finished):
        pass
    assert heard.batches == [1, 1]


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


def test_a_slow_receiver_gets_smaller_deliveries_and_pauses_between_them(qtbot, owner):
    class Page:
        weight = 50_000

    deliveries = []

    def receive(pages):
        began = time.perf_counter()
        time.sleep(0.012 if len(deliveries) < 3 else 0.0)
        deliveries.append((len(pages), began, time.perf_counter()))

    task = tasks.stream(owner, lambda scope: iter([Page() for _ in range(80)]))
    task.items.connect(receive)
    with qtbot.waitSignal(task.finished, timeout=10_000):
        pass
    sizes = [size for size, *_ in deliveries]
    assert sum(sizes) == 80
    assert sizes[3] < sizes[1]
    assert max(sizes[3:]) > sizes[3], "a receiver that is quick again gets more again"
    pauses = [after[1] - before[2] for before, after in itertools.pairwise(deliveries[:4])]
    assert min(pauses) >= 0.01
