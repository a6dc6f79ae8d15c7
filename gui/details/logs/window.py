"""A log in a window of its own."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.details.logs.tab import LogsTab
from models.kind import Ref
from models.text import display
from services.session import Session


class LogWindow(QWidget):
    """Follows one object's log until it is closed."""

    def __init__(self, session: Session, ref: Ref, row: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"{display(ref.name, 120)} on {display(session.context.title, 60)} – Logs")
        self.resize(1000, 640)
        self.tab = LogsTab(session)
        self.tab.bar.in_a_window()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.tab)
        for keys, do in (("Ctrl+F", self.tab.focus_filter), ("Ctrl+W", self.close)):
            QShortcut(QKeySequence(keys), self, do)
        self.tab.show_row(ref, row)
