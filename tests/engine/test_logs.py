"""Logs of real containers, judged by `docker logs`."""

import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from typing import ClassVar

import pytest

from models.connection import Phase
from models.errors import Gone
from models.kind import Ref
from models.logs import CUT, LINE_LIMIT, STAMP, STDERR, STDOUT, Gap, LogChunk, LogOptions
from services.cancel import CancelScope
from services.docker.session import DockerSession
from tests.engine.opening import QUICK, opened, reached, states_of
from tests.services.collecting import Collector, eventually
from tests.world.engine import DockerEngine
from tests.world.podman import Podman
from tests.world.proxy import Proxy
from tests.world.samples import counting, exited, printed

STOPPED = ("The container has stopped", False)
STARTED = ("The container was started again", True)
LOST = ("The engine stopped answering", False)
BACK = ("The engine answers again", True)
REMOVED = ("The container was removed", False)
BOTH = "echo one; echo two >&2; sleep 0.01; echo three; printf 'no line feed'"


def ref(container: str) -> Ref:
    return Ref("containers", container, "")


def read(session: DockerSession, container: str, **options: object) -> list[tuple[bytes, int, bytes]]:
    """The log that is there now, line by line: time stamp, stream, text."""
    chunks = session.logs(ref(container), LogOptions(follow=False, **options), CancelScope())
    return [line for chunk in chunks for line in lines_of(chunk)]


def lines_of(chunk: LogChunk | Gap) -> list[tuple[bytes, int, bytes]]:
    assert isinstance(chunk, LogChunk)
    stamps = [chunk.stamps[at : at + STAMP] for at in range(0, len(chunk.stamps), STAMP)]
    return list(zip(stamps, chunk.streams, chunk.text[:-1].split(b"\n"), strict=True))


def judged(engine: DockerEngine, container: str, *options: str) -> dict[int, list[str]]:
    """What `docker logs --timestamps` says, by stream."""
    done = engine.docker("logs", "--timestamps", *options, container)
    return {STDOUT: done.stdout.splitlines(), STDERR: done.stderr.splitlines()}


def by_stream(lines: list[tuple[bytes, int, bytes]]) -> dict[int, list[str]]:
    return {
        one: [f"{stamp.decode()} {text.decode()}" for stamp, stream, text in lines if stream == one]
        for one in (STDOUT, STDERR)
    }


class Log(Collector):
    """A log as somebody follows it."""

    open: ClassVar[list[CancelScope]] = []

    def __init__(self, session: DockerSession, container: str, **options: object) -> None:
        super().__init__(lambda scope: session.logs(ref(container), LogOptions(**options), scope))
        self.open.append(self.scope)

    @property
    def lines(self) -> list[bytes]:
        return [line for one in list(self.brought) if isinstance(one, LogChunk) for line in one.text.splitlines()]

    @property
    def gaps(self) -> list[tuple[str, bool]]:
        return [(one.reason, one.back) for one in list(self.brought) if isinstance(one, Gap)]

    @property
    def ticks(self) -> list[int]:
        return [int(line.removeprefix(b"tick ")) for line in self.lines]

    def until(self, line: bytes) -> None:
        eventually(lambda: line in self.lines or self.error, f"{line!r}, not only {self.lines[-3:]} {self.gaps}")
        assert self.error is None, self.error

    def until_gaps(self, *gaps: tuple[str, bool]) -> None:
        eventually(lambda: self.gaps == list(gaps), f"{gaps} and not {self.gaps} {self.error}")

    def ticks_on(self, count: int = 5) -> None:
        """Wait for some more ticks than there are."""
        before = len(self.lines)
        eventually(lambda: len(self.lines) >= before + count, f"more than {self.lines[-1:]} {self.gaps} {self.error}")

    def finish(self) -> None:
        took = self.end()
        assert took < 0.05, f"it ended after {took * 1000:.0f} ms"
        assert self.error is None, self.error


@pytest.fixture(autouse=True)
def no_log_outlives_its_test() -> Iterator[None]:
    """A test that fails must not leave a thread that waits for more."""
    yield
    while Log.open:
        Log.open.pop().cancel()


def test_a_log_is_what_docker_logs_says(engine: DockerEngine) -> None:
    container = exited(engine)
    talker = engine.run(command=("sh", "-c", BOTH))
    engine.docker("wait", talker)
    many = printed(engine, 20_000)
    with opened(engine.host) as session:
        for one in (container, talker, many):
            assert by_stream(read(session, one)) == judged(engine, one)
        assert [text for _, _, text in read(session, talker, tail=2)] == [b"three", b"no line feed"]
        assert read(session, talker, tail=0) == []


