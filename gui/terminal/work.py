"""What a terminal does in the background: it takes what the program writes into the screen."""

from __future__ import annotations

from collections.abc import Iterator

from gui.terminal.screen import Screen
from models.kind import Ref
from models.terminal import Ended, Opened, Request
from services.cancel import CancelScope
from services.session import Inbox, Shell


class Fed:
    """Something new is on the screen."""


FED = Fed()


def pump(
    session: Shell, ref: Ref, request: Request, screen: Screen, inbox: Inbox, scope: CancelScope
) -> Iterator[Fed | Opened | Ended]:
    """Feed the screen in this thread, and pass on only that there is news; the emulator gives the interpreter back."""
    screen.reply_to(inbox.put)
    for heard in session.terminal(ref, request, inbox, scope):
        if isinstance(heard, bytes):
            screen.feed(heard)
            yield FED
        else:
            yield heard
