"""The log buffer: the tail of all that was appended, in little memory, and snapshots that stand still."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import log_buffer
from models.log_buffer import BLOCK, LogBuffer, Reader, Snapshot
from models.log_lines import FROM_STDERR, Classifier, Level, LineFilter, level_of, stamp_of
from models.logs import STAMP, STDERR, STDOUT, Gap, LogChunk, chunk_of
from services.cancel import CancelScope
from services.log_search import Finder, Query

Line = tuple[bytes, int]

TEXTS = st.sampled_from((b"", b"INFO up", b"ERROR down", b"  at main", b"debug: x", b"\xff\xfe", b"long " * 200))
LINES = st.tuples(TEXTS, st.sampled_from((STDOUT, STDERR)))
CHUNKS = st.lists(st.lists(LINES, min_size=1, max_size=40), max_size=30)


def stamp(second: float) -> bytes:
    return stamp_of(1_700_000_000 + second)


def chunk(lines: list[Line], first: int = 0) -> LogChunk:
    """These lines, written one a second from second `first` on."""
    stamped = [stamp(first + at) + b" " + text for at, (text, _) in enumerate(lines)]
    return chunk_of(stamped, bytes(stream for _, stream in lines))


def filled(chunks: list[list[Line]], **limits: int) -> LogBuffer:
    buffer, count = LogBuffer(**limits), 0
    for lines in chunks:
        buffer.append(chunk(lines, count))
        count += len(lines)
    return buffer


def kept(snapshot: Snapshot) -> list[tuple[bytes, bytes, int]]:
    reader = Reader()
    return [reader.line(snapshot, number) for number in range(snapshot.first, snapshot.end)]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks so small that a few lines fill, pack and drop several."""
    monkeypatch.setattr(log_buffer, "BLOCK", 2_000)
    monkeypatch.setattr(log_buffer, "HOT", 4_000)


@pytest.mark.usefixtures("small")
@given(CHUNKS, st.integers(1, 200))
def test_what_is_kept_is_the_tail_of_all_that_came(chunks: list[list[Line]], limit: int) -> None:
    came = [line for lines in chunks for line in lines]
    buffer = filled(chunks, lines=limit)
    snapshot = buffer.snapshot
    assert snapshot.end == len(came)
    assert buffer.first == snapshot.first == len(came) - len(buffer)
    assert len(buffer) >= min(limit, len(came))
    for number, (text, written, mark) in enumerate(kept(snapshot), start=snapshot.first):
        assert (text, written) == (came[number][0], stamp(number))
        assert bool(mark & FROM_STDERR) == (came[number][1] == STDERR)
        assert mark == snapshot.mark(number)


@pytest.mark.usefixtures("small")
@given(CHUNKS)
def test_the_oldest_block_goes_as_soon_as_the_others_suffice(chunks: list[list[Line]]) -> None:
    snapshot = filled(chunks, lines=50).snapshot
    assert len(snapshot.blocks) < 2 or len(snapshot) - len(snapshot.blocks[0]) < 50


@pytest.mark.usefixtures("small")
@given(CHUNKS)
def test_memory_is_bounded_whatever_the_lines(chunks: list[list[Line]]) -> None:
    snapshot = filled(chunks, memory=6_000).snapshot
    assert len(snapshot.blocks) < 2 or snapshot.memory <= 6_000


@pytest.mark.usefixtures("small")
@given(CHUNKS, CHUNKS)
def test_a_snapshot_stands_still_while_lines_arrive(before: list[list[Line]], after: list[list[Line]]) -> None:
    buffer = filled(before, lines=30)
    snapshot = buffer.snapshot
    seen, counted = kept(snapshot), snapshot.counts()
    for lines in after:
        buffer.append(chunk(lines))
    assert kept(snapshot) == seen
    assert snapshot.counts() == counted


def test_single_lines_are_merged_into_few_blocks() -> None:
    buffer = LogBuffer()
    for number in range(5_000):
        buffer.append(chunk([(b"tick %d" % number, STDOUT)], number))
    assert len(buffer.snapshot.blocks) < 20
    assert max(block.size for block in buffer.snapshot.blocks) <= BLOCK
    assert kept(buffer.snapshot)[4_321][:2] == (b"tick 4321", stamp(4_321))


@pytest.mark.usefixtures("small")
def test_packed_lines_read_as_before() -> None:
    texts = [b"request %d of many that look alike" % number for number in range(1_000)]
    buffer = filled([[(text, STDOUT)] for text in texts])
    snapshot = buffer.snapshot
    assert snapshot.memory < sum(block.size for block in snapshot.blocks) / 2, "nothing was packed"
    assert [text for text, _, _ in kept(snapshot)] == texts
    snapshot.blocks[0].pack()  # once more: nothing happens
    assert kept(snapshot)[0][0] == texts[0]


def test_an_empty_chunk_is_nothing() -> None:
    buffer = LogBuffer()
    buffer.append(LogChunk(b"", b"", b""))
    assert len(buffer) == buffer.snapshot.end == 0
    assert list(buffer.snapshot.since(0)) == []


