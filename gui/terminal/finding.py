"""Search in a screen and its scrollback."""

from __future__ import annotations

from typing import Any

from msgspec import Struct
from pyghostty import ffi, lib
from pyghostty.core import check

from gui.terminal.screen import Cell, Screen


class Hits(Struct, frozen=True):
    """What was found: how many, the number of the chosen one (from 1; 0: none), and those in sight."""

    count: int = 0
    current: int = 0
    spans: tuple[tuple[Cell, Cell], ...] = ()
    chosen: tuple[Cell, Cell] | None = None


class Finder:
    """Looks for a text (letters of either case) in one screen."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._search: Any = None
        self._fed = -1  # bytes that the screen had been fed at the last look

    def look_for(self, text: str) -> None:
        """From now on look for `text`; "" for nothing."""
        with self._screen.locked():
            self._search = None
            self._fed = -1
            if not text:
                return
            out = ffi.new("GhosttySearch*")
            check(lib.ghostty_search_new(ffi.NULL, out, self._screen.handle), "search_new")
            self._search = ffi.gc(out[0], lib.ghostty_search_free)
            data = ffi.from_buffer("uint8_t[]", text.encode())
            needle = ffi.new("GhosttyString*", {"ptr": data, "len": len(data)})
            check(lib.ghostty_search_set(self._search, lib.GHOSTTY_SEARCH_OPT_NEEDLE, needle), "search_set")

    def step(self, forward: bool) -> None:
        """Choose the next hit (from the end upwards: `forward` is towards older lines), and scroll to it."""
        if self._search is None:
            return
        option = lib.GHOSTTY_SEARCH_OPT_SELECT_NEXT if forward else lib.GHOSTTY_SEARCH_OPT_SELECT_PREV
        with self._screen.locked():
            self._run()
            lib.ghostty_search_set(self._search, option, ffi.NULL)

    def hits(self) -> Hits:
        """What there is now."""
        if self._search is None:
            return Hits()
        with self._screen.locked():
            self._run()
            total = self._size(lib.GHOSTTY_SEARCH_DATA_TOTAL_MATCHES)
            chosen = self._size(lib.GHOSTTY_SEARCH_DATA_SELECTED_INDEX)
            spans = tuple(filter(None, map(self._span, self._in_sight())))
            return Hits(total or 0, 0 if chosen is None else chosen + 1, spans, self._chosen())

    def _run(self) -> None:
        if self._screen.fed != self._fed:
            self._fed = self._screen.fed
            lib.ghostty_search_run(self._search)

    def _size(self, key: int) -> int | None:
        out = ffi.new("size_t*")
        return None if lib.ghostty_search_get(self._search, key, out) else int(out[0])

    def _in_sight(self) -> list[Any]:
        buffer = ffi.new("GhosttySelectionBuffer*")
        lib.ghostty_search_get(self._search, lib.GHOSTTY_SEARCH_DATA_VIEWPORT_MATCHES, buffer)
        if not buffer.len:
            return []
        found = _selections(buffer.len)
        buffer.ptr, buffer.cap = found, buffer.len
        check(lib.ghostty_search_get(self._search, lib.GHOSTTY_SEARCH_DATA_VIEWPORT_MATCHES, buffer), "search_get")
        return [found[index] for index in range(buffer.len)]

    def _chosen(self) -> tuple[Cell, Cell] | None:
        one = _selections(1)
        if lib.ghostty_search_get(self._search, lib.GHOSTTY_SEARCH_DATA_SELECTED_MATCH, one):
            return None
        return self._span(one[0])

    def _span(self, selection: Any) -> tuple[Cell, Cell] | None:
        start = self._screen.place(ffi.addressof(selection, "start"))
        end = self._screen.place(ffi.addressof(selection, "end"))
        return (start, end) if start and end else None


def _selections(count: int) -> Any:
    made = ffi.new("GhosttySelection[]", count)
    for one in made:
        one.size = ffi.sizeof("GhosttySelection")
        one.start.size = one.end.size = ffi.sizeof("GhosttyGridRef")
    return made
