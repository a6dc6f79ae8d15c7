"""The log of the application: in its place, and without secrets."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from services.journal import FILE, open_journal, redacted, state_folder


@pytest.mark.parametrize(
    "text",
    [
        "password=canary",
        "PASSWD: canary",
        'token="canary"',
        "api-key=canary;x",
        "Authorization: Bearer canary",
        "X-Registry-Auth: canary",
        "https://user:canary@registry/x",
        "{'secret': 'canary'}",
    ],
)
def test_what_looks_like_a_secret_is_taken_out(text):
    assert "canary" not in redacted(text)


def test_everything_else_stays():
    text = "GET http://docker/containers/json took 12 ms; keys: 3"
    assert redacted(text) == text


def test_warnings_and_tracebacks_are_written_without_secrets(tmp_path):
    handler = open_journal(tmp_path / "state" / FILE)
    try:
        try:
            raise ValueError("password=canary")
        except ValueError:
            logging.getLogger("services.test").warning("went wrong", exc_info=True)
    finally:
        logging.getLogger().removeHandler(handler)
        handler.close()
    written = (tmp_path / "state" / FILE).read_text()
    assert "went wrong" in written
    assert "ValueError" in written
    assert "canary" not in written


def test_its_place_is_the_users_state_folder():
    home = Path("/home/sam")
    assert state_folder({}, home, "linux") == home / ".local/state/pilothouse"
    assert state_folder({"XDG_STATE_HOME": "/x"}, home, "linux") == Path("/x/pilothouse")
    assert state_folder({"XDG_STATE_HOME": "relative"}, home, "linux") == home / ".local/state/pilothouse"
    assert state_folder({}, home, "darwin") == home / "Library/Logs/Pilothouse"
