"""The keys of the window, in one table: what binds them is what the sheet shows.

What they open is imported when it is first opened: it has no part in the first paint.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QGridLayout, QHBoxLayout, QWidget

from gui.contexts import OpenContext
from gui.finding import Finding
from gui.memory import Memory
from gui.theme.theme import Themes
from gui.widgets.buttons import Button, Look
from gui.widgets.dialog import Dialog
from gui.widgets.properties import SectionTitle
from gui.widgets.text import PlainLabel, shortcut_text
from gui.window.overlay import Overlay
from gui.window.window import Window
from models.errors import certificate_of
from models.kind import ResourceKind

if TYPE_CHECKING:
    from gui.window.palette import Command, Palette


class Key(Struct, frozen=True):
    """One shortcut: the keys, what they do in words, and the deed."""

    keys: str
    title: str
    do: Callable[[], Any]


class Keys(QObject):
    """Binds the window's keys; opens the palette, the sheet, and the settings."""

    def __init__(
        self, window: Window, themes: Themes, memory: Memory, finding: Finding, *, debug: bool = False
    ) -> None:
        super().__init__(window)
        self._window, self._themes, self._memory, self._finding = window, themes, memory, finding
        self._palette: Palette | None = None
        self.overlay = Overlay(window)
        self.overlay.set_on(debug)
        self.table = self._table()
        for key in self.table:
            QShortcut(QKeySequence(key.keys), window, key.do)
        self._action_keys: set[str] = set()  # those that are bound
        for number in range(1, 10):
            QShortcut(QKeySequence(f"Ctrl+{number}"), window, partial(window.go_to, number - 1))
        window.rail.search_wanted.connect(self.open_palette)
        window.rail.settings_wanted.connect(self.open_settings)
        window.rail.marks_wanted.connect(self.open_marks)
        window.contexts.trust_wanted.connect(self.open_trust)
        window.contexts.opened.connect(self._on_opened)

    def _table(self) -> tuple[Key, ...]:
        window = self._window
        return (
            Key("Ctrl+K", "Search and run commands", self.open_palette),
            Key("Ctrl+N", "Run a container", window.make_one),
            Key("Ctrl+F", "Filter or search", lambda: window.on_page("focus_filter")),
            Key("F5", "Reload", lambda: window.on_page("reload")),
            Key("Esc", "Back: close what is open", lambda: window.on_page("back")),
            Key("Ctrl+0", "All contexts", lambda: window.contexts.set_current(None)),
            Key("Ctrl+J", "Show or hide the dock", window.dock.toggle),
            Key("Ctrl+Shift+K", "The same, also in a terminal", self.open_palette),
            Key("Ctrl+Shift+T", "Terminal in what is selected, or one more", window.open_terminal),
            Key("Ctrl+Tab", "Next tab of the dock", lambda: window.dock.step(True)),
            Key("Ctrl+Shift+Tab", "Previous tab of the dock", lambda: window.dock.step(False)),
            Key("Ctrl+Shift+M", "Messages", window.rail.bell.open),
            Key("Ctrl+,", "Settings", self.open_settings),
            Key("F1", "This sheet", self.open_sheet),
            Key("Ctrl+Shift+D", "Show the window's heartbeat", lambda: self.overlay.set_on(None)),
            Key("Ctrl+Q", "Quit", window.close),
        )

    def _kinds(self) -> list[ResourceKind]:
        kinds = {kind.id: kind for one in self._window.contexts.open_ones for kind in one.session.kinds}
        if not kinds:
            from models.docker import KINDS

            kinds = {kind.id: kind for kind in KINDS}
        return list(kinds.values())

    def _on_opened(self, open_one: OpenContext) -> None:
        """Bind what its kinds bring."""
        keys = {action.shortcut for kind in open_one.session.kinds for action in kind.actions if action.shortcut}
        for new in sorted(keys - self._action_keys):
            QShortcut(QKeySequence(new), self._window, partial(self._on_action_key, new))
        self._action_keys |= keys

    def _on_action_key(self, keys: str) -> None:
        from gui.page.page import KindPage

        page = self._window.current_page()
        if isinstance(page, KindPage):
            for action in page.kind.actions:
                if action.shortcut == keys:
                    page.trigger(action.id)

    def open_palette(self) -> None:
        """Over the window; a second time closes it."""
        from gui.window.commands import commands, shelves
        from gui.window.palette import Palette

        if self._palette is not None:
            self._palette.dismiss()
            return
        before = QApplication.focusWidget()
        self._palette = Palette(commands(self._window, self._own_commands), shelves(self._window), self._window)
        self._palette.gone.connect(lambda: self._on_palette_gone(before))

    def _on_palette_gone(self, before: QWidget | None) -> None:
        self._palette = None
        if before is not None:
            before.setFocus(Qt.FocusReason.OtherFocusReason)

    def _own_commands(self) -> Iterator[Command]:
        from gui.window.palette import Command, Group

        for mode, icon in (("light", "light"), ("dark", "dark"), ("system", "host")):
            yield Command(
                group=Group.ACTION,
                title=f"Theme: {mode}",
                icon=icon,
                do=partial(self._set_theme, mode),
            )
        yield Command(group=Group.CONTEXT, title="Open the demo", icon="demo", do=self._finding.open_demo)
        for key in self.table:
            if key.keys not in ("Ctrl+K", "Esc"):
                yield Command(group=Group.ACTION, title=key.title, icon="keyboard", shortcut=key.keys, do=key.do)

    def _set_theme(self, mode: Any) -> None:
        self._themes.set_mode(mode)
        self._memory.set_theme(mode)

    def open_settings(self) -> None:
        """Theme, trusted certificates, and where our files are."""
        from gui.window.settings import SettingsDialog

        dialog = SettingsDialog(self._themes.mode, self._memory.path, self._memory.settings.trusted(), self._window)
        dialog.theme_chosen.connect(self._set_theme)
        dialog.distrusted.connect(partial(self._memory.trust, fingerprint=""))
        dialog.open()

    def open_marks(self, open_one: OpenContext) -> None:
        """Name, colour, protection and proxy of a context."""
        from gui.window.marks import MarksDialog

        dialog = MarksDialog(open_one.context, self._memory.settings.marks(open_one.context.id), self._window)
        dialog.chosen.connect(self._memory.set_marks)
        dialog.open()

    def open_trust(self, open_one: OpenContext) -> None:
        """The certificate that keeps a context from being reached."""
        from gui.window.trust import TrustDialog

        error = open_one.state.error
        certificate = certificate_of(error)
        if error is not None and certificate is not None:
            dialog = TrustDialog(open_one.context, error.message, certificate, self._window)
            dialog.chosen.connect(self._memory.trust)
            dialog.open()

    def open_sheet(self) -> None:
        """All shortcuts."""
        Sheet(self.table, self._kinds(), self._window).open()


