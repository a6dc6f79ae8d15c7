"""A pasted line becomes a RunSpec, a RunSpec becomes a line, and nothing is dropped without a word."""

from __future__ import annotations

import shlex

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from models.docker.run_line import Pasted, Remark, parse_line, parts, run_words
from models.docker.run_spec import Bind, Network, Ports, Publish, RunSpec, Variable
from models.docker.run_values import (
    read_bind,
    read_cpus,
    read_device,
    read_duration,
    read_publish,
    read_size,
    read_ulimit,
    write_cpus,
    write_duration,
    write_size,
)
from models.docker.run_words import split_words
from models.errors import BadInput


def spec(line: str) -> RunSpec:
    return parse_line(line).spec


def remarks(line: str) -> list[str]:
    return [remark.text for remark in parse_line(line).remarks]


@pytest.mark.parametrize(
    "line",
    [
        "docker run -d -p 80:80 nginx",
        "$ docker run -d -p 80:80 nginx",
        "# docker run -dp 80:80 nginx",
        "sudo docker container run --detach --publish=80:80 nginx",
        "podman run -d -p=80:80 nginx",
        "/usr/bin/docker run \\\n  -d \\\n  -p 80:80 \\\n  nginx",
        "docker run `\r\n  -d `\r\n  -p 80:80 nginx",
        "docker run ^\r\n  -d -p 80:80 nginx",
        "docker run -d=true -p80:80 nginx  # in the background",
        "PS C:\\Users\\me> docker run -d -p 80:80 'nginx'",
        "run -d -p 80:80 nginx",
    ],
)
def test_however_it_is_pasted_it_is_the_same(line: str) -> None:
    expected = RunSpec(image="nginx", detach=True, publish=(Publish(private=Ports(80, 80), public=Ports(80, 80)),))
    assert parse_line(line) == Pasted(spec=expected)


def test_words_are_split_as_by_a_shell() -> None:
    line = """docker run -e "A=b \\"c\\" $" -e 'D=$HOME "x"' -e E=f\\ g"h"'i' -e J= img sh -c 'echo "a  b"; exit 3'"""
    assert [word.text for word in split_words(line).words] == shlex.split(line)
    assert spec(line).environment[1] == Variable("D", '$HOME "x"')
    assert parse_line(line).remarks == ()


def test_what_only_a_shell_can_do_is_said() -> None:
    line = 'X=1 docker -H tcp://h:1 run -v "$(pwd)":/w -v ~/a:/a -e U=$USER img sh -c "$CMD" | tee log && echo `date`'
    assert remarks(line) == ["X=1", "-H tcp://h:1", "$(pwd)", "~", "$USER", "$CMD", "| tee log && echo `date`"]
    assert spec(line).binds == (Bind("/w", "$(pwd)"), Bind("/a", "~/a")), "and kept as it was written"
    assert remarks("docker run img 2>&1") == ["2>&1"]
    assert remarks("docker run img echo 'it") == ["'"]


def test_what_cannot_be_represented_is_said_with_its_value() -> None:
    line = "docker run --cidfile /x --sig-proxy=false --foo=1 -m lots --pod p --restart sometimes -e =1 nginx ls"
    assert remarks(line) == ["--cidfile /x", "--sig-proxy=false", "--foo=1", "-m lots", "--pod p",
                             "--restart sometimes", "-e =1"]  # fmt: skip
    assert spec(line) == RunSpec(image="nginx", command=("ls",))
    assert parse_line("docker run --name").remarks == (Remark("--name", "its value is missing"),)


def test_paths_that_depend_on_a_folder_are_said() -> None:
    line = "docker run -v ./src:/app --env-file prod.env --mount type=bind,src=../x,dst=/x -v data:/data img"
    assert remarks(line) == ["./src", "../x", "prod.env"]


@pytest.mark.parametrize("line", ["", "docker ps", "docker compose run web", "kubectl run x", "echo docker run x"])
def test_what_is_no_run_is_refused(line: str) -> None:
    with pytest.raises(BadInput):
        parse_line(line)


