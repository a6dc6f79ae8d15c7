"""Inspects containers in the background, at a bounded rate: what the list does not tell of their runs."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping

from models.docker.container import Run
from models.docker.wire import run_of
from models.errors import AppError
from services.cancel import CancelScope
from services.docker.connection import Connection
from services.docker.engine import Engine

PER_SECOND = 100
DELIVER_EVERY = 0.05  # seconds
ANSWER_SECONDS = 5.0  # an engine may hang on one container while it knows all others


class Inspector:
    """Asks for one container after the other, in a thread of its own, until its scope is cancelled."""

    def __init__(
        self,
        engine: Engine,
        connection: Connection,
        revision: Callable[[str], int | None],
        deliver: Callable[[Mapping[str, tuple[int, Run]]], None],
        scope: CancelScope,
    ) -> None:
        """`revision` says which reading of its row a run would belong to (None: it is gone); `deliver` gets both."""
        self._engine = engine
        self._connection = connection
        self._revision = revision
        self._deliver = deliver
        self._scope = scope
        self._news = threading.Condition()
        self._wanted: dict[str, None] = {}
        self._ready: dict[str, tuple[int, Run]] = {}
        self._delivered = 0.0
        threading.Thread(target=self._run, name=f"pilothouse-inspects {engine.name}", daemon=True).start()

    def want(self, ids: Iterable[str]) -> None:
        """Ask for these too; returns at once."""
        with self._news:
            self._wanted.update(dict.fromkeys(ids))
            self._news.notify_all()

    def _run(self) -> None:
        while (container := self._next()) is not None and self._connection.wait_live(self._scope):
            began = time.monotonic()
            self._inspect(container)
            with self._news:
                last = not self._wanted
            if self._ready and (last or began - self._delivered >= DELIVER_EVERY):
                self._delivered = began
                ready, self._ready = self._ready, {}
                self._deliver(ready)
            self._scope.wait(max(0.0, 1 / PER_SECOND - (time.monotonic() - began)))

    def _next(self) -> str | None:
        with self._scope.unblocking(self._wake), self._news:
            self._news.wait_for(lambda: self._scope.cancelled or self._wanted)
            if self._scope.cancelled:
                return None
            container = next(iter(self._wanted))
            del self._wanted[container]
            return container

    def _inspect(self, container: str) -> None:
        revision = self._revision(container)
        if revision is None:
            return
        try:
            document = self._engine.get(f"/containers/{container}/json", None, self._scope, ANSWER_SECONDS)
            self._ready[container] = (revision, run_of(document))
        except AppError:
            pass  # gone, stuck or cut off: an event or the next list brings it here again

    def _wake(self) -> None:
        with self._news:
            self._news.notify_all()
