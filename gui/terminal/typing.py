"""From Qt's keys and mouse to the bytes that the program behind a screen wants for them."""

from __future__ import annotations

from typing import Any

from pyghostty import ffi, lib
from pyghostty.core import check, init_sized
from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QKeyEvent

from gui.terminal.screen import Screen

_LONGEST = 128  # bytes of one key or one movement of the mouse

_NAMED: dict[int, str] = {
    Qt.Key.Key_Return: "ENTER", Qt.Key.Key_Enter: "NUMPAD_ENTER", Qt.Key.Key_Backspace: "BACKSPACE",
    Qt.Key.Key_Tab: "TAB", Qt.Key.Key_Backtab: "TAB", Qt.Key.Key_Escape: "ESCAPE", Qt.Key.Key_Space: "SPACE",
    Qt.Key.Key_Up: "ARROW_UP", Qt.Key.Key_Down: "ARROW_DOWN", Qt.Key.Key_Left: "ARROW_LEFT",
    Qt.Key.Key_Right: "ARROW_RIGHT", Qt.Key.Key_Home: "HOME", Qt.Key.Key_End: "END", Qt.Key.Key_PageUp: "PAGE_UP",
    Qt.Key.Key_PageDown: "PAGE_DOWN", Qt.Key.Key_Insert: "INSERT", Qt.Key.Key_Delete: "DELETE",
    Qt.Key.Key_Minus: "MINUS", Qt.Key.Key_Period: "PERIOD", Qt.Key.Key_Slash: "SLASH", Qt.Key.Key_Comma: "COMMA",
    Qt.Key.Key_Semicolon: "SEMICOLON", Qt.Key.Key_Equal: "EQUAL", Qt.Key.Key_Backslash: "BACKSLASH",
    Qt.Key.Key_BracketLeft: "BRACKET_LEFT", Qt.Key.Key_BracketRight: "BRACKET_RIGHT",
    Qt.Key.Key_Apostrophe: "QUOTE", Qt.Key.Key_QuoteLeft: "BACKQUOTE",
    **{Qt.Key.Key_A + index: letter for index, letter in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZ")},
    **{Qt.Key.Key_0 + digit: f"DIGIT_{digit}" for digit in range(10)},
    **{Qt.Key.Key_F1 + index: f"F{index + 1}" for index in range(25)},
}  # fmt: skip
_KEYS = {key: getattr(lib, f"GHOSTTY_KEY_{name}") for key, name in _NAMED.items()}

_MODIFIERS = {
    Qt.KeyboardModifier.ShiftModifier: 1,
    Qt.KeyboardModifier.ControlModifier: 2,
    Qt.KeyboardModifier.AltModifier: 4,
    Qt.KeyboardModifier.MetaModifier: 8,
}

_ALT_GRAPH = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier  # as Windows names it

_BUTTONS = {
    Qt.MouseButton.LeftButton: lib.GHOSTTY_MOUSE_BUTTON_LEFT,
    Qt.MouseButton.RightButton: lib.GHOSTTY_MOUSE_BUTTON_RIGHT,
    Qt.MouseButton.MiddleButton: lib.GHOSTTY_MOUSE_BUTTON_MIDDLE,
}
WHEEL_UP, WHEEL_DOWN = lib.GHOSTTY_MOUSE_BUTTON_FOUR, lib.GHOSTTY_MOUSE_BUTTON_FIVE


def _modifiers(modifiers: Qt.KeyboardModifier) -> int:
    return sum(bit for modifier, bit in _MODIFIERS.items() if modifiers & modifier)


class Typing:
    """Encodes for one screen, by the modes that its program has set."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._keys = _made("GhosttyKeyEncoder", lib.ghostty_key_encoder_new, lib.ghostty_key_encoder_free)
        self._key = _made("GhosttyKeyEvent", lib.ghostty_key_event_new, lib.ghostty_key_event_free)
        self._mice = _made("GhosttyMouseEncoder", lib.ghostty_mouse_encoder_new, lib.ghostty_mouse_encoder_free)
        self._mouse = _made("GhosttyMouseEvent", lib.ghostty_mouse_event_new, lib.ghostty_mouse_event_free)

    def key(self, event: QKeyEvent) -> bytes:
        """The bytes of a key that was pressed; b"" for one that says nothing by itself."""
        said = event.text()
        text = "" if said and (said[0] < " " or said == "\x7f") else said  # it makes control characters itself
        key = _KEYS.get(event.key(), lib.GHOSTTY_KEY_UNIDENTIFIED)
        if text and (key == lib.GHOSTTY_KEY_UNIDENTIFIED or event.modifiers() & _ALT_GRAPH == _ALT_GRAPH):
            return text.encode()
        return self._encoded(event, key, text) or said.encode()

    def _encoded(self, event: QKeyEvent, key: int, text: str) -> bytes:
        encoded = text.encode()
        with self._screen.locked():
            lib.ghostty_key_encoder_setopt_from_terminal(self._keys, self._screen.handle)
            lib.ghostty_key_event_set_action(self._key, lib.GHOSTTY_KEY_ACTION_PRESS)
            lib.ghostty_key_event_set_key(self._key, key)
            lib.ghostty_key_event_set_mods(self._key, _modifiers(event.modifiers()))
            shifted = 1 if text and event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 0
            lib.ghostty_key_event_set_consumed_mods(self._key, shifted)
            plain = chr(event.key()).lower() if 32 <= event.key() < 127 else ""
            lib.ghostty_key_event_set_unshifted_codepoint(self._key, ord(plain) if plain else 0)
            lib.ghostty_key_event_set_utf8(self._key, encoded or ffi.NULL, len(encoded))
            return _written(lambda b, size, n: lib.ghostty_key_encoder_encode(self._keys, self._key, b, size, n))

    def mouse(self, action: int, button: Any, place: QPointF, modifiers: Qt.KeyboardModifier, cell: QSize) -> bytes:
        """The bytes of the mouse's doing, where the program has asked for it; `place` in pixels from the first cell."""
        with self._screen.locked() as terminal:
            lib.ghostty_mouse_encoder_setopt_from_terminal(self._mice, self._screen.handle)
            columns, rows = terminal.size
            size = init_sized("GhosttyMouseEncoderSize")
            size.cell_width, size.cell_height = cell.width(), cell.height()
            size.screen_width, size.screen_height = columns * cell.width(), rows * cell.height()
            lib.ghostty_mouse_encoder_setopt(self._mice, lib.GHOSTTY_MOUSE_ENCODER_OPT_SIZE, size)
            held = ffi.new("bool*", button is not None)
            lib.ghostty_mouse_encoder_setopt(self._mice, lib.GHOSTTY_MOUSE_ENCODER_OPT_ANY_BUTTON_PRESSED, held)
            lib.ghostty_mouse_event_set_action(self._mouse, action)
            if button is None:
                lib.ghostty_mouse_event_clear_button(self._mouse)
            else:
                lib.ghostty_mouse_event_set_button(self._mouse, _BUTTONS.get(button, button))
            lib.ghostty_mouse_event_set_mods(self._mouse, _modifiers(modifiers))
            lib.ghostty_mouse_event_set_position(self._mouse, {"x": place.x(), "y": place.y()})
            return _written(lambda b, size, n: lib.ghostty_mouse_encoder_encode(self._mice, self._mouse, b, size, n))

    def paste(self, text: str) -> bytes:
        """Text as it is to be sent: bracketed where the program asks for it, without what could end the brackets."""
        data = bytearray(text.encode())
        with self._screen.locked() as terminal:
            bracketed = terminal.mode(2004)
        source = ffi.from_buffer("char[]", data) if data else ffi.NULL
        written = ffi.new("size_t*")
        lib.ghostty_paste_encode(source, len(data), bracketed, ffi.NULL, 0, written)
        out = ffi.new("char[]", max(1, written[0]))
        check(lib.ghostty_paste_encode(source, len(data), bracketed, out, len(out), written), "paste_encode")
        return bytes(ffi.buffer(out, written[0]))

    def focus(self, gained: bool) -> bytes:
        """What a program that asked for it (mode 1004) is told of the focus."""
        with self._screen.locked() as terminal:
            return (b"\x1b[I" if gained else b"\x1b[O") if terminal.mode(1004) else b""


def _made(form: str, new: Any, free: Any) -> Any:
    out = ffi.new(f"{form}*")
    check(new(ffi.NULL, out), form)
    return ffi.gc(out[0], free)


def _written(call: Any) -> bytes:
    buffer, written = ffi.new("char[]", _LONGEST), ffi.new("size_t*")
    return b"" if call(buffer, _LONGEST, written) else bytes(ffi.buffer(buffer, written[0]))
