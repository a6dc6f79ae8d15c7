"""The namespaces of sample containers: most have their own, a few share them, as people set them up."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from services.demo.life import Life

_MODES: Mapping[str, Mapping[str, str]] = {
    "observability-node-exporter-1": {"PidMode": "host", "UTSMode": "host"},
    "observability-cadvisor-1": {"PidMode": "host", "CgroupnsMode": "host"},
    "host-monitor": {"PidMode": "host"},
    "shop-thumbnails-1": {"IpcMode": "container:shop-api-1"},
    "shop-worker-1": {"PidMode": "container:shop-api-1", "IpcMode": "container:shop-api-1"},
    "bench-net": {"NetworkMode": "container:shop-web-1"},
}  # fmt: skip
_USUAL: Mapping[str, str] = {
    "PidMode": "", "IpcMode": "private", "UTSMode": "", "UsernsMode": "", "CgroupnsMode": "private",
}  # fmt: skip


def modes(life: Life) -> dict[str, str]:
    """What its HostConfig says of namespaces; other containers by their ids."""
    seed = life.seed.partition(":")[0]
    said = {**_USUAL, **_MODES.get(life.sample.name, {})}
    return {key: _by_id(seed, mode) for key, mode in said.items()}


def _by_id(seed: str, mode: str) -> str:
    word, _, name = mode.partition(":")
    return f"{word}:{sha256(f'{seed}:{name}'.encode()).hexdigest()}" if name else mode
