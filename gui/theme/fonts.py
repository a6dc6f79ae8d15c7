"""The system's fonts in our sizes and weights."""

from __future__ import annotations

from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication

# Platforms without a desktop behind them name no font of their own: fontconfig then picks whatever it likes.
_PLATFORMS_WITHOUT_FONTS = ("offscreen", "minimal", "linuxfb", "vnc")
_STAND_IN = {False: "Inter", True: "JetBrains Mono"}
_GENERIC = {"", "sans serif", "sans", "sans-serif", "monospace"}


def make_font(size: int, weight: int, *, fixed: bool = False) -> QFont:
    """The system's UI or fixed-width font, `size` logical pixels high, with figures of equal width."""
    kind = QFontDatabase.SystemFont.FixedFont if fixed else QFontDatabase.SystemFont.GeneralFont
    font = QFont(QFontDatabase.systemFont(kind))
    if _says_nothing(font) and QFontDatabase.hasFamily(_STAND_IN[fixed]):
        font.setFamilies([_STAND_IN[fixed]])
    font.setPixelSize(size)
    font.setWeight(QFont.Weight(weight))
    if fixed:
        font.setStyleHint(QFont.StyleHint.Monospace)
        font.setFeature(QFont.Tag("calt"), 0)  # no ligatures: what stands in a log is what was written
        font.setFeature(QFont.Tag("liga"), 0)
    else:
        font.setFeature(QFont.Tag("tnum"), 1)
    return font


def _says_nothing(font: QFont) -> bool:
    return QGuiApplication.platformName() in _PLATFORMS_WITHOUT_FONTS or font.family().lower() in _GENERIC
