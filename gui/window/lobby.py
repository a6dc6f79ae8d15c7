"""The lobby: every context that was found, where was looked, and what to do where nothing answers."""

from __future__ import annotations

import time
from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from gui.contexts import Contexts, OpenContext
from gui.messages import lasting_marks, phase_words, way_words
from gui.theme.glyphs import paint_glyph
from gui.theme.tokens import Theme, current_theme
from gui.widgets.area import Area, Line
from gui.widgets.banner import Banner
from gui.widgets.buttons import Button, Look
from gui.widgets.command_box import CommandBox
from gui.widgets.focus import KeyFocus
from gui.widgets.paint import paint_focus, painter_for
from gui.widgets.properties import SectionTitle
from gui.widgets.text import PlainLabel
from gui.widgets.tips import set_tip
from models.connection import Phase
from models.context import Context
from models.discovery import Looked
from models.health import Health, Tone
from models.text import count_text, display

_SIDE = 420  # pixels of the column that says what to do
_NAME, _WHERE = 200, 400


class _Row(KeyFocus, QAbstractButton):
    """One line of a list: glyph, what, where, found."""

    def __init__(self, glyph: Health, what: str, where: str, found: str, *, tone: str, opens: bool) -> None:
        super().__init__()
        self._glyph, self._what, self._where, self._found, self._tone = glyph, what, where, found, tone
        self._opens = opens
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if opens else Qt.FocusPolicy.NoFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(", ".join(filter(None, (what, where, found))))
        if opens:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        set_tip(self, "\n".join(filter(None, (what, where, found))))

    def sizeHint(self) -> QSize:
        return QSize(600, current_theme().size("row"))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = painter_for(self)
        if self._opens and self.underMouse():
            painter.fillRect(self.rect(), theme.colour("bg.hover"))
        painter.fillRect(0, self.height() - 1, self.width(), 1, theme.colour("border.subtle"))
        paint_glyph(painter, QRect(8, 8, 12, 12).topLeft(), self._glyph, theme)
        name = min(_NAME, self.width() // 4)
        where = min(_WHERE, self.width() * 45 // 100)
        ink = "text.primary" if self._opens else "text.secondary"
        self._write(painter, theme, 30, name, self._what, theme.font("medium" if self._opens else "base"), ink)
        self._write(painter, theme, 30 + name, where, self._where, theme.font("mono"), "text.secondary")
        left = 30 + name + where
        found = QFontMetrics(theme.font()).elidedText(
            self._found, Qt.TextElideMode.ElideRight, self.width() - left - 20
        )
        self._write(painter, theme, left, self.width() - left - 8, found, theme.font(), self._tone)
        if self.shows_focus():
            paint_focus(painter, self.rect(), theme, theme.size("radius.small"))

    def _write(self, painter: QPainter, theme: Theme, left: int, width: int, text: str, font: QFont, ink: str) -> None:
        painter.setFont(font)
        painter.setPen(theme.colour(ink))
        shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideMiddle, width - 12)
        painter.drawText(QRect(left, 0, width, self.height()), Qt.AlignmentFlag.AlignVCenter, shown)


class Lobby(QWidget):
    """Shown at a start without an engine, and behind `+`."""

    open_wanted = Signal(object)  # Context
    demo_wanted = Signal()
    look_wanted = Signal()
    add_wanted = Signal()

    def __init__(self, contexts: Contexts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._contexts = contexts
        self._looked: Sequence[Looked] = ()
        self._searched = False
        self._title = PlainLabel("Contexts", font="page-title")
        self._summary = PlainLabel("Looking for contexts…", colour="text.secondary")
        again = Button("Look again", "reload")
        again.clicked.connect(self.look_wanted)
        header = Area("bg.header", "bottom")
        row = QHBoxLayout(header)
        row.setContentsMargins(16, 0, 12, 1)
        row.setSpacing(12)
        row.addWidget(self._title)
        row.addWidget(self._summary, 1)
        row.addWidget(again)
        header.setFixedHeight(current_theme().size("page-header"))
        self.banner = Banner()
        self._body = QWidget()
        self._lists: QVBoxLayout | None = None  # until there is something to say: the first paint gives no advice
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(header)
        column.addWidget(self.banner)
        column.addWidget(self._body, 1)
        contexts.found_changed.connect(self._tell)
        contexts.opened.connect(self._on_opened)
        contexts.closed.connect(self._tell)

    def reload(self) -> None:
        """F5."""
        self.look_wanted.emit()

    def show_looked(self, looked: Sequence[Looked], *, searched: bool = True) -> None:
        """Where was looked, and what was there."""
        self._looked, self._searched = looked, searched
        self._tell()

    def show_trouble(self, first: str, reason: str) -> None:
        """A file that cannot be read: the contexts known before stay."""
        self.banner.show_message(Tone.WARNING, first, reason)
        self._tell()

    def _fill_body(self) -> QVBoxLayout:
        """Put lists at the left and advice at the right, both to scroll; the layout for the lists."""
        lists = QVBoxLayout()
        lists.setSpacing(0)
        body = Area("bg.surface")
        inside = QHBoxLayout(body)
        inside.setContentsMargins(24, 14, 24, 16)
        inside.setSpacing(40)
        left = QVBoxLayout()
        left.addLayout(lists)
        left.addStretch(1)
        inside.addLayout(left, 1)
        inside.addLayout(self._advice())
        scroll = QScrollArea(widgetResizable=True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setWidget(body)
        whole = QVBoxLayout(self._body)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)
        return lists

    def _advice(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(6)
        holder = QWidget()
        holder.setFixedWidth(_SIDE)
        column.addWidget(holder)
        inside = QVBoxLayout(holder)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(8)
        inside.addWidget(SectionTitle("What to do"))
        _paragraph(inside, "Start the Docker engine", "Where systemd runs it:")
        inside.addWidget(CommandBox("sudo systemctl start docker"))
        inside.addWidget(Line())
        _paragraph(
            inside,
            "Reach an engine elsewhere",
            "Over ssh with your own keys and configuration, or over TCP with TLS: "
            "make a Docker context, it appears here.",
        )
        inside.addWidget(CommandBox("docker context create NAME --docker host=ssh://user@host"))
        inside.addWidget(Line())
        _paragraph(
            inside,
            "Look around first",
            "The same application on an engine in memory with sample containers. Nothing on this machine is touched, "
            "and closing it leaves nothing behind.",
        )
        demo = Button("Open the demo", "play", look=Look.MAIN)
        demo.clicked.connect(self.demo_wanted)
        inside.addWidget(demo)
        inside.addWidget(Line())
        column.addStretch(1)
        return column

    def _on_opened(self, open_one: OpenContext) -> None:
        open_one.state_changed.connect(self._tell)
        self._tell()

    def _tell(self, _what: object = None) -> None:
        if self._lists is None:
            self._lists = self._fill_body()
        while item := self._lists.takeAt(0):
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        found = self._contexts.found
        nothing = self._searched and not found
        self._title.setText("No engine answers" if nothing else "Contexts")
        moment = time.strftime("%H:%M:%S")
        places = count_text(len(self._looked), "place")
        self._summary.setText(
            f"{places} looked at, {moment}" if nothing else f"{count_text(len(found), 'context')} found"
        )
        if found:
            self._lists.addWidget(SectionTitle("Found", "a click opens; several stay open side by side"))
            for context in found:
                self._lists.addWidget(self._context_row(context))
            self._lists.addSpacing(18)
        if self._looked:
            self._lists.addWidget(SectionTitle("Looked for", "on this machine only; nothing was sent to any network"))
            for looked in self._looked:
                glyph = Health.CREATED if looked.there else Health.NOT_REACHED
                tone = "text.primary" if looked.there else "text.secondary"
                row = _Row(glyph, looked.what, display(looked.where), display(looked.found), tone=tone, opens=False)
                self._lists.addWidget(row)

    def _context_row(self, context: Context) -> _Row:
        if context.problem is not None:
            name = display(context.title)
            return _Row(
                Health.FAILED, name, display(context.source), display(context.problem), tone="error.fg", opens=False
            )
        open_one = self._contexts.find(context.id)
        glyph, words = Health.CREATED, "opens on a click: ssh" if context.click_to_open else "not open"
        if open_one is not None:
            phase = open_one.state.phase
            glyph = {Phase.LIVE: Health.RUNNING, Phase.CONNECTING: Health.STARTING}.get(phase, Health.UNHEALTHY)
            words = " ".join(filter(None, phase_words(open_one.state)))
        aliases = f"also {', '.join(context.aliases)}" if context.aliases else ""
        shown = open_one.context if open_one is not None else context
        marks = lasting_marks(shown)
        found = ", ".join(filter(None, (*marks, words, way_words(shown), display(aliases))))
        tone = "warning.fg" if marks else "text.secondary"
        row = _Row(glyph, display(context.title), display(context.endpoint), found, tone=tone, opens=True)
        row.clicked.connect(lambda: self.open_wanted.emit(context))
        return row


def _paragraph(column: QVBoxLayout, title: str, text: str) -> None:
    column.addWidget(PlainLabel(title, font="medium"))
    column.addWidget(PlainLabel(text, colour="text.secondary", wrap=True))
