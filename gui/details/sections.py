"""Sections of rows, dealt out to as many columns as there is room for."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from itertools import pairwise

from PySide6.QtCore import QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFontMetrics, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from gui.details.rows import ROW_WIDGETS, RowWidget
from gui.theme.icons import paint_icon
from gui.theme.tokens import current_theme
from gui.widgets.focus import KeyFocus
from gui.widgets.paint import paint_focus, painter_for
from gui.widgets.properties import SectionTitle
from models.overview import Row, Section, spread
from models.text import display

COLUMN_GAP = 24
COLUMN_LEAST = 264  # pixels: what a limit with its meter needs
COLUMN_MOST = 460
_SECTION_GAP = 8
_PORTION = 24  # row widgets made in one turn of the event loop: about 10 ms


class MoreButton(KeyFocus, QAbstractButton):
    """Shows the rows that a section keeps back, and hides them again."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFont(current_theme().font("secondary"))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        theme = current_theme()
        wide = QFontMetrics(self.font()).horizontalAdvance(self._words()) + theme.size("chevron") + 8
        return QSize(wide, theme.size("row-property"))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = painter_for(self)
        side = theme.size("chevron")
        name = "chevron-up" if self.isChecked() else "chevron-down"
        paint_icon(painter, QPoint(0, (self.height() - side) // 2), name, theme, side)
        painter.setFont(self.font())
        painter.setPen(theme.colour("text.primary" if self.underMouse() else "text.secondary"))
        room = self.rect().adjusted(side + 5, 0, 0, 0)
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, self._words())
        if self.shows_focus():
            paint_focus(painter, self.rect(), theme, theme.size("radius.small"))

    def _words(self) -> str:
        return "Show fewer" if self.isChecked() else self.text()


class SectionView(QWidget):
    """One section. Filled anew, it keeps its widgets as far as the rows have kept their forms."""

    rows_changed = Signal()  # by itself: its height may be another

    def __init__(self, section: Section, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._section = Section("", ())
        self._stale = False
        self._rows: list[RowWidget] = []
        self._rest = QTimer(self, singleShot=True, interval=0)
        self._rest.timeout.connect(self._fill_on)
        self._title = SectionTitle(section.title)
        self._more = MoreButton()
        self._more.toggled.connect(self._fill_on)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self._title)
        self._column.addWidget(self._more)
        self.fill(section)

    @property
    def title(self) -> str:
        """What it is about: the same section of another object has the same title."""
        return self._section.title

    def fill(self, section: Section) -> None:
        """Show `section`, which has the same title."""
        if section == self._section:
            return
        self._section = section
        self._title.set_note(display(section.note, 200))
        self._more.setText(section.more_title)
        self._more.setVisible(bool(section.more))
        self._fill_rows()

    def set_stale(self, stale: bool) -> None:
        """Whether what it says was true once and may not be now."""
        self._stale = stale
        for row in self._rows:
            row.set_stale(stale)

    def hide_secrets(self) -> None:
        """Mask again whatever is revealed."""
        for row in self._rows:
            row.hide_secrets()

    def key_stops(self) -> Iterator[QWidget]:
        """What the Tab key stops at, in reading order."""
        for row in self._rows:
            yield from (child for child in row.findChildren(QWidget) if child.focusPolicy() & Qt.FocusPolicy.TabFocus)
        yield self._more

    def height_for(self, width: int) -> int:
        """How high it is at `width`, in pixels."""
        self.ensurePolished()
        layout = self._column
        return layout.totalHeightForWidth(width) if layout.hasHeightForWidth() else layout.totalSizeHint().height()

    def _wanted(self) -> Sequence[Row]:
        more = self._section.more if self._more.isChecked() else ()
        return (*self._section.rows, *more)

    def _fill_rows(self) -> None:
        """Show the rows with the widgets that are there; what is missing is made in portions, as making is slow."""
        kept: dict[type, deque[RowWidget]] = {}
        for widget in self._rows:
            kept.setdefault(type(widget), deque()).append(widget)
        rows: list[RowWidget] = []
        made = 0
        for row in self._wanted():
            form = ROW_WIDGETS[type(row)]
            if left := kept.get(form):
                widget = left.popleft()
            elif made < _PORTION:
                widget = form()
                made += 1
            else:
                self._rest.start()
                break
            widget.fill(row)
            rows.append(widget)
        for left in kept.values():
            for widget in left:
                widget.hide()
                widget.deleteLater()
        if rows != self._rows:
            self._rows = rows
            for number, widget in enumerate(rows, 1):
                self._column.insertWidget(number, widget)
                widget.show()
        self._align()
        self.set_stale(self._stale)

    def _align(self) -> None:
        names = [row.name for row in self._rows if row.name is not None]
        widest = max((name.sizeHint().width() for name in names), default=0)
        for name in names:
            name.setFixedWidth(widest)

    def _fill_on(self) -> None:
        self._fill_rows()
        self.rows_changed.emit()


class Columns(QWidget):
    """Sections in columns of the same width, 24 px apart: as many as fit, each about as high as the others."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._views: list[SectionView] = []
        self._stops: list[QWidget] = []
        self._margins = (16, 6, 16, 10)

    def fill(self, sections: Sequence[Section]) -> None:
        """Show these; a section that was there before is filled anew where it stands."""
        before = {view.title: view for view in self._views}
        views = []
        for section in sections:
            view = before.pop(section.title, None)
            if view is None:
                view = SectionView(section, self)
                view.rows_changed.connect(self.place)
                view.show()
            else:
                view.fill(section)
            views.append(view)
        for view in before.values():
            view.hide()
            view.deleteLater()
        self._views = views
        self.place()

    def set_stale(self, stale: bool) -> None:
        """Whether what they say was true once and may not be now."""
        for view in self._views:
            view.set_stale(stale)

    def hide_secrets(self) -> None:
        """Mask again whatever is revealed."""
        for view in self._views:
            view.hide_secrets()

    def clear(self) -> None:
        """Forget everything."""
        self.fill(())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.place()

    def place(self) -> None:
        """Deal the sections out anew."""
        left, top, right, bottom = self._margins
        room = self.width() - left - right
        most = max(1, (room + COLUMN_GAP) // (COLUMN_LEAST + COLUMN_GAP))
        dealt = spread([view.height_for(COLUMN_LEAST) + _SECTION_GAP for view in self._views], most)
        wide = min(COLUMN_MOST, (room - COLUMN_GAP * (len(dealt) - 1)) // max(1, len(dealt)))
        heights = [view.height_for(wide) + _SECTION_GAP for view in self._views]
        lowest = 0
        for number, column in enumerate(dealt):
            y = top
            for index in column:
                view = self._views[index]
                view.setGeometry(left + number * (wide + COLUMN_GAP), y, wide, heights[index] - _SECTION_GAP)
                y += heights[index]
            lowest = max(lowest, y)
        self.setMinimumHeight(lowest + bottom - _SECTION_GAP)
        self._order_keys()

    def _order_keys(self) -> None:
        """Tab goes through the sections as they are read, also where rows have come later."""
        stops = [widget for view in self._views for widget in view.key_stops()]
        if stops != self._stops:
            self._stops = stops
            for before, after in pairwise(stops):
                QWidget.setTabOrder(before, after)
