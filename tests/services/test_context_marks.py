"""What the user's marks and the environment make of a context: its colour, its proxy, whom it trusts."""

from __future__ import annotations

import pytest

from models.context import Context, EngineKind, TlsFiles
from models.settings import CONTEXT_COLOURS, DIRECT, ContextMarks
from services.contexts import usual_colour, with_marks


def test_the_usual_colour_is_always_the_same_and_never_red() -> None:
    colours = {usual_colour(f"docker:{number}") for number in range(200)}
    assert colours == set(CONTEXT_COLOURS) - {"red"}
    assert usual_colour("docker:desk") == usual_colour("docker:desk")


PROXIES = {"HTTP_PROXY": "http://plain:3128", "HTTPS_PROXY": "http://sam:hunter2@secure:3128", "NO_PROXY": "spared"}


@pytest.mark.parametrize(
    ("host", "tls", "proxy"),
    [
        ("tcp://engine:2375", None, "http://plain:3128"),
        ("tcp://engine:2376", TlsFiles(), "http://secure:3128"),
        ("tcp://spared:2375", None, ""),
        ("tcp://127.0.0.1:2375", None, ""),
        ("tcp://[::1]:2376", TlsFiles(), ""),
        ("unix:///run/docker.sock", None, ""),
        ("ssh://engine", None, ""),
        ("npipe:////./pipe/docker_engine", None, ""),
    ],
)
def test_only_tcp_is_proxied_as_the_environment_says(host: str, tls: TlsFiles | None, proxy: str) -> None:
    context = Context(id="x", engine=EngineKind.DOCKER, name="x", endpoint=host, tls=tls)
    marked = with_marks(context, None, PROXIES)
    assert marked.proxy == proxy
    assert "hunter2" not in str(marked)
    own = with_marks(context, ContextMarks(proxy="http://own:8080"), PROXIES)
    assert own.proxy == ("http://own:8080" if host.startswith("tcp") else ""), "the user's choice is for tcp as well"
    assert with_marks(context, ContextMarks(proxy=DIRECT), PROXIES).proxy == ""
    assert with_marks(own, None, {}).proxy == "", "what was chosen before leaves no trace"


def test_trust_is_taken_over_and_back() -> None:
    context = Context(id="x", engine=EngineKind.DOCKER, name="x", endpoint="tcp://engine:2376", tls=TlsFiles())
    trusting = with_marks(context, ContextMarks(trusted="ab" * 32), {})
    assert trusting.trusted == "ab" * 32
    assert trusting.way != context.way
    assert with_marks(trusting, ContextMarks(), {}).trusted == ""
