"""Run the benchmarks, all or those whose names are given; the exit status is 1 when a figure is over its limit."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

from tests.bench.harness import Report


def main(wanted: list[str]) -> int:
    """Each module's `run(report)`, one after the other in this process. Status 2 for a name that is none."""
    names = sorted(path.stem for path in Path(__file__).parent.glob("bench_*.py"))
    chosen = [name for name in names if not wanted or name.removeprefix("bench_") in wanted]
    if not chosen or len(chosen) < len(set(wanted)):
        print("there are:", ", ".join(name.removeprefix("bench_") for name in names), file=sys.stderr)
        return 2
    report = Report(Path("build/bench.json"))
    for name in chosen:
        import_module(f"tests.bench.{name}").run(report)
    return report.finish()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
