"""What a terminal asks of an object and hears from it; Docker's and Kubernetes' ways are the services' affair."""

from __future__ import annotations

from msgspec import Struct


class Size(Struct, frozen=True):
    """Of a terminal, in cells."""

    columns: int
    rows: int


class Execute(Struct, frozen=True):
    """A command to run inside, with a terminal. No command: the best shell that is there."""

    size: Size
    command: tuple[str, ...] = ()
    user: str = ""  # "": the object's own
    directory: str = ""  # the same


class Attach(Struct, frozen=True):
    """To be connected to process 1 itself. `start` starts it once its first output cannot be missed any more."""

    size: Size
    start: bool = False


Request = Execute | Attach


class Opened(Struct, frozen=True):
    """The first thing heard: what runs, and a word on how it came to that ("bash is not there")."""

    command: tuple[str, ...]
    note: str = ""


class Ended(Struct, frozen=True):
    """The last thing heard, where the program came to its end; `exit_code` None where nobody knows it."""

    exit_code: int | None
