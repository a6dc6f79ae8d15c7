"""A pasted command line as words, split as a POSIX shell would, with what only a shell could do told apart."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

_CONTINUED = re.compile(r"[\\`^]\r?\n")  # POSIX shells, PowerShell, cmd
_HOME = re.compile(r"~[\w-]*(?=[/\s:]|$)")
_REDIRECTION = re.compile(r"\d>")
_PLAIN = re.compile(r"[^\s\"'\\$`|&;<>()#]+")
_EXPANSION = re.compile(r"\$(?:\([^()]*\)|\{[^{}]*\}|\w+|[?$!#@*-])|`[^`]*`")
_PROMPT = re.compile(r"\s*(?:\$|#|>|PS [^>\n]*>)\s+")


class Word(Struct, frozen=True):
    """One word: its text without quotes, and the parts that a shell would have replaced by something else."""

    text: str
    expansions: tuple[str, ...] = ()  # "$(pwd)", "$HOME", "~"


class Words(Struct, frozen=True):
    """A line's words up to the first operator of the shell; `rest` is what follows from there, as it was written."""

    words: tuple[Word, ...]
    rest: str = ""
    open_quote: str = ""  # the quote that is never closed


def split_words(line: str) -> Words:
    """The words of a pasted line: quotes, backslashes, comments and continued lines read, a prompt left out."""
    text = line.strip()
    if prompt := _PROMPT.match(text):
        text = text[prompt.end() :]
    return _Splitter(text).words()


class _Splitter:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._open = ""

    def words(self) -> Words:
        found: list[Word] = []
        while True:
            self._skip_blank()
            if self._at >= len(self._text):
                return Words(tuple(found), open_quote=self._open)
            if self._text[self._at] in "|&;<>()\n" or _REDIRECTION.match(self._text, self._at):
                return Words(tuple(found), self._text[self._at :].strip(), self._open)
            found.append(self._word())

    def _skip_blank(self) -> None:
        while self._at < len(self._text):
            if self._text[self._at] in " \t\r":
                self._at += 1
            elif continued := _CONTINUED.match(self._text, self._at):
                self._at = continued.end()
            elif self._text[self._at] == "#":
                end = self._text.find("\n", self._at)
                self._at = len(self._text) if end < 0 else end
            else:
                return

    def _word(self) -> Word:
        pieces: list[str] = []
        expansions: list[str] = []
        if _HOME.match(self._text, self._at):
            expansions.append("~")
        for piece, expansion in self._pieces():
            pieces.append(piece)
            if expansion:
                expansions.append(piece)
        return Word("".join(pieces), tuple(expansions))

    def _pieces(self) -> Iterator[tuple[str, bool]]:
        """Each piece of a word, and whether a shell would replace it."""
        while self._at < len(self._text):
            character = self._text[self._at]
            if character in " \t\r\n|&;<>()":
                return
            if character == "'":
                yield self._until_quote(), False
            elif character == '"':
                yield from self._double_quoted()
            elif continued := _CONTINUED.match(self._text, self._at):
                self._at = continued.end()
            elif character == "\\":
                yield self._text[self._at + 1 : self._at + 2], False
                self._at += 2
            elif found := _EXPANSION.match(self._text, self._at):
                self._at = found.end()
                yield found[0], True
            else:
                plain = _PLAIN.match(self._text, self._at)
                yield plain[0] if plain else character, False
                self._at = plain.end() if plain else self._at + 1

    def _until_quote(self) -> str:
        end = self._text.find("'", self._at + 1)
        if end < 0:
            self._open, end = "'", len(self._text)
        quoted = self._text[self._at + 1 : end]
        self._at = end + 1
        return quoted

    def _double_quoted(self) -> Iterator[tuple[str, bool]]:
        self._at += 1
        while self._at < len(self._text):
            character = self._text[self._at]
            if character == '"':
                self._at += 1
                return
            if character == "\\" and self._text[self._at + 1 : self._at + 2] in tuple('"\\$`'):
                yield self._text[self._at + 1], False
                self._at += 2
            elif found := _EXPANSION.match(self._text, self._at):
                self._at = found.end()
                yield found[0], True
            else:
                yield character, False
                self._at += 1
        self._open = '"'
