"""Runs a service's generator in a thread, as the application does, and waits for what it brings."""

import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

from models.changes import Changed, Reset, Stale
from services.cancel import CancelScope

PATIENCE = 15.0


def eventually(true: Callable[[], Any], what: str, seconds: float = PATIENCE) -> Any:
    """Wait until `true()` is, and return it."""
    end = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < end, f"within {seconds} s: {what}"
        time.sleep(0.001)
    return found


class Collector:
    """Everything that a generator has brought, with the time of each."""

    def __init__(self, generate: Callable[[CancelScope], Iterable[Any]]) -> None:
        self.scope = CancelScope()
        self.brought: list[Any] = []
        self.times: list[float] = []
        self.error: Exception | None = None
        self._generate = generate
        self.thread = threading.Thread(target=self._run, name="collector")
        self.thread.start()

    def _run(self) -> None:
        try:
            for one in self._generate(self.scope):
                self.times.append(time.monotonic())
                self.brought.append(one)
        except Exception as error:  # noqa: BLE001  handed to the test
            self.error = error

    def wait_for(self, true: Callable[[Any], bool], what: str, seconds: float = PATIENCE) -> Any:
        """The first that satisfies `true`, among those that came already or are still to come."""
        return eventually(lambda: [one for one in list(self.brought) if true(one)], what, seconds)[0]

    def end(self, seconds: float = PATIENCE) -> float:
        """Cancel, and return how long it took to end, in seconds."""
        began = time.monotonic()
        self.scope.cancel()
        self.thread.join(seconds)
        assert not self.thread.is_alive(), "it did not end"
        return time.monotonic() - began


class Rows(Collector):
    """A watch's rows as its receiver would hold them."""

    def __init__(self, generate: Callable[[CancelScope], Iterable[Any]]) -> None:
        self.rows: dict[str, Any] = {}
        self.stale: Stale | None = None
        self.resets = 0
        super().__init__(lambda scope: map(self._apply, generate(scope)))

    def _apply(self, change: Any) -> Any:
        match change:
            case Reset():
                self.rows = {row.id: row for row in change.rows}
                self.stale = None
                self.resets += 1
            case Changed():
                self.rows = {
                    **{key: row for key, row in self.rows.items() if key not in change.removed},
                    **{row.id: row for row in change.upserts},
                }
            case Stale():
                self.stale = change
        return change

    def named(self, name: str) -> Any:
        """The row with this name, or None."""
        return next((row for row in self.rows.values() if row.name == name), None)

    def until(self, true: Callable[["Rows"], Any], what: str, seconds: float = PATIENCE) -> Any:
        """Wait until these rows satisfy `true`."""
        return eventually(lambda: true(self), what, seconds)
