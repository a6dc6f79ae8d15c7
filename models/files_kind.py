"""The table of files: its columns, and what a filter looks for."""

from __future__ import annotations

from models.collation import collation
from models.files import FileEntry, FileType, Mark, mode_text
from models.health import Health, Tone
from models.kind import Align, Column, ResourceKind, Section
from models.text import age_text, bytes_text, stamp_text

_TONES = {Mark.ADDED: Tone.OK, Mark.CHANGED: Tone.WARNING, Mark.DELETED: Tone.ERROR}
_WORDS = {Mark.ADDED: "added", Mark.CHANGED: "changed", Mark.DELETED: "deleted", Mark.NONE: ""}
_ORDER = {Mark.ADDED: 0, Mark.CHANGED: 1, Mark.DELETED: 2, Mark.NONE: 3}
_ICONS = {FileType.FOLDER: "folder", FileType.LINK: "link", FileType.DEVICE: "memory"}
_SPECIAL = {FileType.DEVICE: "device", FileType.PIPE: "named pipe", FileType.SOCKET: "socket"}


def file_icon(entry: FileEntry) -> str:
    """The icon that says what it is."""
    if entry.mount:
        return "volume"
    return _ICONS.get(entry.type, "file")


def leads_to(entry: FileEntry) -> str:
    """What else there is to know: where a link leads, what is mounted there, that it is no usual file."""
    if entry.mount:
        return entry.mount
    return f"→ {entry.target}" if entry.target else _SPECIAL.get(entry.type, "")


def mark_tip(entry: FileEntry) -> str:
    """The mark in words."""
    words = _WORDS[entry.mark]
    return f"{words.capitalize()} since the container was made from its image" if words else ""


def _first(entry: FileEntry) -> int:
    return 0 if entry.is_folder else 1


def _secondary(_entry: FileEntry) -> Tone:
    return Tone.SECONDARY


def _name_tone(entry: FileEntry) -> Tone:
    return Tone.PRIMARY if entry.there and not entry.mount else Tone.SECONDARY


_MARK = Column(id="mark", title="±", width=40, absent="", text=lambda e, _: e.mark.value,
               tooltip=lambda e, _: mark_tip(e), tone=lambda e: _TONES.get(e.mark, Tone.SECONDARY),
               sort=lambda e: _ORDER[e.mark], mono=True, strong=True)  # fmt: skip
_TARGET = Column(id="target", title="Leads to", width=120, stretch=2, drop=4, absent="", tone=_secondary,
                 text=lambda e, _: leads_to(e), sort=leads_to)  # fmt: skip
_COLUMNS = (
    Column(id="size", title="Size", width=82, align=Align.RIGHT, text=lambda e, _: bytes_text(e.size),
           sort=lambda e: -1 if e.size is None else e.size,
           tooltip=lambda e, _: "" if e.size is None else f"{e.size:,} bytes"),
    Column(id="changed", title="Changed", width=78, drop=3, align=Align.RIGHT,
           text=lambda e, now: "" if e.changed is None else age_text(now - e.changed),
           sort=lambda e: -(e.changed or 0.0), tooltip=lambda e, _: stamp_text(e.changed)),
    Column(id="mode", title="Mode", width=96, mono=True, drop=2, tone=_secondary, text=lambda e, _: mode_text(e),
           sort=mode_text, tooltip=lambda e, _: "" if e.mode is None else f"{e.mode:04o}"),
    Column(id="owner", title="Owner", width=84, mono=True, drop=1, tone=_secondary, text=lambda e, _: e.owner),
)  # fmt: skip


def _kind(kind_id: str, title: str, names: tuple[Column, ...], empty: tuple[str, str]) -> ResourceKind:
    return ResourceKind(
        id=kind_id,
        title=title,
        noun="file",
        icon="files",
        section=Section.WORK,
        columns=(_MARK, *names, *_COLUMNS),
        key=lambda e: e.path,
        name=lambda e: e.name,
        health=lambda _: Health.UNKNOWN,
        state_text=lambda e: e.type.value,
        summary=lambda count, _: str(count),
        fields={
            "name": lambda e: (e.name,),
            "type": lambda e: (e.type.value,),
            "owner": lambda e: (e.owner,),
            "is": lambda e: (_WORDS[e.mark] or "unchanged",),
        },
        search=lambda e: e.path.lower() if kind_id == "changes" else e.name.lower(),
        tabs=(),
        empty_title=empty[0],
        empty_text=empty[1],
    )


FOLDER = _kind(
    "files",
    "Files of a folder",
    (Column(id="name", title="File", width=150, stretch=3, mono=True, icon=file_icon, tone=_name_tone,
            text=lambda e, _: e.name, sort=lambda e: (_first(e), collation(e.name)), tooltip=lambda e, _: e.path),
     _TARGET),
    ("This folder is empty", ""),
)  # fmt: skip
CHANGED = _kind(
    "changes",
    "Changed files",
    (Column(id="name", title="Path", width=200, stretch=3, mono=True, icon=file_icon, tone=_name_tone,
            text=lambda e, _: e.path, sort=lambda e: collation(e.path), tooltip=lambda e, _: e.path),),
    ("Nothing has changed", "All files are as in the image; what is in volumes does not count."),
)  # fmt: skip
