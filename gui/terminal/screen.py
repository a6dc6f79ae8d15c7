"""The emulator behind a small interface: Ghostty's own VT core. Fed by one thread, looked at by another."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, ClassVar, NamedTuple

from msgspec import Struct
from pyghostty import GhosttyError, Terminal, ffi, lib
from pyghostty.core import check, init_sized, read_buf

from gui.terminal.runs import Row, rows_of
from models.terminal import Size

SCROLLBACK = 10_000  # lines
SCROLLBACK_BYTES = 64 << 20
FED_AT_ONCE = 65_536  # bytes, under one lock: whoever paints waits so long at most


class Cell(NamedTuple):
    """A place: `row` counts from the top of what is shown, and may lie outside it."""

    column: int
    row: int


class Scroll(Struct, frozen=True):
    """What part of all lines is shown, in rows."""

    total: int
    offset: int
    shown: int

    @property
    def at_end(self) -> bool:
        """Whether the newest lines are shown."""
        return self.offset + self.shown >= self.total


class Frame(Struct, frozen=True):
    """What is to be painted."""

    rows: tuple[Row, ...]
    size: Size
    scroll: Scroll
    cursor: Cell | None  # None: hidden, or not in the part that is shown
    alternate: bool  # a full-screen program, without scrollback
    mouse: bool  # the program wants the mouse
    title: str


class _State:
    """Everything about the screen that is no text, in one call: each call gives the interpreter away for a while."""

    _FORMS: ClassVar = {
        "COLS": "uint16_t", "ROWS": "uint16_t", "CURSOR_X": "uint16_t", "CURSOR_Y": "uint16_t",
        "CURSOR_VISIBLE": "bool", "ACTIVE_SCREEN": "GhosttyTerminalScreen", "MOUSE_TRACKING": "bool",
        "SCROLLBAR": "GhosttyTerminalScrollbar", "TITLE": "GhosttyString",
    }  # fmt: skip

    def __init__(self) -> None:
        self._out = {key: ffi.new(f"{form}*") for key, form in self._FORMS.items()}
        keys = [getattr(lib, f"GHOSTTY_TERMINAL_DATA_{key}") for key in self._out]
        self._keys = ffi.new("GhosttyTerminalData[]", keys)
        self._values = ffi.new("void*[]", [ffi.cast("void*", out) for out in self._out.values()])
        self._written = ffi.new("size_t*")

    def read(self, handle: Any) -> dict[str, Any]:
        """By name; structs hold until the next read."""
        check(lib.ghostty_terminal_get_multi(handle, len(self._out), self._keys, self._values, self._written), "get")
        return {key: out[0] for key, out in self._out.items()}


class Selection:
    """Two cells that keep to their text while the screen scrolls."""

    def __init__(self, screen: Screen, start: Cell, end: Cell) -> None:
        self._start = screen.tracked(start)
        self._end = screen.tracked(end)
        self._screen = screen

    def extend(self, end: Cell) -> None:
        """Let it end elsewhere."""
        self._end = self._screen.tracked(end)

    @property
    def span(self) -> tuple[Any, Any] | None:
        """The two grid references now, or None when their text is gone."""
        return self._screen.resolved(self._start, self._end)


class Screen:
    """A terminal of some size with its scrollback. All methods may be called from any thread."""

    def __init__(self, size: Size) -> None:
        self._lock = threading.RLock()
        self._terminal = Terminal(size.columns, size.rows, scrollback=SCROLLBACK)
        self._set(lib.GHOSTTY_TERMINAL_OPT_SCROLLBACK_MAX_BYTES, "size_t", SCROLLBACK_BYTES)
        self._set(lib.GHOSTTY_TERMINAL_OPT_KITTY_IMAGE_STORAGE_LIMIT, "uint64_t", 0)
        self._state = _State()
        self._buffer = ffi.new("uint8_t[]", 65_536)
        self.fed = 0  # bytes

    def reply_to(self, put: Callable[[bytes], object]) -> None:
        """`put` gets what programs ask to be told (position, kind of terminal), in the thread that feeds."""
        with self._lock:
            self._terminal.on_reply(put)

    def _set(self, option: int, form: str, value: int) -> None:
        check(lib.ghostty_terminal_set(self.handle, option, ffi.new(f"{form}*", value)), "terminal_set")

    @property
    def handle(self) -> Any:
        """The emulator's own; to be used under `locked`."""
        return self._terminal._t[0]

    @contextmanager
    def locked(self) -> Iterator[Any]:
        """The emulator, for a with block."""
        with self._lock:
            yield self._terminal

    def feed(self, data: bytes) -> None:
        """What the program has written."""
        for start in range(0, len(data), FED_AT_ONCE):
            with self._lock:
                self._terminal.feed(data[start : start + FED_AT_ONCE])
        self.fed += len(data)

    def resize(self, size: Size, cell_width: int, cell_height: int) -> None:
        """Lines are wrapped anew; the cell's size in pixels is what programs are told that ask for it."""
        with self._lock:
            self._terminal.resize(size.columns, size.rows, cell_width, cell_height)

    def leave_programs(self) -> None:
        """Undo what a program has left behind that is no more: full screen, mouse, colours; below it another begins."""
        with self._lock:
            alternate = self._state.read(self.handle)["ACTIVE_SCREEN"] == lib.GHOSTTY_TERMINAL_SCREEN_ALTERNATE
            leave = b"\x1b[?1049l" if alternate else b""
            self.feed(leave + b"\x1b[?1000;1002;1003;1004;2004l\x1b[?25h\x1b[20l\x1b[0m\r\n")

    def frame(self) -> Frame:
        """What is shown now."""
        with self._lock:
            state = self._state.read(self.handle)
            columns, rows = state["COLS"], state["ROWS"]
            bar, title = state["SCROLLBAR"], state["TITLE"]
            scroll = Scroll(bar.total, bar.offset, bar.len)
            formatted = self._formatted(columns, rows)
            name = ffi.buffer(title.ptr, title.len)[:] if title.len else b""
        cursor = Cell(state["CURSOR_X"], state["CURSOR_Y"] + scroll.total - scroll.shown - scroll.offset)
        return Frame(
            rows=rows_of(formatted, width_of),
            size=Size(columns, rows),
            scroll=scroll,
            cursor=cursor if state["CURSOR_VISIBLE"] and cursor.row < scroll.shown else None,
            alternate=state["ACTIVE_SCREEN"] == lib.GHOSTTY_TERMINAL_SCREEN_ALTERNATE,
            mouse=state["MOUSE_TRACKING"],
            title=name.decode(errors="replace"),
        )

    def _formatted(self, columns: int, rows: int) -> str:
        selection = init_sized("GhosttySelection")
        selection.start = self._terminal.ref(0, 0, "viewport")[0]
        selection.end = self._terminal.ref(columns - 1, rows - 1, "viewport")[0]
        return self._text_of(selection, lib.GHOSTTY_FORMATTER_FORMAT_VT)

    def _text_of(self, selection: Any, form: int) -> str:
        plain = form == lib.GHOSTTY_FORMATTER_FORMAT_PLAIN
        options = init_sized("GhosttyTerminalSelectionFormatOptions")
        options.emit, options.unwrap, options.trim, options.selection = form, plain, plain, selection
        written = ffi.new("size_t*")
        while True:
            buffer = self._buffer
            result = lib.ghostty_terminal_selection_format_buf(self.handle, options[0], buffer, len(buffer), written)
            if result != lib.GHOSTTY_OUT_OF_SPACE:
                check(result, "selection_format")
                return ffi.buffer(buffer, written[0])[:].decode()
            self._buffer = ffi.new("uint8_t[]", 2 * written[0])

    def _offset(self) -> int:
        return int(self._state.read(self.handle)["SCROLLBAR"].offset)

    # -- scrolling

    def scroll_to(self, offset: int) -> None:
        """Show the lines from this one on; the first is 0."""
        with self._lock:
            _scroll_viewport(self.handle, lib.GHOSTTY_SCROLL_VIEWPORT_ROW, max(0, offset))

    def scroll_by(self, rows: int) -> None:
        """Show older (negative) or newer lines."""
        with self._lock:
            _scroll_viewport(self.handle, lib.GHOSTTY_SCROLL_VIEWPORT_DELTA, rows)

    def scroll_to_end(self) -> None:
        """Show the newest lines, and follow."""
        with self._lock:
            _scroll_viewport(self.handle, lib.GHOSTTY_SCROLL_VIEWPORT_BOTTOM, 0)

    # -- selecting

    def tracked(self, cell: Cell) -> Any:
        """A reference that keeps to its text; freed with the object."""
        with self._lock:
            out = ffi.new("GhosttyTrackedGridRef*")
            check(_track(self.handle, _point(cell, self._terminal.size), out), "grid_ref_track")
            return ffi.gc(out[0], lib.ghostty_tracked_grid_ref_free)

    def resolved(self, *references: Any) -> tuple[Any, Any] | None:
        """Two tracked references as grid references of this moment, in reading order; None when one is gone."""
        with self._lock:
            found = []
            for reference in references:
                out = init_sized("GhosttyGridRef")
                if lib.ghostty_tracked_grid_ref_snapshot(reference, out):
                    return None
                found.append(out)
            if (self.place(found[0]) or (0, 0))[::-1] > (self.place(found[1]) or (0, 0))[::-1]:
                found.reverse()
            return found[0], found[1]

    def place(self, reference: Any) -> Cell | None:
        """Where a grid reference is, its row from the top of what is shown; None when nowhere."""
        out = ffi.new("GhosttyPointCoordinate*")
        with self._lock:
            tag = lib.GHOSTTY_POINT_TAG_SCREEN
            if lib.ghostty_terminal_point_from_grid_ref(self.handle, reference, tag, out):
                return None
            return Cell(out.x, out.y - self._offset())

    def text_of(self, span: tuple[Any, Any]) -> str:
        """The text from one cell to another, lines that were wrapped joined again."""
        with self._lock:
            selection = init_sized("GhosttySelection")
            selection.start, selection.end = span[0][0], span[1][0]
            return self._text_of(selection, lib.GHOSTTY_FORMATTER_FORMAT_PLAIN)

    def word_at(self, cell: Cell) -> tuple[Cell, Cell] | None:
        """Where the word at this cell begins and ends, or None for a blank one."""
        return self._spread(cell, "GhosttyTerminalSelectWordOptions", lib.ghostty_terminal_select_word)

    def line_at(self, cell: Cell) -> tuple[Cell, Cell] | None:
        """The same of the whole line, wrapped or not."""
        return self._spread(cell, "GhosttyTerminalSelectLineOptions", lib.ghostty_terminal_select_line)

    def _spread(self, cell: Cell, form: str, select: Any) -> tuple[Cell, Cell] | None:
        with self._lock:
            options = init_sized(form)
            try:
                options.ref = self._terminal.ref(cell.column, cell.row, "viewport")[0]
            except GhosttyError:
                return None
            selection = init_sized("GhosttySelection")
            if select(self.handle, options, selection):
                return None
            start = self.place(ffi.addressof(selection, "start"))
            end = self.place(ffi.addressof(selection, "end"))
            return (start, end) if start and end else None

    def link_at(self, cell: Cell) -> str:
        """The address that the program has put behind this cell (OSC 8), or ""."""
        with self._lock:
            try:
                reference = self._terminal.ref(cell.column, cell.row, "viewport")
            except GhosttyError:
                return ""
            try:
                return read_buf(lambda b, size, n: lib.ghostty_grid_ref_hyperlink_uri(reference, b, size, n))
            except (GhosttyError, UnicodeDecodeError):
                return ""

    def contents(self) -> str:
        """All lines as text."""
        with self._lock:
            return str(self._terminal.contents())


