"""What can go wrong with an engine or a cluster, as meanings; `gui/messages.py` alone turns them into words."""

from __future__ import annotations

from enum import StrEnum

from models.certificate import Certificate


class Reason(StrEnum):
    """Why an endpoint cannot be reached."""

    MISSING = "missing"  # the socket or file does not exist
    REFUSED = "refused"  # nobody listens
    NAME = "name"  # the host's name cannot be resolved
    NO_ROUTE = "no-route"
    TIMED_OUT = "timed-out"  # no answer to the connection attempt
    NOT_ANSWERING = "not-answering"  # connected, but pings get no answer
    TLS = "tls"
    SSH = "ssh"
    PROXY = "proxy"  # what stands between refuses or is not there
    PROTOCOL = "protocol"  # something answers that is not an engine
    UNKNOWN = "unknown"


class AppError(Exception):
    """Base of all errors that a user may see. `message` is the source's own sentence, never markup."""

    def __init__(self, message: str = "") -> None:
        super().__init__(message)
        self.message = message


class Unreachable(AppError):
    """No connection could be made, or the other side stopped answering."""

    def __init__(self, message: str = "", reason: Reason = Reason.UNKNOWN) -> None:
        super().__init__(message)
        self.reason = reason


class Untrusted(Unreachable):
    """The certificate of the other side is not trusted; `certificate` is None where it could not be read."""

    def __init__(self, message: str = "", certificate: Certificate | None = None) -> None:
        super().__init__(message, Reason.TLS)
        self.certificate = certificate


def certificate_of(error: AppError | None) -> Certificate | None:
    """The certificate that is to be trusted before there can be a connection, where that is what went wrong."""
    return error.certificate if isinstance(error, Untrusted) else None


class NotPermitted(AppError):
    """The operating system forbids opening the socket (EACCES, EPERM)."""


class ConnectionLost(AppError):
    """A watch or stream that was live has dropped; `since` is in seconds since the epoch."""

    def __init__(self, message: str = "", since: float = 0.0) -> None:
        super().__init__(message)
        self.since = since


class SignInNeeded(AppError):
    """401, or a credential plugin that failed."""


class Denied(AppError):
    """403: the other side knows who we are and says no."""


class Gone(AppError):
    """404: it no longer exists."""


class Refused(AppError):
    """400, 409, 422: the request was understood and turned down, with the server's reason."""


class TimedOut(AppError):
    """No answer within the time limit, though the connection lives."""


class Unsupported(AppError):
    """This engine or API version cannot do it."""


class Failed(AppError):
    """5xx: the other side tried and failed, with its own message."""


class BadInput(AppError):
    """A file or a text that cannot be used as it stands; `where` names file and line."""

    def __init__(self, message: str = "", where: str = "") -> None:
        super().__init__(message)
        self.where = where
