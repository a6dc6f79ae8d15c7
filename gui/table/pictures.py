"""Pictures of the lines in view: a repaint draws anew only those that say or look like something else than before."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from msgspec import Struct
from PySide6.QtGui import QPainter, QPixmap

from gui.table.cells import Cells
from gui.table.painting import Frame, LinePainter, Look
from gui.theme.tokens import Theme
from models.rows import Line


class _Picture(Struct):
    pixmap: QPixmap
    shows: tuple[Any, ...]  # all that it was drawn from


class LinePictures:
    """Draws lines in one theme, and keeps what it drew of those in view. Make a new one when the theme changes."""

    def __init__(self, theme: Theme, cells: Cells, form: type[LinePainter] = LinePainter) -> None:
        self.painter = form(theme, cells)
        self._cells = cells
        self._frame: Frame | None = None
        self._ratio = 1.0
        self._pictures: dict[str, _Picture] = {}

    def __len__(self) -> int:
        return len(self._pictures)

    def paint(self, painter: QPainter, lines: Sequence[Line], looks: Sequence[Look], top: int, frame: Frame) -> None:
        """Draw `lines`, the first of which begins at `top`."""
        ratio = painter.device().devicePixelRatioF()
        if frame != self._frame or ratio != self._ratio:
            self._pictures.clear()
            self._frame, self._ratio = frame, ratio
        for offset, (line, look) in enumerate(zip(lines, looks, strict=True)):
            painter.drawPixmap(0, top + offset * self.painter.row_height, self._picture(line, look, frame))

    def keep_only(self, lines: Sequence[Line]) -> None:
        """Let go of all pictures but those of `lines`: together they take as much memory as the viewport."""
        if len(self._pictures) > len(lines):
            keys = {line.key for line in lines}
            self._pictures = {key: picture for key, picture in self._pictures.items() if key in keys}

    def clear(self) -> None:
        """Let go of all of them."""
        self._pictures.clear()

    def _picture(self, line: Line, look: Look, frame: Frame) -> QPixmap:
        group = line.group
        content = (group.title, group.collapsed, group.words) if line.row is None else self._cells.texts(line)
        shows = (line.row, content, look)
        known = self._pictures.get(line.key)
        if known is None or known.shows != shows:
            known = self._pictures[line.key] = _Picture(self._drawn(line, look, frame), shows)
        return known.pixmap

    def _drawn(self, line: Line, look: Look, frame: Frame) -> QPixmap:
        high = self.painter.row_height
        pixmap = QPixmap(math.ceil(frame.width * self._ratio), math.ceil(high * self._ratio))
        pixmap.setDevicePixelRatio(self._ratio)
        painter = QPainter(pixmap)
        self.painter.paint(painter, line, look, frame)
        painter.end()
        return pixmap
