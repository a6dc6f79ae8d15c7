"""An engine that answers pings and refuses its list of containers: the rows are the past, and the page says so."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton

from tests.engine.house import elsewhere, named, reason, sleeping, wait_for
from tests.world.proxy import Proxy


class Refusing(Proxy):
    """Turns each request for the list into one that the engine itself refuses, for as long as `refuses` is set."""

    refuses = False

    def _asked(self, block: bytes) -> bytes:
        return block.replace(b"/containers/json?", b"/containers/json?limit=none&") if self.refuses else block


def test_rows_are_the_past_while_their_list_fails_and_pings_pass(engine, house, qtbot):
    elsewhere(qtbot, sleeping, engine, "one")
    with Refusing(engine.socket) as proxy:
        page = house.open(proxy.host)
        page.show_key(wait_for(qtbot, page, "one").id)
        proxy.refuses = True
        elsewhere(qtbot, engine.docker, "rename", "one", "two")
        qtbot.waitUntil(page.banner.isVisible, timeout=5_000)
        assert 'parsing "none": invalid syntax' in page.banner.accessibleName(), "the engine's own sentence"
        assert "as of" in page.header.summary
        assert page.open_one.state.live
        assert named(page, "one") is not None, "the rows stay"
        proxy.refuses = False
        wait_for(qtbot, page, "two")
        qtbot.waitUntil(lambda: not page.banner.isVisible())
        assert [row.name for row in page.selected()] == ["two"], "the selection stays"
        house.contexts.close(house.contexts.current)


def test_a_first_list_that_fails_says_why_and_comes_as_soon_as_it_can(engine, house, qtbot):
    elsewhere(qtbot, sleeping, engine, "one")
    with Refusing(engine.socket) as proxy:
        proxy.refuses = True
        page = house.open(proxy.host)
        assert 'parsing "none": invalid syntax' in reason(qtbot, page)
        proxy.refuses = False
        wait_for(qtbot, page, "one")
        assert page.states.currentWidget() is page.table
        house.contexts.close(house.contexts.current)


def test_retry_now_does_not_wait_for_the_back_off(old_engine, house, qtbot, monkeypatch):
    monkeypatch.setattr("services.docker.watch.RELIST_FIRST", 3600.0)
    elsewhere(qtbot, sleeping, old_engine, "one")
    with Refusing(old_engine.socket) as proxy:
        page = house.open(proxy.host)
        wait_for(qtbot, page, "one")
        proxy.refuses = True
        elsewhere(qtbot, old_engine.docker, "rename", "one", "two")
        qtbot.waitUntil(page.banner.isVisible, timeout=5_000)
        proxy.refuses = False
        [retry] = [button for button in page.banner.findChildren(QPushButton) if button.text() == "Retry now"]
        retry.click()
        wait_for(qtbot, page, "two")
        house.contexts.close(house.contexts.current)
