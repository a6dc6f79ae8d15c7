"""What an operation has to tell: its command, how far it is, and what was said on the way."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout

from gui.messages import sentence
from gui.operations import RunningOperation, progress_words
from gui.theme.tokens import current_theme
from gui.widgets.area import Area
from gui.widgets.command_box import CommandBox
from gui.widgets.text import ElidedLabel, PlainLabel
from models.text import display
from services.operations import Progress

_MOST_LINES = 1_000  # of one operation's output


class Report(Area):
    """One operation in the opened panel of the dock."""

    def __init__(self, running: RunningOperation) -> None:
        super().__init__("bg.surface", "top")
        self._running = running
        operation = running.operation
        self._head = PlainLabel(font="medium")
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._head)
        head.addWidget(
            ElidedLabel(f"in {display(operation.context.title)}", font="secondary", colour="text.secondary"), 1
        )
        self._output = QPlainTextEdit(readOnly=True)
        self._output.setFont(current_theme().font("mono"))
        self._output.setAccessibleName(f"Output of {display(operation.title)}")
        self._output.setTabChangesFocus(True)
        self._output.setMaximumBlockCount(_MOST_LINES)
        self._output.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 8, 16, 8)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(CommandBox(operation.command))
        column.addWidget(self._output, 1)
        column.addStretch()
        running.changed.connect(self._tell)
        running.stepped.connect(self._on_steps)
        running.ended.connect(self._on_end)
        self._tell()

    def output(self) -> str:
        """The last lines of what was said."""
        return self._output.toPlainText()

    def _tell(self) -> None:
        self._head.setText(f"{display(self._running.operation.title)}: {progress_words(self._running) or 'under way'}")

    def _on_steps(self, steps: Sequence[Progress]) -> None:
        lines = []
        for step in steps[-_MOST_LINES:]:
            if step.line:
                lines.append(step.line)
            if step.outcome is not None and step.outcome.error is not None:
                lines.append(f"{step.outcome.ref.name}: {sentence(step.outcome.error)}")
        self._say(lines)

    def _on_end(self) -> None:
        if self._running.error is not None:
            self._say([sentence(self._running.error)])

    def _say(self, lines: Sequence[str]) -> None:
        if lines:
            self._output.appendPlainText("\n".join(display(line) for line in lines))
            self._output.show()
