"""The background mechanism: answers and errors, cancellation, owners and keys, shutdown."""

from __future__ import annotations

import gc
import threading
import time
import weakref
from concurrent.futures import ThreadPoolExecutor

import pytest
from PySide6.QtCore import QObject

from gui import tasks
from models.errors import Failed, Gone
from tests.gui.hearing import Heard, no_thread_left, no_thread_left_without_events, silent


@pytest.fixture
def owner(qtbot):
    owner = QObject()
    yield owner
    owner.deleteLater()


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


def test_cancel_before_the_start_delivers_nothing(qtbot, owner):
    task = tasks.stream(owner, lambda scope: iter(range(10)))
    heard = Heard(task)
    task.cancel()
    no_thread_left(qtbot)
    qtbot.wait(80)
    assert (heard.items, heard.finished) == ([], 0)


def test_cancel_of_a_silent_stream_frees_its_thread_in_50_ms(qtbot, owner):
    times = []
    for _ in range(5):  # the quickest tells what it takes: a busy machine makes single ones late
        task = tasks.stream(owner, silent)
        began = time.perf_counter()
        task.cancel()
        no_thread_left_without_events()
        times.append(time.perf_counter() - began)
    assert min(times) < 0.05


def test_cancel_ends_a_stream_that_never_asks_and_closes_it_in_its_own_thread(qtbot, owner):
    closed_in = []

    class Endless:
        def __iter__(self):
            return self

        def __next__(self):
            return "item"

        def close(self):
            closed_in.append(threading.current_thread())

    task = tasks.stream(owner, lambda scope: Endless())
    qtbot.waitSignal(task.items).wait()
    task.cancel()
    no_thread_left(qtbot)
    assert len(closed_in) == 1
    assert closed_in[0] is not threading.main_thread()


def test_a_cancelled_call_dies_of_its_shut_socket_without_a_word(qtbot, owner, caplog):
    def read(scope):
        scope.wait(5)
        raise OSError("the socket is shut")

    task = tasks.run(owner, read)
    heard = Heard(task)
    task.cancel()
    no_thread_left(qtbot)
    qtbot.wait(20)
    assert (heard.errors, heard.finished, caplog.records) == ([], 0, [])


def test_cancel_by_the_receiver_of_the_answer_is_the_last_word(qtbot, owner):
    task = tasks.run(owner, lambda scope: "answer")
    heard = Heard(task)
    task.succeeded.connect(task.cancel)
    qtbot.waitUntil(lambda: heard.answers == ["answer"])
    qtbot.wait(20)
    assert heard.finished == 0


def test_what_was_queued_is_not_delivered_after_cancel(qtbot, owner):
    task = tasks.stream(owner, lambda scope: iter(range(100)))
    heard = Heard(task)
    no_thread_left_without_events()
    task.cancel()
    qtbot.wait(80)
    assert (heard.items, heard.finished) == ([], 0)


def test_an_answer_that_waited_is_not_delivered_after_cancel(qtbot, owner):
    task = tasks.run(owner, lambda scope: "answer")
    heard = Heard(task)
    no_thread_left_without_events()
    task.cancel()
    task.deliver()
    qtbot.wait(20)
    assert (heard.answers, heard.finished) == ([], 0)


def test_the_same_owner_and_key_replace_the_old_task(qtbot, owner):
    old = tasks.stream(owner, silent, key="details")
    new = tasks.run(owner, lambda scope: "new", key="details")
    assert old.cancelled
    with qtbot.waitSignal(new.succeeded) as answer:
        pass
    assert answer.args == ["new"]
    no_thread_left(qtbot)


def test_the_replaced_task_keeps_its_hands_off_its_successor(qtbot, owner):
    old, new = (tasks.stream(owner, silent, key="details") for _ in range(2))
    old.cancel()
    assert not new.cancelled
    tasks.cancel(owner, "details")
    assert new.cancelled
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


def test_a_task_is_started_on_the_gui_thread_only(qtbot, owner):
    with ThreadPoolExecutor(1) as elsewhere, pytest.raises(RuntimeError, match="GUI thread"):
        elsewhere.submit(tasks.run, owner, silent).result()
    assert tasks.running() == 0


@pytest.mark.parametrize("cancelled", [False, True])
def test_a_task_that_is_over_is_let_go_with_its_answer(qtbot, owner, cancelled):
    class Answer:
        pass

    task = tasks.run(owner, lambda scope: Answer())
    known = weakref.ref(task)
    if cancelled:
        task.cancel()
    else:
        qtbot.waitSignal(task.finished).wait()
    del task

    def let_go():
        gc.collect()
        return known() is None and not any(type(one) is Answer for one in gc.get_objects())

    qtbot.waitUntil(let_go)  # the thread's own last words take a moment


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


def test_nothing_is_sent_into_a_channel_that_is_cancelled(qtbot, owner):
    task = tasks.channel(owner, lambda inbox, scope: iter(inbox.get, None))
    task.cancel()
    no_thread_left(qtbot)
    task.send("late")
    assert task.inbox.get(timeout=0) is None


def test_shutdown_says_when_threads_are_left_and_waits_no_longer_than_it_was_told(qtbot, owner):
    let_go = threading.Event()
    for _ in range(10):
        tasks.run(owner, lambda scope: let_go.wait(5))
    began = time.monotonic()
    assert not tasks.shutdown(0.2)
    assert time.monotonic() - began < 1.5
    let_go.set()
    assert tasks.shutdown(3.0)


def test_shutdown_with_100_blocked_streams_leaves_no_thread_within_3_s(qtbot, owner):
    for _ in range(100):
        tasks.stream(owner, silent)
    qtbot.waitUntil(lambda: tasks.running() == 100)
    began = time.monotonic()
    assert tasks.shutdown(3.0)
    assert time.monotonic() - began < 3.0
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("pilothouse-silent")]
