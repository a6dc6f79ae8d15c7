"""What an engine says of itself in GET /version and GET /info, as facts for people.

Docker 20.10 (API 1.41) to 29 (1.56) and Podman's compatible service; what one of them leaves out is left out here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from models.context import Context
from models.docker.reading import Fields, read_object
from models.health import Tone
from models.system import Fact, FactGroup, SystemFacts
from models.text import age_text, count_text, memory_text

_CONTAINERD_STORE = "io.containerd.snapshotter.v1"
_CLOCKS_AGREE = 2.0  # seconds: less is the time that the answer took
_CREDENTIALS = re.compile(r"://[^\s,;]*@")


def system_facts(
    version: bytes, info: bytes, context: Context, *, podman: bool = False, now: float | None = None
) -> SystemFacts:
    """Facts from the bodies of both answers; `now`, seconds since the epoch, is compared with the engine's clock.

    Raises BadInput where a body is no JSON object.
    """
    answer, about = read_object(version), read_object(info)
    podman = podman or any("Podman" in component.text("Name") for component in answer.objects("Components"))
    number = answer.text("Version") or about.text("ServerVersion")
    groups = (
        FactGroup("Engine", tuple(_engine(answer, about, context, podman=podman))),
        FactGroup("Machine", tuple(_machine(answer, about, now))),
        FactGroup("Storage", tuple(_storage(about))),
        FactGroup("Running containers", tuple(_running(about))),
        FactGroup("Network and registries", tuple(_network(about))),
        FactGroup("Plugins", tuple(_plugins(about))),
        FactGroup("Components", tuple(_components(answer))),
    )
    return SystemFacts(
        headline=f"{'Podman' if podman else 'Docker'} {number} {_where(about, context)}",
        brief=f"{_reached(context)}, {number}",
        warnings=tuple(_warnings(answer, about, context)),
        groups=tuple(group for group in groups if group.facts),
        engine_id="" if podman else _identity(about),
        cores=about.whole("NCPU"),
        memory=about.whole("MemTotal"),
        document=_document(version, info),
    )


def _identity(about: Fields) -> str:
    """What tells engines apart. Their id alone does not: cloned machines share it, and on 20.10 two engines of one
    machine. Podman makes up another one for each answer."""
    return " ".join((about.text("ID"), about.text("Name"), about.text("DockerRootDir"))) if about.text("ID") else ""


def without_credentials(text: str) -> str:
    """A text in which no URL tells a user or a password."""
    return _CREDENTIALS.sub("://••••@", text)


def _where(about: Fields, context: Context) -> str:
    if "Docker Desktop" in about.text("OperatingSystem"):
        return "in Docker Desktop"
    if context.scheme in ("unix", "npipe"):
        return "on this machine"
    return f"on {about.text('Name') or _reached(context)}"


def _reached(context: Context) -> str:
    if context.scheme in ("unix", "npipe"):
        return "local"
    return without_credentials(context.endpoint).partition("://")[2].rpartition("@")[2]


def _warnings(answer: Fields, about: Fields, context: Context) -> Iterator[str]:
    if context.scheme == "tcp" and context.tls is None:
        yield (
            "The connection is neither encrypted nor protected by a certificate: whoever reaches this port "
            "controls the engine, and with it the machine."
        )
    elif context.tls is not None and not context.tls.verify:
        yield "The engine's certificate is not checked: another machine could pass itself off as this one."
    elif context.trusted:
        yield "You have chosen to trust one certificate of this engine, by its fingerprint. Settings takes that back."
    if answer.flag("Experimental") or about.flag("ExperimentalBuild"):
        yield "Experimental features are switched on."
    for warning in about.texts("Warnings"):
        yield without_credentials(warning.removeprefix("WARNING: "))


def _engine(answer: Fields, about: Fields, context: Context, *, podman: bool) -> Iterator[Fact]:
    product = answer.at("Platform").text("Name") or about.text("ProductLicense")
    yield Fact("Product", "Podman, by Docker's API" if podman else product or "Docker Engine")
    yield from _told("Version", answer.text("Version") or about.text("ServerVersion"), mono=True)
    oldest = answer.text("MinAPIVersion")
    yield from _told("API", answer.text("ApiVersion") + (f", oldest {oldest}" if oldest else ""), mono=True)
    yield Fact("Address", without_credentials(context.endpoint), mono=True, note=_line(context))
    yield from _told("Host name", about.text("Name"), mono=True)
    yield from _told("Containers", _counted(about))
    if "Images" in about:
        yield Fact("Images", f"{about.whole('Images'):,}")
    yield from _told("Swarm", _swarm(about.at("Swarm")))
    if "LiveRestoreEnabled" in about:
        kept = about.flag("LiveRestoreEnabled")
        note = "containers run on while the engine is down" if kept else "containers end with the engine"
        yield Fact("Live restore", "on" if kept else "off", note=note)
    yield from _told("Labels", ", ".join(about.texts("Labels")), mono=True)
    yield from _told("Id", "" if podman else about.text("ID"), mono=True)


def _line(context: Context) -> str:
    if context.scheme != "tcp":
        return ""
    by_way = f", by way of the proxy {context.proxy}" if context.proxy else ""
    if context.tls is None:
        return f"not encrypted{by_way}"
    if context.trusted:
        return f"TLS, certificate trusted by your own choice{by_way}"
    return f"TLS{'' if context.tls.verify else ', certificate not checked'}{by_way}"


def _counted(about: Fields) -> str:
    if "Containers" not in about:
        return ""
    states = ("Running", "Paused", "Stopped")
    parts = [f"{count:,} {state.lower()}" for state in states if (count := about.whole(f"Containers{state}"))]
    return count_text(about.whole("Containers"), "container") + (f": {', '.join(parts)}" if parts else "")


def _swarm(swarm: Fields) -> str:
    state = swarm.text("LocalNodeState")
    if state in ("", "inactive"):
        return "not active" if state else ""
    role = "manager" if swarm.flag("ControlAvailable") else "worker"
    nodes = f", {count_text(swarm.whole('Nodes'), 'node')}" if swarm.whole("Nodes") else ""
    return f"{state}, {role}{nodes}"


def _machine(answer: Fields, about: Fields, now: float | None) -> Iterator[Fact]:
    yield from _told("System", about.text("OperatingSystem"))
    yield from _told("Kernel", about.text("KernelVersion") or answer.text("KernelVersion"), mono=True)
    kind = about.text("OSType") or answer.text("Os")
    yield from _told("Architecture", "/".join(filter(None, (kind, about.text("Architecture") or answer.text("Arch")))))
    if cores := about.whole("NCPU"):
        yield Fact("Processors", f"{cores:,}")
    if memory := about.whole("MemTotal"):
        yield Fact("Memory", memory_text(memory))
    theirs = about.instant("SystemTime")
    if theirs is not None and now is not None and abs(theirs - now) > _CLOCKS_AGREE:
        side = "ahead of" if theirs > now else "behind"
        words = f"{age_text(abs(theirs - now))} {side} this machine"
        yield Fact("Clock", words, tone=Tone.WARNING, note="ages are counted by the engine's clock")


def _storage(about: Fields) -> Iterator[Fact]:
    details = dict(about.pairs("DriverStatus"))
    store = details.pop("driver-type", "")
    note = "images in containerd's own store" if store == _CONTAINERD_STORE else "images in the engine's classic store"
    yield from _told("Driver", about.text("Driver"), mono=True, note=note)
    for name, value in details.items():
        yield Fact(name.strip(), without_credentials(value), mono=True, tone=Tone.SECONDARY)
    yield from _told("Folder", about.text("DockerRootDir"), mono=True)


def _running(about: Fields) -> Iterator[Fact]:
    version = about.text("CgroupVersion")
    groups = (f"v{version}" if version else "", about.text("CgroupDriver"))
    yield from _told("Control groups", ", ".join(filter(None, groups)))
    default = about.text("DefaultRuntime")
    others = sorted(set(about.at("Runtimes").members()) - {default})
    yield from _told("Runtimes", ", ".join(filter(None, (default and f"{default} (default)", *others))), mono=True)
    yield from _told("Init", about.text("InitBinary"), mono=True)
    yield from _told("Logging", about.text("LoggingDriver"), mono=True, note="where a container names no other")
    yield from _told("Security", ", ".join(map(_security, about.texts("SecurityOptions"))))


def _security(option: str) -> str:
    """ "name=seccomp,profile=builtin" as "seccomp (builtin)"."""
    parts = dict(part.partition("=")[::2] for part in option.split(","))
    name = parts.pop("name", option)
    return f"{name} ({', '.join(parts.values())})" if parts and name != option else name


def _network(about: Fields) -> Iterator[Fact]:
    registries = about.at("RegistryConfig")
    yield from _told("Mirrors", ", ".join(map(without_credentials, registries.texts("Mirrors"))), mono=True)
    indexes = registries.at("IndexConfigs")
    insecure = [
        name for name in indexes.members() if "Secure" in indexes.at(name) and not indexes.at(name).flag("Secure")
    ]
    ranges = registries.texts("InsecureRegistryCIDRs")
    yield from _told("Without TLS allowed", ", ".join((*insecure, *ranges)), mono=True)
    for title, key in (("HTTP proxy", "HttpProxy"), ("HTTPS proxy", "HttpsProxy"), ("Not by proxy", "NoProxy")):
        yield from _told(title, without_credentials(about.text(key)), mono=True)
    pools = (f"{pool.text('Base')} in /{pool.whole('Size')}" for pool in about.objects("DefaultAddressPools"))
    yield from _told("Address pools", ", ".join(pools), mono=True)


def _plugins(about: Fields) -> Iterator[Fact]:
    plugins = about.at("Plugins")
    for title, key in (
        ("Volumes", "Volume"),
        ("Networks", "Network"),
        ("Logs", "Log"),
        ("Authorization", "Authorization"),
    ):
        yield from _told(title, ", ".join(plugins.texts(key)), mono=True)
    devices = (f"{device.text('Source')}: {device.text('ID')}" for device in about.objects("DiscoveredDevices"))
    yield from _told("Devices", ", ".join(devices), mono=True)


def _components(answer: Fields) -> Iterator[Fact]:
    for component in answer.objects("Components"):
        details = component.at("Details")
        commit = details.text("GitCommit")
        yield from _told(component.text("Name"), component.text("Version"), mono=True, note=commit[:12])


def _told(name: str, value: str, *, mono: bool = False, note: str = "") -> Iterable[Fact]:
    """The fact, if the engine tells it."""
    return (Fact(name, value, mono=mono, note=note),) if name and value else ()


def _document(version: bytes, info: bytes) -> bytes:
    """Both answers as one document, without the passwords of proxies and mirrors."""
    return msgspec.json.encode({"version": msgspec.Raw(version), "info": _masked(msgspec.json.decode(info))})


def _masked(value: Any) -> Any:
    match value:
        case str():
            return without_credentials(value)
        case list():
            return [_masked(part) for part in value]
        case dict():
            return {key: _masked(part) for key, part in value.items()}
        case _:
            return value