class Sheet(Dialog):
    """Shortcuts everywhere, of rows, and in a terminal."""

    def __init__(self, table: tuple[Key, ...], kinds: list[ResourceKind], parent: QWidget) -> None:
        super().__init__("Keyboard shortcuts", parent, icon="keyboard", width=760)
        columns = QHBoxLayout()
        columns.setSpacing(24)
        window = [(key.keys, key.title) for key in table]
        window += [("Ctrl+1", "… Ctrl 9: contexts in the rail"), ("Enter", "Open the details of a row")]
        columns.addWidget(_list("Everywhere", window), 1)
        actions = {(action.shortcut, action.title) for kind in kinds for action in kind.actions if action.shortcut}
        rows = [*sorted(actions, key=lambda pair: pair[1]), ("Ctrl+A", "Select all"), ("Ctrl+C", "Copy the rows")]
        rows += [("Left", "Fold a group"), ("Right", "Unfold it"), ("Shift+F10", "Menu of the selection")]
        columns.addWidget(_list("Rows", rows), 1)
        self.body.addLayout(columns)
        close = self.add_button(Button("Close", look=Look.MAIN), default=True)
        close.clicked.connect(self.accept)
        self.finished.connect(self.deleteLater)


def _list(title: str, lines: list[tuple[str, str]]) -> QWidget:
    holder = QWidget()
    grid = QGridLayout(holder)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(12)
    grid.setVerticalSpacing(5)
    grid.setColumnStretch(1, 1)
    grid.addWidget(SectionTitle(title), 0, 0, 1, 2)
    for line, (keys, words) in enumerate(lines, start=1):
        grid.addWidget(PlainLabel(shortcut_text(keys) or keys, font="mono", colour="text.secondary"), line, 0)
        grid.addWidget(PlainLabel(words), line, 1)
    grid.setRowStretch(len(lines) + 1, 1)
    return holder
