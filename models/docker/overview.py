"""The Overview of a container: its inspect, its row and the clock, made into a sentence and sections."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator

from models.docker.container import COMPOSE_SERVICE, Container
from models.docker.exits import ending, explain
from models.docker.facts import Binding, ContainerDetails, HealthCheck, Mount, Origin, Probe, Variable
from models.docker.headline import NEAR_LIMIT, headline
from models.docker.verdict import Events, Explanation, limit_text
from models.health import Health, Tone
from models.overview import Bars, Fact, Item, Line, Note, Overview, Property, Row, Run, Section, Setting, Usage
from models.secrets import looks_secret, masked_arguments
from models.text import age_text, command_text, count_text, memory_text, names_text

COMPOSE_LABELS = "com.docker.compose."
_PROBES_SHOWN = 3
_LABELS_SHOWN = 6
_WORTH_A_WORD = 1.0  # seconds that a probe takes


def container_overview(details: ContainerDetails, row: Container, now: float, events: Events | None = None) -> Overview:
    """What the Overview tab shows. `now` is the engine's clock; `events` sharpen why it ended."""
    end = ending(details)
    explanation = None if end is None else explain(end, events)
    sections = (
        _why_it_ended(explanation),
        _container(details, now),
        _ports_and_networks(details),
        _mounts(details.mounts),
        _environment(details.environment),
        _health(details.health),
        _limits(details, row),
        _security(details),
        _labels(details),
    )
    return Overview(headline(details, row, explanation, now), tuple(filter(None, sections)))


def _why_it_ended(explanation: Explanation | None) -> Section | None:
    if explanation is None:
        return None
    facts = tuple(Fact(one.source.value, one.time, one.fact) for one in explanation.evidence)
    return Section("Evidence", facts)


# --- what it is -------------------------------------------------------------------------------------------------------


def _container(details: ContainerDetails, now: float) -> Section:
    return Section("Container", tuple(_facts(details, now)))


def _facts(details: ContainerDetails, now: float) -> Iterator[Property]:
    image = (details.image, details.image_id) if details.image_id != details.image else ()
    yield Property("Image", Line((Run(details.image),), details.image or None, "\n".join(filter(None, image))))
    yield Property("Id", Line((Run(details.id[:12], mono=True),), details.id), copy_mark=True)
    command = command_text(masked_arguments(details.command))
    yield Property("Command", Line((Run(command, mono=True),), command_text(details.command)))
    if details.entrypoint:
        entrypoint = command_text(masked_arguments(details.entrypoint))
        yield Property("Entrypoint", Line((Run(entrypoint, mono=True),), command_text(details.entrypoint)))
    yield Property("Created", _created(details, now))
    if details.life.started is not None and not details.running:  # else the headline says it
        yield Property(
            "Started", Line((Run(f"{age_text(now - details.life.started)} ago"),), tip=_exact(details.life.started))
        )
    yield _property("Restarts", _restarts(details))
    yield _property("User", details.user or "root", mono=True, raw=details.user)
    if details.working_dir:
        yield _property("Folder", details.working_dir, mono=True, raw=details.working_dir)
    if details.hostname and details.hostname != details.id[:12]:
        yield _property("Host name", details.hostname, mono=True, raw=details.hostname)
    if details.life.pid:
        shared = "PID" in details.security.host_namespaces
        inside = "the same inside" if shared else "1 inside"
        yield _property("PID", f"{details.life.pid} on the host, {inside}", raw=str(details.life.pid))
    if (details.stop_signal, details.stop_grace) != ("SIGTERM", 10):
        yield _property("Stop", f"{details.stop_signal}, SIGKILL after {details.stop_grace} s")
    yield _property("Logs", details.log_driver)


def _property(name: str, text: str, *, mono: bool = False, raw: str | None = None) -> Property:
    return Property(name, Line((Run(text, mono=mono),) if text else (), raw or None))


def _created(details: ContainerDetails, now: float) -> Line:
    if details.created is None:
        return Line(())
    service = details.labels.get(COMPOSE_SERVICE)
    by = f" by Compose ({service})" if service else ""
    return Line((Run(f"{age_text(now - details.created)} ago{by}"),), tip=_exact(details.created))


