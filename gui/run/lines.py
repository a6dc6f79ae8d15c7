"""One line of a flag that may be given many times: its text, in parts where it has some."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from gui.run.completing import CompletingField, Offer
from gui.run.flags import Entry, Flag
from gui.run.parts import (
    MountParts,
    NetworkParts,
    PortParts,
    mount_parts,
    mount_text,
    network_parts,
    network_text,
    port_parts,
    port_text,
)
from gui.run.remarks import Remark, RemarkLines
from gui.widgets.buttons import IconButton
from gui.widgets.marks import Icon
from gui.widgets.menu import ChoiceButton
from gui.widgets.text import PlainLabel
from models.secrets import looks_secret

_PORT_WIDTH = 92
_PROTOCOLS = ("tcp", "udp", "sctp")
_HERE, _GIVEN = "here", "="
_SECRET = Remark(text="Looks like a secret. Whoever may inspect the container can read it.", stops=False)


class Line(QWidget):
    """The parts of one text, a button that removes it, and what is to be said about it."""

    changed = Signal()
    removed = Signal()

    def __init__(self, flag: Flag) -> None:
        super().__init__()
        self.flag = flag
        self.parts: list[QWidget] = []
        self.remarks = RemarkLines()
        self.row = QHBoxLayout()
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(8)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(self.row)
        column.addWidget(self.remarks)
        self._said: tuple[Remark, ...] = ()

    def text(self) -> str:
        """What it says; "" where nothing has been typed."""
        raise NotImplementedError

    def set_text(self, text: str) -> None:
        """Show this text in its parts."""
        raise NotImplementedError

    def set_offers(self, offers: Sequence[Offer]) -> None:
        """What exists already."""

    def set_remarks(self, remarks: tuple[Remark, ...]) -> None:
        """Say this under it; a field in error is framed."""
        self._said = remarks
        self.remarks.set_remarks((*remarks, *self._own_remarks()))
        stops = next((remark.text for remark in remarks if remark.stops), None)
        self._main_field().set_wrong(stops)

    def _own_remarks(self) -> tuple[Remark, ...]:
        return ()

    def _main_field(self) -> CompletingField:
        """The field that is framed when the line is wrong."""
        return next(part for part in self.parts if isinstance(part, CompletingField))

    def _add(self, part: QWidget, stretch: int = 0) -> None:
        self.row.addWidget(part, stretch)
        self.parts.append(part)
        if isinstance(part, QLineEdit):
            part.textChanged.connect(lambda _text: self._on_changed())

    def _add_remove(self) -> None:
        button = IconButton("close", f"Remove this line of --{self.flag.name}")
        button.clicked.connect(self.removed)
        self._add(button)

    def _on_changed(self) -> None:
        self.set_remarks(self._said)
        self.changed.emit()


class TextLine(Line):
    """One field for all of it."""

    def __init__(self, flag: Flag) -> None:
        super().__init__(flag)
        offers = [Offer(choice) for choice in flag.choices]
        self.field = CompletingField(name=flag.title, placeholder=flag.example, offers=offers)
        self._add(self.field, 1)
        self._add_remove()

    def text(self) -> str:
        return self.field.text()

    def set_text(self, text: str) -> None:
        self.field.setText(text)

    def set_offers(self, offers: Sequence[Offer]) -> None:
        self.field.set_offers(offers)


class PortLine(Line):
    """Address and port of the host, port of the container, protocol."""

    def __init__(self, flag: Flag) -> None:
        super().__init__(flag)
        addresses = (Offer("127.0.0.1", "this host only"), Offer("::1", "the same, IPv6"))
        self.address = CompletingField(name="Address of the host", placeholder="all addresses", offers=addresses)
        self.public = CompletingField(name="Port of the host", placeholder="any free")
        self.private = CompletingField(name="Port of the container", placeholder="port")
        self.public.setFixedWidth(_PORT_WIDTH)
        self.private.setFixedWidth(_PORT_WIDTH)
        self.protocol = ChoiceButton(
            {name: name for name in _PROTOCOLS}, "tcp", lambda _key: self._on_changed(), name="Protocol"
        )
        self._add(self.address, 1)
        self._add(self.public)
        self.row.addWidget(Icon("arrow-right", size=14))
        self._add(self.private)
        self._add(self.protocol)
        self._add_remove()

    def set_offers(self, offers: Sequence[Offer]) -> None:
        self.public.set_offers(offers)

    def _main_field(self) -> CompletingField:
        return self.public if self.private.text() else self.private

    def text(self) -> str:
        protocol = self.protocol.current
        return port_text(PortParts(self.address.text(), self.public.text(), self.private.text(), protocol))

    def set_text(self, text: str) -> None:
        parts = port_parts(text)
        known = parts.protocol in _PROTOCOLS
        self.protocol.set_current(parts.protocol if known else "tcp")
        self.address.setText(parts.address)
        self.public.setText(parts.public)
        self.private.setText(parts.private if known else f"{parts.private}/{parts.protocol}")


class MountLine(Line):
    """Source, target, mode."""

    def __init__(self, flag: Flag) -> None:
        super().__init__(flag)
        self.source = CompletingField(name="Volume or folder of the host", placeholder="volume or /folder")
        self.target = CompletingField(name="Path in the container", placeholder="/path in the container")
        self.mode = CompletingField(
            name="Mode", placeholder="rw",
            offers=(Offer("ro", "read-only"), Offer("z", "shared label"), Offer("Z", "own label"), Offer("nocopy")),
        )  # fmt: skip
        self.mode.setFixedWidth(_PORT_WIDTH - 20)
        self._add(self.source, 1)
        self.row.addWidget(Icon("arrow-right", size=14))
        self._add(self.target, 1)
        self._add(self.mode)
        self._add_remove()

    def _main_field(self) -> CompletingField:
        return self.source if self.target.text() else self.target

    def text(self) -> str:
        return mount_text(MountParts(self.source.text(), self.target.text(), self.mode.text()))

    def set_text(self, text: str) -> None:
        parts = mount_parts(text)
        self.source.setText(parts.source)
        self.target.setText(parts.target)
        self.mode.setText(parts.mode)

    def set_offers(self, offers: Sequence[Offer]) -> None:
        self.source.set_offers(offers)


class VariableLine(Line):
    """Name and value; a value that looks secret is hidden, and said to be no secret any more."""

    def __init__(self, flag: Flag) -> None:
        super().__init__(flag)
        self.name = CompletingField(name="Name of the variable", placeholder="NAME")
        self.value = CompletingField(name="Value")
        self.source = ChoiceButton(
            {_GIVEN: "=", _HERE: "from here"}, _GIVEN, lambda _key: self._on_source(), name="Where the value comes from"
        )
        self.eye = IconButton("eye", "Show the value")
        self.eye.setCheckable(True)
        self.eye.toggled.connect(lambda _on: self._hide_secret())
        self._add(self.name, 2)
        self._add(self.source)
        self._add(self.value, 3)
        self._add(self.eye)
        self._add_remove()
        self.eye.hide()

    def _main_field(self) -> CompletingField:
        return self.name

    @property
    def secret(self) -> bool:
        """Whether the value looks like one that should be hidden."""
        return self.source.current == _GIVEN and looks_secret(self.name.text(), self.value.text())

    def text(self) -> str:
        name, value = self.name.text(), self.value.text()
        if self.source.current == _HERE:
            return name
        return f"{name}={value}" if name or value else ""

    def set_text(self, text: str) -> None:
        name, equals, value = text.partition("=")
        self.source.set_current(_GIVEN if equals or not text else _HERE)
        self.name.setText(name)
        self.value.setText(value)
        self._on_source()

    def _own_remarks(self) -> tuple[Remark, ...]:
        return (_SECRET,) if self.secret else ()

    def _on_source(self) -> None:
        here = self.source.current == _HERE
        self.value.setEnabled(not here)
        self.value.setPlaceholderText("taken from the environment of this application" if here else "value")
        self._on_changed()

    def _on_changed(self) -> None:
        self._hide_secret()
        super()._on_changed()

    def _hide_secret(self) -> None:
        secret = self.secret
        self.eye.setVisible(secret)
        self.eye.set_icon("eye-off" if self.eye.isChecked() else "eye")
        self.eye.set_name("Hide the value" if self.eye.isChecked() else "Show the value")
        hidden = secret and not self.eye.isChecked()
        self.value.setEchoMode(QLineEdit.EchoMode.Password if hidden else QLineEdit.EchoMode.Normal)


class NetworkLine(Line):
    """Name and aliases; its other options are kept as they were written."""

    def __init__(self, flag: Flag) -> None:
        super().__init__(flag)
        self.name = CompletingField(name="Network", placeholder="network")
        self.aliases = CompletingField(name="Aliases in this network, with commas", placeholder="none")
        self.more = CompletingField(name="Further options, with commas", placeholder="ip=10.0.0.7,…")
        self._add(self.name, 3)
        self.row.addWidget(PlainLabel("alias", colour="text.secondary"))
        self._add(self.aliases, 2)
        self._add(self.more, 2)
        self._add_remove()

    def text(self) -> str:
        more = network_parts(f"name=,{self.more.text()}").more if self.more.text() else ()
        aliases = tuple(filter(None, (alias.strip() for alias in self.aliases.text().split(","))))
        return network_text(NetworkParts(self.name.text(), aliases, more))

    def set_text(self, text: str) -> None:
        parts = network_parts(text)
        self.name.setText(parts.name)
        self.aliases.setText(",".join(parts.aliases))
        self.more.setText(network_text(NetworkParts("", (), parts.more)).removeprefix("name=,"))

    def set_offers(self, offers: Sequence[Offer]) -> None:
        self.name.set_offers(offers)


LINES: dict[Entry, type[Line]] = {
    Entry.LINES: TextLine,
    Entry.PORTS: PortLine,
    Entry.MOUNTS: MountLine,
    Entry.VARIABLES: VariableLine,
    Entry.NETWORKS: NetworkLine,
}
