"""The tokens of a theme: its colours, sizes, delays and fonts, by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any

import msgspec
from msgspec import Struct
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QColor, QFont

from gui.theme.fonts import make_font
from models.health import Tone

NAMES = ("light", "dark")
_PROPERTY = "pilothouse-theme"


class Face(Struct, frozen=True):
    """What one role of text needs: `size` in logical pixels, a weight from 100 to 900, fixed width or not."""

    size: int
    weight: int
    fixed: bool = False


class Theme(Struct, frozen=True, eq=False):
    """One theme. Names are dotted paths of tokens.json: `bg.surface`, `chart.1` (from 1), `context.teal`."""

    name: str
    colours: Mapping[str, QColor]
    sizes: Mapping[str, int]
    times: Mapping[str, int]
    faces: Mapping[str, Face]
    fonts: dict[str, QFont]

    @property
    def is_dark(self) -> bool:
        """Whether light text stands on dark ground."""
        return self.name == "dark"

    def colour(self, token: str) -> QColor:
        """The colour of `token`; shared, so copy it before changing it. KeyError for an unknown token."""
        return self.colours[token]

    def size(self, token: str) -> int:
        """The measure `token` in logical pixels: a name under `size`, or `space.2`, `radius.control`."""
        return self.sizes[token]

    def time(self, token: str) -> int:
        """The delay `token` in milliseconds."""
        return self.times[token]

    def font(self, role: str = "base") -> QFont:
        """The font of a role under `type`, with tabular figures; made once per theme. Needs a QApplication."""
        font = self.fonts.get(role)
        if font is None:
            face = self.faces[role]
            font = self.fonts[role] = make_font(face.size, face.weight, fixed=face.fixed)
        return font


def load_themes() -> dict[str, Theme]:
    """Both themes by name, from resources/themes/tokens.json."""
    document = msgspec.json.decode(files("resources").joinpath("themes/tokens.json").read_bytes())
    sizes = {
        **document["size"],
        **dict(_flat(document["space"], "space.")),
        **dict(_flat(document["radius"], "radius.")),
    }
    faces = msgspec.convert(document["type"], dict[str, Face])
    shared = list(_flat(document["context-colours"], "context."))
    fonts: dict[str, QFont] = {}
    return {
        name: Theme(
            name=name,
            colours={token: QColor(value) for token, value in (*_flat(document[name]), *shared)},
            sizes=sizes,
            times=document["time"],
            faces=faces,
            fonts=fonts,
        )
        for name in NAMES
    }


def current_theme() -> Theme:
    """The theme that the application shows now; the light one before `Themes` has applied any."""
    theme: Theme | None = _application().property(_PROPERTY)
    if theme is None:
        theme = load_themes()["light"]
        set_current_theme(theme)
    return theme


def set_current_theme(theme: Theme) -> None:
    """Hang `theme` on the application object, where `current_theme` finds it. For `Themes` only."""
    _application().setProperty(_PROPERTY, theme)


def _application() -> QCoreApplication:
    app = QCoreApplication.instance()
    if app is None:
        raise RuntimeError("a theme belongs to an application: make the QApplication first")
    return app


def text_token(tone: Tone) -> str:
    """The colour token of words that mean `tone`."""
    plain = (Tone.PRIMARY, Tone.SECONDARY, Tone.DISABLED)
    return f"text.{tone}" if tone in plain else f"{tone}.fg"


def mix(over: QColor, under: QColor, share: float) -> QColor:
    """`over` laid on `under` with the opacity `share` (0 to 1), as one opaque colour: painting needs no blending."""
    rest = 1.0 - share
    return QColor(
        round(over.red() * share + under.red() * rest),
        round(over.green() * share + under.green() * rest),
        round(over.blue() * share + under.blue() * rest),
    )


def contrast(one: QColor, other: QColor) -> float:
    """The contrast ratio of two opaque colours, from 1 to 21, as WCAG 2 defines it."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: QColor) -> float:
    channels = (colour.redF(), colour.greenF(), colour.blueF())
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _flat(tree: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Every leaf of nested objects and lists with its dotted path; lists count from 1."""
    pairs = tree.items() if isinstance(tree, dict) else ((str(n), leaf) for n, leaf in enumerate(tree, 1))
    for name, value in pairs:
        if isinstance(value, dict | list):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value