def _restarts(details: ContainerDetails) -> str:
    restart = details.restart
    most = f", {restart.most} at most" if restart.most else ""
    count = f", {restart.count} so far" if restart.acts or restart.count else ""
    gone = ", removed when it ends" if details.auto_remove else ""
    return f"{restart.policy}{most}{count}{gone}"


def _exact(moment: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S %z", time.localtime(moment))


# --- how it is reached ------------------------------------------------------------------------------------------------


def _ports_and_networks(details: ContainerDetails) -> Section:
    rows = (*_ports(details), *_networks(details))
    return Section("Ports and networks", rows or (Note("No ports and no networks.", "unlink"),))


def _ports(details: ContainerDetails) -> Iterator[Row]:
    if "network" in details.security.host_namespaces:
        yield Item(_line(("Host's network", "strong"), ("its ports are the host's", "note")), "host", tone=Tone.WARNING)
    published: dict[tuple[int | None, int, str], list[Binding]] = {}
    for port in details.ports:
        if port.published:
            published.setdefault((port.public, port.private, port.protocol), []).append(port)
    for (public, private, protocol), bindings in published.items():
        host = "any free port" if public is None else str(public)
        where = "all addresses" if any(one.everywhere for one in bindings) else _addresses(bindings)
        when = "" if details.running else ", at its next start"
        yield Item(_line((f"{host} → {private}/{protocol}", "strong"), (where + when, "note"), raw=host), "door")
    for port in details.ports:
        if not port.published:
            yield Item(_line((f"{port.private}/{port.protocol}", ""), ("exposed, not published", "note")), "minus")


def _addresses(bindings: Iterable[Binding]) -> str:
    return f"{names_text([binding.address for binding in bindings])} only"


def _networks(details: ContainerDetails) -> Iterator[Item]:
    for end in details.networks:
        address = (end.address or end.address6).partition("/")[0]
        tip = "\n".join(
            f"{name} {value}"
            for name, value in (
                ("Address", end.address),
                ("IPv6", end.address6),
                ("Gateway", end.gateway),
                ("MAC", end.mac),
                ("Also called", names_text(end.names, 12)),
            )
            if value
        )
        runs = [Run(end.network, strong=True)]
        if address:
            runs.append(Run(address, mono=True))
        elif "network" not in details.security.host_namespaces:
            runs.append(Run("no address", Tone.SECONDARY))
        if aliases := [name for name in end.names if name != details.hostname]:  # that one stands above
            runs.append(Run(names_text(aliases), Tone.SECONDARY))
        yield Item(Line(tuple(runs), address or end.network, tip), "network")


def _line(*parts: tuple[str, str], raw: str | None = None, tip: str = "") -> Line:
    looks = {"strong": {"strong": True}, "note": {"tone": Tone.SECONDARY}, "mono": {"mono": True}, "": {}}
    return Line(tuple(Run(text, **looks[look]) for text, look in parts if text), raw, tip)  # type: ignore[arg-type]


# --- what it sees of the host -----------------------------------------------------------------------------------------

_MOUNT_ICONS = {"volume": "volume", "tmpfs": "memory", "npipe": "connect", "image": "image"}


def _mounts(mounts: Iterable[Mount]) -> Section | None:
    rows = tuple(_mount(mount) for mount in sorted(mounts, key=lambda mount: mount.destination))
    return Section("Mounts", rows) if rows else None


def _mount(mount: Mount) -> Item:
    rights = "rw" if mount.writable else "ro"
    shared = mount.propagation if mount.propagation not in ("", "rprivate") else ""
    name = mount.source or mount.type
    warning = "steers the engine" if mount.engine_socket else "all of the host's files" if mount.host_root else ""
    runs = [
        Run(name, strong=True),
        Run("" if name == mount.destination else mount.destination, mono=True),
        Run(" ".join(filter(None, (rights, shared))), Tone.SECONDARY),
    ]
    if size := _tmpfs_size(mount.options):
        runs[-1] = Run(size if mount.writable else f"{size} ro", Tone.SECONDARY)
    if warning:
        runs.append(Run(warning, Tone.WARNING))
    tip = f"{mount.type}\n{name}\nat {mount.destination}, {'read and write' if mount.writable else 'read only'}"
    return Item(
        Line(tuple(runs), mount.source or mount.destination, tip),
        _MOUNT_ICONS.get(mount.type, "folder"),
        tone=Tone.WARNING if warning else Tone.SECONDARY,
    )


_UNITS = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}


