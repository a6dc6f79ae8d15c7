"""One sheet with every element and its states, to be looked at: build/components-light.png and -dark.png."""

from __future__ import annotations

import math
from collections.abc import Iterable

from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from gui.theme.tokens import current_theme
from gui.widgets.area import Area, Line
from gui.widgets.banner import Banner
from gui.widgets.buttons import Button, IconButton, Look
from gui.widgets.checks import CheckBox
from gui.widgets.command_box import CommandBox
from gui.widgets.fields import Field, FilterField
from gui.widgets.marks import Glyph, Meter, Pill, Tag
from gui.widgets.menu import ChoiceButton, Menu
from gui.widgets.opener import Opener
from gui.widgets.properties import PropertyRows, SectionTitle
from gui.widgets.segments import Segments
from gui.widgets.sparkline import paint_sparkline
from gui.widgets.states import EmptyState, Skeleton
from gui.widgets.tabs import Tabs
from gui.widgets.text import PlainLabel
from gui.widgets.toasts import Toasts
from models.health import Health, Tone

SIZE = QSize(1440, 900)


class Spark(QWidget):
    """A sparkline by itself."""

    def __init__(self, values: list[float], limit: float | None) -> None:
        super().__init__()
        self._values, self._limit = values, limit
        theme = current_theme()
        self.setFixedSize(theme.size("sparkline-width"), theme.size("sparkline-height"))

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_sparkline(QPainter(self), self.rect(), self._values, self._limit, current_theme())


