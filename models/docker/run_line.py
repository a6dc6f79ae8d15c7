"""A `docker run` line and a RunSpec, each from the other; what a line says and a RunSpec cannot hold is told."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from models.docker.run_flags import (
    UNSAYABLE,
    UNSAYABLE_LETTERS,
    Flag,
    Shape,
    Unsayable,
    flag_lettered,
    flag_named,
    given,
)
from models.docker.run_spec import Network, RunSpec
from models.docker.run_words import Word, Words, split_words
from models.errors import BadInput

PROGRAMS = ("docker", "podman", "nerdctl", "docker.exe", "podman.exe")
_GLOBAL_VALUES = (
    "--context", "-c", "-H", "--host", "--config", "-l", "--log-level", "--tlscacert", "--tlscert", "--tlskey",
    "--connection", "--url", "--namespace", "-n", "--address", "-a",
)  # fmt: skip


class Remark(Struct, frozen=True):
    """A part of a pasted line that is not in the RunSpec, or means something else here, and why."""

    text: str
    reason: str


class Pasted(Struct, frozen=True, kw_only=True):
    """What a pasted line says."""

    spec: RunSpec
    create_only: bool = False  # docker create
    remarks: tuple[Remark, ...] = ()


class Part(Struct, frozen=True):
    """Words of a printed line that belong together, and the fields of the RunSpec that they say."""

    fields: tuple[str, ...]
    words: tuple[str, ...]

    @property
    def text(self) -> str:
        """As one would type it, quoted for a POSIX shell."""
        return shlex.join(self.words)


def parts(spec: RunSpec) -> tuple[Part, ...]:
    """The flags, the image and the command that say this spec, each with its fields, in the line's order."""
    guard = ("--",) if spec.image.startswith("-") else ()  # or it would be read as a flag
    image = Part(("image",), (*guard, spec.image) if spec.image else ())
    return (*_flag_parts(spec), image, *_command(spec))


def run_words(spec: RunSpec, verb: str = "run") -> tuple[str, ...]:
    """The words after `docker`: ("run", "-d", "--name", "web", "nginx"); `create` leaves out what only `run` knows."""
    flags = (part for part in parts(spec) if verb == "run" or "detach" not in part.fields)
    return (verb, *(word for part in flags for word in part.words))


def _flag_parts(spec: RunSpec) -> Iterator[Part]:
    if spec.interactive and spec.tty:
        yield from (Part(("detach",), ("-d",)),) * spec.detach
        yield Part(("interactive", "tty"), ("-it",))
        spec = replace(spec, detach=False, interactive=False, tty=False)
    for flag, value in given(spec):
        if flag.field == "networks":
            yield from _network_parts(flag, spec.networks)
        elif flag.shape is Shape.SWITCH:
            yield Part((flag.field,), (flag.words if value else f"--{flag.name}=false",))
        elif flag.shape is Shape.ONE:
            yield Part((flag.field,), (flag.words, flag.write(value)))
        else:
            yield from (Part((flag.field,), (flag.words, flag.write(one))) for one in value)


def _network_parts(flag: Flag, networks: tuple[Network, ...]) -> Iterator[Part]:
    """The first network's address and aliases have flags of their own, which older commands know too."""
    first = networks[0]
    bare = Network(name=first.name, driver_options=first.driver_options, priority=first.priority)
    for network in (bare, *networks[1:]):
        if network != Network(name="default"):
            yield Part(("networks",), (flag.words, flag.write(network)))


def _command(spec: RunSpec) -> Iterator[Part]:
    """Further words of the entrypoint stand before the command: the process gets the same arguments."""
    if words := (*spec.entrypoint_more, *spec.command):
        yield Part(("command",), words)


def parse_line(line: str) -> Pasted:
    """What a pasted `docker run …`, `docker create …` or `podman run …` says. Raises BadInput where it is none."""
    split = split_words(line)
    reader = _Reader(split)
    create_only = reader.head()
    reader.flags()
    return reader.pasted(create_only)


