"""The SDK's and the libraries' exceptions, by type and status and never by text, in the words of models/errors.py."""

from __future__ import annotations

import http.client
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from models.errors import (
    AppError,
    ConnectionLost,
    Denied,
    Failed,
    Gone,
    NotPermitted,
    Reason,
    Refused,
    SignInNeeded,
    TimedOut,
    Unreachable,
    Unsupported,
)

_BY_STATUS: dict[int, type[AppError]] = {
    400: Refused, 401: SignInNeeded, 403: Denied, 404: Gone, 405: Unsupported, 408: TimedOut, 409: Refused,
    422: Refused, 501: Unsupported,
}  # fmt: skip


class _Answer(msgspec.Struct):
    message: str = ""
    cause: str = ""  # Podman's own


def error_for(status: int, body: bytes) -> AppError:
    """The meaning of an answer of 400 or more; its message is the engine's own sentence."""
    kind = _BY_STATUS.get(status, Failed if status >= 500 else Refused)
    return kind(message_of(body) or f"The engine answered {status} {http.client.responses.get(status, '')}".strip())


def message_of(body: bytes) -> str:
    """The engine's sentence in an answer: from `{"message": …}`, or the bare text of a proxy in between."""
    try:
        answer = msgspec.json.decode(body, type=_Answer)
    except msgspec.MsgspecError:
        return body[:2_000].decode(errors="replace").strip()
    return answer.message or answer.cause


@contextmanager
def translated() -> Iterator[None]:
    """Raise what goes wrong inside as an AppError: from requests, urllib3, http.client, ssl and the system."""
    import docker.errors
    import requests
    import urllib3

    try:
        yield
    except AppError:
        raise
    except docker.errors.APIError as error:
        status = error.response.status_code if error.response is not None else 500
        raise error_for(status, error.response.content if error.response is not None else b"") from error
    except (requests.Timeout, urllib3.exceptions.TimeoutError, TimeoutError) as error:
        raise TimedOut("No answer within the time limit") from error
    except (
        requests.RequestException,
        urllib3.exceptions.HTTPError,
        docker.errors.DockerException,
        http.client.HTTPException,
        OSError,
    ) as error:
        raise _meaning(error) from error


def _meaning(error: BaseException) -> AppError:
    for cause in _causes(error):
        if isinstance(cause, AppError):
            return cause
        if isinstance(cause, (socket.timeout, TimeoutError)):
            return TimedOut("No answer within the time limit")
        if isinstance(cause, ssl.SSLError) and not isinstance(cause, (ssl.SSLEOFError, ssl.SSLZeroReturnError)):
            # TLS 1.3 tells us only now that our certificate is not wanted.
            return Unreachable(f"TLS: {cause.reason or cause}", Reason.TLS)
        if isinstance(cause, PermissionError):
            return NotPermitted(str(cause))
        if isinstance(cause, http.client.BadStatusLine) and not isinstance(cause, http.client.RemoteDisconnected):
            return Unreachable("What answers does not speak HTTP", Reason.PROTOCOL)
    return ConnectionLost("The connection was cut", since=time.time())


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and all that it was made from: libraries wrap by cause, by context, by argument and by `reason`."""
    waiting, seen = [error], set[int]()
    while waiting:
        one = waiting.pop(0)
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        linked = (one.__cause__, one.__context__, getattr(one, "reason", None), *one.args)
        waiting.extend(each for each in linked if isinstance(each, BaseException))
