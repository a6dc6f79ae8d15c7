"""Operations: work that changes something and outlives the dialog that started it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from msgspec import Struct

from models.context import Context
from models.kind import Action, Options, Ref, ResourceKind
from models.text import command_text, count_text
from services.cancel import CancelScope
from services.session import Outcome, Session


class Progress(Struct, frozen=True):
    """How far it is: `done` of `total` in `unit` ("" counts objects), and a line of output."""

    done: int
    total: int
    line: str = ""
    outcome: Outcome | None = None
    unit: str = ""  # "bytes"


class Operation(Struct, frozen=True, kw_only=True):
    """Something to be done: what it is called, the command that does the same, and the work itself."""

    title: str  # "Stop web", "Remove 3 containers"
    done: str  # "web stopped"
    could_not: Callable[[int], str]  # "Could not stop web", of many the number that failed: "Could not … 2 of 3 …"
    icon: str
    context: Context
    command: str  # ready to paste
    work: Callable[[CancelScope], Iterator[Progress]]


def twin_text(context: Context, action: Action, rows: Sequence[Any], options: Options) -> str:
    """The command lines that do the same, naming the context, quoted for a POSIX shell."""
    return "\n".join(command_text((*context.command, *words)) for words in action.twin(rows, options))


def operation(session: Session, kind: ResourceKind, action: Action, rows: Sequence[Any], options: Options) -> Operation:
    """`action` on these rows: captured by their full ids now, whatever moves under the pointer later."""
    refs = tuple(kind.ref(row) for row in rows)
    subject = refs[0].name if len(refs) == 1 else count_text(len(refs), kind.noun)

    def could_not(failed: int) -> str:
        some = f"{failed:,} of {subject}" if 0 < failed < len(refs) else subject
        return f"Could not {action.deed.format(some, **options)}"

    return Operation(
        title=action.title_for(subject, options),
        done=action.done.format(subject, **options),
        could_not=could_not,
        icon=action.icon,
        context=session.context,
        command=twin_text(session.context, action, rows, options),
        work=lambda scope: _each(session, action.call, refs, options, scope),
    )


def _each(session: Session, call: str, refs: Sequence[Ref], options: Options, scope: CancelScope) -> Iterator[Progress]:
    yield Progress(0, len(refs))
    for done, outcome in enumerate(session.act(call, refs, options, scope), start=1):
        yield Progress(done, len(refs), outcome.note, outcome)
