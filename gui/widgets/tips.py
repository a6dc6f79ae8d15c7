"""Tooltips that show their text as it is: Qt guesses at markup, and outside text may look like it."""

from __future__ import annotations

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

_UNWRAPPED = 72  # characters; Qt wraps only rich text


def plain_tip(text: str) -> str:
    """`text` in the form in which Qt shows it literally, lines and spaces kept, long lines wrapped."""
    # Qt takes a text for markup only where it finds a tag in it.
    if len(text) <= _UNWRAPPED and "<" not in text:
        return text
    from html import escape  # a table of entities that few tips need: not before the first paint

    return f'<p style="white-space:pre-wrap">{escape(text)}</p>'


def set_tip(target: QWidget | QAction, text: str) -> None:
    """Give a widget or an action the tooltip `text`; screen readers of a widget get it without escapes."""
    target.setToolTip(plain_tip(text))
    if isinstance(target, QWidget):
        target.setAccessibleDescription(text)
