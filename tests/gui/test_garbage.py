"""Garbage dies on the GUI thread, soon, and in small portions."""

from __future__ import annotations

import gc
import threading
import weakref

import pytest
from PySide6.QtCore import QObject

from gui.garbage import GarbageCollector


class Knot:
    """Holds itself."""

    def __init__(self) -> None:
        self.own = self


@pytest.fixture
def collector(qapp):
    gc.collect()
    parent = QObject()
    collector = GarbageCollector(parent)
    yield collector
    collector.stop()
    gc.unfreeze()


def test_what_a_worker_leaves_behind_dies_on_the_gui_thread(qtbot, collector) -> None:
    died: list[int] = []

    def work() -> None:
        for _ in range(2_000):
            weakref.finalize(Knot(), lambda: died.append(threading.get_ident()))

    worker = threading.Thread(target=work)
    worker.start()
    qtbot.waitUntil(lambda: len(died) == 2_000, timeout=2_000)
    worker.join()
    assert set(died) == {threading.get_ident()}


def test_each_turn_looks_through_what_came_since_the_last(qtbot, collector) -> None:
    looks: list[int] = []
    gc.callbacks.append(lambda phase, _info: looks.append(1) if phase == "start" else None)
    kept = []
    for _ in range(5):
        kept.append([[] for _ in range(1_000)])
        qtbot.wait(1)
    gc.callbacks.pop()
    assert len(looks) >= 5


def test_what_was_closed_dies_soon_however_old_it_is(qtbot, collector) -> None:
    died: list[bool] = []
    knot = Knot()
    weakref.finalize(knot, died.append, True)
    gc.collect()  # from now on it is of the oldest generation, which is looked at rarely
    del knot
    collector.collect_soon()
    qtbot.waitUntil(lambda: died == [True], timeout=2_000)


def test_python_collects_by_itself_again_when_it_is_stopped(qapp) -> None:
    parent = QObject()
    collector = GarbageCollector(parent)
    assert not gc.isenabled()
    collector.stop()
    gc.unfreeze()
    assert gc.isenabled()
