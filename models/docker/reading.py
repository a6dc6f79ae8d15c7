"""Reading an engine's JSON without trust: what is missing, null or of another type reads as empty.

Engines differ in what they leave out (20.10, 29, Podman), and one odd field must not hide the rest of an object.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

import msgspec

from models.errors import BadInput

_EMPTY: Mapping[str, object] = {}


def instant(text: str) -> float | None:
    """Seconds since the epoch of an RFC 3339 time; None for an empty, broken or zero one (0001-01-01: "never")."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.year < 1970:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


class Fields:
    """The fields of a JSON object."""

    __slots__ = ("_fields",)

    def __init__(self, value: object) -> None:
        self._fields: Mapping[str, object] = value if isinstance(value, dict) else _EMPTY

    def __bool__(self) -> bool:
        return bool(self._fields)

    def __contains__(self, key: str) -> bool:
        return self._fields.get(key) is not None

    def at(self, *path: str) -> Fields:
        """The object at the end of `path`."""
        fields = self
        for key in path:
            fields = Fields(fields._fields.get(key))
        return fields

    def text(self, key: str) -> str:
        """A string, or ""."""
        value = self._fields.get(key)
        return value if isinstance(value, str) else ""

    def whole(self, key: str) -> int:
        """A whole number, also when written as a string; 0 where there is none."""
        value = self._fields.get(key)
        if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 19:
            return int(value)
        return int(value) if isinstance(value, int | float) and abs(value) < 1e19 else 0

    def flag(self, key: str) -> bool:
        """Whether the field is `true`."""
        return self._fields.get(key) is True

    def instant(self, key: str) -> float | None:
        """A time in seconds since the epoch; None where there is none."""
        return instant(self.text(key))

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of strings; a single string counts as one (Podman's entry point)."""
        value = self._fields.get(key)
        if isinstance(value, str):
            return (value,) if value else ()
        return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()

    def objects(self, key: str) -> tuple[Fields, ...]:
        """A list of objects."""
        value = self._fields.get(key)
        return tuple(Fields(item) for item in value if isinstance(item, dict)) if isinstance(value, list) else ()

    def pairs(self, key: str) -> tuple[tuple[str, str], ...]:
        """A list of [name, value], which is how the engine writes what a driver says of itself."""
        value = self._fields.get(key)
        entries = value if isinstance(value, list) else ()
        return tuple(
            (entry[0], entry[1])
            for entry in entries
            if isinstance(entry, list) and len(entry) == 2 and all(isinstance(part, str) for part in entry)
        )

    def members(self) -> Iterator[str]:
        """The names of all fields, in their order."""
        return iter(self._fields)

    def strings(self) -> dict[str, str]:
        """The fields that are strings: labels, options."""
        return {key: value for key, value in self._fields.items() if isinstance(value, str)}


def read_object(document: bytes) -> Fields:
    """The fields of a JSON document. Raises BadInput where it is no JSON object."""
    try:
        value = msgspec.json.decode(document)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise BadInput(f"The engine's answer cannot be read: {error}") from error
    if not isinstance(value, dict):
        raise BadInput("The engine's answer is no JSON object.")
    return Fields(value)
