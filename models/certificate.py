"""The certificate that a server shows, as far as a person needs it to decide whether to trust it."""

from __future__ import annotations

from msgspec import Struct


class Certificate(Struct, frozen=True):
    """What stands in it; dates as it writes them ("Nov 23 10:00:00 2026 GMT"), "" for what could not be read."""

    fingerprint: str  # SHA-256 of the whole certificate, 64 hexadecimal digits
    subject: str = ""
    issuer: str = ""
    names: tuple[str, ...] = ()  # the hosts and addresses that it is for
    since: str = ""
    until: str = ""


def fingerprint_text(fingerprint: str) -> str:
    """As openssl writes it: AB:CD:…"""
    pairs = (fingerprint[place : place + 2] for place in range(0, len(fingerprint), 2))
    return ":".join(pairs).upper()
