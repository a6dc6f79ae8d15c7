"""A context: one Docker engine or Kubernetes cluster that can be opened, and how it is addressed."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class EngineKind(StrEnum):
    """Which world a context belongs to."""

    DOCKER = "docker"
    KUBERNETES = "kubernetes"
    DEMO = "demo"


class Drift(StrEnum):
    """How an open context differs from what its file says now."""

    NONE = "none"
    GONE = "gone"  # there is no such file any more
    MOVED = "moved"  # it names another endpoint


class TlsFiles(Struct, frozen=True):
    """Paths of PEM files; None where the endpoint names none."""

    ca: str | None = None
    cert: str | None = None
    key: str | None = None
    verify: bool = True


class Context(Struct, frozen=True, kw_only=True):
    """One way to reach an engine or a cluster, with the user's own marks on it."""

    id: str  # stable across starts: "docker:desk", "unix:/run/docker.sock", "env:DOCKER_HOST"
    engine: EngineKind
    name: str
    endpoint: str  # URL: unix:///…, tcp://host:port, ssh://user@host, npipe:////./pipe/…, demo://
    named: bool = False  # whether `docker --context NAME` knows it
    tls: TlsFiles | None = None
    aliases: tuple[str, ...] = ()  # other names of the same endpoint
    source: str = ""  # the file or variable it was read from
    description: str = ""
    problem: str | None = None  # why it cannot be opened, with file and line; None: it can
    colour: str = "slate"  # a name of the theme's context colours
    label: str = ""  # the user's own name for it
    protected: bool = False
    trusted: str = ""  # SHA-256 fingerprint of a certificate that the user trusts here, whatever the authorities say
    proxy: str = ""  # URL of the HTTP proxy by way of which it is reached, without user and password; "": directly
    drift: Drift = Drift.NONE

    @property
    def title(self) -> str:
        """The name the user knows it by."""
        return self.label or self.name

    @property
    def scheme(self) -> str:
        """The endpoint's scheme, such as unix, tcp or ssh."""
        return self.endpoint.partition("://")[0]

    @property
    def unencrypted(self) -> bool:
        """Whether everything goes over the network as it is, for anybody on the way to read and to change."""
        return self.scheme in ("tcp", "http") and self.tls is None

    @property
    def way(self) -> tuple[object, ...]:
        """All that decides how it is reached: where it changes, connections have to be made anew."""
        return self.endpoint, self.tls, self.trusted, self.proxy

    @property
    def unchecked(self) -> bool:
        """Whether the context's own file asks not to check the engine's certificate."""
        return self.tls is not None and not self.tls.verify

    @property
    def of_file(self) -> bool:
        """Whether a context file names it; the docker command takes such a context away by removing its file."""
        return self.id.startswith("docker:")

    @property
    def click_to_open(self) -> bool:
        """Whether it opens on a click only: ssh may ask for keys, touch a token or cross a VPN."""
        return self.scheme == "ssh"

    @property
    def command(self) -> tuple[str, ...]:
        """The beginning of every command twin, naming this context explicitly; the demo has no address to name."""
        if self.engine is EngineKind.DEMO:
            return ("docker",)
        return ("docker", "--context", self.name) if self.named else ("docker", "-H", self.endpoint)


DEMO_CONTEXT = Context(
    id="demo",
    engine=EngineKind.DEMO,
    name="Demo",
    endpoint="demo://",
    description="Sample containers in memory, to try things out: nothing on this machine is touched.",
    colour="teal",
)
