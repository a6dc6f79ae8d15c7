"""The one stylesheet: only for what Qt draws itself; our own widgets paint from the theme."""

from __future__ import annotations

import re

from gui.theme.tokens import Theme

# @name is a colour token, or a size token when it starts with @size. (a name under `size`, space.N, radius.NAME).
_TEMPLATE = """
QToolTip {
    background: @bg.raised; color: @text.primary; border: 1px solid @border.default; padding: 4px 6px;
}

QLabel { background: transparent; }
@labels

QLineEdit, QSpinBox, QDoubleSpinBox, QComboBox {
    background: @bg.surface; color: @text.primary; border: 1px solid @border.default;
    border-radius: @size.radius.control; padding: 0 7px; min-height: 26px;
    selection-background-color: @accent.fill; selection-color: @text.on-accent;
}
QLineEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus {
    border: 2px solid @accent.line; padding: 0 6px; min-height: 24px;
}
QLineEdit[wrong="true"] { border: 2px solid @error.mark; padding: 0 6px; min-height: 24px; }
QLineEdit:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled, QComboBox:disabled {
    background: @bg.inset; color: @text.disabled;
}
QLineEdit[small="true"] { min-height: 22px; }
QLineEdit[small="true"]:focus { min-height: 20px; }
QLineEdit[bare="true"], QLineEdit[bare="true"]:focus {
    border: none; background: transparent; padding: 0; min-height: 0;
}

QSpinBox QLineEdit, QSpinBox QLineEdit:focus {
    border: none; background: transparent; padding: 0; min-height: 0;
}
QSpinBox::up-button, QSpinBox::down-button { subcontrol-origin: border; width: 0; border: none; }

QPlainTextEdit, QTextEdit, QTextBrowser {
    background: @bg.surface; color: @text.primary; border: none;
    selection-background-color: @accent.fill; selection-color: @text.on-accent;
}
QPlainTextEdit[bare="true"] { background: transparent; }

.QPushButton {
    background: @bg.surface; color: @text.primary; border: 1px solid @border.default;
    border-radius: @size.radius.control; padding: 0 10px; min-height: 26px;
}
.QPushButton:hover, .QPushButton:pressed { background: @bg.hover; }
.QPushButton:focus { border: 2px solid @accent.line; padding: 0 9px; min-height: 24px; }
.QPushButton:disabled { background: @bg.inset; color: @text.disabled; }

QMenu { background: @bg.raised; border: 1px solid @border.default; padding: 4px; }
QMenu::item { color: @text.primary; padding: 0 16px 0 32px; height: @size.row-menu; }
QMenu::item:selected { background: @bg.selection; }
QMenu::item:disabled { color: @text.disabled; }
QMenu::separator { height: 9px; }

QComboBox QAbstractItemView, QCompleter QAbstractItemView {
    background: @bg.raised; border: 1px solid @border.default; outline: none;
    selection-background-color: @bg.selection; selection-color: @text.primary;
}

QAbstractItemView {
    background: @bg.surface; border: none; outline: none;
    selection-background-color: @bg.selection; selection-color: @text.primary;
}
QHeaderView { background: @bg.surface; border: none; }
QHeaderView::section {
    background: @bg.surface; color: @text.secondary; border: none; border-bottom: 1px solid @border.default;
    padding: 0 8px;
}

QScrollArea { background: transparent; border: none; }
QScrollBar { background: transparent; border: none; margin: 0; }
QScrollBar:vertical { width: @size.scroll-bar; }
QScrollBar:horizontal { height: @size.scroll-bar; }
QScrollBar::handle { background: @border.default; border-radius: 3px; margin: 2px; }
QScrollBar::handle:hover, QScrollBar::handle:pressed { background: @border.strong; }
QScrollBar::handle:vertical { min-height: 24px; }
QScrollBar::handle:horizontal { min-width: 24px; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QAbstractScrollArea::corner { background: transparent; }

QSplitter::handle { background: transparent; }
"""

# A label names its colour in the property `colour`.
_LABEL_COLOURS = (
    "text.primary",
    "text.secondary",
    "text.disabled",
    "text.on-accent",
    "accent.fg",
    "ok.fg",
    "busy.fg",
    "warning.fg",
    "error.fg",
    "idle.fg",
)


def stylesheet(theme: Theme) -> str:
    """The application's stylesheet in the colours and sizes of `theme`."""

    def value(match: re.Match[str]) -> str:
        name = match[1]
        if name == "labels":
            return "\n".join(f'QLabel[colour="{t}"] {{ color: {theme.colour(t).name()}; }}' for t in _LABEL_COLOURS)
        if name.startswith("size."):
            return f"{theme.size(name.removeprefix('size.'))}px"
        return theme.colour(name).name()

    return re.sub(r"@([a-z][a-z0-9.-]*)", value, _TEMPLATE)
