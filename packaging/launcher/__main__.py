"""Starts the installed application: its packages lie in `_app`, so that the wheel installs one name only."""

import sys
from pathlib import Path


def main() -> int:
    """Run Pilothouse and return its exit status."""
    sys.path.insert(0, str(Path(__file__).parent / "_app"))
    from gui.app import main as run

    return run()


if __name__ == "__main__":
    sys.exit(main())
