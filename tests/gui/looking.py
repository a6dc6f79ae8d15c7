"""Everything that a window says: to the eye, to the pointer that rests, and to a screen reader."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, QModelIndex, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

ROLES = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole)
OURS = re.compile(r'<p style="white-space:pre-wrap">([^<>]*)</p>', re.DOTALL)  # the one form of markup that is ours
UNSEEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


def said(root: QWidget) -> Iterator[tuple[str, str]]:
    """Each text of `root` and what is in it, with the place where it stands; tooltips as they are read."""
    for widget in (root, *root.findChildren(QWidget)):
        place = type(widget).__name__
        yield f"{place} title", widget.windowTitle()
        yield f"{place} name", widget.accessibleName()
        yield f"{place} description", widget.accessibleDescription()
        yield f"{place} tip", _read(widget.toolTip())
        match widget:
            case QLabel() | QAbstractButton() | QLineEdit():
                yield f"{place} text", widget.text()
            case QPlainTextEdit() | QTextEdit():
                yield f"{place} text", widget.toPlainText()
            case QAbstractItemView() if widget.model() is not None:
                yield from ((f"{place} cell", text) for text in _cells(widget.model(), QModelIndex()))
    for action in root.findChildren(QAction):
        yield "QAction text", action.text()
        yield "QAction tip", _read(action.toolTip())


def markup(root: QWidget) -> set[str]:
    """The places in `root` where Qt would take a text for markup."""
    found = set()
    for widget in (root, *root.findChildren(QWidget)):
        if isinstance(widget, QLabel) and widget.textFormat() is not Qt.TextFormat.PlainText:
            found.add(f"{type(widget).__name__} {widget.text()[:40]!r}")
        if isinstance(widget, QTextEdit):
            found.add(f"{type(widget).__name__} takes markup")
    for owner in (root, *root.findChildren(QWidget), *root.findChildren(QAction)):
        tip = owner.toolTip()
        if "<" in tip and not OURS.fullmatch(tip):
            found.add(f"tooltip of {type(owner).__name__} {tip[:60]!r}")
    return found


def raw(root: QWidget) -> set[str]:
    """The places in `root` where a control, a bidi mark or a zero width reaches the screen, but for what is typed."""
    return {f"{place}: {text[:80]!r}" for place, text in said(root) if UNSEEN.search(text) and place != "Field text"}


def _read(tip: str) -> str:
    ours = OURS.fullmatch(tip)
    return html.unescape(ours[1]) if ours else tip


def _cells(model: QAbstractItemModel, parent: QModelIndex) -> Iterator[str]:
    flat = isinstance(model, QAbstractListModel)  # whose columns and children Qt keeps private
    for row in range(model.rowCount(parent)):
        for column in range(1 if flat else model.columnCount(parent)):
            index = model.index(row, column, parent)
            yield from (_read(str(text)) for role in ROLES if (text := model.data(index, role)) is not None)
        if not flat:
            yield from _cells(model, model.index(row, 0, parent))
