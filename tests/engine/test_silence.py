"""Engines and lines that fall silent, with the application's own limits: what a user waits for, waited for."""

from __future__ import annotations

import subprocess
import time
from contextlib import contextmanager

import pytest

from models.connection import Phase
from models.errors import AppError, Reason, TimedOut
from models.kind import Ref
from tests.engine.house import sleeping
from tests.engine.opening import files, opened, reached, states_of, watched
from tests.services.collecting import Collector, eventually

pytestmark = pytest.mark.slow
LATE = 2.0  # seconds that a busy machine may add


def test_a_hanging_engine_is_given_up_within_16_seconds(old_engine):
    with opened(old_engine.host) as session, states_of(session) as states, watched(session) as rows:
        rows.until(lambda r: r.resets == 1, "listed")
        old_engine.freeze()
        frozen = time.monotonic()
        waiting = Collector(lambda scope: [session.inspect(Ref("containers", "f" * 64, ""), scope)])
        doubted = reached(states, Phase.STALE, seconds=30)
        lost = reached(states, Phase.UNREACHABLE, seconds=30)
        print(f"FIGURE stale after {doubted - frozen:.1f} s, unreachable after {lost - frozen:.1f} s")
        assert doubted - frozen < 10 + 3 + LATE, "a ping every 10 s has 3 s"
        assert 3 - 0.5 < lost - doubted < 3 + LATE, "and the second miss ends it"
        assert states.brought[-1].error.reason is Reason.NOT_ANSWERING
        eventually(lambda: not waiting.thread.is_alive(), "whoever waited is freed", seconds=LATE)
        assert isinstance(waiting.error, AppError)
        old_engine.thaw()
        rows.until(lambda r: r.resets == 2 and not r.stale, "listed anew")


def test_lines_that_somebody_between_forgot_are_given_up_after_a_minute(tls_engine):
    with opened(tls_engine.host, files(tls_engine)) as session, watched(session) as rows:
        rows.until(lambda r: r.resets == 1, "listed")
        keepers = {session._engine._ping_line}
        others = {*session._engine._busy, *session._engine._idle} - keepers
        with dropped(tls_engine.engine, [line._socket.getsockname()[1] for line in others]):
            began = time.monotonic()
            asked = Collector(lambda scope: [session.inspect(Ref("containers", "f" * 64, ""), scope)])
            late = sleeping(tls_engine.engine, "late")
            rows.until(lambda r: late in r.rows, "events flow over another line", seconds=60 + 30)
            seen = time.monotonic() - began
            asked.thread.join(30)
            print(f"FIGURE events are back after {seen:.0f} s")
        assert seen > 20, "or nothing was dropped"
        assert isinstance(asked.error, TimedOut)
        assert session._connection.state.live


@contextmanager
def dropped(engine, ports):
    """For a with block nothing passes between these ports of ours and the engine, and nobody is told."""
    rules = [
        rule
        for port in map(str, ports)
        for rule in (
            ("INPUT", "--protocol", "tcp", "--source-port", port, "--jump", "DROP"),
            ("OUTPUT", "--protocol", "tcp", "--destination-port", port, "--jump", "DROP"),
        )
    ]

    def change(how):
        for rule in rules:
            subprocess.run((*engine.network.enter(), "iptables", "--wait", how, *rule), check=True)

    change("--insert")
    try:
        yield
    finally:
        change("--delete")
