"""The log of a sample container as a function of time: nothing is stored, any part can be told again."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from math import ceil, floor

from msgspec import Struct

from models.logs import LogChunk, chunk_of
from services.demo.life import Life, Lifetime
from services.demo.noise import chance
from services.demo.voices import VOICES, last_words

ENTRIES_KEPT = 6_000  # older ones were rotated away, as an engine's json-file driver does
CHUNK_LINES = 500


class Entry(Struct, frozen=True, gc=False):
    """One line: `time` in seconds since the epoch, `stream` as in models.logs."""

    time: float
    stream: int
    text: str


def entries(life: Life, start: float, end: float) -> list[Entry]:
    """Its lines with start < time ≤ end that are kept, oldest first."""
    rate = life.sample.lines
    if rate <= 0:
        return []
    start = max(start, end - ENTRIES_KEPT / rate)
    told: list[Entry] = []
    for lifetime in life.lives:
        if lifetime.started <= end and (lifetime.ended is None or lifetime.ended > start):
            told.extend(_of_one_life(life, lifetime, start, end))
    return told


def _of_one_life(life: Life, lifetime: Lifetime, start: float, end: float) -> Iterator[Entry]:
    rate, voice = life.sample.lines, VOICES[life.sample.voice]
    born, died = lifetime.started, lifetime.ended
    if start < born <= end:
        yield Entry(born, 1, f"starting {' '.join((*life.sample.entrypoint, *life.sample.command))}")
    first = floor(max(start, born) * rate) - 1
    last = ceil((end if died is None else min(end, died)) * rate)
    for number in range(first, last + 1):
        time = (number + 0.8 * chance(life.seed + "log", number)) / rate
        if not max(start, born) < time <= end or (died is not None and time >= died) or _frozen(life, time):
            continue
        spoken = voice(random.Random(f"{life.seed}:{number}"), number)  # noqa: S311 (sample text, not a secret)
        yield from (Entry(time + index * 1e-6, stream, text) for index, (stream, text) in enumerate(spoken))
    if died is not None and start < died <= end:
        words = last_words(life.sample.voice, lifetime.exit_code, oom_killed=lifetime.oom_killed)
        yield from (Entry(died + index * 1e-6, stream, text) for index, (stream, text) in enumerate(words))


def _frozen(life: Life, time: float) -> bool:
    return life.paused is not None and time >= life.paused


def chunks(told: Sequence[Entry]) -> Iterator[LogChunk]:
    """The lines as a log source yields them."""
    for first in range(0, len(told), CHUNK_LINES):
        yield _chunk(told[first : first + CHUNK_LINES])


def _chunk(told: Sequence[Entry]) -> LogChunk:
    lines = [f"{stamp(entry.time)} {entry.text}".encode() for entry in told]
    return chunk_of(lines, bytes(entry.stream for entry in told))


def stamp(time: float) -> str:
    """RFC 3339 with nanoseconds, as the engine writes it."""
    second = floor(time)
    whole = datetime.fromtimestamp(second, UTC)
    return f"{whole:%Y-%m-%dT%H:%M:%S}.{int((time - second) * 1e9):09d}Z"
