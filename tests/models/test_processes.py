"""Lists of processes in every form in which they come, the tree, PIDs inside, rates, and what is said of PID 1."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from models.docker.processes import (
    Housing,
    Inside,
    Look,
    Process,
    matched,
    read_housing,
    read_inside,
    read_top,
    tree,
    zombies_inside,
)
from models.docker.processes_first import first_process
from models.docker.processes_kind import PROCESS, SIGNAL, process_rows, summary
from models.docker.processes_rates import Meter
from models.errors import BadInput
from models.health import Health

NOW = 1_000_000.0
HOUSING = Housing("c" * 64, "web", 100)
TERM = 1 << 14


def top(titles: str, *lines: str) -> bytes:
    count = len(titles.split())
    return json.dumps({"Titles": titles.split(), "Processes": [line.split(None, count - 1) for line in lines]}).encode()


def family() -> tuple[Process, ...]:
    return (
        Process(100, 50, command="server", inside=1, caught=TERM, state="S", threads=3),
        Process(101, 100, command="worker", inside=7, state="S", threads=1),
        Process(103, 101, command="helper", inside=9, state="R", threads=1),
        Process(102, 100, command="worker", inside=8, state="S", threads=1),
        Process(110, 50, command="sh", inside=20, state="S", threads=1),
    )


def test_the_columns_of_procps_are_read() -> None:
    titles = "PID PPID UID USER STAT NLWP TIME RSS ELAPSED CAUGHT IGNORED BLOCKED COMMAND"
    line = (
        "48251 48213 10001 app Ssl+ 25 3700 1024 90 0000000000004002 0000000000001000 0000000000000000 /srv -l  :9000"
    )
    (process,) = read_top(top(titles, line), NOW)
    assert process == Process(
        48251, 48213, "app", 10001, "S", "/srv -l  :9000", threads=25, cpu_seconds=3700.0, memory=1024 * 1024,
        started=NOW - 90, caught=0x4002, ignored=0x1000, blocked=0,
    )  # fmt: skip
    assert process.takes(15) is True
    assert process.takes(1) is False
    assert replace(process, blocked=1).takes(1) is True, "it waits for what it blocks"
    assert replace(process, caught=None).takes(15) is None


def test_the_columns_of_docker_top_by_itself_are_read() -> None:
    titles = "UID PID PPID C STIME TTY TIME CMD"
    (process,) = read_top(top(titles, "root 7 1 0 04:26 ? 1-02:03:04 sh -c a b"), NOW)
    assert (process.pid, process.user, process.command) == (7, "root", "sh -c a b")
    assert process.cpu_seconds == 86_400 + 2 * 3600 + 3 * 60 + 4
    assert (process.state, process.memory, process.started, process.caught) == ("", None, None, None)


def test_podman_tells_both_pids_and_none_outside_for_a_zombie() -> None:
    titles = "PID HPID PPID HUSER STATE TIME ELAPSED RSS COMMAND"
    first, zombie = read_top(top(titles, "1 500 0 root S 1m15.5s 1h0m2s 8 sleep 9", "6 ? 1 ? Z 0s 2.5s 0 [sleep]"), NOW)
    assert (first.pid, first.inside, first.parent, first.cpu_seconds, first.started) == (500, 1, 0, 75.5, NOW - 3602)
    assert (zombie.outside, zombie.inside, zombie.parent, zombie.zombie, zombie.user) == (None, 6, 500, True, "")


@pytest.mark.parametrize("answer", [b"", b"[]", b'{"Titles":["CMD"],"Processes":[["a"]]}', b'{"Titles":7}', b"null"])
def test_what_is_no_list_is_refused(answer: bytes) -> None:
    with pytest.raises(BadInput):
        read_top(answer, NOW)


_cell = st.one_of(st.text(max_size=8), st.integers(0, 4).map(str))


@given(st.lists(st.lists(_cell, max_size=9), max_size=6))
def test_odd_lines_never_break_it(lines: list[list[str]]) -> None:
    titles = ["PID", "PPID", "STAT", "TIME", "ELAPSED", "RSS", "CAUGHT", "COMMAND"]
    processes = read_top(json.dumps({"Titles": titles, "Processes": lines}).encode(), NOW)
    assert len(processes) == len(lines)
    assert len(tree(processes, 1)) == len(lines), "also those in a circle, and those of the same PID"
    rows = process_rows(Look(HOUSING, processes, 0.0), {}, (), ())
    assert all(column.text(row, NOW) is not None for row in rows for column in PROCESS.columns)


def test_the_container_says_how_it_stops() -> None:
    document = {"Id": "abc", "Name": "/web", "State": {"Pid": 7, "Running": True, "Paused": True},
                "Config": {"StopSignal": "SIGQUIT", "StopTimeout": 0},
                "HostConfig": {"PidMode": "host", "PidsLimit": 200}}  # fmt: skip
    housing = read_housing(json.dumps(document).encode())
    assert housing == Housing("abc", "web", 7, "SIGQUIT", 0, "host", True, 200)
    bare = read_housing(b'{"Id":"abc","State":{"Pid":7,"Running":false},"HostConfig":{"PidsLimit":-1}}')
    assert bare == Housing("abc", "", 0, "SIGTERM", 10, "", False, None)


def test_the_tree_has_the_first_process_on_top_and_what_came_in_by_exec_below() -> None:
    branches = tree(tuple(reversed(family())), 100)
    assert [(b.process.pid, b.depth, b.guides, b.children) for b in branches] == [
        (100, 0, (), 2),
        (101, 1, (True,), 1),
        (103, 2, (True, False), 0),
        (102, 1, (False,), 0),
        (110, 0, (), 0),
    ]
    assert sorted(branches, key=lambda branch: branch.path) == branches


def test_a_process_that_is_its_own_parent_is_a_root() -> None:
    assert [branch.depth for branch in tree((Process(5, 5), Process(6, 5)), 5)] == [0, 1]


def test_pids_inside_follow_from_the_shape_of_the_tree() -> None:
    told = [Inside(one.inside, {100: 1, 101: 7}.get(one.parent, 0), "S", one.command) for one in family()]
    assert matched(family(), told, 100) == {one.pid: one.inside for one in family()}


def test_pids_inside_stay_unknown_where_the_lists_do_not_agree() -> None:
    told = [Inside(1, 0, "S", "server"), Inside(7, 1, "S", "worker"), Inside(20, 0, "S", "sh")]
    assert matched(family(), told, 100) == {100: 1, 110: 20}, "which of the two workers has ended is not known"


def test_the_containers_own_ps_is_read_without_itself() -> None:
    asked = "ps -o pid,ppid,stat,args"
    told = read_inside(f"PID PPID STAT COMMAND\n 1 0 S server -x\n 6 1 Z [old]\n 9 0 R {asked}\nnonsense\n", asked)
    assert told == [Inside(1, 0, "S", "server -x"), Inside(6, 1, "Z", "[old]")]
    (zombie,) = zombies_inside(told, {100: 1})
    assert (zombie.outside, zombie.inside, zombie.parent, zombie.zombie) == (None, 6, 100, True)


def looked(at: float, seconds: float, **options: bool) -> Look:
    return Look(HOUSING, (Process(100, 1, cpu_seconds=seconds, memory=int(at) + 1),), at, **options)


def test_cpu_is_measured_from_look_to_look() -> None:
    meter = Meter()
    (first,) = meter.take(looked(0.0, 5.0, exact=True)).values()
    (second,) = meter.take(looked(2.0, 6.0, exact=True)).values()
    (fallen,) = meter.take(looked(4.0, 1.0, exact=True)).values()
    assert (first.cpu, second.cpu, fallen.cpu) == (None, 50.0, None), "a counter that falls is another process"
    assert fallen.memory_history == (1.0, 3.0, 5.0)


def test_whole_seconds_are_measured_over_ten() -> None:
    meter = Meter()
    found = [next(iter(meter.take(looked(2.0 * n, n // 2)).values())).cpu for n in range(8)]
    assert found[:5] == [None] * 5
    assert found[5:] == [20.0, 30.0, 20.0]


def test_what_is_gone_is_forgotten() -> None:
    meter = Meter()
    meter.take(looked(0.0, 1.0, exact=True))
    meter.take(Look(HOUSING, (), 2.0, exact=True))
    assert next(iter(meter.take(looked(4.0, 1.0, exact=True)).values())).cpu is None


def verdict(
    command: str, caught: int | None = 0, *, ignored: int = 0, housing: Housing = HOUSING
) -> tuple[str, Health]:
    process = Process(100, 1, command=command, caught=caught, ignored=ignored, blocked=0)
    headline = first_process(Look(housing, (process,), 0.0)).headline
    return f"{headline.strong} {headline.rest}", headline.health


@pytest.mark.parametrize(
    ("command", "caught", "words", "health"),
    [
        ("/bin/sh /entrypoint.sh", 0, "a shell script that does not forward signals", Health.UNHEALTHY),
        ("bash -ec server", 0, "a shell (bash -ec) that does not", Health.UNHEALTHY),
        ("-bash", 0, "a shell (bash) that does not", Health.UNHEALTHY),
        ("sh /entrypoint.sh", TERM, "the script's trap decides", Health.HEALTHY),
        ("/usr/bin/server --x", TERM, "(server) and takes SIGTERM", Health.HEALTHY),
        ("/usr/bin/server --x", 0, "has no handler for SIGTERM. For PID 1", Health.UNHEALTHY),
        ("/usr/bin/server --x", None, "is not known", Health.UNKNOWN),
        ("/sbin/docker-init -- server", 0, "PID 1 is an init (docker-init)", Health.HEALTHY),
    ],
)
def test_what_is_said_of_pid_1(command: str, caught: int | None, words: str, health: Health) -> None:
    said, found = verdict(command, caught)
    assert words in said
    assert found is health


def test_the_stop_signal_and_time_are_the_containers_own() -> None:
    housing = replace(HOUSING, stop_signal="SIGQUIT", stop_seconds=30)
    said, _ = verdict("server", TERM, housing=housing)
    assert "no handler for SIGQUIT" in said
    assert "waits 30 s and ends in SIGKILL (137)" in said
    assert "ignores SIGQUIT" in verdict("server", TERM, ignored=1 << 2, housing=housing)[0]


def test_a_branch_that_is_folded_hides_what_is_below_it_and_only_that() -> None:
    look = Look(HOUSING, family(), 0.0)
    rows = process_rows(look, {}, (), ())
    folded = next(row.id for row in rows if row.process.pid == 101)
    left = process_rows(look, {}, (), {folded})
    assert [row.process.pid for row in left] == [100, 101, 102, 110]
    assert [row.folded for row in left] == [False, True, False, False]
    assert len(process_rows(look, {}, (), {folded}, flat=True)) == 5
    assert left[-1].mark == "came in by exec"


def test_the_command_of_a_signal_is_that_of_a_shell() -> None:
    rows = process_rows(Look(HOUSING, family(), 0.0), {}, (), ())
    main, worker = rows[0], rows[1]
    assert SIGNAL.twin([main], {"signal": "SIGHUP"}) == (("kill", "--signal", "SIGHUP", "web"),)
    assert SIGNAL.twin([worker], {"signal": "SIGHUP"}) == (("exec", "-u", "0", "web", "kill", "-HUP", "7"),)
    assert SIGNAL.why_not([worker]) is None
    unknown = replace(worker, process=replace(worker.process, inside=None), inside_unknown="no ps")
    assert "no ps" in (SIGNAL.why_not([unknown]) or "")
    assert "ended already" in (SIGNAL.why_not([replace(worker, process=replace(worker.process, state="Z"))]) or "")


def test_secrets_in_a_command_are_masked() -> None:
    (row,) = process_rows(
        Look(HOUSING, (Process(100, 1, command="redis-server --requirepass hunter2"),), 0.0), {}, (), ()
    )
    assert "hunter2" not in PROCESS.column("command").text(row, NOW)


def test_counts_and_what_is_not_known_are_said() -> None:
    look = Look(replace(HOUSING, pids_limit=200), family(), 0.0, inside_unknown="why")
    assert summary(look) == ("5 processes with 7 threads; 200 allowed", "PIDs inside not known: why")
