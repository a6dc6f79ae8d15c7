"""The checks of one form: what cannot be read, said at once, and what the engine says against it, a moment later."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal

from gui import tasks
from gui.run.form import RunForm
from gui.run.parts import port_parts, port_text
from gui.run.remarks import Remark, Repair
from gui.run.strip import Place
from models.docker.run_checks import Check, Severity
from models.docker.run_checks import Repair as Mend
from models.docker.run_draft import Draft, Reading
from models.docker.run_flags import FLAGS, Flag
from models.docker.run_spec import RunSpec
from models.errors import AppError
from models.kind import Ref


class Checking(QObject):
    """Keeps what is known of the present reading."""

    changed = Signal()

    def __init__(self, parent: QObject, session: Any) -> None:
        super().__init__(parent)
        self._session = session
        self._reading = Reading(RunSpec())
        self._checks: Sequence[Check] = ()
        self._asked_for: tuple[RunSpec, Ref | None] | None = None
        self.asking = False

    def begin(self, reading: Reading) -> None:
        """Another reading: what the engine said of the last one counts until it answers again."""
        self._reading = reading
        self.changed.emit()

    def ask(self, reading: Reading, replaced: Ref | None) -> None:
        """Ask the engine what stands in the way."""
        self._reading, self._asked_for = reading, (reading.spec, replaced)
        if not reading.spec.image:
            tasks.cancel(self, "check")
            self._on_checks(())
            return
        self.asking = True
        self.changed.emit()
        spec, session = reading.spec, self._session
        task = tasks.run(self, lambda scope: session.runner().check(spec, replaced, scope), key="check")
        task.succeeded.connect(self._on_checks)
        task.failed.connect(self._on_failed)

    def _on_checks(self, checks: Sequence[Check]) -> None:
        self._checks, self.asking = checks, False
        self.changed.emit()

    def _on_failed(self, error: AppError) -> None:
        """What cannot be asked stops nothing: the engine itself will say it."""
        text = f"Could not be checked: {error.message}"
        self._on_checks((Check(field="image", text=text, severity=Severity.WARNS),))

    def stops(self) -> str | None:
        """Why Run waits, or None."""
        return next((check.text for check in self._checks if check.severity is Severity.FAILS), None)

    def wrong_texts(self, draft: Draft) -> Iterator[str]:
        """The texts that are in error, as they stand on the command line."""
        for check in self._checks:
            if check.severity is Severity.FAILS:
                flag, line = _place(check, draft)
                lines = draft.texts.get(flag, ())
                yield lines[line] if line < len(lines) else draft.image if flag == "image" else ""

    def remarks(self, form: RunForm, pull: Callable[[], object]) -> dict[Place, tuple[Remark, ...]]:
        """All of it, by flag and line, with its repairs."""
        found: dict[Place, tuple[Remark, ...]] = {}
        draft = form.draft()
        for problem in self._reading.problems:
            place = (problem.flag, problem.line)
            found[place] = (*found.get(place, ()), Remark(text=problem.reason))
        for check in self._checks:
            place = _place(check, draft)
            remark = Remark(
                text=check.text,
                stops=check.severity is Severity.FAILS,
                repairs=tuple(_repairs(check, place, form, pull)),
            )
            found[place] = (*found.get(place, ()), remark)
        return found


def _repairs(check: Check, place: Place, form: RunForm, pull: Callable[[], object]) -> Iterator[Repair]:
    flag, line = place
    if check.repair is Mend.PULL:
        yield Repair("Pull now", "pull", pull)
    if check.repair is not Mend.REPLACE:
        return
    if flag != "publish":
        yield Repair(f"Use {check.suggestion}", "check", partial(form.set_text, flag, line, check.suggestion))
        return
    parts = port_parts(check.suggestion)
    yield Repair(f"Use {parts.public}", "check", partial(form.set_text, flag, line, check.suggestion))
    anywhere = port_text(replace(parts, public=""))
    yield Repair("Any free port", "", partial(form.set_text, flag, line, anywhere))


def _place(check: Check, draft: Draft) -> Place:
    """The flag that fills the check's field, and the line that says its value."""
    flag = _FLAGS.get(check.field)
    if flag is None:
        return check.field, 0  # image, command
    lines = draft.texts.get(flag.name, ())
    for line, text in enumerate(lines):
        if check.value and check.value == _plainly(flag, text):
            return flag.name, line
    return flag.name, next((line for line, text in enumerate(lines) if check.value and check.value in text), 0)


def _plainly(flag: Flag, text: str) -> str:
    try:
        return str(flag.write(flag.read(text)))
    except ValueError:
        return text


_FLAGS = {flag.field: flag for flag in FLAGS}
