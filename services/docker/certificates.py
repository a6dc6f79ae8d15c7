"""TLS to an engine: whom we trust, and why a certificate is not trusted, with its dates."""

from __future__ import annotations

import socket
import ssl
from typing import Any

from models.context import TlsFiles
from models.errors import BadInput

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


def why_not_trusted(error: ssl.SSLCertVerificationError, address: tuple[str, int], limit: float) -> str:
    """One sentence: what is wrong with the certificate that `address` shows, whose it is and when it holds.

    Asks the server for its certificate once more, at most `limit` seconds; without an answer the dates are left out.
    """
    host = address[0]
    shown = _certificate(address, limit)
    since, until = shown.get("notBefore", "an unknown date"), shown.get("notAfter", "an unknown date")
    match error.verify_code:
        case code if code == _EXPIRED:
            return f"The certificate of {host} expired on {until}"
        case code if code == _NOT_YET:
            return f"The certificate of {host} is valid only from {since}"
        case code if code in (_WRONG_HOST, _WRONG_ADDRESS):
            return f"The certificate is not for {host} but for {_names(shown) or 'another host'}"
        case code if code in (_SELF_SIGNED, _SELF_SIGNED_CHAIN):
            return f"The certificate of {host} is self-signed{_validity(shown)}"
        case code if code in (_UNKNOWN_ISSUER, _UNKNOWN_ISSUER_LEAF):
            return f"The certificate of {host} comes from an authority that is not trusted{_validity(shown)}"
    return f"The certificate of {host} is not trusted: {error.verify_message}{_validity(shown)}"


def _validity(shown: dict[str, Any]) -> str:
    return f" (valid from {shown['notBefore']} to {shown['notAfter']})" if "notAfter" in shown else ""


def _names(shown: dict[str, Any]) -> str:
    return ", ".join(value for _, value in shown.get("subjectAltName", ()))


def _certificate(address: tuple[str, int], limit: float) -> dict[str, Any]:
    """The server's certificate as a dictionary, {} where it cannot be had.

    Python decodes only what it has verified: so the certificate is fetched unverified, and a second handshake
    verifies it against itself, whatever its dates and names. Nothing is sent over either connection.
    """
    try:
        blind = context_for(TlsFiles(verify=False))
        with socket.create_connection(address, limit) as line, blind.wrap_socket(line) as shaken:
            der = shaken.getpeercert(binary_form=True)
        own = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        own.check_hostname = False
        own.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN | ssl.VerifyFlags(_IGNORE_DATES)
        own.load_verify_locations(cadata=der or b"")
        with socket.create_connection(address, limit) as line, own.wrap_socket(line) as shaken:
            return shaken.getpeercert() or {}
    except (OSError, ValueError):  # the reason is known without it
        return {}
