"""Whether the rows of a page are the present; while they are not, the banner says since when and why."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, QTimer, Signal

from gui.contexts import OpenContext
from gui.messages import retry_words, stale_words
from gui.widgets.banner import Banner
from gui.widgets.buttons import Button
from models.changes import Stale
from models.connection import Phase
from models.errors import AppError, certificate_of
from models.health import Tone

_DOUBT = 600  # ms that a watch may be without its list before its rows are called stale


class Freshness(QObject):
    """Follows the connection and what the watch says of its own list: one may live while the other fails."""

    doubted = Signal()  # the watch has been without its list for longer than a cut line takes to be mended

    def __init__(self, open_one: OpenContext, banner: Banner, parent: QObject) -> None:
        super().__init__(parent)
        self._open_one, self._banner = open_one, banner
        self._doubt: Stale | None = None
        self._trouble: Stale | None = None  # the same, once it has lasted
        self._said: tuple[str, str] | None = None  # what the banner says
        self._doubting = QTimer(self, singleShot=True, interval=_DOUBT)
        self._doubting.timeout.connect(self._on_doubt)
        self._countdown = QTimer(self, interval=1000)
        self._countdown.timeout.connect(self._count_down)

    def doubt(self, stale: Stale) -> None:
        """The watch has lost its list."""
        self._doubt = stale
        self._doubting.start()

    def trust(self) -> None:
        """The list has come anew."""
        self._trouble = None
        self._doubting.stop()

    def _on_doubt(self) -> None:
        self._trouble = self._doubt
        self.doubted.emit()

    def stale(self) -> tuple[float, AppError | None] | None:
        """Since when the rows are the past (seconds since the epoch), and why; None: they are the present."""
        state = self._open_one.state
        if not state.live and state.live_until is not None:
            return state.live_until, state.error
        return (self._trouble.since, self._trouble.error) if self._trouble else None

    def why_not_loaded(self) -> AppError | None:
        """What keeps the first rows away; None: they may still come."""
        state, trouble = self._open_one.state, self._trouble
        if state.phase is Phase.UNREACHABLE:
            return state.error
        return trouble.error if trouble and state.live and trouble.since >= state.since else None

    def tell(self) -> None:
        """Show in the banner how it stands."""
        if (stale := self.stale()) is not None:
            self._say(stale_words(*stale))
        elif self._said is not None:
            self._said = None
            self._banner.hide()
            self._countdown.stop()

    def _say(self, words: tuple[str, str]) -> None:
        if words != self._said:  # else the button stays: each attempt would take it from under the pointer
            self._said = words
            self._banner.show_message(Tone.WARNING, *words, self._ways_out())
            self._countdown.start()
        self._count_down()

    def _ways_out(self) -> list[Button]:
        retry = Button("Retry now", "retry", small=True)
        retry.clicked.connect(self._open_one.session.retry_now)
        if certificate_of(self._open_one.state.error) is None:
            return [retry]
        trust = Button("Trust its certificate…", "warning", small=True)
        trust.clicked.connect(self._open_one.trust_wanted)
        return [retry, trust]

    def _count_down(self) -> None:
        self._banner.set_countdown(retry_words(self._open_one.state, time.time()))
