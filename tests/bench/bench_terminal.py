"""A terminal on a real container: 100 MB of coloured text beside `docker exec -t`, and from a key to its echo."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from gui import tasks
from gui.terminal.pane import FIRST_SIZE, TerminalPane
from gui.terminal.screen import Screen
from gui.terminal.work import pump
from models.connection import Phase
from models.context import Context, EngineKind
from models.kind import Ref
from models.terminal import Execute
from services.cancel import CancelScope
from services.docker.session import DockerSession
from tests.bench.engines import each_engine
from tests.bench.harness import Report, application, measure_stalls, wait, wait_for
from tests.world.engine import DockerEngine

MEGABYTES = 100
ROUNDS = 3
KEYS = 300
BIG = "/tmp/big"
MAKE = (
    r"printf '\033[32mok\033[0m   %s a line of a log, with \033[1;31mcolours\033[0m and some words more\n' "
    f"$(seq 12000) >/tmp/part; for one in $(seq {MEGABYTES * 6 // 5}); do cat /tmp/part; done >{BIG}"
)


def run(report: Report) -> None:
    """Both engines; one that cannot run here is named instead."""
    application()
    for engine in each_engine("terminal"):
        container = engine.run(command=("sleep", "86400"))
        engine.docker("exec", container, "sh", "-c", MAKE)
        with _session(engine) as session:
            ref = Ref("containers", container, "bench")
            _measure_flood(report, engine, session, ref)
            _measure_echo(report, engine, session, ref)


@contextmanager
def _session(engine: DockerEngine) -> Iterator[DockerSession]:
    session = DockerSession(Context(id="bench", engine=EngineKind.DOCKER, name="bench", endpoint=engine.host))
    next(state for state in session.states(CancelScope()) if state.phase is Phase.LIVE)
    yield session
    session.close()
    session.join()


@contextmanager
def _shown(session: DockerSession, ref: Ref, *command: str) -> Iterator[TerminalPane]:
    pane = TerminalPane(session, ref, Execute(FIRST_SIZE, command), "")
    pane.resize(1280, 800)
    pane.show()
    wait(0.1)
    pane.start()
    yield pane
    pane.close_down()
    wait_for(lambda: tasks.running() == 0)
    pane.deleteLater()


def _measure_flood(report: Report, engine: DockerEngine, session: DockerSession, ref: Ref) -> None:
    name = f"cat of {MEGABYTES} MB on Docker {engine.release.name}"
    theirs, ours = [], []
    before, most = _resident(), 0.0
    for _ in range(ROUNDS):
        theirs.append(_by_cli(engine, ref))
        with _shown(session, ref, "cat", BIG) as pane:
            began = time.perf_counter()
            while pane.running:
                wait(0.005)
                most = max(most, _resident())
            ours.append(time.perf_counter() - began)
            assert pane.view.emulator.fed >= MEGABYTES * 1_000_000, "all was parsed"
    note = f"{median(ours):.2f} s, the CLI {median(theirs):.2f} s"
    report.figure(f"{name} / docker exec -t", median(ours) / median(theirs), 2.0, "×", note)
    report.figure(f"{name}: memory above idle", most - before, 100, "MB")
    endless = ("sh", "-c", f"while true; do cat {BIG}; done")
    with _shown(session, ref, "true") as pane:
        measure_stalls(report, name, pane, _flooding(session, ref, endless))


def _flooding(
    session: DockerSession, ref: Ref, command: tuple[str, ...]
) -> Callable[[QWidget | None], Callable[[], None]]:
    """The same flood into a pane, and into a screen that nobody sees."""
    request = Execute(FIRST_SIZE, command)

    def begin(window: QWidget | None) -> Callable[[], None]:
        if isinstance(window, TerminalPane):
            window.run(request)
            end = window.close_down
        else:
            end = tasks.channel(QWidget(), pump, session, ref, request, Screen(FIRST_SIZE), key="terminal").cancel

        def stop() -> None:
            end()
            wait_for(lambda: tasks.running() == 0)

        return stop

    return begin


def _by_cli(engine: DockerEngine, ref: Ref) -> float:
    """Seconds of `docker exec -t … cat` whose output nobody keeps."""
    began = time.perf_counter()
    command = (str(engine.cli), "exec", "-t", ref.id, "cat", BIG)
    subprocess.run(command, env=engine.environment(), stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - began


def _measure_echo(report: Report, engine: DockerEngine, session: DockerSession, ref: Ref) -> None:
    """From the key to the frame that shows its echo: `cat` in raw mode gives each byte back."""
    with _shown(session, ref, "sh", "-c", "stty raw -echo; cat") as pane:
        wait(0.5)
        took = []
        for number in range(KEYS):
            before = pane.view.emulator.fed
            began = time.perf_counter()
            QTest.keyClick(pane.view, "abcdefghij"[number % 10])
            wait_for(lambda before=before: _shows(pane, before))  # type: ignore[misc]
            took.append((time.perf_counter() - began) * 1000)
    report.time(f"key to echo on Docker {engine.release.name}: p99", quantiles(took, n=100)[-1], 30)


def _shows(pane: TerminalPane, before: int) -> bool:
    frame = pane.view.frame
    return pane.view.emulator.fed > before and frame.cursor == pane.view.emulator.frame().cursor


def _resident() -> float:
    """Memory of this process in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6
