"""A followed log against an engine that refuses it, damages it or goes away; real engines are in tests/engine."""

import json
import struct
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.errors import AppError, Failed, Refused
from models.kind import Ref
from models.logs import Gap, LogChunk, LogOptions
from services.docker.connection import Pace
from services.docker.log_frames import Damaged
from services.docker.session import DockerSession
from tests.services.collecting import Collector, eventually
from tests.services.fake_engine import FakeEngine, fake_engine

LOG = "/containers/a/logs"
RUNNING = {"Id": "a", "State": {"Status": "running", "Running": True, "Pid": 7, "StartedAt": "2024-05-01T10:00:00Z"}}


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[FakeEngine]:
    with fake_engine(tmp_path) as fake:
        fake.answers["/containers/a/json"] = 200, json.dumps(RUNNING).encode()
        yield fake


@pytest.fixture
def session(fake: FakeEngine) -> Iterator[DockerSession]:
    session = DockerSession(fake.context, Pace(ping_every=0.1, ping_limit=1.0, retry_first=0.05, retry_most=0.1))
    yield session
    session.close()
    session.join()


def following(session: DockerSession) -> Collector:
    return Collector(lambda scope: session.logs(Ref("containers", "a", "a"), LogOptions(follow=True), scope))


def chunk(data: bytes) -> bytes:
    """As HTTP sends it."""
    return b"%x\r\n%s\r\n" % (len(data), data)


def frame(text: bytes) -> bytes:
    message = b"2024-05-01T10:00:01.000000000Z " + text
    return struct.pack(">BxxxL", 1, len(message)) + message


@pytest.mark.parametrize(("status", "meaning"), [(409, Refused), (500, Failed)])
def test_a_log_that_cannot_be_read_is_refused_once(
    fake: FakeEngine, session: DockerSession, status: int, meaning: type[AppError]
) -> None:
    fake.answers[LOG] = status, b'{"message":"the logging driver does not support reading"}'
    log = following(session)
    eventually(lambda: not log.thread.is_alive(), "it ends")
    assert isinstance(log.error, meaning)
    assert log.error.message == "the logging driver does not support reading"
    assert (log.brought, fake.count("GET", LOG)) == ([], 1)


def test_what_is_no_log_is_not_asked_for_again_and_again(fake: FakeEngine, session: DockerSession) -> None:
    fake.streams[LOG] = lambda: iter([chunk(b"\1\0\0\0\xff\xff\xff\xff" + b"x" * 64)])
    log = following(session)
    eventually(lambda: not log.thread.is_alive(), "it ends")
    assert isinstance(log.error, Damaged)
    assert fake.count("GET", LOG) == 1


def test_damage_after_new_lines_is_followed_over_another_stream(fake: FakeEngine, session: DockerSession) -> None:
    read, over = threading.Event(), threading.Event()

    def said() -> Iterator[bytes]:
        yield chunk(frame(b"one\n"))
        if fake.count("GET", LOG) == 1:
            read.wait(15)
            yield chunk(b"\1\0\0\0\xff\xff\xff\xff" + b"x" * 64)
        over.wait(15)

    fake.streams[LOG] = said
    log = following(session)
    log.wait_for(lambda one: isinstance(one, LogChunk), "a line")
    read.set()
    eventually(lambda: fake.count("GET", LOG) == 2, "it is asked for again")
    log.end()
    over.set()
    assert log.error is None
    assert [one.text for one in log.brought if isinstance(one, LogChunk)] == [b"one\n"], "and no line twice"


def test_a_loss_is_told_in_the_engines_time(fake: FakeEngine, session: DockerSession) -> None:
    fake.clock_offset = -7200.0
    eventually(lambda: session.now() - time.time() < -7000, "it knows the engine's clock")
    over = threading.Event()

    def said() -> Iterator[bytes]:
        yield chunk(frame(b"one\n"))
        over.wait(15)

    fake.streams[LOG] = said
    log = following(session)
    log.wait_for(lambda one: isinstance(one, LogChunk), "a line")
    fake.hang_up_on |= {"/_ping", LOG}
    over.set()
    gap = log.wait_for(lambda one: isinstance(one, Gap), "the loss")
    assert gap.reason == "The engine stopped answering"
    assert gap.since == pytest.approx(time.time() - 7200, abs=15)
    log.end()
