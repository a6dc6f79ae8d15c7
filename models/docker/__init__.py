"""What a Docker engine holds: the kinds that it offers."""

from models.docker.container import CONTAINER

KINDS = (CONTAINER,)
