"""Namespaces by settings and by the kernel's numbers: who shares with whom, and what is said of it."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from models.docker.namespaces import NAMES, Engine, Spaces, Whose, namespace_map, read_pid, read_spaces, sentences
from models.docker.namespaces_kind import NAMESPACES, cell_text
from models.errors import BadInput
from models.health import Tone

DOCKER = Engine()
LONG = {"web": "a" * 64, "debug": "b" * 64, "host": "c" * 64}


def told(name: str, numbers: Mapping[str, int] | None = None, *, engine: Engine = DOCKER, running: bool = True,
         **modes: str) -> Spaces:  # fmt: skip
    document = {"Id": LONG.get(name, name * 64), "Name": f"/{name}", "HostConfig": modes,
                "State": {"Running": running, "Pid": 7}}  # fmt: skip
    return read_spaces(json.dumps(document).encode(), engine, numbers)


def cells(*containers: Spaces):
    return {row.name: row.cells for row in namespace_map(containers)}


def test_without_a_word_everything_is_its_own_but_the_user() -> None:
    web = told("web")
    assert {kind: space.whose for kind, space in web.places.items()} == dict.fromkeys(NAMES, Whose.OWN) | {
        "user": Whose.HOST
    }


def test_an_engine_that_remaps_users_an_old_one_and_podman_mean_something_else() -> None:
    assert told("web", engine=Engine(user_remapped=True)).places["user"].whose is Whose.OWN
    assert told("web", engine=Engine(user_remapped=True), UsernsMode="host").places["user"].whose is Whose.HOST
    assert told("web", engine=Engine(cgroup_namespaces=False)).places["cgroup"].whose is Whose.HOST
    assert told("web", engine=Engine(podman=True)).places["cgroup"].whose is Whose.UNKNOWN
    assert told("web", {"cgroup": 7}, engine=Engine(podman=True)).places["cgroup"].whose is Whose.OWN


@pytest.mark.parametrize("word", ["a" * 64, "a" * 12, "web"])
def test_who_was_named_shares_in_every_way_of_naming(word: str) -> None:
    found = cells(told("web"), told("debug", NetworkMode=f"container:{word}", PidMode="host"))
    assert found["web"]["net"].others == ("debug",)
    assert found["debug"]["net"].others == ("web",)
    assert found["web"]["net"].group == found["debug"]["net"].group is not None
    assert (found["debug"]["pid"].whose, found["debug"]["pid"].group) == (Whose.HOST, None)
    assert found["web"]["pid"].others == ()


def test_each_group_has_a_mark_of_its_own() -> None:
    found = cells(
        told("web"),
        told("debug", NetworkMode="container:web", IpcMode="container:web"),
        told("d"),
        told("e", NetworkMode="container:d"),
    )
    groups = [found["web"]["net"].group, found["debug"]["ipc"].group, found["e"]["net"].group]
    assert len(set(groups)) == 3
    assert None not in groups
    assert found["web"]["net"].others == ("debug",)


def test_a_chain_is_one_group_whatever_comes_first() -> None:
    chain = [told("c", NetworkMode="container:b"), told("b", NetworkMode="container:d"), told("d")]
    assert {len(one["net"].others) for one in cells(*chain).values()} == {2}
    assert {len(one["net"].others) for one in cells(*reversed(chain)).values()} == {2}


def test_numbers_prove_what_no_setting_says() -> None:
    found = cells(told("web", {"net": 5, "ipc": 8}), told("debug", {"net": 5, "ipc": 9}))
    assert found["web"]["net"].others == ("debug",)
    assert found["web"]["ipc"].others == ()
    first = told("web", {"uts": 4_026_531_838})
    assert first.places["uts"].whose is Whose.HOST, "the kernel fixes the number of the machine's own"


def test_those_on_the_host_are_no_group() -> None:
    found = cells(told("web", {"net": 3}, NetworkMode="host"), told("debug", {"net": 3}, NetworkMode="host"))
    assert [one["net"].group for one in found.values()] == [None, None]


def test_an_owner_that_has_gone_is_named() -> None:
    found = cells(told("debug", NetworkMode=f"container:{'f' * 64}"))
    assert cell_text(found["debug"]["net"]) == "ffffffffffff, gone"


def test_it_is_said_in_words() -> None:
    web, debug = namespace_map([told("web"), told("debug", NetworkMode="container:web", PidMode="host")])
    assert sentences(debug) == [
        ("Network", "shared with web"),
        ("PID and User", "the host's"),
        ("IPC, UTS, Cgroup and Mount", "its own"),
    ]
    assert (web.shares, web.on_host, debug.on_host) == (True, False, True)
    assert NAMESPACES.column("net").text(web, 0.0) == "debug"
    assert NAMESPACES.column("pid").tone(debug) is Tone.WARNING
    assert NAMESPACES.column("user").tone(debug) is Tone.SECONDARY, "as everywhere"
    assert "PID: which processes are seen\nThat of the engine's machine" in NAMESPACES.column("pid").tooltip(debug, 0.0)


def test_a_container_that_does_not_run_says_that_these_are_its_settings() -> None:
    (row,) = namespace_map([told("web", running=False, IpcMode="host")])
    assert "does not run now" in NAMESPACES.column("ipc").tooltip(row, 0.0)


def test_odd_answers_are_refused_and_have_no_process() -> None:
    with pytest.raises(BadInput):
        read_spaces(b"[]", DOCKER)
    assert read_pid(b"[]") == 0
    assert read_pid(b'{"Id":"a","State":{"Pid":7,"Running":false}}') == 0
    assert read_pid(b'{"Id":"a","State":{"Pid":7,"Running":true}}') == 7
    bare = read_spaces(b'{"Id":"a","HostConfig":{"NetworkMode":null}}', DOCKER)
    assert bare.places["net"].whose is Whose.OWN
    assert not bare.running
