"""The form: basics first, then the groups of flags; it gives a draft and takes one back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from gui.run.basics import Basics
from gui.run.completing import Offer
from gui.run.entries import FlagEntry
from gui.run.flags import FLAGS, GROUPS, Known
from gui.run.remarks import Remark
from gui.run.sections import Section
from gui.widgets.area import Area
from models.docker.run_draft import Draft

Remarks = Mapping[tuple[str, int], tuple[Remark, ...]]  # by flag and line


class RunForm(QScrollArea):
    """All flags. `changed` names the flag that is typed in; "" when the whole draft is another."""

    changed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.basics = Basics()
        self.sections = {group.id: Section(group) for group in GROUPS}
        self._sections = {flag.name: self.sections[group.id] for group in GROUPS for flag in group.flags}
        self._offers: Mapping[Known, Sequence[Offer]] = {}
        paper = Area("bg.surface")
        column = QVBoxLayout(paper)
        column.setContentsMargins(0, 0, 0, 16)
        column.setSpacing(0)
        column.addWidget(self.basics)
        for section in self.sections.values():
            section.changed.connect(self._on_changed)
            section.built.connect(lambda section=section: self._offer(section))
            column.addWidget(section)
        column.addStretch(1)
        self.setWidget(paper)
        self.basics.changed.connect(self._on_changed)
        self._to_open = [section for section in self.sections.values() if not section.group.folded]
        self._opening = QTimer(self, interval=0)  # one in a turn: each takes some milliseconds
        self._opening.timeout.connect(self._open_next)
        self._opening.start()
        self._filling = False
        self._exec_forms: Mapping[str, tuple[str, ...]] = {}
        self._withheld: tuple[str, ...] = ()

    def draft(self) -> Draft:
        """What is typed."""
        texts = self.basics.texts()
        for section in self.sections.values():
            texts |= section.texts()
        return Draft(
            image=self.basics.image.text(),
            command=self.basics.command.text(),
            texts={name: lines for name, lines in texts.items() if lines},
            exec_forms=self._exec_forms,
            withheld=self._withheld,
        )

    def set_draft(self, draft: Draft) -> None:
        """Show another; groups that say something are unfolded."""
        self._filling = True
        self._exec_forms, self._withheld = draft.exec_forms, draft.withheld
        self.basics.set_texts(draft.image, draft.command, dict(draft.texts))
        self._to_open.clear()
        for section in self.sections.values():
            section.set_texts(draft.texts)
        self._filling = False
        self.changed.emit("")

    def set_text(self, flag: str, line: int, text: str) -> None:
        """Change one line of a flag: what a repair does."""
        if flag == "image":
            self.basics.image.setText(text)
        elif flag == "name":
            self.basics.name.setText(text)
        else:
            texts = list(self.entry(flag).texts())
            texts[line : line + 1] = [text] if text else []
            self.entry(flag).set_texts(texts)

    def entry(self, flag: str) -> FlagEntry:
        """The widget of this flag. KeyError for those of the basics."""
        section = self._sections[flag]
        section.build()
        return section.entries[flag]

    def set_remarks(self, remarks: Remarks) -> None:
        """Say each of these where it belongs; a folded group that has one that stops is unfolded."""
        by_flag: dict[str, dict[int, tuple[Remark, ...]]] = {}
        for (flag, line), said in remarks.items():
            by_flag.setdefault(flag, {})[line] = said
        basics = {flag: tuple(one for said in lines.values() for one in said) for flag, lines in by_flag.items()}
        self.basics.set_remarks(basics)
        for flag, lines in by_flag.items():
            if flag in self._sections and any(one.stops for said in lines.values() for one in said):
                self._sections[flag].set_open(True)
        for section in self.sections.values():
            for name, entry in section.entries.items():
                entry.set_remarks(by_flag.get(name, {}))

    def set_offers(self, offers: Mapping[Known, Sequence[Offer]]) -> None:
        """What exists: images, networks, volumes, containers."""
        self.basics.set_images(offers.get(Known.IMAGES, ()))
        self._offers = offers
        for section in self.sections.values():
            self._offer(section)

    def _open_next(self) -> None:
        if not self._to_open:
            self._opening.stop()
            return
        self._to_open.pop(0).set_open(True)

    def _offer(self, section: Section) -> None:
        for name, entry in section.entries.items():
            known = FLAGS[name].known
            if known in self._offers:
                entry.set_offers(self._offers[known])

    def show_flag(self, flag: str, line: int = 0) -> None:
        """Unfold it, and put the keys into it."""
        field = self._field(flag, line)
        if flag in self._sections:
            self._sections[flag].set_open(True)
        field.setFocus(Qt.FocusReason.OtherFocusReason)
        self.ensureWidgetVisible(field)

    def _field(self, flag: str, line: int) -> QWidget:
        fields = {"image": self.basics.image, "name": self.basics.name, "command": self.basics.command}
        if flag in fields:
            return fields[flag]
        entry = self.entry(flag)
        lines = getattr(entry, "lines", ())
        return lines[line].parts[0] if line < len(lines) else entry.first

    def _on_changed(self, flag: str) -> None:
        if not self._filling:
            self.changed.emit(flag)
