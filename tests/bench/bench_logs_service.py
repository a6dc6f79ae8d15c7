"""200,000 lines of a real container: our service, in a live session, beside `docker logs --timestamps`."""

from __future__ import annotations

import subprocess
import time
from statistics import median

from models.connection import Phase
from models.context import Context, EngineKind
from models.kind import Ref
from models.logs import LogChunk, LogOptions
from services.cancel import CancelScope
from services.docker.session import DockerSession
from tests.bench.engines import each_engine
from tests.bench.harness import Report
from tests.world.engine import DockerEngine
from tests.world.samples import printed

LINES = 200_000
ROUNDS = 5


def run(report: Report) -> None:
    """Both engines, each against its own CLI; one that cannot run here is named instead."""
    for engine in each_engine("logs"):
        _compare(report, f"{LINES:,} log lines on Docker {engine.release.name} / the CLI", engine)


def _compare(report: Report, name: str, engine: DockerEngine) -> None:
    """In turn, so that both meet the same machine; the first round, which fills caches, is not counted."""
    container = printed(engine, LINES)
    context = Context(id="bench", engine=EngineKind.DOCKER, name="bench", endpoint=engine.host)
    session = DockerSession(context)
    next(state for state in session.states(CancelScope()) if state.phase is Phase.LIVE)
    cli, ours = [], []
    for _ in range(ROUNDS + 1):
        cli.append(by_cli(engine, container))
        ours.append(by_service(session, container))
    session.close()
    session.join()
    theirs, own = median(cli[1:]), median(ours[1:])
    report.figure(name, own / theirs, 1.5, "×", f"{own:.2f} s, the CLI {theirs:.2f} s")


def by_cli(engine: DockerEngine, container: str) -> float:
    """Seconds of `docker logs --timestamps` whose output nobody keeps."""
    command = (str(engine.cli), "logs", "--timestamps", container)
    start = time.perf_counter()
    subprocess.run(command, env=engine.environment(), stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start


def by_service(session: DockerSession, container: str) -> float:
    """Seconds until the last line has come in chunks."""
    start = time.perf_counter()
    options = LogOptions(follow=False)
    chunks = list(session.logs(Ref("containers", container, ""), options, CancelScope()))
    took = time.perf_counter() - start
    assert sum(len(chunk) for chunk in chunks if isinstance(chunk, LogChunk)) == LINES
    return took
