"""What would go wrong with a container before it is made: judged from what is known of the engine around it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import Enum

from msgspec import Struct
from msgspec.structs import replace

from models.docker.container import Container
from models.docker.container_actions import name_problem
from models.docker.reference import is_image_id, parse_reference
from models.docker.run_body import PER_NETWORK, Api, user_defined
from models.docker.run_fields import mount_problem
from models.docker.run_spec import HealthCheck, MountType, Ports, Publish, RunSpec
from models.docker.run_values import write_publish
from models.errors import BadInput


class Severity(Enum):
    """What follows from a check."""

    FAILS = "fails"  # the engine would refuse it, or what is wanted would not happen
    WARNS = "warns"


class Repair(Enum):
    """What mends it, with the check's `suggestion`."""

    NONE = "none"
    PULL = "pull"  # the image named by the suggestion
    REPLACE = "replace"  # the field's value, by the suggestion


class Check(Struct, frozen=True, kw_only=True):
    """One finding: the RunSpec's field that it is about, `value` the part of it, in words of the command line."""

    field: str
    text: str
    severity: Severity = Severity.FAILS
    value: str = ""
    repair: Repair = Repair.NONE
    suggestion: str = ""


class Listener(Struct, frozen=True):
    """Something that already answers on a port of the engine's host."""

    port: int
    protocol: str
    address: str  # "" or all zeros: on every address
    who: str  # in words: "the container web", "nginx (4711)"


class Found(Struct, frozen=True, kw_only=True):
    """What is known of the engine and its host."""

    containers: Sequence[Container] = ()
    image: bool | None = None  # whether it is there; None: not asked
    networks: frozenset[str] | None = None
    listeners: tuple[Listener, ...] = ()  # other than containers
    missing: frozenset[str] = frozenset()  # paths that are not on the engine's host
    api: Api = (1, 41)
    podman: bool = False


def checks(spec: RunSpec, found: Found) -> tuple[Check, ...]:
    """Everything that speaks against making this container, in the order of the form."""
    return (
        *_image(spec, found), *_name(spec, found), *conflicts(spec), *_networks(spec, found), *_ports(spec, found),
        *_sources(spec, found), *beyond(spec, found.api, podman=found.podman),
    )  # fmt: skip


def _image(spec: RunSpec, found: Found) -> Iterator[Check]:
    if not spec.image:
        yield Check(field="image", text="An image is needed")
        return
    if is_image_id(spec.image):
        reference = None
    else:
        try:
            reference = parse_reference(spec.image)
        except BadInput as error:
            yield Check(field="image", text=error.message, value=spec.image)
            return
    if found.image is False:
        never = reference is None or spec.pull == "never"
        yield Check(
            field="image",
            text=f"{spec.image} is not on this engine" + ("" if never else ": it is pulled first"),
            severity=Severity.FAILS if never else Severity.WARNS,
            value=spec.image,
            repair=Repair.NONE if reference is None else Repair.PULL,
            suggestion="" if reference is None else reference.text,
        )


def _name(spec: RunSpec, found: Found) -> Iterator[Check]:
    if not spec.name:
        return
    if problem := name_problem(spec.name):
        yield Check(field="name", text=problem, value=spec.name)
        return
    names = {container.name: container for container in found.containers}
    if spec.name in names:
        number = next(number for number in range(2, len(names) + 3) if f"{spec.name}-{number}" not in names)
        yield Check(
            field="name",
            text=f"The name is taken by a container that is {names[spec.name].state.value}",
            value=spec.name,
            repair=Repair.REPLACE,
            suggestion=f"{spec.name}-{number}",
        )


