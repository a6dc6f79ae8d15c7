"""What is remembered from one start to the next. Nothing in it is secret; all of it may be lost without harm."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct, field
from msgspec.structs import replace

VERSION = 1
CONTEXT_COLOURS = ("slate", "blue", "teal", "green", "amber", "red", "magenta", "violet")
DIRECT = "direct"  # the choice of no proxy, whatever the environment says


class ContextMarks(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The user's own marks on one context; "" for a colour: none chosen."""

    colour: str = ""
    label: str = ""
    protected: bool = False
    trusted: str = ""  # SHA-256 fingerprint of a certificate that is trusted in this context only
    proxy: str = ""  # the URL of a proxy, DIRECT, or "" for what the environment says


class WindowPlace(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where a window stood, in logical pixels of the whole desktop."""

    x: int = 0
    y: int = 0
    width: int = 1280
    height: int = 800
    maximized: bool = False


class Settings(Struct, frozen=True, kw_only=True):
    """Everything that is remembered. What a newer version added and we do not know is ignored."""

    version: int = VERSION
    theme: Literal["system", "light", "dark"] = "system"
    contexts: dict[str, ContextMarks] = field(default_factory=dict)  # by context id
    open_contexts: tuple[str, ...] = ()  # ids, in the order of the rail
    current_context: str = ""
    pages: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)  # context id → kind id → page state
    shown_pages: dict[str, str] = field(default_factory=dict)  # context id → the page that was shown last
    windows: dict[str, WindowPlace] = field(default_factory=dict)  # by window: "main", "log"

    def marks(self, context_id: str) -> ContextMarks:
        """The marks on this context."""
        return self.contexts.get(context_id, ContextMarks())

    def with_marks(self, context_id: str, marks: ContextMarks) -> Settings:
        """The same with these marks on this context."""
        return replace(self, contexts={**self.contexts, context_id: marks})

    def trusted(self) -> dict[str, str]:
        """The fingerprints of all certificates that the user trusts, by context id."""
        return {context_id: marks.trusted for context_id, marks in self.contexts.items() if marks.trusted}

    def page(self, context_id: str, kind: str) -> dict[str, Any]:
        """The plain data that a page left; empty at its first look."""
        return self.pages.get(context_id, {}).get(kind, {})

    def with_page(self, context_id: str, kind: str, state: dict[str, Any]) -> Settings:
        """The same with this page's state."""
        pages = {**self.pages.get(context_id, {}), kind: state}
        return replace(self, pages={**self.pages, context_id: pages})

    def with_window(self, window: str, place: WindowPlace) -> Settings:
        """The same with this window's place."""
        return replace(self, windows={**self.windows, window: place})
