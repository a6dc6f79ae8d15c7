"""The Logs tab under a flood of 100,000 lines a second, of a local engine that can keep it up; then of a real one."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from gui import tasks
from gui.details.logs import LogsTab, work
from models.connection import Phase
from models.context import Context, EngineKind
from models.kind import Ref
from models.log_buffer import LINES_KEPT, LogBuffer, Reader, Snapshot
from models.logs import LogOptions
from services.cancel import CancelScope
from services.docker.session import DockerSession
from tests.bench.harness import Report, application, measure_stalls, wait, wait_for
from tests.bench.log_flood import ENDLESS, MILLION, RATE, SECONDS
from tests.world.engine import DOCKER_29, DockerEngine
from tests.world.world import World

MEGABYTES = 100.0
BEHIND = 0.5  # seconds


def run(report: Report) -> None:
    """Stalls, memory and the count of lines; the real engine's rate is printed only."""
    application()
    with flooding_engine() as endpoint, opened(endpoint) as session:
        _count(report, session)  # first: what another flood leaves behind would hide what this one takes
        _stalls(report, session)
    if reason := DOCKER_29.why_not():
        print(f"log flood of Docker 29: not measured, {reason}")
        return
    world = World()
    try:
        _print_real(world.engine(DOCKER_29))
    finally:
        world.close()


@contextmanager
def flooding_engine() -> Iterator[str]:
    """The endpoint of a log_flood in a process of its own: its work is not that of our interpreter."""
    with tempfile.TemporaryDirectory(prefix="ph-flood-") as folder:
        socket = Path(folder) / "engine.sock"
        command = (sys.executable, "-m", "tests.bench.log_flood", str(socket))
        root = Path(__file__).parents[2]
        with subprocess.Popen(command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            assert process.stdin
            assert process.stdout
            assert process.stdout.readline() == b"ready\n"
            yield f"unix://{socket}"
            process.stdin.close()


@contextmanager
def opened(endpoint: str) -> Iterator[DockerSession]:
    """A live session."""
    session = DockerSession(Context(id="bench", engine=EngineKind.DOCKER, name="bench", endpoint=endpoint))
    next(state for state in session.states(CancelScope()) if state.phase is Phase.LIVE)
    yield session
    session.close()
    session.join()


def _stalls(report: Report, session: DockerSession) -> None:
    tab = LogsTab(session)
    measure_stalls(report, f"log flood of {RATE:,} lines/s", tab, _following(session))
    tab.deleteLater()


def _following(session: DockerSession) -> Callable[[QWidget | None], Callable[[], None]]:
    """The endless flood into a tab, or into a buffer that nobody looks at."""

    def begin(window: QWidget | None) -> Callable[[], None]:
        owner, ref = QObject(), Ref("containers", ENDLESS, "endless")
        if isinstance(window, LogsTab):
            window.show_row(ref, None)
            wait_for(lambda: window.view.snapshot.end > 0)
        else:
            options = LogOptions(tail=LINES_KEPT)
            task = tasks.stream(owner, work.follow, session, ref, options, LogBuffer(), latest=lambda _end: 0)
            task.items.connect(lambda _ends: None)
        wait(0.5)  # the flood is measured, and not the beginning of a log with its first use of a font

        def end() -> None:
            owner.deleteLater()
            if isinstance(window, LogsTab):
                assert window.buffer.snapshot.end > RATE, "nothing was measured"
                window.clear()
            wait_for(lambda: not tasks.running())

        return end

    return begin


def _count(report: Report, session: DockerSession) -> None:
    """Ten seconds into a fresh tab: what they cost in memory, and whether each line is there and counted once."""
    tab = _shown(session)
    idle = resident()
    began = time.monotonic()
    tab.show_row(Ref("containers", MILLION, "million"), None)
    lines = SECONDS * RATE
    wait_for(lambda: tab.buffer.snapshot.end >= lines, 60)
    took = time.monotonic() - began
    wait(1)
    snapshot = tab.buffer.snapshot
    grown = (resident() - idle) / 1_000_000
    name = f"log flood of {lines:,} lines"
    report.figure(f"{name}: memory above idle", grown, MEGABYTES, "MB", f"{snapshot.memory / 1e6:.0f} MB by its count")
    report.figure(f"{name}: lines lost, doubled or out of order", astray(snapshot) + snapshot.end - lines, 0)
    report.time(f"{name}: behind at its end", (took - SECONDS) * 1000, BEHIND * 1000)
    assert tab.view.snapshot.end == lines
    _close(tab)


def _shown(session: DockerSession) -> LogsTab:
    tab = LogsTab(session)
    tab.resize(1280, 800)
    tab.show()
    wait(0.3)
    return tab


def _close(tab: LogsTab) -> None:
    tab.clear()
    tab.deleteLater()
    wait_for(lambda: not tasks.running())


def astray(snapshot: Snapshot) -> int:
    """How many lines are not where their number says."""
    reader = Reader()
    numbers = range(snapshot.first, snapshot.end)
    return sum(b"request %09d:" % number not in reader.line(snapshot, number)[0] for number in numbers)


def resident() -> int:
    """Bytes of memory of this process."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def _print_real(engine: DockerEngine) -> None:
    """As fast as one container writes and the engine passes on, for as long."""
    container = engine.run(command=("seq", "1", "100000000"))
    with opened(engine.host) as session:
        tab = _shown(session)
        began = time.monotonic()
        tab.show_row(Ref("containers", container, "real"), None)
        wait(SECONDS)
        snapshot, took = tab.buffer.snapshot, time.monotonic() - began
        _close(tab)
    reader = Reader()
    numbers = range(snapshot.first, snapshot.end)
    missed = sum(reader.line(snapshot, number)[0] != b"%d" % (number + 1) for number in numbers)
    print(f"log flood of Docker 29: {snapshot.end / took:,.0f} lines/s for {took:.0f} s, {missed:,} lines out of place")
