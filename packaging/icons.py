"""Takes the drawings that gui/theme/icons.py names out of Lucide's package into resources/icons (`make icons`)."""

from __future__ import annotations

import json
from importlib.metadata import distribution
from pathlib import Path
from zipfile import ZipFile

from gui.theme.icons import ICONS

PACKAGE = "justmyresource-lucide"
FOLDER = Path(__file__).parents[1] / "resources/icons"
HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24" viewBox="0 0 24 24" fill="none" '
    'stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" >'
)


def drawings() -> dict[str, str]:
    """The shapes of each drawing by its name, without the <svg> that they all have in common.

    Raises ValueError for a drawing that is made otherwise, KeyError for one that the package does not have.
    """
    with ZipFile(str(distribution(PACKAGE).locate_file("justmyresource_lucide/icons.zip"))) as archive:
        return {name: _shapes(archive.read(f"{name}.svg").decode()) for name in sorted(set(ICONS.values()))}


def licence() -> str:
    """What Lucide's authors ask to be kept with their drawings."""
    return (distribution(PACKAGE).read_text("licenses/LICENSES/LUCIDE-LICENSE") or "").strip() + "\n"


def _shapes(svg: str) -> str:
    whole = " ".join(svg.split())
    if not (whole.startswith(HEAD) and whole.endswith("</svg>")):
        raise ValueError(f"not drawn like the others: {svg}")
    return whole[len(HEAD) : -len("</svg>")].replace("> <", "><").strip()


if __name__ == "__main__":
    (FOLDER / "lucide.json").write_text(json.dumps(drawings(), indent=0) + "\n")
    (FOLDER / "LICENSE.txt").write_text(licence())
