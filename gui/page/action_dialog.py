"""The one dialog of all actions: what is asked, what goes and stays, where, and the command that does the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QGridLayout, QHBoxLayout, QSpinBox, QVBoxLayout, QWidget

from gui.theme.tokens import current_theme
from gui.widgets.area import Area
from gui.widgets.buttons import Button, Look
from gui.widgets.checks import CheckBox
from gui.widgets.command_box import CommandBox
from gui.widgets.dialog import Dialog
from gui.widgets.fields import Field
from gui.widgets.marks import Glyph, Icon
from gui.widgets.notice import Notice
from gui.widgets.properties import SectionTitle
from gui.widgets.text import ElidedLabel, PlainLabel
from models.context import Context
from models.health import Health
from models.kind import Action, Confirmation, Loss, Option, OptionType
from models.text import count_text, display
from services.operations import twin_text

_MOST_LOSSES = 8  # lines of a list; the rest is counted
_NAME_WIDTH = 216


class ActionDialog(Dialog):
    """Asks before `action` is done to `rows`; `accepted_with` carries the answers."""

    accepted_with = Signal(dict)

    def __init__(self, context: Context, noun: str, action: Action, rows: Sequence[Any], names: Sequence[str],
                 parent: QWidget | None) -> None:  # fmt: skip
        self._context, self._action, self._rows = context, action, list(rows)
        self._answers = action.defaults(rows)
        confirmation = self._confirmation(noun, names)
        destructive = action.confirm is not None
        super().__init__(
            display(confirmation.title),
            parent,
            icon=action.icon,
            icon_colour="error.fg" if destructive else "text.secondary",
            width=640,
            stripe=f"context.{context.colour}",
        )
        self._noun, self._names = noun, names
        self.body.addWidget(_Where(context))
        self._losses = QVBoxLayout()
        self._losses.setSpacing(2)
        self.body.addLayout(self._losses)
        self.fields: dict[str, Field] = {}
        for option in action.options:
            self.body.addWidget(self._question(option))
        self.body.addSpacing(4)
        self.body.addWidget(SectionTitle("The same on the command line"))
        self.twin = CommandBox()
        self.body.addWidget(self.twin)
        self.typed: Field | None = None
        if context.protected and confirmation.type_to_confirm:
            self._ask_for_name(confirmation.type_to_confirm)
        cancel = self.add_cancel()
        look = Look.DESTRUCTIVE if destructive else Look.MAIN
        self.act = self.add_button(Button(confirmation.verb, action.icon, look=look), default=not destructive)
        self.act.clicked.connect(self._on_accepted)
        self._refresh()
        first = self.typed or next(iter(self.fields.values()), None)
        if first is not None:
            first.setFocus()
            first.selectAll()
        elif destructive:
            cancel.setFocus()  # Enter on a dialog that just popped up must not destroy anything

    def _confirmation(self, noun: str, names: Sequence[str]) -> Confirmation:
        if self._action.confirm is not None:
            return self._action.confirm(self._rows, self._answers)
        subject = names[0] if len(names) == 1 else count_text(len(names), noun)
        title = self._action.title_for(subject, self._answers)
        return Confirmation(
            title=title,
            verb=title.split()[0],
            goes=(),
            note=", ".join(names) if len(names) > 1 else "",
            type_to_confirm=subject if self._action.disruptive else "",
        )

    def _question(self, option: Option) -> QWidget:
        match option.type:
            case OptionType.FLAG:
                box = CheckBox(option.label, bool(self._answers[option.id]))
                box.toggled.connect(lambda on: self._answer(option, on))
                return box
            case OptionType.NUMBER:
                number = QSpinBox(minimum=option.minimum, maximum=option.maximum, value=self._answers[option.id])
                number.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.NoButtons)
                number.lineEdit().setTextMargins(6, 0, 0, 0)  # the stylesheet's padding does not reach it
                number.valueChanged.connect(lambda value: self._answer(option, value))
                return _labelled(option, number)
            case OptionType.CHOICE:
                choice = QComboBox()
                choice.addItems(list(option.choices))
                choice.setCurrentText(self._answers[option.id])
                choice.currentTextChanged.connect(lambda text: self._answer(option, text))
                return _labelled(option, choice)
            case OptionType.TEXT:
                field = Field(name=option.label)
                field.setText(self._answers[option.id])
                field.textChanged.connect(lambda text: self._answer(option, text))
                self.fields[option.id] = field
                return _labelled(option, field)

    def _ask_for_name(self, name: str) -> None:
        self.body.addSpacing(4)
        title = display(self._context.title)
        self.body.addWidget(PlainLabel(f"{title} is protected. Type {display(name)} to confirm.", wrap=True))
        self.typed = Field(name="Name to confirm")
        self.typed.textChanged.connect(lambda _text: self._refresh())
        self.body.addWidget(self.typed)

    def _answer(self, option: Option, value: Any) -> None:
        self._answers[option.id] = value
        self._refresh()

    def _refresh(self) -> None:
        """Say anew what would happen with these answers."""
        confirmation = self._confirmation(self._noun, self._names)
        self.set_title(display(confirmation.title))
        self.set_note(display(confirmation.note))
        self.act.setText(confirmation.verb)
        _clear(self._losses)
        for title, losses, state in (
            ("Goes for good" if self._action.confirm else "", confirmation.goes, Health.FAILED),
            ("Stays", confirmation.stays, Health.HEALTHY),
        ):
            if losses:
                self._losses.addWidget(SectionTitle(title))
                self._losses.addWidget(_Losses(losses, state))
        if confirmation.warning:
            self._losses.addWidget(Notice(display(confirmation.warning), Health.FAILED))
        problem = self._problem(confirmation)
        self.twin.set_command(twin_text(self._context, self._action, self._rows, self._answers))
        self.act.set_why_not(problem)
        self._fit()

    def _problem(self, confirmation: Confirmation) -> str | None:
        for option in self._action.options:
            problem = option.problem(self._answers[option.id])
            if option.id in self.fields:
                self.fields[option.id].set_wrong(problem)
            if problem is not None:
                return problem
        if self.typed is not None and self.typed.text() != confirmation.type_to_confirm:
            return f"Type {display(confirmation.type_to_confirm)} first"
        return None

    def _fit(self) -> None:
        if self.isVisible():
            self.adjustSize()

    def _on_accepted(self) -> None:
        self.accepted_with.emit(dict(self._answers))
        self.accept()


class _Where(Area):
    """Context and endpoint: where it will happen."""

    def __init__(self, context: Context) -> None:
        super().__init__("bg.inset", "top bottom left right")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 12, 6)
        row.setSpacing(24)
        name = QHBoxLayout()
        name.setSpacing(5)
        name.addWidget(_Swatch(f"context.{context.colour}"))
        name.addWidget(ElidedLabel(display(context.title), font="medium"))
        if context.protected:
            name.addWidget(Icon("lock", size=12))
        name.addStretch(1)
        row.addLayout(_titled("Context", name), 1)
        endpoint = QHBoxLayout()
        endpoint.addWidget(ElidedLabel(display(context.endpoint), font="mono"))
        row.addLayout(_titled("Endpoint", endpoint), 2)


class _Swatch(QWidget):
    def __init__(self, colour: str) -> None:
        super().__init__()
        self._colour = colour
        self.setFixedSize(10, 10)

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), current_theme().colour(self._colour))


class _Losses(QWidget):
    """Lines of what goes or stays."""

    def __init__(self, losses: Sequence[Loss], state: Health) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 4)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(2, 1)
        for line, loss in enumerate(losses[:_MOST_LOSSES]):
            top = Qt.AlignmentFlag.AlignTop
            grid.addWidget(Glyph(state, in_line=True), line, 0, top)
            name = ElidedLabel(display(loss.subject))
            name.setFixedWidth(_NAME_WIDTH)
            grid.addWidget(name, line, 1, top)
            grid.addWidget(PlainLabel(display(loss.detail), colour="text.secondary", wrap=True), line, 2)
            mark = PlainLabel(display(loss.mark), colour="warning.fg" if state is Health.FAILED else "text.secondary")
            grid.addWidget(mark, line, 3, Qt.AlignmentFlag.AlignRight | top)
        more = len(losses) - _MOST_LOSSES
        if more > 0:
            grid.addWidget(PlainLabel(f"and {more:,} more", colour="text.secondary"), _MOST_LOSSES, 1, 1, 2)


def _titled(title: str, content: QHBoxLayout) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(1)
    column.addWidget(PlainLabel(title, font="secondary", colour="text.secondary"))
    column.addLayout(content)
    return column


def _labelled(option: Option, control: QWidget) -> QWidget:
    control.setAccessibleName(option.label)
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 4, 0, 0)
    column.setSpacing(4)
    column.addWidget(PlainLabel(option.label))
    control.setMinimumHeight(current_theme().size("control"))
    column.addWidget(control)
    if option.help:
        column.addWidget(PlainLabel(option.help, font="secondary", colour="text.secondary", wrap=True))
    return holder


def _clear(layout: QVBoxLayout) -> None:
    while item := layout.takeAt(0):
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
