"""The parts of a flag's text: taken apart and put together again, nothing is lost, finished or not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.run.parts import mount_parts, mount_text, network_parts, network_text, port_parts, port_text
from models.docker.run_draft import draft_of, read_draft
from models.docker.run_line import parse_line

WORDS = st.text(st.characters(codec="ascii", exclude_characters=':/,="\r\n[]', categories=("L", "N", "P")), max_size=6)


@pytest.mark.parametrize(
    "text", ["80", "8080:80", "127.0.0.1:8080:80/udp", "127.0.0.1::80", "[::1]:8080:80", "8000-8010:80-90", "8080:"]
)
def test_ports(text):
    assert port_text(port_parts(text)) == text


@pytest.mark.parametrize("text", ["/data", "data:/srv", "data:/srv:ro,z", "data:", "C:\\x:/srv", "/a:C:\\b:ro"])
def test_mounts(text):
    assert mount_text(mount_parts(text)) == text


@pytest.mark.parametrize("text", ["back", "container:web", "name=back,alias=a,alias=b,ip=10.0.0.2", "name=,alias=a"])
def test_networks(text):
    assert network_text(network_parts(text)) == text


@given(WORDS, WORDS, WORDS)
def test_whatever_is_typed_into_a_mount_stays(source, target, mode):
    text = ":".join((source or "s", target, mode or "m"))
    assert mount_text(mount_parts(text)) == text


@pytest.mark.parametrize(
    "line",
    [
        "docker run alpine",
        "docker run --init=false --entrypoint '' --restart on-failure:3 alpine",
        "docker run --network default --link db:database --ip 10.0.0.3 --network-alias x --network back alpine",
        "docker run --health-cmd 'a b' --health-interval 1m30s --gpus all -m 1.5g alpine sh -c 'x y'",
        "docker run --mount 'type=volume,dst=/o,\"volume-opt=o=a,b\"' --device-read-bps /dev/sda:1mb alpine",
    ],
)
def test_a_draft_says_what_its_line_says(line):
    spec = parse_line(line).spec
    reading = read_draft(draft_of(spec))
    assert reading.problems == ()
    assert reading.spec == spec
