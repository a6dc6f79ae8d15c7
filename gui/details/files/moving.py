"""Files moved by the user: asked where they must be, then operations in the dock."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from gui import tasks
from gui.desk import Desk
from gui.details.files import work
from gui.page.action_dialog import ActionDialog
from models.context import Context
from models.files import FileEntry, clean, parent
from models.kind import Action, Confirmation, Loss, Option, OptionType, Ref
from models.text import count_text, display
from services import file_transfers
from services.file_store import Files
from services.operations import Operation


class Moving(QObject):
    """Downloads, uploads and copies of one container's files."""

    arrived = Signal(str, str)  # the container's id and the folder that files came into
    failed = Signal(object)  # AppError, before there is an operation

    def __init__(self, desk: Desk, window: QWidget) -> None:
        super().__init__(window)
        self._desk, self._window = desk, window
        self.files: Files | None = None
        self.dialog: ActionDialog | None = None

    # to this machine

    def download(self, entries: Sequence[FileEntry]) -> None:
        """Ask for a folder of this machine, then bring these there."""
        folder = QFileDialog.getExistingDirectory(self._window, "Download to a folder")
        if folder:
            self.download_to(entries, Path(folder))

    def download_to(self, entries: Sequence[FileEntry], folder: Path) -> None:
        """Bring these into a folder of this machine, under names that are free there."""
        if self.files is not None and entries:
            self._desk.operations.start(file_transfers.download(self.files, _outermost(entries), folder))

    # from this machine

    def choose_files(self, folder: str) -> None:
        """Ask for files of this machine, then send them into a folder there."""
        paths, _ = QFileDialog.getOpenFileNames(self._window, "Upload files")
        self.upload([Path(path) for path in paths], folder)

    def choose_folder(self, folder: str) -> None:
        """Ask for a folder of this machine, then send it."""
        path = QFileDialog.getExistingDirectory(self._window, "Upload a folder")
        self.upload([Path(path)] if path else [], folder)

    def upload(self, sources: Sequence[Path], folder: str) -> None:
        """Send these into a folder there; asks first where something would be replaced."""
        if self.files is not None and sources:
            operation = file_transfers.upload(self.files, sources, folder)
            self._ask_and_start(operation, self.files, folder, [source.name for source in sources])

    # between containers

    def copy(self, entries: Sequence[FileEntry]) -> None:
        """Ask for another container and a folder in it, then send these there."""
        if self.files is None or not entries:
            return
        files = self.files
        task = tasks.run(self, work.others, self._desk.session, files.ref, key="others")
        task.succeeded.connect(lambda refs: self._ask_whereto(files, _outermost(entries), refs))
        task.failed.connect(self.failed)

    def _ask_whereto(self, files: Files, entries: Sequence[FileEntry], refs: Sequence[Ref]) -> None:
        dialog = CopyDialog(files.context, files, entries, refs, self._files_of, self._window.window())
        dialog.accepted_with.connect(lambda answers: self._copy(files, entries, refs, answers))
        self._open(dialog)

    def _copy(self, files: Files, entries: Sequence[FileEntry], refs: Sequence[Ref], answers: dict[str, Any]) -> None:
        to = self._files_of(_chosen(refs, answers))
        folder = clean(answers["folder"])
        operation = file_transfers.copy(files, entries, to, folder)
        self._ask_and_start(operation, to, folder, [entry.name for entry in entries])

    def _files_of(self, ref: Ref) -> Files:
        files: Files = self._desk.session.files(ref)  # type: ignore[attr-defined]
        return files

    # what would be replaced

    def _ask_and_start(self, operation: Operation, to: Files, folder: str, names: Sequence[str]) -> None:
        task = tasks.run(self, file_transfers.existing, to, folder, names, key="existing")
        task.succeeded.connect(lambda there: self._on_existing(operation, to.ref, folder, there))
        task.failed.connect(self.failed)

    def _on_existing(self, operation: Operation, ref: Ref, folder: str, there: Sequence[str]) -> None:
        if not there and not operation.context.protected:
            self._start(operation, ref, folder)
            return
        dialog = ActionDialog(
            operation.context,
            "container",
            _replacing(operation, folder, there),
            [ref],
            [ref.name],
            self._window.window(),
        )
        dialog.twin.set_command(operation.command)
        dialog.accepted_with.connect(lambda _answers: self._start(operation, ref, folder))
        self._open(dialog)

    def _start(self, operation: Operation, ref: Ref, folder: str) -> None:
        running = self._desk.operations.start(operation)
        running.ended.connect(lambda: self.arrived.emit(ref.id, folder))

    def _open(self, dialog: ActionDialog) -> None:
        self.dialog = dialog
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()


