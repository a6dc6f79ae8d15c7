"""Log streams that come in pieces, are cut or damaged: no line is lost, doubled or made up."""

import io
import random
import struct
from http.client import HTTPException

import pytest

from models.log_lines import stamp_of
from models.logs import STDERR, STDOUT, LogChunk
from services.docker.body import ChunkedBody
from services.docker.log_frames import Damaged, Frames, Line, TerminalLines, joined, parted
from services.docker.log_window import REMEMBERED, Window, nanoseconds, newest

NOON = 1_795_608_000.0


def line(number: int, text: bytes = b"", stream: int = STDOUT) -> Line:
    return stamp_of(NOON + number / 1000), stream, text or b"line %d" % number


def frame(one: Line, end: bytes = b"\n") -> bytes:
    stamp, stream, text = one
    message = stamp + b" " + text + end
    return struct.pack(">BxxxL", stream, len(message)) + message


def chunk_of(*lines: Line) -> LogChunk:
    chunk = joined(list(lines))
    assert chunk is not None
    return chunk


def lines_in(*chunks: LogChunk | None) -> list[Line]:
    return [one for chunk in chunks if chunk is not None for one in parted(chunk)]


class Pieces:
    """A reader that gives bytes in pieces of random size."""

    def __init__(self, data: bytes, seed: int) -> None:
        self._data, self._random = io.BytesIO(data), random.Random(seed)

    def read1(self, most: int) -> bytes:
        return self._data.read(self._random.randint(1, min(most, 40)))


@pytest.mark.parametrize("seed", range(20))
def test_chunks_and_frames_may_be_split_anywhere(seed: int) -> None:
    said = [line(n, stream=STDERR if n % 3 == 0 else STDOUT) for n in range(50)]
    frames = [frame(one) for one in said]
    wire = b"".join(b"%x;x=y\r\n%s\r\n" % (len(one), one) for one in frames) + b"0\r\n\r\n"
    body, lines = ChunkedBody(Pieces(wire, seed)), Frames()
    chunks = []
    while block := body.read1(1000):
        chunks.append(lines.feed(block))
    assert lines_in(*chunks, lines.finish()) == said


@pytest.mark.parametrize("wire", [b"5\r\nab", b"", b"5\r\nabcde\r\n", b"xyz\r\n", b"-5\r\nabcde\r\n", b"1\r\nabc\r\n"])
def test_a_cut_or_damaged_body_has_no_quiet_end(wire: bytes) -> None:
    body = ChunkedBody(io.BytesIO(wire))
    with pytest.raises(HTTPException):
        list(iter(lambda: body.read1(1000), b""))


def test_what_is_no_log_stream_is_damaged() -> None:
    with pytest.raises(Damaged):
        Frames().feed(b"HTTP says something else altogether")


def test_a_line_that_a_program_left_open_is_not_joined_to_the_next() -> None:
    lines = Frames()
    first, second = line(1, b"no line feed"), line(2)
    assert lines_in(lines.feed(frame(first, b"") + frame(second))) == [first, second]


def test_a_cut_line_says_from_where_on_it_is_wanted_again() -> None:
    lines, terminal = Frames(), TerminalLines()
    begun = line(1)
    assert lines.feed(frame(begun, b"")) is None
    assert lines.begun == begun[0]
    assert terminal.feed(begun[0] + b" half a li") is None
    assert terminal.begun == begun[0]


def test_doubles_are_dropped_as_often_as_they_were_passed_on() -> None:
    window = Window()
    twins = [line(5, b"same"), line(5, b"same"), line(5, b"other")]
    window.fresh(chunk_of(line(1), *twins))
    assert window.resume(None) is not None
    again = window.fresh(chunk_of(line(1), *twins, line(5, b"same"), line(6)))
    assert lines_in(again) == [line(5, b"same"), line(6)]


def test_an_older_line_that_comes_late_is_not_lost() -> None:
    window = Window()
    window.fresh(chunk_of(line(1), line(9)))
    since = window.resume(None)
    assert since is not None
    assert since <= nanoseconds(line(8)[0])
    assert lines_in(window.fresh(chunk_of(line(1), line(9), line(8)))) == [line(8)]


def test_nothing_is_asked_for_that_was_left_out_or_forgotten() -> None:
    tail = Window(from_start=False)
    tail.fresh(chunk_of(line(100), line(101)))
    assert tail.resume(None) == nanoseconds(line(100)[0])
    long = Window()
    chunks = [chunk_of(line(n, b"x" * 100_000)) for n in range(30)]
    for chunk in chunks:
        long.fresh(chunk)
    since = long.resume(begun=line(0)[0])
    assert since is not None
    asked_again = [chunk for chunk in chunks if nanoseconds(newest(chunk)) >= since]
    assert 0 < sum(chunk.weight for chunk in asked_again) <= REMEMBERED + 200_000
    assert all(long.fresh(chunk) is None for chunk in asked_again)
