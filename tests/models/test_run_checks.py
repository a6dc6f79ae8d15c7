"""What would go wrong is said before anything is made, with what mends it."""

from __future__ import annotations

import pytest

from models.docker.container import Container, Port, State
from models.docker.run_checks import Check, Found, Listener, Repair, Severity, checks
from models.docker.run_line import parse_line

WEB = Container(id="a" * 64, name="web", image="nginx", state=State.RUNNING, ports=(Port(80, "tcp", 8080, "0.0.0.0"),))
FOUND = Found(containers=[WEB], image=True, networks=frozenset({"back"}), api=(1, 56))


def found(line: str, around: Found = FOUND) -> list[Check]:
    return list(checks(parse_line(f"docker run {line}").spec, around))


def texts(line: str, around: Found = FOUND) -> list[str]:
    return [check.text for check in found(line, around)]


def test_nothing_speaks_against_a_good_one() -> None:
    line = "-d --name new -p 8081:80 -p 127.0.0.1:8082-8084:82-84 -v data:/data --network back --network-alias x nginx"
    assert found(line) == []


def test_a_taken_name_gets_the_next_free_one() -> None:
    second = Container(id="b" * 64, name="web-2", image="nginx", state=State.EXITED)
    [check] = found("--name web nginx", Found(containers=[WEB, second], image=True))
    assert (check.field, check.repair, check.suggestion) == ("name", Repair.REPLACE, "web-3")
    assert "running" in check.text
    assert texts("--name w nginx")[0].startswith("Letters, digits")


@pytest.mark.parametrize(
    ("publish", "said"),
    [
        ("8080:80", "Port 8080 is in use by the container web"),
        ("127.0.0.1:8080:80", "Port 8080 is in use by the container web"),
        ("8079-8081:1-3", "Port 8080 is in use by the container web"),
        ("9000:80 -p 9000:81", "Port 9000 is in use by another -p of this container"),
        ("53:53/udp", "Port 53 is in use by dns (7)"),
    ],
)
def test_a_port_in_use_is_named_with_who_has_it(publish: str, said: str) -> None:
    around = Found(containers=[WEB], image=True, listeners=(Listener(53, "udp", "127.0.0.53", "dns (7)"),))
    assert texts(f"-p {publish} nginx", around) == [said]


@pytest.mark.parametrize("publish", ["8080:80/udp", "[::1]:8080:80", "80", "8080-8081:80", "127.0.0.1:53:53/udp"])
def test_a_port_that_only_looks_taken_is_free(publish: str) -> None:
    around = Found(containers=[WEB], image=True, listeners=(Listener(53, "udp", "127.0.0.53", "dns (7)"),))
    assert found(f"-p {publish} nginx", around) == []


def test_a_missing_image_is_pulled_unless_it_must_not_be() -> None:
    away = Found(image=False)
    [check] = found("owner/name nginx", away)
    assert (check.severity, check.repair, check.suggestion) == (Severity.WARNS, Repair.PULL, "owner/name")
    [check] = found("--pull never owner/name", away)
    assert check.severity is Severity.FAILS
    [check] = found("sha256:" + "0" * 64, away)
    assert (check.severity, check.repair) == (Severity.FAILS, Repair.NONE)
    assert found("Owner/Name")[0].field == "image"


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("--rm --restart always nginx", "restart"),
        ("--no-healthcheck --health-retries 2 nginx", "health.off"),
        ("--cpus 1 --cpu-quota 5 nginx", "cpus"),
        ("-m 4m nginx", "memory"),
        ("-m 64m --memory-swap 32m nginx", "memory_swap"),
        ("--memory-swap 32m nginx", "memory_swap"),
        ("--memory-reservation 2g -m 1g nginx", "memory_reservation"),
        ("-v data:/x -v more:/x/ nginx", "binds"),
        ("-v data:/ nginx", "binds"),
        ("--tmpfs data nginx", "tmpfs"),
        ("--network host --network back nginx", "networks"),
        ("--network nowhere nginx", "networks"),
        ("--network-alias x nginx", "networks"),
        ("--network host -p 80:80 nginx", "publish"),
        ("--log-driver none --log-opt a=b nginx", "log_options"),
    ],
)
def test_what_excludes_each_other_is_said_at_its_field(line: str, field: str) -> None:
    assert [check.field for check in found(line)] == [field]


def test_what_an_old_engine_cannot_do_is_said_with_its_version() -> None:
    line = "--annotation a=b --health-start-interval 1s --mount type=image,src=x,dst=/x nginx"
    old = Found(image=True, api=(1, 41))
    assert [check.field for check in found(line, old)] == ["annotations", "health.start_interval", "mounts"]
    assert all(check.text.endswith("this one speaks 1.41") for check in found(line, old))
    assert found(line) == []
    assert texts("--kernel-memory 50m nginx")[0].startswith("Engines since API 1.42")


def test_a_missing_folder_is_made_by_v_and_refused_by_mount() -> None:
    around = Found(image=True, missing=frozenset({"/nowhere"}))
    [made] = found("-v /nowhere:/x nginx", around)
    [refused] = found("--mount type=bind,src=/nowhere,dst=/x nginx", around)
    assert (made.severity, refused.severity) == (Severity.WARNS, Severity.FAILS)
