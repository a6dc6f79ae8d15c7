"""CONTAINER: the columns, views, groups and filter words of the containers page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from models.docker.container import (
    COMPOSE_FILES,
    COMPOSE_SERVICE,
    Container,
    Port,
    State,
    health,
    pill_text,
    status_text,
)
from models.docker.container_actions import ACTIONS
from models.docker.totals import totals
from models.health import Tone
from models.kind import PROBLEMS, Align, Column, Grouping, ResourceKind, Section, Spark, Tab, View
from models.secrets import masked
from models.text import age_text, bytes_text, count_text, memory_text, percent_text, stamp_text

_QUIET = (Tone.OK, Tone.IDLE)  # a glyph says it; words take a colour only when somebody should look


def ports_text(ports: Sequence[Port]) -> str:
    """Published ports as "8080→80", each once for IPv4 and IPv6; what is only exposed is told apart."""
    published = [port for port in ports if port.public is not None]
    if not published:
        exposed = dict.fromkeys(_with_protocol(str(port.private), port) for port in ports)
        return f"{', '.join(exposed)} exposed" if exposed else ""
    return ", ".join(dict.fromkeys(map(_published, published)))


def _published(port: Port) -> str:
    address = f"[{port.address}]" if ":" in port.address else port.address
    host = f"{port.public}" if port.everywhere else f"{address}:{port.public}"
    return _with_protocol(f"{host}→{port.private}", port)


def _with_protocol(text: str, port: Port) -> str:
    return text if port.protocol == "tcp" else f"{text}/{port.protocol}"


def _secondary(_container: Container) -> Tone:
    return Tone.SECONDARY


def _status_tone(container: Container) -> Tone:
    tone = health(container).tone
    if tone not in _QUIET:
        return tone
    return Tone.PRIMARY if container.running else Tone.SECONDARY


def _cpu_spark(container: Container) -> Spark | None:
    usage, run = container.usage, container.run
    if usage is None or not container.running:
        return None
    return Spark(usage.cpu_history, run.cpu_limit * 100 if run and run.cpu_limit else None)


def _memory_spark(container: Container) -> Spark | None:
    if container.usage is None or not container.running:
        return None
    limit = container.run.memory_limit if container.run else None
    return Spark(container.usage.memory_history, limit)


def _cpu(container: Container) -> float | None:
    return container.usage.cpu if container.usage and container.running else None


def _memory(container: Container) -> int | None:
    return container.usage.memory if container.usage and container.running else None


def _or_least(value: float | None) -> float:
    return -1.0 if value is None else value


def _age(container: Container, now: float) -> str:
    return age_text(None if container.created is None else now - container.created)


def _restarts(container: Container) -> int | None:
    return container.run.restart_count if container.run else None


def _label_words(container: Container) -> Iterable[str]:
    for key, value in container.labels.items():
        yield key
        yield f"{key}={value}"


def _search(container: Container) -> str:
    c = container
    words = (c.name, c.image, c.short_id, c.command, c.status, c.project, ports_text(c.ports))
    return "\n".join((*words, *c.networks, *c.addresses)).lower()


def _summary(count: int, views: Mapping[str, int]) -> str:
    return f"{count_text(count, 'container')}, {views.get('running', 0):,} running"


def _project_summary(containers: Sequence[Container]) -> str:
    return f"{sum(container.running for container in containers)} of {len(containers)} running"


def _project_file(containers: Sequence[Container]) -> str:
    return next((container.labels.get(COMPOSE_FILES, "") for container in containers), "").split(",")[0]


def _problems(containers: Sequence[Container]) -> int:
    return sum(health(container).problem for container in containers)


COLUMNS = (
    Column(id="name", title="Name", width=200, stretch=3, strong=True, glyph=health, text=lambda c, _: c.name,
           tooltip=lambda c, _: f"{c.name}\n{c.id}"),
    Column(id="image", title="Image", width=134, stretch=2, drop=2, text=lambda c, _: c.image, tone=_secondary),
    Column(id="status", title="Status", width=192, stretch=2, text=status_text, tone=_status_tone,
           tooltip=lambda c, _: c.status, sort=lambda c: (c.state.value, -(c.run.started or 0) if c.run else 0.0)),
    Column(id="ports", title="Ports", width=130, stretch=1, absent="", text=lambda c, _: ports_text(c.ports),
           tone=lambda c: Tone.PRIMARY if any(p.public is not None for p in c.ports) else Tone.SECONDARY,
           sort=lambda c: min((p.public or p.private + 65_536 for p in c.ports), default=1 << 20)),
    Column(id="cpu", title="CPU", width=126, drop=3, align=Align.RIGHT, spark=_cpu_spark,
           text=lambda c, _: percent_text(_cpu(c)), sort=lambda c: _or_least(_cpu(c)),
           tooltip=lambda c, _: "Per cent of one core" if c.running else "Not running"),
    Column(id="memory", title="Memory", width=128, drop=4, align=Align.RIGHT, spark=_memory_spark,
           text=lambda c, _: memory_text(_memory(c)), sort=lambda c: _or_least(_memory(c)),
           tooltip=lambda c, _: _memory_tip(c)),
    Column(id="networks", title="Networks", width=84, stretch=1, drop=1, absent="", tone=_secondary,
           text=lambda c, _: ", ".join(c.networks), sort=lambda c: c.networks),
    Column(id="age", title="Age", width=76, align=Align.RIGHT, text=_age, sort=lambda c: -(c.created or 0),
           tooltip=lambda c, _: f"Created {stamp_text(c.created)}"),
    Column(id="id", title="Id", width=110, mono=True, shown=False, text=lambda c, _: c.short_id, tone=_secondary,
           sort=lambda c: c.id, tooltip=lambda c, _: c.id),
    Column(id="command", title="Command", width=200, mono=True, shown=False, tone=_secondary,
           text=lambda c, _: masked("command", c.command)),
    Column(id="created", title="Created", width=150, shown=False, text=lambda c, _: stamp_text(c.created),
           tone=_secondary, sort=lambda c: c.created or 0.0),
    Column(id="project", title="Project", width=120, shown=False, text=lambda c, _: c.project, tone=_secondary),
    Column(id="service", title="Service", width=120, shown=False, tone=_secondary,
           text=lambda c, _: c.labels.get(COMPOSE_SERVICE, "")),
    Column(id="restarts", title="Restarts", width=76, shown=False, align=Align.RIGHT,
           text=lambda c, _: "" if _restarts(c) is None else str(_restarts(c)), sort=lambda c: _or_least(_restarts(c))),
    Column(id="addresses", title="IP addresses", width=130, mono=True, shown=False, absent="", tone=_secondary,
           text=lambda c, _: ", ".join(c.addresses)),
    Column(id="size", title="Size", width=90, shown=False, align=Align.RIGHT, text=lambda c, _: bytes_text(c.size_rw),
           sort=lambda c: _or_least(c.size_rw), tooltip=lambda c, _: _size_tip(c)),
)  # fmt: skip


def _memory_tip(container: Container) -> str:
    if not container.running:
        return "Not running"
    limit = container.run.memory_limit if container.run else None
    return f"Limit {memory_text(limit)}" if limit else "No limit of its own"


def _size_tip(container: Container) -> str:
    if container.size_rw is None:
        return "Not asked for: the engine has to walk the disk"
    return f"{container.size_rw:,} bytes written on top of its image"


CONTAINER = ResourceKind(
    id="containers",
    title="Containers",
    noun="container",
    icon="container",
    section=Section.WORK,
    columns=COLUMNS,
    key=lambda c: c.id,
    name=lambda c: c.name or c.short_id,
    health=health,
    state_text=pill_text,
    summary=_summary,
    fields={
        "name": lambda c: (c.name,),
        "image": lambda c: (c.image,),
        "label": _label_words,
        "id": lambda c: (c.id,),
        "state": lambda c: (c.state.value,),
        "status": lambda c: (c.state.value, health(c).value),
        "health": lambda c: (c.probe or "none",),
        "network": lambda c: c.networks,
        "project": lambda c: (c.project,),
        "port": lambda c: (str(p.public or p.private) for p in c.ports),
    },
    search=_search,
    tabs=(Tab.OVERVIEW, Tab.LOGS, Tab.TERMINAL, Tab.PROCESSES, Tab.STATS, Tab.FILES, Tab.POST_MORTEM,
          Tab.CONFIGURATION, Tab.INSPECT),
    actions=ACTIONS,
    views=(
        View(id="all", title="All", matches=lambda _: True),
        View(id="running", title="Running", matches=lambda c: c.state is State.RUNNING),
        View(id=PROBLEMS, title="Problems", matches=lambda c: health(c).problem, counted=True),
    ),
    groupings=(
        Grouping(id="project", title="Compose project", icon="compose", key=lambda c: c.project, none="No project",
                 summary=_project_summary, detail=_project_file, problems=_problems),
    ),
    totals=totals,
    empty_title="No containers here",
    empty_text="A container runs one program from an image, apart from the rest of the machine.",
)  # fmt: skip
