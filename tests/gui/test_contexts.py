"""Contexts in rail, sidebar and lobby: what marks them, their menu, and who decides which is shown."""

from __future__ import annotations

import argparse
import json

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint

from gui.finding import Finding
from gui.memory import Memory
from gui.messages import DRIFTS, UNCHECKED, UNENCRYPTED
from gui.widgets.menu import Menu
from gui.window.rail import Tile
from models.connection import Phase
from models.context import Context, Drift, EngineKind, TlsFiles
from models.discovery import Discovery
from models.errors import Reason, Unreachable
from models.system import SystemFacts
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


DESK = replace(
    DEMO_CONTEXT, engine=EngineKind.DOCKER, id="docker:desk", name="desk", endpoint="unix:///desk.sock", named=True
)


def test_a_context_whose_certificate_is_not_checked_is_marked(qtbot, house):
    house.open(qtbot, replace(DESK, endpoint="tcp://10.0.0.7:2376", tls=TlsFiles(verify=False)))
    assert UNCHECKED in house.window.findChild(Tile).toolTip()
    assert UNCHECKED in house.window.current_place().sidebar.head.accessibleName()


# what becomes of an open context's file


def told(house):
    """What tile, sidebar and the line over the pages say of the context's file."""
    place = house.window.current_place()
    banner = place.main.banner
    over = banner.accessibleName() if not banner.isHidden() else ""
    return house.window.findChild(Tile).toolTip(), place.sidebar.head.accessibleName(), over


def test_an_open_context_whose_file_is_gone_stays_open_and_says_so(qtbot, house):
    house.contexts.set_found([DESK])
    page = house.open(qtbot, DESK)
    assert not any(DRIFTS[Drift.GONE] in words for words in told(house))
    house.contexts.set_found([])
    assert all(DRIFTS[Drift.GONE] in words for words in told(house))
    assert house.contexts.current.state.live
    assert page.table.row_count() > 0
    assert house.contexts.current.session.context.command == ("docker", "-H", "unix:///desk.sock"), "no such name"
    house.contexts.set_found([DESK])
    assert not any(DRIFTS[Drift.GONE] in words for words in told(house)), "it is back"
    assert house.contexts.current.session.context.command == ("docker", "--context", "desk")


def test_an_open_context_stays_with_its_engine_when_its_file_names_another(qtbot, house):
    house.open(qtbot, DESK)
    house.contexts.set_found([replace(DESK, endpoint="unix:///other.sock", label="Mine")])
    assert all(DRIFTS[Drift.MOVED] in words for words in told(house))
    assert house.contexts.current.session.context.endpoint == "unix:///desk.sock"
    assert house.contexts.current.session.context.command == ("docker", "-H", "unix:///desk.sock")


def test_a_socket_that_went_with_its_engine_is_no_lost_file(qtbot, house):
    house.open(qtbot, replace(DESK, id="unix:/desk.sock"))
    house.contexts.set_found([])
    assert house.contexts.current.context.drift is Drift.NONE


def test_a_file_that_stands_under_another_name_of_its_endpoint_is_not_gone(qtbot, house):
    house.open(qtbot, DESK)
    first = replace(DESK, id="docker:alpha", name="alpha", aliases=("desk",))
    house.contexts.set_found([first], also={"docker:desk": "docker:alpha"})
    assert house.contexts.current.context == DESK


def test_marks_reach_open_contexts_that_no_file_names_any_more(qtbot, house):
    house.open(qtbot, DESK)
    house.contexts.set_found([], lambda context: replace(context, label="Mine"))
    assert house.contexts.current.context.title == "Mine"


def test_a_context_whose_file_is_gone_does_not_come_back(qtbot, start, home):
    meta = home / ".docker/contexts/meta/desk/meta.json"
    meta.parent.mkdir(parents=True)
    meta.write_text(json.dumps({"Name": "desk", "Endpoints": {"docker": {"Host": f"unix://{home}/desk.sock"}}}))
    (home / ".docker/config.json").write_text('{"currentContext": "desk"}')
    first = start()
    qtbot.waitUntil(lambda: first.contexts.current is not None, timeout=5_000)
    open_one = first.contexts.current
    meta.unlink()
    qtbot.waitUntil(lambda: open_one.context.drift is Drift.GONE, timeout=12_000)
    first.window.close()
    assert json.loads((home / ".config/pilothouse/settings.json").read_text())["open_contexts"] == ["docker:desk"]
    second = start()
    qtbot.waitUntil(lambda: second.finding._last is not None, timeout=5_000)
    qtbot.wait(50)
    assert "docker:desk" not in [one.context.id for one in second.contexts.open_ones]


