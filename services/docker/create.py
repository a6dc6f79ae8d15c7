"""Containers made from a RunSpec: files read as the docker command reads them, one request, later networks, start."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import msgspec
from msgspec import Struct

from models.docker.env_file import file_entries
from models.docker.run_body import Surroundings, create_body, later_networks, seccomp_path
from models.docker.run_spec import RunSpec
from models.errors import AppError, BadInput
from models.kind import Ref
from services.cancel import CancelScope
from services.docker.credentials import proxies_for_containers
from services.docker.engine import Engine, Params

LARGEST_FILE = 1_000_000  # bytes of an env file, a label file or a profile
_CREATE_SECONDS = 300.0  # a volume of a plugin, or a large image to unpack


class Created(Struct, frozen=True):
    """The container that was made, and what the engine remarked."""

    ref: Ref
    warnings: tuple[str, ...] = ()


class _Answer(Struct):
    Id: str
    Warnings: list[str] | None = None


def surroundings(spec: RunSpec, env: Mapping[str, str], endpoint: str = "", home: Path | None = None) -> Surroundings:
    """What this machine adds: its environment, config.json's proxies, the named files. Raises BadInput."""
    entries = (entry for path in spec.env_files for entry in file_entries(_content(path), path, env))
    labels = (entry.partition("=") for path in spec.label_files for entry in file_entries(_content(path), path))
    profiles = {path for option in spec.security if (path := seccomp_path(option))}
    return Surroundings(
        environment=env,
        proxies=proxies_for_containers(endpoint, env, home or Path.home()),
        variables=tuple(entries),
        labels=tuple((key, value) for key, _, value in labels),
        seccomp={path: _profile(path) for path in profiles},
    )


def _content(path: str) -> bytes:
    try:
        with Path(path).expanduser().open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise BadInput(error.strerror or "cannot be read", path) from error
    if len(content) > LARGEST_FILE:
        raise BadInput("larger than 1 MB", path)
    return content


def _profile(path: str) -> str:
    try:
        return json.dumps(json.loads(_content(path)), separators=(",", ":"))
    except ValueError as error:
        raise BadInput(f"This seccomp profile is no JSON: {error}", path) from error


def create(engine: Engine, spec: RunSpec, scope: CancelScope, env: Mapping[str, str] | None = None) -> Created:
    """POST /containers/create, then the networks that this engine adds only later. Nothing is started or pulled.

    Raises Gone where the image, a network or a volume's source is missing, Refused with the engine's reason, BadInput
    for a file that cannot be read. A container whose networks cannot be joined is removed again.
    """
    around = surroundings(spec, os.environ if env is None else env, engine.context.endpoint)
    params: Params = {"name": spec.name} if spec.name else {}
    if spec.platform and engine.api >= (1, 41):
        params = {**params, "platform": spec.platform}
    body = msgspec.json.encode(create_body(spec, engine.api, around))
    _, answer = engine.post("/containers/create", params, scope, _CREATE_SECONDS, body=body)
    made = msgspec.json.decode(answer, type=_Answer)
    ref = Ref("containers", made.Id, spec.name or made.Id[:12])
    try:
        for network, endpoint in later_networks(spec, engine.api):
            _connect(engine, network, ref, endpoint, scope)
    except AppError:
        engine.post(f"/containers/{ref.id}", {"force": 1, "v": 1}, None, method="DELETE")
        raise
    return Created(ref, tuple(made.Warnings or ()))


def _connect(engine: Engine, network: str, ref: Ref, endpoint: Mapping[str, object], scope: CancelScope) -> None:
    body = msgspec.json.encode({"Container": ref.id, "EndpointConfig": endpoint})
    engine.post(f"/networks/{quote(network, safe='')}/connect", None, scope, body=body)


def start(engine: Engine, ref: Ref, scope: CancelScope) -> None:
    """POST /containers/{id}/start. Raises Refused, Failed with the engine's reason: a port in use, no such command."""
    engine.post(f"/containers/{ref.id}/start", None, scope, _CREATE_SECONDS)
