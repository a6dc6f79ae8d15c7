"""Asks whether a certificate that nobody vouches for shall be trusted: with all that it says, for one context."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from gui.widgets.buttons import Button, Look
from gui.widgets.command_box import CommandBox
from gui.widgets.dialog import Dialog
from gui.widgets.properties import PropertyRows
from gui.widgets.text import PlainLabel
from models.certificate import Certificate, fingerprint_text
from models.context import Context
from models.text import display

_CHECK = "openssl x509 -noout -fingerprint -sha256 -in server-cert.pem"


class TrustDialog(Dialog):
    """What is wrong with the certificate, what stands in it, and how to compare it on the engine's own machine."""

    chosen = Signal(str, str)  # context id, fingerprint

    def __init__(self, context: Context, why: str, certificate: Certificate, parent: QWidget) -> None:
        super().__init__(
            f"Trust this certificate for {display(context.title)}?",
            parent,
            icon="warning",
            icon_colour="warning.fg",
            width=760,  # the whole fingerprint on one line
            stripe=f"context.{context.colour}" if context.protected else None,
        )
        self._context, self._certificate = context, certificate
        self.body.addWidget(PlainLabel(f"{display(why)}.", wrap=True))
        self.body.addWidget(_rows(context, certificate))
        self.body.addSpacing(4)
        self.body.addWidget(PlainLabel("SHA-256 fingerprint"))
        self.body.addWidget(CommandBox(fingerprint_text(certificate.fingerprint)))
        self.body.addWidget(
            PlainLabel("Compare it with what this says on the engine's machine:", colour="text.secondary", wrap=True)
        )
        self.body.addWidget(CommandBox(_CHECK))
        self.set_note("For this context and this very certificate; Settings takes it back.")
        self.add_cancel()
        trust = self.add_button(Button("Trust it", look=Look.DESTRUCTIVE))
        trust.clicked.connect(self._on_trust)
        self.finished.connect(self.deleteLater)

    def _on_trust(self) -> None:
        self.chosen.emit(self._context.id, self._certificate.fingerprint)
        self.accept()


def _rows(context: Context, certificate: Certificate) -> PropertyRows:
    rows = PropertyRows()
    rows.add("Address", display(context.endpoint), mono=True)
    for name, value in (
        ("Issued to", certificate.subject),
        ("For", ", ".join(certificate.names)),
        ("Issued by", certificate.issuer),
        ("Valid from", certificate.since),
        ("Valid until", certificate.until),
    ):
        if value:
            rows.add(name, display(value))
    return rows
