"""What engines of all ages send, read as rows."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.docker.container import Port, State
from models.docker.wire import container_rows, run_of
from models.errors import BadInput
from tests.services.fake_engine import listed


def row(**fields: Any) -> Any:
    [row] = container_rows(json.dumps([listed("c" * 64, **fields)]).encode())
    return row


def test_a_row_of_docker_20_10() -> None:
    read = row(
        Names=["/other/alias", "/web"],
        Status="Up 3 hours (unhealthy)",
        Ports=[
            {"IP": "0.0.0.0", "PrivatePort": 80, "PublicPort": 8080, "Type": "tcp"},
            {"IP": "::", "PrivatePort": 80, "PublicPort": 8080, "Type": "tcp"},
            {"PrivatePort": 443, "Type": "udp"},
        ],
        Labels={"com.docker.compose.project": "shop"},
        NetworkSettings={
            "Networks": {"b": {"IPAddress": "10.0.0.2"}, "a": {"IPAddress": "", "GlobalIPv6Address": "fd::2"}}
        },
    )
    assert (read.name, read.state, read.probe, read.project) == ("web", State.RUNNING, "unhealthy", "shop")
    assert read.ports == (Port(80, "tcp", 8080, "0.0.0.0"), Port(80, "tcp", 8080, "::"), Port(443, "udp", None, ""))
    assert (read.networks, read.addresses) == (("a", "b"), ("fd::2", "10.0.0.2"))
    assert read.created == 1_700_000_000
    assert read.size_rw is None, "nobody asked"


def test_the_order_in_which_an_engine_lists_ports_is_no_change() -> None:
    ports = [{"PrivatePort": 80, "PublicPort": 8080, "IP": ip, "Type": "tcp"} for ip in ("0.0.0.0", "::")]
    ports += [{"PrivatePort": 443, "Type": "udp"}, {"PrivatePort": 443, "PublicPort": 1, "Type": "tcp"}]
    assert row(Ports=ports) == row(Ports=ports[::-1])


def test_health_of_docker_29_is_a_field() -> None:
    assert row(Health={"Status": "starting", "FailingStreak": 2}).probe == "starting"
    assert row(Health={"Status": "none", "FailingStreak": 0}).probe == ""
    assert row(Status="Up 1 second (health: starting)").probe == "starting"
    assert row(State="exited", Status="Exited (0) 1 second ago", Health={"Status": "unhealthy"}).probe == ""


@pytest.mark.parametrize(
    ("state", "status", "code"),
    [
        ("exited", "Exited (137) 2 days ago", 137), ("exited", "Exited (0) Less than a second ago", 0),
        ("restarting", "Restarting (1) 4 seconds ago", 1), ("dead", "Dead", None), ("running", "Up 2 days", None),
        ("exited", "Exited (-1) 2 days ago", -1), ("exited", "nonsense (3)", None),
    ],
)  # fmt: skip
def test_the_exit_code_is_in_the_status(state: str, status: str, code: int | None) -> None:
    read = row(State=state, Status=status)
    assert (read.exit_code, read.state.value) == (code, state)


def test_podmans_words_are_understood() -> None:
    assert row(State="stopped").state is State.EXITED
    assert row(State="configured").state is State.CREATED
    assert row(State="something new").state is State.UNKNOWN


def test_what_is_missing_or_null_is_empty() -> None:
    nothing = dict.fromkeys(listed("x")) | {"Id": "a"}
    rows = container_rows(json.dumps([nothing, {"Id": "b"}, listed("c")]).encode())
    assert [(one.id, one.name, one.ports, dict(one.labels)) for one in rows[:2]] == [
        ("a", "", (), {}),
        ("b", "", (), {}),
    ]
    assert rows[2].name == "c"
    assert container_rows(b"null") == container_rows(b"[]") == []


def test_one_odd_object_leaves_the_others_alone_and_keeps_what_can_be_read() -> None:
    odd = listed("odd", Created="long ago", Ports={"no": "list"}, Names=["/still-named"])
    rows = container_rows(json.dumps([listed("a"), odd, "no object", {"no": "id"}, [], None, listed("b")]).encode())
    assert [one.name for one in rows] == ["a", "still-named", "b"]
    assert rows[1].created is None
    assert rows[1].state is State.RUNNING


def test_what_is_no_list_is_said_to_be_none() -> None:
    for answer in (b"", b"{}", b"[", b"\xff\xfe", b'"x"'):
        with pytest.raises(BadInput):
            container_rows(answer)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(sorted(listed("x"))), JSON))
def test_whatever_a_field_holds_the_neighbours_are_there(fields: dict[str, Any]) -> None:
    rows = container_rows(json.dumps([listed("before"), {**listed("odd"), **fields}, listed("after")]).encode())
    assert [rows[0].id, rows[-1].id] == ["before", "after"]


def test_a_run_is_read_from_an_inspect() -> None:
    run = run_of(
        json.dumps(
            {
                "State": {
                    "Running": False, "ExitCode": 137, "OOMKilled": True, "Error": "", "Pid": 0,
                    "StartedAt": "2024-05-01T10:00:00.123456789Z", "FinishedAt": "2024-05-01T12:00:05.5+02:00",
                },
                "RestartCount": 4,
                "HostConfig": {"Memory": 67108864, "NanoCpus": 1500000000, "RestartPolicy": {"Name": "always"}},
                "Config": {"Tty": True},
            }
        ).encode()
    )  # fmt: skip
    assert (run.exit_code, run.oom_killed, run.restart_count, run.restart_policy, run.tty) == (
        137,
        True,
        4,
        "always",
        True,
    )
    assert (run.memory_limit, run.cpu_limit) == (64 * 1024**2, 1.5)
    assert run.started == pytest.approx(1714557600.123456)
    assert run.finished == pytest.approx(run.started + 5.376544)


def test_a_run_that_never_was_has_no_times_and_no_limits() -> None:
    run = run_of(b'{"State": {"StartedAt": "0001-01-01T00:00:00Z", "FinishedAt": ""}, "HostConfig": null}')
    assert (run.started, run.finished, run.memory_limit, run.cpu_limit) == (None, None, None, None)
    half = run_of(b'{"HostConfig": {"CpuQuota": 50000}}')
    assert half.cpu_limit == 0.5, "a quota of the default period of 100 ms"


def test_a_running_container_has_not_finished() -> None:
    state = {"Running": True, "StartedAt": "2024-05-01T10:00:00Z", "FinishedAt": "2024-04-01T10:00:00Z"}
    assert run_of(json.dumps({"State": state}).encode()).finished is None


@given(JSON)
def test_any_inspect_is_read_or_refused(document: Any) -> None:
    try:
        run_of(json.dumps(document).encode())
    except BadInput:
        assert not isinstance(document, dict)