def conflicts(spec: RunSpec) -> Iterator[Check]:
    """Flags that exclude each other: the docker command or the engine refuses them."""
    if spec.remove and spec.restart.name != "no":
        yield Check(field="restart", text="A container that is removed at its end cannot be restarted (--rm)")
    if spec.health.off and spec.health != HealthCheck(off=True):
        yield Check(field="health.off", text="Without a health check the other --health flags mean nothing")
    if spec.tty and spec.attach and "stdin" not in spec.attach and spec.interactive:
        yield Check(field="attach", text="With -it, stdin must be attached", severity=Severity.WARNS)
    if spec.log_driver == "none" and spec.log_options:
        yield Check(field="log_options", text="The log driver none takes no options")
    if spec.cpus and (spec.cpu_quota or spec.cpu_period):
        yield Check(field="cpus", text="--cpus and --cpu-quota or --cpu-period say the same: one of them only")
    if spec.memory and spec.memory < 6 << 20:
        yield Check(field="memory", text="The engine wants 6 MB at least")
    if 0 < spec.memory_swap < spec.memory:
        yield Check(field="memory_swap", text="Memory and swap together cannot be less than memory")
    if spec.memory_swap > 0 and not spec.memory:
        yield Check(field="memory_swap", text="A limit for swap needs one for memory (-m)")
    if spec.memory and spec.memory_reservation > spec.memory:
        yield Check(field="memory_reservation", text="The reservation is above the limit")
    for mount in spec.mounts:
        if problem := mount_problem(mount):
            yield Check(field="mounts", text=problem, value=mount.target)
    yield from _targets(spec)


def _targets(spec: RunSpec) -> Iterator[Check]:
    seen: set[str] = set()
    for field, target in (
        *(("binds", bind.target) for bind in spec.binds),
        *(("mounts", mount.target) for mount in spec.mounts),
        *(("tmpfs", tmpfs.target) for tmpfs in spec.tmpfs),
    ):
        place = target.rstrip("/") or "/"
        if not target.startswith("/") and ":" not in target:
            yield Check(field=field, text=f"{target} must be a whole path, from / on", value=target)
        elif place == "/":
            yield Check(field=field, text="Nothing can be mounted over the container's /", value=target)
        elif place in seen:
            yield Check(field=field, text=f"Two mounts have the target {target}", value=target)
        seen.add(place)


def _networks(spec: RunSpec, found: Found) -> Iterator[Check]:
    names = [network.name for network in spec.networks]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield Check(field="networks", text=f"{name} is named twice", value=name)
    own = [user_defined(name) for name in names]
    if any(own) and not all(own):
        yield Check(field="networks", text="host, none, bridge or another container's network stand alone")
    for network in spec.networks:
        if not user_defined(network.name) and (network.aliases or network.ipv4 or network.ipv6):
            what = "aliases" if network.aliases else "addresses"
            yield Check(field="networks", text=f"{network.name} takes no {what}: only networks of your own do",
                        value=network.name)  # fmt: skip
        elif user_defined(network.name) and found.networks is not None and network.name not in found.networks:
            yield Check(field="networks", text=f"There is no network {network.name}", value=network.name)
    first = names[0] if names else ""
    if spec.publish and (first in ("host", "none") or first.startswith("container:")):
        text = f"Ports are not published with the network {first}"
        yield Check(field="publish", text=text, severity=Severity.WARNS)
    if spec.hostname and first.startswith("container:"):
        yield Check(field="hostname", text="It has the host name of the container whose network it shares")


def _ports(spec: RunSpec, found: Found) -> Iterator[Check]:
    busy = [*_published(found.containers), *found.listeners]
    wanted: list[Listener] = []
    for publish in spec.publish:
        if publish.public is None or publish.public.first == 0:
            continue
        text = write_publish(publish)
        taken = _taken(publish, (*busy, *wanted))
        if taken is not None:
            free = _free_port(publish, (*busy, *wanted))
            yield Check(
                field="publish",
                text=f"Port {taken.port} is in use by {taken.who}",
                value=text,
                repair=Repair.REPLACE if free else Repair.NONE,
                suggestion=free,
            )
        if publish.private.count > 1 or publish.public.count == 1:
            wanted += [
                Listener(port, publish.protocol, publish.address, "another -p of this container")
                for port in range(publish.public.first, publish.public.last + 1)
            ]


def _published(containers: Iterable[Container]) -> Iterator[Listener]:
    for container in containers:
        for port in container.ports:
            if port.public:
                yield Listener(port.public, port.protocol, port.address, f"the container {container.name}")


