"""A document as a tree: keys at the left, values beside them, secrets behind an eye."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QCursor, QFontMetrics, QMouseEvent, QPainter
from PySide6.QtWidgets import QHeaderView, QStyledItemDelegate, QStyleOptionViewItem, QTreeView, QWidget

from gui.theme.icons import paint_icon
from gui.theme.tokens import current_theme
from gui.widgets.tips import plain_tip
from models.document import Kind, Node
from models.text import count_text, display

REVEALED_FOR = 30  # seconds that an unmasked value stays so
NODE = Qt.ItemDataRole.UserRole
_INDENT = 16
_KEY_WIDTH = 280
_EYE = 14
_GAP = 8
_VALUE_TOKENS = {Kind.STRING: "syntax.string", Kind.NUMBER: "syntax.number", Kind.BOOLEAN: "syntax.number"}

Index = QModelIndex | QPersistentModelIndex


class DocumentModel(QAbstractItemModel):
    """Two columns over `Node`s: they decode their children when a branch is opened."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._root: Node | None = None
        self._revealed: dict[str, QTimer] = {}
        self._words = ""
        self.stale = False  # whether it was true once and may not be now

    @property
    def root(self) -> Node | None:
        """The document; None before there is one."""
        return self._root

    def set_root(self, root: Node | None) -> None:
        """Show another document; everything is masked again."""
        self.beginResetModel()
        self._root = root
        for timer in self._revealed.values():
            timer.stop()
            timer.deleteLater()
        self._revealed = {}
        self.endResetModel()

    def set_words(self, words: str) -> None:
        """Mark every key and value that contains `words`."""
        self._words = words.casefold()
        self.layoutChanged.emit()

    def is_hit(self, text: str) -> bool:
        """Whether a cell with this text is marked as found."""
        return bool(self._words) and self._words in text.casefold()

    def index_of(self, node: Node, column: int = 0) -> QModelIndex:
        """Where a node stands."""
        return QModelIndex() if node is self._root else self.createIndex(node.row, column, node)

    def node(self, index: Index) -> Node | None:
        """What stands at `index`; the document itself for none."""
        return index.internalPointer() if index.isValid() else self._root

    def revealed(self, node: Node) -> bool:
        """Whether its secret is readable now."""
        return node.path in self._revealed

    def toggle(self, node: Node) -> None:
        """Show a masked value for 30 s, or mask it again."""
        if not node.secret:
            return
        timer = self._revealed.pop(node.path, None)
        if timer is not None:
            timer.stop()
            timer.deleteLater()
        else:
            timer = QTimer(self, singleShot=True, interval=REVEALED_FOR * 1000)
            timer.timeout.connect(lambda: self.toggle(node))
            self._revealed[node.path] = timer
            timer.start()
        index = self.index_of(node, 1)
        self.dataChanged.emit(index, index)

    def hide_secrets(self) -> None:
        """Mask again whatever is revealed."""
        if self._root is not None:
            for path in list(self._revealed):
                self._revealed.pop(path).deleteLater()
            self.layoutChanged.emit()

    def value(self, node: Node) -> str:
        """The words beside the key: a leaf's value, masked or revealed; how much a branch holds."""
        if node.kind is Kind.OBJECT:
            return count_text(len(node.children), "key") if node.children else "empty"
        if node.kind is Kind.ARRAY:
            return count_text(len(node.children), "entry", "entries") if node.children else "empty"
        text = node.text if self.revealed(node) else node.shown
        if node.kind is Kind.STRING:
            return display(text) if text else '""'
        return display(text)

    # Qt's questions

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:
        node = self.node(parent)
        if node is None or not 0 <= row < len(node.children):
            return QModelIndex()
        return self.createIndex(row, column, node.children[row])

    def parent(self, index: Index = QModelIndex()) -> QModelIndex:  # type: ignore[override]
        node = self.node(index) if index.isValid() else None
        if node is None or node.parent is None or node.parent is self._root:
            return QModelIndex()
        return self.createIndex(node.parent.row, 0, node.parent)

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        node = self.node(parent)
        return 0 if node is None or node.is_leaf or parent.column() > 0 else len(node.children)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 2

    def hasChildren(self, parent: Index = QModelIndex()) -> bool:
        node = self.node(parent)
        return node is not None and not node.is_leaf and parent.column() <= 0 and bool(node.children)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return ("Key", "Value")[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        node = self.node(index) if index.isValid() else None
        if node is None:
            return None
        if role == NODE:
            return node
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.value(node) if index.column() else display(node.name, 200)
        if role == Qt.ItemDataRole.ToolTipRole:
            # a revealed secret must not outlive its 30 s in a tooltip
            return plain_tip(display(node.path) if not index.column() else display(node.shown or self.value(node)))
        return None


class _Delegate(QStyledItemDelegate):
    """Keys in primary, values in the colours of their kinds, an eye after what is masked."""

    def __init__(self, model: DocumentModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(100, current_theme().size("row-property"))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme = current_theme()
        node: Node = index.data(NODE)
        rect = option.rect
        font = theme.font("mono")
        metrics = QFontMetrics(font)
        eye = _EYE + _GAP if index.column() and node.secret else 0
        whole = str(index.data())
        text = metrics.elidedText(whole, Qt.TextElideMode.ElideMiddle, rect.width() - eye - _GAP)
        wide = metrics.horizontalAdvance(text)
        if self._model.is_hit(whole):
            high = metrics.height()
            painter.fillRect(rect.x() - 2, rect.center().y() - high // 2, wide + 4, high, theme.colour("find.hit"))
        painter.setFont(font)
        token = "text.secondary" if self._model.stale else self._token(node, index.column())
        painter.setPen(theme.colour(token))
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
        painter.drawText(rect, flags, text)
        if eye:
            name = "eye-off" if self._model.revealed(node) else "eye"
            paint_icon(painter, _eye_place(rect, wide), name, theme, _EYE)

    def editorEvent(self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: Index) -> bool:
        node: Node = index.data(NODE)
        if index.column() and node.secret and isinstance(event, QMouseEvent):
            wide = QFontMetrics(current_theme().font("mono")).horizontalAdvance(str(index.data()))
            place = QRect(_eye_place(option.rect, min(wide, option.rect.width() - _EYE - 2 * _GAP)), QSize(_EYE, _EYE))
            if place.adjusted(-4, -4, 4, 4).contains(event.position().toPoint()):
                if event.type() == QEvent.Type.MouseButtonRelease:
                    self._model.toggle(node)
                return True
        return super().editorEvent(event, model, option, index)

    @staticmethod
    def _token(node: Node, column: int) -> str:
        if not column:
            return "text.secondary" if node.name.startswith("[") else "text.primary"
        return _VALUE_TOKENS.get(node.kind, "text.secondary")


def _eye_place(rect: QRect, wide: int) -> QPoint:
    return QPoint(rect.x() + wide + _GAP, rect.center().y() - _EYE // 2 + 1)


class DocumentTree(QTreeView):
    """The tree. Space or Enter reveals a masked value, the arrows open and close."""

    menu_wanted = Signal(object, QPoint)  # Node, global place

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.document = DocumentModel(self)
        self.setModel(self.document)
        self.setItemDelegate(_Delegate(self.document, self))
        self.setAccessibleName("Document as a tree")
        self.setUniformRowHeights(True)
        self.setIndentation(_INDENT)
        self.setHeaderHidden(True)
        self.setMouseTracking(True)
        self.setAllColumnsShowFocus(True)
        self.setVerticalScrollMode(QTreeView.ScrollMode.ScrollPerPixel)
        self.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        self.header().setStretchLastSection(True)
        self.header().resizeSection(0, _KEY_WIDTH)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._on_menu)

    def set_stale(self, stale: bool) -> None:
        """Show everything in secondary colour: it was true once."""
        self.document.stale = stale
        self.viewport().update()

    def current_node(self) -> Node | None:
        """Where the keys are."""
        index = self.currentIndex()
        return self.document.node(index) if index.isValid() else None

    def show_document(self, root: Node) -> None:
        """Show a document; branches that were open stay open by their paths, the first time the top ones are."""
        first = self.document.root is None
        opened = self.opened_paths()
        current = self.current_node()
        place = self.verticalScrollBar().value()
        self.document.set_root(root)
        if first:
            return
        self._open(root, opened)
        if current is not None and (node := _find(root, current.path)) is not None:
            self.setCurrentIndex(self.document.index_of(node))
        self.verticalScrollBar().setValue(place)

    def opened_paths(self) -> set[str]:
        """The paths of all open branches."""
        found: set[str] = set()
        waiting = [] if self.document.root is None else list(self.document.root.children)
        while waiting:
            node = waiting.pop()
            if not node.is_leaf and self.isExpanded(self.document.index_of(node)):
                found.add(node.path)
                waiting.extend(node.children)
        return found

    def reveal_node(self, node: Node) -> None:
        """Open the branches above `node` and go there."""
        above = []
        parent = node.parent
        while parent is not None:
            above.append(parent)
            parent = parent.parent
        for one in reversed(above):
            self.expand(self.document.index_of(one))
        index = self.document.index_of(node)
        self.setCurrentIndex(index)
        self.scrollTo(index, QTreeView.ScrollHint.PositionAtCenter)

    def keyPressEvent(self, event: Any) -> None:
        node = self.current_node()
        if node is not None and node.secret and event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return):
            self.document.toggle(node)
        else:
            super().keyPressEvent(event)

    def drawRow(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        if (ground := self._ground(option.rect, index)) is not None:
            painter.fillRect(option.rect, current_theme().colour(ground))
        super().drawRow(painter, option, index)

    def drawBranches(self, painter: QPainter, rect: QRect, index: Index) -> None:
        theme = current_theme()
        if (ground := self._ground(rect, index)) is not None:
            painter.fillRect(rect, theme.colour(ground))  # over the style's own idea of a selection
        guide = theme.colour("border.default")
        level = (rect.width() // _INDENT) - 1
        for step in range(level):
            painter.fillRect(rect.x() + step * _INDENT + 8, rect.y(), 1, rect.height(), guide)
        if self.document.hasChildren(index):
            name = "chevron-down" if self.isExpanded(index) else "chevron-right"
            side = theme.size("chevron")
            at = QPoint(rect.right() - _INDENT + 3, rect.center().y() - side // 2 + 1)
            paint_icon(painter, at, name, theme, side)

    def _ground(self, rect: QRect, index: Index) -> str | None:
        if self.selectionModel().isSelected(index):
            return "bg.selection" if self.hasFocus() else "bg.selection-inactive"
        pointer = self.viewport().mapFromGlobal(QCursor.pos())
        row = QRect(0, rect.y(), self.viewport().width(), rect.height())
        return "bg.hover" if self.viewport().underMouse() and row.contains(pointer) else None

    def _open(self, root: Node, paths: set[str]) -> None:
        waiting = list(root.children)
        while waiting:
            node = waiting.pop()
            if node.path in paths:
                self.expand(self.document.index_of(node))
                waiting.extend(node.children)

    def _on_menu(self, place: QPoint) -> None:
        index = self.indexAt(place)
        node = self.document.node(index) if index.isValid() else None
        if node is not None:
            self.menu_wanted.emit(node, self.viewport().mapToGlobal(place))


def _find(root: Node, path: str) -> Node | None:
    """The node of this path, looked for only below its own beginnings."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.path == path:
            return node
        waiting.extend(child for child in node.children if path.startswith(child.path))
    return None
