"""What engines send about containers, as rows: Docker 20.10 (API 1.41) to 29 (1.56) and Podman's compatible service."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct

from models.docker.container import Container, Port, Run, State
from models.docker.reading import read_object
from models.errors import BadInput

_NANO = 1_000_000_000


class _Port(Struct, gc=False):
    PrivatePort: int = 0
    PublicPort: int | None = None
    Type: str | None = None
    IP: str | None = None


class _Endpoint(Struct, gc=False):
    IPAddress: str | None = None
    GlobalIPv6Address: str | None = None


class _Networks(Struct, gc=False):
    Networks: dict[str, _Endpoint | None] | None = None


class _Health(Struct, gc=False):
    Status: str | None = None


class _Listed(Struct, gc=False):
    """One object of GET /containers/json, by the names of the wire. Anything may be missing or null."""

    Id: str
    Names: list[str] | None = None
    Image: str | None = None
    ImageID: str | None = None
    Command: str | None = None
    Created: int | None = None
    State: str | None = None
    Status: str | None = None
    Health: _Health | None = None
    Ports: list[_Port] | None = None
    Labels: dict[str, str] | None = None
    SizeRw: int | None = None
    NetworkSettings: _Networks | None = None


_FIELDS = {field.name: field.type for field in msgspec.structs.fields(_Listed)}
_LISTED = msgspec.json.Decoder(_Listed)
_PARTS = msgspec.json.Decoder(list[msgspec.Raw])


def container_rows(document: bytes) -> list[Container]:
    """The rows of an answer to GET /containers/json, in the engine's order.

    An odd object keeps the fields that can be read; only one without an id is left out. Raises BadInput where the
    answer is no list.
    """
    try:
        parts = _PARTS.decode(document)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        if document.strip() == b"null":
            return []
        raise BadInput(f"The engine's list of containers cannot be read: {error}") from error
    # One by one: the list as a whole would be decoded in one go, and the window would stand still for so long.
    return [_row(listed) for part in parts if (listed := _listed(part))]


def _listed(part: msgspec.Raw) -> _Listed | None:
    try:
        return _LISTED.decode(part)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return _as_far_as_readable(part)


def _as_far_as_readable(part: msgspec.Raw) -> _Listed | None:
    try:
        values: Any = msgspec.json.decode(part)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
    if not isinstance(values, dict):
        return None
    readable: dict[str, Any] = {}
    for name in _FIELDS.keys() & values.keys():
        try:
            readable[name] = msgspec.convert(values[name], _FIELDS[name])
        except msgspec.ValidationError:
            continue
    return _Listed(**readable) if readable.get("Id") else None


def _row(listed: _Listed) -> Container:
    status = listed.Status or ""
    state = _state(listed.State or "")
    endpoints = (listed.NetworkSettings and listed.NetworkSettings.Networks) or {}
    return Container(
        id=listed.Id,
        name=_name(listed.Names or []),
        image=listed.Image or "",
        image_id=listed.ImageID or "",
        command=listed.Command or "",
        created=float(listed.Created) if listed.Created else None,
        state=state,
        status=status,
        probe=_probe(listed.Health, status) if state is State.RUNNING else "",
        exit_code=_exit_code(state, status),
        ports=tuple(sorted(map(_port, listed.Ports or ()), key=_place)),
        networks=tuple(sorted(endpoints)),
        addresses=_addresses(endpoints),
        labels=listed.Labels or {},
        size_rw=listed.SizeRw,
    )


_STATES = {state.value: state for state in State} | {
    # Podman's own words
    "configured": State.CREATED,
    "initialized": State.CREATED,
    "stopped": State.EXITED,
    "stopping": State.RUNNING,
}


def _state(word: str) -> State:
    return _STATES.get(word.lower(), State.UNKNOWN)


def _name(names: list[str]) -> str:
    """Its own name, not one that a link of another container gives it ("/other/alias")."""
    bare = [name.removeprefix("/") for name in names]
    return next((name for name in bare if "/" not in name), bare[0] if bare else "")


_PROBE = re.compile(r"\((?:health: )?(starting|healthy|unhealthy)\)$")


def _probe(health: _Health | None, status: str) -> str:
    """The health check's verdict: a field since API 1.52, before that only the end of the status."""
    if health and health.Status:
        return "" if health.Status == "none" else health.Status
    found = _PROBE.search(status)
    return found[1] if found else ""


_EXIT = re.compile(r"^(?:Exited|Restarting) \((-?\d{1,10})\)")


def _exit_code(state: State, status: str) -> int | None:
    if state in (State.RUNNING, State.PAUSED, State.CREATED):
        return None
    found = _EXIT.match(status)
    return int(found[1]) if found else None


def _port(port: _Port) -> Port:
    return Port(port.PrivatePort, port.Type or "tcp", port.PublicPort or None, port.IP or "")


def _place(port: Port) -> tuple[int, str, int, str]:
    """Engines list ports in another order each time, which would look like a change."""
    return port.private, port.protocol, port.public or 0, port.address


def _addresses(endpoints: Mapping[str, _Endpoint | None]) -> tuple[str, ...]:
    found = (endpoints[name] for name in sorted(endpoints))
    pairs = ((one.IPAddress, one.GlobalIPv6Address) for one in found if one)
    return tuple(address for pair in pairs for address in pair if address)


def run_of(document: bytes) -> Run:
    """What an answer to GET /containers/{id}/json says of its run. Raises BadInput for no JSON object."""
    inspected = read_object(document)
    state, host = inspected.at("State"), inspected.at("HostConfig")
    running = state.flag("Running")
    return Run(
        exit_code=state.whole("ExitCode"),
        oom_killed=state.flag("OOMKilled"),
        error=state.text("Error"),
        started=state.instant("StartedAt"),
        finished=None if running else state.instant("FinishedAt"),
        restart_count=inspected.whole("RestartCount"),
        restart_policy=host.at("RestartPolicy").text("Name") or "no",
        pid=state.whole("Pid"),
        memory_limit=host.whole("Memory") or None,
        cpu_limit=_cores(host.whole("NanoCpus"), host.whole("CpuQuota"), host.whole("CpuPeriod")),
        tty=inspected.at("Config").flag("Tty"),
    )


def _cores(nano: int, quota: int, period: int) -> float | None:
    """The CPU limit in cores: --cpus sets the first, --cpu-quota the second, in a period of 100 ms by default."""
    if nano > 0:
        return nano / _NANO
    return quota / (period or 100_000) if quota > 0 else None
