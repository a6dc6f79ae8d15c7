"""One command in a real container: what it wrote, how it ended, and what becomes of one that never ends."""

import threading
import time
from collections.abc import Iterator

import pytest

from models.errors import ConnectionLost, Gone, Refused, TimedOut
from models.kind import Ref
from services.cancel import CancelScope
from services.docker.engine import Engine
from services.docker.execution import run_inside
from tests.engine.house import sleeping
from tests.engine.opening import opened
from tests.services.collecting import eventually
from tests.world.engine import DockerEngine
from tests.world.podman import Podman


@pytest.fixture
def asked(engine: DockerEngine) -> Iterator[Engine]:
    with opened(engine.host) as session:
        session.system(CancelScope())
        yield session._engine


def ran(engine: Engine, container: str, *command: str, **options):
    return run_inside(engine, Ref("containers", container, "it"), command, CancelScope(), **options)


def test_both_streams_and_the_exit_code_are_told(engine: DockerEngine, asked: Engine) -> None:
    container = sleeping(engine, "it")
    script = "printf 'a\\0b'; printf oh >&2; exit 3"
    assert ran(asked, container, "sh", "-c", script) == (3, b"a\0b", b"oh")
    assert ran(asked, container, "true") == (0, b"", b"")
    assert ran(asked, container, "printf", "%s", "$HOME; ls") == (0, b"$HOME; ls", b""), "no shell comes between"


def test_a_code_of_a_missing_program_is_told_from_the_programs_own(engine: DockerEngine, asked: Engine) -> None:
    container = sleeping(engine, "it")
    with pytest.raises(Refused, match="nothing-of-this-name"):
        ran(asked, container, "nothing-of-this-name")
    with pytest.raises(Refused, match=r"(?i)permission denied"):
        ran(asked, container, "/etc/passwd")
    assert ran(asked, container, "sh", "-c", "exit 127").exit_code == 127
    assert ran(asked, container, "sh", "-c", "exit 126").exit_code == 126


def test_much_output_is_capped_and_does_not_hold_the_command_up(engine: DockerEngine, asked: Engine) -> None:
    container = sleeping(engine, "it")
    script = "head -c 3000000 /dev/zero; echo end >&2; exit 4"
    code, stdout, stderr = ran(asked, container, "sh", "-c", script, most=100_000)
    assert (code, len(stdout), stderr) == (4, 100_000, b"end\n")
    assert len(ran(asked, container, "head", "-c", "3000000", "/dev/zero").stdout) == 3_000_000


def test_it_runs_as_the_user_that_is_named(engine: DockerEngine, asked: Engine) -> None:
    container = sleeping(engine, "it")
    assert ran(asked, container, "id", "-u", user="1234").stdout == b"1234\n"
    assert ran(asked, container, "id", "-u").stdout == b"0\n"


def running(engine: DockerEngine, container: str, word: str) -> bool:
    return any(word in " ".join(row) for row in engine.api("GET", f"/containers/{container}/top")["Processes"])


def test_a_command_that_takes_too_long_is_ended(engine: DockerEngine, asked: Engine) -> None:
    container = sleeping(engine, "it")
    begun = time.monotonic()
    with pytest.raises(TimedOut, match="sleep did not end within"):
        ran(asked, container, "sleep", "4711", timeout=0.5)
    assert time.monotonic() - begun < 3
    eventually(lambda: not running(engine, container, "4711"), "the command is gone")
    assert running(engine, container, "86400"), "nothing else was killed"


def test_a_command_that_is_cancelled_is_ended(engine: DockerEngine, asked: Engine) -> None:
    container = sleeping(engine, "it")
    scope = CancelScope()
    threading.Timer(0.5, scope.cancel).start()
    with pytest.raises(ConnectionLost, match="cancelled"):
        run_inside(asked, Ref("containers", container, "it"), ("sleep", "4711"), scope)
    eventually(lambda: not running(engine, container, "4711"), "the command is gone")


def test_a_container_that_cannot_run_it_is_said(engine: DockerEngine, asked: Engine) -> None:
    with pytest.raises(Gone):
        ran(asked, "nobody", "true")
    container = sleeping(engine, "it")
    engine.docker("pause", container)
    with pytest.raises(Refused, match="paused"):
        ran(asked, container, "true")
    engine.docker("unpause", container)
    engine.docker("kill", container)
    with pytest.raises(Refused, match="not running"):
        ran(asked, container, "true")


def test_podman_answers_alike(podman: Podman) -> None:
    container = sleeping(podman, "it")
    with opened(podman.host) as session:
        session.system(CancelScope())
        assert ran(session._engine, container, "sh", "-c", "echo a; echo b >&2; exit 3") == (3, b"a\n", b"b\n")
        with pytest.raises(Refused):
            ran(session._engine, container, "nothing-of-this-name")
