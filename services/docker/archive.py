"""Tars out of a container and into it, streamed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from urllib.parse import quote

import requests

from models.errors import AppError
from models.kind import Ref
from services.cancel import CancelScope
from services.docker.dialer import CONNECT_SECONDS
from services.docker.engine import Engine, Stream
from services.docker.errors import error_for, translated

_BLOCK = 1 << 20  # bytes at most that are read at once


def blocks_of(engine: Engine, ref: Ref, path: str, scope: CancelScope) -> Iterator[bytes]:
    """GET /containers/{id}/archive: a tar of what is at `path`. Ends when cancelled. Raises Gone, ConnectionLost."""
    mine = scope.child()
    try:
        with engine.client(mine) as line:
            with translated():
                response: requests.Response = line.client.get(
                    f"{line.client.base_url}/v{line.version}{_archive(ref)}",
                    params={"path": path},
                    headers={"Accept-Encoding": "identity"},  # engines would compress it, at a third of the speed
                    stream=True,
                    timeout=(CONNECT_SECONDS, None),
                    allow_redirects=False,
                )
                if response.status_code >= 400:
                    raise error_for(response.status_code, response.content)
            try:
                yield from Stream(response, line, mine).blocks(_BLOCK)
            finally:
                line.cut()  # its rest is not wanted, and reading it could take for ever
                response.close()
    except AppError:
        if not scope.cancelled:
            raise
    finally:
        mine.cancel()  # so that the caller's scope forgets it


def put_archive(engine: Engine, ref: Ref, folder: str, blocks: Iterable[bytes], scope: CancelScope) -> None:
    """PUT /containers/{id}/archive: unpack a tar in `folder`, which must be there; a file never replaces a folder.

    Sent once, in chunks, without a time limit. Raises Gone, Denied (read-only), Refused, Failed (disk full) and what
    `blocks` raises.
    """
    with engine.client(scope) as line, translated():
        response: requests.Response = line.client.put(
            f"{line.client.base_url}/v{line.version}{_archive(ref)}",
            params={"path": folder, "noOverwriteDirNonDir": "true"},
            data=iter(blocks),
            headers={"Content-Type": "application/x-tar"},
            timeout=(CONNECT_SECONDS, None),
            allow_redirects=False,
        )
        if response.status_code >= 400:
            raise error_for(response.status_code, response.content)


def _archive(ref: Ref) -> str:
    return f"/containers/{quote(ref.id, safe='')}/archive"
