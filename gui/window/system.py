"""The System page: what this engine or cluster is, its warnings first."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from gui import tasks
from gui.contexts import OpenContext
from gui.messages import message
from gui.theme.tokens import current_theme
from gui.widgets.area import Area
from gui.widgets.buttons import Button, IconButton
from gui.widgets.notice import Notice
from gui.widgets.properties import PropertyRows, SectionTitle
from gui.widgets.states import EmptyState, Skeleton
from gui.widgets.text import ElidedLabel, PlainLabel
from models.connection import ConnectionState, Phase
from models.errors import AppError, certificate_of
from models.health import Health, Tone
from models.system import FactGroup, SystemFacts
from models.text import display

_COLUMN = 420  # pixels that a group needs


class SystemPage(QWidget):
    """Facts of one open context, read when it is looked at and again by F5."""

    def __init__(self, open_one: OpenContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._open_one = open_one
        self._headline = ElidedLabel(colour="text.secondary", mode=Qt.TextElideMode.ElideRight)
        reload_ = IconButton("reload", "Reload (F5)")
        reload_.clicked.connect(self.reload)
        header = Area("bg.header", "bottom")
        row = QHBoxLayout(header)
        row.setContentsMargins(16, 0, 12, 1)
        row.setSpacing(12)
        row.addWidget(PlainLabel("System", font="page-title"))
        row.addWidget(self._headline, 1)
        row.addWidget(reload_)
        header.setFixedHeight(current_theme().size("page-header"))
        self._facts = _FactsView()
        self._error = EmptyState(error=True)
        self._skeleton = Skeleton()
        self._stack = QStackedWidget()
        for widget in (self._skeleton, self._facts, self._error):
            self._stack.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(header)
        column.addWidget(self._stack, 1)
        open_one.facts_changed.connect(self._on_facts)
        open_one.state_changed.connect(self._on_state)
        if open_one.facts is not None:
            self._on_facts(open_one.facts)
        self._on_state(open_one.state)

    def reload(self) -> None:
        """Ask the engine anew."""
        self._open_one.session.retry_now()
        task = tasks.run(self, self._open_one.session.system, key="system")
        task.succeeded.connect(self._on_facts)
        task.failed.connect(self._on_failed)

    def _on_facts(self, facts: SystemFacts) -> None:
        self._headline.set_text(display(facts.headline))
        self._facts.show_facts(facts)
        self._stack.setCurrentWidget(self._facts)

    def _on_state(self, state: ConnectionState) -> None:
        self._facts.setEnabled(state.live)
        if self._open_one.facts is None and state.phase is Phase.UNREACHABLE and state.error is not None:
            self._on_failed(state.error)

    def _on_failed(self, error: AppError) -> None:
        words = message(error, self._open_one.context)
        retry = Button("Retry now", "retry", small=True)
        retry.clicked.connect(self.reload)
        self._error.set_words(words.title, " ".join(filter(None, (words.reason, words.advice))))
        buttons = [retry]
        if certificate_of(error) is not None:
            trust = Button("Trust its certificate…", "warning", small=True)
            trust.clicked.connect(self._open_one.trust_wanted)
            buttons.append(trust)
        self._error.set_buttons(buttons)
        self._stack.setCurrentWidget(self._error)


class _FactsView(QScrollArea):
    """Warnings, then the groups in as many columns as fit."""

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self._groups: list[QWidget] = []
        self._columns = 0
        inside = Area("bg.surface")
        self._whole = QVBoxLayout(inside)
        self._whole.setContentsMargins(16, 10, 16, 16)
        self._whole.setSpacing(12)
        self._warnings = QVBoxLayout()
        self._warnings.setSpacing(6)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(24)
        self._grid.setVerticalSpacing(12)
        self._whole.addLayout(self._warnings)
        self._whole.addLayout(self._grid)
        self._whole.addStretch(1)
        self.setWidget(inside)

    def show_facts(self, facts: SystemFacts) -> None:
        """Show these in place of the former ones."""
        while item := self._warnings.takeAt(0):
            if (old := item.widget()) is not None:
                old.deleteLater()
        for group in self._groups:
            self._grid.removeWidget(group)
            group.deleteLater()
        for warning in facts.warnings:
            self._warnings.addWidget(Notice(display(warning), Health.UNHEALTHY))
        self._groups = [_group(group) for group in facts.groups]
        self._columns = 0
        self._place()

    def resizeEvent(self, event) -> None:  # type: ignore[no-untyped-def]
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        columns = max(1, min(4, self.viewport().width() // _COLUMN))
        if columns == self._columns:
            return
        self._columns = columns
        for column in range(4):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)
        for number, group in enumerate(self._groups):
            self._grid.addWidget(group, number // columns, number % columns, Qt.AlignmentFlag.AlignTop)


def _group(group: FactGroup) -> QWidget:
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(SectionTitle(group.title))
    rows = PropertyRows()
    for fact in group.facts:
        colour = "text.primary" if fact.tone is Tone.PRIMARY else f"{fact.tone}.fg"
        if fact.tone in (Tone.SECONDARY, Tone.DISABLED):
            colour = f"text.{fact.tone}"
        value = ElidedLabel(
            display(fact.value),
            font="mono" if fact.mono else "base",
            colour=colour,
            copies=fact.mono,
            copied_text=fact.value if fact.mono else None,
        )
        rows.add_widget(display(fact.name), value, display(fact.note))
    column.addWidget(rows)
    return holder
