"""The bar of the Files tab: which folder, how it is read, and what can be done."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from gui.widgets.area import Area
from gui.widgets.buttons import Button, IconButton
from gui.widgets.fields import FilterField
from gui.widgets.marks import Glyph
from gui.widgets.menu import Menu
from gui.widgets.opener import Opener
from gui.widgets.segments import Segments
from gui.widgets.text import ElidedLabel, PlainLabel
from models.files import lineage
from models.health import Health
from models.text import display

FOLDERS, CHANGES = "folders", "changes"
_SHOWN = 4  # parts of a path; those before are reached by the way up


class PathBar(Area):
    """Asks for what is wanted; whoever owns it does it."""

    folder_wanted = Signal(str)
    view_changed = Signal(str)  # FOLDERS or CHANGES
    filter_changed = Signal(str)
    download_wanted = Signal()
    upload_files_wanted = Signal()
    upload_folder_wanted = Signal()
    reload_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("bg.surface", "bottom", parent=parent)
        self.setFixedHeight(40)
        self.views = Segments([(FOLDERS, "All files"), (CHANGES, "Changed")], name="Files shown", small=True)
        self.views.chosen.connect(self.view_changed)
        self._path = QWidget()
        self._parts = QHBoxLayout(self._path)
        self._parts.setContentsMargins(0, 0, 0, 0)
        self._parts.setSpacing(4)
        self._path.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.glyph = Glyph(Health.NOT_REACHED)
        self.way = ElidedLabel(font="secondary", colour="text.secondary", mode=Qt.TextElideMode.ElideRight)
        self.filter = FilterField("Filter files…", name="Filter files", small=True)
        self.filter.setMaximumWidth(180)
        self.filter.textChanged.connect(self.filter_changed)
        self.download = Button("Download", "download", small=True)
        self.download.clicked.connect(self.download_wanted)
        self.upload = Button("Upload…", "upload", small=True)
        self.upload.clicked.connect(self._open_upload)
        reload = IconButton("reload", "Read the folder again", small=True)
        reload.clicked.connect(self.reload_wanted)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(8)
        row.addWidget(self.views)
        row.addWidget(self._path)
        row.addWidget(self.glyph)
        row.addWidget(self.way, 1)
        for widget in (self.filter, self.download, self.upload, reload):
            row.addWidget(widget)

    def set_folder(self, container: str, path: str) -> None:
        """Show the path: each folder above leads to itself."""
        while (item := self._parts.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        folders = lineage(path)
        for folder in folders if len(folders) <= _SHOWN else (folders[0], *folders[1 - _SHOWN :]):
            self._add(folder, _word(container, folder), last=folder == path)
        self.setAccessibleName(f"Folder {display(path)}")

    def _add(self, folder: str, word: str, last: bool) -> None:
        if self._parts.count():
            self._parts.addWidget(PlainLabel("/", colour="text.disabled"))
        if last:
            self._parts.addWidget(PlainLabel(word, font="medium"))
            return
        opener = Opener(word, f"the folder {display(folder)}")
        opener.clicked.connect(lambda: self.folder_wanted.emit(folder))
        self._parts.addWidget(opener)

    def set_way(self, words: str, health: Health) -> None:
        """How the list is read, or what is known of the folder."""
        self.way.set_text(words)
        self.glyph.set_state(health)
        self.glyph.setVisible(bool(words))

    def set_changes(self, count: int | None, why_not: str | None) -> None:
        """How many files have changed; None while that is not known."""
        self.views.set_text(CHANGES, "Changed" if count is None else f"Changed {count:,}")
        self.views.set_why_not(CHANGES, why_not)

    def show_folders(self, shown: bool) -> None:
        """Whether the list is of one folder."""
        self._path.setVisible(shown)

    def _open_upload(self) -> None:
        menu = Menu(parent=self)
        menu.add("Files…", self.upload_files_wanted.emit, icon="file")
        menu.add("A folder…", self.upload_folder_wanted.emit, icon="folder")
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.upload.mapToGlobal(self.upload.rect().bottomLeft()))


def _word(container: str, folder: str) -> str:
    return display(container, 30) if folder == "/" else display(folder.rpartition("/")[2], 30)
