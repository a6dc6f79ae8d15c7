"""Search: the same as looking at each line alone, and no expression that keeps the machine to itself."""

from __future__ import annotations

import re
import threading
import time
import warnings
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import log_buffer
from models.ansi import without_escapes
from models.errors import BadInput
from models.log_buffer import LogBuffer, Reader, Snapshot
from models.log_lines import Level, LineFilter, level_of
from models.logs import STAMP, STDERR, STDOUT, LogChunk
from services.cancel import CancelScope
from services.log_search import Finder, Query

ALL = LineFilter()

LINES = st.lists(
    st.one_of(
        st.sampled_from(
            (
                b"", b"INFO a=1 b", b'ERROR "x" b', b"aaaa", b" b", b"b ", b"A\x1b[31mB\x1b[0mA", b"\xff\xfea",
                "é A".encode(), b"x" * 3_000 + b"ab" + b"b" * 10, b"a\rb", b"-1 a a a",
            )
        ),
        st.text("abAB =1\"-.\t", max_size=12).map(str.encode),
    ),
    max_size=60,
)  # fmt: skip
EXPRESSIONS = (
    "a", "a|b", "a+", "a*", "", "^", "$", "^a", "a$", "^$", "[^a]+", '[^"]+"', r"\s+b", r"\S+", r"\W", r"\Ab", r"b\Z",
    r"\bb\b", "(?s)a.*b", "(?<=a)b", r"(?<!\s)b", r"(?<=\s)b", "(a)(b)?", "a{2}", r"\d+ a", r"[^\d]b", "(?!a)b", r"\n",
    "a.*b",
)  # fmt: skip
FILTERS = st.builds(
    LineFilter, st.frozensets(st.sampled_from(Level), max_size=2), st.sampled_from((None, STDOUT, STDERR))
)


def log(lines: list[bytes], chunks: int = 7) -> Snapshot:
    buffer = LogBuffer()
    for start in range(0, len(lines), chunks):
        part = lines[start : start + chunks]
        streams = bytes((STDOUT, STDERR)[(start + at) % 3 == 0] for at in range(len(part)))
        buffer.append(LogChunk(b"".join(line + b"\n" for line in part), b"0" * STAMP * len(part), streams))
    return buffer.snapshot


def found(snapshot: Snapshot, query: Query, wanted: LineFilter = ALL, start: int = 0) -> list[int]:
    hits = list(Finder(query).search(snapshot, wanted, start, CancelScope()))
    assert [part.reached for part in hits] == sorted({part.reached for part in hits})
    assert not hits or hits[-1].reached == snapshot.end
    return [line for part in hits for line in part.lines]


def naive(snapshot: Snapshot, query: Query, wanted: LineFilter = ALL, start: int = 0) -> list[int]:
    """One line after the other, by the standard library, which knows no time limit."""
    reader, numbers = Reader(), []
    source = query.text if query.regex else re.escape(query.text)
    pattern = re.compile(source, re.MULTILINE | (0 if query.case else re.IGNORECASE))
    for number in range(max(start, snapshot.first), snapshot.end):
        raw, _, mark = reader.line(snapshot, number)
        if wanted.levels and level_of(mark) not in wanted.levels:
            continue
        if wanted.stream is not None and (wanted.stream == STDERR) != bool(mark & 16):
            continue
        line = without_escapes(raw).decode("utf-8", "replace")
        numbers += [number] * sum(1 for match in pattern.finditer(line) if match[0])
    return numbers


@pytest.fixture(autouse=True, scope="module")
def _first_use() -> None:
    """It takes longer than a test's share."""
    Finder(Query("x"))


@pytest.fixture(autouse=True)
def _small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_buffer, "BLOCK", 3_000)
    monkeypatch.setattr(log_buffer, "HOT", 6_000)


@given(LINES, st.text("abAB =1é", max_size=3), st.booleans(), FILTERS, st.integers(0, 70))
def test_text_is_found_as_in_each_line_alone(
    lines: list[bytes], text: str, case: bool, wanted: LineFilter, start: int
) -> None:
    snapshot, query = log(lines), Query(text, case=case)
    assert found(snapshot, query, wanted, start) == naive(snapshot, query, wanted, start)


