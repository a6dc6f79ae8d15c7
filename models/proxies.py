"""Which HTTP proxy stands before an address, by the rules that the docker command takes from Go's net/http."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, unquote, urlsplit

from models.errors import BadInput

_PORTS = {"http": 80, "https": 443, "socks5": 1080, "socks5h": 1080}


def proxy_of_environment(host: str, port: int, env: Mapping[str, str], *, tls: bool) -> str:
    """The proxy that the environment names for this address, without user and password; "" where it names none.

    HTTPS_PROXY for TLS, else HTTP_PROXY, but for what NO_PROXY lists; lower case goes first. This machine's own
    addresses are never proxied.
    """
    url = _parsed(_variable("https_proxy" if tls else "http_proxy", env))
    if url is None or _is_exempt(host.lower(), port, _variable("no_proxy", env)):
        return ""
    return _without_user(url)


def proxy_of_user(text: str) -> str:
    """What a person writes as a proxy, as a URL. Raises BadInput; a password is refused: it would be kept in a file."""
    url = _parsed(text.strip())
    if url is None:
        raise BadInput(f"{text!r} is not the address of a proxy")
    if url.scheme != "http":
        raise BadInput("only proxies that are reached by http:// can be used")
    if "@" in url.netloc:
        raise BadInput("name the proxy without user and password; they are taken from the environment")
    return _without_user(url)


def address_of(proxy: str) -> tuple[str, int]:
    """Host and port of a proxy's URL. Raises BadInput for one that does not speak plain HTTP."""
    url = _parsed(proxy)
    if url is None or url.scheme != "http":
        raise BadInput("only proxies that are reached by http:// can be used")
    return url.hostname or "", url.port or _PORTS["http"]


def authorization(proxy: str, env: Mapping[str, str]) -> str:
    """The Proxy-Authorization header for this proxy, with the user that the environment names for it; "" for none."""
    for name in ("https_proxy", "http_proxy"):
        url = _parsed(_variable(name, env))
        if url is not None and url.username is not None and _without_user(url) == proxy:
            pair = f"{unquote(url.username)}:{unquote(url.password or '')}"
            return f"Basic {b64encode(pair.encode()).decode()}"
    return ""


def _variable(name: str, env: Mapping[str, str]) -> str:
    return env.get(name) or env.get(name.upper(), "")


def _parsed(text: str) -> SplitResult | None:
    """A URL with scheme, host and a possible port; None for what is none: the docker command ignores that."""
    try:
        url = urlsplit(text if "://" in text else f"http://{text}")
        return url if url.hostname and url.scheme in _PORTS and (url.port is None or url.port) else None
    except ValueError:
        return None


def _without_user(url: SplitResult) -> str:
    host = f"[{url.hostname}]" if ":" in (url.hostname or "") else url.hostname
    return f"{url.scheme}://{host}:{url.port or _PORTS[url.scheme]}"


def _is_exempt(host: str, port: int, exempt: str) -> bool:
    address = _address(host)
    if host == "localhost" or (address is not None and address.is_loopback):
        return True
    entries = [entry.strip().lower() for entry in exempt.split(",")]
    return any(entry == "*" or _matches(entry, host, port, address) for entry in entries if entry)


def _matches(entry: str, host: str, port: int, address: IPv4Address | IPv6Address | None) -> bool:
    """Whether one entry of NO_PROXY means this host: a network, an address or a domain, the latter two with a port."""
    if "/" in entry:
        try:
            return address is not None and address in ip_network(entry, strict=False)
        except ValueError:
            return False
    named, wanted_port = _with_port(entry)
    if wanted_port is not None and wanted_port != str(port):
        return False
    if _address(named) is not None or address is not None:
        return address is not None and address == _address(named)
    named = named.removeprefix("*") if named.startswith("*.") else named
    domain = named.removeprefix(".")
    return bool(domain) and (host.endswith(f".{domain}") or host == named)


def _with_port(entry: str) -> tuple[str, str | None]:
    if entry.startswith("["):
        named, _, rest = entry[1:].partition("]")
        return named, rest.removeprefix(":") or None
    if entry.count(":") == 1:
        named, _, port = entry.partition(":")
        return named, port
    return entry, None


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None
