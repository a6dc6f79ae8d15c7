"""The Logs tab: a log followed by a worker, and what the user wants to see of it."""

from __future__ import annotations

import time
from array import array
from bisect import bisect_left
from typing import Any

from PySide6.QtCore import QPoint, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QResizeEvent, QShortcut, Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui import tasks
from gui.details.logs import work
from gui.details.logs.bar import EVERYTHING, LogBar, corner
from gui.details.logs.note import LogNote
from gui.details.logs.saving import LogSaving
from gui.details.logs.searching import LogSearch
from gui.details.logs.strip import TimeStrip
from gui.details.logs.view import LogView
from gui.details.logs.work import Shown
from gui.details.tab import DetailTab
from gui.messages import sentence
from gui.widgets.buttons import Button
from gui.widgets.menu import Menu
from gui.widgets.states import EmptyState
from models.errors import AppError, Gone
from models.kind import Ref
from models.log_buffer import LINES_KEPT, LogBuffer
from models.log_lines import LineFilter, stamp_milliseconds, stamp_of
from models.logs import LogOptions
from services.session import LogSource, Session

_PULSE = 250  # ms between counts, rates and looks at what has come
_ROOM = 400  # pixels of height from which on lines over time are shown too


class LogsTab(DetailTab):
    """Follows the log of one object, also while another tab is looked at."""

    window_wanted = Signal(object, object)  # Ref, row

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.buffer = LogBuffer()
        self.bar = LogBar()
        self.view = LogView()
        self.note = LogNote()
        self.strip = TimeStrip()
        self._all = Button("Show all", small=True)
        self._all.clicked.connect(lambda: self.bar.set_reach(EVERYTHING))
        self._nothing = EmptyState("No log lines", icon="logs", buttons=[self._all])
        self._chip = Button("", small=True, parent=self.view)
        self._chip.hide()  # until there is something to say
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self.strip)
        column.addWidget(self.note)
        column.addWidget(self.view, 1)
        self._set_content(content)
        self._states.addWidget(self._nothing)
        self._wanted = LineFilter()
        self._shown = Shown(array("I"), 0)
        self._filtering = False
        self.search = LogSearch(self.bar, self.view, self)
        self.saving = LogSaving(self.view, self.note, self)
        self._seen = -1  # lines at the last pulse
        self._rate: list[tuple[float, int]] = []
        self._ended = False
        self._pulse = QTimer(self, interval=_PULSE)
        self._connect()

    def _connect(self) -> None:
        self._pulse.timeout.connect(self._on_pulse)
        self._chip.clicked.connect(lambda: self.view.set_following(True))
        self.bar.filter_changed.connect(self._on_filter)
        self.bar.reach_changed.connect(self._on_reach)
        self.bar.wrap_changed.connect(self.view.set_wrap)
        self.bar.stamps_changed.connect(self.view.set_stamps)
        self.bar.save_wanted.connect(self.saving.choose_file)
        self.bar.window_wanted.connect(lambda: self.window_wanted.emit(self.ref, self.row))
        self.strip.moment_wanted.connect(self._on_moment)
        self.view.seen_changed.connect(self._on_seen)
        self.view.following_changed.connect(lambda _on: self._tell_chip())
        self.view.menu_wanted.connect(self._open_menu)
        self.view.copy_wanted.connect(self.copy)
        for keys, by in (("F3", 1), ("Shift+F3", -1)):
            QShortcut(
                QKeySequence(keys),
                self,
                lambda by=by: self.search.step(by),
                context=Qt.ShortcutContext.WidgetWithChildrenShortcut,
            )

    # which log

    def show_row(self, ref: Ref, row: Any) -> None:
        """Follow this object's log; the same one goes on."""
        again = self._ended and _runs_again(self.row, row)
        self.row = row
        if self.ref != ref or again:
            self.ref = ref
            self.saving.name = ref.name
            self._begin()

    def clear(self) -> None:
        """Stop following and forget the lines."""
        super().clear()
        tasks.cancel(self, "follow")
        self._pulse.stop()
        self._forget()

    def set_gone(self) -> None:
        """The object is gone: its last lines stay to be read."""
        if not len(self.buffer):
            super().set_gone()

    def focus_filter(self) -> None:
        """The keys go to the search."""
        self.bar.search.setFocus()
        self.bar.search.selectAll()

    def _forget(self) -> None:
        tasks.cancel(self, "filter")
        self._filtering = False
        self.note.say("")
        self.note.set_dropped(0)
        self.buffer = LogBuffer()
        self.search.begin(self.buffer.snapshot, self._wanted)
        self.strip.clear()
        self._shown = Shown(array("I"), 0)
        self._seen, self._ended = -1, False
        self._rate.clear()
        self.view.clear()

    def _begin(self) -> None:
        self._forget()
        self._show_loading()
        if not isinstance(self.session, LogSource) or self.ref is None:
            return
        reach = self.bar.reach
        since = None if reach.since is None else self.session.now() - reach.since
        options = LogOptions(follow=True, tail=reach.tail or LINES_KEPT, since=since)
        task = tasks.stream(
            self, work.follow, self.session, self.ref, options, self.buffer, key="follow", latest=lambda _end: 0
        )
        task.items.connect(self._on_arrival)
        task.failed.connect(self._on_failed)
        task.finished.connect(self._on_finished)
        self._pulse.start()

    def _on_arrival(self, _ends: list[int]) -> None:
        self._show_content()
        self._refresh()

    def _on_failed(self, error: AppError) -> None:
        self._ended = True
        if len(self.buffer) and not isinstance(error, Gone):
            self.note.say(f"The log ended: {sentence(error)}")
        elif not len(self.buffer):
            self._show_error(error, self._begin)

    def _on_finished(self) -> None:
        self._ended = True
        self._on_pulse()
        self._pulse.stop()
        self._tell_chip()

    # lines

    def _refresh(self) -> None:
        """Show what has come since."""
        snapshot = self.buffer.snapshot
        if self._wanted.everything:
            self.view.show_lines(snapshot, range(snapshot.first, snapshot.end))
        elif not self._filtering and self._shown.reached < snapshot.end:
            self._filtering = True
            task = tasks.run(self, work.matching, snapshot, self._wanted, self._shown.reached, key="filter")
            task.succeeded.connect(self._on_matching)
        self.search.go_on(snapshot)

    def _on_matching(self, more: Shown) -> None:
        self._filtering = False
        snapshot = self.buffer.snapshot
        lines = self._shown.lines
        lines.extend(more.lines)
        del lines[: bisect_left(lines, snapshot.first)]
        self._shown = Shown(lines, more.reached)
        self.view.show_lines(snapshot, lines)
        if more.reached < snapshot.end:
            self._refresh()

    def _on_filter(self, wanted: LineFilter) -> None:
        self._wanted = wanted
        tasks.cancel(self, "filter")
        self._filtering = False
        self._shown = Shown(array("I"), self.buffer.first)
        self.search.begin(self.buffer.snapshot, wanted)
        self.strip.set_levels(wanted.levels)
        if not wanted.everything and not len(self.buffer):
            self.view.show_lines(self.buffer.snapshot, array("I"))
        self._refresh()

    def _on_reach(self) -> None:
        if self.ref is not None:
            self._begin()

    def _on_pulse(self) -> None:
        snapshot = self.buffer.snapshot
        now = time.monotonic()
        self._rate = [*self._rate[-12:], (now, snapshot.end)]
        if not len(snapshot):
            self._show_nothing()
        elif snapshot.end != self._seen:
            self.bar.set_counts(snapshot.counts())
            self.note.set_dropped(snapshot.first)
            self.strip.show_snapshot(snapshot)
        self._seen = snapshot.end
        self._tell_chip()

    def _show_nothing(self) -> None:
        if len(self._rate) < 2 and not self._ended:
            return  # give the first answer its time
        in_part = self.bar.reach.since is not None
        where = "in this time" if in_part else "yet"
        self._nothing.set_words("No log lines", f"Nothing was written to stdout or stderr {where}.")
        self._all.setVisible(in_part)
        if self._states.currentWidget() is not self._error:
            self._states.setCurrentWidget(self._nothing)

    # time

    def _on_moment(self, moment: int) -> None:
        self.view.go_to(self.buffer.snapshot.line_at(stamp_of(moment / 1000)))

    def _on_seen(self) -> None:
        seen = self.view.seen()
        self.strip.set_seen(None if seen is None else (stamp_milliseconds(seen[0]), stamp_milliseconds(seen[1])))

    # words

    def _tell_chip(self) -> None:
        behind = self.buffer.snapshot.end - self.view.bottom()
        if self.view.following:
            rate = f"{self._lines_per_second():,.0f}"
            words = "Ended" if self._ended else "Following" if rate == "0" else f"Following, {rate} lines/s"
        else:
            words = f"Paused, {max(0, behind):,} lines below: End" if not self._ended else "End"
        self._chip.setText(words)
        self._chip.show()
        self._chip.set_icon("to-bottom" if not self.view.following else None)
        self._chip.set_tip("Scroll up to pause" if self.view.following else "Go to the end and follow")
        self._place_chip()

    def _lines_per_second(self) -> float:
        if len(self._rate) < 2:
            return 0.0
        (began, first), (ended, last) = self._rate[0], self._rate[-1]
        return (last - first) / max(0.001, ended - began)

    def _place_chip(self) -> None:
        self._chip.resize(self._chip.sizeHint())
        self._chip.move(corner(self._chip.size(), self.view.viewport().geometry()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.strip.set_room(self.height() >= _ROOM)
        QTimer.singleShot(0, self._place_chip)

    # copy

    def _open_menu(self, where: QPoint) -> None:
        menu = Menu(parent=self)
        nothing = None if self.view.selected() else "nothing is selected"
        menu.add("Copy", lambda: self.copy(False), icon="copy", shortcut="Ctrl+C", why_not=nothing)
        menu.add("Copy raw", lambda: self.copy(True), why_not=nothing)
        menu.add("Select all", self.view.select_all, shortcut="Ctrl+A")
        menu.addSeparator()
        menu.add("Save to a file…", self.saving.choose_file, icon="save")
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(where)

    def copy(self, raw: bool) -> None:
        """The selection to the clipboard, as shown or `raw` as it came; many lines take a moment."""
        chosen = self.view.selected()
        if chosen is None:
            return
        start, end = chosen
        lines = self.view.lines
        first, last = bisect_left(lines, start.line), bisect_left(lines, end.line)
        task = tasks.run(self, work.plain_text, self.view.snapshot, lines, first, last, raw, key="copy")
        task.succeeded.connect(lambda text: self._on_copied(text, start.column, end.column))

    def _on_copied(self, text: str, start: int, end: int) -> None:
        last = text.rfind("\n") + 1
        QGuiApplication.clipboard().setText(text[: last + end][start:])


def _runs_again(before: Any, now: Any) -> bool:
    """Whether an object whose log has ended was started since: only then there is more to come."""
    if not getattr(now, "running", False):
        return False
    return not getattr(before, "running", False) or _start(before) not in (None, _start(now))


def _start(row: Any) -> float | None:
    run = getattr(row, "run", None)
    return None if run is None else run.started
