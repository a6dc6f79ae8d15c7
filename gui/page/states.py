"""What stands in the list's place: the table, or why there are no rows to see."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from gui.messages import message
from gui.widgets.buttons import Button
from gui.widgets.states import EmptyState, Skeleton
from models.context import Context
from models.errors import AppError, certificate_of
from models.kind import ResourceKind
from models.text import count_text


class ListStates(QStackedWidget):
    """One of: loading, the table, nothing there, nothing that matches, an error."""

    all_wanted = Signal()
    retry_wanted = Signal()
    trust_wanted = Signal()

    def __init__(self, kind: ResourceKind, table: QWidget) -> None:
        super().__init__()
        self._kind = kind
        show_all = Button("Show all", small=True)
        show_all.clicked.connect(self.all_wanted)
        retry = Button("Retry now", "retry", small=True)
        retry.clicked.connect(self.retry_wanted)
        self._trust = Button("Trust its certificate…", "warning", small=True)
        self._trust.clicked.connect(self.trust_wanted)
        self.table = table
        self.loading = Skeleton()
        self.empty = EmptyState(kind.empty_title, kind.empty_text, icon=kind.icon)
        self.nothing = EmptyState("Nothing matches", icon="search", buttons=[show_all])
        self.error = EmptyState(error=True, buttons=[retry, self._trust])
        for widget in (self.loading, table, self.empty, self.nothing, self.error):
            self.addWidget(widget)

    def show_rows(self, shown: int, hidden: int) -> None:
        """The table, or why it would be bare: `shown` lines in it, `hidden` rows that the filter keeps away."""
        if shown:
            self.setCurrentWidget(self.table)
        elif hidden:
            words = count_text(hidden, self._kind.noun, self._kind.title.lower())
            self.nothing.set_words("Nothing matches", f"{words} {'is' if hidden == 1 else 'are'} hidden.")
            self.setCurrentWidget(self.nothing)
        else:
            self.setCurrentWidget(self.empty)

    def show_loading(self) -> None:
        """No rows yet."""
        self.setCurrentWidget(self.loading)

    def show_error(self, error: AppError, context: Context) -> None:
        """Why there are none, and what to do."""
        words = message(error, context)
        self.error.set_words(words.title, " ".join(filter(None, (words.reason, words.advice))))
        self._trust.setVisible(certificate_of(error) is not None)
        self.setCurrentWidget(self.error)
