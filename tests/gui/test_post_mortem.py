"""The Post-mortem and Configuration tabs on the demo: what is said, where one gets from there, what stays hidden."""

from __future__ import annotations

import pytest

import gui.desk
from gui import tasks
from gui.details.pane import DetailsPane
from gui.details.rows import SettingRow
from gui.operations import Operations
from gui.terminals import Terminals
from gui.widgets.buttons import Button
from models.changes import Reset
from models.docker.container_kind import CONTAINER
from models.errors import TimedOut
from models.kind import Tab
from services.cancel import CancelScope
from services.demo import DemoSession
from tests.engine.house import shown


class Pane:
    """The details of one of the demo's containers."""

    def __init__(self, qtbot, session):
        self.qtbot, self.session = qtbot, session
        changes = session.watch("containers", CancelScope())
        first = next(change for change in changes if isinstance(change, Reset))
        changes.close()
        self.rows = {row.name: row for row in first.rows}
        desk = gui.desk.Desk(session, Operations(), Terminals(), lambda _ref: None)
        self.pane = DetailsPane(desk, CONTAINER)
        self.pane.resize(1180, 700)
        self.pane.show()

    def show(self, name, tab):
        self.pane.show_row(self.rows[name])
        self.pane.set_tab(tab)
        widget = self.pane._current()
        self.qtbot.waitUntil(lambda: widget._loaded is not None, timeout=5_000)
        return widget


@pytest.fixture
def pane(qtbot, themes):
    session = DemoSession(seed=7)
    pane = Pane(qtbot, session)
    yield pane
    pane.pane.close()
    pane.pane.deleteLater()
    session.close()
    assert tasks.shutdown(3.0)


def test_a_card_says_why_with_evidence_and_what_to_do(pane):
    tab = pane.show("shop-import-1", Tab.POST_MORTEM)
    said = shown(tab.card)
    for words in ("Out of memory: 512 MB limit reached", "proven", "OOMKilled true", "no kill event", "--memory"):
        assert words in said, words
    assert tab.card.curve.isVisible()
    assert tab.card.lines.isVisible()
    assert "Nothing will start it again." in said


def test_an_advice_leads_to_its_tab(pane):
    tab = pane.show("shop-import-1", Tab.POST_MORTEM)
    button = next(one for one in tab.card.findChildren(Button) if one.text() == "Open Stats")
    button.click()
    assert pane.pane.tab is Tab.STATS


def test_what_has_not_died_says_so_and_shows_its_health(pane):
    tab = pane.show("shop-db-1", Tab.POST_MORTEM)
    assert tab.deaths.key == "health"
    assert "pg_isready" in shown(tab.health)
    tab = pane.show("shop-search-1", Tab.POST_MORTEM)
    pane.qtbot.waitUntil(lambda: "shop-search-1 has not died" in shown(tab.none), timeout=5_000)


def test_a_probe_of_ones_own_stands_apart(pane):
    tab = pane.show("shop-db-1", Tab.POST_MORTEM)
    assert not tab.health.ours.isVisible()
    tab.health.run_button.click()
    pane.qtbot.waitUntil(lambda: tab.health.ours.isVisible(), timeout=5_000)
    assert "does not count it" in shown(tab.health)
    pane.session.fail_next("probe", TimedOut("no answer"))
    tab.health.run_button.click()
    pane.qtbot.waitUntil(lambda: tab.health.run_button.isEnabled(), timeout=5_000)
    assert "does not count it" not in shown(tab.health)


def test_a_start_that_failed_is_a_card(pane):
    tab = pane.show("typo", Tab.POST_MORTEM)
    assert "It could not be started" in shown(tab.card)
    assert "not recorded" in tab.deaths.item(0).data(0x0100).time


def test_an_error_has_a_way_back(pane):
    pane.session.fail_next("post-mortem", TimedOut("no answer"))
    pane.pane.show_row(pane.rows["shop-import-1"])
    pane.pane.set_tab(Tab.POST_MORTEM)
    tab = pane.pane._current()
    pane.qtbot.waitUntil(lambda: any(one.text() == "Retry" for one in tab.findChildren(Button)), timeout=5_000)
    next(one for one in tab.findChildren(Button) if one.text() == "Retry").click()
    pane.qtbot.waitUntil(lambda: "Out of memory" in shown(tab.card), timeout=5_000)


SECRET = "STRIPE_API_KEY"


def test_a_configuration_is_told_from_its_images_and_keeps_its_secrets(pane):
    tab = pane.show("shop-api-1", Tab.CONFIGURATION)
    said = shown(tab)
    assert "Environment set here" in said
    assert f"DATABASE_URL, {SECRET} look like secrets" in said
    row = next(one for one in tab.findChildren(SettingRow) if one._setting.name == SECRET)
    value = row._setting.value
    assert value not in said
    row._eye.click()
    assert value in shown(tab)
    pane.pane.set_tab(Tab.OVERVIEW)
    pane.pane.set_tab(Tab.CONFIGURATION)
    assert value not in shown(tab)


def test_two_containers_are_compared_without_saying_secrets(pane):
    tab = pane.show("shop-api-1", Tab.CONFIGURATION)
    pane.qtbot.waitUntil(lambda: tab.other.completer() is not None, timeout=5_000)
    tab.compare_with("nobody")
    assert "no container nobody" in shown(tab)
    tab.compare_with("shop-worker-1")
    pane.qtbot.waitUntil(lambda: bool(tab.compared.rows), timeout=5_000)
    before = len(tab.compared.rows)
    tab.everything.setChecked(True)
    assert len(tab.compared.rows) > before
    row = next(one for one in tab.compared.rows if one._setting.name == SECRET)
    secret = row._setting.here
    assert secret not in shown(tab.compared)
    copied = row.values[0]._shown
    assert copied
    assert secret not in copied
    row.eye.click()
    assert secret in shown(tab.compared)
    row.hide_secrets()
    assert secret not in shown(tab.compared)
    tab.back.click()
    assert not tab.compared.rows


@pytest.mark.parametrize("tab", [Tab.CONFIGURATION, Tab.OVERVIEW])
def test_the_current_tab_is_in_sight_however_narrow_the_pane(pane, tab):
    pane.show("shop-api-1", Tab.POST_MORTEM)
    pane.pane.resize(560, 500)
    pane.pane.set_tab(tab)
    bar, room = pane.pane.tabs, pane.pane._tab_room
    pane.qtbot.waitUntil(lambda: room.viewport().width() < bar.width(), timeout=2_000)
    current = bar.tabRect(bar.currentIndex())
    left = bar.mapTo(room.viewport(), current.topLeft()).x()
    assert left >= 0
    assert left + current.width() <= room.viewport().width() + 1
