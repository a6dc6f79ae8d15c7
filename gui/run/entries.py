"""What a flag is answered with: a text, a switch, or lines; each gives its texts and takes them back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from gui.run.completing import CompletingField, Offer
from gui.run.flags import Entry, Flag
from gui.run.lines import LINES, Line
from gui.run.remarks import Remark, RemarkLines
from gui.widgets.buttons import Button
from gui.widgets.checks import CheckBox
from gui.widgets.text import ElidedLabel, PlainLabel
from gui.widgets.tips import set_tip

TITLE_WIDTH = 124
_FIELD_WIDTH = 200
_TRUE = ("true", "1", "t")

Remarks = Mapping[int, tuple[Remark, ...]]  # by line


class FlagEntry(QWidget):
    """The base: one flag with its name, what it means, and what is to be said about it."""

    changed = Signal()

    def __init__(self, flag: Flag) -> None:
        super().__init__()
        self.flag = flag
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(4)
        self.row = QHBoxLayout()
        self.row.setSpacing(8)
        self.column.addLayout(self.row)

    def texts(self) -> tuple[str, ...]:
        """What is typed; () where nothing is."""
        raise NotImplementedError

    def set_texts(self, texts: Sequence[str]) -> None:
        """Show these."""
        raise NotImplementedError

    def set_remarks(self, remarks: Remarks) -> None:
        """Say this under its lines."""

    def set_offers(self, offers: Sequence[Offer]) -> None:
        """What exists already."""

    def follow(self, before: QWidget) -> QWidget:
        """Let the Tab key come here from `before`; the last widget that it stops at."""
        for part in self._stops():
            QWidget.setTabOrder(before, part)
            before = part
        return before

    @property
    def first(self) -> QWidget:
        """The first widget that the Tab key stops at."""
        return self._stops()[0]

    def _stops(self) -> list[QWidget]:
        raise NotImplementedError

    def _add_title(self) -> None:
        title = PlainLabel(self.flag.title, colour="text.secondary")
        title.setFixedWidth(TITLE_WIDTH)
        set_tip(title, f"--{self.flag.name}: {self.flag.help}")
        self.row.addWidget(title)

    def _add_help(self) -> None:
        self.row.addWidget(ElidedLabel(f"--{self.flag.name}", font="mono-small", colour="text.secondary"))
        words = ElidedLabel(self.flag.help, font="secondary", colour="text.secondary")
        words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.row.addWidget(words, 1)


class TextEntry(FlagEntry):
    """One field."""

    def __init__(self, flag: Flag) -> None:
        super().__init__(flag)
        offers = [Offer(choice) for choice in flag.choices]
        self.field = CompletingField(name=flag.title, placeholder=flag.example, offers=offers)
        set_tip(self.field, f"--{flag.name}: {flag.help}")
        if not flag.wide:
            self.field.setFixedWidth(_FIELD_WIDTH)
        self._add_title()
        self.row.addWidget(self.field, 1 if flag.wide else 0)
        self._add_help()
        self._remarks = RemarkLines()
        self.column.addWidget(self._remarks)
        self.field.textChanged.connect(lambda _text: self.changed.emit())

    def _stops(self) -> list[QWidget]:
        return [self.field]

    def texts(self) -> tuple[str, ...]:
        return (self.field.text(),) if self.field.text() else ()

    def set_texts(self, texts: Sequence[str]) -> None:
        self.field.setText(texts[-1] if texts else "")

    def set_remarks(self, remarks: Remarks) -> None:
        said = tuple(remark for line in remarks.values() for remark in line)
        self._remarks.set_remarks(said)
        self.field.set_wrong(next((remark.text for remark in said if remark.stops), None))
        if not said:
            set_tip(self.field, f"--{self.flag.name}: {self.flag.help}")

    def set_offers(self, offers: Sequence[Offer]) -> None:
        self.field.set_offers(offers)


class SwitchEntry(FlagEntry):
    """A check box."""

    def __init__(self, flag: Flag, *, help_: bool = True) -> None:
        super().__init__(flag)
        self._texts: tuple[str, ...] = ()
        self.box = CheckBox(flag.title)
        set_tip(self.box, f"--{flag.name}: {flag.help}")
        self.row.addWidget(self.box)
        if help_:
            self._add_help()
        self.box.toggled.connect(self._on_toggled)

    def _stops(self) -> list[QWidget]:
        return [self.box]

    def texts(self) -> tuple[str, ...]:
        return self._texts  # "false" was said by somebody who meant it

    def set_texts(self, texts: Sequence[str]) -> None:
        self.box.setChecked(bool(texts) and texts[-1].lower() in _TRUE)
        self._texts = tuple(texts)

    def _on_toggled(self, on: bool) -> None:
        self._texts = ("true",) if on else ()
        self.changed.emit()


class LinesEntry(FlagEntry):
    """Any number of lines, and a button that adds one."""

    def __init__(self, flag: Flag) -> None:
        super().__init__(flag)
        self.lines: list[Line] = []
        self._offers: Sequence[Offer] = ()
        self._body = QVBoxLayout()
        self._body.setSpacing(4)
        self.column.insertLayout(0, self._body)
        self.add = Button(flag.title, "plus", small=True)
        set_tip(self.add, f"--{flag.name}: {flag.help}")
        self.add.clicked.connect(lambda: self.add_line().parts[0].setFocus())
        self.row.addWidget(self.add)
        self._add_help()

    def _stops(self) -> list[QWidget]:
        return [*(part for line in self.lines for part in line.parts), self.add]

    def texts(self) -> tuple[str, ...]:
        return tuple(filter(None, (line.text() for line in self.lines)))

    def set_texts(self, texts: Sequence[str]) -> None:
        if tuple(texts) == self.texts():
            return
        for line in self.lines[len(texts) :]:
            self._drop(line)
        for number, text in enumerate(texts):  # in place: what has the keys keeps them
            if number >= len(self.lines):
                self.add_line(text)
            elif self.lines[number].text() != text:
                self.lines[number].set_text(text)
        self.changed.emit()

    def add_line(self, text: str = "") -> Line:
        """One more, at the end."""
        line = LINES[self.flag.entry](self.flag)
        if self._offers:
            line.set_offers(self._offers)
        line.set_text(text)
        line.changed.connect(self.changed)
        line.removed.connect(lambda: self._on_removed(line))
        self.lines.append(line)
        self._body.addWidget(line)
        last: QWidget = self.add
        for part in line.parts:  # the Tab key passes the lines in order, then the button
            QWidget.setTabOrder(last, part)
            last = part
        QWidget.setTabOrder(last, self.add)
        return line

    def set_remarks(self, remarks: Remarks) -> None:
        used = [line for line in self.lines if line.text()]
        for line in self.lines:
            line.set_remarks(remarks.get(used.index(line), ()) if line in used else ())

    def set_offers(self, offers: Sequence[Offer]) -> None:
        self._offers = offers
        for line in self.lines:
            line.set_offers(offers)

    def _on_removed(self, line: Line) -> None:
        self._drop(line)
        self.add.setFocus()
        self.changed.emit()

    def _drop(self, line: Line) -> None:
        self.lines.remove(line)
        self._body.removeWidget(line)
        line.hide()
        line.deleteLater()


def entry_for(flag: Flag) -> FlagEntry:
    """The widget that asks for this flag."""
    match flag.entry:
        case Entry.TEXT:
            return TextEntry(flag)
        case Entry.FLAG:
            return SwitchEntry(flag)
        case _:
            return LinesEntry(flag)
