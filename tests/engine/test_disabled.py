"""What cannot be done is disabled with the reason, and what is enabled an engine really does."""

from __future__ import annotations

import pytest

from gui.widgets.buttons import Button
from gui.widgets.menu import Menu
from models.kind import Ref
from services.cancel import CancelScope
from tests.engine.house import elsewhere, named, reason, sleeping, wait_for
from tests.world.proxy import Proxy


class Aged(Proxy):
    """Shows the engine as one of the year 2014."""

    def _allowed(self, block: bytes) -> tuple[bytes, bool]:
        said, _, api = block.partition(b"Api-Version: ")
        return super()._allowed(said + b"Api-Version: 1.12" + api[4:] if api else block)


def entries(page) -> dict[str, str | None]:
    """The actions of the selected rows' menu, each with the reason why it is disabled, or None."""
    menu, found = Menu(), {}
    page.actions_.fill_menu(menu, page.selected())
    for action in page.kind.actions:
        for entry in menu.actions():
            title, _, why = entry.text().replace("&&", "&").partition(", ")
            if title == action.title:
                assert entry.isEnabled() == (why == "")
                found[action.id] = why or None
    menu.deleteLater()
    return found


def buttons(page) -> dict[str, str | None]:
    """The same of the buttons in the details' head: a disabled one's tooltip is its reason."""
    shown = [one for one in page.details.findChildren(Button) if one.property("action")]
    return {one.property("action"): None if one.isEnabled() else one.accessibleDescription() for one in shown}


def done(qtbot, house, page, action, answers=None):
    """Do this to what is selected, with these answers to its questions; the engine must not refuse."""
    assert entries(page)[action] is None
    started = []
    house.operations.started.connect(started.append)
    page.trigger(action)
    if page.actions_.dialog is not None:
        for field, answer in (answers or {}).items():
            page.actions_.dialog.fields[field].setText(answer)
        page.actions_.dialog.act.click()
    house.operations.started.disconnect(started.append)
    [operation] = started
    qtbot.waitUntil(lambda: not operation.running, timeout=15_000)
    assert not operation.failed, (action, operation.error, operation.failures)


@pytest.mark.parametrize(
    ("steps", "disabled"),
    [
        (("run",), {"start": "one already runs", "unpause": "one is not paused"}),
        (("run", "pause"), {"start": "one already runs", "pause": "one is not running"}),
        (("run", "kill"), dict.fromkeys(("stop", "pause", "kill"), "one is not running")),
        (("create",), dict.fromkeys(("stop", "pause", "kill"), "one is not running")),
    ],
    ids=("running", "paused", "exited", "created"),
)
def test_what_is_disabled_the_engine_would_not_do(engine, house, qtbot, steps, disabled):
    first, *others = steps
    options = ("--detach",) if first == "run" else ()
    elsewhere(qtbot, engine.docker, first, *options, "--name", "one", "busybox:local", "sleep", "86400")
    for step in others:
        elsewhere(qtbot, engine.docker, step, "one")
    page = house.open(engine)
    row = wait_for(qtbot, page, "one", lambda row: row.run is not None)
    page.show_key(row.id)
    qtbot.waitUntil(lambda: page.selected() != [])
    said, session = entries(page), page.open_one.session
    assert disabled.items() <= said.items()
    for call in disabled:
        refs, options = [Ref("containers", row.id, "one")], {"signal": "SIGKILL"}
        [outcome] = elsewhere(qtbot, lambda: list(session.act(call, refs, options, CancelScope())))  # noqa: B023
        assert outcome.error or outcome.note, f"the engine did {call}"
    assert {button: why for button, why in buttons(page).items() if why} == {
        action.id: said[action.id] for action in page.kind.actions if action.prominent and said[action.id]
    }


def test_nothing_can_be_done_while_the_connection_is_lost(old_engine, house, qtbot):
    elsewhere(qtbot, sleeping, old_engine, "one", "--restart", "always")
    page = house.open(old_engine)
    page.show_key(wait_for(qtbot, page, "one").id)
    qtbot.waitUntil(lambda: buttons(page)["stop"] is None, timeout=5_000)
    elsewhere(qtbot, old_engine.kill)
    qtbot.waitUntil(page.banner.isVisible, timeout=5_000)
    assert set(entries(page).values()) == {"the connection is not live"} == set(buttons(page).values())
    page.trigger("stop")
    assert house.operations.all == []
    elsewhere(qtbot, old_engine.start)
    qtbot.waitUntil(lambda: buttons(page)["stop"] is None, timeout=10_000)


def test_an_engine_that_is_too_old_says_so_and_can_be_asked_nothing(old_engine, house, qtbot):
    with Aged(old_engine.socket) as proxy:
        page = house.open(proxy.host)
        assert "speaks API 1.12; 1.24 is the oldest" in reason(qtbot, page)
        menu = Menu()
        page.actions_.fill_page_menu(menu)
        assert [entry.text().partition(", ")[2] for entry in menu.actions()] == ["the connection is not live"]
        menu.deleteLater()
        house.contexts.close(house.contexts.current)


def test_what_is_enabled_podman_does(podman, house, qtbot):
    elsewhere(qtbot, podman.run, "--name", "one", command=("sleep", "86400"))
    page = house.open(podman)
    page.show_key(wait_for(qtbot, page, "one").id)
    qtbot.waitUntil(lambda: page.selected() != [])
    for action, state in (("pause", "paused"), ("unpause", "running"), ("restart", "running"), ("sizes", "running")):
        done(qtbot, house, page, action)
        wait_for(qtbot, page, "one", lambda row: row.state == state)  # noqa: B023
    assert named(page, "one").size_rw is not None
    done(qtbot, house, page, "rename", {"name": "two"})
    wait_for(qtbot, page, "two")
    for action, state in (("stop", "exited"), ("start", "running"), ("kill", "exited")):
        done(qtbot, house, page, action)
        wait_for(qtbot, page, "two", lambda row: row.state == state)  # noqa: B023
    done(qtbot, house, page, "remove")
    qtbot.waitUntil(lambda: named(page, "two") is None, timeout=5_000)
