"""What running containers cost, sampled one by one at a bounded rate: what is looked at first, the rest in turn."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence

from models.docker.container import Usage
from models.docker.stats import Meter, read_sample
from models.errors import AppError
from services.cancel import CancelScope
from services.docker.connection import Connection
from services.docker.engine import Engine, Params
from services.docker.history_of_stats import Ledger

LOOKED_AT = 1.0  # seconds between two samples of a container that somebody looks at
AT_LEAST = 2.0  # seconds between two samples of any other
NOTHING_TO_DO = 0.25  # seconds until it is looked again for a container that runs, or is looked at
REQUEST_EVERY = 0.1  # seconds: ten requests a second for the whole engine
OTHERS_TURN = 4  # one request in so many is for what is not looked at, however much is
MOST_AT_ONCE = 10  # requests under way: Docker 20.10 answers with the next of its own samples, up to a second later
DELIVER_EVERY = 0.5  # seconds
ANSWER_SECONDS = 5.0  # Podman and engines before API 1.41 measure for a second or two

_ONE_SHOT_SINCE = (1, 41)


class Sampler:
    """Samples the running containers in a thread of its own, until its scope is cancelled."""

    def __init__(
        self,
        engine: Engine,
        connection: Connection,
        containers: Callable[[], tuple[Sequence[str], Collection[str]]],
        deliver: Callable[[Mapping[str, Usage]], None],
        ledger: Ledger,
        scope: CancelScope,
    ) -> None:
        """`containers` names the ids to sample, and all that exist; `deliver` is called in the sampler's thread."""
        self._engine = engine
        self._connection = connection
        self._containers = containers
        self._deliver = deliver
        self._ledger = ledger
        self._scope = scope
        self._lock = threading.Lock()
        self._meters: dict[str, Meter] = {}
        self._asked: dict[str, float] = {}  # when, by the monotonic clock
        self._under_way: set[str] = set()
        self._slow = False  # whether the last answer took longer than the time between two requests
        self._turn = 0
        self._ready: dict[str, Usage] = {}
        self._delivered = 0.0
        self._name = f"pilothouse-stats {engine.name}"
        threading.Thread(target=self._run, name=self._name, daemon=True).start()

    def _run(self) -> None:
        while self._wait_live():
            began = time.monotonic()
            running, existing = self._containers()
            self._ledger.keep_only(running, existing)
            with self._lock:
                self._meters = {one: self._meters.get(one) or Meter() for one in running}
                self._asked = {one: at for one, at in self._asked.items() if one in self._meters}
                one, rest = self._next(running, began)
                if one is not None:
                    self._asked[one] = began
                    self._under_way.add(one)
            if one is not None:
                self._begin(one)
            self._deliver_in_time()
            if self._scope.wait(max(0.0, rest - (time.monotonic() - began))):
                return

    def _wait_live(self) -> bool:
        if not self._connection.state.live:
            self._ledger.interrupt()
        return self._connection.wait_live(self._scope)

    def _next(self, running: Sequence[str], now: float) -> tuple[str | None, float]:
        """The container whose sample is most overdue, where one is, and seconds until the next look."""
        if len(self._under_way) >= MOST_AT_ONCE:
            return None, REQUEST_EVERY
        looked_at = set(self._ledger.watched())
        free = [one for one in running if one not in self._under_way]
        first = self._most_overdue([one for one in free if one in looked_at], LOOKED_AT, now)
        other = self._most_overdue([one for one in free if one not in looked_at], AT_LEAST, now)
        if first is None and other is None:
            return None, REQUEST_EVERY if self._under_way else NOTHING_TO_DO
        self._turn += 1
        chosen = other if first is None or (other is not None and self._turn % OTHERS_TURN == 0) else first
        return chosen, REQUEST_EVERY

    def _most_overdue(self, containers: Sequence[str], every: float, now: float) -> str | None:
        """None where none of them is due."""
        oldest = min(containers, key=lambda one: self._asked.get(one, 0.0), default=None)
        return None if oldest is None or now - self._asked.get(oldest, 0.0) < every else oldest

    def _begin(self, one: str) -> None:
        """Here where the engine answers at once, else beside, so that others need not wait for it."""
        if self._slow:
            threading.Thread(target=self._sample, args=(one,), name=self._name, daemon=True).start()
        else:
            self._sample(one)

    def _sample(self, one: str) -> None:
        began = time.monotonic()
        params: Params = {"stream": "0"}
        if self._engine.api >= _ONE_SHOT_SINCE and not self._engine.podman:
            params = {"stream": "0", "one-shot": "1"}
        try:
            answer = self._engine.get(f"/containers/{one}/stats", params, self._scope, ANSWER_SECONDS)
        except AppError:
            self._ledger.interrupt([one])  # it has ended, or the connection has: who keeps these says so
            sample = None
        else:
            sample = read_sample(answer)
        if sample is not None:
            self._ledger.enter(one, sample, time.monotonic())
        with self._lock:
            self._slow = time.monotonic() - began > REQUEST_EVERY
            self._under_way.discard(one)
            if sample is not None and one in self._meters:
                self._ready[one] = self._meters[one].usage(sample)

    def _deliver_in_time(self) -> None:
        with self._lock:
            if not self._ready or time.monotonic() - self._delivered < DELIVER_EVERY:
                return
            self._delivered = time.monotonic()
            ready, self._ready = self._ready, {}
        self._deliver(ready)
