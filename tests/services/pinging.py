"""Contexts by their address, and what becomes of asking them."""

from __future__ import annotations

import pytest

from models.context import Context, EngineKind, TlsFiles
from models.errors import AppError
from services.docker.engine import Engine


def at(endpoint: str, tls: TlsFiles | None = None, *, trusted: str = "", proxy: str = "") -> Context:
    return Context(id="x", engine=EngineKind.DOCKER, name="x", endpoint=endpoint, tls=tls, trusted=trusted, proxy=proxy)


def ping(context: Context) -> None:
    """Twice over one line, then a stream: all that an engine is asked for goes this way."""
    engine = Engine(context)
    try:
        engine.ping(3.0)
        engine.ping(3.0)
        engine.get("/containers/json")
    finally:
        engine.close()
        engine.free()


def failure(context: Context) -> AppError:
    with pytest.raises(AppError) as raised:
        ping(context)
    return raised.value
