"""The one place that turns errors into words: what happened, why, and what to do."""

from __future__ import annotations

import time

from msgspec import Struct

from models import errors
from models.connection import ConnectionState, Phase
from models.context import Context, Drift
from models.errors import AppError, Reason
from models.text import command_text, display

_MESSAGE_LIMIT = 600  # characters of a server's sentence


class Message(Struct, frozen=True):
    """Words for one error: `title` says what, `reason` why, `advice` what to do; `command` is ready to copy."""

    title: str
    reason: str = ""
    advice: str = ""
    command: str = ""


_REACH = {
    Reason.MISSING: ("No engine here", "The socket does not exist.", "Start the engine, or check the endpoint."),
    Reason.REFUSED: (
        "The engine is not running",
        "Its socket refuses the connection (ECONNREFUSED).",
        "Start the engine.",
    ),
    Reason.NAME: ("The host is unknown", "Its name cannot be resolved.", "Check the name, the network and the VPN."),
    Reason.NO_ROUTE: ("No way to the host", "The network has no route to it.", "Check the network and the VPN."),
    Reason.TIMED_OUT: (
        "The host does not answer",
        "The connection attempt got no answer in time.",
        "Check the address, the VPN and firewalls.",
    ),
    Reason.NOT_ANSWERING: (
        "The engine does not answer",
        "It is connected, but pings get no answer: it may hang, or its machine may sleep.",
        "Look at the engine's log; other contexts are not affected.",
    ),
    Reason.TLS: ("The TLS handshake failed", "", "Check the certificates of this context."),
    Reason.SSH: (
        "The ssh connection failed",
        "",
        "Try the same host with ssh in a terminal; nothing can be asked here.",
    ),
    Reason.PROXY: (
        "The proxy lets nothing through",
        "",
        "Check HTTPS_PROXY, HTTP_PROXY and NO_PROXY, or choose another proxy in the menu of its tile.",
    ),
    Reason.PROTOCOL: ("This is not an engine", "Something else answers at this address.", "Check the endpoint."),
    Reason.UNKNOWN: ("The engine cannot be reached", "", "Check the endpoint."),
}

_PLAIN: dict[type[AppError], tuple[str, str]] = {
    errors.SignInNeeded: ("Sign-in needed", "Sign in with the tool that made this context, then retry."),
    errors.Denied: ("Not allowed", "Your user may not do this here."),
    errors.Gone: ("It no longer exists", ""),
    errors.Refused: ("The engine refused", ""),
    errors.TimedOut: ("No answer in time", "Retry, or look whether the engine is busy."),
    errors.Unsupported: ("This engine cannot do that", ""),
    errors.ConnectionLost: ("The connection was lost", "It is retried by itself."),
    errors.BadInput: ("This cannot be used as it stands", ""),
    errors.Failed: ("It failed", ""),
}


def message(error: AppError, context: Context | None = None) -> Message:
    """The words for `error`; outside text in them is already safe to show."""
    said = display(error.message, _MESSAGE_LIMIT)
    match error:
        case errors.Untrusted():
            advice = "Give the context the right authority, or trust this very certificate."
            return Message("The engine's certificate is not trusted", f"{said}.", advice, _check_command(context))
        case errors.Unreachable(reason=reason):
            title, why, advice = _REACH[reason]
            return Message(title, said or why, advice, _check_command(context))
        case errors.NotPermitted():
            return Message(
                "Not permitted",
                "Your user may not open the engine's socket.",
                "Joining the group docker allows it; being in it equals root on this machine. "
                "Rootless Docker or Podman, or an engine over ssh, avoid that.",
                "sudo usermod -aG docker $USER",
            )
        case errors.BadInput(where=where) if where:
            return Message("This cannot be used as it stands", f"{said} ({display(where)})")
        case _:
            for form, (title, advice) in _PLAIN.items():
                if isinstance(error, form):
                    return Message(title, said, advice)
            return Message("It failed", said)


def sentence(error: AppError) -> str:
    """One line: the server's own sentence where there is one, else what happened."""
    words = message(error)
    return words.reason or words.title


def phase_words(state: ConnectionState) -> tuple[str, str]:
    """What stands below a context's name: ("Live", ""), ("Stale", "since 14:02")."""
    match state.phase:
        case Phase.LIVE:
            return "Live", ""
        case Phase.CONNECTING:
            return "Connecting", ""
        case Phase.SIGN_IN:
            return "Sign-in needed", ""
        case Phase.CLOSED:
            return "Closed", ""
        case Phase.STALE | Phase.UNREACHABLE:
            if state.live_until is not None:
                return "Stale", f"since {clock_text(state.live_until)}"
            return "Unreachable", ""


# Lasting marks of a context, wherever it stands.
UNENCRYPTED = "Not encrypted: TCP without TLS"
UNCHECKED = "Its certificate is not checked"
TRUSTED = "Its certificate is trusted by your own choice"
DRIFTS = {
    Drift.GONE: "Its context file is gone: open until you close it",
    Drift.MOVED: "Its context file names another endpoint now: close it and open it to go there",
}


def lasting_marks(context: Context) -> tuple[str, ...]:
    """What one should know of a context as long as it is used: how far it can be trusted, what became of its file."""
    marks = (
        UNENCRYPTED if context.unencrypted else "",
        UNCHECKED if context.unchecked else "",
        TRUSTED if context.trusted else "",
        DRIFTS.get(context.drift, ""),
    )
    return tuple(filter(None, marks))


def way_words(context: Context) -> str:
    """By way of what it is reached, where that is not the straight one."""
    return f"By way of the proxy {display(context.proxy)}" if context.proxy else ""


def stale_words(since: float, error: AppError | None) -> tuple[str, str]:
    """The banner over rows that are no longer live: ("Stale since 14:02.", reason)."""
    return f"Stale since {clock_text(since)}.", sentence(error) if error else "The connection was lost."


def retry_words(state: ConnectionState, now: float) -> str:
    """The countdown to the next attempt: "Attempt 4, next in 8 s"."""
    if state.retry_at is None:
        return ""
    seconds = max(0, round(state.retry_at - now))
    return f"Attempt {state.attempt + 1} now" if seconds == 0 else f"Attempt {state.attempt}, next in {seconds} s"


def clock_text(moment: float) -> str:
    """A moment of today as "14:02"."""
    return time.strftime("%H:%M", time.localtime(moment))


def _check_command(context: Context | None) -> str:
    if context is None:
        return ""
    return command_text((*context.command, "version"))