@pytest.mark.parametrize("expression", EXPRESSIONS)
@given(LINES, st.booleans(), FILTERS, st.integers(0, 70))
def test_an_expression_is_found_as_in_each_line_alone(
    expression: str, lines: list[bytes], case: bool, wanted: LineFilter, start: int
) -> None:
    snapshot, query = log(lines), Query(expression, True, case)
    assert found(snapshot, query, wanted, start) == naive(snapshot, query, wanted, start)


def test_a_hit_is_what_the_view_marks() -> None:
    lines = ['say "a', 'b" and "c"', "bold", "Straße", "STRASSE"]
    for text, regex in (('"[^"]+"', True), ("bold", False), ("BOLD", False), ("strasse", False)):
        query = Query(text, regex)
        marked = [number for number, line in enumerate(lines) for _ in Finder(query).spans(line)]
        assert found(log([line.encode() for line in lines]), query) == marked
        assert marked
    assert Finder(Query("ss")).spans("Straße") == [(4, 5)]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("ÄRGER", "kein Ärger"), ("ärger", "ÄRGER"), ("привет", "ПРИВЕТ"), ("ΣΑΣ", "σας"), ("strasse", "Straße"),
        ("Straße", "STRASSE"), ("straße", "STRAẞE"), ("istanbul", "İSTANBUL"), ("İstanbul", "istanbul"),
        ("kelvin", "\u212aelvin"), ("caf\u00e9", "CAFE\u0301"), ("cafe\u0301", "CAF\u00c9"),
        ("한", "\u1112\u1161\u11ab"), ("a.b (c", "a.b (c"), ("\ufffd", "\ufffd"), ("🐳", "a 🐳"),
    ],
)  # fmt: skip
def test_letters_are_found_in_each_case_and_spelling(text: str, line: str) -> None:
    assert found(log([b"no", line.encode()]), Query(text)) == [1]
    assert found(log([b"no", line.encode()]), Query(line, case=True)) == [1]


@pytest.mark.parametrize(("text", "line"), [("ı", "i"), ("i", "ı"), ("a.b", "axb"), ("é", "e"), ("\ud800", "\ufffd")])
def test_other_letters_are_not_found(text: str, line: str) -> None:
    assert found(log([line.encode()]), Query(text)) == []


def test_case_counts_where_it_is_asked_for() -> None:
    lines = ["Ärger".encode(), "ÄRGER".encode(), "A\u0308rger".encode()]
    assert found(log(lines), Query("Ärger", case=True)) == [0, 2]
    assert found(log(lines), Query("ä", regex=True)) == [0, 1]
    assert found(log(lines), Query("ä", regex=True, case=True)) == []


def test_dropped_lines_are_not_searched() -> None:
    buffer = LogBuffer(lines=10)
    for _ in range(10):
        buffer.append(LogChunk(b"hit here\n" * 400, b"0" * STAMP * 400, bytes([STDOUT]) * 400))
    numbers = found(buffer.snapshot, Query("hit"))
    assert numbers == list(range(buffer.first, 4_000))
    assert buffer.first == 3_600


@pytest.mark.parametrize(
    "expression",
    [
        "(", ")", "[", "*", "a**", "a{2,1}", r"\u12", "(?z)", r"\1", "\\",
        "a{99999999999999}", "a{" + "9" * 5_000 + "}", "(" * 5_000 + ")" * 5_000, "(" * 450 + ")" * 450, "a" * 1_001,
        "(((a{1000}){1000}){1000})", "(((a?){1,1000}){1000}){1000}b", r"((\w{200,}){200})",
    ],
)  # fmt: skip
def test_a_bad_expression_says_so(expression: str) -> None:
    with pytest.raises(BadInput, match="Not a regular expression"):
        Finder(Query(expression, regex=True))


CATASTROPHES = (
    "(a+)+$", "(a|aa)+$", "(?:a|a)*$", r"(\w+\s?)+$", "(a{1,9})+$", "(?i:a+)+$", "(a?){300}a{300}c", ".*.*.*.*.*b$",
    "(?=(a+)+$)", r"(?:(?:a?){50}){50}\W", "(?<=(a+)+)b$", "(?:aaa|aa){e<=3}c", r"(a|(?R))+$",
)  # fmt: skip


