"""What a container was made of, asked of its engine."""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from urllib.parse import quote

import msgspec

from models.docker.recreate import Defaults, recreated
from models.docker.run_stock import RunAgain
from models.errors import Gone
from models.kind import Ref
from services.cancel import CancelScope
from services.docker.engine import Engine


def run_again(engine: Engine, ref: Ref, scope: CancelScope) -> RunAgain:
    """GET /containers/{id}/json, its image's, and /info. Raises Gone where the container is gone, Unreachable."""
    document = engine.get(f"/containers/{ref.id}/json", None, scope)
    image_id = msgspec.json.decode(document, type=dict[str, Any]).get("Image") or ""
    image = None
    if image_id:
        with suppress(Gone):
            image = engine.get(f"/images/{quote(image_id, safe=':')}/json", None, scope)
    again = recreated(document, image, _defaults(engine, scope))
    return RunAgain(again.spec, again.lost)


def _defaults(engine: Engine, scope: CancelScope) -> Defaults:
    info = msgspec.json.decode(engine.get("/info", None, scope), type=dict[str, Any])
    return Defaults(
        log_driver=info.get("LoggingDriver") or "json-file",
        runtime=info.get("DefaultRuntime") or "runc",
        cgroupns="host" if str(info.get("CgroupVersion") or "1") == "1" else "private",
        runtimes=tuple(info.get("Runtimes") or ()),
    )