def _tmpfs_size(options: str) -> str:
    """The size among a tmpfs's mount options, "" where there is none: `size=64m,rw` and `size=67108864` are 64 MB."""
    match = re.search(r"(?:^|,)size=(\d{1,15})([kmg]?)(?:,|$)", options.lower())
    return limit_text(int(match[1]) * _UNITS[match[2]]) if match else ""


def _environment(variables: Iterable[Variable]) -> Section | None:
    everything = tuple(variables)
    here = tuple(Setting(one.name, one.value) for one in everything if one.origin is not Origin.IMAGE)
    inherited = tuple(Setting(one.name, one.value) for one in everything if one.origin is Origin.IMAGE)
    if not everything:
        return None
    secrets = sum(looks_secret(one.name, one.value) for one in everything)
    notes: tuple[Row, ...] = ()
    if secrets:
        looks = "1 value looks like a secret" if secrets == 1 else f"{secrets} values look like secrets"
        them = "it" if secrets == 1 else "them"
        notes = (Note(f"{looks}. Anyone who can inspect this container can read {them}."),)
    known = any(one.origin is not Origin.UNKNOWN for one in everything)
    note = (
        f"{len(here)} set here, {len(inherited)} from the image" if known else count_text(len(everything), "variable")
    )
    return Section("Environment", here + notes, note, inherited, f"Show {len(inherited)} from the image")


# --- how it fares -----------------------------------------------------------------------------------------------------


def _health(check: HealthCheck | None) -> Section | None:
    if check is None:
        return None
    words = " ".join(check.test) if check.shell else command_text(check.test)
    note = f"every {age_text(check.interval)}, {masked_arguments((words,))[0]}"
    probes = tuple(_probe(probe) for probe in reversed(check.probes))
    bars: tuple[Row, ...] = (Bars(tuple(probe.passed for probe in check.probes)),) if probes else ()
    rows = bars + (probes[:_PROBES_SHOWN] or (Note("No probe has run yet.", "health"),))
    more = probes[_PROBES_SHOWN:]
    return Section("Health", rows, note, more, f"Show {count_text(len(more), 'older probe')}")


def _probe(probe: Probe) -> Item:
    at = "" if probe.started is None else time.strftime("%H:%M:%S", time.localtime(probe.started))
    output = " ".join(probe.output.split())
    slow = probe.seconds is not None and (probe.timed_out or probe.seconds >= _WORTH_A_WORD)
    took = f"in {probe.seconds:.1f} s" if slow else ""
    if probe.timed_out:  # its output says the same again
        how, output, took = f"timed out {took}".replace(" in ", " after "), "", ""
    else:
        how = "passed" if probe.passed else f"exit {probe.exit_code}"
    runs = (
        Run(at),
        Run(how, strong=not probe.passed),
        Run(output, Tone.SECONDARY, mono=True),
        Run(took, Tone.SECONDARY),
    )
    line = Line(tuple(run for run in runs if run.text), probe.output or None, probe.output)
    return Item(line, glyph=Health.HEALTHY if probe.passed else Health.UNHEALTHY)


def _limits(details: ContainerDetails, row: Container) -> Section:
    limits, usage = details.limits, row.usage
    cpu = None if usage is None or usage.cpu is None or not details.running else usage.cpu / 100
    memory = None if usage is None or not details.running else usage.memory
    pids = None if usage is None or not details.running else usage.pids
    rows: list[Row] = [_cpu(cpu, limits.cpus), _memory(memory, limits.memory), _pids(pids, limits.pids)]
    if limits.cpuset:
        rows.append(Usage("CPU set", limits.cpuset))
    if limits.reservation is not None:
        rows.append(Usage("Reserved", limit_text(limits.reservation)))
    if limits.memory_and_swap is not None and limits.memory is not None:
        swap = limits.memory_and_swap - limits.memory
        rows.append(Usage("Swap", f"{limit_text(swap)} at most" if swap > 0 else "none"))
    rows.extend(Usage(one.name, f"{_unlimited(one.soft)}, hard {_unlimited(one.hard)}") for one in limits.ulimits)
    return Section("Limits", tuple(rows))


