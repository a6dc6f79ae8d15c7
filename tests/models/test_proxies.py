"""Which proxy is used must be what the docker command's own library decides."""

from __future__ import annotations

import pytest

from models.errors import BadInput
from models.proxies import address_of, authorization, proxy_of_environment, proxy_of_user

PROXY = "http://proxy:3128"


def used(host: str, port: int = 2375, *, tls: bool = False, **env: str) -> bool:
    return bool(proxy_of_environment(host, port, {"HTTP_PROXY": PROXY, "HTTPS_PROXY": PROXY} | env, tls=tls))


def test_each_kind_of_line_has_its_own_variable_and_lower_case_goes_first() -> None:
    env = {"HTTP_PROXY": "http://plain:1", "HTTPS_PROXY": "http://secure:2"}
    assert proxy_of_environment("host", 2375, env, tls=False) == "http://plain:1"
    assert proxy_of_environment("host", 2376, env, tls=True) == "http://secure:2"
    assert proxy_of_environment("host", 2375, env | {"http_proxy": "lower"}, tls=False) == "http://lower:80"
    assert proxy_of_environment("host", 2376, {"HTTP_PROXY": PROXY}, tls=True) == ""
    assert proxy_of_environment("host", 2375, {}, tls=False) == ""


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.9.10", "::1"])
def test_this_machine_is_never_proxied(host: str) -> None:
    assert not used(host)


# Every line was given to golang.org/x/net/http/httpproxy as well, with the same answer.
@pytest.mark.parametrize(
    ("no_proxy", "host", "proxied"),
    [
        ("example.org", "example.org", False), ("example.org", "a.example.org", False),
        ("example.org", "badexample.org", True), ("example.org", "EXAMPLE.ORG", False),
        (".example.org", "example.org", True), (".example.org", "a.example.org", False),
        ("*.example.org", "example.org", True), ("*.example.org", "a.example.org", False),
        ("*example.org", "a.example.org", True),
        ("example.org:2375", "example.org", False), ("example.org:80", "example.org", True),
        ("10.0.0.7", "10.0.0.7", False), ("10.0.0.7", "10.0.0.70", True), ("10.0.0.7:80", "10.0.0.7", True),
        ("10.0.0.7:2375", "10.0.0.7", False), ("10.0.0.0/8", "10.9.9.9", False), ("10.0.0.0/8", "11.0.0.1", True),
        ("10.0.0.0/8", "ten.example.org", True), ("fd00::/8", "fd00::7", False), ("fd00::7", "fd00::7", False),
        ("[fd00::7]:2375", "fd00::7", False), ("[fd00::7]:80", "fd00::7", True),
        ("*", "example.org", False), ("*", "10.0.0.7", False), ("", "example.org", True), (" , ,", "example.org", True),
        ("other.org, example.org", "example.org", False), (":2375", "example.org", True),
        ("nonsense/99", "10.0.0.7", True),
        ("0.0.7", "10.0.0.7", True), (".", "example.org", True),
    ],
)  # fmt: skip
def test_no_proxy_is_read_as_the_command_reads_it(no_proxy: str, host: str, proxied: bool) -> None:
    assert used(host, NO_PROXY=no_proxy) is proxied


def test_a_password_is_in_the_header_and_nowhere_else() -> None:
    env = {"HTTPS_PROXY": "http://sam:hunter%402@proxy:3128"}
    proxy = proxy_of_environment("host", 2376, env, tls=True)
    assert proxy == PROXY
    assert authorization(proxy, env) == "Basic c2FtOmh1bnRlckAy"  # sam:hunter@2
    assert authorization("http://other:3128", env) == ""
    assert authorization(proxy, {"HTTPS_PROXY": PROXY}) == ""


@pytest.mark.parametrize("value", ["http://", "://x", "http://[", "http://host:port", "ftp://host", ""])
def test_what_is_no_address_is_ignored_as_the_command_does(value: str) -> None:
    assert proxy_of_environment("host", 2375, {"HTTP_PROXY": value}, tls=False) == ""


def test_a_person_may_write_a_proxy_with_or_without_scheme_and_port() -> None:
    assert proxy_of_user(" proxy:3128 ") == proxy_of_user("http://proxy:3128/") == PROXY
    assert proxy_of_user("proxy") == "http://proxy:80"
    assert address_of(proxy_of_user("[fd00::7]:3128")) == ("fd00::7", 3128)


@pytest.mark.parametrize(
    "text", ["", "a b://", "socks5://proxy", "https://proxy", "http://sam:hunter2@proxy", "http://["]
)
def test_a_proxy_that_cannot_be_used_or_would_keep_a_password_is_refused(text: str) -> None:
    with pytest.raises(BadInput) as refused:
        proxy_of_user(text)
    assert "hunter2" not in str(refused.value)


def test_a_proxy_of_another_kind_is_named_and_refused_when_it_is_needed() -> None:
    proxy = proxy_of_environment("host", 2375, {"HTTP_PROXY": "socks5://sam:x@proxy"}, tls=False)
    assert proxy == "socks5://proxy:1080"
    with pytest.raises(BadInput):
        address_of(proxy)
