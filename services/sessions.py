"""Opens the session that fits a context; each engine's code is loaded with its first context."""

from __future__ import annotations

from models.context import Context, EngineKind
from services.session import Session


def open_session(context: Context) -> Session:
    """A session on `context`; returns at once: it connects in the background and says so by its states."""
    match context.engine:
        case EngineKind.DEMO:
            from services.demo import DemoSession

            return DemoSession(context)
        case EngineKind.DOCKER:
            from services.docker.session import DockerSession

            return DockerSession(context)
        case EngineKind.KUBERNETES:
            raise ValueError(f"no session for {context.engine}")
