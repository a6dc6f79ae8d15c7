"""The Files tab: folders and changes at the left, what a file holds at the right, moves in the dock."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from gui import tasks
from gui.desk import Desk
from gui.details.files import work
from gui.details.files.bar import FOLDERS, PathBar
from gui.details.files.listing import FileList
from gui.details.files.moving import Moving
from gui.details.files.preview import Preview
from gui.details.tab import DetailTab
from gui.messages import sentence
from gui.widgets.menu import Menu
from gui.widgets.splitter import Splitter
from models.changes import Change, Reset
from models.errors import AppError, Gone, Unsupported
from models.files import Changes, FileEntry, FileType, Listed, deleted_from, known, mount_over, parent
from models.files_kind import CHANGED, FOLDER
from models.health import Health
from models.kind import Ref
from models.text import display
from services.file_store import Files, FileStore

_LEFT, _RIGHT = 640, 480  # pixels of the list and of what the file holds, where there is room for both


class FilesTab(DetailTab):
    """Reads one folder at a time, when it is looked at."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk.session, parent)
        self.bar = PathBar()
        self.folder = FileList(FOLDER)
        self.changed = FileList(CHANGED)
        self.preview = Preview()
        self.path = "/"
        self._files: Files | None = None
        self._known = work.Context(Changes(), ())
        self._state: object = None  # of the object, as the list was read
        self._way = ""
        self._gathered: list[FileEntry] | None = None  # while a folder that is shown is read again
        self._stack = QStackedWidget()
        self._stack.addWidget(self.folder)
        self._stack.addWidget(self.changed)
        split = Splitter(Qt.Orientation.Horizontal)
        split.addWidget(self._stack)
        split.addWidget(self.preview)
        split.setSizes([_LEFT, _RIGHT])
        split.setStretchFactor(0, 1)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(split, 1)
        self._set_content(content)
        self.moving = Moving(desk, self)
        self.moving.arrived.connect(self._on_arrived)
        self.moving.failed.connect(lambda error: self._tell_way(sentence(error)))
        self.setAcceptDrops(True)
        self._connect()

    def _connect(self) -> None:
        bar = self.bar
        bar.folder_wanted.connect(self.open_folder)
        bar.view_changed.connect(self._on_view)
        bar.filter_changed.connect(lambda text: self._list().filter(text))
        bar.reload_wanted.connect(self.reload)
        bar.download_wanted.connect(lambda: self.moving.download(self._movable()))
        bar.upload_files_wanted.connect(lambda: self.moving.choose_files(self.path))
        bar.upload_folder_wanted.connect(lambda: self.moving.choose_folder(self.path))
        for some in (self.folder, self.changed):
            some.chosen.connect(self._on_chosen)
            some.opened.connect(self._on_opened)
            some.selection_changed.connect(self._tell_actions)
            some.retry_wanted.connect(self.reload)
            some.all_wanted.connect(bar.filter.clear)
            some.menu_wanted.connect(self._on_menu)
        self.folder.up_wanted.connect(lambda: self.open_folder(parent(self.path)))

    # which container

    def show_row(self, ref: Ref, row: Any) -> None:
        """Show this object's root; the same one stays where it is, and is read anew when it was started or stopped."""
        state = getattr(row, "state", None)
        another = self.ref is None or self.ref.id != ref.id
        again = not another and state != self._state
        self.ref, self.row, self._state = ref, row, state
        if not isinstance(self.session, FileStore):
            self._show_error(Unsupported("This engine does not show files"), lambda: None)
            return
        if another:
            self._files = self.session.files(ref)
            self.moving.files = self._files
            self._known = work.Context(Changes(), ())
            self.path = "/"
            self.bar.views.set_current(FOLDERS)
            self.bar.set_changes(None, "what changed is not known yet")
            self.reload()
        elif again:
            self.reload()
        self._show_content()

    def clear(self) -> None:
        """Forget the object, and ask for nothing more."""
        super().clear()
        for key in ("folder", "changes", "known", "open"):
            tasks.cancel(self, key)
        self.preview.clear()
        self.folder.begin()
        self.changed.begin()
        self._files = self.moving.files = None

    def set_live(self, live: bool) -> None:
        """Grey what is of the past; nothing can be moved without a connection."""
        back = live and not self.live
        super().set_live(live)
        for some in (self.folder, self.changed):
            some.table.set_stale(not live)
        self._tell_actions()
        if back and self.ref is not None:
            self.reload()

    def focus_filter(self) -> None:
        """The keys go to the filter."""
        self.bar.filter.setFocus()
        self.bar.filter.selectAll()

    # reading

    def reload(self) -> None:
        """Read what is shown again, and what has changed."""
        if self._files is None:
            return
        task = tasks.run(self, work.surroundings, self._files, key="known")
        task.succeeded.connect(self._on_known)
        task.failed.connect(self._on_lost)
        if self.folder.loaded:
            self._read(self._files, [])
        else:
            self.open_folder(self.path)

    def open_folder(self, path: str) -> None:
        """Show what is in this folder."""
        if self._files is None:
            return
        self.path, self._way = path, ""
        self.folder.begin()
        self.preview.clear()
        self.bar.set_folder("" if self.ref is None else self.ref.name, path)
        self._tell_way()
        self._tell_actions()
        self._read(self._files, None)

    def _read(self, files: Files, gathered: list[FileEntry] | None) -> None:
        """Read the folder: entries are shown as they come, or `gathered` to take the place of those that are shown."""
        self._gathered = gathered
        task = tasks.stream(self, files.folder, self.path, key="folder")
        task.items.connect(self._on_listed)
        task.failed.connect(self._on_folder_failed)
        task.finished.connect(self._on_folder_read)

    def _on_listed(self, batches: list[Listed]) -> None:
        for batch in batches:
            self._way = batch.way
            if self._gathered is not None:
                self._gathered += batch.entries
            else:
                self.folder.add(known(batch.entries, self._known.changes, self._known.mounts))
        self._tell_way()

    def _on_folder_read(self) -> None:
        gone = deleted_from(self.path, self._known.changes)
        if self._gathered is not None:
            entries = known(self._gathered, self._known.changes, self._known.mounts)
            self.folder.take(Reset((*{entry.path: entry for entry in entries}.values(), *gone)))
            self._gathered = None
        else:
            self.folder.add(gone)
        self.folder.set_loaded()
        self._tell_way()

    def _on_folder_failed(self, error: AppError) -> None:
        self._way = ""
        if self._gathered is not None:
            self.folder.begin()  # what is shown is not so any more
            self._gathered = None
        self.folder.fail(error, self.session.context)
        self._tell_way(sentence(error))

    def _on_known(self, found: work.Context) -> None:
        self._known = found
        why_not = None if found.unknown is None else sentence(found.unknown)
        count = len(found.changes.leaves)
        self.bar.set_changes(count, why_not)
        entries = self.folder.table.all_rows()
        told = known(entries, found.changes, found.mounts)
        self.folder.add([new for new, old in zip(told, entries, strict=True) if new is not old])
        if self.folder.loaded:
            self.folder.add(deleted_from(self.path, found.changes))
        self._tell_way()
        if self.bar.views.current != FOLDERS:
            self._read_changes()

    def _on_lost(self, error: AppError) -> None:
        if isinstance(error, Gone):
            self.set_gone()

    def _read_changes(self) -> None:
        if self._files is None:
            return
        self.changed.begin()
        task = tasks.stream(self, work.changed_entries, self._files, self._known.changes, key="changes")
        task.items.connect(self._on_changes)
        task.failed.connect(lambda error: self.changed.fail(error, self.session.context))
        task.finished.connect(self._tell_way)

    def _on_changes(self, changes: list[Change[FileEntry]]) -> None:
        for change in changes:
            self.changed.take(change)
        self.changed.set_loaded()

    # what is shown

    def _list(self) -> FileList:
        return self.folder if self.bar.views.current == FOLDERS else self.changed

    def _on_view(self, view: str) -> None:
        folders = view == FOLDERS
        self._stack.setCurrentWidget(self.folder if folders else self.changed)
        self.bar.show_folders(folders)
        self.preview.clear()
        self._list().filter(self.bar.filter.text())
        if not folders:
            self._read_changes()
        self._tell_way()
        self._tell_actions()

    def _on_chosen(self, entry: FileEntry | None) -> None:
        if self._files is not None and entry is not None:
            self.preview.show_entry(self._files, entry)
        else:
            self.preview.clear()

    def _on_opened(self, entry: FileEntry) -> None:
        if not entry.there or self._files is None:
            return
        if entry.is_folder:
            self._go_to(entry.path)
        elif entry.type is FileType.LINK:
            task = tasks.run(self, work.opened, self._files, entry, key="open")
            task.succeeded.connect(lambda found: self._go_to(found.path) if found.is_folder else None)
            task.failed.connect(lambda error: self._tell_way(sentence(error)))
        elif self._list() is self.changed:
            self._go_to(parent(entry.path))

    def _go_to(self, folder: str) -> None:
        self.bar.views.set_current(FOLDERS)
        self.bar.filter.clear()
        self.open_folder(folder)
        self.folder.table.setFocus()

    def _tell_way(self, problem: str = "") -> None:
        if self.bar.views.current != FOLDERS:
            self.bar.set_way(
                "Since the container was made from its image; what is mounted does not count", Health.CREATED
            )
            return
        mount = mount_over(self.path, self._known.mounts)
        if problem:
            self.bar.set_way(display(problem), Health.FAILED)
        elif mount is not None:
            self.bar.set_way(f"In {display(mount.words)}, mounted at {display(mount.destination)}", Health.EXITED)
        elif self._way:
            words = self.folder.words()
            self.bar.set_way(". ".join(filter(None, (words, self._way))), Health.RUNNING)
        else:
            self.bar.set_way("", Health.RUNNING)

    # moving

    def _movable(self) -> list[FileEntry]:
        return [entry for entry in self._list().selected() if entry.type in (FileType.FILE, FileType.FOLDER)]

    def _why_not_download(self) -> str | None:
        if not self.live:
            return "the engine is not connected"
        return None if self._movable() else "choose a file or folder first"

    def _why_not_upload(self) -> str | None:
        if not self.live:
            return "the engine is not connected"
        if self.bar.views.current != FOLDERS:
            return "open the folder that it should go to"
        mount = mount_over(self.path, self._known.mounts)
        return "what is mounted here is read-only" if mount is not None and "read-only" in mount.words else None

    def _tell_actions(self) -> None:
        self.bar.download.set_why_not(self._why_not_download())
        self.bar.upload.set_why_not(self._why_not_upload())

    def _on_menu(self, entries: list[FileEntry], where: QPoint) -> None:
        menu = Menu(parent=self)
        one = entries[0] if len(entries) == 1 else None
        opens = one is not None and one.there and one.type in (FileType.FOLDER, FileType.LINK)
        if one is not None:
            why = None if opens else "it is no folder"
            menu.add("Open", lambda: self._on_opened(one), icon="folder", shortcut="Enter", why_not=why)
            menu.addSeparator()
        why = self._why_not_download()
        menu.add("Download…", lambda: self.moving.download(self._movable()), icon="download", why_not=why)
        menu.add("Copy to a container…", lambda: self.moving.copy(self._movable()), icon="copy", why_not=why)
        menu.addSeparator()
        paths = "\n".join(entry.path for entry in entries)
        menu.add("Copy path", lambda: QGuiApplication.clipboard().setText(display(paths, len(paths))))
        menu.add("Copy raw path", lambda: QGuiApplication.clipboard().setText(paths))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(where)

    def _on_arrived(self, container: str, folder: str) -> None:
        if self.ref is not None and self.ref.id == container and self.path == folder and self.live:
            self.reload()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _local_files(event) and self._why_not_upload() is None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.moving.upload(_local_files(event), self.path)


def _local_files(event: QDropEvent) -> list[Path]:
    urls = event.mimeData().urls()
    return [Path(url.toLocalFile()) for url in urls if url.isLocalFile()] if urls else []
