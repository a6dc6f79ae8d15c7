"""NAMESPACES: the map of namespaces as a table: a line per container, a column per namespace."""

from __future__ import annotations

from collections.abc import Mapping

from models.docker.namespaces import NAMES, USUALLY_HOST, WHAT, Cell, SpacesRow, Whose
from models.health import Health, Tone
from models.kind import Column, ResourceKind, Section, View
from models.text import count_text, names_text


def cell_text(cell: Cell) -> str:
    """What stands in a cell: "own", "host", or whom it is shared with."""
    if cell.others:
        return names_text(cell.others, most=1)
    if cell.whose is Whose.OTHER:
        return f"{cell.target}, gone"
    return "not known" if cell.whose is Whose.UNKNOWN else cell.whose.value


def _tone(row: SpacesRow, kind: str) -> Tone:
    cell = row.cells[kind]
    if cell.others and row.running:
        return Tone.PRIMARY
    if cell.whose is Whose.HOST and row.running:
        return Tone.SECONDARY if kind in USUALLY_HOST else Tone.WARNING
    return Tone.DISABLED if cell.whose is Whose.OWN and not cell.others else Tone.SECONDARY


def _tip(row: SpacesRow, kind: str) -> str:
    cell = row.cells[kind]
    if cell.others:
        said = f"Shared with {names_text(cell.others, most=8)}"
    elif cell.whose is Whose.OTHER:
        said = f"It was to be that of {cell.target}, which is not there"
    else:
        said = {Whose.OWN: "Its own", Whose.HOST: "That of the engine's machine"}.get(cell.whose, "Not known")
    if not row.running:
        said += "; it does not run now, so this is what its settings say"
    number = f"{kind}:[{cell.number}]" if cell.number is not None else ""
    return "\n".join(filter(None, (f"{NAMES[kind]}: {WHAT[kind]}", said, number)))


def _column(kind: str) -> Column:
    return Column(
        id=kind,
        title=NAMES[kind],
        width=104,
        stretch=1,
        text=lambda row, _now: cell_text(row.cells[kind]),
        tone=lambda row: _tone(row, kind),
        tooltip=lambda row, _now: _tip(row, kind),
        sort=lambda row: _order(row.cells[kind]),
    )


def _order(cell: Cell) -> tuple[int, int]:
    """Those who share stand together, then the host's, then the rest."""
    if cell.group is not None:
        return (0, cell.group)
    return (1, 0) if cell.whose is Whose.HOST else (2, 0)


def _summary(count: int, views: Mapping[str, int]) -> str:
    words = [count_text(count, "container")]
    if shared := views.get("shared", 0):
        words.append(f"{shared:,} share with others")
    if host := views.get("host", 0):
        words.append(f"{host:,} with the host")
    return ", ".join(words)


NAMESPACES = ResourceKind(
    id="namespaces",
    title="Namespaces",
    noun="container",
    icon="namespace",
    section=Section.ENGINE,
    columns=(
        Column(id="name", title="Container", width=200, stretch=2, strong=True, text=lambda row, _: row.name,
               glyph=lambda row: Health.RUNNING if row.running else Health.EXITED,
               tooltip=lambda row, _: f"{row.name}\n{row.id}"),
        *map(_column, NAMES),
    ),
    key=lambda row: row.id,
    name=lambda row: row.name,
    health=lambda row: Health.RUNNING if row.running else Health.EXITED,
    state_text=lambda row: "Running" if row.running else "Not running",
    summary=_summary,
    fields={
        "name": lambda row: (row.name,),
        "shared": lambda row: (kind for kind, cell in row.cells.items() if cell.others),
        "host": lambda row: (kind for kind, cell in row.cells.items() if cell.whose is Whose.HOST),
    },
    search=lambda row: row.name.lower(),
    tabs=(),
    views=(
        View(id="all", title="All", matches=lambda _row: True),
        View(id="shared", title="Shared", matches=lambda row: row.shares),
        View(id="host", title="On the host", matches=lambda row: row.on_host),
    ),
    empty_title="No containers here",
    empty_text="A namespace is what a container sees of the machine: its network, processes, host name, files.",
)  # fmt: skip
