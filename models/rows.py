"""The rows of one kind as a table shows them: changes applied, filtered, grouped and sorted; what moved is told."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from operator import attrgetter
from typing import Any

from msgspec import Struct

from models.changes import Change, Reset, Stale
from models.collation import collation
from models.filter import Filter
from models.groups import Group
from models.kind import Column, Grouping, ResourceKind, View

STEP = 250  # rows that one step of a long change brings: 1 to 3 ms of work

_FEW = 100  # changes up to which each is put in its place alone; more are merged in one go
_GROUP_KEY = "\0"  # begins the keys of group lines: no object's key can


class Moves(Struct, frozen=True):
    """What a step did to the lines: which keys say something else now, and whether any line came, went or moved."""

    changed: frozenset[str] = frozenset()
    moved: bool = False
    stale: bool = False  # whether the rows became stale, or fresh again

    def __or__(self, other: Moves) -> Moves:
        return Moves(self.changed | other.changed, self.moved or other.moved, self.stale or other.stale)

    def __bool__(self) -> bool:
        return self.moved or self.stale or bool(self.changed)


class Line(Struct, eq=False, gc=False):
    """One line of the table: a row, or the header of its group where `row` is None."""

    key: str
    group: Group
    row: Any = None
    value: Any = None  # sorted by this,
    name: str = ""  # then by this, then by the key
    text: str = ""  # what free text is looked for in
    views: tuple[str, ...] = ()
    shown: bool = True

    @property
    def is_header(self) -> bool:
        """Whether this is the header of a group."""
        return self.row is None


class RowSet:
    """All rows of a kind, and the lines that view, filter, grouping and sorting make of them."""

    def __init__(self, kind: ResourceKind) -> None:
        self.kind = kind
        self.lines: Sequence[Line] = ()  # what a table shows; replaced, never changed, when something moves
        self.stale: Stale | None = None
        self.counts: Counter[str] = Counter()  # rows per view, whatever the filter
        self._by_key: dict[str, Line] = {}
        self._view_sets: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._order: list[Line] = []  # all rows, sorted
        self._groups: dict[str, Group] = {}
        self._collapsed: set[str] = set()
        self._filter = Filter()
        self._view: View | None = None
        self._grouping: Grouping | None = None
        self._column = kind.column(kind.sorted_by)
        self._descending = False
        self._sort_value = _sort_value(self._column)

    # what there is

    def __len__(self) -> int:
        return len(self._by_key)

    @property
    def rows(self) -> list[Any]:
        """All rows, shown or not, in no promised order."""
        return [line.row for line in self._by_key.values()]

    @property
    def sorted_by(self) -> tuple[str, bool]:
        """The id of the column and whether the greatest comes first."""
        return self._column.id, self._descending

    @property
    def grouping(self) -> Grouping | None:
        """How the rows are grouped."""
        return self._grouping

    @property
    def collapsed(self) -> frozenset[str]:
        """Keys of the groups that show only their header, also of groups that are not there now."""
        return frozenset(self._collapsed)

    def row(self, key: str) -> Any | None:
        """The row of this key, shown or not."""
        line = self._by_key.get(key)
        return line.row if line is not None else None

    def position(self, key: str) -> int | None:
        """Where the line of this key stands; None when it is not shown. Takes a few µs: nothing is kept for it."""
        if key.startswith(_GROUP_KEY):
            group = self._groups.get(key[1:])
            if self._grouping is None or group is None or not group.shown:
                return None
            return self._place(self.lines, Line(key, group))
        line = self._by_key.get(key)
        if line is None or not line.shown or (self._grouping is not None and line.group.collapsed):
            return None
        return self._place(self.lines, line)

    # what changes

    def apply(self, change: Change[Any]) -> Moves:
        """Take in a change as a whole."""
        moves = Moves()
        for step in self.steps(change):
            moves |= step
        return moves

    def steps(self, change: Change[Any]) -> Iterator[Moves]:
        """Take in a change in steps of at most `STEP` rows, so that none takes long; each leaves everything consistent.

        A Reset puts the new rows in first and takes those that it does not name out last: what stays, stays in place.
        """
        if isinstance(change, Stale):
            self.stale = change
            yield Moves(stale=True)
            return
        upserts: Sequence[Any] = change.rows if isinstance(change, Reset) else change.upserts
        removed: Iterable[str] = () if isinstance(change, Reset) else change.removed
        if isinstance(change, Reset) and self.stale is not None:
            self.stale = None
            yield Moves(stale=True)
        for rows in _chunks(upserts):
            yield self._take_in(rows, ())
        if isinstance(change, Reset):
            removed = self._by_key.keys() - set(map(self.kind.key, upserts))
        for keys in _chunks(removed):
            yield self._take_in((), keys)

    def clear(self) -> list[Line]:
        """Forget all rows at once. The lines that they had are the caller's: to free many of them takes a while."""
        old, self._order = self._order, []
        self._by_key.clear()
        self._groups.clear()
        self.counts.clear()
        self.lines = ()
        return old

    def sort(self, column_id: str, descending: bool = False) -> Moves:
        """Sort by a column's real values; rows of equal value stand by name, then key, in both directions."""
        self._column, self._descending = self.kind.column(column_id), descending
        self._sort_value = _sort_value(self._column)
        for line in self._order:
            line.value = self._sort_value(line.row)
        return self._sorted_anew()

    def group(self, grouping: Grouping | None) -> Moves:
        """Put the rows under headers, or under none."""
        self._grouping = grouping
        self._groups.clear()
        for line in self._order:
            line.group = self._join(line.key, line.row)
            line.group.shown += line.shown
        return self._sorted_anew()

    def collapse(self, group: str, collapsed: bool = True) -> Moves:
        """Show only the header of this group, or its rows again; remembered when the group is gone for a while."""
        (self._collapsed.add if collapsed else self._collapsed.discard)(group)
        if (there := self._groups.get(group)) is not None:
            there.collapsed = collapsed
        return self._arranged()

    def filter(self, by: Filter) -> Moves:
        """Show only the rows that match."""
        return self._last(self.filter_steps(by))

    def filter_steps(self, by: Filter) -> Iterator[Moves]:
        """The same in steps, of which only the last moves lines. What comes in between is seen by the new filter."""
        self._filter = by
        return self._shown_anew()

    def view(self, view: View | None) -> Moves:
        """Show only the rows of one of the kind's views, or of all."""
        self._view = view
        return self._last(self._shown_anew())

    # how

    def _take_in(self, upserts: Sequence[Any], removed: Sequence[str]) -> Moves:
        changed, gone, new = set[str](), list[Line](), list[Line]()
        for key, row in {self.kind.key(row): row for row in upserts}.items():
            old = self._by_key.get(key)
            if old is None:
                line = self._by_key[key] = self._line(key, row)
                new.append(line)
                continue
            changed.add(key)
            self._leave(old)
            line = self._line(key, row)
            if _same_place(old, line):
                old.row, old.text, old.views = line.row, line.text, line.views
            else:
                self._by_key[key] = line
                gone.append(old)
                new.append(line)
        for key in removed:
            line_gone = self._by_key.pop(key, None)
            if line_gone is not None:
                self._leave(line_gone)
                gone.append(line_gone)
        self._forget_empty_groups(gone)
        if not gone and not new:
            return Moves(frozenset(changed))
        self._reorder(gone, new)
        return Moves(frozenset(changed)) | self._arranged()

    def _line(self, key: str, row: Any) -> Line:
        kind = self.kind
        text = kind.search(row)
        views = tuple([view.id for view in kind.views if view.matches(row)])
        views = self._view_sets.setdefault(views, views)  # one for all rows alike: less for the garbage collector
        self.counts.update(views)
        line = Line(key, self._join(key, row), row, self._sort_value(row), collation(kind.name(row)), text, views)
        line.shown = self._shows(line)
        line.group.shown += line.shown
        return line

    def _shows(self, line: Line) -> bool:
        return (self._view is None or self._view.id in line.views) and self._filter.matches(line.row, line.text)

    def _join(self, key: str, row: Any) -> Group:
        """The row's group, with the row in it."""
        name = "" if self._grouping is None else self._grouping.key(row)
        group = self._groups.get(name)
        if group is None:
            group = self._groups[name] = Group(self._grouping, name, name in self._collapsed)
        group.join(key, row)
        return group

    def _leave(self, line: Line) -> None:
        """Take a line's part out of counts and group."""
        self.counts.subtract(line.views)
        line.group.shown -= line.shown
        line.group.leave(line.key)

    def _forget_empty_groups(self, gone: Iterable[Line]) -> None:
        for line in gone:
            if not line.group.members:
                self._groups.pop(line.group.key, None)

    def _reorder(self, gone: Sequence[Line], new: Sequence[Line]) -> None:
        if len(gone) + len(new) <= _FEW:
            for line in gone:
                del self._order[self._place(self._order, line)]
            for line in new:
                self._order.insert(self._place(self._order, line), line)
            return
        without = set(map(id, gone))
        kept = [line for line in self._order if id(line) not in without] if gone else self._order
        self._order = self._merged(kept, self._sorted(new))

    def _merged(self, kept: list[Line], new: Sequence[Line]) -> list[Line]:
        merged: list[Line] = []
        start = 0
        for line in new:
            place = self._place(kept, line, start)
            merged += kept[start:place]
            merged.append(line)
            start = place
        return merged + kept[start:]

    def _place(self, lines: Sequence[Line], line: Line, low: int = 0) -> int:
        """Where `line` stands, or would stand; bisect cannot do it, as one part of the order may be descending."""
        high, precedes = len(lines), self._precedes
        while low < high:
            middle = (low + high) // 2
            if precedes(lines[middle], line):
                low = middle + 1
            else:
                high = middle
        return low

    def _precedes(self, one: Line, other: Line) -> bool:
        if one.group is not other.group:
            return bool(one.group.order < other.group.order)
        if one.row is None or other.row is None:
            return one.row is None and other.row is not None
        if one.value != other.value:
            return bool(one.value > other.value if self._descending else one.value < other.value)
        return (one.name, one.key) < (other.name, other.key)

    def _sorted(self, lines: Iterable[Line]) -> list[Line]:
        """Sorted by stable passes, least important first: each compares plain values, which Python does fastest."""
        result = sorted(lines, key=attrgetter("name", "key"))
        result.sort(key=attrgetter("value"), reverse=self._descending)
        if self._grouping is not None:
            result.sort(key=attrgetter("group.order"))
        return result

    def _sorted_anew(self) -> Moves:
        self._order = self._sorted(self._order)
        return self._arranged()

    def _shown_anew(self) -> Iterator[Moves]:
        lines = tuple(self._order)
        everything = self._filter.empty and self._view is None
        for start in range(0, len(lines), STEP):
            for line in lines[start : start + STEP]:
                shown = everything or self._shows(line)
                if shown != line.shown and self._by_key.get(line.key) is line:
                    line.group.shown += shown - line.shown
                    line.shown = shown
            yield Moves()
        yield self._arranged()

    @staticmethod
    def _last(steps: Iterator[Moves]) -> Moves:
        return deque(steps, maxlen=1).pop()

    def _arranged(self) -> Moves:
        """Make the lines anew from the order; cheap, as groups stand in one piece each."""
        lines: list[Line] = []
        start = 0
        for group in sorted(self._groups.values(), key=attrgetter("order")):
            end = start + len(group.members)
            if group.shown and self._grouping is not None:
                lines.append(Line(_GROUP_KEY + group.key, group))
            if group.shown and not (group.collapsed and self._grouping is not None):
                members = self._order[start:end]
                lines += members if group.shown == len(members) else [line for line in members if line.shown]
            start = end
        self.lines = lines
        return Moves(moved=True)


def _sort_value(column: Column) -> Callable[[Any], Any]:
    if column.sort is not None:
        return column.sort
    text = column.text
    return lambda row: collation(text(row, 0.0))  # texts that depend on the time come with a `sort`


def _same_place(old: Line, new: Line) -> bool:
    return old.group is new.group and old.shown == new.shown and old.name == new.name and bool(old.value == new.value)


def _chunks(items: Iterable[Any]) -> Iterator[tuple[Any, ...]]:
    rest = iter(items)
    while chunk := tuple(islice(rest, STEP)):
        yield chunk