@pytest.mark.parametrize("number", [-1, 0, 9, 20])
def test_a_line_that_is_not_kept_is_an_index_error(small: None, number: int) -> None:
    snapshot = filled([[(b"x" * 3_000, STDOUT)] * 10, [(b"y" * 3_000, STDOUT)] * 10], lines=5).snapshot
    assert (snapshot.first, snapshot.end) == (10, 20)
    with pytest.raises(IndexError):
        Reader().line(snapshot, number)
    with pytest.raises(IndexError):
        snapshot.mark(number)


@pytest.mark.usefixtures("small")
@given(CHUNKS, st.sets(st.sampled_from(Level)), st.sampled_from((None, STDOUT, STDERR)), st.integers(0, 300))
def test_filters_are_those_of_a_naive_look(
    chunks: list[list[Line]], levels: set[Level], stream: int | None, start: int
) -> None:
    snapshot = filled(chunks, lines=100).snapshot
    wanted = LineFilter(frozenset(levels), stream)

    def passes(mark: int) -> bool:
        is_stream = STDERR if mark & FROM_STDERR else STDOUT
        return (not levels or level_of(mark) in levels) and stream in (None, is_stream)

    naive = [number for number, line in enumerate(kept(snapshot), snapshot.first) if passes(line[2])]
    found = [number for part in snapshot.matching(wanted, start) for number in part]
    assert found == [number for number in naive if number >= start]
    assert wanted.everything == (not levels and stream is None)


@pytest.mark.usefixtures("small")
@given(CHUNKS)
def test_counts_are_those_of_the_kept_lines_that_begin_something(chunks: list[list[Line]]) -> None:
    snapshot = filled(chunks, lines=100).snapshot
    begin = [level_of(mark) for text, _, mark in kept(snapshot) if not text.startswith(b" ")]
    assert snapshot.counts() == {level: begin.count(level) for level in Level}


@pytest.mark.usefixtures("small")
@given(CHUNKS)
def test_levels_do_not_depend_on_how_lines_were_cut_into_chunks(chunks: list[list[Line]]) -> None:
    came = [line for lines in chunks for line in lines]
    at_once = Classifier().marks(b"".join(text + b"\n" for text, _ in came), bytes(stream for _, stream in came))
    assert bytes(mark for _, _, mark in kept(filled(chunks).snapshot)) == at_once


@pytest.mark.usefixtures("small")
@given(CHUNKS, st.floats(-2, 400))
def test_a_time_leads_to_the_first_line_not_before_it(chunks: list[list[Line]], second: float) -> None:
    snapshot = filled(chunks, lines=100).snapshot
    wanted = stamp(second)
    later = [number for number, line in enumerate(kept(snapshot), snapshot.first) if line[1] >= wanted]
    assert snapshot.line_at(wanted) == (later[0] if later else snapshot.end)


@pytest.mark.usefixtures("small")
def test_gaps_stay_where_they_were_and_go_with_their_lines() -> None:
    buffer = LogBuffer(lines=12)
    buffer.append(chunk([(b"x" * 3_000, STDOUT)] * 10))
    buffer.append_gap(Gap("The engine stopped answering", 1.0))
    buffer.append(chunk([(b"y" * 100, STDOUT)] * 3))
    assert [mark.line for mark in buffer.snapshot.gaps] == [10]
    before = buffer.snapshot
    buffer.append_gap(Gap("The engine answers again", 2.0, back=True))
    buffer.append(chunk([(b"z" * 3_000, STDOUT)] * 10))
    assert [mark.line for mark in buffer.snapshot.gaps] == [10, 13]
    buffer.append(chunk([(b"z" * 3_000, STDOUT)] * 10))
    assert buffer.first == 13
    assert [mark.line for mark in buffer.snapshot.gaps] == [13]
    assert [mark.line for mark in before.gaps] == [10]


def resident() -> int:
    """Bytes of memory of this process."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def test_a_million_lines_stay_under_200_megabytes_and_are_searched() -> None:
    words = (b"INFO", b"DEBUG", b"WARN", b"INFO", b"ERROR")
    before, buffer = resident(), LogBuffer()
    for first in range(0, 1_100_000, 4_000):
        lines = [
            b"2026-11-24T14:02:01.%09dZ %s [http-%d] GET /api/cart/%d 200 %d ms agent=curl/8.1 trace=%08x"
            % (number * 907, words[number % 5], number % 16, number, number % 97, number * 2654435761 % 2**32)
            for number in range(first, first + 4_000)
        ]
        buffer.append(chunk_of(lines, bytes([STDOUT]) * len(lines)))
    snapshot = buffer.snapshot
    assert 1_000_000 <= len(snapshot) < 1_010_000
    assert snapshot.memory < 200_000_000
    assert resident() - before < 200_000_000
    assert snapshot.counts()[Level.ERROR] == len(range(snapshot.first, snapshot.end)) // 5
    for query, numbers in (
        (Query("GET /api/cart/555555 "), [555_555]),
        (
            Query(r"cart/\d*99999 200", regex=True),
            [n for n in range(99_999, 1_100_000, 100_000) if n >= snapshot.first],
        ),
    ):
        hits = Finder(query).search(snapshot, LineFilter(), 0, CancelScope())
        assert [line for part in hits for line in part.lines] == numbers
    assert all(len(block.first_stamp) == STAMP for block in snapshot.blocks)
