"""Files of --env-file and --label-file, read exactly as the docker command reads them: no quotes, no interpolation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from models.errors import BadInput

LINE_LIMIT = 65_536  # bytes: the docker command gives up at a longer line
_BLANK = " \t\v\f\r\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))


def file_entries(content: bytes, name: str, outside: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """The `KEY=value` lines of such a file, values to the end of their line, blanks and quotes included.

    A bare `KEY` takes its value from `outside` (the environment of who runs it; None for labels) and is left out where
    that has none. Raises BadInput with file and line for what the docker command refuses.
    """
    return tuple(_entries(content, name, outside or {}))


def _entries(content: bytes, name: str, outside: Mapping[str, str]) -> Iterator[str]:
    for number, raw in enumerate(content.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        where = f"{name}:{number}"
        line = _line(raw.removesuffix(b"\r"), where)
        if not line or line.startswith("#"):
            continue
        key, equals, _ = line.partition("=")
        if not key:
            raise BadInput("A line begins with “=”: its name is missing", where)
        if " " in key or "\t" in key:
            raise BadInput(f"The name {key!r} contains blanks", where)
        if equals:
            yield line
        elif key in outside:
            yield f"{key}={outside[key]}"


def _line(raw: bytes, where: str) -> str:
    if len(raw) >= LINE_LIMIT:
        raise BadInput(f"The line has more than {LINE_LIMIT:,} bytes", where)
    try:
        return raw.decode().lstrip(_BLANK)
    except UnicodeDecodeError:
        raise BadInput("The line is not UTF-8", where) from None
