"""What the tests of widgets share."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from gui.theme.tokens import current_theme


def put(window: QWidget, widget: QWidget) -> QWidget:
    """Lay `widget` into the window."""
    window.layout().addWidget(widget, 0, Qt.AlignmentFlag.AlignLeft)
    widget.show()
    return widget


def turn_wheel(widget: QWidget, degrees: int) -> None:
    """Turn the wheel over the middle of `widget`; -120 is one notch towards the user."""
    at = widget.mapTo(widget.window(), widget.rect().center())
    QTest.wheelEvent(widget.window().windowHandle(), QPointF(at), QPoint(0, degrees))


def reports(signal) -> list:
    """What `signal` says from here on."""
    heard: list = []
    signal.connect(lambda *said: heard.append(said[0] if said else None))
    return heard


def accents(widget: QWidget) -> int:
    """How many pixels of a picture of `widget` have the colour of focus."""
    return count(widget.grab().toImage(), "accent.line")


def count(picture: QImage, token: str) -> int:
    wanted = current_theme().colour(token).rgb()
    return sum(picture.pixel(x, y) == wanted for x in range(picture.width()) for y in range(picture.height()))
