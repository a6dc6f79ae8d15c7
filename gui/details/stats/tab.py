"""The Stats tab: charts of what an object costs, as long as somebody looks."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from gui import tasks
from gui.charts.loading import load
from gui.details.stats import saving
from gui.details.stats.bar import PHRASES, RANGES, StatsBar
from gui.details.stats.comparing import Rows, candidates
from gui.details.stats.contents import CHARTS, MOST, Figure, Subject, contents, last_end, sums, values_at
from gui.details.stats.readings import Readings
from gui.details.tab import DetailTab
from gui.messages import sentence
from gui.widgets.menu import Menu
from models.errors import AppError
from models.kind import Ref
from models.series import Measured
from models.text import display
from models.time_axis import local
from services.session import Session, StatsSource

if TYPE_CHECKING:
    from gui.charts.panel import Panel

_NOTHING = "Nothing was measured yet: that begins while it runs and its context is open"
_DAY = 86_400.0  # seconds that are kept


class StatsTab(DetailTab):
    """Follows what one object costs while it is looked at; others can be laid over it."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.bar, self.readings = StatsBar(), Readings()
        self.panel: Panel | None = None  # comes with the library
        self.subjects: list[Subject] = []
        self.measured: Measured | None = None
        self._zoom: tuple[float, float] | None = None
        self._reach = 0.0  # of what is followed; 0: nothing is
        self._pointer: float | None = None
        self._failing = False  # and the bar says so
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._row = QHBoxLayout()
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        self._row.addWidget(self.readings)
        column.addWidget(self.bar)
        column.addLayout(self._row, 1)
        self._set_content(content)
        self.bar.range_chosen.connect(self._on_range)
        self.bar.home_wanted.connect(self._go_home)
        self.bar.compare_wanted.connect(self._ask_for_others)
        self.bar.removed.connect(self.remove)
        self.bar.picture_wanted.connect(lambda: self._choose_file("png", "Pictures (*.png)", self.save_picture))
        self.bar.table_wanted.connect(lambda: self._choose_file("csv", "Tables (*.csv)", self.save_table))

    # whose

    def show_row(self, ref: Ref, row: Any) -> None:
        """Show this object; its limits come with its row."""
        another = self.ref is None or self.ref.id != ref.id
        self.ref, self.row = ref, row
        first = Subject(ref, display(ref.name, 60), row)
        self.subjects = [first] if another else [first, *self.subjects[1:]]
        if another:
            self.measured, self._zoom, self._pointer = None, None, None
            self.bar.set_zoomed(False)
            self.bar.show_subjects(self.subjects)
            self._show_loading()
            self._follow()
        else:
            self._render()

    def add(self, ref: Ref, row: Any = None) -> None:
        """Lay another one over it."""
        if len(self.subjects) < MOST and all(ref.id != subject.ref.id for subject in self.subjects):
            self.subjects.append(Subject(ref, display(ref.name, 60), row))
            self._on_subjects()

    def remove(self, ref: Ref) -> None:
        """Take one of the added away again."""
        self.subjects = [
            subject for number, subject in enumerate(self.subjects) if not number or subject.ref.id != ref.id
        ]
        self._on_subjects()

    def _on_subjects(self) -> None:
        self.bar.show_subjects(self.subjects)
        full = f"{MOST} can be told apart, more cannot"
        self.bar.compare.set_why_not(full if len(self.subjects) >= MOST else None)
        self._follow()

    def set_live(self, live: bool) -> None:
        """What was measured stays; it goes on when the connection is back."""
        back = live and not self.live
        super().set_live(live)
        if back and self.isVisible():
            self._follow()

    def set_gone(self) -> None:
        """The object is gone: what it cost stays to be seen."""
        if self.measured is None:
            super().set_gone()
        tasks.cancel(self, "measured")
        self._reach = 0.0

    def clear(self) -> None:
        """Stop following, and forget."""
        super().clear()
        tasks.cancel(self, "measured")
        self.subjects, self.measured, self._reach = [], None, 0.0

    # following

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.panel is None:
            task = tasks.run(self, load, key="load")
            task.succeeded.connect(lambda _done: self._make_panel())
        if not self._reach:
            self._follow()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        tasks.cancel(self, "measured")
        self._reach = 0.0

    def _make_panel(self) -> None:
        from gui.charts.panel import Panel

        self.panel = Panel(CHARTS)
        self._row.insertWidget(0, self.panel, 1)
        self.panel.pointed.connect(self._on_pointed)
        self.panel.range_chosen.connect(self._on_zoom)
        self.panel.home_wanted.connect(self._go_home)
        self._render()

    def _wanted_reach(self) -> float:
        """How far back is to be looked, as one of the ranges."""
        back = self.bar.seconds if self._zoom is None else max(self.bar.seconds, self.session.now() - self._zoom[0])
        return next((float(key) for key in RANGES if float(key) >= back), _DAY)

    def _follow(self) -> None:
        if not self.subjects or not self.isVisible() or not isinstance(self.session, StatsSource):
            return
        self._reach = self._wanted_reach()
        refs = [subject.ref for subject in self.subjects]
        task = tasks.stream(self, self.session.measured, refs, self._reach, key="measured", latest=lambda _known: 0)
        task.items.connect(self._on_measured)
        task.failed.connect(self._on_failed)

    def _on_measured(self, known: list[Measured]) -> None:
        self.measured = known[-1]
        if self._failing:
            self._failing = False
            self.bar.say("")
        self._render()

    def _on_failed(self, error: AppError) -> None:
        self._reach = 0.0
        if self.measured is None:
            self._show_error(error, self._follow)
        else:
            self._failing = True
            self.bar.say(f"Nothing new: {sentence(error)}")

    # what is looked at

    def _on_range(self, _seconds: float) -> None:
        self._go_home()

    def _on_zoom(self, begin: float, end: float) -> None:
        now = self.session.now()
        length = min(end - begin, _DAY)
        end = min(end, now)
        begin = max(end - length, now - _DAY)
        self._zoom = begin, begin + length
        self.bar.set_zoomed(True)
        if self._wanted_reach() != self._reach:
            self._follow()
        self._render()

    def _go_home(self) -> None:
        self._zoom = None
        self.bar.set_zoomed(False)
        if self._wanted_reach() != self._reach:
            self._follow()
        self._render()

    @property
    def shown(self) -> tuple[float, float]:
        """The times between which charts are shown, in seconds since the epoch by the engine's clock."""
        if self._zoom is not None:
            return self._zoom
        now = self.session.now() if self.measured is None else self.measured.now
        return now - self.bar.seconds, now

    def _on_pointed(self, moment: float | None) -> None:
        self._pointer = moment
        self._tell()

    def _render(self) -> None:
        if self.panel is None or self.measured is None or not self.subjects:
            return
        begin, end = self.shown
        charts, marks = contents(self.subjects, self.measured, begin, end)
        self.panel.show_contents(charts, marks, begin, end)
        steps = [track.step for track in self.measured.tracks.values()]
        usual = f"steps of {max(steps):g} s, drag to zoom, Ctrl and the wheel too" if steps else _NOTHING
        self.bar.set_usual(usual)
        self._tell()
        self._show_content()

    def _tell(self) -> None:
        if self.measured is None or not self.subjects:
            return
        begin, end = self.shown
        newest = max((track.end - track.step / 2 for track in self.measured.tracks.values()), default=end)
        moment = min(end, newest) if self._pointer is None else self._pointer
        title = f"{'Last' if self._pointer is None else 'At'} {local(round(moment * 1000)):%H:%M:%S}"
        sections = [(title, values_at(self.subjects, self.measured, moment))]
        if len(self.subjects) == 1:
            phrase = PHRASES[self.bar.ranges.current] if self._zoom is None else "this stretch"
            sections.append((f"In {phrase}", sums(self.subjects[0], self.measured, begin, end)))
            if ended := last_end(self.subjects[0], self.measured):
                stamp = f"{local(round(ended.time * 1000)):%H:%M:%S}"
                sections.append(("Last failure", iter((Figure(ended.words, stamp, "error.mark"),))))
        self.readings.show_sections(sections)

    # comparing

    def _ask_for_others(self) -> None:
        task = tasks.run(self, candidates, self.session, self.ref, key="others")
        task.succeeded.connect(self._offer)
        task.failed.connect(lambda error: self.bar.say(sentence(error), fades=True))

    def _offer(self, rows: Rows) -> None:
        menu = Menu(parent=self)
        chosen = {subject.ref.id for subject in self.subjects}
        for ref, row in rows.first:
            if ref.id not in chosen:
                menu.add(display(ref.name, 60), partial(self.add, ref, row))
        if menu.isEmpty():
            menu.add("Nothing else runs here", why_not="there is nothing to compare with")
        if rows.left_out:
            menu.addSeparator()
            menu.add(f"{rows.left_out:,} more run", why_not="the first are offered, those of the same project before")
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.bar.compare.mapToGlobal(QPoint(0, self.bar.compare.height() + 2)))

    # saving

    def _choose_file(self, suffix: str, kinds: str, save: Any) -> None:
        if self.panel is None or self.measured is None or self.ref is None:
            return
        name = f"{self.ref.name}-stats-{time.strftime('%Y%m%d-%H%M%S')}.{suffix}"
        path, _ = QFileDialog.getSaveFileName(self, "Save", display(name, 120), f"{kinds};;All files (*)")
        if path:
            save(Path(path))

    def save_picture(self, path: Path) -> None:
        """Write the charts as they are now to `path`, in the background."""
        if self.panel is not None:
            self._save(path, saving.save_picture, self.panel.picture().toImage())

    def save_table(self, path: Path) -> None:
        """Write the values that are shown to `path`, in the background."""
        self._save(path, saving.save_table, tuple(self.subjects), self.measured, *self.shown)

    def _save(self, path: Path, work: Any, *what: Any) -> None:
        task = tasks.run(self, work, path, *what, key="save")
        task.succeeded.connect(lambda _done: self.bar.say(f"Saved to {display(str(path))}", fades=True))
        task.failed.connect(lambda error: self.bar.say(f"Not saved: {sentence(error)}"))