class CopyDialog(ActionDialog):
    """Asks which container and which folder files are copied to."""

    def __init__(self, context: Context, files: Files, entries: Sequence[FileEntry], refs: Sequence[Ref], files_of: Any,
                 parent: QWidget | None) -> None:  # fmt: skip
        self._files, self._entries, self._refs, self._files_of = files, entries, refs, files_of
        super().__init__(context, "container", _copying(files, entries, refs), [files.ref], [files.ref.name], parent)

    def _refresh(self) -> None:
        super()._refresh()
        to = self._files_of(_chosen(self._refs, self._answers))
        folder = clean(self._answers["folder"])
        self.twin.set_command(file_transfers.copy(self._files, self._entries, to, folder).command)


def _chosen(refs: Sequence[Ref], answers: dict[str, Any]) -> Ref:
    return next(ref for ref in refs if ref.name == answers["container"])


def _copying(files: Files, entries: Sequence[FileEntry], refs: Sequence[Ref]) -> Action:
    what = display(entries[0].name, 60) if len(entries) == 1 else count_text(len(entries), "file")
    return Action(
        id="copy",
        title="Copy to a container…",
        deed=f"copy {what.replace('{', '{{').replace('}', '}}')} from {{}} to another container",
        done="copied",
        icon="copy",
        call="",
        twin=lambda _rows, _options: (),
        options=(
            Option(id="container", label="Container", type=OptionType.CHOICE, default=lambda _: refs[0].name,
                   choices=tuple(ref.name for ref in refs)),
            Option(id="folder", label="Folder", type=OptionType.TEXT, default=lambda _: parent(entries[0].path),
                   help="It must be there.",
                   problem=lambda text: None if str(text).startswith("/") else "A path begins with /"),
        ),
    )  # fmt: skip


def _replacing(operation: Operation, folder: str, there: Sequence[str]) -> Action:
    """The question before something that is there is replaced, or before anything is sent to a protected context."""
    where = display(folder, 200)

    def confirm(rows: Sequence[Any], _options: Any) -> Confirmation:
        title = f"Replace {count_text(len(there), 'entry', 'entries')} of {where}" if there else operation.title
        return Confirmation(
            title=f"{title}?",
            verb="Replace" if there else operation.title.split()[0],
            goes=tuple(Loss(display(name, 200), "is replaced; a folder is merged with what comes") for name in there),
            stays=(Loss("Everything else in the folder", "stays as it is"),),
            type_to_confirm=rows[0].name,
        )

    return Action(
        id="replace",
        title="Replace",
        deed="replace files of {}",
        done="replaced",
        icon=operation.icon,
        call="",
        twin=lambda _rows, _options: (),
        confirm=confirm,
    )


def _outermost(entries: Sequence[FileEntry]) -> list[FileEntry]:
    """Without those that lie in another one of them: they come with it."""
    paths = {entry.path for entry in entries}
    return [entry for entry in entries if not paths & set(_above(entry.path))]


def _above(path: str) -> list[str]:
    above = []
    while path != "/":
        path = parent(path)
        above.append(path)
    return above
