"""What the containers page says, and the commands that do the same."""

from __future__ import annotations

import shlex

import pytest
from msgspec.structs import replace

from models.context import Context, EngineKind
from models.docker import KINDS
from models.docker.container import Container, Port, Run, State, health, pill_text, status_text
from models.docker.container_actions import ACTIONS, name_problem
from models.docker.container_kind import CONTAINER, ports_text
from models.health import Health
from services.operations import twin_text

NOW = 1_700_000_000.0
BARE = Container(id="a" * 64, name="web", image="nginx")
RUNNING = replace(BARE, state=State.RUNNING, run=Run(started=NOW - 3 * 3600))
DESK = Context(id="docker:desk", engine=EngineKind.DOCKER, name="desk", endpoint="unix:///d.sock", named=True)
FOUND = replace(DESK, named=False)


def action(action_id):
    return next(action for action in ACTIONS if action.id == action_id)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.id)
def test_every_column_is_total_on_a_minimal_row(kind):
    for column in kind.columns:
        assert isinstance(column.text(BARE, NOW), str)
        column.tone(BARE)
        for function in (column.sort, column.glyph, column.spark):
            if function is not None:
                function(BARE)
        if column.tooltip is not None:
            assert isinstance(column.tooltip(BARE, NOW), str)
    assert kind.summary(0, {})
    assert kind.summary(1, {view.id: int(view.matches(BARE)) for view in kind.views})
    assert all(isinstance(list(words(BARE)), list) for words in kind.fields.values())


@pytest.mark.parametrize(
    ("state", "run", "code", "glyph", "pill", "status"),
    [
        (State.RUNNING, Run(started=NOW - 10800), None, Health.RUNNING, "Running", "Up 3 h"),
        (State.EXITED, Run(exit_code=0, finished=NOW - 10800), 0, Health.EXITED_OK, "Exited (0)", "Exited (0) 3 h ago"),
        (State.EXITED, Run(exit_code=3, finished=NOW - 60), 3, Health.FAILED, "Exited (3)", "Exited (3) 1 min ago"),
        (State.EXITED, Run(exit_code=143, finished=NOW), 143, Health.EXITED, "Exited (143)", "Exited (143) 0 s ago"),
        (
            State.EXITED,
            Run(exit_code=137, oom_killed=True, finished=NOW - 120),
            137,
            Health.FAILED,
            "OOM killed",
            "Exited (137), OOM 2 min ago",
        ),
        (
            State.RESTARTING,
            Run(exit_code=1, restart_count=14),
            1,
            Health.RESTARTING,
            "Restarting",
            "Restarting (1), 14 so far",
        ),
        (State.CREATED, Run(), None, Health.CREATED, "Created", "Created"),
        (State.PAUSED, Run(started=NOW - 60), None, Health.PAUSED, "Paused", "Paused, up 1 min"),
        (State.DEAD, Run(exit_code=1), 1, Health.FAILED, "Dead (1)", "Dead (1)"),
    ],
)
def test_where_a_container_stands(state, run, code, glyph, pill, status):
    container = replace(BARE, state=state, run=run, exit_code=code)
    assert (health(container), pill_text(container), status_text(container, NOW)) == (glyph, pill, status)


@pytest.mark.parametrize("probe", ["healthy", "unhealthy", "starting"])
def test_a_health_check_beats_running(probe):
    container = replace(RUNNING, probe=probe)
    assert health(container) == probe
    assert status_text(container, NOW) == f"Up 3 h, {probe}"


def test_before_the_inspect_the_engines_own_words_stand():
    assert status_text(replace(BARE, status="Up 2 days"), NOW) == "Up 2 days"


def test_published_and_exposed_ports_are_told_apart():
    both = (Port(80, public=8080, address="0.0.0.0"), Port(80, public=8080, address="::"), Port(9100))
    assert ports_text(both) == "8080→80"
    assert ports_text((Port(3100),)) == "3100 exposed"
    assert ports_text((Port(53, "udp", 53, "127.0.0.1"),)) == "127.0.0.1:53→53/udp"
    assert ports_text((Port(443, "tcp", 443, "fe80::1"),)) == "[fe80::1]:443→443"
    assert ports_text(()) == ""


