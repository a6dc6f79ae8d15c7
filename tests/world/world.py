"""What the test session has running: engines by name, started when first asked for, all gone after `close`."""

from collections.abc import Iterator

from tests.world.engine import DockerEngine, Release
from tests.world.run import Run
from tests.world.traces import Traces


class World:
    """One run with its engines. `before` is what the machine looked like when it began."""

    def __init__(self) -> None:
        """Sweep dead runs away, then take the picture that the leftovers test compares with. Needs root."""
        self.run = Run()
        self.before = Traces.take(self.run.name)
        self._engines: dict[str, DockerEngine] = {}

    def engine(self, release: Release, name: str = "") -> DockerEngine:
        """The engine of that release (and name, where a test needs two), running and clean, with `busybox:local`."""
        key = name or f"d{release.name.replace('.', '')}"
        if key not in self._engines:
            engine = self._engines[key] = DockerEngine(self.run, key, release)
            engine.start()
            engine.import_busybox()
        self._engines[key].clean()
        return self._engines[key]

    def borrow(self, release: Release, name: str = "") -> Iterator[DockerEngine]:
        """An engine for one test: clean at its start and its end, whatever the test did to it."""
        yield self.engine(release, name)
        self.engine(release, name)

    def close(self) -> None:
        """End everything. Asking for an engine after that is an error."""
        self.run.close()
