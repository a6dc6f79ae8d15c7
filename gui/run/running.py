"""From the form to the container: the operations that pull, make, start and replace, and where they lead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from gui.contexts import OpenContext
from gui.desk import Desk
from gui.operations import RunningOperation
from gui.run.basics import Mode
from gui.terminals import why_no_terminals
from models.docker.run_draft import without_values
from models.docker.run_line import run_words
from models.docker.run_spec import RunSpec
from models.errors import Failed
from models.kind import Ref, Tab
from models.terminal import Attach, Size
from models.text import command_text
from services.cancel import CancelScope
from services.operations import Operation, Progress
from services.session import RunSource

if TYPE_CHECKING:
    from gui.run.replacing import ReplaceDialog

_SIZE = Size(80, 24)  # the pane knows its size better


class Running(QObject):
    """One container at a time."""

    done = Signal()  # it is made
    failed = Signal(object)  # AppError
    changed = Signal()
    pulled = Signal()  # or could not be

    def __init__(self, parent: QWidget, open_one: OpenContext, desk: Desk) -> None:
        super().__init__(parent)
        self._window, self._open_one, self._desk = parent, open_one, desk
        self._session: Any = open_one.session
        self._made: Ref | None = None
        self.dialog: ReplaceDialog | None = None
        self.busy = False

    def begin(self, spec: RunSpec, way: Mode, *, start: bool, replaced: Ref | None, losses: Sequence[str] = ()) -> None:
        """Make it; where another goes for it, after asking."""
        if replaced is None:
            self._make(spec, way, start, None)
            return
        from gui.run.replacing import ReplaceDialog  # seldom

        self.dialog = ReplaceDialog(self._open_one.context, replaced, losses, self._window)
        self.dialog.accepted.connect(lambda: self._make(spec, way, start, replaced))
        self.dialog.finished.connect(self._forget_dialog)
        self.dialog.open()

    def _forget_dialog(self) -> None:
        if self.dialog is not None:
            self.dialog.deleteLater()
        self.dialog = None

    def pull(self, spec: RunSpec) -> None:
        """Fetch the image alone."""
        words = ("pull", *(("--platform", spec.platform) if spec.platform else ()), spec.image)
        self._start(
            Operation(
                title=f"Pull {spec.image}",
                done=f"{spec.image} pulled",
                could_not=lambda _failed: f"Could not pull {spec.image}",
                icon="pull",
                context=self._session.context,
                command=command_text((*self._session.context.command, *words)),
                work=partial(_pulled, self._session, spec),
            )
        ).ended.connect(self.pulled)

    def _make(self, spec: RunSpec, way: Mode, start: bool, replaced: Ref | None) -> None:
        terminal = start and way is Mode.TERMINAL and why_no_terminals(self._session) is None
        name = spec.name or spec.image
        shown = without_values(spec)[0]
        verb = "run" if start else "create"
        self._made = None
        self.busy = True
        self.changed.emit()
        running = self._start(
            Operation(
                title=f"{verb.capitalize()} {name}",
                done=f"{name} {'started' if start and not terminal else 'created'}",
                could_not=lambda _failed: f"Could not {verb} {name}",
                icon="run" if start else "container",
                context=self._session.context,
                command=command_text((*self._session.context.command, *run_words(shown, verb))),
                work=partial(_made, self._session, spec, start and not terminal, replaced),
            )
        )
        running.stepped.connect(self._on_stepped)
        running.ended.connect(lambda: self._on_ended(running, way, start, terminal))

    def _start(self, operation: Operation) -> RunningOperation:
        return self._desk.operations.start(operation)

    def _on_stepped(self, steps: Sequence[Progress]) -> None:
        for step in steps:
            if step.outcome is not None and step.outcome.error is None:
                self._made = step.outcome.ref

    def _on_ended(self, running: RunningOperation, way: Mode, start: bool, terminal: bool) -> None:
        self.busy = False
        self.changed.emit()
        made, error = self._made, running.error
        if running.failures:
            error = error or running.failures[0].error
        if error is not None or made is None:
            if not running.cancelled:
                self.failed.emit(error or Failed("The engine made no container"))
            return
        self.done.emit()
        if start and not terminal and way is not Mode.DETACHED:
            self._desk.show_object(made, Tab.LOGS)
            return
        self._desk.show_object(made)
        if terminal:
            self._desk.terminals.open(self._session, made, Attach(_SIZE, start=True))


def _pulled(session: RunSource, spec: RunSpec, scope: CancelScope) -> Iterator[Progress]:
    return session.runner().pull(spec.image, spec.platform, scope)


def _made(
    session: RunSource, spec: RunSpec, start: bool, replaced: Ref | None, scope: CancelScope
) -> Iterator[Progress]:
    return session.runner().run(spec, start, replaced, scope)
