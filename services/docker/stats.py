"""CPU, memory and processes of running containers, sampled one by one at a bounded rate while somebody looks."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence

import msgspec
from msgspec import Struct

from models.docker.container import Usage
from models.docker.reading import instant
from models.errors import AppError
from services.cancel import CancelScope
from services.docker.connection import Connection
from services.docker.engine import Engine, Params

HISTORY = 24  # samples
AT_LEAST = 2.0  # seconds between two samples of a container
NOTHING_TO_DO = 0.25  # seconds until it is looked again for a container that runs
REQUEST_EVERY = 0.1  # seconds: ten requests a second for the whole engine
DELIVER_EVERY = 0.5  # seconds
ANSWER_SECONDS = 5.0  # Podman and engines before API 1.41 measure for a second or two

_ONE_SHOT_SINCE = (1, 41)


class Sample(Struct, frozen=True, gc=False):
    """One answer of GET /containers/{id}/stats, as `docker stats` counts it."""

    at: float  # engine's clock, seconds
    cpu: int  # nanoseconds that the container has computed since it began
    memory: int | None  # bytes without inactive page cache
    memory_limit: int | None
    pids: int | None = None  # processes and threads


class _Cpu(Struct, gc=False):
    total_usage: int | None = None


class _CpuStats(Struct, gc=False):
    cpu_usage: _Cpu | None = None


class _Counts(Struct, gc=False):
    """Of the three dozen counts in memory.stat; what the others hold does not matter."""

    total_inactive_file: int | None = None  # cgroup v1, with the cgroups below
    inactive_file: int | None = None  # cgroup v2; in v1 without the cgroups below


class _Memory(Struct, gc=False):
    usage: int | None = None
    limit: int | None = None
    stats: _Counts | None = None


class _Pids(Struct, gc=False):
    current: int | None = None


class _Stats(Struct, gc=False):
    read: str | None = None
    cpu_stats: _CpuStats | None = None
    memory_stats: _Memory | None = None
    pids_stats: _Pids | None = None


_DECODER = msgspec.json.Decoder(_Stats)


def read_sample(document: bytes) -> Sample | None:
    """The sample in an answer; None where there is none: of a container that has just ended all is zero."""
    try:
        stats = _DECODER.decode(document)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
    at = instant(stats.read or "")
    if at is None or stats.cpu_stats is None or stats.cpu_stats.cpu_usage is None:
        return None
    memory, pids = stats.memory_stats or _Memory(), stats.pids_stats or _Pids()
    cpu = stats.cpu_stats.cpu_usage.total_usage or 0
    return Sample(at, cpu, _in_use(memory), memory.limit or None, pids.current or None)


def _in_use(memory: _Memory) -> int | None:
    """Memory without the page cache that can be given back at once: by cgroup v1's name, else by v2's."""
    if not memory.usage:
        return None
    counts = memory.stats or _Counts()
    inactive = counts.inactive_file if counts.total_inactive_file is None else counts.total_inactive_file
    inactive = inactive or 0
    return memory.usage - inactive if inactive < memory.usage else memory.usage


class Meter:
    """Turns the samples of one container into its usage."""

    def __init__(self) -> None:
        self._last: Sample | None = None
        self._cpu: tuple[float, ...] = ()
        self._memory: tuple[float, ...] = ()

    def usage(self, sample: Sample) -> Usage:
        """CPU in per cent of one core since the last sample. A counter that fell begins a new life."""
        last, self._last = self._last, sample
        if last is not None and sample.cpu < last.cpu:
            self._cpu = self._memory = ()
            last = None
        cpu = None
        if last is not None and sample.at > last.at:
            cpu = (sample.cpu - last.cpu) / (sample.at - last.at) / 1e7
            self._cpu = (*self._cpu[-HISTORY + 1 :], cpu)
        if sample.memory is not None:
            self._memory = (*self._memory[-HISTORY + 1 :], float(sample.memory))
        return Usage(cpu, sample.memory, sample.memory_limit, self._cpu, self._memory, sample.pids)


class Sampler:
    """Samples the running containers in turn, in a thread of its own, until its scope is cancelled."""

    def __init__(
        self,
        engine: Engine,
        connection: Connection,
        running: Callable[[], Sequence[str]],
        deliver: Callable[[Mapping[str, Usage]], None],
        scope: CancelScope,
    ) -> None:
        """`running` names the ids to sample; `deliver` is called in the sampler's thread, twice a second at most."""
        self._engine = engine
        self._connection = connection
        self._running = running
        self._deliver = deliver
        self._scope = scope
        self._meters: dict[str, Meter] = {}
        self._ready: dict[str, Usage] = {}
        self._delivered = 0.0
        threading.Thread(target=self._run, name=f"pilothouse-stats {engine.name}", daemon=True).start()

    def _run(self) -> None:
        while self._connection.wait_live(self._scope):
            began = time.monotonic()
            ids = self._running()
            self._meters = {one: self._meters.get(one) or Meter() for one in ids}
            for one in ids:
                started = time.monotonic()
                self._sample(one)
                self._deliver_in_time()
                if self._scope.wait(max(0.0, REQUEST_EVERY - (time.monotonic() - started))):
                    return
            rest = (AT_LEAST if ids else NOTHING_TO_DO) - (time.monotonic() - began)
            self._deliver_in_time(now=True)
            if self._scope.wait(max(REQUEST_EVERY, rest)):
                return

    def _sample(self, one: str) -> None:
        params: Params = {"stream": "0"}
        if self._engine.api >= _ONE_SHOT_SINCE and not self._engine.podman:
            params = {"stream": "0", "one-shot": "1"}
        try:
            answer = self._engine.get(f"/containers/{one}/stats", params, self._scope, ANSWER_SECONDS)
        except AppError:
            return  # it has ended, or the connection has: who keeps these says so
        if sample := read_sample(answer):
            self._ready[one] = self._meters[one].usage(sample)

    def _deliver_in_time(self, now: bool = False) -> None:
        if self._ready and (now or time.monotonic() - self._delivered >= DELIVER_EVERY):
            self._delivered = time.monotonic()
            ready, self._ready = self._ready, {}
            self._deliver(ready)
