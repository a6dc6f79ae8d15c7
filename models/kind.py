"""How a kind of object is declared: its columns, actions, tabs, groups and health. Pages, menus and palette follow."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any

from msgspec import Struct

from models.health import Health, Tone
from models.system import SystemFacts

PROBLEMS = "problems"  # the id of the view whose rows want attention: the sidebar says how many they are


class Section(StrEnum):
    """The block of the sidebar where a kind's page stands."""

    WORK = "work"
    PARTS = "parts"
    ENGINE = "engine"


class Tab(StrEnum):
    """Detail tabs by type; `gui/details` maps each to one widget."""

    OVERVIEW = "overview"
    LOGS = "logs"
    TERMINAL = "terminal"
    PROCESSES = "processes"
    STATS = "stats"
    FILES = "files"
    POST_MORTEM = "post-mortem"
    CONFIGURATION = "configuration"
    INSPECT = "inspect"


class Align(StrEnum):
    """Where a column's text stands."""

    LEFT = "left"
    RIGHT = "right"


class Ref(Struct, frozen=True):
    """Names one object for good: its full id, whatever happens to the rows meanwhile."""

    kind: str
    id: str
    name: str


class Spark(Struct, frozen=True, gc=False):
    """A sparkline's values, oldest first; `limit` in the same unit, None where there is none."""

    values: tuple[float, ...]
    limit: float | None = None


def _primary(_row: Any) -> Tone:
    return Tone.PRIMARY


class Column(Struct, frozen=True, kw_only=True):
    """One column. Every function is total; `now` is the engine's clock in seconds since the epoch."""

    id: str
    title: str
    text: Callable[[Any, float], str]  # "" where there is nothing to say:
    absent: str = "–"  # this is shown then; a list of which nothing is there is blank instead
    sort: Callable[[Any], Any] | None = None  # a value of one type; None: natural order of the text
    tone: Callable[[Any], Tone] = _primary
    glyph: Callable[[Any], Health] | None = None
    icon: Callable[[Any], str] | None = None  # before the text, where there is no glyph
    spark: Callable[[Any], Spark | None] | None = None
    tooltip: Callable[[Any, float], str] | None = None
    width: int = 120  # pixels
    stretch: int = 0  # share of the width that is left over
    align: Align = Align.LEFT
    mono: bool = False
    strong: bool = False  # weight 500: what the row *is*
    shown: bool = True  # by default
    drop: int = 0  # narrow windows drop columns from 1 upwards; 0 never


class View(Struct, frozen=True, kw_only=True):
    """A segment above the table, such as "Running"."""

    id: str
    title: str
    matches: Callable[[Any], bool]
    counted: bool = False  # whether the segment says how many
    glyph: Health | None = None


class Grouping(Struct, frozen=True, kw_only=True):
    """Rows under headers: `key` names the group ("" is the last one, titled `none`)."""

    id: str
    title: str
    icon: str
    key: Callable[[Any], str]
    none: str
    summary: Callable[[Sequence[Any]], str]
    detail: Callable[[Sequence[Any]], str] = lambda _rows: ""
    problems: Callable[[Sequence[Any]], int] = lambda _rows: 0


class OptionType(StrEnum):
    """What a dialog asks with."""

    NUMBER = "number"
    TEXT = "text"
    CHOICE = "choice"
    FLAG = "flag"


class Option(Struct, frozen=True, kw_only=True):
    """One question of an action, answered in its dialog."""

    id: str
    label: str
    type: OptionType
    default: Callable[[Sequence[Any]], Any]
    choices: tuple[str, ...] = ()
    help: str = ""
    minimum: int = 0
    maximum: int = 86_400
    problem: Callable[[Any], str | None] = lambda _value: None  # why this answer cannot be used


class Loss(Struct, frozen=True):
    """One line of a confirmation: what goes, or stays."""

    subject: str
    detail: str = ""
    mark: str = ""  # at the right: "running", "1.9 GB"


class Confirmation(Struct, frozen=True, kw_only=True):
    """What a destructive dialog shows before it acts."""

    title: str
    verb: str  # on the button
    goes: tuple[Loss, ...]
    stays: tuple[Loss, ...] = ()
    warning: str = ""
    note: str = ""  # in the foot: "Running containers get 10 s to stop."
    type_to_confirm: str = ""  # on protected contexts


Options = Mapping[str, Any]


class Action(Struct, frozen=True, kw_only=True):
    """Something a user can do to rows. `call` is the session's name for it; the id tells variants apart."""

    id: str
    title: str
    deed: str  # what is done to {}: "send {signal} to {}"
    done: str  # what has been done to {}: "{signal} sent to {}"
    icon: str
    call: str
    twin: Callable[[Sequence[Any], Options], tuple[tuple[str, ...], ...]]  # commands without `docker`
    why_not: Callable[[Sequence[Any]], str | None] = lambda _rows: None
    confirm: Callable[[Sequence[Any], Options], Confirmation] | None = None
    options: tuple[Option, ...] = ()
    shortcut: str = ""
    many: bool = True
    on_page: bool = False  # concerns the page; its rows come from the session's preview: prune
    disruptive: bool = False  # interrupts what runs: on protected contexts a dialog comes first
    prominent: bool = False  # a button in the details head
    block: int = 0  # menu blocks are divided by lines

    @property
    def asks(self) -> bool:
        """Whether a dialog comes first."""
        return bool(self.options) or self.confirm is not None

    def title_for(self, subject: str, answers: Options) -> str:
        """What it does to `subject`: "Send SIGHUP to web"."""
        words = self.deed.format(subject, **answers)
        return words[0].upper() + words[1:]

    def defaults(self, rows: Sequence[Any]) -> dict[str, Any]:
        """The answers that the dialog opens with."""
        return {option.id: option.default(rows) for option in self.options}


class Totals(Struct, frozen=True):
    """What all objects of a kind come to, in a few short phrases; `tip` says what they count."""

    words: tuple[str, ...] = ()
    tip: str = ""


class ResourceKind(Struct, frozen=True, kw_only=True):
    """Everything that pages, tables, menus, palette and export need to know of a kind."""

    id: str
    title: str  # plural: "Containers"
    noun: str  # singular, lower case: "container"
    icon: str
    section: Section
    columns: tuple[Column, ...]
    key: Callable[[Any], str]
    name: Callable[[Any], str]
    health: Callable[[Any], Health]
    state_text: Callable[[Any], str]  # of the pill: "Unhealthy"
    summary: Callable[[int, Mapping[str, int]], str]  # beside the page title: of how many, and how many in each view
    fields: Mapping[str, Callable[[Any], Iterable[str]]]  # filter words: `state:exited`; those most used come first
    search: Callable[[Any], str]  # what free text is looked for in, lower case
    tabs: tuple[Tab, ...]
    actions: tuple[Action, ...] = ()
    views: tuple[View, ...] = ()
    groupings: tuple[Grouping, ...] = ()
    totals: Callable[[Sequence[Any], SystemFacts | None], Totals] | None = None
    sorted_by: str = "name"
    empty_title: str = ""
    empty_text: str = ""

    def ref(self, row: Any) -> Ref:
        """The row's lasting name."""
        return Ref(self.id, self.key(row), self.name(row))

    def column(self, column_id: str) -> Column:
        """The column of this id; KeyError where there is none."""
        for column in self.columns:
            if column.id == column_id:
                return column
        raise KeyError(column_id)
