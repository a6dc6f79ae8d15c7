"""A container's configuration: what was set for it, and what came from its image; two containers compared.

Values are raw here: whoever shows them masks what looks like a secret.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from models.docker.details import container_details
from models.docker.facts import Binding, ContainerDetails
from models.docker.reading import Fields, read_object
from models.docker.verdict import limit_text
from models.health import Tone
from models.overview import Line, Note, Property, Row, Run, Section, Setting
from models.secrets import looks_secret, masked_arguments
from models.text import age_text, command_text, count_text

ADVICE = (
    "Anyone who can inspect this container, or run a command in it, can read them. A file that is mounted and named "
    "by a variable (NAME_FILE=/run/secrets/name), or a secret of Compose or Swarm, keeps a value out of all this."
)
_ABSENT = "–"


class Configuration(Struct, frozen=True):
    """The tab of one container: what it is, and sections of rows."""

    sections: tuple[Section, ...]


def configuration(document: bytes, image: bytes | None) -> Configuration:
    """What an inspect says was configured, beside its image's; None: that one cannot be asked. Raises BadInput."""
    config = read_object(document).at("Config")
    of_image = None if image is None else read_object(image).at("Config")
    sections = (
        _command(config, of_image),
        *_pairs("Environment", _environment(config), None if of_image is None else _environment(of_image)),
        _advice(_environment(config)),
        _process(config, of_image),
        *_pairs("Labels", config.at("Labels").strings(), None if of_image is None else of_image.at("Labels").strings()),
    )
    return Configuration(tuple(section for section in sections if section is not None))


def _environment(config: Fields) -> Mapping[str, str]:
    pairs = (pair.partition("=") for pair in config.texts("Env"))
    return {name: value for name, _, value in pairs}


# --- command ----------------------------------------------------------------------------------------------------------


def _command(config: Fields, image: Fields | None) -> Section:
    rows: list[Row] = []
    for title, key in (("Entrypoint", "Entrypoint"), ("Command", "Cmd")):
        rows.extend(_words(title, config.texts(key), None if image is None else image.texts(key)))
    if image is None:
        rows.append(Note("Its image is gone or cannot be asked: what came from it cannot be told."))
    return Section("Command", tuple(rows))


def _words(title: str, here: Sequence[str], there: Sequence[str] | None) -> Iterator[Row]:
    yield Property(title, _value(here, _origin(tuple(here), None if there is None else tuple(there))))
    if there is not None and tuple(here) != tuple(there):
        yield Property("in the image", _value(there, ""))


def _value(words: Sequence[str], note: str) -> Line:
    if not words:
        return Line((Run("none", Tone.SECONDARY), Run(note, Tone.SECONDARY)))
    shown = command_text(masked_arguments(words))
    return Line((Run(shown, mono=True), Run(note, Tone.SECONDARY)), command_text(words), shown)


def _origin(here: object, there: object | None) -> str:
    if there is None:
        return ""
    return "from the image" if here == there else "set here"


# --- environment and labels -------------------------------------------------------------------------------------------


def _pairs(title: str, here: Mapping[str, str], image: Mapping[str, str] | None) -> Iterator[Section]:
    """What was set here, what was changed, what came from the image: a section each where there is something."""
    if image is None:
        if here:
            yield Section(title, _settings(here, sorted(here)), count_text(len(here), "value"))
        return
    added = sorted(name for name in here if name not in image)
    changed = sorted(name for name in here if name in image and image[name] != here[name])
    inherited = sorted(name for name in here if name in image and image[name] == here[name])
    if added:
        yield Section(f"{title} set here", _settings(here, added), str(len(added)))
    if changed:
        rows = [
            Setting(*pair) for name in changed for pair in ((name, here[name]), (f"{name} in the image", image[name]))
        ]
        yield Section(f"{title} changed here", tuple(rows), str(len(changed)))
    if inherited:
        yield Section(f"{title} from the image", _settings(here, inherited), str(len(inherited)))
    if missing := sorted(name for name in image if name not in here):
        yield Section(f"{title} of the image, not here", _settings(image, missing), str(len(missing)))


def _settings(values: Mapping[str, str], names: Sequence[str]) -> tuple[Row, ...]:
    return tuple(Setting(name, values[name]) for name in names)


def _advice(environment: Mapping[str, str]) -> Section | None:
    secrets = sorted(name for name, value in environment.items() if looks_secret(name, value))
    if not secrets:
        return None
    looks = "looks like a secret" if len(secrets) == 1 else "look like secrets"
    return Section("Secrets", (Note(f"{', '.join(secrets[:8])} {looks}. {ADVICE}", "warning"),))


# --- the process ------------------------------------------------------------------------------------------------------