# several ways to one engine


@pytest.fixture
def same_engine(house, monkeypatch):
    """Every session's engine calls itself by the last part of its endpoint."""
    connect = house.contexts._connect

    def connect_named(context):
        session = connect(context)
        engine = context.endpoint.rpartition("/")[2]
        session.system = lambda scope: SystemFacts("", "", (), (), engine_id=engine if engine != "nameless" else "")
        return session

    monkeypatch.setattr(house.contexts, "_connect", connect_named)
    return house


def way(name, endpoint):
    return Context(id=f"docker:{name}", engine=EngineKind.DEMO, name=name, endpoint=endpoint)


def test_two_ways_to_one_engine_become_one_tile_with_both_names(qtbot, same_engine):
    contexts = same_engine.contexts
    first, second = way("near", "unix:///run/one"), replace(way("far", "ssh://host/one"), aliases=("farther",))
    closed = []
    contexts.closed.connect(lambda open_one: closed.append(open_one.context.id))
    same_engine.open(qtbot, first)
    qtbot.waitUntil(lambda: contexts.current.facts is not None, timeout=5_000)
    contexts.open(second)
    qtbot.waitUntil(lambda: len(contexts.open_ones) == 1, timeout=5_000)
    [one] = contexts.open_ones
    assert (one.context.id, one.context.aliases) == ("docker:near", ("far", "farther"))
    assert contexts.current is one
    assert closed == ["docker:far"]
    qtbot.waitUntil(lambda: len(same_engine.window.findChildren(Tile)) == 1, timeout=1_000)
    contexts.set_found([replace(first, label="Desk"), second])
    assert one.context.title == "Desk"
    assert one.context.aliases == ("far", "farther"), "looking again does not take the names away"


def test_the_one_that_is_looked_at_stays_so_when_another_turns_out_to_be_a_way_to_the_same(qtbot, same_engine):
    contexts = same_engine.contexts
    same_engine.open(qtbot, way("near", "unix:///run/one"))
    other = contexts.open(way("other", "unix:///run/two"))
    qtbot.waitUntil(lambda: all(one.facts is not None for one in contexts.open_ones), timeout=5_000)
    contexts.open(way("far", "ssh://host/one"), make_current=False)
    qtbot.waitUntil(lambda: len(contexts.open_ones) == 2, timeout=5_000)
    assert contexts.current is other


def test_whoever_looks_at_a_second_way_is_taken_to_the_first(qtbot, same_engine):
    contexts = same_engine.contexts
    same_engine.open(qtbot, way("near", "unix:///run/one"))
    contexts.open(way("other", "unix:///run/two"))
    qtbot.waitUntil(lambda: all(one.facts is not None for one in contexts.open_ones), timeout=5_000)
    contexts.open(way("far", "ssh://host/one"))
    qtbot.waitUntil(lambda: len(contexts.open_ones) == 2, timeout=5_000)
    assert contexts.current.context.name == "near", "and not to the neighbour of the tile that went"


def test_engines_that_say_no_id_are_never_taken_for_one(qtbot, same_engine):
    contexts = same_engine.contexts
    same_engine.open(qtbot, way("a", "unix:///a/nameless"))
    contexts.open(way("b", "unix:///b/nameless"))
    qtbot.waitUntil(lambda: all(one.facts is not None for one in contexts.open_ones), timeout=5_000)
    assert [one.context.name for one in contexts.open_ones] == ["a", "b"]


def test_closing_the_current_context_goes_to_its_neighbour(qtbot, house):
    first, second, third = (house.contexts.open(replace(BARE, id=one, name=one)) for one in ("a", "b", "c"))
    house.contexts.set_current(second)
    house.contexts.close(second)
    assert house.contexts.current is third
    house.contexts.close(third)
    assert house.contexts.current is first
    house.contexts.close(first)
    assert house.contexts.current is None
