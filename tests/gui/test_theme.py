"""The look: tokens that can be read, themes that switch live, icons and glyphs that exist."""

from __future__ import annotations

import json
import re
import runpy
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from gui.theme.glyphs import GLYPHS, glyph_pixmap
from gui.theme.icons import ICONS, icon, icon_pixmap
from gui.theme.stylesheet import stylesheet
from gui.theme.theme import Themes
from gui.theme.tokens import contrast, current_theme, load_themes, text_token
from gui.widgets.area import Area
from gui.widgets.buttons import Button
from gui.widgets.text import PlainLabel
from models.docker import KINDS
from models.health import Health, Tone

ROOT = Path(__file__).parents[2]
GROUNDS = [
    "bg.rail",
    "bg.sidebar",
    "bg.header",
    "bg.surface",
    "bg.raised",
    "bg.inset",
    "bg.hover",
    "bg.selection",
    "bg.selection-inactive",
]
STATES = ["ok", "busy", "warning", "error", "idle"]
WORDS = ["text.primary", "text.secondary", "text.disabled", "accent.fg", *(f"{state}.fg" for state in STATES)]
CONTEXTS = ["slate", "blue", "teal", "green", "amber", "red", "magenta", "violet"]


@pytest.fixture
def themes(qapp):
    made = Themes(qapp, "light")
    yield made
    made.set_mode("light")
    made.deleteLater()


@pytest.fixture(params=["light", "dark"])
def theme(request, qapp):
    return load_themes()[request.param]


def pairs() -> list[tuple[str, str]]:
    """Every (text, ground) that the window shows."""
    plain = [(word, ground) for word in WORDS for ground in GROUNDS]
    soft = [(word, f"{state}.soft") for state in STATES for word in ("text.primary", f"{state}.fg")]
    soft += [("text.primary", f"diff.{change}.soft") for change in ("added", "changed", "deleted")]
    filled = [("text.on-accent", "accent.fill"), ("text.on-accent", "error.fill"), ("accent.fg", "accent.soft")]
    found = [("text.primary", "find.hit"), ("text.primary", "find.current")]
    code = [(f"syntax.{name}", "bg.surface") for name in ("key", "string", "number", "comment", "anchor")]
    tiles = [("context.letter", f"context.{colour}") for colour in CONTEXTS]
    return plain + soft + filled + found + code + tiles


def test_every_text_can_be_read_on_every_ground(theme):
    low = {pair: ratio for pair in pairs() if (ratio := contrast(*map(theme.colour, pair))) < 4.5}
    assert not low


def test_contrast_is_measured_as_wcag_says():
    white = QColor(255, 255, 255)
    assert contrast(white, white) == 1.0
    assert contrast(QColor(0, 0, 0), white) == pytest.approx(21)
    assert contrast(QColor(118, 118, 118), white) == pytest.approx(4.54, abs=0.01)  # the well-known lightest grey


def test_both_themes_hold_the_same_tokens():
    themes = load_themes()
    assert themes["light"].colours.keys() == themes["dark"].colours.keys()
    assert all(colour.isValid() for theme in themes.values() for colour in theme.colours.values())


def test_the_stylesheet_leaves_no_placeholder_and_differs_by_theme(theme):
    text = stylesheet(theme)
    assert "@" not in text
    assert theme.colour("border.default").name() in text


def test_figures_have_one_width(theme):
    for role in theme.faces:
        metrics = QFontMetricsF(theme.font(role))
        widths = [metrics.horizontalAdvance(figure * 8) for figure in "0123456789"]
        assert max(widths) - min(widths) < 1, role  # hinting moves them by 1/64 px each


def test_sizes_of_type_are_those_of_the_tokens(theme):
    assert {role: theme.font(role).pixelSize() for role in ("base", "secondary", "object-title", "page-title")} == {
        "base": 13,
        "secondary": 11,
        "object-title": 15,
        "page-title": 20,
    }


def test_a_switch_repaints_an_open_window(qtbot, themes):
    window = Area("bg.surface")
    qtbot.addWidget(window)
    layout = QVBoxLayout(window)
    layout.addWidget(PlainLabel("words", colour="error.fg"))
    layout.addWidget(Button("Run", "run"))
    window.resize(300, 120)
    window.show()
    seen = []
    themes.changed.connect(lambda theme: seen.append(theme.name))
    for name in ("dark", "light"):
        themes.set_mode(name)
        palette = window.findChild(PlainLabel).palette()
        picture = window.grab().toImage()
        assert picture.pixelColor(2, 2) == current_theme().colour("bg.surface")
        assert palette.windowText().color() == current_theme().colour("error.fg")
        assert has_ink(picture, "text.primary")
    assert seen == ["dark", "light"]