def _cpu(cores: float | None, limit: float | None) -> Usage:
    if limit is None:
        return Usage("CPU", "no limit" if cores is None else f"{cores:.2f} cores, no limit")
    most = f"{limit:g} {'core' if limit == 1 else 'cores'}"
    if cores is None:
        return Usage("CPU", f"{most} at most")
    return Usage("CPU", f"{cores:.2f} of {most}", cores / limit, _tone(cores / limit))


def _memory(used: int | None, limit: int | None) -> Usage:
    if limit is None:
        return Usage("Memory", "no limit" if used is None else f"{memory_text(used)}, no limit")
    if used is None:
        return Usage("Memory", f"{limit_text(limit)} at most")
    number, _, unit = memory_text(used).partition(" ")
    most = limit_text(limit)
    words = f"{number} of {most}" if most.endswith(unit) else f"{number} {unit} of {most}"
    return Usage("Memory", words, used / limit, _tone(used / limit))


def _pids(used: int | None, limit: int | None) -> Usage:
    if limit is None:
        return Usage("Processes", "no limit" if used is None else f"{used:,}, no limit")
    if used is None:
        return Usage("Processes", f"{limit:,} at most")
    return Usage("Processes", f"{used:,} of {limit:,}", used / limit, _tone(used / limit))


def _tone(share: float) -> Tone:
    return Tone.ERROR if share >= 0.995 else Tone.WARNING if share > NEAR_LIMIT else Tone.IDLE


def _unlimited(number: int) -> str:
    return "unlimited" if number < 0 else f"{number:,}"


# --- what sets it apart -----------------------------------------------------------------------------------------------


def _security(details: ContainerDetails) -> Section | None:
    rows = tuple(_marks(details))
    return Section("Security", rows) if rows else None


def _marks(details: ContainerDetails) -> Iterator[Item]:
    apart = details.security
    if apart.privileged:
        yield _warning("Privileged", "as good as root on the host")
    if apart.host_namespaces:
        yield _warning(
            f"Host's {names_text(apart.host_namespaces)} namespace{'s' * (len(apart.host_namespaces) > 1)}", "shared"
        )
    for mount in details.mounts:
        if mount.engine_socket:
            yield _warning("Engine socket", "steers the engine")
        elif mount.host_root:
            yield _warning("Host's file system", "read and write" if mount.writable else "read only")
    if apart.added:
        yield _warning("More rights", names_text(apart.added, 6))
    if apart.devices:
        yield _warning("Devices", names_text(apart.devices, 4))
    if apart.dropped:
        yield Item(_line(("Fewer rights", "strong"), (names_text(apart.dropped, 6), "note")), "shield")
    if apart.read_only:
        yield Item(_line(("Root file system", "strong"), ("read only", "note")), "shield")
    if apart.options:
        yield Item(_line(("Options", "strong"), (names_text(apart.options, 6), "note")), "shield")


def _warning(what: str, why: str) -> Item:
    return Item(_line((what, "strong"), (why, "note")), "warning", tone=Tone.WARNING)


def _labels(details: ContainerDetails) -> Section | None:
    labels = details.labels
    if not labels:
        return None
    own = [Setting(name, labels[name]) for name in sorted(labels) if not name.startswith(COMPOSE_LABELS)]
    compose = [Setting(name, labels[name]) for name in sorted(labels) if name.startswith(COMPOSE_LABELS)]
    note = str(len(labels)) if not compose else f"{len(labels)}, {len(compose)} of them Compose's"
    more = tuple(own[_LABELS_SHOWN:] + compose)
    which = "Compose's" if len(own) <= _LABELS_SHOWN else "more"
    return Section("Labels", tuple(own[:_LABELS_SHOWN]), note, more, f"Show {which} {len(more)}")
