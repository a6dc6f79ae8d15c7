"""What engines and libraries say went wrong, as the application's own meanings."""

import http.client
import ssl

import pytest
import requests
import urllib3

from models.errors import AppError, ConnectionLost, NotPermitted, Reason, TimedOut, Unreachable
from services.docker.errors import error_for, message_of, translated


def refused_certificate() -> ssl.SSLError:
    """What TLS 1.3 says of a missing certificate of ours, in the middle of the first answer."""
    error = ssl.SSLError(1, "[SSL: TLSV13_ALERT_CERTIFICATE_REQUIRED] certificate required")
    error.reason = "TLSV13_ALERT_CERTIFICATE_REQUIRED"
    return error


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b'{"message":"no such container"}', "no such container"),
        (b'{"cause":"no such pod","message":"","response":404}', "no such pod"),
        (b'{"cause":"x","message":"Podman says both"}', "Podman says both"),
        (b"  404 page not found\n", "404 page not found"),
        (b"\xff\xfe", "\ufffd\ufffd"),
        (b"x" * 5000, "x" * 2000),
        (b'{"message": 7}', '{"message": 7}'),
    ],
)
def test_the_engines_sentence_is_found_in_any_answer(body: bytes, sentence: str) -> None:
    assert message_of(body) == sentence


def test_an_empty_answer_is_told_by_its_status() -> None:
    assert str(error_for(502, b"")) == "The engine answered 502 Bad Gateway"
    assert str(error_for(599, b"")) == "The engine answered 599"


@pytest.mark.parametrize(
    ("raised", "meaning", "reason"),
    [
        (refused_certificate(), Unreachable, Reason.TLS),
        (ssl.SSLEOFError(8, "EOF occurred in violation of protocol"), ConnectionLost, None),
        (http.client.BadStatusLine("SSH-2.0"), Unreachable, Reason.PROTOCOL),
        (http.client.RemoteDisconnected("gone"), ConnectionLost, None),
        (PermissionError(13, "Permission denied"), NotPermitted, None),
        (ConnectionResetError(104, "reset"), ConnectionLost, None),
        (TimeoutError("timed out"), TimedOut, None),
    ],
)
@pytest.mark.parametrize("library", [None, urllib3.exceptions.ProtocolError, requests.ConnectionError])
def test_a_failure_means_the_same_however_libraries_wrap_it(
    library: type[Exception] | None, raised: Exception, meaning: type[AppError], reason: Reason | None
) -> None:
    with pytest.raises(meaning) as caught, translated():
        raise raised if library is None else library("wrapped", raised)
    assert getattr(caught.value, "reason", None) is reason