def _process(config: Fields, image: Fields | None) -> Section:
    rows: list[Row] = []
    for title, key, default in (
        ("User", "User", "root"),
        ("Folder", "WorkingDir", "/"),
        ("Stop signal", "StopSignal", "SIGTERM"),
    ):
        here = config.text(key)
        origin = _origin(here, None if image is None else image.text(key))
        rows.append(
            Property(title, Line((Run(here or default, mono=True), Run(origin, Tone.SECONDARY)), here or default))
        )
    for title, key in (("Exposed ports", "ExposedPorts"), ("Volumes", "Volumes")):
        here_names = sorted(config.at(key).members())
        there_names = None if image is None else sorted(image.at(key).members())
        if here_names or there_names:
            origin = _origin(here_names, there_names)
            rows.append(
                Property(title, Line((Run(", ".join(here_names) or "none", mono=True), Run(origin, Tone.SECONDARY))))
            )
    test = config.at("Healthcheck").texts("Test")
    if test:
        origin = _origin(test, None if image is None else image.at("Healthcheck").texts("Test"))
        shown = command_text(masked_arguments(test[1:] or test))
        rows.append(
            Property(
                "Health check", Line((Run(shown, mono=True), Run(origin, Tone.SECONDARY)), command_text(test), shown)
            )
        )
    return Section("Process", tuple(rows))


# --- two containers ---------------------------------------------------------------------------------------------------


class Compared(Struct, frozen=True):
    """One setting of two containers; None: that one has no such setting."""

    group: str
    name: str
    here: str | None
    there: str | None

    @property
    def same(self) -> bool:
        """Whether both have the same."""
        return self.here == self.there

    def __repr__(self) -> str:
        return f"Compared({self.group!r}, {self.name!r}, …)"  # its values must not get into a log or a crash report


def compare(here: bytes, there: bytes) -> tuple[Compared, ...]:
    """The settings of two inspects side by side, in groups; what each run has of its own (ids, times) is left out."""
    one, other = dict(_flat(container_details(here))), dict(_flat(container_details(there)))
    groups = dict.fromkeys(group for group, _ in (*one, *other))
    return tuple(
        Compared(group, name, one.get((group, name)), other.get((group, name)))
        for group in groups
        for name in dict.fromkeys(name for of, name in (*one, *other) if of == group)
    )


def _flat(details: ContainerDetails) -> Iterator[tuple[tuple[str, str], str]]:
    limits, apart = details.limits, details.security
    plain = {
        "Container": {
            "Image": details.image,
            "Image id": details.image_id,
            "Entrypoint": command_text(details.entrypoint),
            "Command": command_text(details.arguments),
            "User": details.user or "root",
            "Folder": details.working_dir,
            "Stop": f"{details.stop_signal}, {details.stop_grace} s",
            "Restart policy": details.restart.policy + (f":{details.restart.most}" if details.restart.most else ""),
            "Network mode": details.network_mode,
            "Log driver": details.log_driver,
            "Terminal": _yes(details.tty),
            "Own init": _yes(details.init),
            "Removed at its end": _yes(details.auto_remove),
        },
        "Environment": {one.name: one.value for one in details.environment},
        "Ports": _ports(details.ports),
        "Mounts": {
            one.destination: f"{one.type} {one.source} {'rw' if one.writable else 'ro'}" for one in details.mounts
        },
        "Networks": {one.network: "attached" for one in details.networks},
        "Limits": {
            "CPU": _ABSENT if limits.cpus is None else f"{limits.cpus:g} cores",
            "Memory": _ABSENT if limits.memory is None else limit_text(limits.memory),
            "Memory and swap": _ABSENT if limits.memory_and_swap is None else limit_text(limits.memory_and_swap),
            "Processes": _ABSENT if limits.pids is None else f"{limits.pids:,}",
        },
        "Security": {
            "Privileged": _yes(apart.privileged),
            "Rights added": ", ".join(apart.added) or _ABSENT,
            "Rights dropped": ", ".join(apart.dropped) or _ABSENT,
            "Root file system": "read only" if apart.read_only else "writable",
        },
        "Health check": {}
        if details.health is None
        else {
            "Command": " ".join(details.health.test),
            "Every": age_text(details.health.interval),
            "Retries": str(details.health.retries),
        },
        "Labels": dict(details.labels),
    }
    for group, values in plain.items():
        for name, value in values.items():
            yield (group, name), value


def _ports(ports: Sequence[Binding]) -> Mapping[str, str]:
    """Where each port is published: one of two addresses (IPv4, IPv6) that mean everywhere is enough."""
    found: dict[str, dict[str, None]] = {}
    for one in ports:
        places = found.setdefault(f"{one.private}/{one.protocol}", {})
        if one.published:
            address = "" if one.everywhere else f"{one.address}:"
            places[f"{address}{one.public or 'any free port'}"] = None
    return {name: ", ".join(places) or "exposed only" for name, places in found.items()}


def _yes(flag: bool) -> str:
    return "yes" if flag else "no"
