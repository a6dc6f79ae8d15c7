"""The Inspect tab: the raw document of the object, as a tree or as text, fetched when it is looked at."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import msgspec
from msgspec import Struct
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QHideEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from gui import tasks
from gui.details.json_text import DocumentText
from gui.details.json_tree import DocumentTree
from gui.details.sources import OVERVIEWS
from gui.details.tab import DetailTab
from gui.theme.tokens import current_theme
from gui.widgets.area import Area
from gui.widgets.buttons import IconButton
from gui.widgets.fields import FilterField
from gui.widgets.menu import Menu
from gui.widgets.segments import Segments
from gui.widgets.text import PlainLabel
from models import document
from models.document import Node
from models.errors import AppError, Gone
from models.kind import Ref
from models.text import bytes_text, display
from services.cancel import CancelScope
from services.session import Session

TREE, TEXT = "tree", "text"
Route = tuple[int, ...]  # rows from the root to a node
_OPENED_WHOLE = 200_000  # bytes of a document whose branches are all opened at once
_SEARCH_AFTER = 120  # ms of no typing


class _Document(Struct, frozen=True):
    """An answer, made ready to show in the worker."""

    raw: bytes
    root: Node | None
    searched: Node | None  # the same once more: branches are decoded by who opens them, and two threads do
    lines: Sequence[str]


class InspectTab(DetailTab):
    """Tree and text over one document, with a search in both."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._document: _Document | None = None
        self._signature: Hashable = None
        self._hits: Sequence[Route] = ()
        self._hit = 0
        self.tree = DocumentTree()
        self.text = DocumentText()
        self._views = QStackedWidget()
        self._views.addWidget(self._inset(self.tree))
        self._views.addWidget(self.text)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._made_bar())
        column.addWidget(self._views, 1)
        self._set_content(page)
        self.tree.menu_wanted.connect(self._open_menu)
        self.tree.selectionModel().currentChanged.connect(lambda *_: self._show_path())
        self.text.found.connect(self._on_found_in_text)
        self._typing = QTimer(self, singleShot=True, interval=_SEARCH_AFTER)
        self._typing.timeout.connect(self._search)

    # the object

    def show_row(self, ref: Ref, row: Any) -> None:
        """Show this object; its document is asked for again when its row says that something has changed."""
        source = OVERVIEWS.get(ref.kind)
        signature = row if source is None else source.signature(row)
        another = self.ref is None or self.ref.id != ref.id
        self.ref, self.row = ref, row
        if another:
            self._document = None
            self.tree.document.set_root(None)
            self._show_loading()
        if another or signature != self._signature:
            self._signature = signature
            self.reload()

    def reload(self) -> None:
        """Ask for the document now."""
        if self.ref is None:
            return
        task = tasks.run(self, _load, self.session, self.ref, key="load")
        task.succeeded.connect(self._on_loaded)
        task.failed.connect(self._on_failed)

    def set_live(self, live: bool) -> None:
        """Grey what is no longer known to be true; ask again when the connection is back."""
        back = live and not self.live
        super().set_live(live)
        self.tree.set_stale(not live)
        self.text.set_stale(not live)
        self._reload.set_why_not(None if live else "the connection is not live")
        if back and self.isVisible():
            self.reload()

    def clear(self) -> None:
        """Forget the document and what was revealed of it."""
        super().clear()
        self._document = self._signature = None
        self._hits = ()
        self.tree.document.set_root(None)
        self.text.show_lines(())

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.tree.document.hide_secrets()

    def _on_loaded(self, answer: _Document) -> None:
        same = self._document is not None and self._document.raw == answer.raw
        self._show_content()
        if same:
            return
        self._document = answer
        if answer.root is not None:
            self.tree.show_document(answer.root)
        self.text.show_lines(answer.lines)
        self._show_size(answer)
        self._show_view()
        self._search()

    def _on_failed(self, error: AppError) -> None:
        if self._document is None or isinstance(error, Gone):
            self._show_error(error, self._retry)

    def _retry(self) -> None:
        self._show_loading()
        self.reload()

    # the bar

    @staticmethod
    def _inset(tree: QWidget) -> QWidget:
        holder = QWidget()
        box = QHBoxLayout(holder)
        box.setContentsMargins(8, 4, 0, 0)
        box.addWidget(tree)
        return holder

    @property
    def _as_text(self) -> bool:
        return self._views.currentWidget() is self.text

    def _made_bar(self) -> QWidget:
        bar = Area("bg.surface", "bottom", line="border.subtle")
        bar.setFixedHeight(current_theme().size("details-header"))
        self.view = Segments([(TREE, "Tree"), (TEXT, "JSON")], name="View", small=True)
        self.view.chosen.connect(lambda _key: self._show_view())
        self.search_field = FilterField("Search keys and values…", name="Search the document", small=True)
        self.search_field.setFixedWidth(current_theme().size("filter") - 24)
        self.search_field.textChanged.connect(lambda _text: self._typing.start())
        self.search_field.returnPressed.connect(lambda: self._step(1))
        self._count = PlainLabel(font="secondary", colour="text.secondary")
        self._path = PlainLabel(font="mono-small", colour="text.secondary")
        self._former = self._button("chevron-up", "Former hit", lambda: self._step(-1))
        self._next = self._button("chevron-down", "Next hit", lambda: self._step(1))
        self._expand = self._button("tree", "Open all branches", self._open_all)
        self._collapse = self._button("rows", "Close all branches", self.tree.collapseAll)
        self._copy = self._button("copy", "Copy…", self._open_copy_menu)
        self._reload = self._button("reload", "Ask for the document again", self.reload)
        row = QHBoxLayout(bar)
        row.setContentsMargins(16, 0, 12, 0)
        row.setSpacing(8)
        for widget in (self.view, self.search_field, self._former, self._next, self._count):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self._path)
        for button in (self._expand, self._collapse, self._copy, self._reload):
            row.addWidget(button)
        self._bind(QKeySequence.StandardKey.FindNext, lambda: self._step(1))
        self._bind(QKeySequence.StandardKey.FindPrevious, lambda: self._step(-1))
        return bar

    def _button(self, icon: str, name: str, do: Any) -> IconButton:
        button = IconButton(icon, name, small=True)
        button.clicked.connect(lambda _checked=False: do())
        return button

    def _bind(self, keys: QKeySequence.StandardKey, do: Any) -> None:
        shortcut = QShortcut(QKeySequence(keys), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(do)

    def _show_view(self) -> None:
        as_tree = self.view.current == TREE and (self._document is None or self._document.root is not None)
        self._views.setCurrentIndex(0 if as_tree else 1)
        for button in (self._expand, self._collapse):
            button.setVisible(as_tree)
        self._path.setVisible(as_tree)
        self._search()

    def _open_all(self) -> None:
        """Large documents open two levels: every open branch is decoded and laid out at once."""
        if self._document is not None and len(self._document.raw) > _OPENED_WHOLE:
            self.tree.expandToDepth(1)
        else:
            self.tree.expandAll()

    def _show_size(self, answer: _Document) -> None:
        whole = answer.root is not None
        reason = f"it has {bytes_text(len(answer.raw))} and is shown as text only"
        self.view.set_why_not(TREE, None if whole else reason)
        if not whole:
            self.view.set_current(TEXT)

    def _show_path(self) -> None:
        node = self.tree.current_node()
        self._path.setText("" if node is None else display(node.path, 100))

    # search

    def _search(self) -> None:
        words = self.search_field.text()
        if self._as_text:
            self.text.search(words)
            return
        self.tree.document.set_words(words)
        searched = None if self._document is None else self._document.searched
        task = tasks.run(self, _search, searched, words, key="search")
        task.succeeded.connect(self._on_hits)

    def _on_hits(self, hits: list[Route]) -> None:
        self._hits, self._hit = hits, 0
        self._go()

    def _go(self) -> None:
        root = self.tree.document.root
        if self._hits and root is not None:
            self.tree.reveal_node(root.at(self._hits[self._hit]))
        self._show_count(len(self._hits), self._hit + 1)

    def _on_found_in_text(self, count: int, current: int) -> None:
        if self._as_text:
            self._show_count(count, current)

    def _step(self, by: int) -> None:
        if self._as_text:
            self.text.step(by)
        elif self._hits:
            self._hit = (self._hit + by) % len(self._hits)
            self._go()

    def _show_count(self, count: int, current: int) -> None:
        more = "+" if count >= document.HITS_LIMIT else ""
        words = f"{current:,} of {count:,}{more}" if count else "no hits"
        self._count.setText(words if self.search_field.text() else "")
        for button in (self._former, self._next):
            button.set_why_not(None if count else "nothing is found")

    # copying

    def _open_copy_menu(self) -> None:
        node = self.tree.current_node() if not self._as_text else None
        self._menu(node).popup(self._copy.mapToGlobal(self._copy.rect().bottomLeft()))

    def _open_menu(self, node: Node, place: QPoint) -> None:
        self._menu(node).popup(place)

    def _menu(self, node: Node | None) -> Menu:
        menu = Menu(parent=self)
        menu.aboutToHide.connect(menu.deleteLater)
        why_not = None if node is not None else "nothing is selected"
        menu.add("Copy path", lambda: _copy(node.path if node else ""), icon="copy", why_not=why_not)
        menu.add("Copy value", lambda: self.copy_value(node), why_not=why_not)
        menu.add("Copy raw value", lambda: _copy(_raw_value(node)), why_not=why_not)
        if node is not None and node.secret:
            hide = self.tree.document.revealed(node)
            words = "Hide the value" if hide else "Show the value for 30 s"
            menu.add(words, lambda: self.tree.document.toggle(node), icon="eye-off" if hide else "eye")
        menu.addSeparator()
        menu.add("Copy the whole document, raw", self.copy_document)
        return menu

    def copy_value(self, node: Node | None) -> None:
        """Put a value on the clipboard as it is shown: secrets masked, controls visible."""
        if node is None:
            return
        if node.is_leaf:
            shown = node.text if self.tree.document.revealed(node) else node.shown
            _copy(display(shown, len(shown)))
        else:
            _copy("\n".join(document.lines(node.json())))

    def copy_document(self) -> None:
        """Put the engine's own bytes on the clipboard, secrets and all."""
        if self._document is not None:
            _copy(self._document.raw.decode("utf-8", "replace"))


def _load(session: Session, ref: Ref, scope: CancelScope) -> _Document:
    raw = session.inspect(ref, scope)
    return _Document(raw, document.tree(raw), document.tree(raw), document.lines(raw))


def _search(root: Node | None, words: str, scope: CancelScope) -> list[Route]:
    hits = [] if root is None else document.search(root, words, lambda: scope.cancelled)
    return [node.route for node in hits]


def _raw_value(node: Node | None) -> str:
    if node is None:
        return ""
    return node.text if node.is_leaf else msgspec.json.format(node.json(), indent=2).decode("utf-8", "replace")


def _copy(text: str) -> None:
    QGuiApplication.clipboard().setText(text)
