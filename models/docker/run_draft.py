"""A container to be made as it is typed: the text of every flag, right or wrong, so that nothing typed is lost."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from models.docker.run_flags import FLAGS, Flag, Shape, value_of
from models.docker.run_spec import Network, RunSpec
from models.secrets import looks_secret, masked_arguments, masked_pair

IMAGE, COMMAND = "image", "command"  # what is no flag
EMPTY = '""'  # how a text says that it is meant to be empty: --entrypoint ""
_LINKS = "link"  # the one flag of a network that `--network name=…` cannot say
_VARIABLE = "env"

Texts = Mapping[str, tuple[str, ...]]  # by the flag's name; a switch has one text, "true"


class Draft(Struct, frozen=True, kw_only=True):
    """What stands in the form. `exec_forms`: lists of words that the command line cannot say, as long as their
    text stays as it is; `withheld`: what was left out of a file because it looks secret."""

    image: str = ""
    command: str = ""  # quoted for a shell
    texts: Texts = {}
    exec_forms: Texts = {}
    withheld: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether nothing has been typed."""
        return not (self.image or self.command or self.texts)


class Problem(Struct, frozen=True):
    """A text that cannot be used: of which flag, which of its lines, and why."""

    flag: str
    line: int
    reason: str


class Reading(Struct, frozen=True):
    """What a draft says, as far as it can be read."""

    spec: RunSpec
    problems: tuple[Problem, ...] = ()


def draft_of(spec: RunSpec) -> Draft:
    """The texts that say `spec`."""
    texts: dict[str, tuple[str, ...]] = {}
    for flag in FLAGS:
        if flag.field.startswith("network.") and flag.name != _LINKS:
            continue  # in the long form of --network
        value = value_of(spec, flag)
        if value == flag.absent:
            continue
        match flag.shape:
            case Shape.SWITCH:
                texts[flag.name] = ("true" if value else "false",)
            case Shape.ONE:
                texts[flag.name] = (str(flag.write(value)) or EMPTY,)
            case Shape.MANY:
                texts[flag.name] = tuple(str(flag.write(one)) for one in value)
    exec_forms: dict[str, tuple[str, ...]] = {}
    if spec.entrypoint_more:
        exec_forms["entrypoint"] = (spec.entrypoint or "", *spec.entrypoint_more)
    if spec.health.words:
        exec_forms["health-cmd"] = spec.health.words
    texts.update((flag, (shlex.join(words),)) for flag, words in exec_forms.items())
    return Draft(image=spec.image, command=shlex.join(spec.command), texts=texts, exec_forms=exec_forms)


def read_draft(draft: Draft) -> Reading:
    """The spec that the texts say, without those that cannot be read, and what is wrong with these."""
    problems: list[Problem] = []
    values: dict[str, Any] = {}
    health: dict[str, Any] = {}
    links: tuple[str, ...] = ()
    for flag in FLAGS:
        texts = draft.texts.get(flag.name, ())
        if not texts:
            continue
        read = tuple(_read(flag, texts, draft, problems))
        value = read if flag.shape is Shape.MANY else read[-1] if read else flag.absent
        group, _, name = flag.field.rpartition(".")
        if flag.name == _LINKS:
            links = read
        elif group == "health":
            health[name] = value
        elif not group:
            values[name] = value
    _take_exec_forms(draft, values, health)
    if links:
        first, *others = values.get("networks") or (Network(name="default"),)
        values["networks"] = (replace(first, links=links), *others)
    spec = RunSpec(image=draft.image.strip(), command=_command(draft, problems), **values)
    return Reading(replace(spec, health=replace(spec.health, **health)), tuple(problems))


def _read(flag: Flag, texts: Iterable[str], draft: Draft, problems: list[Problem]) -> Iterator[Any]:
    for line, text in enumerate(texts):
        if flag.name == _VARIABLE and text.removesuffix("=") in draft.withheld and text.endswith("="):
            problems.append(Problem(flag.name, line, "It looks secret, and the draft did not keep it: type it again"))
        try:
            yield flag.read("" if text == EMPTY else text)
        except ValueError as error:
            problems.append(Problem(flag.name, line, str(error)))


def _command(draft: Draft, problems: list[Problem]) -> tuple[str, ...]:
    try:
        return tuple(shlex.split(draft.command))
    except ValueError as error:  # a quote that is never closed
        problems.append(Problem(COMMAND, 0, f"{error}: the words cannot be told apart"))
        return ()


def _take_exec_forms(draft: Draft, values: dict[str, Any], health: dict[str, Any]) -> None:
    for flag, words in draft.exec_forms.items():
        if draft.texts.get(flag) != (shlex.join(words),):
            continue  # typed over since: the text counts
        if flag == "entrypoint":
            values["entrypoint"], values["entrypoint_more"] = words[0], words[1:]
        else:
            health["command"], health["words"] = "", words


def without_secrets(draft: Draft) -> Draft:
    """The draft as it may be kept in a file: what looks secret is left out, and named in `withheld`."""
    texts: dict[str, tuple[str, ...]] = {}
    withheld: list[str] = list(draft.withheld)
    for flag, lines in draft.texts.items():
        kept: list[str] = []
        for text in lines:
            name, _, value = text.partition("=")
            if flag == _VARIABLE and looks_secret(name, value):
                withheld.append(name)
                kept.append(f"{name}=")
            elif masked_pair(text) != text:
                withheld.append(f"--{flag} {name if name != text else '…'}")
            else:
                kept.append(text)
        texts[flag] = tuple(kept)
    command = draft.command
    if _secret_command(command):
        withheld.append(COMMAND)
        command = ""
    forms = {flag: words for flag, words in draft.exec_forms.items() if masked_arguments(words) == words}
    return Draft(
        image=draft.image,
        command=command,
        texts={flag: kept_lines for flag, kept_lines in texts.items() if kept_lines},
        exec_forms=forms,
        withheld=tuple(dict.fromkeys(withheld)),
    )


def _secret_command(command: str) -> bool:
    try:
        words = tuple(shlex.split(command))
    except ValueError:
        words = tuple(command.split())
    return masked_arguments(words) != words


def without_values(spec: RunSpec) -> tuple[RunSpec, tuple[str, ...]]:
    """The spec as its command line may be shown: variables that look secret are taken from the environment.

    The second is their names.
    """
    hidden = tuple(
        variable.name for variable in spec.environment if variable.value and looks_secret(variable.name, variable.value)
    )
    shown = tuple(replace(one, value=None) if one.name in hidden else one for one in spec.environment)
    return replace(spec, environment=shown), hidden