def test_since_and_until_part_a_log(engine: DockerEngine) -> None:
    container = engine.run(command=("sh", "-c", "for n in 1 2 3 4 5 6; do echo $n; sleep 0.05; done"))
    engine.docker("wait", container)
    with opened(engine.host) as session:
        everything = read(session, container)
        assert len(everything) == 6
        stamp = everything[3][0].decode()
        since = judged(engine, container, "--since", stamp)
        assert by_stream(everything[3:]) == since
        middle = moment(everything[2][0]) + 0.01
        assert read(session, container, since=middle) == everything[3:]
        assert read(session, container, until=middle) == everything[:3]


def moment(stamp: bytes) -> float:
    from models.log_lines import stamp_seconds

    return stamp_seconds(stamp)


def test_a_terminals_log_has_no_frames(engine: DockerEngine) -> None:
    container = engine.run("--tty", command=("sh", "-c", "echo one; echo two >&2; printf three"))
    engine.docker("wait", container)
    with opened(engine.host) as session:
        assert [(stream, text) for _, stream, text in read(session, container)] == [
            (STDOUT, b"one"), (STDOUT, b"two"), (STDOUT, b"three")
        ]  # fmt: skip
        log = Log(session, container)
        log.until_gaps(STOPPED)
        assert log.lines == [b"one", b"two", b"three"]
        log.finish()


def test_a_long_line_is_cut_and_says_so(engine: DockerEngine) -> None:
    fill = "head -c {} /dev/zero | tr '\\0' x; echo"
    script = "; ".join(fill.format(size) for size in (LINE_LIMIT, LINE_LIMIT + 1, 100_000))
    container = engine.run(command=("sh", "-c", f"{script}; echo end"))
    engine.docker("wait", container)
    with opened(engine.host) as session:
        whole = b"x" * LINE_LIMIT
        assert [text for _, _, text in read(session, container)] == [whole, whole + CUT, whole + CUT, b"end"]
        assert [len(text) for _, _, text in read(session, container, line_limit=200_000)] == [
            LINE_LIMIT, LINE_LIMIT + 1, 100_000, 3
        ]  # fmt: skip


def test_a_silent_log_ends_at_once_when_cancelled(engine: DockerEngine) -> None:
    container = engine.run(command=("sleep", "86400"))
    with opened(engine.host) as session, states_of(session) as states:
        reached(states, Phase.LIVE)
        log = Log(session, container)
        assert not log.scope.wait(0.5)
        log.finish()
        assert log.brought == []


def test_a_log_outlives_its_containers_stop_and_start(engine: DockerEngine) -> None:
    container = counting(engine, pause=0.05)
    with opened(engine.host) as session:
        log = Log(session, container)
        log.until(b"tick 5")
        engine.docker("stop", container)
        log.until_gaps(STOPPED)
        told = len(log.lines)
        engine.docker("start", container)
        log.until_gaps(STOPPED, STARTED)
        log.ticks_on()
        engine.docker("restart", container)
        log.until_gaps(STOPPED, STARTED, STOPPED, STARTED)
        log.ticks_on()
        engine.docker("stop", container)
        log.until_gaps(STOPPED, STARTED, STOPPED, STARTED, STOPPED)
        assert told >= 5
        assert log.lines == said(engine, container)
        log.finish()


def said(engine: DockerEngine, container: str) -> list[bytes]:
    """All lines, as the judge has them now."""
    return engine.docker("logs", container).stdout.encode().splitlines()


def test_only_new_lines_follow_the_start_of_a_container_whose_tail_was_shown(engine: DockerEngine) -> None:
    container = counting(engine, pause=0.02)
    with opened(engine.host) as session:
        eventually(lambda: len(said(engine, container)) > 10, "some lines")
        engine.docker("stop", container)
        before = said(engine, container)
        log = Log(session, container, tail=3)
        log.until_gaps(STOPPED)
        assert log.lines == before[-3:]
        engine.docker("start", container)
        log.ticks_on()
        engine.docker("stop", container)
        log.until_gaps(STOPPED, STARTED, STOPPED)
        assert log.lines == before[-3:] + said(engine, container)[len(before) :]
        log.finish()


def test_a_container_that_was_only_created_is_followed_from_its_start(engine: DockerEngine) -> None:
    container = engine.docker("create", "busybox:local", "sh", "-c", "echo first; sleep 86400").stdout.strip()
    with opened(engine.host) as session:
        log = Log(session, container, tail=100)
        assert not log.scope.wait(0.3)
        engine.docker("start", container)
        log.until(b"first")
        assert log.lines == [b"first"]
        log.finish()


