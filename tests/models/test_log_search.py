"""Search: the same as looking at each line alone, and no expression that keeps the machine to itself."""

from __future__ import annotations

import re
import time
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import log_buffer
from models.ansi import without_escapes
from models.errors import BadInput
from models.log_buffer import LogBuffer, Reader, Snapshot
from models.log_lines import Level, LineFilter, level_of
from models.log_search import Query, compiled, matches, search
from models.logs import STAMP, STDERR, STDOUT, LogChunk

ALL = LineFilter()
LONG = 2_048  # bytes of a line that an expression sees

LINES = st.lists(
    st.one_of(
        st.sampled_from(
            (
                b"", b"INFO a=1 b", b'ERROR "x" b', b"aaaa", b" b", b"b ", b"A\x1b[31mB\x1b[0mA", b"\xff\xfea",
                "é A".encode(), b"x" * (LONG - 1) + b"ab" + b"b" * 10, b"a\rb", b"-1 a a a",
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
    hits = list(search(snapshot, query, wanted, start))
    assert [part.reached for part in hits] == sorted({part.reached for part in hits})
    assert not hits or hits[-1].reached == snapshot.end
    return [line for part in hits for line in part.lines]


def naive(snapshot: Snapshot, query: Query, wanted: LineFilter = ALL, start: int = 0) -> list[int]:
    """One line after the other, each with its own call."""
    reader, numbers = Reader(), []
    pattern = re.compile(query.text.encode(), re.MULTILINE | (0 if query.case else re.IGNORECASE))
    for number in range(max(start, snapshot.first), snapshot.end):
        raw, _, mark = reader.line(snapshot, number)
        line = without_escapes(raw)
        if wanted.levels and level_of(mark) not in wanted.levels:
            continue
        if wanted.stream is not None and (wanted.stream == STDERR) != bool(mark & 16):
            continue
        if query.regex:
            times = sum(1 for match in pattern.finditer(line[:LONG]) if match[0])
        else:
            plain, needle = (line, query.text.encode()) if query.case else (line.lower(), query.text.encode().lower())
            times = plain.count(needle) if needle else 0
        numbers += [number] * times
    return numbers


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
    lines = [b'say "a', b'b" and "c"', b"\x1b[1mbold\x1b[0m"]
    for text, regex in (('"[^"]+"', True), ("bold", False), ("BOLD", False)):
        query = Query(text, regex)
        marked = [n for n, line in enumerate(lines) for _ in matches(compiled(query), without_escapes(line))]
        assert found(log(lines), query) == marked


def test_dropped_lines_are_not_searched() -> None:
    buffer = LogBuffer(lines=10)
    for _ in range(10):
        buffer.append(LogChunk(b"hit here\n" * 400, b"0" * STAMP * 400, bytes([STDOUT]) * 400))
    numbers = found(buffer.snapshot, Query("hit"))
    assert numbers == list(range(buffer.first, 4_000))
    assert buffer.first == 3_600


def test_text_needs_no_escaping_and_is_any_text() -> None:
    snapshot = log([b"a.b (c", b"axb", "\ufffd é".encode(), "Ü".encode()])
    assert found(snapshot, Query("a.b (")) == [0]
    assert found(snapshot, Query("é")) == [2]
    assert found(snapshot, Query("\ud800")) == []
    assert compiled(Query("(")).pattern == rb"\("


@pytest.mark.parametrize(
    "expression",
    [
        "(", ")", "[", "*", "a**", "a{2,1}", r"\u12", "(?P<a>x)(?P<a>y)", "(?z)", "(?u)x", r"\1", "(?<=a*)b", "\\",
        "a{99999999999999}", "a{" + "9" * 5_000 + "}", "(" * 5_000 + ")" * 5_000, "x(?i)y",
    ],
)  # fmt: skip
def test_a_bad_expression_says_so(expression: str) -> None:
    with pytest.raises(BadInput, match="Not a regular expression"):
        compiled(Query(expression, regex=True))
    with pytest.raises(BadInput):
        next(search(log([b"x"]), Query(expression, regex=True), ALL))


@pytest.mark.parametrize(
    "expression",
    [
        "(a+)+$", "(a*)*b", "(a|aa)+$", "(?:a|a)*b", "((a)+)+b", "(.*a){20}", "(a?){30}a{30}", r"(\w+\s?)+$",
        "(a{1,9})+b", "(x(a+)y?)*z", "(?P<name>a+)+", "(a+){2,}b", "(a+?)+b", "((a|b)c?)*d", "(?i:a+)+b",
        r"([^\]]+)*x", "(a+)+?b",
    ],
)  # fmt: skip
def test_an_expression_that_may_take_for_ever_is_refused(expression: str) -> None:
    with pytest.raises(BadInput, match="for ever"):
        compiled(Query(expression, regex=True))


@pytest.mark.parametrize(
    "expression",
    [
        "a+b+", "(a+)b+", "(a|b)c*", "(ab)+", "(a+)?b", r"(?:\d{1,3}\.){3}\d{1,3}", "([0-9a-f]{2}:){5}", r"\(a+\)+",
        "[(a+)]+", "(a++)+", r"timeout (after|in) \d+ ms", "(GET|POST) /", "x{}+", "{a+}+", "[^]a(]+", "(a[+]b)*",
        "(?:error|warn): .*", r"^\S+ \S+ (.*)$", "a|b+", "[[]a", "[a&&b]",
    ],
)  # fmt: skip
def test_an_expression_that_one_wants_is_not_refused(expression: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert compiled(Query(expression, regex=True)).pattern == expression.encode()


@given(st.text("ab(|)*+?{2,}[]^\\.", max_size=16))
def test_whatever_is_not_refused_ends_soon(expression: str) -> None:
    try:
        pattern = compiled(Query(expression, regex=True))
    except BadInput:
        return
    start = time.thread_time()
    matches(pattern, b"ab" * 12 + b"a" * 24 + b"c")
    assert time.thread_time() - start < 0.5


def test_an_expression_never_sees_more_than_the_beginning_of_one_line() -> None:
    # `\w+x` looks at each pair of places: quadratic in what it sees, and all other threads wait meanwhile
    lines = [b"a" * 16_000] * 30
    snapshot = log(lines)
    start = time.thread_time()
    assert found(snapshot, Query(r"\w+x", regex=True)) == []
    assert (time.thread_time() - start) / len(lines) < 0.05
    assert found(log([b"a" * 3_000 + b"x", b"ax"]), Query(r"\w+x", regex=True)) == [1]


@pytest.mark.parametrize("query", [Query("\x00"), Query(r"[\x80-\xff]+", regex=True), Query(".", regex=True)])
def test_hostile_bytes_are_searched_like_others(query: Query) -> None:
    lines = [bytes(range(256)).replace(b"\n", b""), b"\x1b]", b"\x1b[", b"\xe2\x80", b"\r\r\x00"]
    hit = [number for number, line in enumerate(lines) if compiled(query).search(without_escapes(line))]
    assert hit
    assert sorted(set(found(log(lines), query))) == hit
