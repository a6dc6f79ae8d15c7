"""Texts cut to a width: the middle goes, the end stays, as the end tells one image or path from the next."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetrics

_KEPT = 8_000  # texts
_ELLIPSIS = "…"


class Fitting:
    """Cuts texts in one font, and remembers what came out."""

    def __init__(self, font: QFont) -> None:
        self.font = font
        self.metrics = QFontMetrics(font)
        self._fitted: dict[tuple[str, int], tuple[str, int]] = {}

    def fit(self, text: str, width: int) -> tuple[str, int]:
        """`text` in at most `width` pixels, and how many it takes."""
        known = self._fitted.get((text, width))
        if known is None:
            if len(self._fitted) >= _KEPT:
                self._fitted.clear()
            known = self._fitted[text, width] = self._fit(text, width)
        return known

    def fits(self, text: str, width: int) -> bool:
        """Whether nothing has to go."""
        return self.fit(text, width)[0] == text

    def width(self, text: str) -> int:
        """Pixels that the whole text takes."""
        return self.metrics.horizontalAdvance(text)

    def _fit(self, text: str, width: int) -> tuple[str, int]:
        full = self.width(text)
        if full <= width:
            return text, full
        shown = self._without_leading_parts(text, width) or self.metrics.elidedText(text, _mode(text), width)
        return shown, self.width(shown)

    def _without_leading_parts(self, text: str, width: int) -> str:
        """ "…/shop-api:2.14.1" of "ghcr.io/acme/shop-api:2.14.1"; "" where even the last is too long."""
        if " " in text:
            return ""
        parts = text.split("/")
        for start in range(1, len(parts)):
            shown = "/".join((_ELLIPSIS, *parts[start:]))
            if self.width(shown) <= width:
                return shown
        return ""


def _mode(text: str) -> Qt.TextElideMode:
    # Sentences and lists are read from the start; a single word is told apart by both of its ends.
    return Qt.TextElideMode.ElideRight if " " in text else Qt.TextElideMode.ElideMiddle
