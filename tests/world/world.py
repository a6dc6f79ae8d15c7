"""What the test session has running: engines by name, started when first asked for, all gone after `close`."""

from tests.world.engine import DOCKER_20, DockerEngine, Release
from tests.world.podman import Podman
from tests.world.run import Run
from tests.world.ssh import SshEndpoint
from tests.world.tls import TlsEndpoint, secure, tls_options
from tests.world.traces import Traces


class World:
    """One run with its engines. `before` is what the machine looked like when it began."""

    def __init__(self) -> None:
        """Sweep dead runs away, then take the picture that the leftovers test compares with. Needs root."""
        self.run = Run()
        self.before = Traces.take(self.run.name)
        self._engines: dict[str, DockerEngine] = {}
        self._tls: TlsEndpoint | None = None
        self._ssh: SshEndpoint | None = None
        self._podman: Podman | None = None

    def engine(self, release: Release, name: str = "") -> DockerEngine:
        """The engine of that release (and name, where a test needs two), running and clean, with `busybox:local`."""
        key = name or f"d{release.name.replace('.', '')}"
        if key not in self._engines:
            self._engines[key] = DockerEngine(self.run, key, release)
        self._engines[key].clean()
        return self._engines[key]

    def tls(self) -> TlsEndpoint:
        """A Docker 20.10 that listens on TLS too, running and clean."""
        if self._tls is None:
            folder = self.run.folder / "tls-files"
            engine = DockerEngine(self.run, "tls", DOCKER_20, tls_options(folder))
            self._tls = secure(engine, folder)
        self._tls.engine.clean()
        return self._tls

    def ssh(self) -> SshEndpoint:
        """The second Docker 20.10 behind ssh, running and clean."""
        engine = self.engine(DOCKER_20, "other")
        if self._ssh is None:
            self._ssh = SshEndpoint(self.run, engine)
        self._ssh.start()
        return self._ssh

    def podman(self) -> Podman:
        """Podman's Docker-compatible service, running and clean."""
        if self._podman is None:
            self._podman = Podman(self.run)
        self._podman.clean()
        return self._podman

    def close(self) -> None:
        """End everything. Asking for an engine after that is an error."""
        self.run.close()
