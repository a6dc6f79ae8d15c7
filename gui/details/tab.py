"""What all detail tabs share: an object, four states, and the way back from an error."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QStackedLayout, QWidget

from gui.messages import message
from gui.widgets.buttons import Button
from gui.widgets.states import EmptyState, Skeleton
from models.errors import AppError, Gone
from models.kind import Ref
from services.session import Session


class DetailTab(QWidget):
    """A tab of the details pane: `show_row` (again whenever the row changes), `set_live`, `set_gone`, `clear`."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.ref: Ref | None = None
        self.row: Any = None
        self.live = True
        self._states = QStackedLayout(self)
        self._skeleton = Skeleton(name="Loading details")
        self._error = EmptyState(error=True)
        self._gone = EmptyState(icon="info")
        for state in (self._skeleton, self._error, self._gone):
            self._states.addWidget(state)

    def show_row(self, ref: Ref, row: Any) -> None:
        """Show this object, or its new state."""
        raise NotImplementedError

    def set_live(self, live: bool) -> None:
        """Whether the connection is; without it what is shown is of the past."""
        self.live = live

    def set_gone(self) -> None:
        """The object no longer exists."""
        name = "It" if self.ref is None else self.ref.name
        self._gone.set_words(f"{name} no longer exists", "It was removed after this tab was opened.")
        self._states.setCurrentWidget(self._gone)

    def clear(self) -> None:
        """Forget the object, and ask for nothing more."""
        self.ref = self.row = None
        self._states.setCurrentWidget(self._skeleton)

    def _set_content(self, content: QWidget) -> None:
        self._content = content
        self._states.addWidget(content)

    def _show_loading(self) -> None:
        self._states.setCurrentWidget(self._skeleton)

    def _show_content(self) -> None:
        self._states.setCurrentWidget(self._content)

    def _show_error(self, error: AppError, retry: Callable[[], object]) -> None:
        if isinstance(error, Gone):
            self.set_gone()
            return
        words = message(error, self.session.context)
        button = Button("Retry", "retry", small=True)
        button.clicked.connect(lambda: retry())
        self._error.set_words(words.title, " ".join(filter(None, (words.reason, words.advice))))
        self._error.set_buttons([button])
        self._states.setCurrentWidget(self._error)
