"""The Run page: a container is typed, checked, shown as its command line, and made."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gui import tasks
from gui.contexts import OpenContext
from gui.desk import Desk
from gui.messages import clock_text, message
from gui.run.checking import Checking
from gui.run.completing import Offer
from gui.run.flags import Known
from gui.run.form import RunForm
from gui.run.header import RunHeader
from gui.run.remarks import Remark
from gui.run.running import Running
from gui.run.side import Side
from gui.run.strip import ChecksStrip
from gui.widgets.banner import Banner
from gui.widgets.buttons import Button
from models.docker.run_draft import Draft, Reading, draft_of, read_draft, without_values
from models.docker.run_flags import flag_named
from models.docker.run_line import Part, parse_line, parts
from models.docker.run_spec import RunSpec
from models.docker.run_stock import RunAgain, Stock
from models.errors import AppError, BadInput
from models.health import Tone
from models.kind import Ref
from models.secrets import masked_arguments
from models.text import display

_READ = 60  # ms of rest before what is typed is read
_CHECK = 350  # ms of rest before the engine is asked about it
_WIDE = 1_100  # pixels from which the command line has all of its room
_KEEP = 1_200  # ms of rest before the draft is written


class RunPage(QWidget):
    """One form of one open context. Nothing typed in it is lost but by Discard, which can be taken back."""

    left = Signal()  # back to the containers

    def __init__(self, open_one: OpenContext, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._open_one, self._desk = open_one, desk
        self.session: Any = open_one.session
        self.header = RunHeader()
        self.banner = Banner()
        self.form = RunForm()
        self.strip = ChecksStrip()
        self.side = Side()
        self.checking = Checking(self, self.session)
        self.running = Running(self, open_one, desk)
        self.reading = Reading(RunSpec())
        self.source: RunAgain | None = None
        self._source_ref: Ref | None = None
        self._discarded: tuple[Draft, RunAgain | None, Ref | None] | None = None
        self._base: Sequence[Part] | None = None
        self._base_name = ""
        self._recent = ""
        self._loaded = desk.drafts is None
        self._read_soon, self._check_soon, self._keep_soon = (
            QTimer(self, singleShot=True, interval=interval) for interval in (_READ, _CHECK, _KEEP)
        )
        self._arrange()
        self._connect()
        self._load()
        self._read()

    def _arrange(self) -> None:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.form, 1)
        column.addWidget(self.strip)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(left, 1)
        row.addWidget(self.side)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.header)
        whole.addWidget(self.banner)
        whole.addLayout(row, 1)

    def _connect(self) -> None:
        self._read_soon.timeout.connect(self._read)
        self._check_soon.timeout.connect(self._check)
        self._keep_soon.timeout.connect(self._keep)
        self.form.changed.connect(self._on_typed)
        self.side.pasted.connect(self.fill_from)
        self.strip.wanted.connect(self.form.show_flag)
        self.checking.changed.connect(self._tell_checks)
        self.header.back_wanted.connect(self.left)
        self.header.discard_wanted.connect(self.discard)
        self.header.replace_toggled.connect(lambda _on: self._on_typed(""))
        self.header.create_wanted.connect(lambda: self.run(start=False))
        self.header.run_wanted.connect(lambda: self.run(start=True))
        self.running.failed.connect(self._say)
        self.running.done.connect(self._on_done)
        self.running.pulled.connect(self.reload)
        self.running.changed.connect(self._tell_buttons)
        self._open_one.state_changed.connect(lambda _state: self._tell_buttons())
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            here = Qt.ShortcutContext.WidgetWithChildrenShortcut
            QShortcut(QKeySequence(keys), self, self.header.run.click, context=here)

    # what is typed

    def _on_typed(self, flag: str) -> None:
        found = flag_named(flag)
        self._recent = found.field if found else flag
        self._read_soon.start()

    def _read(self) -> None:
        """Say anew what the texts mean; the engine is asked after a longer rest."""
        self._read_soon.stop()
        draft = self.form.draft()
        self.reading = read_draft(draft)
        self.header.set_can_discard(not _untouched(draft))
        self._tell_line()
        self.checking.begin(self.reading)
        self._check_soon.start()
        if self._loaded:
            self._keep_soon.start()

    def _tell_line(self) -> None:
        spec, hidden = without_values(self.reading.spec)
        now = parts(spec)
        wrong = {text for text in self.checking.wrong_texts(self.form.draft()) if text}
        head = (*self.session.context.command, "run")
        self.side.line.set_parts(head, now, self._base, self._recent, wrong)
        words = []
        if self._base is not None:
            changes = sum(part not in self._base for part in now) + sum(part not in now for part in self._base)
            words.append(f"Marked: what {display(self._base_name)} has not.")
            self.header.set_source(self._base_name, changes)
        if hidden:
            words.append(f"The value of {display(', '.join(hidden))} stays out: it looks secret.")
        self.side.legend.setText(" ".join(words))
        self.side.legend.setVisible(bool(words))

    # checks

    def _check(self) -> None:
        if self.isVisible() and self._open_one.state.live:
            self.checking.ask(self.reading, self._replaced())

    def _tell_checks(self) -> None:
        remarks = self.checking.remarks(self.form, self._pull)
        self.form.set_remarks(remarks)
        flat = [(place, one) for place, said in remarks.items() for one in said]
        self.strip.set_remarks(flat, self.checking.asking, "name, image, ports, mounts")
        self._tell_line()
        self._tell_buttons()

    def _tell_buttons(self) -> None:
        reason = None
        if not self._open_one.state.live:
            reason = "The connection is not live"
        elif not self.reading.spec.image:
            reason = "An image is needed"
        elif self.running.busy:
            reason = "It is being made"
        elif self.reading.problems:
            reason = self.reading.problems[0].reason
        stops = self.checking.stops()
        self.header.set_why_not_run(reason or stops)
        self.header.set_why_not_create(reason)

    def _pull(self) -> None:
        self.running.pull(self.reading.spec)

    # what exists

    def _ask_stock(self) -> None:
        session = self.session  # the worker holds no widget
        task = tasks.run(self, lambda scope: session.runner().stock(scope), key="stock")
        task.succeeded.connect(self._on_stock)

    def _on_stock(self, stock: Stock) -> None:
        known = {
            Known.IMAGES: stock.images,
            Known.NETWORKS: stock.networks,
            Known.VOLUMES: stock.volumes,
            Known.CONTAINERS: stock.containers,
            Known.PORTS: stock.ports,
        }
        self.form.set_offers({kind: [Offer(one.name, one.detail) for one in items] for kind, items in known.items()})

    # another content

    def fill_from(self, line: str) -> None:
        """Fill the form from a pasted command line, and name what it says that has no field."""
        try:
            pasted = parse_line(line)
        except BadInput as error:
            self.side.set_unsaid([Remark(text=error.message, stops=False)])
            return
        self.side.paste.clear()
        said = (f"{_without_secret(remark.text)}: {remark.reason}" for remark in pasted.remarks)
        self.side.set_unsaid([Remark(text=words, stops=False) for words in said])
        self._set_source(None, None)
        self._show(draft_of(pasted.spec))

    def fill_again(self, ref: Ref, *, replace: bool = False) -> None:
        """Fill the form with what the container was made of."""
        session = self.session
        task = tasks.run(self, lambda scope: session.runner().again(ref, scope), key="again")
        task.succeeded.connect(lambda again: self._on_again(ref, again, replace))
        task.failed.connect(self._say)

    def _on_again(self, ref: Ref, again: RunAgain, replace: bool) -> None:
        before = self.form.draft()
        if not _untouched(before):
            self._discarded = (before, self.source, self._source_ref)
            self._offer_undo(f"The form now says what {display(ref.name)} was made of.")
        self.side.set_unsaid([])
        self._set_source(ref, again)
        self.header.set_replaces(replace)
        self._show(draft_of(again.spec))

    def _set_source(self, ref: Ref | None, again: RunAgain | None) -> None:
        self.source, self._source_ref = again, ref
        self._base = None if again is None else parts(without_values(again.spec)[0])
        self._base_name = ref.name if ref else ""
        self.header.set_source(self._base_name, 0)

    def discard(self) -> None:
        """Empty the form; the banner brings it back."""
        self._discarded = (self.form.draft(), self.source, self._source_ref)
        self._set_source(None, None)
        self.side.set_unsaid([])
        self._show(Draft(texts={"detach": ("true",)}))
        self._offer_undo("The form is empty again.")

    def _offer_undo(self, words: str) -> None:
        undo = Button("Bring back what was typed", "undo", small=True)
        undo.clicked.connect(self._bring_back)
        self.banner.show_message(Tone.WARNING, words, "", [undo])

    def _bring_back(self) -> None:
        if self._discarded is not None:
            draft, again, ref = self._discarded
            self._set_source(ref, again)
            self._show(draft)
        self.banner.hide()

    def _show(self, draft: Draft) -> None:
        self._recent = ""
        self.form.set_draft(draft)
        self._read()

    # drafts

    def _load(self) -> None:
        if self._desk.drafts is not None:
            task = tasks.run(self, self._desk.drafts.load, self.session.context.id, key="load")
            task.succeeded.connect(self._on_loaded)

    def _on_loaded(self, draft: Draft) -> None:
        self._loaded = True
        if draft.empty or not _untouched(self.form.draft()):
            return
        self._show(draft)
        if draft.withheld:
            names = display(", ".join(draft.withheld))
            self.banner.show_message(Tone.WARNING, "Not kept in the draft, as it looks secret:", names)

    def _keep(self) -> None:
        if self._desk.drafts is None or not self._loaded:
            return
        draft = self.form.draft()
        kept = Draft() if _untouched(draft) else draft
        task = tasks.run(self, self._desk.drafts.keep, self.session.context.id, kept, key="keep")
        task.succeeded.connect(lambda _nothing: self.header.set_kept("" if kept.empty else clock_text(time.time())))
        task.failed.connect(lambda error: self.header.set_kept("", message(error).reason))

    # running

    def run(self, *, start: bool) -> None:
        """Make the container, and start it; what stands in the way is said by the buttons."""
        self._read()
        if self.reading.problems or not self.reading.spec.image or self.running.busy:
            return
        if start and self.checking.stops():
            return
        self.running.begin(self.reading.spec, self.form.basics.way, start=start, replaced=self._replaced(),
                           losses=self.source.losses if self.source else ())  # fmt: skip

    def _replaced(self) -> Ref | None:
        return self._source_ref if self._source_ref is not None and self.header.replaces else None

    def _on_done(self) -> None:
        self._set_source(None, None)
        self.side.set_unsaid([])
        self.banner.hide()
        self._show(Draft(texts={"detach": ("true",)}))

    def _say(self, error: AppError) -> None:
        words = message(error, self.session.context)
        self.banner.show_message(Tone.ERROR, f"{words.title}:", words.reason)

    # the page among the others

    def reload(self) -> None:
        """Ask anew what exists, and check anew."""
        self._ask_stock()
        self._check()

    def back(self) -> None:
        """Esc: to the containers; what is typed stays."""
        self.left.emit()

    def focus_filter(self) -> None:
        """The keys go to the first field."""
        self.form.show_flag("image")

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._ask_stock()
        self._check_soon.start()
        self.form.basics.image.setFocus(Qt.FocusReason.OtherFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.side.set_narrow(self.width() < _WIDE)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if self._keep_soon.isActive() or self._read_soon.isActive():
            self._keep_soon.stop()
            self._keep()


def _without_secret(words: str) -> str:
    return " ".join(masked_arguments(words.split()))


def _untouched(draft: Draft) -> bool:
    """Whether nothing stands in it but the way in which everything is run at first."""
    return not (draft.image or draft.command or set(draft.texts) - {"detach"})