@pytest.mark.parametrize("expression", CATASTROPHES)
def test_no_expression_keeps_the_machine_to_itself(expression: str) -> None:
    finder = Finder(Query(expression, regex=True))
    start = time.thread_time()
    with suppress(BadInput):
        list(finder.search(log([b"a" * 5_000 + b"b "] * 1_000), ALL, 0, CancelScope()))
    assert time.thread_time() - start < 5
    start = time.thread_time()
    for _ in range(100):
        finder.spans("a" * 5_000 + "b ")
    assert time.thread_time() - start < 1


def test_an_expression_that_takes_too_long_on_some_lines_says_on_how_many() -> None:
    lines = [b"aaa", b"a" * 5_000 + b"b", b"aa", b"a" * 5_000 + b"b"]
    hits = list(Finder(Query("(a|aa)+$", regex=True)).search(log(lines), ALL, 0, CancelScope()))
    assert [line for part in hits for line in part.lines] == [0, 2]
    assert sum(part.skipped for part in hits) == 2


def test_an_expression_that_takes_too_long_on_many_lines_ends_the_search() -> None:
    finder = Finder(Query("(a|aa)+$", regex=True))
    with pytest.raises(BadInput, match="takes too long"):
        list(finder.search(log([b"a" * 5_000 + b"b"] * 100), ALL, 0, CancelScope()))


def test_a_cancelled_search_leaves_the_processor_alone_at_once() -> None:
    """Not even the line that it is at is looked at to its end."""
    finder = Finder(Query("(a|aa)+$", regex=True))
    scope = CancelScope()
    searching = threading.Thread(target=lambda: list(finder.search(log([b"a" * 5_000 + b"b"] * 9), ALL, 0, scope)))
    searching.start()
    scope.cancel()
    searching.join(0.5)
    assert not searching.is_alive()


def test_other_threads_go_on_while_a_line_is_searched() -> None:
    finder = Finder(Query("(a|aa)+$", regex=True))
    snapshot = log([b"a" * 5_000 + b"b"] * 9)
    searching = threading.Thread(target=lambda: list(finder.search(snapshot, ALL, 0, CancelScope())))
    searching.start()
    turns = 0
    while searching.is_alive():
        time.sleep(0.001)
        turns += 1
    assert turns > 50, "9 lines take 360 ms, in which nothing else ran"


@pytest.mark.parametrize(
    "expression",
    [
        "a+b+", "(a|b)c*", "(ab)+", r"(?:\d{1,3}\.){3}\d{1,3}", "([0-9a-f]{2}:){5}", r"\(a+\)+", "[(a+)]+", "(a++)+",
        r"timeout (after|in) \d+ ms", "(GET|POST)+ /", "x{}+", "{a+}+", "[^]a(]+", "(?:error|warn): .*", "[[]a",
        r"^\S+ \S+ (.*)$", "[a&&b]", r"(\w+ )+", r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12} [0-9a-f]{64}", "a{1000}",
    ],
)  # fmt: skip
def test_an_expression_that_one_wants_is_not_refused(expression: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert list(Finder(Query(expression, regex=True)).search(log([b"x"]), ALL, 0, CancelScope()))


@given(st.text("ab(|)*+?{2,}[]^\\.", max_size=16))
def test_whatever_is_not_refused_ends_soon(expression: str) -> None:
    start = time.thread_time()
    with suppress(BadInput):
        Finder(Query(expression, regex=True)).spans("ab" * 12 + "a" * 1_000 + "c")
    assert time.thread_time() - start < 0.5


@pytest.mark.parametrize(
    "query", [Query("\x00"), Query(r"[\x00-\x1f]+", regex=True), Query("\ufffd+", regex=True), Query(".", regex=True)]
)
def test_hostile_bytes_are_searched_like_others(query: Query) -> None:
    lines = [bytes(range(256)).replace(b"\n", b""), b"\x1b]", b"\x1b[", b"\xe2\x80", b"\r\r\x00"]
    shown = [without_escapes(line).decode("utf-8", "replace") for line in lines]
    hit = [number for number, line in enumerate(shown) if Finder(query).spans(line)]
    assert hit
    assert sorted(set(found(log(lines), query))) == hit
