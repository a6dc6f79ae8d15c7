"""The Terminal tab: what to run inside, and which terminals are open already; they themselves stand in the dock."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from gui.desk import Desk
from gui.details.tab import DetailTab
from gui.terminals import SHELL, terminal_command, why_no_terminals
from gui.widgets.buttons import Button, Look
from gui.widgets.command_box import CommandBox
from gui.widgets.fields import Field
from gui.widgets.opener import Opener
from gui.widgets.properties import SectionTitle
from gui.widgets.text import PlainLabel
from models.kind import Ref
from models.terminal import Attach, Execute, Request
from models.text import display

if TYPE_CHECKING:
    from gui.terminal.pane import TerminalPane

_LABEL, _FIELD = 84, 320  # pixels


class TerminalTab(DetailTab):
    """Opens terminals in the dock."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk.session, parent)
        self._desk = desk
        self.command = Field(name="Command", placeholder="the first of bash, ash, sh that is there")
        self.user = Field(name="User", placeholder="its own, or a name or number")
        self.directory = Field(name="Directory", placeholder="its own, or a path")
        self.open_button = Button("Open terminal", "terminal", look=Look.MAIN)
        self.attach_button = Button("Attach to process 1", "connect")
        self.attach_button.set_tip("Its own input and output; closing the terminal leaves it running")
        self._twin = CommandBox()
        self._open = QVBoxLayout()
        self._open_title = SectionTitle("Open terminals")
        self._set_content(self._made())
        for field in (self.command, self.user, self.directory):
            field.set_fixed_width()
            field.setFixedWidth(_FIELD)
            field.textChanged.connect(self._tell)
            field.returnPressed.connect(self.open_button.click)
        self.open_button.clicked.connect(lambda: self._begin(self.request()))
        self.attach_button.clicked.connect(lambda: self._begin(Attach(SHELL.size)))
        desk.terminals.opened.connect(self._list)
        desk.terminals.closed.connect(self._list)

    def _made(self) -> QWidget:
        form = QGridLayout()
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(12)
        form.setVerticalSpacing(6)
        for row, (name, field) in enumerate((
            ("Command", self.command), ("User", self.user), ("Directory", self.directory)
        )):  # fmt: skip
            form.addWidget(PlainLabel(name, colour="text.secondary"), row, 0)
            form.addWidget(field, row, 1)
        form.setColumnStretch(2, 1)
        form.setColumnMinimumWidth(0, _LABEL)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.open_button)
        buttons.addWidget(self.attach_button)
        buttons.addStretch()
        left = QVBoxLayout()
        left.setSpacing(12)
        left.addLayout(form)
        left.addLayout(buttons)
        left.addStretch()
        right = QVBoxLayout()
        right.setSpacing(6)
        right.addWidget(SectionTitle("The same on the command line"))
        right.addWidget(self._twin)
        right.addWidget(self._open_title)
        right.addLayout(self._open)
        right.addStretch()
        content = QWidget()
        whole = QHBoxLayout(content)
        whole.setContentsMargins(16, 12, 16, 10)
        whole.setSpacing(24)
        whole.addLayout(left, 1)
        whole.addLayout(right, 1)
        return content

    def show_row(self, ref: Ref, row: Any) -> None:
        """Offer terminals in this object."""
        other = self.ref is None or self.ref.id != ref.id
        self.ref, self.row = ref, row
        self._tell()
        if other:
            self._list()
        self._show_content()

    def set_live(self, live: bool) -> None:
        """Whether the connection is."""
        super().set_live(live)
        self._tell()

    def request(self) -> Request:
        """What the fields ask for. Raises ValueError for a command whose quotes do not match."""
        words = tuple(shlex.split(self.command.text()))
        return Execute(SHELL.size, words, self.user.text().strip(), self.directory.text().strip())

    def _why_not(self) -> str | None:
        if reason := why_no_terminals(self.session):
            return reason
        if not self.live:
            return "the connection is not live"
        if self.row is not None and not self.row.running:
            return f"{display(self.ref.name) if self.ref else 'it'} is not running"
        return None

    def _tell(self) -> None:
        reason = self._why_not()
        self.attach_button.set_why_not(reason)
        try:
            request = self.request()
        except ValueError as error:
            self.command.set_wrong(str(error))
            self.open_button.set_why_not(f"the command cannot be read: {error}")
            return
        self.command.set_wrong(None)
        self.open_button.set_why_not(reason)
        if self.ref is not None:
            self._twin.set_command(terminal_command(self.session, self.ref, request))

    def _begin(self, request: Request) -> None:
        if self.ref is not None:
            self._desk.terminals.open(self.session, self.ref, request)

    def _list(self, _pane: object = None) -> None:
        """The terminals of this object, each with the way to it."""
        while item := self._open.takeAt(0):
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        panes = self._desk.terminals.of(self.ref) if self.ref else []
        self._open_title.setVisible(bool(panes))
        for pane in panes:
            entry = _Entry(pane)
            entry.clicked.connect(lambda _checked=False, pane=pane: self._desk.terminals.show(pane))
            self._open.addWidget(entry, 0, Qt.AlignmentFlag.AlignLeft)


class _Entry(Opener):
    """Leads to an open terminal."""

    def __init__(self, pane: TerminalPane) -> None:
        super().__init__(pane.title, "this terminal")
        self._pane = pane
        pane.changed.connect(self._tell)

    def _tell(self) -> None:
        ended = "" if self._pane.running else " (ended)"
        self.set_words(f"{self._pane.title}{ended}", "this terminal")
