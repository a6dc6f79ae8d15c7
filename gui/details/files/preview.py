"""What the chosen file holds: text in rows, a picture, or why nothing of it can be shown."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from gui import tasks
from gui.details.files import work
from gui.details.files.code import CodeView
from gui.messages import message
from gui.theme.tokens import current_theme
from gui.widgets.area import Area
from gui.widgets.buttons import IconButton
from gui.widgets.paint import painter_for
from gui.widgets.states import EmptyState, Skeleton
from gui.widgets.text import ElidedLabel
from models.errors import AppError
from models.files import FileEntry, FileType, Mark
from models.files_kind import leads_to
from models.files_text import Binary, Text, text_words
from models.text import bytes_text, count_text, display
from services.file_store import Files

_HEAD = 26
_MARGIN = 16


class PictureView(QWidget):
    """A picture as large as there is room for, never larger than it is."""

    def __init__(self) -> None:
        super().__init__()
        self._image = QImage()

    def show_image(self, image: QImage, words: str) -> None:
        """Show this one."""
        self._image = image
        self.setAccessibleName(words)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = painter_for(self)
        painter.fillRect(self.rect(), theme.colour("bg.inset"))
        room = self.rect().adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
        size = self._image.size()
        if size.isEmpty() or room.isEmpty():
            return
        if size.width() > room.width() or size.height() > room.height():
            size = size.scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRect(room.topLeft(), size)
        place.moveCenter(room.center())
        painter.drawImage(place, self._image)


class Preview(Area):
    """At the right of the list. `show_entry` asks for the content in the background; nothing is asked twice."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("bg.surface", parent=parent)
        self._entry: FileEntry | None = None
        self._name = ElidedLabel(font="mono-small")
        self._facts = ElidedLabel(font="secondary", colour="text.secondary")
        self._copy = IconButton("copy", "Copy the text", small=True, size=14)
        self.code = CodeView()
        self.picture = PictureView()
        self.state = EmptyState(icon="file")
        self._error = EmptyState(error=True)
        self._loading = Skeleton(name="Loading the file")
        self._copy.clicked.connect(self._on_copy)
        head = Area("bg.surface", "bottom")
        head.setFixedHeight(_HEAD)
        row = QHBoxLayout(head)
        row.setContentsMargins(12, 0, 4, 0)
        row.setSpacing(8)
        row.addWidget(self._name, 0)
        row.addWidget(self._facts, 1)
        row.addWidget(self._copy)
        self._stack = QStackedWidget()
        for widget in (self.state, self.code, self.picture, self._error, self._loading):
            self._stack.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(self._stack, 1)
        self.clear()

    def sizeHint(self) -> QSize:
        return QSize(420, 200)

    @property
    def facts(self) -> str:
        """What is said of the file beside its name."""
        return self._facts.text()

    def clear(self, words: str = "No file is chosen", more: str = "What the chosen file holds is shown here.") -> None:
        """Show no file, and ask for nothing more."""
        tasks.cancel(self, "preview")
        self._entry = None
        self._say("", "")
        self.state.set_words(words, more)
        self._turn(self.state)

    def show_entry(self, files: Files, entry: FileEntry) -> None:
        """Show what is in it, where it can be read."""
        before = self._entry
        if before is not None and (before.path, before.changed, before.size, before.mark) == (
            entry.path,
            entry.changed,
            entry.size,
            entry.mark,
        ):
            return
        tasks.cancel(self, "preview")
        self._entry = entry
        self._say(display(entry.name), "" if entry.is_folder else bytes_text(entry.size))
        if (why := _not_shown(entry)) is not None:
            self.state.set_words(*why)
            self.state.set_icon("folder" if entry.is_folder else "file")
            self._turn(self.state)
            return
        self._turn(self._loading)
        task = tasks.run(self, work.preview, files, entry.path, key="preview")
        task.succeeded.connect(self._on_read)
        task.failed.connect(lambda error: self._on_failed(error, files))

    def _on_read(self, content: Text | work.Image | Binary) -> None:
        if isinstance(content, Text):
            more = f", {count_text(content.long_lines, 'long line')} cut" if content.long_lines else ""
            words = f"text, {text_words(content)}{more}"
            self.code.show_lines(content.lines)
            self._turn(self.code)
        elif isinstance(content, work.Image):
            size = content.size
            words = f"{content.format} picture, {size.width():,} × {size.height():,} pixels"
            self.picture.show_image(content.picture, words)
            self._turn(self.picture)
        else:
            words = "binary"
            begins = f"It begins with {content.beginning[:16].hex(' ')}. " if content.beginning else ""
            self.state.set_icon("file")
            self.state.set_words(f"This is {content.words}", f"{begins}Download it to look at it with its program.")
            self._turn(self.state)
        self._facts.set_text(words)

    def _on_failed(self, error: AppError, files: Files) -> None:
        words = message(error, files.context)
        self._error.set_words(words.title, " ".join(filter(None, (words.reason, words.advice))))
        self._entry = None  # to be tried again when it is chosen again
        self._turn(self._error)

    def _say(self, name: str, facts: str) -> None:
        self._name.set_text(name)
        self._facts.set_text(facts)

    def _turn(self, widget: QWidget) -> None:
        self._stack.setCurrentWidget(widget)
        self._copy.setVisible(widget is self.code)

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.code.text())


def _not_shown(entry: FileEntry) -> tuple[str, str] | None:
    """Why nothing of it is shown, as a title and a sentence; None where it can be tried."""
    name = display(entry.name, 120)
    if entry.mark is Mark.DELETED:
        return f"{name} was deleted", "It is in the image, and not in this container any more."
    if entry.mount and entry.is_folder:
        return f"{name} is a mount", f"{display(entry.mount)} lies over it: what the image has here is not seen."
    if entry.is_folder:
        return f"{name} is a folder", "Enter or a double click opens it."
    if entry.type in (FileType.DEVICE, FileType.PIPE, FileType.SOCKET):
        return f"{name} is a {leads_to(entry)}", "There is nothing in it that could be shown."
    return None
