"""A registry beside an engine: Debian's docker-registry, in the engine's own network, open or behind a password."""

from pathlib import Path

from tests.world.engine import DockerEngine
from tests.world.run import Run, wait_until

REGISTRY = Path("/usr/bin/docker-registry")
USER, PASSWORD = "reader", "open sesame"
_BCRYPT = "$2b$04$fctjY3Bcc.PvQKCrhxkJK.EB5uskDpOx0LWhuEAN4tnDngFOQqA0O"  # of PASSWORD
_CONFIGURATION = """
version: 0.1
storage: {{filesystem: {{rootdirectory: {folder}/data}}}}
http: {{addr: 127.0.0.1:{port}}}
"""
_AUTH = "auth: {{htpasswd: {{realm: tests, path: {folder}/htpasswd}}}}\n"


def why_not_registry() -> str | None:
    """Why there can be no registry, or None."""
    return None if REGISTRY.is_file() else f"{REGISTRY} is not installed"


class Registry:
    """Answers the engine, and nobody else, at `name` ("localhost:5000": without TLS only local ones are trusted)."""

    def __init__(self, run: Run, engine: DockerEngine, port: int, *, password: bool = False) -> None:
        """Start it."""
        self.engine = engine
        self.name = f"localhost:{port}"
        folder = run.folder / f"registry-{engine.folder.name}-{port}"
        folder.mkdir()
        configuration = folder / "config.yml"
        configuration.write_text((_CONFIGURATION + _AUTH * password).format(folder=folder, port=port))
        (folder / "htpasswd").write_text(f"{USER}:{_BCRYPT}\n")
        command = (*engine.network.enter(), str(REGISTRY), "serve", str(configuration))
        run.spawn(command, folder / "log")
        log = folder / "log"
        wait_until(lambda: "listening on" in log.read_text(), 10, "the registry does not listen")

    def push(self, image: str, name: str) -> str:
        """Put an image of the engine into it under `name`, and take both names away from the engine: the reference."""
        reference = f"{self.name}/{name}"
        self.engine.docker("tag", image, reference)
        self.engine.docker("push", reference)
        self.engine.docker("image", "rm", reference)
        return reference
