"""The cards of a post-mortem in words and rows, ready to be shown; words from outside are raw."""

from __future__ import annotations

import time

from models.docker.post_mortem import Death
from models.docker.verdict import Certainty, Source, short_text
from models.health import Health, Tone
from models.overview import Fact, Item, Line, Note, Row, Run, Section
from models.text import age_text

_DAY = 86_400.0


def when_text(moment: float | None, now: float) -> str:
    """The time of an end: "14:00:02" of the last day, then "22 Nov 14:00"."""
    if moment is None:
        return "not recorded"
    form = "%H:%M:%S" if now - moment < _DAY else "%d %b %H:%M"
    return time.strftime(form, time.localtime(moment))


def life_text(death: Death) -> str:
    """ "exit 137, lived 19 min"."""
    code = "" if death.exit_code is None or death.exit_code < 0 else f"exit {death.exit_code}"
    lived = "" if death.lived is None else f"lived {short_text(death.lived)}"
    if death.time is None:
        lived = "never ran"
    return ", ".join(filter(None, (code, lived))) or "nothing else is known"


def title_text(death: Death) -> str:
    """The verdict as a row of a list has room for it."""
    return death.explanation.verdict.partition(":")[0]


def certainty_text(death: Death) -> str:
    """How certain the verdict is, and by what."""
    told = death.explanation
    if told.certainty is Certainty.UNKNOWN:
        return "not known"
    names = {Source.EVENT: "events", Source.INSPECT: "inspect", Source.ENGINE: "the engine", Source.STATS: "memory"}
    by = list(dict.fromkeys(names[one.source] for one in told.evidence if one.source in names))
    return f"{told.certainty}, by {' and '.join((', '.join(by[:-1]), by[-1])) if len(by) > 1 else ''.join(by)}"


def evidence(death: Death) -> Section:
    """What was found, in the order in which it happened, then what has no time."""
    found = sorted(death.explanation.evidence, key=lambda one: (one.time is None, one.time or 0.0))
    rows: tuple[Row, ...] = tuple(Fact(one.source.value, one.time, one.fact) for one in found)
    return Section("Evidence", rows or (Note("Nothing is left of this end."),))


def excluded(death: Death) -> Section:
    """What it was not, and why; then what nothing decides."""
    rows: list[Row] = [
        Item(
            Line((Run(one.cause, strong=True), Run(one.why, Tone.SECONDARY)), None, f"{one.cause}: {one.why}"),
            "close" if one.known else "",
            None if one.known else Health.UNKNOWN,
        )
        for one in death.excluded
    ]
    return Section("What it was not, and why", tuple(rows) or (Note("Nothing else comes into question."),))


def missing(death: Death) -> Section:
    """What would have to be known."""
    return Section(
        "Not known", tuple(Note(f"{one[:1].upper()}{one[1:]}.", "help") for one in death.explanation.missing)
    )


def ago_text(moment: float | None, now: float) -> str:
    """ "3 min ago"; "" where the time is not known."""
    return "" if moment is None else f"{age_text(now - moment)} ago"
