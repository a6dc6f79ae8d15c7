"""Container details: what an inspect of each kind of engine says, and the overview made of it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.docker.container import Container, State, Usage
from models.docker.details import container_details
from models.docker.facts import Binding, Origin
from models.docker.overview import container_overview
from models.docker.reading import instant
from models.errors import BadInput
from models.health import Health, Tone
from models.overview import Item, Property, Setting, spread

ID = "297589a7ce0bd7728c22195dd90ce9a7f5f8419c69a5731a428350d6782047ac"
NOW = 1_795_480_200.0  # 2026-11-24 00:30:00 UTC

# The parts that matter of what Docker 20.10 and 29 and Podman 4.3 wrote for the same container.
COMMON = {
    "Id": ID,
    "Name": "/api",
    "Created": "2026-11-23T21:30:00.897727162Z",
    "Path": "/app/server",
    "Args": ["-l", ":9000", "--token", "hunter2"],
    "State": {
        "Status": "running",
        "Pid": 48213,
        "ExitCode": 0,
        "Error": "",
        "StartedAt": "2026-11-23T21:30:01.5Z",
        "FinishedAt": "0001-01-01T00:00:00Z",
        "Health": {
            "Status": "unhealthy",
            "FailingStreak": 3,
            "Log": [
                {"Start": "2026-11-24T00:28:30Z", "End": "2026-11-24T00:28:30.5Z", "ExitCode": 0, "Output": "ok\n"},
                {"Start": "2026-11-24T00:29:00Z", "End": "2026-11-24T00:29:03Z", "ExitCode": -1, "Output": "exceeded"},
                {"Start": "2026-11-24T00:29:30Z", "End": "2026-11-24T00:29:32.1Z", "ExitCode": 22, "Output": "503\n"},
                {"Start": "2026-11-24T00:29:59Z", "End": "2026-11-24T00:30:00Z", "ExitCode": 22, "Output": "503\n"},
            ],
        },
    },
    "Image": "sha256:8c606f85",
    "RestartCount": 2,
    "Driver": "overlay2",
    "HostConfig": {
        "LogConfig": {"Type": "json-file", "Config": {}},
        "NetworkMode": "front",
        "PortBindings": {"9000/tcp": [{"HostIp": "", "HostPort": "9000"}]},
        "RestartPolicy": {"Name": "unless-stopped", "MaximumRetryCount": 0},
        "CapAdd": ["CAP_NET_ADMIN"],
        "CapDrop": None,
        "PidMode": "host",
        "Tmpfs": {"/tmp": "size=67108864"},
        "Memory": 536870912,
        "MemorySwap": 1073741824,
        "NanoCpus": 1500000000,
        "PidsLimit": 200,
        "Ulimits": [{"Name": "nofile", "Hard": 2048, "Soft": 1024}],
        "Devices": [],
    },
    "Mounts": [
        {"Type": "volume", "Name": "uploads", "Source": "/v/uploads/_data", "Destination": "/app/uploads", "RW": True},
        {"Type": "bind", "Source": "/run/docker.sock", "Destination": "/var/run/docker.sock", "RW": True},
        {"Type": "bind", "Source": "/etc/app", "Destination": "/cfg", "RW": False, "Propagation": "rslave"},
    ],
    "Config": {
        "Hostname": "297589a7ce0b",
        "User": "1000:1000",
        "ExposedPorts": {"9000/tcp": {}, "5432/udp": {}, "9100/tcp": {}},
        "Env": ["PATH=/bin", "LOG_LEVEL=info", "DATABASE_URL=postgres://shop:hunter2@db/shop"],
        "Cmd": ["-l", ":9000"],
        "Healthcheck": {"Test": ["CMD-SHELL", "curl -f localhost:9000"], "Interval": 30_000_000_000, "Retries": 3},
        "Image": "shop-api:2.14.1",
        "WorkingDir": "/app",
        "Entrypoint": ["/app/server"],
        "Labels": {"com.docker.compose.project": "shop", "com.docker.compose.service": "api", "team": "a"},
        "StopTimeout": 3,
    },
}
PORTS = {
    "5432/udp": [{"HostIp": "127.0.0.1", "HostPort": "5432"}],
    "9000/tcp": [{"HostIp": "0.0.0.0", "HostPort": "9000"}, {"HostIp": "::", "HostPort": "9000"}],
    "9100/tcp": None,
}
FRONT = {"IPAddress": "172.18.0.2", "IPPrefixLen": 16, "Gateway": "172.18.0.1", "MacAddress": "02:42:ac:12:00:02"}
API_1_41 = {
    **COMMON,
    "NetworkSettings": {
        "IPAddress": "",
        "Gateway": "",
        "Ports": PORTS,
        "Networks": {"front": {**FRONT, "Aliases": ["web", ID[:12]], "Links": None}},
    },
    "GraphDriver": {"Name": "overlay2"},
}
API_1_56 = {
    **COMMON,
    "NetworkSettings": {
        "SandboxID": "4b58",
        "Ports": PORTS,
        "Networks": {"front": {**FRONT, "Aliases": ["web"], "DNSNames": ["api", "web", ID[:12]]}},
    },
    "Storage": {"RootFS": {"Snapshot": {"Name": "overlayfs"}}},
}
PODMAN = {
    **COMMON,
    "Name": "api",
    "NetworkSettings": {"Ports": PORTS, "Networks": {"front": {**FRONT, "Aliases": ["web", ID[:12]]}}},
    "Config": {**COMMON["Config"], "Entrypoint": "/app/server", "StopSignal": "15"},
}
IMAGE = {"Id": "sha256:8c606f85", "Config": {"Env": ["PATH=/bin"]}}


def read(document, image=None):
    return container_details(json.dumps(document).encode(), None if image is None else json.dumps(image).encode())


def changed(document, **parts):
    """A deep copy with keys of sections replaced: `changed(d, State={"Status": "exited"})`."""
    copy = json.loads(json.dumps(document))
    for section, values in parts.items():
        copy[section].update(values)
    return copy


def row(**fields):
    return Container(**{"id": ID, "name": "api", "image": "shop-api:2.14.1", "state": State.RUNNING, **fields})


def section(overview, title):
    return next(one for one in overview.sections if one.title == title)


@pytest.fixture(params=(API_1_41, API_1_56, PODMAN), ids=("1.41", "1.56", "podman"))
def details(request):
    return read(request.param)


def test_every_engine_tells_the_same_of_the_same_container(details):
    assert (details.name, details.image, details.user) == ("api", "shop-api:2.14.1", "1000:1000")
    assert details.command == ("/app/server", "-l", ":9000", "--token", "hunter2")
    assert details.entrypoint == ("/app/server",)
    assert (details.restart.policy, details.restart.count) == ("unless-stopped", 2)
    assert details.stop_grace == 3
    assert details.life.pid == 48213
    assert details.life.started == pytest.approx(NOW - 3 * 3600 + 1.5)
    assert details.life.finished is None
    front = details.networks[0]
    assert (front.network, front.address, front.gateway) == ("front", "172.18.0.2/16", "172.18.0.1")
    assert front.names == ("web",)


def test_published_and_exposed_ports_are_told_apart(details):
    assert details.ports == (
        Binding(5432, "udp", 5432, "127.0.0.1", published=True),
        Binding(9000, "tcp", 9000, "0.0.0.0", published=True),
        Binding(9000, "tcp", 9000, "::", published=True),
        Binding(9100, "tcp"),
    )
    assert [port.everywhere for port in details.ports if port.published] == [False, True, True]


def test_a_stopped_container_shows_what_its_next_start_publishes():
    stopped = changed(API_1_56, State={"Status": "exited"}, NetworkSettings={"Ports": {}})
    assert read(stopped).ports[0] == Binding(9000, "tcp", 9000, "", published=True)


def test_mounts_say_who_may_write_and_what_reaches_the_engine(details):
    mounts = {mount.destination: mount for mount in details.mounts}
    assert mounts["/app/uploads"].source == "uploads"
    assert not mounts["/cfg"].writable
    assert mounts["/cfg"].propagation == "rslave"
    assert mounts["/tmp"].type == "tmpfs"
    assert [mount.destination for mount in details.mounts if mount.engine_socket] == ["/var/run/docker.sock"]


def test_the_environment_tells_what_came_from_the_image():
    origins = {one.name: one.origin for one in read(API_1_56, IMAGE).environment}
    assert origins == {"PATH": Origin.IMAGE, "LOG_LEVEL": Origin.CONTAINER, "DATABASE_URL": Origin.CONTAINER}
    assert {one.origin for one in read(API_1_56).environment} == {Origin.UNKNOWN}


def test_limits_and_marks(details):
    assert (details.limits.cpus, details.limits.memory, details.limits.pids) == (1.5, 536870912, 200)
    assert details.security.added == ("NET_ADMIN",)
    assert details.security.host_namespaces == ("PID",)
    by_quota = changed(API_1_41, HostConfig={"NanoCpus": 0, "CpuQuota": 50_000, "CpuPeriod": 0, "PidsLimit": -1})
    assert (read(by_quota).limits.cpus, read(by_quota).limits.pids) == (0.5, None)


@pytest.mark.parametrize("options", ["size=67108864", "size=64m", "size=64m,rw,rprivate,nosuid,nodev,tmpcopyup"])
def test_a_tmpfs_says_its_size_however_it_is_written(options):
    mounts = section(
        container_overview(read(changed(API_1_41, HostConfig={"Tmpfs": {"/tmp": options}})), row(), NOW), "Mounts"
    )
    assert "tmpfs /tmp 64 MB" in [one.line.text for one in mounts.rows]


@pytest.mark.parametrize(
    ("given", "name"), [("15", "SIGTERM"), ("", "SIGTERM"), ("SIGQUIT", "SIGQUIT"), ("usr1", "SIGUSR1")]
)
def test_a_stop_signal_has_a_name(given, name):
    assert read(changed(PODMAN, Config={"StopSignal": given})).stop_signal == name


def test_probes_with_their_time_code_and_output(details):
    health = details.health
    assert (health.status, health.failing_streak, health.interval) == ("unhealthy", 3, 30.0)
    assert [(probe.exit_code, probe.timed_out) for probe in health.probes][1:] == [(-1, True), (22, False), (22, False)]
    assert health.probes[2].seconds == pytest.approx(2.1)


def test_a_check_that_is_switched_off_is_none():
    assert read(changed(API_1_41, Config={"Healthcheck": {"Test": ["NONE"]}})).health is None


@pytest.mark.parametrize("document", [b"", b"[]", b"{", b'"x"', b"[" * 100_000, b"\xff\xfe"])
def test_what_is_no_object_is_bad_input(document):
    with pytest.raises(BadInput):
        container_details(document)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def paths(document, before=()):
    for key, value in document.items():
        yield (*before, key)
        if isinstance(value, dict):
            yield from paths(value, (*before, key))


@given(st.sampled_from(list(paths(API_1_56))), json_values)
def test_no_odd_field_hides_the_rest(path, value):
    odd = json.loads(json.dumps(API_1_56))
    inner = odd
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    overview = container_overview(read(odd), row(), NOW)
    assert section(overview, "Container").rows


@given(st.sampled_from(list(paths(API_1_41))))
def test_no_missing_field_hides_the_rest(path):
    odd = json.loads(json.dumps(API_1_41))
    inner = odd
    for key in path[:-1]:
        inner = inner[key]
    del inner[path[-1]]
    assert container_overview(read(odd), row(), NOW).headline.strong


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2026-11-24T00:30:00Z", NOW),
        ("2026-11-24T01:30:00.000000001+01:00", NOW),
        ("2026-11-24T00:30:00", NOW),
        ("0001-01-01T00:00:00Z", None),
        ("", None),
        ("yesterday", None),
    ],
)
def test_instants(text, seconds):
    assert instant(text) == seconds


# --- the overview -----------------------------------------------------------------------------------------------------


def test_the_sentence_says_what_is_wrong_and_how():
    headline = container_overview(read(API_1_56), row(usage=Usage(38.2, 435_000_000, 536_870_912)), NOW).headline
    assert headline.health is Health.UNHEALTHY
    assert headline.strong == "Running for 2 h, but the last 3 health probes failed"
    assert headline.rest == (
        "with exit 22 or a time-out. Memory stands at 81 % of its limit of 512 MB. "
        "Restarted 2 times by its policy so far."
    )


@pytest.mark.parametrize(
    ("state", "strong"),
    [
        ({"Status": "running", "Health": None}, "Running for 2 h."),
        ({"Health": {"Status": "starting", "FailingStreak": 0}}, "Running for 2 h; no health probe has passed yet."),
        ({"Health": {"Status": "healthy", "FailingStreak": 0}}, "Running for 2 h; its last health probe passed."),
        ({"Health": {"Status": "healthy", "FailingStreak": 1}}, "Running for 2 h, but the last health probe failed"),
        ({"Status": "paused"}, "Paused; it was started 2 h ago."),
        ({"Status": "created", "StartedAt": "0001-01-01T00:00:00Z"}, "Created 2 h ago, never started."),
        ({"Status": "exited", "ExitCode": 3, "FinishedAt": "2026-11-24T00:29:00Z"}, "Ended with 3, 1 min ago."),
    ],
)
def test_the_sentence_of_each_state(state, strong):
    assert container_overview(read(changed(API_1_41, State=state)), row(), NOW).headline.strong == strong


def test_the_command_is_shown_without_its_secrets_and_copied_raw_with_them():
    rows = section(container_overview(read(API_1_41), row(), NOW), "Container").rows
    command = next(one for one in rows if isinstance(one, Property) and one.name == "Command")
    assert "hunter2" not in command.line.text
    assert command.line.raw == "/app/server -l :9000 --token hunter2"


@pytest.mark.parametrize("document", [API_1_41, API_1_56], ids=["list", "string"])
def test_the_entrypoint_stands_apart_where_there_is_one(document):
    def rows_of(inspect):
        return {one.name: one.line for one in section(container_overview(read(inspect), row(), NOW), "Container").rows}

    assert rows_of(document)["Entrypoint"].text == "/app/server"
    assert "Entrypoint" not in rows_of(changed(document, Config={"Entrypoint": None}))


def test_a_probe_says_how_long_it_took_only_where_that_tells_something():
    quick = {"Start": "2026-11-24T00:29:00Z", "End": "2026-11-24T00:29:00.2Z", "ExitCode": 0, "Output": "all is well"}
    slow = {**quick, "End": "2026-11-24T00:29:01.5Z"}
    health = changed(API_1_41, State={"Health": {"Status": "healthy", "FailingStreak": 0, "Log": [quick, slow]}})
    _, latest, before = section(container_overview(read(health), row(), NOW), "Health").rows
    assert latest.line.text.endswith("passed all is well in 1.5 s")
    assert before.line.text.endswith("passed all is well")


def test_a_mount_at_the_same_path_as_on_the_host_names_it_once():
    socket = {"Type": "bind", "Source": "/run/docker.sock", "Destination": "/run/docker.sock", "RW": True}
    inspect = {**changed(API_1_41, HostConfig={"Tmpfs": None}), "Mounts": [socket]}
    [mount] = section(container_overview(read(inspect), row(), NOW), "Mounts").rows
    assert mount.line.text.split() == ["/run/docker.sock", "rw", "steers", "the", "engine"]


def test_a_published_port_is_one_row_that_says_where():
    rows = section(container_overview(read(API_1_41), row(), NOW), "Ports and networks").rows
    assert [one.line.text for one in rows if isinstance(one, Item)] == [
        "5432 → 5432/udp 127.0.0.1 only",
        "9000 → 9000/tcp all addresses",
        "9100/tcp exposed, not published",
        "front 172.18.0.2 web",
    ]


def test_what_reaches_the_host_is_marked():
    marks = section(
        container_overview(read(changed(API_1_41, HostConfig={"Privileged": True})), row(), NOW), "Security"
    )
    warned = [one.line.runs[0].text for one in marks.rows if isinstance(one, Item) and one.tone is Tone.WARNING]
    assert warned == ["Privileged", "Host's PID namespace", "Engine socket", "More rights"]


def test_an_ordinary_container_has_no_security_section():
    plain = changed(API_1_41, HostConfig={"CapAdd": None, "PidMode": ""})
    plain["Mounts"] = []
    titles = [one.title for one in container_overview(read(plain), row(), NOW).sections]
    assert "Security" not in titles
    assert "Container" in titles


def test_the_environment_keeps_the_images_part_back_and_counts_secrets():
    environment = section(container_overview(read(API_1_56, IMAGE), row(), NOW), "Environment")
    assert environment.note == "2 set here, 1 from the image"
    assert [one.name for one in environment.rows if isinstance(one, Setting)] == ["LOG_LEVEL", "DATABASE_URL"]
    assert environment.more == (Setting("PATH", "/bin"),)
    assert environment.rows[-1].text.startswith("1 value looks like a secret.")


def test_a_limit_that_is_nearly_used_up_warns():
    near = container_overview(read(API_1_41), row(usage=Usage(150.0, 435_000_000, 536_870_912, pids=190)), NOW)
    cpu, memory, pids, *_ = section(near, "Limits").rows
    assert (cpu.words, cpu.tone) == ("1.50 of 1.5 cores", Tone.ERROR)
    assert (memory.words, memory.tone) == ("415 of 512 MB", Tone.WARNING)
    assert (pids.name, pids.words, pids.share, pids.tone) == ("Processes", "190 of 200", 0.95, Tone.WARNING)


def test_what_is_used_is_told_without_a_limit_too_and_only_while_it_runs():
    free = changed(API_1_41, HostConfig={"PidsLimit": None, "NanoCpus": 0, "Memory": 0, "MemoryReservation": 0})
    used = row(usage=Usage(150.0, 435_000_000, None, pids=3))
    running, ended = (
        [one.words for one in section(container_overview(read(one), used, NOW), "Limits").rows[:3]]
        for one in (free, changed(free, State={"Status": "exited"}))
    )
    assert running == ["1.50 cores, no limit", "415 MB, no limit", "3, no limit"]
    assert ended == ["no limit"] * 3


def test_no_value_of_the_environment_gets_into_a_log():
    details = read(API_1_56)
    environment = section(container_overview(details, row(), NOW), "Environment")
    assert "hunter2" not in f"{details.environment} {environment}"


# --- columns ----------------------------------------------------------------------------------------------------------


@given(st.lists(st.integers(20, 400), min_size=1, max_size=10), st.integers(1, 6))
def test_spreading_keeps_every_section_once_and_in_order(heights, columns):
    dealt = spread(heights, columns)
    assert [index for column in dealt for index in column] == list(range(len(heights)))
    assert 1 <= len(dealt) <= columns
    assert all(dealt)


def test_spreading_takes_no_column_that_makes_nothing_lower():
    assert spread([200, 90, 100, 90, 100], 5) == [[0], [1, 2], [3, 4]]
    assert spread([], 3) == []
