"""The form: basics first, then the groups of flags; it gives a draft and takes one back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
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
        self.entries: dict[str, FlagEntry] = {}
        paper = Area("bg.surface")
        column = QVBoxLayout(paper)
        column.setContentsMargins(0, 0, 0, 16)
        column.setSpacing(0)
        column.addWidget(self.basics)
        for section in self.sections.values():
            self.entries.update(section.entries)
            section.changed.connect(self._on_changed)
            column.addWidget(section)
        column.addStretch(1)
        self.setWidget(paper)
        self.basics.changed.connect(self._on_changed)
        self._filling = False
        self._exec_forms: Mapping[str, tuple[str, ...]] = {}
        self._withheld: tuple[str, ...] = ()

    def draft(self) -> Draft:
        """What is typed."""
        texts = self.basics.texts() | {name: entry.texts() for name, entry in self.entries.items()}
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
        for name, entry in self.entries.items():
            entry.set_texts(draft.texts.get(name, ()))
        for section in self.sections.values():
            section.set_open(section.used or not section.group.folded)
        self._filling = False
        self.changed.emit("")

    def set_text(self, flag: str, line: int, text: str) -> None:
        """Change one line of a flag: what a repair does."""
        if flag == "image":
            self.basics.image.setText(text)
        elif flag == "name":
            self.basics.name.setText(text)
        else:
            texts = list(self.entries[flag].texts())
            texts[line : line + 1] = [text] if text else []
            self.entries[flag].set_texts(texts)

    def set_remarks(self, remarks: Remarks) -> None:
        """Say each of these where it belongs; a folded group that has one that stops is unfolded."""
        by_flag: dict[str, dict[int, tuple[Remark, ...]]] = {}
        for (flag, line), said in remarks.items():
            by_flag.setdefault(flag, {})[line] = said
        basics = {flag: tuple(one for said in lines.values() for one in said) for flag, lines in by_flag.items()}
        self.basics.set_remarks(basics)
        for section in self.sections.values():
            for name, entry in section.entries.items():
                entry.set_remarks(by_flag.get(name, {}))
                if any(one.stops for said in by_flag.get(name, {}).values() for one in said):
                    section.set_open(True)

    def set_offers(self, offers: Mapping[Known, Sequence[Offer]]) -> None:
        """What exists: images, networks, volumes, containers."""
        self.basics.set_images(offers.get(Known.IMAGES, ()))
        for name, entry in self.entries.items():
            known = FLAGS[name].known
            if known in offers:
                entry.set_offers(offers[known])

    def show_flag(self, flag: str, line: int = 0) -> None:
        """Unfold it, and put the keys into it."""
        field = self._field(flag, line)
        for section in self.sections.values():
            if flag in section.entries:
                section.set_open(True)
        field.setFocus(Qt.FocusReason.OtherFocusReason)
        self.ensureWidgetVisible(field)

    def _field(self, flag: str, line: int) -> QWidget:
        fields = {"image": self.basics.image, "name": self.basics.name, "command": self.basics.command}
        if flag in fields:
            return fields[flag]
        entry = self.entries[flag]
        lines = getattr(entry, "lines", ())
        return lines[line].parts[0] if line < len(lines) else next(iter(entry.findChildren(QWidget)))

    def _on_changed(self, flag: str) -> None:
        if not self._filling:
            self.changed.emit(flag)
