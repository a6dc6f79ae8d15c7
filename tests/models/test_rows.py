"""Rows under changes: what a table would show must not depend on the way there."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import replace

from models import rows as rows_module
from models.changes import Change, Changed, Reset, Stale
from models.collation import collation
from models.errors import Unreachable
from models.filter import parse
from models.health import Health
from models.kind import Column, Grouping, ResourceKind, Section, View
from models.rows import RowSet


class Job(Struct, frozen=True):
    id: str
    name: str
    load: float = 0.0
    team: str = ""


KIND = ResourceKind(
    id="jobs",
    title="Jobs",
    noun="job",
    icon="run",
    section=Section.WORK,
    columns=(
        Column(id="name", title="Name", text=lambda job, _: job.name),
        Column(id="load", title="Load", text=lambda job, _: f"{job.load}", sort=lambda job: job.load),
    ),
    key=lambda job: job.id,
    name=lambda job: job.name,
    health=lambda _: Health.RUNNING,
    state_text=lambda _: "Running",
    summary=lambda count, _views: f"{count} jobs",
    fields={"team": lambda job: (job.team,)},
    search=lambda job: job.name.lower(),
    tabs=(),
    views=(
        View(id="all", title="All", matches=lambda _: True),
        View(id="busy", title="Busy", matches=lambda job: job.load > 1),
    ),
    groupings=(
        Grouping(
            id="team", title="Team", icon="user", key=lambda job: job.team, none="No team",
            summary=lambda jobs: f"{len(jobs)} jobs",
        ),
    ),
)  # fmt: skip
BUSY, TEAM = KIND.views[1], KIND.groupings[0]


def keys(rows: RowSet) -> list[str]:
    return [line.key for line in rows.lines]


def names(rows: RowSet) -> list[str]:
    return [f"[{line.group.title}]" if line.is_header else line.row.name for line in rows.lines]


def filled(*jobs: Job) -> RowSet:
    rows = RowSet(KIND)
    rows.apply(Reset(jobs))
    return rows


SHOP = (
    Job("a", "web-10", 3.0, "shop"),
    Job("b", "web-2", 1.0, "shop"),
    Job("c", "cache", 3.0, "data"),
    Job("d", "Cron", 0.5),
)


# any sequence of changes


job = st.builds(
    Job,
    id=st.sampled_from("abcdefgh"),
    name=st.sampled_from(["web-2", "web-10", "Web-2", "db", "", "cache 007", "cache 7"]),
    load=st.sampled_from([0.0, 1.0, 2.5]),
    team=st.sampled_from(["", "shop", "data"]),
)
ids = st.sampled_from("abcdefgh")
changed = st.builds(
    lambda upserts, removed: Changed(tuple(upserts), tuple(set(removed) - {job.id for job in upserts})),
    st.lists(job, max_size=6),
    st.lists(ids, max_size=4),
)
steps = st.one_of(
    changed,
    changed,
    st.builds(lambda jobs: Reset(tuple(jobs)), st.lists(job, max_size=8)),
    st.tuples(st.just("sort"), st.sampled_from(["name", "load"]), st.booleans()),
    st.tuples(st.just("filter"), st.sampled_from(["", "web", "team:shop", "-team:data", "none such"])),
    st.tuples(st.just("view"), st.sampled_from([None, BUSY])),
    st.tuples(st.just("group"), st.sampled_from([None, TEAM])),
    st.tuples(st.just("collapse"), st.sampled_from(["", "shop", "data"]), st.booleans()),
)


class Expected:
    """The same by brute force: everything made anew each time it is looked at."""

    def __init__(self) -> None:
        self.jobs: dict[str, Job] = {}
        self.column, self.descending, self.query = "name", False, ""
        self.view: View | None = None
        self.grouping: Grouping | None = None
        self.collapsed: set[str] = set()

    def apply(self, change: Reset[Job] | Changed[Job]) -> None:
        if isinstance(change, Reset):
            self.jobs = {job.id: job for job in change.rows}
        else:
            self.jobs |= {job.id: job for job in change.upserts}
            for key in change.removed:
                self.jobs.pop(key, None)

    def keys(self) -> list[str]:
        shown = parse(self.query, KIND.fields)
        jobs = [job for job in self.jobs.values() if shown.matches(job, job.name.lower())]
        jobs = [job for job in jobs if self.view is None or self.view.matches(job)]
        jobs.sort(key=lambda job: (collation(job.name), job.id))
        value = (lambda job: job.load) if self.column == "load" else (lambda job: collation(job.name))
        jobs.sort(key=value, reverse=self.descending)
        if self.grouping is None:
            return [job.id for job in jobs]
        lines = []
        for team in sorted({job.team for job in jobs}, key=lambda team: (not team, team)):
            lines.append("\0" + team)
            lines += [job.id for job in jobs if job.team == team and team not in self.collapsed]
        return lines


def do(step: Any, rows: RowSet, expected: Expected) -> rows_module.Moves:
    match step:
        case Reset() | Changed():
            expected.apply(step)
            return rows.apply(step)
        case ("sort", column, descending):
            expected.column, expected.descending = column, descending
            return rows.sort(column, descending)
        case ("filter", query):
            expected.query = query
            return rows.filter(parse(query, KIND.fields))
        case ("view", view):
            expected.view = view
            return rows.view(view)
        case ("group", grouping):
            expected.grouping = grouping
            return rows.group(grouping)
        case ("collapse", group, collapsed):
            (expected.collapsed.add if collapsed else expected.collapsed.discard)(group)
            return rows.collapse(group, collapsed)
        case _:
            raise AssertionError(step)


@pytest.mark.parametrize("few", [0, 1000], ids=["merged", "one-by-one"])
@given(story=st.lists(steps, max_size=25))
def test_any_way_there_shows_the_same(few: int, story: Sequence[Any]) -> None:
    rows, expected = RowSet(KIND), Expected()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rows_module, "_FEW", few)
        patch.setattr(rows_module, "STEP", 3)
        for step in story:
            before = {line.key: line.row for line in rows.lines}
            order = keys(rows)
            moves = do(step, rows, expected)
            assert keys(rows) == expected.keys()
            told = moves.moved or order == keys(rows)
            assert told, "lines moved and nothing was said"
            silent = {line.key for line in rows.lines if line.key in before and line.row is not before[line.key]}
            assert silent <= moves.changed, "a row says something else and nothing was said"
    assert {line.key: line.row for line in rows.lines if line.row} == {
        key: expected.jobs[key] for key in keys(rows) if not key.startswith("\0")
    }
    assert [rows.position(key) for key in keys(rows)] == list(range(len(rows.lines)))
    assert rows.counts["busy"] == sum(job.load > 1 for job in expected.jobs.values())
    assert len(rows) == len(expected.jobs) == len(rows.rows)
    for line in rows.lines:
        assert set(line.group.rows) <= set(expected.jobs.values())


# what a person notices


def test_numbers_in_names_sort_by_value_and_case_does_not_matter() -> None:
    assert names(filled(*SHOP)) == ["cache", "Cron", "web-2", "web-10"]


@pytest.mark.parametrize(
    "ordered", [["", "2", "10", "a", "a2", "a10", "b"], ["v1.9.30", "v1.10.2"], ["9" * 30, "1" * 31]]
)
def test_collation_puts_shorter_numbers_first(ordered: list[str]) -> None:
    shuffled = ordered[1::2] + ordered[::2]
    assert sorted(shuffled, key=collation) == ordered


def test_rows_of_equal_value_stand_by_name_in_both_directions() -> None:
    rows = filled(*SHOP)
    rows.sort("load", descending=True)
    assert names(rows) == ["cache", "web-10", "web-2", "Cron"]
    rows.sort("load")
    assert names(rows) == ["Cron", "web-2", "cache", "web-10"]


def test_a_change_that_moves_nothing_says_so() -> None:
    rows = filled(*SHOP)
    lines = rows.lines
    moves = rows.apply(Changed((Job("b", "web-2", 2.0, "shop"),)))
    assert (moves.changed, moves.moved) == ({"b"}, False)
    assert rows.lines is lines
    assert lines[2].row.load == 2.0


def test_groups_stand_in_order_with_the_rest_last_and_count_hidden_members() -> None:
    rows = filled(*SHOP)
    rows.group(TEAM)
    assert names(rows) == ["[data]", "cache", "[shop]", "web-2", "web-10", "[No team]", "Cron"]
    rows.filter(parse("web-10", KIND.fields))
    assert names(rows) == ["[shop]", "web-10"]
    assert len(rows.lines[0].group.rows) == 2


def test_a_header_is_summed_up_once_for_each_change_of_its_members() -> None:
    asked: list[int] = []

    def summary(jobs: Sequence[Job]) -> str:
        asked.append(len(jobs))
        return f"{len(jobs)} jobs"

    rows = filled(*SHOP)
    rows.group(replace(TEAM, summary=summary))
    shop = rows.lines[2].group
    assert [shop.words.summary for _ in range(3)] == ["2 jobs"] * 3
    rows.apply(Changed((Job("c", "cache", 9.0, "data"),)))
    assert shop.words.summary == "2 jobs"
    assert asked == [2], "another group's change is none of its own"
    rows.apply(Changed((Job("e", "web-11", 0.0, "shop"),)))
    assert shop.words.summary == "3 jobs"
    assert asked == [2, 3]


def test_a_collapsed_group_stays_collapsed_when_it_comes_back() -> None:
    rows = filled(*SHOP)
    rows.group(TEAM)
    rows.collapse("data")
    rows.apply(Changed(removed=("c",)))
    rows.apply(Changed((Job("c", "cache", 3.0, "data"),)))
    assert names(rows)[:2] == ["[data]", "[shop]"]
    assert rows.position("c") is None
    rows.collapse("data", collapsed=False)
    assert names(rows)[:2] == ["[data]", "cache"]


def test_stale_rows_stay_until_a_reset_which_keeps_what_is_still_there() -> None:
    rows = filled(*SHOP)
    stale = Stale(Unreachable("gone"), since=5.0)
    assert rows.apply(stale).stale
    assert rows.stale is stale
    assert len(rows) == 4
    seen = [(step.stale, len(rows)) for step in rows.steps(Reset(SHOP[:3]))]
    assert seen == [(True, 4), (False, 4), (False, 3)], "what stays is never gone in between"
    assert rows.stale is None


def test_changes_that_come_while_a_filter_is_at_work_obey_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows_module, "STEP", 1)
    rows = filled(*SHOP)
    rows.group(TEAM)
    steps = rows.filter_steps(parse("web", KIND.fields))
    next(steps)
    changes = Changed((Job("b", "no-more", 1.0, "shop"), Job("d", "web-now"), Job("e", "web-new", 0.0, "shop")), ("a",))
    rows.apply(changes)
    *_, last = steps
    assert last.moved
    assert names(rows) == ["[shop]", "web-new", "[No team]", "web-now"]
    assert [line.group.shown for line in rows.lines if line.is_header] == [1, 1]


# 10,000 rows: limits with much room, as the machine may be busy; the real figures are in tests/bench


def many(count: int, load: float = 0.0) -> tuple[Job, ...]:
    return tuple(Job(f"{n:05}", f"job-{n}", load or n % 97, f"team-{n % 40}") for n in range(count))


@pytest.fixture(scope="module")
def ten_thousand() -> RowSet:
    rows = filled(*many(10_000))
    rows.group(TEAM)
    rows.sort("load", descending=True)
    return rows


def fastest(work: Any, times: int = 5) -> float:
    """Milliseconds of work in the best of `times` runs."""

    def once(n: int) -> float:
        start = time.thread_time()
        work(n)
        return (time.thread_time() - start) * 1000

    return min(once(n) for n in range(times))


@pytest.mark.parametrize(("count", "limit"), [(50, 4.0), (1000, 40.0)])
def test_a_change_costs_by_its_own_size(ten_thousand: RowSet, count: int, limit: float) -> None:
    def change(n: int) -> Change[Job]:
        return Changed(tuple(Job(f"{i:05}", f"job-{i}", float(n + i % 13), f"team-{i % 40}") for i in range(count)))

    took = fastest(lambda n: ten_thousand.apply(change(n)))
    print(f"{count} of 10,000 rows: {took:.2f} ms")
    assert took < limit


def test_filtering_ten_thousand_rows_takes_no_time_to_notice(ten_thousand: RowSet) -> None:
    took = fastest(lambda n: ten_thousand.filter(parse(f"job-{n}", KIND.fields)))
    print(f"refilter: {took:.2f} ms")
    assert took < 60
