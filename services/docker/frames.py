"""The engine's frames of a container without a terminal: a header of 8 bytes, then a piece of stdout or stderr."""

from __future__ import annotations

from struct import Struct as Layout

_HEADER = Layout(">BxxxL")


class Unframed:
    """Takes frames as they come and gives what they hold, stdout and stderr as they were written."""

    def __init__(self) -> None:
        self._header = b""
        self._stream = 0  # of the present frame: 1 is stdout, 2 is stderr
        self._left = 0  # bytes of it that have not come

    def feed(self, received: bytes) -> bytes:
        """The contents of what has come; may be empty."""
        return b"".join(piece for _, piece in self.pieces(received))

    def pieces(self, received: bytes) -> list[tuple[int, bytes]]:
        """The contents of what has come, each piece with the stream that it was written to: 1 stdout, 2 stderr."""
        pieces: list[tuple[int, bytes]] = []
        at = 0
        while at < len(received):
            if self._left:
                piece = received[at : at + self._left]
                pieces.append((self._stream, piece))
                self._left -= len(piece)
                at += len(piece)
                continue
            part = received[at : at + _HEADER.size - len(self._header)]
            self._header += part
            at += len(part)
            if len(self._header) == _HEADER.size:
                self._stream, self._left = _HEADER.unpack(self._header)
                self._header = b""
        return pieces
