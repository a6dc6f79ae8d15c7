"""Terminals in the words of the docker command."""

from __future__ import annotations

from models.kind import Ref
from models.terminal import Attach, Request


def terminal_twin(ref: Ref, request: Request) -> tuple[str, ...]:
    """What does the same, without `docker`; where no command is named, the shell that every image with one has."""
    name = ref.name or ref.id[:12]
    if isinstance(request, Attach):
        return ("start", "--attach", "--interactive", name) if request.start else ("attach", name)
    user = ("--user", request.user) if request.user else ()
    directory = ("--workdir", request.directory) if request.directory else ()
    return ("exec", "-it", *user, *directory, name, *(request.command or ("sh",)))