def test_the_flags_of_the_first_network_are_its_own() -> None:
    found = spec("docker create --network a --ip 10.0.0.2 --network-alias x --network name=b,alias=y img").networks
    assert found == (Network(name="a", ipv4="10.0.0.2", aliases=("x",)), Network(name="b", aliases=("y",)))
    twice = "docker run --network name=a,alias=x --network-alias y img"
    assert (spec(twice).networks[0].aliases, len(remarks(twice))) == (("y",), 1)


def test_a_line_says_each_field_once_and_image_and_command_last() -> None:
    line = "run -d -it --name web -p 8080:80 -v data:/data:ro -e 'A=b c' -m 512m --cpus 1.5 nginx:1 sh -c 'a b'"
    assert shlex.join(run_words(spec(f"docker {line}"))) == line
    assert [part.fields for part in parts(spec(f"docker {line}"))] == [
        ("detach",), ("interactive", "tty"), ("name",), ("publish",), ("binds",), ("environment",), ("memory",),
        ("cpus",), ("image",), ("command",),
    ]  # fmt: skip
    assert "-d" not in run_words(spec(f"docker {line}"), "create")


@pytest.mark.parametrize(
    ("text", "size"), [("512m", 512 << 20), ("1.5GiB", 1536 << 20), ("10", 10), ("7kb", 7168), ("1 g", 1 << 30)]
)
def test_sizes_are_read_as_the_docker_command_does(text: str, size: int) -> None:
    assert read_size(text) == size
    assert read_size(write_size(size)) == size


@pytest.mark.parametrize("text", ["", "m", "-5m", "5x", "5mm", "1e3", "0x10"])
def test_what_is_no_size_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no size"):
        read_size(text)


@given(some.integers(0, 10**15))
def test_durations_and_cpus_come_back_exactly(number: int) -> None:
    assert read_duration(write_duration(number)) == number
    assert read_cpus(write_cpus(number)) == number


def test_durations_are_go_s() -> None:
    assert read_duration("1h2m3.5s") == 3_723_500_000_000
    assert write_duration(90_000_000_000) == "1m30s"
    for wrong in ("", "5", "1d", "s", "-1s", "1 s"):
        with pytest.raises(ValueError, match="is no duration"):
            read_duration(wrong)


def test_ports_drives_and_devices() -> None:
    assert read_publish("[::1]:81:80/udp") == Publish(
        private=Ports(80, 80), public=Ports(81, 81), address="::1", protocol="udp"
    )
    assert read_publish("127.0.0.1::80").public is None
    assert read_bind("C:\\data:D:\\x:ro") == Bind("D:\\x", "C:\\data", "ro")
    assert read_device("/dev/sda:r").permissions == "r"
    assert read_ulimit("nofile=5").hard == 5
    for wrong in ("80:90-91:x", "1-2:1-3", "70000", "8-7", "80/icmp", ""):
        with pytest.raises(ValueError, match=r"is no port|not equally many|between|none of"):
            read_publish(wrong)
    with pytest.raises(ValueError, match="above the hard"):
        read_ulimit("nofile=6:5")


@settings(max_examples=300)
@given(some.text(max_size=60))
def test_any_text_can_be_pasted(text: str) -> None:
    try:
        pasted = parse_line(f"docker run {text}")
    except BadInput:
        return
    again = parse_line(shlex.join(("docker", *run_words(pasted.spec))))
    if pasted.spec.image:
        assert again.spec == pasted.spec


WORDS = some.lists(
    some.sampled_from(["-it", "-d", "--rm", "-e", "A=1", "-p", "80:80", "--name", "x", "-v", "/a:/b", "img", "--init",
                       "--network", "net", "--ip", "1.2.3.4", "-m", "5m", "'a b'", "--", "sh", "-c", "$X", "|", ";"]),
)  # fmt: skip


@given(WORDS)
def test_lines_of_flags_come_back(words: list[str]) -> None:
    pasted = parse_line(" ".join(("docker run", *words)))
    if pasted.spec.image:
        assert parse_line(shlex.join(("docker", *run_words(pasted.spec)))).spec == pasted.spec