_EVERYWHERE = ("", "0.0.0.0", "::")  # noqa: S104


def _meets(publish: Publish, port: int, listener: Listener) -> bool:
    if listener.port != port or listener.protocol != publish.protocol:
        return False
    if publish.address == listener.address or publish.address == "" or listener.address == "":
        return True
    if publish.address in _EVERYWHERE or listener.address in _EVERYWHERE:
        return (":" in publish.address) == (":" in listener.address)
    return False


def _taken(publish: Publish, busy: Sequence[Listener]) -> Listener | None:
    """What stands in its way; of a range for one port, only when none of it is free."""
    ports = publish.public
    if ports is None:
        return None
    met = [
        next((listener for listener in busy if _meets(publish, port, listener)), None)
        for port in range(ports.first, ports.last + 1)
    ]
    if publish.private.count == 1 and ports.count > 1 and not all(met):
        return None
    return next((listener for listener in met if listener), None)


def _free_port(publish: Publish, busy: Sequence[Listener]) -> str:
    """The same with the next port that is free; "" for a range."""
    ports = publish.public
    if ports is None or ports.count > 1:
        return ""
    for port in range(ports.first + 1, min(ports.first + 200, 65_536)):
        if not any(_meets(publish, port, listener) for listener in busy):
            return write_publish(replace(publish, public=Ports(port, port)))
    return ""


def _sources(spec: RunSpec, found: Found) -> Iterator[Check]:
    for bind in spec.binds:
        if bind.source in found.missing:
            yield Check(
                field="binds",
                text=f"{bind.source} does not exist: the engine makes an empty folder there, owned by root",
                severity=Severity.WARNS,
                value=bind.source,
            )
    for mount in spec.mounts:
        if mount.type is MountType.BIND and mount.source in found.missing and not mount.create_source:
            yield Check(field="mounts", text=f"{mount.source} does not exist on the engine's host", value=mount.source)


_SINCE: tuple[tuple[str, Api, str], ...] = (
    ("annotations", (1, 43), "Annotations"),
    ("gpus", (1, 40), "--gpus"),
    ("platform", (1, 41), "--platform"),
    ("cgroupns", (1, 41), "--cgroupns"),
)


def beyond(spec: RunSpec, api: Api, *, podman: bool = False) -> Iterator[Check]:
    """What an engine of this API version ignores or refuses."""
    for field, since, what in _SINCE:
        if getattr(spec, field) and api < since:
            yield _newer(field, what, since, api)
    if spec.health.start_interval and api < (1, 44):
        yield _newer("health.start_interval", "--health-start-interval", (1, 44), api)
    if spec.kernel_memory and api >= (1, 42):
        yield Check(field="kernel_memory", text="Engines since API 1.42 know no limit for kernel memory",
                    severity=Severity.WARNS)  # fmt: skip
    for network in spec.networks:
        if network.priority and api < (1, 48):
            yield _newer("networks", "A gateway's priority", (1, 48), api)
    if any(network.mac for network in spec.networks[1:]) and api < PER_NETWORK:
        yield _newer("networks", "A MAC address in a second network", PER_NETWORK, api)
    if podman and len(spec.networks) > 1:
        yield Check(field="networks", text="Podman connects further networks after it has made the container",
                    severity=Severity.WARNS)  # fmt: skip
    for mount in spec.mounts:
        for needed, since, what in (
            (mount.type is MountType.IMAGE, (1, 48), "A mount of an image"),
            (bool(mount.subpath) and mount.type is not MountType.IMAGE, (1, 45), "A part of a volume"),
            (mount.recursive in ("writable", "readonly"), (1, 44), f"bind-recursive={mount.recursive}"),
            (mount.create_source, (1, 42), "bind-create-src"),
        ):
            if needed and api < since:
                yield _newer("mounts", what, since, api)


def _newer(field: str, what: str, since: Api, api: Api) -> Check:
    text = f"{what} needs an engine of API {since[0]}.{since[1]}; this one speaks {api[0]}.{api[1]}"
    return Check(field=field, text=text)
