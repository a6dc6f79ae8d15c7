"""What every run needs: the image, a name, how it is run, and what."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gui.run.completing import CompletingField, Offer
from gui.run.entries import SwitchEntry
from gui.run.flags import COMMAND, DETACH, IMAGE, INTERACTIVE, NAME, REMOVE, TTY
from gui.run.remarks import Remark, RemarkLines
from gui.run.sections import SectionHead
from gui.widgets.area import Area
from gui.widgets.segments import Segments
from gui.widgets.text import PlainLabel
from gui.widgets.tips import set_tip


class Mode(StrEnum):
    """How it is run, as people say it."""

    DETACHED = "detached"  # -d
    TERMINAL = "terminal"  # -it
    FOREGROUND = "foreground"


_SAYS = {
    Mode.DETACHED: "-d: in the background",
    Mode.TERMINAL: "-it: with a terminal in the dock",
    Mode.FOREGROUND: "its output in the log",
}
_SWITCHES = (DETACH.name, INTERACTIVE.name, TTY.name)
_TRUE = ("true",)


class Basics(Area):
    """Image, name, mode, command, --rm. The switches -d, -i and -t are one choice, and what fits none is kept."""

    changed = Signal(str)  # the flag's name, or "image", "command"

    def __init__(self) -> None:
        super().__init__("bg.surface", "bottom", line="border.subtle")
        self.image = CompletingField(name=IMAGE.title, placeholder="image, as nginx:1.27 or ghcr.io/owner/name:tag")
        self.name = CompletingField(name=NAME.title, placeholder="name, or one that the engine makes up")
        self.command = CompletingField(name=COMMAND.title, placeholder="command, or the image's own")
        for field, flag in ((self.image, IMAGE), (self.name, NAME), (self.command, COMMAND)):
            set_tip(field, flag.help)
        titles = ((mode.value, mode.capitalize()) for mode in Mode)
        self.mode = Segments(titles, name="How it is run")
        self.says = PlainLabel(font="secondary", colour="text.secondary")
        self.remove = SwitchEntry(REMOVE, help_=False)
        self.remarks = {key: RemarkLines() for key in (IMAGE.name, NAME.name, COMMAND.name)}
        self._switches: dict[str, tuple[str, ...]] = {DETACH.name: _TRUE}
        self._arrange()
        self.image.textChanged.connect(lambda _text: self.changed.emit(IMAGE.name))
        self.name.textChanged.connect(lambda _text: self.changed.emit(NAME.name))
        self.command.textChanged.connect(lambda _text: self.changed.emit(COMMAND.name))
        self.remove.changed.connect(lambda: self.changed.emit(REMOVE.name))
        self.mode.chosen.connect(self._on_mode)
        self._tell_mode()

    def _arrange(self) -> None:
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.image)
        column.addWidget(self.remarks[IMAGE.name])
        column.addLayout(_row((self.name, 1), (self.mode, 0)))
        column.addWidget(self.remarks[NAME.name])
        column.addLayout(_row((self.command, 1), (self.remove, 0)))
        column.addWidget(self.remarks[COMMAND.name])
        column.addWidget(self.says)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(16, 8, 16, 8)
        whole.setSpacing(8)
        whole.addWidget(SectionHead("Basics", "container", folds=False), 0, Qt.AlignmentFlag.AlignTop)
        whole.addLayout(column, 1)

    def texts(self) -> dict[str, tuple[str, ...]]:
        """What is said with flags."""
        texts = {NAME.name: (self.name.text(),) if self.name.text() else (), REMOVE.name: self.remove.texts()}
        return {**texts, **self._switches}

    def set_texts(self, image: str, command: str, texts: dict[str, tuple[str, ...]]) -> None:
        """Show these."""
        self.image.setText(image)
        self.command.setText(command)
        self.name.setText((texts.get(NAME.name) or ("",))[-1])
        self.remove.set_texts(texts.get(REMOVE.name, ()))
        switches = {flag: texts[flag] for flag in _SWITCHES if texts.get(flag)}
        mode = _mode(switches)
        self.mode.set_current(mode.value)
        self._switches = switches  # as they were said, which a mode may not say as exactly
        self._tell_mode()

    def set_images(self, offers: Sequence[Offer]) -> None:
        """The images that are here."""
        self.image.set_offers(offers)

    def set_remarks(self, remarks: dict[str, tuple[Remark, ...]]) -> None:
        """What is to be said about image, name and command."""
        fields = {IMAGE.name: self.image, NAME.name: self.name, COMMAND.name: self.command}
        for key, lines in self.remarks.items():
            said = remarks.get(key, ())
            lines.set_remarks(said)
            fields[key].set_wrong(next((remark.text for remark in said if remark.stops), None))

    @property
    def way(self) -> Mode:
        """How it is run."""
        return Mode(self.mode.current)

    def _on_mode(self, key: str) -> None:
        match Mode(key):
            case Mode.DETACHED:
                self._switches = {DETACH.name: _TRUE}
            case Mode.TERMINAL:
                self._switches = {INTERACTIVE.name: _TRUE, TTY.name: _TRUE}
            case Mode.FOREGROUND:
                self._switches = {}
        self._tell_mode()
        self.changed.emit(DETACH.name)

    def _tell_mode(self) -> None:
        self.says.setText(_SAYS[self.way])


def _mode(switches: dict[str, tuple[str, ...]]) -> Mode:
    if switches.get(DETACH.name) == _TRUE:
        return Mode.DETACHED
    return Mode.TERMINAL if switches.get(TTY.name) == _TRUE else Mode.FOREGROUND


def _row(*parts: tuple[QWidget, int]) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    for part, stretch in parts:
        row.addWidget(part, stretch)
    return row
