"""How it looks: widgets, pages, item models and dialogs."""

import builtins

# PySide6 puts an `__import__` of its own before Python's, for `from __feature__ import …`, which nobody here writes. It
# reads the source of every module imported after it: a tenth of the start, and the memory that holds those texts.
_plain_import = builtins.__import__
import PySide6.QtCore  # noqa: E402, F401

builtins.__import__ = _plain_import
