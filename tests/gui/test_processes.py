"""The Processes tab on the demo: tree, sentence, folding, signals after a question, and that it rests unseen."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

import gui.desk
from gui import tasks
from gui.details.pane import DetailsPane
from gui.operations import Operations
from gui.terminals import Terminals
from models.changes import Reset
from models.docker.container_kind import CONTAINER
from models.errors import Reason, TimedOut, Unreachable
from models.kind import Tab
from services.cancel import CancelScope
from services.demo import DemoSession
from tests.gui.looking import said

API, DB, TYPO, PAUSED = "shop-api-1", "shop-db-1", "typo", "observability-tempo-1"


class Bench:
    """A pane with the tab of one container after the other."""

    def __init__(self, qtbot):
        self.qtbot, self.session, self.operations = qtbot, DemoSession(), Operations()
        changes = self.session.watch("containers", CancelScope())
        first = next(change for change in changes if isinstance(change, Reset))
        changes.close()
        self.rows = {row.name: row for row in first.rows}
        self.pane = DetailsPane(gui.desk.Desk(self.session, self.operations, Terminals(), lambda _ref: None), CONTAINER)
        self.pane.resize(1180, 420)
        self.pane.show()

    def show(self, name):
        self.pane.show_row(self.rows[name])
        self.pane.set_tab(Tab.PROCESSES)
        return self.pane._current()

    def wait(self, truth, what):
        try:
            self.qtbot.waitUntil(lambda: bool(truth()), timeout=8_000)
        except TimeoutError:
            pytest.fail(f"never true: {what}")


@pytest.fixture
def bench(qtbot):
    bench = Bench(qtbot)
    yield bench
    bench.pane.close()
    bench.pane.deleteLater()
    bench.session.close()


def commands(tab):
    return [line.row.process.command for line in tab.table.lines]


def filled(bench, name):
    tab = bench.show(name)
    bench.wait(lambda: commands(tab), f"{name} has processes")
    return tab


def select(tab, word):
    row = next(line.row for line in tab.table.lines if word in line.row.process.command)
    tab.table.select_keys([row.id])
    return row


def test_the_tree_and_its_sentence_are_shown(bench):
    tab = filled(bench, API)
    assert commands(tab) == ["/app/server -l :9000", "/app/thumbs --watch /app/uploads", "[imgopt]"]
    assert "takes SIGTERM" in tab.headline.sentence.text
    bench.wait(lambda: "does not collect" in tab.headline.sentence.text, "a zombie that lasts is said")
    assert "1 zombie" in "\n".join(text for _, text in said(tab))
    assert tab.table.lines[1].row.rates.cpu is not None, "the second look measures"


def test_branches_fold_by_key_and_by_click_and_stay_folded(bench):
    tab = filled(bench, API)
    row = select(tab, "server")
    tab.table.setFocus()
    QTest.keyClick(tab.table, Qt.Key.Key_Left)
    assert commands(tab) == ["/app/server -l :9000"]
    before = tab._look
    bench.wait(lambda: tab._look is not before, "the next look is there")
    assert commands(tab) == ["/app/server -l :9000"]
    box = tab.table.header.boxes()[0]
    middle = tab.table.visualRect(tab.table.model().index(0, 0)).center()
    middle.setX(box.left + 6)
    QTest.mouseClick(tab.table.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    assert len(commands(tab)) == 3
    select(tab, "thumbs")
    QTest.keyClick(tab.table, Qt.Key.Key_Left)
    assert tab.table.selected_rows()[0].id == row.id, "Left goes to the parent"


def test_sorted_by_another_column_it_is_no_tree(bench):
    tab = filled(bench, DB)
    tab.table.sort_by("inside", descending=True)
    pids = [line.row.process.inside for line in tab.table.lines]
    assert pids == sorted(pids, reverse=True)
    assert all(line.row.flat for line in tab.table.lines)
    tab.table.sort_by("command")
    assert [line.row.branch.depth for line in tab.table.lines] == [0, 1, 1, 1, 1, 1]


def test_a_signal_is_asked_for_and_sent(bench):
    tab = filled(bench, API)
    assert not tab.signal_button.isEnabled()
    select(tab, "thumbs")
    bench.wait(tab.signal_button.isEnabled, "a process is selected")
    tab.signal_button.click()
    assert "kill -TERM 22" in tab.dialog.twin.accessibleName() + "".join(text for _, text in said(tab.dialog))
    assert len(commands(tab)) == 3, "nothing is sent before the answer"
    tab.dialog.act.click()
    bench.wait(lambda: len(commands(tab)) == 2, "it has ended")
    select(tab, "imgopt")
    assert "ended already" in tab.signal_button.toolTip()


def test_it_asks_only_while_it_is_seen(bench):
    tab = filled(bench, API)
    bench.pane.set_tab(Tab.OVERVIEW)
    bench.wait(lambda: tasks.running() == 0, "nothing is asked of a tab that nobody sees")
    bench.pane.set_tab(Tab.PROCESSES)
    before = tab._look
    bench.wait(lambda: tab._look is not before, "it looks again")


def test_a_container_that_does_not_run_has_none_and_a_paused_one_stands_still(bench):
    tab = bench.show(TYPO)
    assert "typo does not run" in "\n".join(text for _, text in said(tab))
    tab = filled(bench, PAUSED)
    assert tab.table.model().index(0, 4).data() == "paused"


def test_what_goes_wrong_is_said_and_tried_again(bench):
    bench.session.fail_next("processes", TimedOut("No answer within the time limit"))
    tab = bench.show(API)
    bench.wait(lambda: tab._states.currentWidget() is tab._error, "the error is shown")
    QTest.mouseClick(next(iter(tab._error.findChildren(type(tab.signal_button)))), Qt.MouseButton.LeftButton)
    bench.wait(lambda: commands(tab), "it is tried again")
    bench.session.lose(Unreachable("refused", Reason.REFUSED))
    bench.pane.set_live(False)
    assert commands(tab), "the last look stays"
    assert not tab.signal_button.isEnabled()
    bench.session.recover()
    before = tab._look
    bench.pane.set_live(True)
    bench.wait(lambda: tab._look is not before, "it looks again")
