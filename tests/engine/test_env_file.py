"""Env files and label files are read exactly as the docker command reads them."""

import os
from pathlib import Path

import pytest

from models.docker.env_file import LINE_LIMIT, file_entries
from models.docker.run_spec import RunSpec
from models.errors import BadInput
from services.docker.create import surroundings
from tests.world.busybox import IMAGE
from tests.world.engine import DockerEngine

ACCEPTED = (
    b"A=1\nB=two words  \n\n   # no\nC='q' \"r\"\n\tD=#x\nE=\nF==x\nHOME\nUNSET\n",
    b"\xef\xbb\xbfA=1\r\nB=\r\n",
    "\u00a0\u2003A=1\n\x85B=2\nC=\u00a0x\n".encode(),
    b"export=1\nA.B-C=1\n$X=${Y}\n  \n=".removesuffix(b"="),
    b"A=1",
    b"A=1\x00\n",
    b"A=" + b"x" * (LINE_LIMIT - 3) + b"\n",
    b"",
)
REFUSED = (b"export A=1\n", b"=1\n", b"A B\n", b"A\t=1\n", b"A=\xff\n", b"OK=1\nA =1\n", b"A=" + b"x" * LINE_LIMIT)


@pytest.mark.parametrize("content", ACCEPTED, ids=range(len(ACCEPTED)))
def test_what_the_docker_command_takes_we_take_alike(engine: DockerEngine, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "file"
    file.write_bytes(content)
    container = engine.docker("create", "--env-file", str(file), "--label-file", str(file), IMAGE, check=False)
    if b"\x00" in content and container.returncode:
        pytest.skip("this engine refuses what its command sends")
    config = engine.api("GET", f"/containers/{container.stdout.strip()}/json")["Config"]
    around = surroundings(RunSpec(env_files=(str(file),), label_files=(str(file),)), engine.environment())
    ours = [entry for entry in around.variables if not entry.startswith("PATH=")]
    assert sorted(ours) == sorted(entry for entry in config["Env"] or () if not entry.startswith("PATH="))
    assert dict(around.labels) == config["Labels"]


@pytest.mark.parametrize("content", REFUSED, ids=range(len(REFUSED)))
def test_what_the_docker_command_refuses_we_refuse_with_its_line(
    engine: DockerEngine, tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "file"
    file.write_bytes(content)
    assert engine.docker("create", "--env-file", str(file), IMAGE, check=False).returncode
    with pytest.raises(BadInput) as refused:
        file_entries(content, "prod.env", os.environ)
    assert refused.value.where == ("prod.env:2" if content.startswith(b"OK") else "prod.env:1")


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as refused:
        surroundings(RunSpec(env_files=(str(tmp_path / "none"),)), {})
    assert refused.value.where == str(tmp_path / "none")