@lru_cache(maxsize=65_536)
def width_of(character: str) -> int:
    """How many cells a character takes: 0, 1 or 2."""
    return int(lib.ghostty_unicode_codepoint_width(ord(character)))


def _point(cell: Cell, size: tuple[int, int]) -> Any:
    point = ffi.new("GhosttyPointS*")
    point.tag = lib.GHOSTTY_POINT_TAG_VIEWPORT
    point.value.x = min(max(cell.column, 0), size[0] - 1)
    point.value.y = min(max(cell.row, 0), size[1] - 1)
    return point[0]


# The library's tagged unions cannot be passed by value through cffi: structs of the same layout are.
ffi.cdef(
    """
    typedef struct { int tag; int64_t value; uint64_t rest; } PilothouseScroll;
    """
)


def _scroll_viewport(handle: Any, tag: int, value: int) -> None:
    function = ffi.cast(
        "void(*)(GhosttyTerminal, PilothouseScroll)", ffi.addressof(lib, "ghostty_terminal_scroll_viewport")
    )
    function(handle, ffi.new("PilothouseScroll*", {"tag": tag, "value": value})[0])


def _track(handle: Any, point: Any, out: Any) -> int:
    function = ffi.cast(
        "GhosttyResult(*)(GhosttyTerminal, GhosttyPointS, GhosttyTrackedGridRef*)",
        ffi.addressof(lib, "ghostty_terminal_grid_ref_track"),
    )
    return int(function(handle, point, out))
