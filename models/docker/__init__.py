"""What a Docker engine holds: the kinds that it offers."""

from models.docker.container_kind import CONTAINER
from models.kind import ResourceKind

KINDS: tuple[ResourceKind, ...] = (CONTAINER,)
