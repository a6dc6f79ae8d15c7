"""TLS to an engine: whom we trust, and why a certificate is not trusted, with its dates."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterable
from hashlib import sha256
from typing import Any

from models.certificate import Certificate
from models.context import TlsFiles
from models.errors import AppError, BadInput

_IGNORE_DATES = 0x200000  # OpenSSL's X509_V_FLAG_NO_CHECK_TIME, which Python does not name
_EXPIRED, _NOT_YET = 10, 9  # OpenSSL's numbers of what is wrong with a certificate
_SELF_SIGNED, _SELF_SIGNED_CHAIN, _UNKNOWN_ISSUER, _UNKNOWN_ISSUER_LEAF = 18, 19, 20, 21
_WRONG_HOST, _WRONG_ADDRESS = 62, 64


def context_for(files: TlsFiles) -> ssl.SSLContext:
    """A client's context with these files only: without a CA the machine's own. Raises BadInput for unusable files."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if not files.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    try:
        if files.ca:
            context.load_verify_locations(files.ca)
        elif files.verify:
            context.load_default_certs()
        if files.cert:
            context.load_cert_chain(files.cert, files.key)
    except (OSError, ssl.SSLError) as error:
        names = ", ".join(filter(None, (files.ca, files.cert, files.key)))
        raise BadInput(f"The TLS files cannot be used: {error}", where=names) from error
    return context


def fingerprint_of(shaken: ssl.SSLSocket) -> str:
    """SHA-256 of the certificate that the other side has shown."""
    return sha256(shaken.getpeercert(binary_form=True) or b"").hexdigest()


def why_not_trusted(
    error: ssl.SSLCertVerificationError, host: str, files: TlsFiles, connect: Callable[[], socket.socket]
) -> tuple[str, Certificate | None]:
    """One sentence: what is wrong with the certificate that `host` shows, whose it is and when it holds; and itself.

    Asks the server for its certificate twice more over what `connect` opens; without an answer the dates are left out.
    """
    shown = _certificate(host, files, connect)
    since, until = (shown and shown.since) or "an unknown date", (shown and shown.until) or "an unknown date"
    match error.verify_code:
        case code if code == _EXPIRED:
            words = f"The certificate of {host} expired on {until}"
        case code if code == _NOT_YET:
            words = f"The certificate of {host} is valid only from {since}"
        case code if code in (_WRONG_HOST, _WRONG_ADDRESS):
            words = f"The certificate is not for {host} but for {(shown and ', '.join(shown.names)) or 'another host'}"
        case code if code in (_SELF_SIGNED, _SELF_SIGNED_CHAIN):
            words = f"The certificate of {host} is self-signed{_validity(shown)}"
        case code if code in (_UNKNOWN_ISSUER, _UNKNOWN_ISSUER_LEAF):
            words = f"The certificate of {host} comes from an authority that is not trusted{_validity(shown)}"
        case _:
            words = f"The certificate of {host} is not trusted: {error.verify_message}{_validity(shown)}"
    return words, shown


def _validity(shown: Certificate | None) -> str:
    return f" (valid from {shown.since} to {shown.until})" if shown and shown.until else ""


def _certificate(host: str, files: TlsFiles, connect: Callable[[], socket.socket]) -> Certificate | None:
    """The server's certificate, None where it cannot be had.

    Python decodes only what it has verified: so the certificate is fetched unverified, and a second handshake
    verifies it against itself, whatever its dates and names. Nothing is sent over either connection.
    """
    try:
        with connect() as line, context_for(files).wrap_socket(line, server_hostname=host) as shaken:
            der = shaken.getpeercert(binary_form=True) or b""
    except (OSError, AppError):  # the reason is known without it
        return None
    return _read(sha256(der).hexdigest(), _decoded(der, host, files, connect))


def _decoded(der: bytes, host: str, files: TlsFiles, connect: Callable[[], socket.socket]) -> dict[str, Any]:
    try:
        own = context_for(files)
        own.verify_mode = ssl.CERT_REQUIRED
        own.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN | ssl.VerifyFlags(_IGNORE_DATES)
        own.load_verify_locations(cadata=der)
        with connect() as line, own.wrap_socket(line, server_hostname=host) as shaken:
            return shaken.getpeercert() or {}
    except (OSError, AppError, ValueError):  # its fingerprint is enough to trust it
        return {}


def _read(fingerprint: str, shown: dict[str, Any]) -> Certificate:
    return Certificate(
        fingerprint=fingerprint,
        subject=_name(shown.get("subject", ())),
        issuer=_name(shown.get("issuer", ())),
        names=tuple(value for _, value in shown.get("subjectAltName", ())),
        since=shown.get("notBefore", ""),
        until=shown.get("notAfter", ""),
    )


def _name(parts: Iterable[Iterable[tuple[str, str]]]) -> str:
    """A distinguished name by its common name, or as a whole where it has none."""
    pairs = [pair for part in parts for pair in part]
    return next((value for key, value in pairs if key == "commonName"), ", ".join(value for _, value in pairs))
