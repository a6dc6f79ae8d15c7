"""From the start of the process to the first painted window, beside a process with an empty window."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from tests.bench.harness import Report

ROUNDS = 15
HEAVY = {"docker", "kubernetes", "numpy", "pyqtgraph", "requests", "urllib3"}  # wanted only after the first paint


def run(report: Report) -> None:
    """The time, and that no heavy library was imported for it."""
    with tempfile.TemporaryDirectory(prefix="ph-start-") as home:
        for which in ("blank", "pilothouse"):
            first_paint(which, home)  # fills the caches of the system and of fonts
        pairs = [(first_paint("blank", home), first_paint("pilothouse", home)) for _ in range(ROUNDS)]
    blank, ours = (median(seconds for seconds, _ in runs) * 1000 for runs in zip(*pairs, strict=True))
    report.figure("start to first paint / blank QMainWindow", ours / blank, 2.0, "×", f"{ours:.0f} and {blank:.0f} ms")
    heavy = sorted(HEAVY & set().union(*(modules for _, (_, modules) in pairs)))
    report.figure("heavy libraries imported before the first paint", len(heavy), 0, "", ", ".join(heavy))


def first_paint(which: str, home: str) -> tuple[float, set[str]]:
    """Seconds from starting the process to its first paint, and the modules imported by then; no engine is in reach."""
    foreign = ("DOCKER_", "XDG_", "QT_", "PYTHON")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    settings = {"HOME": home, "DOCKER_HOST": f"unix://{home}/none.sock", "QT_QPA_PLATFORM": "offscreen"}
    start = time.monotonic()
    said = subprocess.run(
        (sys.executable, "-m", "tests.bench.first_paint", which),
        env=inherited | settings,
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout.split()
    return float(said[0]) - start, set(said[1:])
