"""Contexts in rail, sidebar and lobby: what marks them, their menu, and who decides which is shown."""

from __future__ import annotations

import argparse

from msgspec.structs import replace
from PySide6.QtCore import QPoint

from gui.finding import Finding
from gui.memory import Memory
from gui.messages import UNENCRYPTED
from gui.widgets.menu import Menu
from gui.window.rail import Tile
from models.connection import Phase
from models.context import TlsFiles
from models.discovery import Discovery
from models.errors import Reason, Unreachable
from services.demo import DEMO_CONTEXT
from services.settings import SettingsStore

BARE = replace(DEMO_CONTEXT, id="bare", name="Bare", endpoint="tcp://10.0.0.7:2375")


def texts(widget):
    return [child.accessibleName() for child in widget.findChildren(object) if hasattr(child, "accessibleName")]


def test_tcp_without_tls_is_marked_in_rail_sidebar_and_lobby(qtbot, house):
    house.contexts.set_found([BARE, replace(BARE, id="safe", name="Safe", tls=TlsFiles())])
    rows = [text for text in texts(house.lobby) if "10.0.0.7" in text]
    assert [UNENCRYPTED in text for text in rows] == [True, False]
    house.open(qtbot, BARE)
    assert UNENCRYPTED in house.window.findChild(Tile).toolTip()
    assert UNENCRYPTED in house.window.current_place().sidebar.head.accessibleName()


def test_the_head_of_the_sidebar_opens_the_menu_of_its_context(qtbot, house):
    house.open(qtbot)
    wanted = []
    house.window.rail.marks_wanted.connect(wanted.append)
    house.window.current_place().sidebar.head.click()
    menu = next(menu for menu in house.window.findChildren(Menu) if menu.isVisible())
    words = [action.text() for action in menu.actions() if action.text()]
    assert words == ["Name, colour, protection…", "Close"]
    menu.actions()[0].trigger()
    assert wanted == [house.contexts.current]
    menu.close()


def test_a_lost_context_offers_to_retry(qtbot, house):
    page = house.open(qtbot)
    house.sessions[0].lose(Unreachable("refused", Reason.REFUSED))
    qtbot.waitUntil(page.banner.isVisible, timeout=5_000)
    house.window.rail.open_menu(house.contexts.current, QPoint())
    menu = next(menu for menu in house.window.findChildren(Menu) if menu.isVisible())
    assert menu.actions()[0].text() == "Retry now"
    menu.close()


def test_an_engine_opened_at_the_start_stays_open_when_it_is_lost_while_the_lobby_is_shown(qtbot, house, tmp_path):
    memory = Memory(SettingsStore(tmp_path))
    finding = Finding(house.contexts, house.lobby, memory, argparse.Namespace(demo=False, context=None), house.window)
    first, second = (replace(DEMO_CONTEXT, id=name, name=name, endpoint=f"unix:///{name}") for name in "ab")
    house.contexts.set_found([first, second])
    finding.open_first(Discovery(contexts=(first, second)))
    qtbot.waitUntil(lambda: house.contexts.current is not None, timeout=5_000)
    open_one = house.contexts.current
    house.contexts.set_current(None)
    house.sessions[0].lose(Unreachable("refused", Reason.REFUSED))
    qtbot.waitUntil(lambda: open_one.state.phase is Phase.UNREACHABLE, timeout=5_000)
    assert house.contexts.open_ones == [open_one]
    house.sessions[0].recover()
    qtbot.waitUntil(lambda: open_one.state.live, timeout=5_000)
    assert house.contexts.current is None
