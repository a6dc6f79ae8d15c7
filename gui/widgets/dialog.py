"""The base of dialogs: a raised panel over a dimmed window, with a title, a body and a foot."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QHideEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from gui.theme.tokens import current_theme
from gui.widgets.area import Area
from gui.widgets.buttons import Button
from gui.widgets.marks import Icon
from gui.widgets.paint import paint_box, painter_for, round_corners
from gui.widgets.text import PlainLabel

_PADDING = 20
_TOP = 0.1  # of the window's height above the dialog


class Scrim(QWidget):
    """A flat veil over the whole window that a dialog belongs to."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setGeometry(window.rect())
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.setGeometry(self.window().rect())
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), current_theme().colour("bg.scrim"))


class Dialog(QDialog):
    """Window-modal. Fill `body`; put buttons in the foot with `add_button`: the last one is what Enter does.

    `stripe` is a colour token of the context: a line of 3 px along the top, on everything that touches a context.
    """

    def __init__(
        self,
        title: str,
        parent: QWidget | None,
        *,
        icon: str = "",
        icon_colour: str = "text.secondary",
        width: int = 480,
        stripe: str | None = None,
    ) -> None:
        super().__init__(parent, Qt.WindowType.Dialog | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setWindowTitle(title)
        self.setFixedWidth(width)
        self._stripe = stripe
        self._scrim: Scrim | None = None
        self._title = PlainLabel(title, font="object-title", wrap=True)
        self.body = QVBoxLayout()
        self.body.setContentsMargins(_PADDING, 0, _PADDING, _PADDING)
        self.body.setSpacing(8)
        self._note = PlainLabel(font="secondary", colour="text.secondary", wrap=True)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(8)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(1, 3 if stripe else 1, 1, 1)
        whole.setSpacing(0)
        whole.setSizeConstraint(QVBoxLayout.SizeConstraint.SetNoConstraint)  # `sizeHint` knows the height; it does not
        whole.addLayout(self._head(icon, icon_colour))
        whole.addLayout(self.body, 1)
        whole.addWidget(self._foot())

    def set_title(self, title: str) -> None:
        """Change the title, here and for the window list."""
        self.setWindowTitle(title)
        self._title.setText(title)

    def set_note(self, text: str) -> None:
        """A sentence at the left of the foot."""
        self._note.setText(text)

    def add_button(self, button: Button, *, default: bool = False) -> Button:
        """A button at the right end of the foot; Enter presses the default one, while it is enabled."""
        button.setAutoDefault(False)
        button.setDefault(default)
        self._buttons.addWidget(button)
        return button

    def add_cancel(self, text: str = "Cancel") -> Button:
        """The button that closes without doing anything, as Esc does."""
        button = self.add_button(Button(text))
        button.clicked.connect(self.reject)
        return button

    def sizeHint(self) -> QSize:
        wide = self.minimumWidth()  # the fixed one; Qt would make room for words that wrap at less
        layout = self.layout()
        return super().sizeHint() if layout is None else QSize(wide, layout.totalHeightForWidth(wide))

    def adjustSize(self) -> None:
        self.resize(self.sizeHint())  # Qt's own cuts off what is above two thirds of the screen

    def showEvent(self, event: QShowEvent) -> None:
        parent = self.parentWidget()
        if parent is not None:
            window = parent.window()
            self._scrim = Scrim(window)
            self._scrim.show()
            self.adjustSize()
            self.move(_place(window, self))
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        if self._scrim is not None:
            self._scrim.deleteLater()
            self._scrim.hide()
            self._scrim = None
        super().hideEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        handle = self.windowHandle()
        if event.button() == Qt.MouseButton.LeftButton and handle is not None:
            handle.startSystemMove()  # there is no frame to drag it by
        super().mousePressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        round_corners(self, current_theme().size("radius.panel"))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = painter_for(self)
        radius = theme.size("radius.panel")
        paint_box(painter, self.rect(), radius, theme.colour("bg.raised"), theme.colour("border.default"))
        if self._stripe:
            high = theme.size("protected-stripe")
            painter.setClipRect(QRect(0, 0, self.width(), high))
            painter.fillPath(_rounded(self.rect(), radius), QColor(theme.colour(self._stripe)))

    def _head(self, icon: str, colour: str) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(_PADDING, _PADDING - 4, _PADDING, 12)
        row.setSpacing(10)
        if icon:
            row.addWidget(Icon(icon, size=20, colour=colour), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._title, 1)
        return row

    def _foot(self) -> QWidget:
        foot = _Foot("bg.inset", "top")
        row = QHBoxLayout(foot)
        row.setContentsMargins(_PADDING, 12, _PADDING, 12)
        row.setSpacing(8)
        row.addWidget(self._note, 1)
        row.addLayout(self._buttons)
        return foot


class _Foot(Area):
    """The ground under the buttons, round at the dialog's lower corners."""

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = painter_for(self)
        radius = theme.size("radius.panel")
        painter.setClipRect(self.rect())
        painter.fillPath(_rounded(self.rect().adjusted(0, -2 * radius, 0, 0), radius - 1), theme.colour("bg.inset"))
        painter.fillRect(0, 0, self.width(), 1, theme.colour("border.default"))


def _rounded(rect: QRect, radius: float) -> QPainterPath:
    path = QPainterPath()
    path.addRoundedRect(rect, radius, radius)
    return path


def _place(window: QWidget, dialog: QWidget) -> QPoint:
    """In the middle, nearer to the top, and never above the window's own top edge."""
    left = (window.width() - dialog.width()) // 2
    top = max(min(round(window.height() * _TOP), window.height() - dialog.height()), 0)
    return window.mapToGlobal(QPoint(left, top))
