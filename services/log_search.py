"""Searching a log: text and regular expressions, in bounded time and beside a window that goes on.

The standard library's `re` keeps the interpreter for as long as one match takes, which for `(a+)+$` is hours, and
cannot be stopped. `regex` releases it and takes a time limit. It is imported with the first search: that takes 100 ms.
"""

from __future__ import annotations

import re
import time
import unicodedata
from array import array
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from msgspec import Struct

from models.ansi import without_escapes
from models.errors import BadInput
from models.log_buffer import Snapshot
from models.log_lines import LineFilter
from services.cancel import CancelScope

if TYPE_CHECKING:
    from regex import Pattern

_SLOW = 0.03  # seconds that a line may take; of the processor for all threads, so that one may fail for the others
_GIVEN_UP = 10  # lines passed over, each after a second try, before the search ends
_GLANCE = 0.002  # the same for a line on the screen, where the window waits
_GLANCES = 0.006  # for all of them that took too long
_LONGEST = 1_000  # characters of an expression
_LARGEST = 20_000  # steps of an expression: `regex` writes counted repeats out, and `((a{999}){999}){999}` has no end


class Query(Struct, frozen=True):
    """What is searched for. Without `case`, letters match whatever their case, as Unicode folds it: ß is ss."""

    text: str
    regex: bool = False
    case: bool = False


class Hits(Struct, frozen=True):
    """Line numbers of matches, one for each match, ascending; `reached` is the line up to which all are known.

    `skipped` lines took too long and may hold matches.
    """

    lines: array[int]
    reached: int
    skipped: int = 0


class Finder:
    """A query made ready for searching."""

    def __init__(self, query: Query) -> None:
        """Takes 100 ms the first time: not for the GUI thread.

        Raises BadInput, which says what is wrong with a regular expression.
        """
        self.query = query
        self._pattern = _compiled(query)
        self._glanced = 0.0  # seconds of the processor for lines on the screen that took too long

    def spans(self, line: str) -> list[tuple[int, int]]:
        """Start and end of each match in a line without escape sequences; some milliseconds at most, then none."""
        if self._glanced >= _GLANCES:
            return []
        began = time.thread_time()
        try:
            return self._spans(line, _GLANCE)
        except TimeoutError:
            self._glanced += time.thread_time() - began
            return []

    def search(self, snapshot: Snapshot, wanted: LineFilter, start: int, scope: CancelScope) -> Iterator[Hits]:
        """The matches in the wanted lines from `start` on, block by block.

        Raises BadInput for an expression that takes too long on too many lines.
        """
        table = wanted.table()
        skipped = 0
        for first, block in snapshot.since(start):
            text = without_escapes(block.content()[0]).decode("utf-8", "replace")
            marks = block.marks
            want = lambda line: first + line >= start and bool(table[marks[line]])  # noqa: E731, B023 (used at once)
            lines, slow = self._by_line(text, want, scope) if self.query.regex else (self._by_text(text, want), 0)
            if scope.cancelled:
                return
            skipped += slow
            if skipped >= _GIVEN_UP:
                raise BadInput("The expression takes too long: repeat less inside of what is repeated")
            yield Hits(array("I", [first + line for line in lines]), first + len(block), slow)

    def _by_text(self, text: str, want: Callable[[int], bool]) -> list[int]:
        """Plain text is looked for in all lines at once: it has no line feed and repeats nothing."""
        lines = []
        line = counted = 0
        for match in self._pattern.finditer(text, concurrent=True):
            at = match.start()
            line += text.count("\n", counted, at)
            counted = at
            if want(line):
                lines.append(line)
        return lines

    def _by_line(self, text: str, want: Callable[[int], bool], scope: CancelScope) -> tuple[list[int], int]:
        """Each line alone: over several, `[^x]` and `\\s` would match across their ends. And how many were too slow."""
        lines: list[int] = []
        slow = 0
        split = text.split("\n")
        split.pop()  # nothing stands behind the last line feed
        for number, line in enumerate(split):
            try:
                if want(number) and self._found(line):
                    lines += [number] * len(self._spans(line, _SLOW))
            except TimeoutError:
                slow += 1
                if slow == _GIVEN_UP or scope.cancelled:
                    break
        return lines, slow

    def _found(self, line: str) -> bool:
        """Whether a line has a match, be it an empty one. Raises TimeoutError."""
        try:
            return self._pattern.search(line, concurrent=True, timeout=_SLOW) is not None
        except TimeoutError:
            return self._pattern.search(line, concurrent=True, timeout=_SLOW) is not None

    def _spans(self, line: str, limit: float) -> list[tuple[int, int]]:
        matches = self._pattern.finditer(line, concurrent=True, timeout=limit)
        return [span for match in matches if (span := match.span())[0] < span[1]]


def _compiled(query: Query) -> Pattern[str]:
    import regex

    if not query.regex:
        # In an expression whole folding would surprise: `..` is no ß.
        return regex.compile(_spelled(query.text), 0 if query.case else regex.IGNORECASE | regex.FULLCASE)
    if len(query.text) > _LONGEST:
        raise BadInput(f"Not a regular expression: longer than {_LONGEST:,} characters")
    if _steps(query.text) > _LARGEST:
        raise BadInput("Not a regular expression: the numbers of its repeats are too large")
    try:
        return regex.compile(query.text, regex.MULTILINE | (0 if query.case else regex.IGNORECASE))
    except (regex.error, ValueError, OverflowError, RecursionError) as error:
        raise BadInput(f"Not a regular expression: {error}") from error


def _spelled(text: str) -> str:
    """An expression for this text in which each letter with a mark may be one character or several."""
    letters: list[str] = []
    for character in text:
        if letters and unicodedata.combining(character):
            letters[-1] += character
        else:
            letters.append(character)
    return "".join(map(_spellings, letters)) or "(?!)"  # nothing is nowhere


def _spellings(letter: str) -> str:
    import regex

    forms = dict.fromkeys((letter, unicodedata.normalize("NFC", letter), unicodedata.normalize("NFD", letter)))
    return regex.escape(letter) if len(forms) == 1 else f"(?:{'|'.join(map(regex.escape, forms))})"


# The words of an expression's source: those with a name matter here.
_TOKEN = re.compile(
    r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]"
    r"|(?P<open>\()|(?P<close>\))"
    r"|\{(?P<least>\d*),?(?P<most>\d*)(?<!\{)\}|.",
    re.DOTALL,
)


def _steps(source: str) -> int:
    """How large an expression is once its counted repeats are written out."""
    sums = [0]  # of each open group
    last = 0  # of what a repeat would repeat
    for token in _TOKEN.finditer(source):
        if token["open"]:
            sums.append(0)
        elif token["close"] and len(sums) > 1:
            last = sums.pop()
            sums[-1] += last
        elif times := token["most"] or token["least"]:
            sums[-1] += last * (int(times) - 1)
            last *= int(times)
        else:
            last = 1
            sums[-1] += 1
    return sum(sums)
