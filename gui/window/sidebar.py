"""The sidebar: who we look at, how live it is, and the pages that it has."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QSizePolicy, QVBoxLayout, QWidget

from gui.contexts import OpenContext
from gui.messages import lasting_marks, phase_words, way_words
from gui.theme.glyphs import paint_glyph
from gui.theme.icons import paint_icon
from gui.theme.tokens import Theme, current_theme
from gui.widgets.area import Area, Line
from gui.widgets.focus import KeyFocus
from gui.widgets.paint import paint_box, paint_focus, painter_for
from gui.widgets.tips import set_tip
from models.connection import Phase
from models.health import Health
from models.text import display

NARROW = 48  # pixels, icons only
_MARK = 18  # pixels of a mark beside the name

_PHASE_GLYPHS = {
    Phase.LIVE: (Health.RUNNING, "ok.fg"),
    Phase.CONNECTING: (Health.STARTING, "busy.fg"),
    Phase.STALE: (Health.PENDING, "warning.fg"),
    Phase.SIGN_IN: (Health.PENDING, "warning.fg"),
    Phase.UNREACHABLE: (Health.FAILED, "error.fg"),
    Phase.CLOSED: (Health.NOT_REACHED, "text.disabled"),
}


class ContextHead(KeyFocus, QAbstractButton):
    """The context's colour, name and state; opens its menu."""

    def __init__(self, open_one: OpenContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._open_one = open_one
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setFixedHeight(current_theme().size("page-header"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        open_one.state_changed.connect(self._tell)
        open_one.facts_changed.connect(self._tell)
        open_one.context_changed.connect(self._tell)
        self._tell()

    def _words(self) -> tuple[str, str]:
        phase, since = phase_words(self._open_one.state)
        if since or self._open_one.facts is None:
            return phase, since
        return phase, display(self._open_one.facts.brief)

    def _tell(self, _what: object = None) -> None:
        context = self._open_one.context
        said = [display(context.title), *filter(None, self._words()), *lasting_marks(context)]
        self.setAccessibleName(", ".join(said))
        words = (", ".join(said), display(context.endpoint), way_words(context), display(context.description))
        set_tip(self, "\n".join(filter(None, words)))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = painter_for(self)
        context, state = self._open_one.context, self._open_one.state
        painter.fillRect(QRect(12, 9, 4, 30), theme.colour(f"context.{context.colour}"))
        if self.width() <= NARROW:
            return
        left, right = 24, self.width() - 28
        painter.setFont(theme.font("strong"))
        painter.setPen(theme.colour("text.primary"))
        metrics = QFontMetrics(theme.font("strong"))
        marks = [("lock", "text.secondary")] if context.protected else []
        marks += [("unlock" if context.unencrypted else "warning", "warning.fg")] if lasting_marks(context) else []
        width = right - left - _MARK * len(marks)
        title = metrics.elidedText(display(context.title), Qt.TextElideMode.ElideMiddle, width)
        painter.drawText(QRect(left, 7, right - left, 18), Qt.AlignmentFlag.AlignVCenter, title)
        for place, (picture, ink) in enumerate(marks):
            at = QPoint(left + metrics.horizontalAdvance(title) + 5 + place * _MARK, 10)
            paint_icon(painter, at, picture, theme, 12, ink)
        phase, detail = self._words()
        glyph, colour = _PHASE_GLYPHS[state.phase]
        if phase == "Stale":
            glyph, colour = Health.PENDING, "warning.fg"
        paint_glyph(painter, QRect(left - 1, 27, 10, 10).topLeft(), glyph, theme, 10)
        small = theme.font("secondary")
        metrics = QFontMetrics(small)
        painter.setFont(small)
        painter.setPen(theme.colour(colour))
        painter.drawText(QRect(left + 13, 24, right - left, 16), Qt.AlignmentFlag.AlignVCenter, phase)
        gone = 13 + metrics.horizontalAdvance(phase) + 6
        painter.setPen(theme.colour("text.secondary"))
        room = QRect(left + gone, 24, right - left - gone, 16)
        shown = metrics.elidedText(detail, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, shown)
        paint_icon(painter, QRect(self.width() - 24, 18, 12, 12).topLeft(), "chevron-down", theme, 12)
        if self.shows_focus():
            paint_focus(painter, self.rect().adjusted(4, 4, -4, -4), theme, theme.size("radius.control"))


class PageEntry(KeyFocus, QAbstractButton):
    """One page: icon, title, problems, count."""

    def __init__(self, page: str, title: str, picture: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.page = page
        self.picture = picture
        self._count: int | None = None
        self._problems = 0
        self.setText(title)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_counts(None, 0)

    def set_counts(self, count: int | None, problems: int) -> None:
        """How many there are (None: unknown) and how many of them have a problem."""
        self._count, self._problems = count, problems
        words = [self.text(), f"{count:,}" if count is not None else "", f"{problems:,} problems" if problems else ""]
        self.setAccessibleName(", ".join(filter(None, words)))
        set_tip(self, self.accessibleName())
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(current_theme().size("sidebar") - 16, current_theme().size("row"))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = painter_for(self)
        radius = theme.size("radius.control")
        if self.isChecked():
            paint_box(painter, self.rect(), radius, theme.colour("bg.selection"))
        elif self.underMouse():
            paint_box(painter, self.rect(), radius, theme.colour("bg.hover"))
        ink = "accent.fg" if self.isChecked() else "text.secondary"
        paint_icon(painter, QRect(8, 6, 16, 16).topLeft(), self.picture, theme, 16, ink)
        if self.width() > NARROW:
            self._paint_words(painter, theme)
        if self.shows_focus():
            paint_focus(painter, self.rect(), theme, radius)

    def _paint_words(self, painter: QPainter, theme: Theme) -> None:
        right = self.width() - 8
        small = theme.font("secondary")
        painter.setFont(small)
        if self._count is not None:
            painter.setPen(theme.colour("text.secondary"))
            painter.drawText(
                QRect(right - 60, 0, 60, self.height()),
                Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
                f"{self._count:,}",
            )
            right -= QFontMetrics(small).horizontalAdvance(f"{self._count:,}") + 10
        if self._problems:
            width = max(16, QFontMetrics(theme.font("label")).horizontalAdvance(f"{self._problems:,}") + 10)
            box = QRect(right - width, 6, width, 16)
            paint_box(painter, box, 8, theme.colour("error.soft"))
            painter.setFont(theme.font("label"))
            painter.setPen(theme.colour("error.fg"))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, f"{self._problems:,}")
            right -= width + 6
        painter.setFont(theme.font("medium" if self.isChecked() else "base"))
        painter.setPen(theme.colour("text.primary"))
        painter.drawText(QRect(32, 0, right - 32, self.height()), Qt.AlignmentFlag.AlignVCenter, self.text())


class Sidebar(Area):
    """Head and page list of one open context."""

    chosen = Signal(str)  # page id
    menu_wanted = Signal(QPoint)  # of the context, at this global place

    def __init__(self, open_one: OpenContext, parent: QWidget | None = None) -> None:
        super().__init__("bg.sidebar", "right", parent=parent)
        self.setAccessibleName(f"Pages of {display(open_one.context.title)}")
        self.entries: dict[str, PageEntry] = {}
        self._group = QButtonGroup(self)
        self.head = ContextHead(open_one, self)
        self.head.clicked.connect(lambda: self.menu_wanted.emit(self.head.mapToGlobal(self.head.rect().bottomLeft())))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 1, 8)
        self._column.setSpacing(0)
        self._column.addWidget(self.head)
        self._last_section: str | None = None
        self._column.addStretch(1)
        self.set_narrow(False)

    def add_page(self, page: str, title: str, picture: str, section: str) -> None:
        """A page at the end of the list; a new section begins with a line."""
        if self._last_section not in (None, section):
            line = Line(parent=self)
            self._insert(line, 12, 6)
        self._last_section = section
        entry = PageEntry(page, title, picture, self)
        entry.clicked.connect(lambda: self.chosen.emit(page))
        self._group.addButton(entry)
        self.entries[page] = entry
        self._insert(entry, 8, 0)

    def set_current(self, page: str) -> None:
        """Mark this page as the one that is shown."""
        self.entries[page].setChecked(True)

    def set_narrow(self, narrow: bool) -> None:
        """Icons only, for narrow windows."""
        self.setFixedWidth(NARROW + 1 if narrow else current_theme().size("sidebar") + 1)

    def _insert(self, widget: QWidget, side: int, around: int) -> None:
        room = QVBoxLayout()
        room.setContentsMargins(side, around, side, around)
        room.addWidget(widget)
        self._column.insertLayout(self._column.count() - 1, room)
