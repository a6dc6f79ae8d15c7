"""A local engine whose containers write 100,000 numbered lines a second: `python -m tests.bench.log_flood SOCKET`.

It says "ready" once it listens, and ends with its standard input.
"""

from __future__ import annotations

import itertools
import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from struct import pack

from models.logs import STDOUT
from tests.services.fake_engine import FakeEngine, listed

RATE = 100_000  # lines a second
BURST = 1_000  # lines that are sent at once
SECONDS = 10
ENDLESS, MILLION = "a" * 64, "b" * 64  # containers: one writes on and on, one for ten seconds and is silent then

_MESSAGE = b"2026-11-24T%02d:%02d:%02d.%09dZ INFO  [http-%d] request %09d: GET /api/cart 200 in %02d ms\n"


def lines(numbers: range) -> bytes:
    """Numbered lines as they are on the wire: each a frame in an HTTP chunk of its own, as engines send them."""
    messages = [
        _MESSAGE % (*_clock(number), number % RATE * 10_000, number % 8, number, number % 97) for number in numbers
    ]
    size = len(messages[0])  # all are of one length
    head = b"%x\r\n" % (size + 8) + pack(">BxxxL", STDOUT, size)
    return head + (b"\r\n" + head).join(messages) + b"\r\n"


def _clock(number: int) -> tuple[int, int, int]:
    second = number // RATE
    return second // 3600 % 24, second // 60 % 60, second % 60


def flood(bursts: int | None) -> Iterator[bytes]:
    """So many bursts, None for no end, each at its time or as soon as the reader takes it."""
    began = time.monotonic()
    for burst in itertools.count() if bursts is None else range(bursts):
        wire = lines(range(burst * BURST, (burst + 1) * BURST))
        time.sleep(max(0.0, began + burst * BURST / RATE - time.monotonic()))
        yield wire
    while True:  # the container runs on
        time.sleep(60)


def main(path: Path) -> None:
    """Serve until standard input ends."""
    engine = FakeEngine(path)
    for container, bursts in ((ENDLESS, None), (MILLION, SECONDS * RATE // BURST)):
        engine.containers[container] = listed(container)
        document = {"Id": container, "State": {"Running": True, "Pid": 1, "StartedAt": "2026-11-24T00:00:00Z"}}
        engine.answers[f"/containers/{container}/json"] = 200, json.dumps(document).encode()
        engine.streams[f"/containers/{container}/logs"] = lambda bursts=bursts: flood(bursts)
    print("ready", flush=True)
    sys.stdin.read()
    path.unlink()
    os._exit(0)  # whatever is still being sent


if __name__ == "__main__":
    main(Path(sys.argv[1]))
