"""Reads the small JSON files in which contexts are written, with the place of what is wrong in them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from models.errors import BadInput

_LARGEST = 1_000_000  # bytes: more than any context file needs


def read_json(path: Path) -> dict[str, Any]:
    """The object in this file. Raises FileNotFoundError, or BadInput with file and line."""
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise FileNotFoundError(str(path)) from error
    except OSError as error:
        raise BadInput(error.strerror or "cannot be read", str(path)) from error
    if len(content) > _LARGEST:
        raise BadInput("larger than 1 MB: not a context file", str(path))
    return _parsed(content, path)


def _parsed(content: bytes, path: Path) -> dict[str, Any]:
    try:
        value = json.loads(content)
    except json.JSONDecodeError as error:
        raise BadInput(f"{error.msg.rstrip(':')} at column {error.colno}", f"{path}:{error.lineno}") from error
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise BadInput("is not UTF-8", f"{path}:{line}") from error
    except RecursionError as error:
        raise BadInput("nested too deeply", str(path)) from error
    if not isinstance(value, dict):
        raise BadInput("is not a JSON object", f"{path}:1")
    return value


def home_path(path: Path, home: Path) -> str:
    """The path with "~" for the home folder, as people write it."""
    try:
        return f"~/{path.relative_to(home)}" if path != home else "~"
    except ValueError:
        return str(path)
