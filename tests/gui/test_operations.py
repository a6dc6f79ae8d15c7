"""Operations in the dock: output without end, many that failed, and cancelling one of many objects."""

from __future__ import annotations

import threading

from gui import tasks
from models.errors import Refused
from models.kind import Ref
from services.demo import DEMO_CONTEXT
from services.operations import Operation, Progress
from services.session import Outcome


def operation(work, title="Remove many"):
    return Operation(
        title=title,
        done="Many removed",
        could_not=lambda failed: f"Could not remove {failed} of many",
        icon="remove",
        context=DEMO_CONTEXT,
        command="docker rm many",
        work=work,
    )


def test_output_is_added_in_order_and_bounded(qtbot, house):
    def work(scope):
        for number in range(3_000):
            error = Refused("it is busy") if number == 2_998 else None
            outcome = Outcome(Ref("containers", str(number), f"c{number}"), error)
            yield Progress(number + 1, 3_000, "" if error else f"line {number}", outcome)

    running = house.operations.start(operation(work))
    qtbot.waitUntil(lambda: not running.running, timeout=10_000)
    lines = house.window.dock.output(running).splitlines()
    assert len(lines) <= 1_000
    assert lines[-2:] == ["c2998: it is busy", "line 2999"]


def test_of_many_failed_operations_the_last_stay(qtbot, house):
    def work(scope):
        yield Progress(0, 1)
        raise Refused("no")

    for number in range(14):
        running = house.operations.start(operation(work, f"Try {number}"))
        qtbot.waitUntil(lambda running=running: not running.running, timeout=5_000)
    titles = [running.operation.title for running in house.operations.all]
    assert titles == [f"Try {number}" for number in range(4, 14)]
    house.operations.forget(running)
    house.operations.forget(running)  # its toast may still offer it


def test_cancelling_says_how_far_it_came_and_asks_no_more(qtbot, house):
    held, asked = threading.Event(), []

    def work(scope):
        scope.on_cancel(held.set)
        for number in range(5):
            asked.append(number)
            yield Progress(number, 5)
            if number == 2:
                held.wait(5)
            if scope.cancelled:
                return

    running = house.operations.start(operation(work))
    qtbot.waitUntil(lambda: running.done == 2, timeout=5_000)
    running.cancel()
    assert not house.operations.busy
    assert held.is_set(), "whoever works is told at once"
    qtbot.waitUntil(lambda: "Remove many: cancelled after 2 of 5" in house.window.toasts.texts(), timeout=2_000)
    qtbot.waitUntil(lambda: tasks.running() == 0, timeout=3_000)
    assert asked == [0, 1, 2]