@pytest.mark.parametrize(
    ("action_id", "options", "command"),
    [
        ("start", {}, "docker --context desk start web"),
        ("stop", {}, "docker --context desk stop web"),
        ("stop-after", {"seconds": 30}, "docker --context desk stop -t 30 web"),
        ("kill", {"signal": "SIGTERM"}, "docker --context desk kill --signal SIGTERM web"),
        ("rename", {"name": "api"}, "docker --context desk rename web api"),
        ("remove", {"force": True, "volumes": True}, "docker --context desk rm -f -v web"),
        ("remove", {"force": False, "volumes": False}, "docker --context desk rm web"),
        ("prune", {}, "docker --context desk container prune"),
    ],
)
def test_the_twin_names_context_and_target(action_id, options, command):
    assert twin_text(DESK, action(action_id), [BARE], options) == command


def test_a_found_socket_is_named_by_its_address_and_everything_is_quoted():
    odd = replace(BARE, name="a b;rm")
    words = shlex.split(twin_text(replace(FOUND, endpoint="unix:///my run/d.sock"), action("start"), [odd], {}))
    assert words == ["docker", "-H", "unix:///my run/d.sock", "start", "a b;rm"]


def test_a_disabled_action_says_why():
    assert action("start").why_not([RUNNING]) == "web already runs"
    assert action("stop").why_not([BARE]) == "web is not running"
    assert action("unpause").why_not([RUNNING, RUNNING]) == "web and web are not paused"
    assert action("stop").why_not([BARE, RUNNING]) is None


def test_a_removal_says_what_goes_and_what_stays():
    web = replace(RUNNING, ports=(Port(80, public=8080),))
    said = action("remove").confirm([web], {"force": True, "volumes": False})
    assert said.title == "Remove web?"
    assert "closes 8080" in said.goes[0].detail
    assert "will be killed" in said.warning
    assert [loss.subject for loss in said.stays] == ["Images", "Named volumes and bind mounts", "Anonymous volumes"]
    assert said.type_to_confirm == "web"
    gentle = action("remove").confirm([web], {"force": False, "volumes": True})
    assert gentle.warning == ""
    assert gentle.note == "Running containers are refused without force."


def test_only_names_that_the_engine_takes():
    assert name_problem("web-1") is None
    assert name_problem("")
    assert name_problem("-x")
    assert name_problem("a")
    assert name_problem("ä b")


def test_search_and_fields_find_what_the_row_shows():
    row = replace(RUNNING, labels={"tier": "front"}, networks=("back",), addresses=("172.17.0.2",))
    text = CONTAINER.search(row)
    assert all(word in text for word in ("web", "nginx", "back", "172.17.0.2"))
    assert "tier=front" in list(CONTAINER.fields["label"](row))


@pytest.mark.parametrize("chosen", [a for a in ACTIONS if a.confirm is not None], ids=lambda a: a.id)
def test_whatever_destroys_names_what_to_type_on_a_protected_context(chosen):
    assert chosen.disruptive
    one = chosen.confirm([RUNNING], chosen.defaults([RUNNING]))
    both = chosen.confirm([RUNNING, replace(BARE, id="b" * 64)], chosen.defaults([RUNNING]))
    assert (one.type_to_confirm, both.type_to_confirm) == ("web", "2 containers")


@pytest.mark.parametrize("state", [State.CREATED, State.EXITED])
def test_a_start_that_failed_is_a_problem(state):
    failed = Container(id="a", name="a", image="i", state=state, run=Run(error="no such file", finished=1.0))
    assert health(failed) is Health.FAILED
    assert pill_text(failed) == "Start failed"
    assert status_text(failed, 10.0).startswith("Start failed")
    assert health(replace(failed, run=Run())) is not Health.FAILED
