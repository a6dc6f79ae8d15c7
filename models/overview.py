"""What an Overview tab shows, as data: a sentence, and sections of rows.

Words from outside are raw here; the view passes them through `display`.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from models.health import Health, Tone


class Run(Struct, frozen=True):
    """A stretch of words in one look."""

    text: str
    tone: Tone = Tone.PRIMARY
    mono: bool = False
    strong: bool = False


class Line(Struct, frozen=True):
    """One line of runs. `raw` is what copying gives, None where there is nothing to copy; `tip` says more."""

    runs: tuple[Run, ...]
    raw: str | None = None
    tip: str = ""

    @property
    def text(self) -> str:
        """All its words."""
        return " ".join(run.text for run in self.runs)


class Property(Struct, frozen=True):
    """A name at the left, its value at the right; with `copy_mark` the value shows that a click copies it."""

    name: str
    line: Line
    copy_mark: bool = False


class Item(Struct, frozen=True):
    """One thing of several: an icon or a state's glyph, then words."""

    line: Line
    icon: str = ""
    glyph: Health | None = None
    tone: Tone = Tone.SECONDARY  # of the icon


class Setting(Struct, frozen=True):
    """A name and a value that may be a secret: the view masks it until asked."""

    name: str
    value: str

    def __repr__(self) -> str:
        return f"Setting({self.name!r}, …)"  # its value must not get into a log or a crash report


class Bars(Struct, frozen=True):
    """One bar per probe, oldest first: whether it passed."""

    passed: tuple[bool, ...]


class Usage(Struct, frozen=True):
    """How much of a limit is used; `share` None draws no meter."""

    name: str
    words: str
    share: float | None = None
    tone: Tone = Tone.IDLE


class Fact(Struct, frozen=True):
    """A piece of evidence: where it was found, when, what."""

    source: str
    time: float | None  # seconds since the epoch
    fact: str


class Note(Struct, frozen=True):
    """A sentence below rows."""

    text: str
    icon: str = "info"


Row = Property | Item | Setting | Bars | Usage | Fact | Note


class Section(Struct, frozen=True):
    """Rows under a title. `more` are shown when asked for, by a button that says `more_title`."""

    title: str
    rows: tuple[Row, ...]
    note: str = ""
    more: tuple[Row, ...] = ()
    more_title: str = ""


class Headline(Struct, frozen=True):
    """The sentence on top: what matters first, the rest after it; `tag` says how certain it is."""

    health: Health
    strong: str
    rest: str = ""
    tag: str = ""


class Overview(Struct, frozen=True):
    """Everything that the tab shows of one object."""

    headline: Headline
    sections: tuple[Section, ...]


def spread(heights: Sequence[int], columns: int) -> list[list[int]]:
    """The indexes of `heights`, in their order, dealt out to at most `columns` columns, as low as they can be.

    Fewer columns are taken where more would not be lower: they are wider.
    """
    most = max(1, min(columns, len(heights)))
    dealt = [_dealt(heights, count) for count in range(1, most + 1)] if heights else [[]]
    lowest = min(_tallest(heights, one) for one in dealt)
    return next(one for one in dealt if _tallest(heights, one) == lowest)


def _tallest(heights: Sequence[int], dealt: list[list[int]]) -> int:
    return max((sum(heights[index] for index in column) for column in dealt), default=0)


def _dealt(heights: Sequence[int], columns: int) -> list[list[int]]:
    """Exactly `columns` runs of indexes, the tallest as low as can be."""
    count = len(heights)
    # best[c][n]: the tallest of c runs over the first n, and where the last of these runs starts
    best = [[(float("inf"), 0)] * (count + 1) for _ in range(columns + 1)]
    best[0][0] = (0.0, 0)
    for column in range(1, columns + 1):
        for end in range(1, count + 1):
            for start in range(end):
                tallest = max(best[column - 1][start][0], float(sum(heights[start:end])))
                if tallest < best[column][end][0]:
                    best[column][end] = (tallest, start)
    dealt: list[list[int]] = []
    end = count
    for column in range(columns, 0, -1):
        start = best[column][end][1]
        dealt.insert(0, list(range(start, end)))
        end = start
    return dealt
