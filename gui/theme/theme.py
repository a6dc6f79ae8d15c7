"""Which theme the application shows, and how it changes: style, palette and one stylesheet."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication

from gui.theme.stylesheet import stylesheet
from gui.theme.tokens import Theme, current_theme, load_themes, set_current_theme

Mode = Literal["light", "dark", "system"]

_PALETTE = {
    QPalette.ColorRole.Window: "bg.surface",
    QPalette.ColorRole.WindowText: "text.primary",
    QPalette.ColorRole.Base: "bg.surface",
    QPalette.ColorRole.AlternateBase: "bg.inset",
    QPalette.ColorRole.Text: "text.primary",
    QPalette.ColorRole.PlaceholderText: "text.disabled",
    QPalette.ColorRole.Button: "bg.surface",
    QPalette.ColorRole.ButtonText: "text.primary",
    QPalette.ColorRole.BrightText: "text.on-accent",
    QPalette.ColorRole.Highlight: "accent.fill",
    QPalette.ColorRole.HighlightedText: "text.on-accent",
    QPalette.ColorRole.Accent: "accent.fill",
    QPalette.ColorRole.Link: "accent.fg",
    QPalette.ColorRole.LinkVisited: "accent.fg",
    QPalette.ColorRole.ToolTipBase: "bg.raised",
    QPalette.ColorRole.ToolTipText: "text.primary",
    QPalette.ColorRole.Light: "bg.raised",
    QPalette.ColorRole.Midlight: "bg.hover",
    QPalette.ColorRole.Mid: "border.default",
    QPalette.ColorRole.Dark: "border.strong",
    QPalette.ColorRole.Shadow: "border.strong",
}
_DISABLED = (
    QPalette.ColorRole.WindowText,
    QPalette.ColorRole.Text,
    QPalette.ColorRole.ButtonText,
)


class Themes(QObject):
    """The one holder of the look, made in gui/app.py: applies a theme to the application and follows the system."""

    changed = Signal(object)  # the new Theme, after every widget was told to repaint

    def __init__(self, app: QApplication, mode: Mode = "system") -> None:
        super().__init__(app)
        self._app = app
        self._themes = load_themes()
        self._mode: Mode = mode
        self._applied: Theme | None = None
        app.setFont(self._themes["light"].font())
        app.styleHints().colorSchemeChanged.connect(self._follow_system)
        self.set_mode(mode)

    @property
    def mode(self) -> Mode:
        """What was asked for: light, dark, or whatever the system says."""
        return self._mode

    @property
    def current(self) -> Theme:
        """The theme on the screen."""
        return current_theme()

    def set_mode(self, mode: Mode) -> None:
        """Show the theme of `mode` now, in every open window."""
        self._mode = mode
        # Title bars and native dialogs are drawn by the platform: it has to know, too.
        scheme = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark, "system": Qt.ColorScheme.Unknown}[mode]
        self._app.styleHints().setColorScheme(scheme)
        if mode == "system":
            self._follow_system(self._app.styleHints().colorScheme())
        else:
            self._apply(self._themes[mode])

    def _follow_system(self, scheme: Qt.ColorScheme) -> None:
        if self._mode == "system":
            self._apply(self._themes["dark" if scheme == Qt.ColorScheme.Dark else "light"])

    def _apply(self, theme: Theme) -> None:
        if theme is self._applied:
            return
        self._applied = theme
        set_current_theme(theme)
        self._app.setPalette(palette(theme))
        self._app.setStyleSheet(stylesheet(theme))
        self.changed.emit(theme)


def palette(theme: Theme) -> QPalette:
    """The palette of `theme`, for everything that the stylesheet does not name."""
    made = QPalette()
    for role, token in _PALETTE.items():
        made.setColor(role, theme.colour(token))
    for role in _DISABLED:
        made.setColor(QPalette.ColorGroup.Disabled, role, theme.colour("text.disabled"))
    return made