@pytest.mark.parametrize("end", ["kill", "stop"])
def test_a_log_outlives_the_engine_without_doubles_or_losses(engine: DockerEngine, end: str) -> None:
    container = counting(engine, "--restart", "always", pause=0.02)
    with opened(engine.host, pace=QUICK) as session:
        log = Log(session, container)
        log.until(b"tick 30")
        began = time.monotonic()
        ending = threading.Thread(target=getattr(engine, end))
        ending.start()
        eventually(lambda: LOST in log.gaps, f"the loss is told, not {log.gaps}")
        print(f"FIGURE {end} is told after {time.monotonic() - began:.2f} s")
        ending.join()
        engine.start()
        eventually(lambda: BACK in log.gaps and STARTED in log.gaps, f"the return is told, not {log.gaps}")
        log.ticks_on(30)
        engine.docker("stop", container)
        eventually(lambda: log.gaps[-1] == STOPPED, "its end is told")
        assert log.lines == said(engine, container)
        assert [count for count in Counter(log.lines).values() if count > 1] == []
        log.finish()


def test_a_frozen_engine_is_told_and_its_log_goes_on(engine: DockerEngine) -> None:
    container = counting(engine, pause=0.02)
    with opened(engine.host, pace=QUICK) as session:
        log = Log(session, container)
        log.until(b"tick 30")
        heard = time.time()
        engine.freeze()
        eventually(lambda: log.gaps == [LOST], f"the loss is told, not {log.gaps}")
        since = log.brought[-1].since
        assert abs(since - heard) < 0.5, "it says when it was last heard, not when it was given up"
        engine.thaw()
        log.until_gaps(LOST, BACK)
        log.ticks_on(30)
        engine.docker("stop", container)
        log.until_gaps(LOST, BACK, STOPPED)
        assert log.lines == said(engine, container)
        log.finish()


def test_a_frozen_engine_does_not_hold_up_a_cancel(engine: DockerEngine) -> None:
    container = engine.run(command=("sleep", "86400"))
    with opened(engine.host) as session, states_of(session) as states:
        reached(states, Phase.LIVE)
        log = Log(session, container)
        assert not log.scope.wait(0.3)
        engine.freeze()
        log.finish()
        engine.thaw()


def test_a_line_that_is_cut_again_and_again_costs_no_line(old_engine: DockerEngine) -> None:
    container = old_engine.run(
        command=("sh", "-c", "n=0; while [ $n -lt 4000 ]; do n=$((n+1)); echo out $n; echo err $n >&2; done")
    )
    with Proxy(old_engine.socket) as proxy, opened(proxy.host) as session, states_of(session) as states:
        reached(states, Phase.LIVE)
        log = Log(session, container)
        for count in range(8):
            log.ticks_on(1) if count < 3 else None
            proxy.cut_after(20_000 + 997 * count)
            assert not log.scope.wait(0.15)
        eventually(lambda: STOPPED in log.gaps, f"its end, not {log.gaps}")
        done = old_engine.docker("logs", container)
        for name, output in (("out", done.stdout), ("err", done.stderr)):
            assert [one.decode() for one in log.lines if one.startswith(name.encode())] == output.splitlines()
        assert len(log.lines) == 8000
        log.finish()


def test_a_log_ends_with_its_container(engine: DockerEngine) -> None:
    container = counting(engine, pause=0.05)
    with opened(engine.host) as session:
        running, resting = Log(session, container), Log(session, exited(engine))
        running.until(b"tick 3")
        resting.until_gaps(STOPPED)
        for one in engine.api("GET", "/containers/json?all=1"):
            engine.docker("rm", "--force", one["Id"])
        for log in (running, resting):
            eventually(lambda: not log.thread.is_alive(), f"it ends, {log.gaps}")  # noqa: B023
            assert log.error is None
            assert log.gaps[-1] == REMOVED


def test_a_container_that_never_was_is_gone(engine: DockerEngine) -> None:
    with opened(engine.host) as session:
        for follow in (True, False):
            with pytest.raises(Gone):
                list(session.logs(ref("f" * 64), LogOptions(follow=follow), CancelScope()))


def test_a_log_that_is_asked_for_while_the_engine_is_away_comes_with_it(old_engine: DockerEngine) -> None:
    container = counting(old_engine, "--restart", "always", pause=0.05)
    eventually(lambda: said(old_engine, container), "it talks")
    old_engine.kill()
    with opened(old_engine.host, pace=QUICK) as session:
        log = Log(session, container)
        log.until_gaps(LOST)
        old_engine.start()
        eventually(lambda: BACK in log.gaps, "it is back")
        log.ticks_on()
        assert log.ticks[0] == 1
        log.finish()


def test_podmans_log_is_followed_too(podman: Podman) -> None:
    container = podman.run(command=("sh", "-c", "echo out; echo err >&2; sleep 86400"))
    with opened(podman.host) as session:
        log = Log(session, container)
        log.until(b"out")
        log.until(b"err")
        assert all(re.fullmatch(rb"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z", stamp) for stamp in stamps(log))
        podman.request("POST", f"/containers/{container}/kill")
        log.until_gaps(STOPPED)
        log.finish()


def stamps(log: Log) -> list[bytes]:
    return [stamp for one in log.brought if isinstance(one, LogChunk) for stamp, _, _ in lines_of(one)]
