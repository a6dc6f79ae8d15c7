"""Logs of real containers, judged by `docker logs`."""

import time

from models.kind import Ref
from models.logs import STAMP, STDERR, STDOUT, Gap, LogChunk, LogOptions
from services.cancel import CancelScope
from services.docker.session import DockerSession
from tests.engine.opening import QUICK, opened, reached, states_of
from tests.services.collecting import Collector, eventually
from tests.world.engine import DockerEngine
from tests.world.samples import counting, exited, printed


def ref(container: str) -> Ref:
    return Ref("containers", container, "")


class Log(Collector):
    """A log as somebody follows it."""

    def __init__(self, session: DockerSession, container: str, **options: object) -> None:
        super().__init__(lambda scope: session.logs(ref(container), LogOptions(**options), scope))

    @property
    def lines(self) -> list[bytes]:
        return [line for one in list(self.brought) if isinstance(one, LogChunk) for line in one.text.splitlines()]

    @property
    def gaps(self) -> list[tuple[str, bool]]:
        return [(one.reason, one.back) for one in list(self.brought) if isinstance(one, Gap)]

    def until(self, line: bytes, seconds: float = 15) -> None:
        eventually(lambda: line in self.lines or self.error, f"{line!r}, not only {self.lines[-3:]} {self.gaps}", seconds)
        assert self.error is None, self.error


def test_a_log_is_followed(engine: DockerEngine) -> None:
    container = counting(engine, pause=0.1)
    with opened(engine.host) as session:
        log = Log(session, container)
        log.until(b"tick 10")
        took = log.end()
        print(f"FIGURE cancel {took * 1000:.1f} ms")
        assert took < 0.05
        assert log.error is None
        assert log.lines[:10] == [b"tick %d" % n for n in range(1, 11)]
