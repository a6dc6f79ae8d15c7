"""A socket in front of what is none: bytes both ways at once, and the end of either side is told to the other."""

import os
import socket
import threading
from collections.abc import Iterator

import pytest

from services.docker.pumps import Pumps
from tests.services.collecting import eventually


class Piped:
    """A line of two pipes, as a child process has them, behind a socket."""

    def __init__(self) -> None:
        far_in, to_far = os.pipe()
        from_far, far_out = os.pipe()
        self.far_in, self.far_out = os.fdopen(far_in, "rb", 0), os.fdopen(far_out, "wb", 0)
        self.hung_up = 0
        self.ours, theirs = socket.socketpair()
        self.ours.settimeout(5)
        self._sink, self._source = os.fdopen(to_far, "wb"), from_far
        self.pumps = Pumps(
            theirs,
            read=lambda: os.read(self._source, 65_536),
            write=self._write,
            hang_up=self._hang_up,
            name="test",
        )

    def _write(self, block: bytes) -> None:
        self._sink.write(block)
        self._sink.flush()

    def _hang_up(self) -> None:
        self.hung_up += 1
        self._sink.close()


@pytest.fixture
def piped() -> Iterator[Piped]:
    line = Piped()
    yield line
    line.ours.close()
    line.far_in.close()
    line.far_out.close()
    line.pumps.join(3)
    os.close(line._source)
    assert not [one.name for one in threading.enumerate() if one.name.startswith("pilothouse-test")]


def test_bytes_go_both_ways_at_once(piped: Piped) -> None:
    large = os.urandom(2_000_000)
    arrived = bytearray()

    def echo() -> None:
        while block := piped.far_in.read(65_536):
            piped.far_out.write(block)
        piped.far_out.close()

    threads = [
        threading.Thread(target=echo),
        threading.Thread(target=lambda: (piped.ours.sendall(large), piped.ours.shutdown(socket.SHUT_WR))),
    ]
    for thread in threads:
        thread.start()
    while block := piped.ours.recv(65_536):
        arrived += block
    for thread in threads:
        thread.join()
    assert arrived == large
    assert piped.hung_up == 1


def test_the_end_of_the_line_is_told_to_who_reads(piped: Piped) -> None:
    piped.far_out.write(b"last words")
    piped.far_out.close()
    assert piped.ours.recv(100) == b"last words"
    assert piped.ours.recv(100) == b""
    eventually(lambda: piped.hung_up == 1, "nothing more can be sent either")


def test_hanging_up_is_told_to_the_line(piped: Piped) -> None:
    piped.ours.close()
    assert piped.far_in.read(100) == b""
    assert piped.hung_up == 1


def test_a_line_that_breaks_while_it_is_written_to_is_an_end(piped: Piped) -> None:
    piped.far_in.close()
    piped.ours.sendall(b"x")
    eventually(lambda: piped.hung_up == 1, "it is given up")


def test_join_waits_no_longer_than_it_is_told(piped: Piped) -> None:
    piped.pumps.join(0.05)
    piped.ours.sendall(b"still there")
    assert piped.far_in.read(100) == b"still there"
