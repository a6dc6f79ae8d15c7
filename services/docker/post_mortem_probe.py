"""One run of a health check's command by us: the engine does not know of it, and its status stays as it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from models.docker.facts import Probe
from models.errors import TimedOut
from models.kind import Ref
from services.cancel import CancelScope
from services.docker.engine import Engine
from services.docker.execution import run_inside

MOST_OUTPUT = 4096  # bytes: as much as engines keep of a probe


def probe(
    engine: Engine,
    ref: Ref,
    test: Sequence[str],
    shell: bool,
    seconds: float,
    now: Callable[[], float],
    scope: CancelScope,
) -> Probe:
    """Run `test` inside by an exec, a shell's words by /bin/sh -c as the engine does; `now` is the engine's clock.

    One that takes longer than `seconds` is ended and counts as timed out. Raises Refused where it cannot be run, Gone.
    """
    command = ("/bin/sh", "-c", " ".join(test)) if shell else tuple(test)
    started = now()
    try:
        done = run_inside(engine, ref, command, scope, timeout=seconds, most=MOST_OUTPUT)
    except TimedOut as late:
        return Probe(started, now(), -1, str(late))
    return Probe(started, now(), done.exit_code, (done.stdout + done.stderr).decode(errors="replace"))
