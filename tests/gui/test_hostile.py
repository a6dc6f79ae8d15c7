"""Text that lies, files that break and addresses that bite: what the window makes of them."""

from __future__ import annotations

import json
import os
import shutil

import msgspec
import pytest
from msgspec.structs import replace

from gui.messages import message
from gui.window.commands import commands, shelves
from gui.window.palette import Palette
from models.changes import Changed, Reset
from models.context import Context, EngineKind
from models.docker.container import COMPOSE_PROJECT, Port
from models.errors import Reason, Refused, Unreachable
from models.kind import Tab
from services.demo import DEMO_CONTEXT, DemoSession
from services.files import write_whole
from tests.gui.looking import markup, raw, said

EVIL = '<img src="file:///etc/passwd"><b>x</b>\x1b]0;owned\x07\r\u202egnp.exe\u200b\x00&amp;&file'
HUGE = "<b>" + "\u0301" * 50 + "A" * 1_000_000
EVIL_CONTEXT = replace(DEMO_CONTEXT, name=EVIL, endpoint=f"unix:///{EVIL}", aliases=(EVIL,), description=EVIL)


class HostileSession(DemoSession):
    """The demo, with every text that an engine has a say in turned against us."""

    def watch(self, kind, scope):
        for change in super().watch(kind, scope):
            match change:
                case Reset():
                    yield Reset(tuple(map(hostile, change.rows)))
                case Changed():
                    yield Changed(tuple(map(hostile, change.upserts)), change.removed)
                case _:
                    yield change

    def inspect(self, ref, scope):
        return msgspec.json.encode(poisoned(msgspec.json.decode(super().inspect(ref, scope))))

    def preview(self, call, options, scope):
        return [hostile(row) for row in super().preview(call, options, scope)]

    def system(self, scope):
        facts = super().system(scope)
        groups = tuple(
            replace(group, facts=tuple(replace(fact, value=EVIL, note=EVIL) for fact in group.facts))
            for group in facts.groups
        )
        return replace(facts, headline=EVIL, brief=EVIL, warnings=(EVIL, HUGE), groups=groups)


def hostile(row):
    return replace(
        row,
        name=EVIL + row.name,
        image=HUGE,
        command=EVIL,
        status=EVIL,
        networks=(EVIL, HUGE),
        addresses=(EVIL,),
        ports=(Port(80, protocol=EVIL, public=80, address=EVIL),),
        labels={COMPOSE_PROJECT: EVIL, EVIL: HUGE},
    )


def poisoned(value, key=""):
    """The same document with every free text in it replaced; what is a time, a state or an id stays."""
    match value:
        case dict():
            return {EVIL: EVIL} | {key: poisoned(inner, key) for key, inner in value.items()}
        case list():
            return [poisoned(inner, key) for inner in value]
        case str() if key not in ("Id", "Created", "Status", "StartedAt", "FinishedAt", "Start", "End", "Type"):
            return f"{EVIL}{value}"
        case _:
            return value


@pytest.fixture
def hostile_house(house):
    """A window whose engines are hostile."""

    def connect(context):
        house.sessions.append(HostileSession(context))
        return house.sessions[-1]

    house.contexts._connect = connect
    return house


def harmless(window):
    assert markup(window) == set()
    assert raw(window) == set()
    longest = max(said(window), key=lambda one: len(one[1]))
    assert len(longest[1]) < 100_000, longest[0]


def test_hostile_text_is_only_text_in_every_place_of_the_window(qtbot, hostile_house):
    house = hostile_house
    page = house.open(qtbot, EVIL_CONTEXT)
    house.contexts.set_found([EVIL_CONTEXT, replace(EVIL_CONTEXT, id="bad", problem=EVIL, source=EVIL)])
    for column in page.kind.columns:
        page.table.columns.show(column.id, True)
    row = next(row for row in page.table.all_rows() if row.state == "running")
    page.show_key(row.id)
    for tab in page.kind.tabs:
        if tab is Tab.LOGS:
            continue  # its lines are cells of their own, tested with them
        page.details.set_tab(tab)
        qtbot.wait(100)
        harmless(house.window)
    assert "⟨RLO⟩" in page.details._name.text(), "it is shown, not hidden"
    house.window.current_place().show_page("system")
    qtbot.wait(50)
    harmless(house.window)
    house.contexts.set_current(None)
    harmless(house.window)


def test_hostile_names_are_only_text_in_menus_questions_toasts_and_the_palette(qtbot, hostile_house):
    house = hostile_house
    page = house.open(qtbot, replace(EVIL_CONTEXT, protected=True))
    row = next(row for row in page.table.all_rows() if row.state == "running")
    page.show_key(row.id)
    menu = _menu_of(page, [row])
    harmless(menu)
    menu.deleteLater()
    for action in ("stop", "kill", "rename", "remove"):
        page.trigger(action)
        harmless(page.actions_.dialog)
        page.actions_.dialog.reject()
        qtbot.waitUntil(lambda: page.actions_.dialog is None)
    house.sessions[0].fail_next("unpause", Refused(EVIL))
    house.sessions[0].fail_next("start", Refused(HUGE))
    for action in ("unpause", "start"):
        page.actions_.start(next(one for one in page.kind.actions if one.id == action), [row], {})
    qtbot.waitUntil(lambda: len(house.window.toasts.texts()) == 2)
    house.window.dock.set_opened(True)
    harmless(house.window)
    palette = Palette(commands(house.window, lambda: iter(())), shelves(house.window), house.window)
    palette.field.setText("!img")
    qtbot.waitUntil(lambda: len(palette.titles()) > 3)
    harmless(palette)
    palette.dismiss()