class Sheet(Area):
    """The sheet."""

    def __init__(self) -> None:
        super().__init__("bg.surface")
        self.resize(SIZE)
        head = Area("bg.header", "bottom")
        head.setFixedHeight(current_theme().size("page-header"))
        title = row(PlainLabel("Components", font="page-title"), PlainLabel("every element", colour="text.secondary"))
        title.setContentsMargins(16, 0, 12, 0)
        head.setLayout(title)
        halves = QHBoxLayout()
        halves.setContentsMargins(24, 12, 24, 24)
        halves.setSpacing(40)
        halves.addLayout(column(*self._left()), 1)
        halves.addLayout(column(*self._right()), 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(head)
        whole.addLayout(halves, 1)
        self.menu = small_menu(self)
        self.toasts = Toasts(self)
        self.toasts.show_toast("shop-api-1 restarted in 1.4 s", action=("Logs", print))
        self.toasts.show_toast("Pull of redis:7 failed: no space left", Health.FAILED, action=("Details", print))

    def _left(self) -> Iterable[QWidget | QHBoxLayout | QGridLayout]:
        yield SectionTitle("State glyphs", "12 px: the shape says it, the colour repeats it")
        grid = QGridLayout()
        for number, state in enumerate(Health):
            grid.addLayout(row(Glyph(state), PlainLabel(state.value)), number // 6, number % 6)
        yield grid
        yield SectionTitle("Pills and tags")
        states = (Health.HEALTHY, Health.RESTARTING, Health.UNHEALTHY, Health.FAILED, Health.EXITED)
        yield row(*(Pill(state.value.capitalize(), state) for state in states), Pill("A choice"), Tag("pool=general"))
        yield SectionTitle("Buttons, segments, fields")
        yield row(*buttons())
        segments = Segments((("all", "All"), ("running", "Running"), ("problems", "Problems")), name="Show")
        segments.set_text("problems", "Problems 3", Health.FAILED)
        self.filter = FilterField(shortcut="Ctrl F")
        filled = FilterField()
        filled.setText("status:exited")
        yield row(segments, self.filter, filled)
        wrong = Field("web 1", name="Name")
        wrong.set_wrong("a name has no spaces")
        yield row(
            CheckBox("Remove the volumes too", True),
            CheckBox("Force"),
            wrong,
        )
        yield SectionTitle("Tab bar")
        head = Area("bg.surface", "bottom")
        head.setLayout(row(PlainLabel("shop-api-1", font="strong"), Pill("Unhealthy", Health.UNHEALTHY), Tabs(tabs())))
        head.layout().setContentsMargins(8, 0, 8, 0)
        yield head
        yield SectionTitle("Sparklines and meters")
        wave = [2 + math.sin(n / 2) for n in range(40)]
        yield row(Spark(wave, None), Spark([n + 85 for n in wave], 100), Spark([99 + n for n in wave], 100), *meters())
        yield SectionTitle("Properties", "5 set here", action=Button("Copy all", "copy", small=True))
        rows = properties()
        rows.add_widget("Networks", Opener("shop_front", "network shop_front"), "172.20.0.4")
        yield rows

    def _right(self) -> Iterable[QWidget]:
        yield SectionTitle("Banners")
        stale, denied = Banner(), Banner()
        stale.show_message(Tone.WARNING, "Stale since 14:02.", "No answer.", [Button("Retry now", "retry", small=True)])
        stale.set_countdown("next try in 8 s")
        reason = "You are not in the group docker; being in it equals root."
        denied.show_message(Tone.ERROR, "Not permitted.", reason, [Button("What to do", "info", small=True)])
        yield stale
        yield denied
        yield SectionTitle("Loading, after 150 ms")
        self.skeleton = Skeleton(rows=3)
        yield self.skeleton
        yield SectionTitle("Empty and error")
        text = "A volume keeps data when its container goes. Compose projects make theirs by themselves."
        add = [Button("Create a volume…", "plus", small=True), Button("Restore from a backup…", "upload", small=True)]
        yield EmptyState("No volumes here", text, icon="volume", buttons=add)
        retry = [Button("Retry", "retry", small=True)]
        yield EmptyState("The list could not be read", "The engine answered 500: <b>x</b>.", buttons=retry, error=True)
        yield SectionTitle("Command")
        yield CommandBox("docker --context edge-01 compose -p shop down --volumes")


def small_menu(parent: QWidget) -> Menu:
    """The menu of the sheet."""
    menu = Menu(parent=parent)
    menu.add("Restart", icon="restart", shortcut="Ctrl+R")
    menu.add("Pause", icon="pause")
    menu.add("Logs & more", icon="logs", shortcut="L")
    menu.add("Terminal", icon="terminal", why_not="not running")
    menu.add("Follow", checked=True)
    menu.add_menu("Export", icon="download").add("JSON")
    menu.addSeparator()
    menu.add("Remove…", icon="remove", shortcut="Del", destructive=True)
    return menu


def buttons() -> list[QWidget]:
    """One of each look."""
    disabled = Button("Disabled", "stop")
    disabled.set_why_not("it is not running")
    clock = IconButton("clock", "Time range")
    clock.setCheckable(True)
    clock.setChecked(True)
    return [
        Button("Run…", "run", look=Look.MAIN),
        Button("Pull…", "pull"),
        ChoiceButton({"15": "15 min", "60": "1 h"}, "15", print, name="Range"),
        disabled,
        Button("Remove", "remove", look=Look.DESTRUCTIVE),
        Button("Small", "restart", small=True),
        IconButton("more", "More"),
        clock,
    ]


def meters() -> list[QWidget]:
    """One of each tone."""
    made = []
    for share, tone, request in (
        (0.4, Tone.IDLE, None),
        (0.6, Tone.WARNING, 0.5),
        (0.97, Tone.ERROR, 0.5),
        (0.63, Tone.BUSY, None),
    ):
        meter = Meter(name="Memory")
        meter.set_share(share, tone, request)
        made.append(meter)
    return made


def properties() -> PropertyRows:
    """Some rows of a details pane."""
    rows = PropertyRows()
    rows.add("Image", "ghcr.io/acme/shop-api:2.14.1")
    rows.add("Id", "9f2c1b7e4a10", mono=True, copies="9f2c1b7e4a10" + "0" * 52)
    rows.add("Command", "/app/server -l :9000", mono=True)
    rows.add("Health", "")
    return rows


def tabs() -> list[tuple[str, str]]:
    """The tabs of a container."""
    return [(name.lower(), name) for name in ("Overview", "Logs", "Inspect")]


def row(*widgets: QWidget) -> QHBoxLayout:
    """Widgets side by side, from the left."""
    line = QHBoxLayout()
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(8)
    for widget in widgets:
        line.addWidget(widget)
    line.addStretch(1)
    return line


def column(*parts: QWidget | QHBoxLayout | QGridLayout) -> QVBoxLayout:
    """Parts below each other, a line under each title."""
    made = QVBoxLayout()
    made.setSpacing(8)
    for part in parts:
        if isinstance(part, QWidget):
            made.addWidget(part)
        else:
            made.addLayout(part)
        if isinstance(part, SectionTitle):
            made.addWidget(Line(colour="border.subtle"))
    made.addStretch(1)
    return made
