"""The actions of a kind on one page: menus, shortcuts, questions, and the operations that they become."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from gui import tasks
from gui.contexts import OpenContext
from gui.messages import message
from gui.operations import Operations
from gui.page.action_dialog import ActionDialog
from gui.widgets.menu import Menu
from gui.widgets.tips import set_tip
from models.errors import AppError
from models.kind import Action, Options, ResourceKind
from models.text import display, display_lines
from services.operations import operation, twin_text
from services.session import Previewer


class Actions(QObject):
    """Does the kind's actions to rows of one open context."""

    refused = Signal(str, str)  # what cannot be done, and why, found out after it was asked for

    def __init__(self, open_one: OpenContext, kind: ResourceKind, operations: Operations, parent: QWidget) -> None:
        super().__init__(parent)
        self._open_one, self.kind, self._operations, self._window = open_one, kind, operations, parent
        self.dialog: ActionDialog | None = None

    def why_not(self, action: Action, rows: Sequence[Any]) -> str | None:
        """The sentence that disables it, or None."""
        if not self._open_one.state.live:
            return "the connection is not live"
        if action.on_page:
            return None  # its rows are not known before the preview
        if not rows:
            return "nothing is selected"
        if len(rows) > 1 and not action.many:
            return f"one {self.kind.noun} at a time"
        reason = action.why_not(rows)
        return None if reason is None else display(reason)

    def trigger(self, action: Action, rows: Sequence[Any]) -> None:
        """Do it, after its questions. Rows are captured now."""
        if self.why_not(action, rows) is not None:
            return
        if action.on_page:
            self._preview(action)
        elif action.asks or (action.disruptive and self._open_one.context.protected):
            self._ask(action, rows)
        else:
            self.start(action, rows, action.defaults(rows))

    def fill_menu(self, menu: Menu, rows: Sequence[Any]) -> None:
        """All actions on rows, in blocks, and their commands to copy."""
        block = None
        for action in self.kind.actions:
            if action.on_page:
                continue
            if block not in (None, action.block):
                menu.addSeparator()
            block = action.block
            self._add(menu, action, rows)
        menu.addSeparator()
        self._add_copies(menu.add_menu("Copy", icon="copy"), rows)

    def fill_page_menu(self, menu: Menu) -> None:
        """The actions that concern the whole page."""
        for action in self.kind.actions:
            if action.on_page:
                self._add(menu, action, ())

    def copy_command(self, action: Action, rows: Sequence[Any]) -> None:
        """Its command line, with the default answers."""
        QGuiApplication.clipboard().setText(self.twin(action, rows))

    def twin(self, action: Action, rows: Sequence[Any]) -> str:
        """The command that does the same."""
        return twin_text(self._open_one.context, action, rows, action.defaults(rows))

    def _add(self, menu: Menu, action: Action, rows: Sequence[Any]) -> None:
        entry = menu.add(
            action.title,
            lambda: self.trigger(action, rows),
            icon=action.icon,
            shortcut=action.shortcut,
            why_not=self.why_not(action, rows),
            destructive=action.confirm is not None,
        )
        if entry.isEnabled() and not action.on_page:
            set_tip(entry, display_lines(self.twin(action, rows)))

    def _add_copies(self, menu: Menu, rows: Sequence[Any]) -> None:
        clipboard = QGuiApplication.clipboard()
        names = "\n".join(self.kind.name(row) for row in rows)
        keys = "\n".join(self.kind.key(row) for row in rows)
        menu.add("Name" if len(rows) == 1 else "Names", lambda: clipboard.setText(names))
        menu.add("Id" if len(rows) == 1 else "Ids", lambda: clipboard.setText(keys))
        menu.addSeparator()
        for action in self.kind.actions:
            if not action.on_page and (action.many or len(rows) == 1):
                command = self.twin(action, rows)
                menu.add(f"Command: {action.title.rstrip('…')}", partial(clipboard.setText, command))

    def _preview(self, action: Action) -> None:
        session = self._open_one.session
        if not isinstance(session, Previewer):
            return
        task = tasks.run(self, session.preview, action.call, {}, key="preview")
        task.succeeded.connect(lambda rows: self._on_preview(action, rows))
        task.failed.connect(self._on_failed)

    def _on_preview(self, action: Action, rows: Sequence[Any]) -> None:
        reason = action.why_not(rows)
        if reason is not None:
            self.refused.emit(f"{display(reason)}.", "")
        else:
            self._ask(action, rows)

    def _on_failed(self, error: AppError) -> None:
        words = message(error, self._open_one.context)
        self.refused.emit(words.title, words.reason)

    def _ask(self, action: Action, rows: Sequence[Any]) -> None:
        names = [self.kind.name(row) for row in rows]
        dialog = ActionDialog(self._open_one.context, self.kind.noun, action, rows, names, self._window)
        dialog.accepted_with.connect(lambda answers: self.start(action, rows, answers))
        dialog.finished.connect(dialog.deleteLater)
        dialog.finished.connect(self._forget_dialog)
        self.dialog = dialog
        dialog.open()

    def _forget_dialog(self) -> None:
        self.dialog = None

    def start(self, action: Action, rows: Sequence[Any], options: Options) -> None:
        """Do it now, without a question."""
        self._operations.start(operation(self._open_one.session, self.kind, action, rows, options))