def has_ink(picture: QImage, token: str) -> bool:
    wanted = current_theme().colour(token)
    return any(
        picture.pixelColor(x, y) == wanted
        for x in range(picture.width())
        for y in range(picture.height() // 2, picture.height())
    )


def test_the_system_is_followed_only_when_asked(qapp, themes):
    themes.set_mode("system")
    qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert themes.current.is_dark
    themes.set_mode("light")
    qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert not themes.current.is_dark


def test_a_chosen_theme_stays_applied_once(qapp, themes):
    seen = []
    themes.changed.connect(seen.append)
    themes.set_mode("dark")
    themes.set_mode("dark")
    assert len(seen) == 1


def test_no_colour_is_written_outside_the_tokens():
    literal = re.compile(r"#[0-9a-fA-F]{6}\b|QColor\([\"'0-9]|GlobalColor\.(?!transparent)|\brgba?\(")
    sources = (Path(__file__).parents[2] / "gui").rglob("*.py")
    found = [f"{path.name}:{n}" for path in sources for n, line in lines_of(path) if literal.search(line)]
    assert not found


def lines_of(path: Path) -> Iterator[tuple[int, str]]:
    yield from enumerate(path.read_text().splitlines(), 1)


def test_the_drawings_and_their_licence_are_those_of_the_package():
    made = runpy.run_path(str(ROOT / "packaging/icons.py"))
    kept = json.loads((ROOT / "resources/icons/lucide.json").read_text())
    assert kept == made["drawings"](), "run `make icons`"
    assert (ROOT / "resources/icons/LICENSE.txt").read_text() == made["licence"]()


def test_every_icon_is_drawn_in_its_colour(theme):
    for name in ICONS:
        picture = icon_pixmap(name, theme, 16, "accent.fg", 2.0).toImage()
        assert picture.size() == QSize(32, 32)
        inked = [c for x in range(32) for y in range(32) if (c := picture.pixelColor(x, y)).alpha() > 250]
        assert inked, name
        assert all(abs(c.red() - theme.colour("accent.fg").red()) <= 2 for c in inked), name


def test_every_icon_that_a_kind_names_exists():
    named = {kind.icon for kind in KINDS}
    named |= {action.icon for kind in KINDS for action in kind.actions}
    named |= {grouping.icon for kind in KINDS for grouping in kind.groupings}
    assert named <= set(ICONS)


def test_an_unknown_icon_is_told_at_once(qapp):
    with pytest.raises(KeyError):
        icon("no-such-icon")


def test_an_icon_follows_theme_and_screen(themes):
    held = icon("logs", "text.primary")
    pictures = []
    for name in ("light", "dark"):
        themes.set_mode(name)
        pictures.append(held.pixmap(QSize(16, 16), 2.0))
    assert pictures[0].deviceIndependentSize() == QSize(16, 16)
    assert pictures[0].size() == QSize(32, 32)
    assert pictures[0].toImage() != pictures[1].toImage()


def test_every_state_has_a_shape_of_its_own(theme):
    """Grey, so that colour cannot help: thirteen states, thirteen pictures."""
    assert set(GLYPHS) == set(Health)
    pictures = [glyph_pixmap(state, theme, 12, 2.0, grey=True).toImage() for state in Health]
    assert all(one != other for n, one in enumerate(pictures) for other in pictures[:n])


def test_a_glyph_is_sharp_on_every_screen(theme):
    for ratio in (1.0, 1.5, 2.0):
        pixmap = glyph_pixmap(Health.HEALTHY, theme, 12, ratio)
        assert pixmap.width() == round(12 * ratio)
        assert pixmap.devicePixelRatio() == ratio


def test_every_tone_has_a_text_colour(theme):
    assert all(text_token(tone) in theme.colours for tone in Tone)


def test_the_first_window_waits_for_no_icon():
    """Importing the look does not load the SVG renderer."""
    program = "import sys, gui.theme.theme, gui.widgets.buttons; print('PySide6.QtSvg' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "False"


def test_widgets_made_before_any_theme_show_the_light_one(qapp):
    QApplication.instance().setProperty("pilothouse-theme", None)
    assert current_theme().name == "light"
    assert isinstance(QWidget().font().pixelSize(), int)
