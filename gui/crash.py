"""Bugs are shown, with traceback and log path, and the window stays up."""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, QtMsgType, Signal, qInstallMessageHandler
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QWidget

from gui.theme.tokens import current_theme
from gui.widgets.buttons import Button, Look
from gui.widgets.dialog import Dialog
from gui.widgets.text import PlainLabel
from models.text import display
from services.journal import redacted

log = logging.getLogger(__name__)


class CrashReporter(QObject):
    """Takes the exceptions that nobody caught, of every thread, and Qt's warnings for the log."""

    _raised = Signal(str)

    def __init__(self, journal: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._journal = journal
        # One at a time: a bug in a paint event comes back sixty times a second. Held here, as it may have no parent.
        self._dialog: CrashDialog | None = None
        self._raised.connect(self._show)
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread_exception
        qInstallMessageHandler(_on_qt_message)

    def stop(self) -> None:
        """Give the hooks back."""
        sys.excepthook, threading.excepthook = sys.__excepthook__, threading.__excepthook__
        qInstallMessageHandler(None)

    def _on_exception(self, form: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(form, KeyboardInterrupt):
            QApplication.quit()
            return
        text = "".join(traceback.format_exception(form, error, trace))
        log.error("Uncaught exception\n%s", text)
        self._raised.emit(text)

    def _on_thread_exception(self, hook: threading.ExceptHookArgs) -> None:
        self._on_exception(hook.exc_type, hook.exc_value or hook.exc_type(), hook.exc_traceback)

    def _show(self, text: str) -> None:
        if self._dialog is None:
            self._dialog = CrashDialog(redacted(text), self._journal, QApplication.activeWindow())
            self._dialog.finished.connect(self._on_closed)
            self._dialog.open()

    def _on_closed(self) -> None:
        self._dialog = None


class CrashDialog(Dialog):
    """What went wrong, for a report; the window behind it goes on."""

    def __init__(self, text: str, journal: Path, parent: QWidget | None) -> None:
        super().__init__("A fault in Pilothouse", parent, icon="bug", icon_colour="error.fg", width=680)
        self.body.addWidget(
            PlainLabel(
                "Something went wrong inside the application. Nothing was sent anywhere, and the window goes on. "
                "The same text stands in the log.",
                wrap=True,
            )
        )
        report = QPlainTextEdit(readOnly=True)
        report.setFont(current_theme().font("mono"))
        report.setPlainText("\n".join(display(line) for line in text.splitlines()))
        report.setMinimumHeight(240)
        report.setTabChangesFocus(True)
        report.setAccessibleName("Traceback")
        self.body.addWidget(report)
        self.set_note(str(journal))
        copy = self.add_button(Button("Copy the report", "copy"))
        copy.clicked.connect(lambda: QApplication.clipboard().setText(text))
        close = self.add_button(Button("Go on", look=Look.MAIN), default=True)
        close.clicked.connect(self.accept)
        self.finished.connect(self.deleteLater)


def _on_qt_message(kind: QtMsgType, _context: object, message: str) -> None:
    level = {QtMsgType.QtDebugMsg: logging.DEBUG, QtMsgType.QtInfoMsg: logging.INFO}.get(kind, logging.WARNING)
    log.log(level, "Qt: %s", message)