class _Reader:
    def __init__(self, split: Words) -> None:
        self._words = list(split.words)
        self._at = 0
        self._values: dict[str, Any] = {}
        self._remarks: list[Remark] = []
        self._split = split

    def _next(self) -> Word | None:
        word = self._words[self._at] if self._at < len(self._words) else None
        self._at += word is not None
        return word

    def _remark(self, text: str, reason: str) -> None:
        self._remarks.append(Remark(text, reason))

    def head(self) -> bool:
        """Read up to and with `run` or `create`; whether it is `create`."""
        program = False
        while word := self._next():
            text = word.text
            if text in ("run", "create"):
                return text == "create"
            if text.rsplit("/", 1)[-1] in PROGRAMS and not program:
                program = True
            elif text == "container" or (text == "sudo" and not program):
                continue
            elif program and text.startswith("-"):
                value = self._next() if text in _GLOBAL_VALUES else None
                said = f"{text} {value.text}" if value else text
                self._remark(said, "it says which engine is meant: here it is the context that is open")
            elif not program and text.partition("=")[0].isidentifier() and "=" in text:
                self._remark(text, "it sets a variable for the command, not for the container")
            else:
                break
        raise BadInput("This is no docker run, docker create or podman run")

    def flags(self) -> None:
        """Read the flags; the first word that is none is the image, all after it the command."""
        while word := self._next():
            if word.text == "--":
                break
            if not word.text.startswith("-") or word.text == "-":
                self._at -= 1
                break
            if word.text.startswith("--"):
                self._long(word.text)
            else:
                self._short(word.text)
        image = self._next()
        if image is not None:
            self._values["image"] = image.text
        self._values["command"] = tuple(word.text for word in self._words[self._at :])

    def _long(self, text: str) -> None:
        name, equals, value = text.removeprefix("--").partition("=")
        flag = flag_named(name)
        if flag is None:
            self._unsayable(f"--{name}", UNSAYABLE.get(name), value if equals else None)
        elif flag.shape is Shape.SWITCH:
            self._note(flag, text, value if equals else "true")
        else:
            self._valued(flag, f"--{name}", value if equals else None)

    def _short(self, text: str) -> None:
        """`-it`, `-p80:80`, `-p=80:80`, `-e A=1`."""
        letters = text[1:]
        while letters:
            letter, letters = letters[0], letters[1:]
            flag = flag_lettered(letter)
            if flag is None:
                unsayable = UNSAYABLE.get(UNSAYABLE_LETTERS.get(letter, ""))
                self._unsayable(f"-{letter}", unsayable, None)
            elif flag.shape is not Shape.SWITCH:
                self._valued(flag, f"-{letter}", letters.removeprefix("=") if letters else None)
                return
            elif letters.startswith("="):
                self._note(flag, f"-{letter}{letters}", letters[1:])
                return
            else:
                self._note(flag, f"-{letter}", "true")

    def _valued(self, flag: Flag, said: str, value: str | None) -> None:
        if value is None:
            word = self._next()
            if word is None:
                self._remark(said, "its value is missing")
                return
            value = word.text
        self._note(flag, f"{said} {value}", value)

    def _note(self, flag: Flag, said: str, text: str) -> None:
        try:
            value = flag.read(text) if text or flag.absent is None else flag.absent
        except ValueError as error:
            self._remark(said, str(error))
            return
        if flag.shape is Shape.MANY:
            if value:
                self._values[flag.field] = (*self._values.get(flag.field, ()), value)
        else:
            self._values[flag.field] = value

    def _unsayable(self, flag: str, known: Unsayable | None, value: str | None) -> None:
        if known is None or value is not None:
            reason = known.reason if known else "docker run knows no such flag; a word after it may belong to it"
            self._remark(flag if value is None else f"{flag}={value}", reason)
            return
        word = self._next() if known.value else None
        self._remark(f"{flag} {word.text}" if word else flag, known.reason)

    def pasted(self, create_only: bool) -> Pasted:
        """All that was read."""
        for word in self._words:
            for expansion in word.expansions:
                self._remark(expansion, "a shell would put something in its place: write what is meant")
        if self._split.open_quote:
            self._remark(self._split.open_quote, "this quote is never closed")
        if self._split.rest:
            self._remark(self._split.rest, "this is for the shell, and no part of the container")
        spec = self._spec()
        self._relative(spec)
        return Pasted(spec=spec, create_only=create_only, remarks=tuple(self._remarks))

    def _spec(self) -> RunSpec:
        plain = {field: value for field, value in self._values.items() if "." not in field}
        spec = RunSpec(**plain)
        health, network = self._group("health"), self._group("network")
        first = spec.networks[0] if spec.networks else Network(name="default")
        for field in network:
            if getattr(first, field):
                self._remark(str(getattr(first, field)), f"the first network's {field} is said twice: the flag counts")
        networks = (replace(first, **network), *spec.networks[1:]) if network else spec.networks
        return replace(spec, health=replace(spec.health, **health), networks=networks)

    def _group(self, name: str) -> Mapping[str, Any]:
        return {
            field.removeprefix(f"{name}."): value
            for field, value in self._values.items()
            if field.startswith(f"{name}.")
        }

    def _relative(self, spec: RunSpec) -> None:
        """Paths that depend on the folder in which the command would have been run."""
        sources = [*(bind.source for bind in spec.binds), *(mount.source for mount in spec.mounts)]
        for path in (*sources, *spec.env_files, *spec.label_files):
            if path.startswith(".") or (path in (*spec.env_files, *spec.label_files) and not _absolute(path)):
                self._remark(path, "it depends on the folder where the command is run: write the whole path")


def _absolute(path: str) -> bool:
    return path.startswith(("/", "~", "\\")) or path[1:3] in (":\\", ":/")
