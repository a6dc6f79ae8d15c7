"""What a container costs, as `docker stats` counts it: an engine's answer, and the rates between two of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
from msgspec import Struct

from models.docker.container import Usage
from models.docker.reading import instant
from models.docker.verdict import EngineEvent
from models.series import Fold, History, Mark, Quantity, Tier, Turn
from models.text import display

HISTORY = 24  # samples of a sparkline


class Sample(Struct, frozen=True, gc=False):
    """One answer of GET /containers/{id}/stats. Counters begin with the container; None: the engine does not say."""

    at: float  # engine's clock, seconds
    cpu: int  # nanoseconds computed
    memory: int | None  # bytes without the page cache that can be given back at once
    memory_limit: int | None
    pids: int | None = None  # processes and threads
    cache: int | None = None  # bytes of page cache
    received: int | None = None  # bytes, over all its interfaces; None also where it has the host's network
    sent: int | None = None
    read: int | None = None  # bytes from block devices
    written: int | None = None
    periods: int = 0  # in which its CPU limit counted
    throttled: int = 0  # of these, in which it had to wait


class _Cpu(Struct, gc=False):
    total_usage: int | None = None


class _Throttling(Struct, gc=False):
    periods: int | None = None
    throttled_periods: int | None = None


class _CpuStats(Struct, gc=False):
    cpu_usage: _Cpu | None = None
    throttling_data: _Throttling | None = None


class _Counts(Struct, gc=False):
    """Of the three dozen counts in memory.stat; what the others hold does not matter."""

    total_inactive_file: int | None = None  # cgroup v1, with the cgroups below
    inactive_file: int | None = None  # cgroup v2; in v1 without the cgroups below
    total_cache: int | None = None  # cgroup v1
    file: int | None = None  # cgroup v2


class _Memory(Struct, gc=False):
    usage: int | None = None
    limit: int | None = None
    stats: _Counts | None = None


class _Pids(Struct, gc=False):
    current: int | None = None


class _Interface(Struct, gc=False):
    rx_bytes: int = 0
    tx_bytes: int = 0


class _Transfer(Struct, gc=False):
    op: str = ""
    value: int = 0


class _Devices(Struct, gc=False):
    io_service_bytes_recursive: list[_Transfer] | None = None


class _Stats(Struct, gc=False):
    """Only what cannot be odd without the sample being worthless; the rest is read apart."""

    read: str | None = None
    cpu_stats: _CpuStats | None = None
    memory_stats: _Memory | None = None
    pids_stats: _Pids | None = None
    networks: msgspec.Raw = msgspec.Raw()
    blkio_stats: msgspec.Raw = msgspec.Raw()


_DECODER = msgspec.json.Decoder(_Stats)
_NETWORKS = msgspec.json.Decoder(dict[str, _Interface] | None)
_DEVICES = msgspec.json.Decoder(_Devices | None)


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
    throttling = stats.cpu_stats.throttling_data or _Throttling()
    received, sent = _network(stats.networks)
    read, written = _block_io(stats.blkio_stats)
    return Sample(
        at,
        stats.cpu_stats.cpu_usage.total_usage or 0,
        _in_use(memory),
        memory.limit or None,
        pids.current or None,
        _cache(memory),
        received,
        sent,
        read,
        written,
        throttling.periods or 0,
        throttling.throttled_periods or 0,
    )


def _in_use(memory: _Memory) -> int | None:
    """Memory without the page cache that can be given back at once: by cgroup v1's name, else by v2's."""
    if not memory.usage:
        return None
    counts = memory.stats or _Counts()
    inactive = counts.inactive_file if counts.total_inactive_file is None else counts.total_inactive_file
    inactive = inactive or 0
    return memory.usage - inactive if inactive < memory.usage else memory.usage


def _cache(memory: _Memory) -> int | None:
    if not memory.usage or memory.stats is None:
        return None
    return memory.stats.file if memory.stats.total_cache is None else memory.stats.total_cache


def _network(part: msgspec.Raw) -> tuple[int, int] | tuple[None, None]:
    try:
        interfaces = _NETWORKS.decode(part) if part else None
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None, None
    if interfaces is None:
        return None, None
    return sum(one.rx_bytes for one in interfaces.values()), sum(one.tx_bytes for one in interfaces.values())


def _block_io(part: msgspec.Raw) -> tuple[int, int] | tuple[None, None]:
    """Bytes by the first letter of the operation, as the command reads them; an idle container has a null list."""
    try:
        devices = _DEVICES.decode(part) if part else None
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None, None
    if devices is None:
        return None, None
    transfers = devices.io_service_bytes_recursive or ()
    read, written = (sum(one.value for one in transfers if one.op[:1] in letters) for letters in ("rR", "wW"))
    return read, written


# What a history keeps. Rates are per second; CPU is in cores, memory in bytes, throttled a share of the periods.
_RATES = ("received", "sent", "read", "written")
_COMMON = (
    Quantity("cpu"),
    Quantity("memory", Fold.HIGHEST),
    Quantity("cache"),
    *map(Quantity, _RATES),
    Quantity("pids", Fold.HIGHEST, "H"),
    Quantity("throttled", code="B", scale=200.0),
)
TIERS = (
    Tier(1.0, 600, _COMMON),
    Tier(5.0, 1_440, _COMMON),
    Tier(60.0, 1_440, (*_COMMON, Quantity("cpu_highest", Fold.HIGHEST, source="cpu"))),
)
QUANTITIES = tuple(quantity.id for quantity in _COMMON)


def new_history() -> History:
    """An empty one: each second of 10 minutes, each 5 of 2 hours, each minute of a day, in less than 120,000 bytes."""
    return History(TIERS)


def same_life(last: Sample, sample: Sample) -> bool:
    """Whether the two can be compared: a counter that fell, or a clock that did, began anew."""
    return sample.at > last.at and sample.cpu >= last.cpu


def rates(last: Sample, sample: Sample) -> Mapping[str, float]:
    """What held between two samples of the same life, by quantity; what the engine does not say is missing."""
    seconds = sample.at - last.at
    values = {"cpu": (sample.cpu - last.cpu) / seconds / 1e9}
    for name in ("memory", "cache", "pids"):
        if (level := getattr(sample, name)) is not None:
            values[name] = float(level)
    for name in _RATES:
        before, now = getattr(last, name), getattr(sample, name)
        if before is not None and now is not None and now >= before:  # an interface that went takes its counts along
            values[name] = (now - before) / seconds
    if (periods := sample.periods - last.periods) > 0 and sample.throttled >= last.throttled:
        values["throttled"] = (sample.throttled - last.throttled) / periods
    return values


def marks(events: Sequence[EngineEvent]) -> tuple[Mark, ...]:
    """What charts mark: starts, ends, the kernel's kills, verdicts of the health check, changes by hand."""
    return tuple(mark for event in events if (mark := _mark(event)))


def _mark(event: EngineEvent) -> Mark | None:
    name, _, rest = event.action.partition(":")
    match name:
        case "start":
            return Mark(event.time, Turn.START, "Started")
        case "die":
            code = event.attributes.get("exitCode", "")
            return Mark(event.time, Turn.END, display(f"Ended ({code})" if code else "Ended", 40), code in _ASKED_FOR)
        case "oom":
            return Mark(event.time, Turn.OUT_OF_MEMORY, "Out of memory", good=False)
        case "health_status":
            words = display(rest.strip().capitalize(), 40)
            return Mark(event.time, Turn.HEALTH, words, rest.strip() == "healthy")
        case "update" | "pause" | "unpause":
            return Mark(event.time, Turn.CHANGE, _CHANGES[name])
    return None


_ASKED_FOR = ("", "0", "130", "143")  # ends without an error, or by a polite stop or Ctrl+C
_CHANGES = {"update": "Limits changed", "pause": "Paused", "unpause": "Went on"}


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
