"""What an engine is: asked anew each time its System page is looked at."""

from __future__ import annotations

import time

from models.docker import system
from models.system import SystemFacts
from services.cancel import CancelScope
from services.docker.engine import Engine


def system_facts(engine: Engine, scope: CancelScope) -> SystemFacts:
    """GET /version and GET /info, as facts. Raises Unreachable, TimedOut, BadInput and their kin."""
    version = engine.get("/version", scope=scope)
    info = engine.get("/info", scope=scope)
    return system.system_facts(version, info, engine.context, podman=engine.podman, now=time.time())
