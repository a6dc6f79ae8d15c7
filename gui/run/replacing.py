"""Asks before a container goes for one that is made in its place."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from gui.widgets.buttons import Button, Look
from gui.widgets.dialog import Dialog
from gui.widgets.fields import Field
from gui.widgets.notice import Notice
from gui.widgets.properties import SectionTitle
from gui.widgets.text import PlainLabel
from models.context import Context
from models.health import Health
from models.kind import Ref
from models.text import display


class ReplaceDialog(Dialog):
    """What goes, what stays; on a protected context the name is typed."""

    def __init__(self, context: Context, replaced: Ref, losses: Sequence[str], parent: QWidget | None) -> None:
        name = display(replaced.name)
        super().__init__(
            f"Replace {name}?", parent, icon="restart", icon_colour="error.fg", width=640,
            stripe=f"context.{context.colour}",
        )  # fmt: skip
        self.body.addWidget(PlainLabel(
            f"In {display(context.title)}, {name} is stopped and set aside, the new container takes its name, and when "
            "it has been made the old one is removed. Where that fails, the old one comes back as it was.",
            wrap=True,
        ))  # fmt: skip
        self.body.addWidget(SectionTitle("Goes for good"))
        goes = ("Its log, its history, and what it wrote outside volumes and mounts", *losses)
        for loss in goes:
            self.body.addWidget(Notice(display(loss), Health.UNHEALTHY))
        self._name = replaced.name
        self.typed: Field | None = None
        if context.protected:
            words = f"{display(context.title)} is protected. Type {name} to confirm."
            self.body.addWidget(PlainLabel(words, wrap=True))
            self.typed = Field(name="Name to confirm")
            self.typed.textChanged.connect(lambda _text: self._tell())
            self.body.addWidget(self.typed)
        cancel = self.add_cancel()
        self.replace = self.add_button(Button("Replace", "restart", look=Look.DESTRUCTIVE))
        self.replace.clicked.connect(self.accept)
        self._tell()
        (self.typed or cancel).setFocus()

    def _tell(self) -> None:
        wrong = self.typed is not None and self.typed.text() != self._name
        self.replace.set_why_not(f"Type {display(self._name)} first" if wrong else None)