def _menu_of(page, rows):
    from gui.widgets.menu import Menu

    menu = Menu(parent=page)
    page.actions_.fill_menu(menu, rows)
    return menu


def test_hostile_reasons_for_a_lost_engine_are_only_text(qtbot, hostile_house):
    page = hostile_house.open(qtbot)
    hostile_house.sessions[0].lose(Unreachable(EVIL, Reason.SSH))
    qtbot.waitUntil(page.banner.isVisible, timeout=5_000)
    harmless(hostile_house.window)


def test_a_command_to_copy_cannot_bring_another_one_along():
    address = Context(id="x", engine=EngineKind.DOCKER, name="x", endpoint="unix:///tmp/a b;touch /tmp/owned;.sock")
    assert message(Unreachable("", Reason.REFUSED), address).command == (
        "docker -H 'unix:///tmp/a b;touch /tmp/owned;.sock' version"
    )


def test_an_odd_row_or_document_leaves_the_others_in_the_list(qtbot, house):
    page = house.open(qtbot)
    session = house.sessions[0]
    session.inspect = lambda ref, scope: b'{"Id": null, "State": [], "Mounts": null, "NetworkSettings": 7}'
    page.show_key(page.table.all_rows()[0].id)
    for tab in (Tab.OVERVIEW, Tab.INSPECT):
        page.details.set_tab(tab)
        qtbot.wait(100)
    page.details.set_tab(Tab.OVERVIEW)
    session.inspect = lambda ref, scope: b"[["
    page.show_key(page.table.all_rows()[1].id)
    qtbot.wait(100)
    assert page.table.row_count() > 20


def described(home, name, host):
    """Write a Docker context; the path of its file."""
    meta = home / ".docker/contexts/meta" / name / "meta.json"
    meta.parent.mkdir(parents=True, exist_ok=True)
    write_whole(meta, json.dumps({"Name": name, "Endpoints": {"docker": {"Host": host}}}).encode())
    return meta


def listed(application, name):
    return next((one for one in application.contexts.found if one.name == name and one.problem is None), None)


def test_context_files_may_break_move_and_go_while_the_window_is_open(qtbot, start, home):
    meta = described(home, "desk", "tcp://127.0.0.1:1")
    other = described(home, "vault", "tcp://127.0.0.1:2")
    application = start("--demo")
    lobby = application.lobby
    qtbot.waitUntil(lambda: all(listed(application, name) for name in ("desk", "vault")), timeout=12_000)
    whole = meta.read_text()
    meta.write_text(f"<<<<<<< HEAD\n{whole}\n=======\n")
    qtbot.waitUntil(lambda: lobby.banner.isVisibleTo(lobby), timeout=12_000)
    assert f"{meta}:1" in lobby.banner.accessibleName()
    assert listed(application, "desk").endpoint == "tcp://127.0.0.1:1", "the last good state stands"
    (home / "elsewhere.json").write_text(whole.replace(":1", ":3"))
    (home / "link").symlink_to(home / "elsewhere.json")
    (home / "link").rename(meta)
    qtbot.waitUntil(lambda: listed(application, "desk").endpoint == "tcp://127.0.0.1:3", timeout=12_000)
    assert not lobby.banner.isVisibleTo(lobby)
    shutil.rmtree(other.parent)
    qtbot.waitUntil(lambda: listed(application, "vault") is None, timeout=12_000)


@pytest.fixture
def recorded_ssh(tmp_path_factory, monkeypatch):
    """An `ssh` that only writes down how it was called; the file that it writes to."""
    folder = tmp_path_factory.mktemp("bin")
    calls = folder / "calls"
    program = folder / "ssh"
    program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > {calls}\nexit 1\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    return calls


def test_ssh_runs_for_a_click_alone_and_takes_no_host_for_an_option(qtbot, start, home, recorded_ssh):
    described(home, "far", "ssh://someone@far.example:2222")
    described(home, "trap", "ssh://-oProxyCommand=touch${IFS}owned/")
    settings = home / ".config/pilothouse/settings.json"
    settings.parent.mkdir(parents=True)
    settings.write_text(json.dumps({"version": 1, "open_contexts": ["docker:far", "docker:trap"]}))
    application = start()
    qtbot.waitUntil(lambda: len(application.contexts.found) == 2, timeout=5_000)
    qtbot.wait(500)
    assert application.contexts.open_ones == []
    assert not recorded_ssh.exists(), "being listed, and having been open once, starts nothing"
    trap = next(one for one in application.contexts.found if one.name == "trap")
    assert "-oProxyCommand" in trap.problem
    application.lobby.open_wanted.emit(listed(application, "far"))
    qtbot.waitUntil(lambda: recorded_ssh.exists() and "dial-stdio" in recorded_ssh.read_text(), timeout=5_000)
    words = recorded_ssh.read_text().splitlines()
    assert words[words.index("--") :] == ["--", "far.example", "docker", "system", "dial-stdio"]
    assert not list(home.rglob("owned"))


@pytest.mark.parametrize("host", ["tcp://sam:canary-7@127.0.0.1:1", "ssh://sam:canary-7@far.example"])
def test_a_password_in_an_address_is_neither_shown_nor_written(qtbot, start, home, monkeypatch, host):
    monkeypatch.setenv("DOCKER_HOST", host)
    described(home, "desk", host)
    application = start()
    qtbot.waitUntil(lambda: len(application.contexts.found) >= 2, timeout=5_000)
    qtbot.wait(100)
    shown = [f"{place}: {text}" for place, text in said(application.window) if "canary-7" in text]
    application.window.close()
    written = [str(path) for path in home.rglob("*") if path.is_file() and b"canary-7" in path.read_bytes()]
    assert (shown, written) == ([], [str(home / ".docker/contexts/meta/desk/meta.json")])
