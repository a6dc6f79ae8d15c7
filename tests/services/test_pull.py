"""Pulls from an engine that misbehaves, and sign-ins that are not there."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from models.docker.pull_progress import Item, Pull, advanced
from models.errors import AppError, ConnectionLost, Denied, Failed, SignInNeeded
from services.cancel import CancelScope
from services.docker.credentials import sign_in
from services.docker.engine import Engine
from services.docker.pull import pull
from tests.services.collecting import Collector, eventually
from tests.services.fake_engine import FakeEngine, fake_engine

CREATE = "/images/create"
HUB = "https://index.docker.io/v1/"


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[FakeEngine]:
    with fake_engine(tmp_path) as fake:
        yield fake


@pytest.fixture
def engine(fake: FakeEngine) -> Iterator[Engine]:
    engine = Engine(fake.context)
    yield engine
    engine.close()


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def said(fake: FakeEngine, *pieces: bytes, end: bytes = b"0\r\n\r\n") -> None:
    fake.streams[CREATE] = lambda: iter([*map(chunk, pieces), end])


def pulled(engine: Engine, home: Path) -> list[Pull]:
    return list(pull(engine, "box:1", CancelScope(), env={}, home=home))


def test_items_may_be_cut_anywhere(fake: FakeEngine, engine: Engine, tmp_path: Path) -> None:
    body = (b'{"status":"Pulling fs layer","id":"aa"}\r\n'
            b'{"status":"Downloading","progressDetail":{"current":5,"total":9},"id":"aa"}\r\n'
            b'{"status":"Pull complete","id":"aa"}\n{"status":"Status: Downloaded newer image for box:1"}')  # fmt: skip
    said(fake, *(body[at : at + 7] for at in range(0, len(body), 7)))
    steps = pulled(engine, tmp_path)
    assert [(step.done, step.total) for step in steps] == [(0, 0), (0, 0), (5, 9), (9, 9), (9, 9)]
    assert steps[-1].ended


@pytest.mark.parametrize(
    ("item", "meaning", "words"),
    [
        (b'{"error":"disk full","errorDetail":{"message":"no space left on device"}}', Failed, "no space left"),
        (b'{"errorDetail":{"code":403,"message":"denied"},"error":"denied"}', Denied, "denied"),
        (b'{"errorDetail":{"code":401,"message":"sign in"},"error":"x"}', SignInNeeded, "sign in"),
    ],
)
def test_an_error_among_the_items_ends_it(
    fake: FakeEngine, engine: Engine, tmp_path: Path, item: bytes, meaning: type[AppError], words: str
) -> None:
    said(fake, b'{"status":"Pulling fs layer","id":"aa"}\n', item + b"\n")
    with pytest.raises(meaning, match=words):
        pulled(engine, tmp_path)


@pytest.mark.parametrize("end", [b"", b"0\r\n\r\n"], ids=["cut", "ended"])
def test_a_pull_that_breaks_off_is_no_success(fake: FakeEngine, engine: Engine, tmp_path: Path, end: bytes) -> None:
    fake.answers["/images/box:1/json"] = 200, b"{}"  # an older one is there
    said(fake, b'{"status":"Downloading","progressDetail":{"current":5,"total":9},"id":"aa"}\n', end=end)
    with pytest.raises(ConnectionLost):
        pulled(engine, tmp_path)


def test_an_item_that_is_cut_short_is_shown_to_nobody(fake: FakeEngine, engine: Engine, tmp_path: Path) -> None:
    said(fake, b'{"status":"Pulling fs la')
    with pytest.raises(ConnectionLost):
        pulled(engine, tmp_path)


def test_a_silent_pull_is_cancelled_at_once(fake: FakeEngine, engine: Engine, tmp_path: Path) -> None:
    fake.stalled.add(CREATE)
    pulling = Collector(lambda scope: pull(engine, "box:1", scope, env={}, home=tmp_path))
    eventually(lambda: fake.count("POST", CREATE) == 1, "it is asked")
    assert pulling.end() < 0.5


@pytest.mark.parametrize("item", [Item(), Item(id="x"), Item(status="Extracting", id="x"), Item(status="Digest: d")])
def test_any_item_is_taken(item: Item) -> None:
    assert advanced(Pull(), item).total == 0


def signed(home: Path, server: str, config: dict[str, Any], path: str = "") -> dict[str, str]:
    (home / ".docker").mkdir(exist_ok=True)
    (home / ".docker" / "config.json").write_text(json.dumps(config))
    header = sign_in(server, {"PATH": path}, home, CancelScope()).header.get("X-Registry-Auth", "e30=")
    decoded: dict[str, str] = json.loads(base64.urlsafe_b64decode(header))
    return decoded


def test_sign_ins_of_the_file_are_found_under_every_spelling(tmp_path: Path) -> None:
    auth = base64.b64encode(b"me:se:cret").decode()
    expected = {"username": "me", "password": "se:cret"}
    for key, server in (("h:5000", "h:5000"), ("https://h:5000/v1/", "h:5000"), (HUB, HUB), ("docker.io", HUB)):
        assert signed(tmp_path, server, {"auths": {key: {"auth": auth}}}) == expected | {"serveraddress": server}
    assert signed(tmp_path, "other", {"auths": {"h": {"auth": auth}}}) == {}
    token = {"auths": {"h": {"identitytoken": "t", "auth": base64.b64encode(b"me:").decode()}}}
    assert signed(tmp_path, "h", token)["identitytoken"] == "t"


@pytest.mark.parametrize(
    "config", [{}, {"auths": None}, {"auths": {"h": 5}}, {"auths": {"h": {"auth": "%"}}}, {"credsStore": 5},
               {"credHelpers": []}, {"credsStore": "../../bin/sh"}, {"credsStore": "none"}],
)  # fmt: skip
def test_an_odd_config_means_anonymous(tmp_path: Path, config: dict[str, Any]) -> None:
    assert signed(tmp_path, "h", config, "/usr/bin") == {}


def test_without_a_helper_it_is_said_and_with_a_broken_file_too(tmp_path: Path) -> None:
    signed(tmp_path, "h", {"credsStore": "none"})
    assert sign_in("h", {}, tmp_path, CancelScope()).note.startswith("docker-credential-none, which config.json names")
    (tmp_path / ".docker" / "config.json").write_text("{")
    assert "config.json:1" in sign_in("h", {}, tmp_path, CancelScope()).note
    assert sign_in("h", {}, tmp_path / "nowhere", CancelScope()).note == ""


def helper(home: Path, script: str) -> None:
    program = home / "docker-credential-own"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)


def test_a_helper_that_knows_nothing_is_no_failure(tmp_path: Path) -> None:
    helper(tmp_path, "echo credentials not found in native keychain; exit 1")
    assert signed(tmp_path, "h", {"credsStore": "own"}, str(tmp_path)) == {}
    helper(tmp_path, 'echo \'{"Username":"<token>","Secret":"t"}\'')
    assert signed(tmp_path, "h", {"credsStore": "own"}, str(tmp_path)) == {"identitytoken": "t", "serveraddress": "h"}
    helper(tmp_path, "echo hello")
    with pytest.raises(SignInNeeded, match="no sign-in"):
        signed(tmp_path, "h", {"credsStore": "own"}, str(tmp_path))


def test_a_helper_that_waits_for_its_user_can_be_cancelled(tmp_path: Path) -> None:
    helper(tmp_path, "exec /bin/sleep 60")
    (tmp_path / ".docker").mkdir()
    (tmp_path / ".docker" / "config.json").write_text('{"credsStore":"own"}')

    def ask(scope: CancelScope) -> Iterator[None]:
        try:
            sign_in("h", {"PATH": str(tmp_path)}, tmp_path, scope)
        except SignInNeeded:
            return
        yield None

    asking = Collector(ask)
    eventually(lambda: asking.thread.is_alive(), "it asks")
    assert asking.end() < 2
    assert asking.brought == []
