"""A health check: configured command, time line of its probes, their output, and a probe of one's own."""

from __future__ import annotations

import time
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from gui import tasks
from gui.details.headline import HeadlineView
from gui.details.sections import SectionView
from gui.messages import message
from gui.theme.tokens import current_theme
from gui.widgets.buttons import Button
from gui.widgets.paint import painter_for
from gui.widgets.text import PlainLabel
from models.docker.facts import ContainerDetails, HealthCheck, Probe
from models.docker.health_view import headline, probes, settings
from models.errors import AppError
from models.kind import Ref
from models.overview import Section
from services.session import Prober, Session

_OURS = 5  # probes of one's own that are kept


class ProbeLine(QWidget):
    """The probes over time: as wide as they took, green and low or amber and high."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._probes: Sequence[Probe] = ()
        self.setFixedHeight(44)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_probes(self, told: Sequence[Probe]) -> None:
        """Show these, oldest first."""
        self._probes = [one for one in told if one.started is not None]
        self.setAccessibleName(f"{sum(one.passed for one in told)} of the last {len(told)} probes passed")
        self.setVisible(bool(self._probes))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, 44)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._probes:
            return
        theme = current_theme()
        painter = painter_for(self)
        painter.setFont(theme.font("secondary"))
        first = self._probes[0].started or 0.0
        last = max(one.ended or one.started or 0.0 for one in self._probes)
        span, base = max(last - first, 0.001), 24.0
        painter.setPen(QPen(theme.colour("border.default"), 1))
        painter.drawLine(QPointF(0, base + 0.5), QPointF(self.width(), base + 0.5))
        for one in self._probes:
            left = (self.width() - 8) * ((one.started or first) - first) / span
            wide = max(6.0, (self.width() - 8) * (one.seconds or 0.0) / span)
            high = 8 if one.passed else 18
            painter.fillRect(
                QRectF(left, base - high, min(wide, self.width() - left), high),
                theme.colour("ok.mark" if one.passed else "warning.mark"),
            )
        painter.setPen(theme.colour("text.secondary"))
        below = QRectF(0, base + 2, self.width(), 16)
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, _clock(first))
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, _clock(last))


class HealthView(QWidget):
    """The check of one container."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self._ref: Ref | None = None
        self._check: HealthCheck | None = None
        self._ours: list[Probe] = []
        self.headline = HeadlineView()
        self.settings = SectionView(Section("Check", ()))
        self.line = ProbeLine()
        self.probes = SectionView(Section("The engine's probes", ()))
        self.run_button = Button("Run the probe now", "run", small=True)
        self.run_button.clicked.connect(self.run_probe)
        self._said = PlainLabel(colour="text.secondary", wrap=True)
        self.ours = SectionView(Section("Probes of your own", ()))
        run = QHBoxLayout()
        run.setSpacing(8)
        run.addWidget(self.run_button)
        run.addWidget(self._said, 1)
        column = QVBoxLayout()
        column.setContentsMargins(16, 0, 16, 12)
        column.setSpacing(8)
        for widget in (self.settings, self.line, self.probes):
            column.addWidget(widget)
        column.addLayout(run)
        column.addWidget(self.ours)
        column.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 4, 0, 0)
        whole.addWidget(self.headline)
        whole.addLayout(column)

    def show_check(self, ref: Ref, details: ContainerDetails, *, live: bool) -> None:
        """Show this container's check, or its new state."""
        if self._ref is None or self._ref.id != ref.id:
            self._ours = []
            tasks.cancel(self, "probe")
            self._said.setText("")
        self._ref, self._check = ref, details.health
        if self._check is None:
            return
        self.headline.fill(headline(details))
        self.headline.set_stale(not live)
        self.settings.fill(settings(self._check))
        self.line.show_probes(self._check.probes)
        self.probes.fill(probes("The engine's probes", self._check.probes, "No probe has run yet."))
        self.run_button.set_why_not(self._why_not(details, live))
        self._show_ours()

    def run_probe(self) -> None:
        """Run the configured command once, beside the engine's own probes."""
        if self._ref is None or self._check is None or not isinstance(self.session, Prober):
            return
        self._said.setText("Running…")
        self.run_button.setEnabled(False)
        check = self._check
        task = tasks.run(self, self.session.probe, self._ref, check.test, check.shell, check.timeout, key="probe")
        task.succeeded.connect(self._on_probe)
        task.failed.connect(self._on_failed)

    def _why_not(self, details: ContainerDetails, live: bool) -> str | None:
        if not isinstance(self.session, Prober):
            return "This engine cannot run a command inside"
        if not live:
            return "The engine does not answer"
        return None if details.running else "It does not run"

    def _on_probe(self, probe: Probe) -> None:
        self.run_button.setEnabled(True)
        self._said.setText("The engine does not count it: its status stays as it is.")
        self._ours = [*self._ours, probe][-_OURS:]
        self._show_ours()

    def _on_failed(self, error: AppError) -> None:
        self.run_button.setEnabled(True)
        words = message(error, self.session.context)
        self._said.setText(" ".join(filter(None, (f"{words.title}.", words.reason))))

    def _show_ours(self) -> None:
        self.ours.setVisible(bool(self._ours))
        self.ours.fill(probes("Probes of your own", self._ours, ""))


def _clock(moment: float) -> str:
    return time.strftime("%H:%M:%S", time.localtime(moment))
