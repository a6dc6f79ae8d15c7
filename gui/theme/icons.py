"""Outline icons by meaning, recoloured from the theme. The drawings are Lucide's (ISC licence): `make icons`."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import msgspec
from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPixmap, QPixmapCache

from gui.theme.tokens import Theme, current_theme

# What an icon means here -> what its drawing is called there.
ICONS = {
    # places
    "overview": "layout-grid",
    "container": "box",
    "containers": "boxes",
    "compose": "file-text",
    "image": "layers",
    "layers": "layers",
    "network": "waypoints",
    "volume": "database",
    "registry": "archive",
    "build": "hammer",
    "events": "zap",
    "timeline": "chart-gantt",
    "namespace": "network",
    "system": "cpu",
    "settings": "sliders-horizontal",
    "engine": "server",
    "host": "monitor",
    "address": "globe",
    "user": "user",
    "cluster": "ship-wheel",
    "node": "server",
    "pod": "hexagon",
    # tabs
    "logs": "text-align-start",
    "terminal": "square-terminal",
    "stats": "chart-line",
    "files": "folder",
    "inspect": "braces",
    "tree": "list-tree",
    "diff": "git-compare",
    "health": "heart-pulse",
    "limits": "gauge",
    "environment": "list",
    "memory": "memory-stick",
    "disk": "hard-drive",
    "labels": "tag",
    # actions
    "run": "play",
    "play": "play",
    "stop": "square",
    "restart": "rotate-cw",
    "reload": "refresh-cw",
    "retry": "rotate-cw",
    "pause": "pause",
    "kill": "skull",
    "signal": "send",
    "remove": "trash-2",
    "rename": "pencil",
    "edit": "pencil",
    "copy": "copy",
    "save": "save",
    "download": "download",
    "pull": "arrow-down-to-line",
    "upload": "upload",
    "push": "arrow-up-from-line",
    "prune": "eraser",
    "undo": "undo-2",
    "redo": "redo-2",
    "link": "link",
    "unlink": "unlink",
    "connect": "plug",
    "disconnect": "unplug",
    "open": "external-link",
    "paste": "clipboard-paste",
    "pin": "pin",
    "sign-in": "log-in",
    # controls
    "search": "search",
    "bell": "bell",
    "plus": "plus",
    "minus": "minus",
    "more": "ellipsis",
    "close": "x",
    "check": "check",
    "maximise": "maximize-2",
    "minimise": "minimize-2",
    "filter": "funnel",
    "wrap": "text-wrap",
    "clock": "clock",
    "timer": "timer",
    "history": "history",
    "regex": "regex",
    "match-case": "case-sensitive",
    "match-word": "whole-word",
    "eye": "eye",
    "eye-off": "eye-off",
    "columns": "columns-3",
    "rows": "rows-3",
    "group": "group",
    "palette": "command",
    "keyboard": "keyboard",
    "panel-bottom": "panel-bottom",
    "panel-right": "panel-right",
    "to-top": "arrow-up-to-line",
    "to-bottom": "arrow-down-to-line",
    "zoom-in": "zoom-in",
    "zoom-out": "zoom-out",
    "chevron-down": "chevron-down",
    "chevron-up": "chevron-up",
    "chevron-left": "chevron-left",
    "chevron-right": "chevron-right",
    "arrow-up": "arrow-up",
    "arrow-down": "arrow-down",
    "arrow-right": "arrow-right",
    # things and signs
    "file": "file",
    "folder": "folder",
    "door": "door-closed",
    "lock": "lock",
    "unlock": "lock-open",
    "key": "key-round",
    "secret": "key-round",
    "shield": "shield",
    "info": "info",
    "help": "circle-question-mark",
    "warning": "triangle-alert",
    "error": "circle-alert",
    "bug": "bug",
    "demo": "flask-conical",
    "light": "sun",
    "dark": "moon",
}

_DISABLED = "text.disabled"
_SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="{colour}" stroke-width="{width}" '
    'stroke-linecap="round" stroke-linejoin="round">{shapes}</svg>'
)


def icon(name: str, colour: str = "text.secondary") -> QIcon:
    """The icon `name` as a QIcon for menus and Qt's own widgets; it follows theme, size and screen by itself."""
    _shapes(name)  # a wrong name is told here, with a traceback, not while painting
    return QIcon(_Engine(name, colour))


def icon_pixmap(name: str, theme: Theme, size: int = 16, colour: str = "text.secondary", ratio: float = 1.0) -> QPixmap:
    """The icon `name`, `size` logical pixels square, in a colour token of `theme`, for a device pixel ratio."""
    key = f"icon {name} {theme.colour(colour).name()} {size} {ratio}"
    pixmap = QPixmap()
    if QPixmapCache.find(key, pixmap):
        return pixmap
    pixmap = QPixmap(round(size * ratio), round(size * ratio))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    _render(painter, QRectF(pixmap.rect()), name, size, theme.colour(colour).name())
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    QPixmapCache.insert(key, pixmap)
    return pixmap


def paint_icon(
    painter: QPainter, at: QPoint, name: str, theme: Theme, size: int = 16, colour: str = "text.secondary"
) -> None:
    """Draw the icon `name`, `size` logical pixels square, with its upper left corner at `at`."""
    painter.drawPixmap(at, icon_pixmap(name, theme, size, colour, painter.device().devicePixelRatioF()))


class _Engine(QIconEngine):
    """Draws an icon from the theme that is current at that moment, so that nobody has to renew icons."""

    def __init__(self, name: str, colour: str) -> None:
        super().__init__()
        self._name = name
        self._colour = colour

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        size = min(rect.width(), rect.height())
        at = rect.center() - QPoint((size - 1) // 2, (size - 1) // 2)
        paint_icon(painter, at, self._name, current_theme(), size, self._token(mode))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return self.scaledPixmap(size, mode, state, 1.0)

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float) -> QPixmap:
        return icon_pixmap(self._name, current_theme(), min(size.width(), size.height()), self._token(mode), scale)

    def clone(self) -> QIconEngine:
        return _Engine(self._name, self._colour)

    def _token(self, mode: QIcon.Mode) -> str:
        return _DISABLED if mode == QIcon.Mode.Disabled else self._colour


def _render(painter: QPainter, rect: QRectF, name: str, size: int, colour: str) -> None:
    from PySide6.QtSvg import QSvgRenderer  # not before the first icon: the start waits for every import

    svg = _SVG.format(colour=colour, width=_stroke(size), shapes=_shapes(name))
    QSvgRenderer(QByteArray(svg.encode())).render(painter, rect)


def _stroke(size: int) -> str:
    """Strokes of 1.4 px at 16 and 1.3 px at 20, in a box of 24, so that both sizes look drawn with one pen."""
    pixels = 1.3 if size > 16 else 1.4 * size / 16
    return f"{pixels * 24 / size:.2f}"


def _shapes(name: str) -> str:
    return _drawings()[ICONS[name]]


@cache
def _drawings() -> dict[str, str]:
    return msgspec.json.decode(files("resources").joinpath("icons/lucide.json").read_bytes(), type=dict[str, str])
