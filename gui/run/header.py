"""The head of the Run page: where one is, whether the draft is kept, and the buttons that make the container."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from gui.theme.tokens import current_theme
from gui.widgets.area import Area
from gui.widgets.buttons import Button, IconButton, Look
from gui.widgets.checks import CheckBox
from gui.widgets.marks import Tag
from gui.widgets.opener import Opener
from gui.widgets.text import PlainLabel
from models.text import count_text, display


class RunHeader(Area):
    """48 px."""

    back_wanted = Signal()
    discard_wanted = Signal()
    create_wanted = Signal()
    run_wanted = Signal()
    replace_toggled = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("bg.header", "bottom", parent=parent)
        back = IconButton("chevron-left", "Back to the containers (Esc)")
        up = Opener("Containers", "the containers", colour="text.secondary")
        self._source = Tag("")
        self._replace = CheckBox("Replace it")
        self._kept = PlainLabel(font="secondary", colour="text.secondary")
        self._discard = Button("Discard")
        self.create_ = Button("Create only", "container")
        self.run = Button("Run", "run", look=Look.MAIN)
        self.run.set_tip("Make it and start it (Ctrl Enter)")
        self.create_.set_tip("Make it without starting it")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 1)
        row.setSpacing(8)
        title = PlainLabel("Run a container", font="object-title")
        left: list[QWidget] = [back, up, PlainLabel("›", colour="text.secondary"), title, self._source, self._replace]
        for widget in left:
            row.addWidget(widget)
        row.addStretch(1)
        right: list[QWidget] = [self._kept, self._discard, self.create_, self.run]
        for widget in right:
            row.addWidget(widget)
        self.setFixedHeight(current_theme().size("page-header"))
        back.clicked.connect(self.back_wanted)
        up.clicked.connect(self.back_wanted)
        self._discard.clicked.connect(self.discard_wanted)
        self.create_.clicked.connect(self.create_wanted)
        self.run.clicked.connect(self.run_wanted)
        self._replace.toggled.connect(self.replace_toggled)
        self.set_source("", 0)

    @property
    def replaces(self) -> bool:
        """Whether the container that the form came from shall go."""
        return self._replace.isChecked()

    def set_replaces(self, on: bool) -> None:
        """Tick it, or not."""
        self._replace.setChecked(on)

    def set_source(self, name: str, changes: int) -> None:
        """The container that the form came from, and in how much it differs; "" for none."""
        self._source.setVisible(bool(name))
        self._replace.setVisible(bool(name))
        if not name:
            self._replace.setChecked(False)
        self._source.set_text(f"as {display(name, 40)}, {count_text(changes, 'change')}")

    def set_kept(self, when: str, problem: str = "") -> None:
        """When the draft was last written, or why it could not be."""
        self._kept.setText(f"Draft not kept: {display(problem)}" if problem else f"Draft kept {when}" if when else "")

    def set_can_discard(self, can: bool) -> None:
        """Whether there is something to discard."""
        self._discard.set_why_not(None if can else "Nothing has been typed")

    def set_why_not_run(self, reason: str | None) -> None:
        """Why Run waits, or None."""
        self.run.set_why_not(None if reason is None else display(reason))

    def set_why_not_create(self, reason: str | None) -> None:
        """Why it cannot be made, or None."""
        self.create_.set_why_not(None if reason is None else display(reason))
