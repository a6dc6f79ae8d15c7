"""Changes on their way to a slow reader."""

import time

from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from models.changes import Change, Changed, Reset, Stale
from models.errors import ConnectionLost
from services.cancel import CancelScope
from services.mailbox import PAGE, Mailbox
from tests.services.collecting import Collector


class Row(Struct, frozen=True):
    """A key and a value."""

    key: str
    value: int


def mailbox() -> Mailbox[Row]:
    return Mailbox(lambda row: row.key)


rows = st.lists(st.builds(Row, st.sampled_from("abcde"), st.integers(0, 9)), max_size=5)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("reset"), rows),
        st.tuples(st.just("changed"), rows, st.sets(st.sampled_from("abcde"), max_size=3)),
        st.tuples(st.just("take")),
    ),
    max_size=20,
)


@given(steps)
def test_however_slow_the_reader_it_ends_with_the_same_rows(steps: list[tuple]) -> None:
    box, scope = mailbox(), CancelScope()
    truth: dict[str, Row] = {}
    read: dict[str, Row] = {}
    pending = 0
    for step, *given_ in (*steps, *[("take",)] * 40):
        if step == "reset":
            truth = {row.key: row for row in given_[0]}
            box.put_reset(given_[0])
            pending = 1
        elif step == "changed":
            upserts, removed = given_
            upserts = [row for row in upserts if row.key not in removed]
            truth = {k: v for k, v in truth.items() if k not in removed} | {row.key: row for row in upserts}
            box.put_changed(upserts, removed)
            pending = pending or int(bool(upserts or removed))
        elif pending:
            read = applied(read, box.take(scope))
            pending = 0
    assert read == truth


def applied(rows: dict[str, Row], change: Change[Row] | None) -> dict[str, Row]:
    if isinstance(change, Reset):
        return {row.key: row for row in change.rows}
    assert isinstance(change, Changed)
    assert not {row.key for row in change.upserts} & set(change.removed), "a key stands in one of the two"
    return {k: v for k, v in rows.items() if k not in change.removed} | {row.key: row for row in change.upserts}


def test_a_long_list_comes_in_pages() -> None:
    box, scope = mailbox(), CancelScope()
    box.put_reset([Row(str(number), 0) for number in range(2 * PAGE + 1)])
    first, second, third = (box.take(scope) for _ in range(3))
    assert isinstance(first, Reset)
    assert isinstance(third, Changed)
    assert isinstance(second, Changed)
    assert [len(first.rows), len(second.upserts), len(third.upserts)] == [PAGE, PAGE, 1]


def test_stale_comes_after_the_rows_and_a_reset_takes_it_back() -> None:
    box, scope = mailbox(), CancelScope()
    stale = Stale(ConnectionLost(), 1.0)
    box.put_reset([Row("a", 1)])
    box.put_stale(stale)
    assert box.take(scope) == Reset((Row("a", 1),))
    assert box.take(scope) is stale
    box.put_stale(stale)
    box.put_reset([])
    assert box.take(scope) == Reset(())


def test_waiting_ends_at_once_when_cancelled() -> None:
    box = mailbox()
    taking = Collector(lambda scope: filter(None, [box.take(scope)]))
    time.sleep(0.02)
    assert taking.end() < 0.05
    assert taking.brought == []
