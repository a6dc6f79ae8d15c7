"""A JSON document as a tree that is decoded level by level, as it is opened. Numbers keep the digits they came with.

What looks like a secret is masked in everything that is meant for the screen: `shown`, `search`, `lines`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum

import msgspec

from models.secrets import masked, masked_arguments, masked_pair
from models.text import display

TREE_LIMIT = 2_000_000  # bytes; a larger document opens as plain text
LINE_LIMIT = 16_384  # characters of a line that are shown
TEXT_LIMIT = 200_000  # lines that are shown
HITS_LIMIT = 1_000

_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_MEMBER = re.compile(r'(\s*"((?:[^"\\]|\\.)*)": )(".*")(,?)')
_ELEMENT = re.compile(r'(\s*)(".*")(,?)')


class Kind(StrEnum):
    """What a value is."""

    OBJECT = "object"
    ARRAY = "array"
    STRING = "string"
    NUMBER = "number"
    BOOLEAN = "boolean"
    NULL = "null"


_KINDS = {"{": Kind.OBJECT, "[": Kind.ARRAY, '"': Kind.STRING, "t": Kind.BOOLEAN, "f": Kind.BOOLEAN, "n": Kind.NULL}


class Node:
    """A value in a document. `name` is its key or index, `path` the way to it: `.State.Health.Log[0].Output`."""

    __slots__ = ("_children", "_literal", "kind", "name", "parent", "path", "row", "shown", "text")

    def __init__(
        self, literal: bytes, name: str = "", path: str = ".", parent: Node | None = None, row: int = 0
    ) -> None:
        self._literal = literal
        self._children: tuple[Node, ...] | None = None
        self.name, self.path, self.parent, self.row = name, path, parent, row
        self.kind = _KINDS.get(literal[:1].decode("ascii", "replace"), Kind.NUMBER)
        if self.is_leaf:
            self.text = msgspec.json.decode(literal) if self.kind is Kind.STRING else literal.decode("ascii")
        else:
            self.text = ""
        self.shown = masked(name, self.text) if self.kind is Kind.STRING else self.text

    @property
    def is_leaf(self) -> bool:
        """Whether it holds no other values."""
        return self.kind not in (Kind.OBJECT, Kind.ARRAY)

    @property
    def secret(self) -> bool:
        """Whether a part of it is masked on the screen."""
        return self.shown != self.text

    @property
    def children(self) -> tuple[Node, ...]:
        """The values in it, decoded when first asked for."""
        if self._children is None:
            self._children = tuple(self._decoded())
            if self.kind is Kind.ARRAY:
                self._mask_elements(self._children)
        return self._children

    @property
    def route(self) -> tuple[int, ...]:
        """The rows to take from the root to get here."""
        rows = []
        node = self
        while node.parent is not None:
            rows.append(node.row)
            node = node.parent
        return tuple(reversed(rows))

    def at(self, route: Sequence[int]) -> Node:
        """The node at the end of `route`, from here. IndexError where there is none."""
        node = self
        for row in route:
            node = node.children[row]
        return node

    def json(self) -> bytes:
        """The value as the document has it, secrets and all."""
        return self._literal

    def _decoded(self) -> Iterator[Node]:
        if self.kind is Kind.OBJECT:
            members = msgspec.json.decode(self._literal, type=dict[str, msgspec.Raw])
            for row, (name, literal) in enumerate(members.items()):
                yield Node(bytes(literal), name, member_path(self.path, name), self, row)
        elif self.kind is Kind.ARRAY:
            root = "" if self.path == "." else self.path
            for row, literal in enumerate(msgspec.json.decode(self._literal, type=list[msgspec.Raw])):
                yield Node(bytes(literal), f"[{row}]", f"{root}[{row}]", self, row)

    @staticmethod
    def _mask_elements(elements: tuple[Node, ...]) -> None:
        """Elements are masked as a command's arguments are: `NAME=value`, and what follows a flag."""
        strings = [element for element in elements if element.kind is Kind.STRING]
        for element, shown in zip(strings, masked_arguments([one.text for one in strings]), strict=True):
            element.shown = shown


def member_path(path: str, name: str) -> str:
    """The path of a member, in the form that jq reads."""
    root = "" if path == "." else path
    if _PLAIN_KEY.fullmatch(name):
        return f"{root}.{name}"
    return f"{root or '.'}[{json.dumps(name, ensure_ascii=False)}]"


def tree(document: bytes) -> Node | None:
    """The document's root; None where it must be shown as plain text: over 2 MB, too deep, or no JSON."""
    if len(document) > TREE_LIMIT:
        return None
    try:
        msgspec.json.decode(document)  # once through: afterwards no level can fail
        return Node(msgspec.json.format(document, indent=-1))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def search(root: Node, words: str, stopped: Callable[[], bool] = lambda: False) -> list[Node]:
    """The nodes whose key or shown value contains `words`, whatever the case, in their order; 1,000 at most."""
    wanted = words.casefold()
    if not wanted:
        return []
    hits: list[Node] = []
    waiting = [root]
    while waiting and len(hits) < HITS_LIMIT and not stopped():
        node = waiting.pop()
        if wanted in node.name.casefold() or wanted in node.shown.casefold():
            hits.append(node)
        waiting.extend(reversed(node.children))
    return hits


def lines(document: bytes) -> list[str]:
    """The document as indented text, secrets masked, controls visible, long lines cut; 200,000 lines at most."""
    try:
        written = msgspec.json.format(document, indent=2).decode("utf-8", "replace")
    except (msgspec.DecodeError, RecursionError):
        written = document.decode("utf-8", "replace")
    shown: list[str] = []
    flag = ""
    for line in written.split("\n", TEXT_LIMIT)[:TEXT_LIMIT]:
        safe, flag = _masked_line(line, flag)
        shown.append(display(safe.rstrip("\r"), LINE_LIMIT))
    return shown


def _masked_line(line: str, flag: str) -> tuple[str, str]:
    """A line of indented JSON, masked; and the flag (`--token`) that the next element would be the value of."""
    if match := _MEMBER.fullmatch(line):
        before, name, value, comma = match.groups()
        return before + _masked_literal(value, lambda text: masked(_decoded(f'"{name}"'), text)) + comma, ""
    if match := _ELEMENT.fullmatch(line):
        before, value, comma = match.groups()
        element = _decoded(value)
        if flag:
            return before + _masked_literal(value, lambda text: masked_arguments((flag, text))[1]) + comma, ""
        return before + _masked_literal(value, masked_pair) + comma, element if element.startswith("-") else ""
    # not a line of ours: no JSON, or something cut off
    return masked_pair(line), ""


def _masked_literal(literal: str, mask: Callable[[str], str]) -> str:
    text = _decoded(literal)
    hidden = mask(text)
    return literal if hidden == text else json.dumps(hidden, ensure_ascii=False)


def _decoded(literal: str) -> str:
    try:
        text = json.loads(literal)
    except ValueError:
        return literal
    return text if isinstance(text, str) else literal
