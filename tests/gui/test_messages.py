"""Errors become words that say what happened, why, and what to do."""

from __future__ import annotations

import inspect
import time

import pytest

from gui.messages import message, phase_words, retry_words, sentence, stale_words
from models import errors
from models.connection import ConnectionState, Phase
from models.context import Context, EngineKind

DESK = Context(id="docker:desk", engine=EngineKind.DOCKER, name="desk", endpoint="unix:///d.sock", named=True)
KINDS = [form for _, form in inspect.getmembers(errors, inspect.isclass) if issubclass(form, errors.AppError)]


@pytest.mark.parametrize("form", KINDS, ids=lambda form: form.__name__)
def test_every_error_has_words(form):
    words = message(form("the server's sentence"), DESK)
    assert words.title
    assert "the server's sentence" in words.reason or form is errors.NotPermitted


@pytest.mark.parametrize("reason", list(errors.Reason))
def test_every_reason_for_no_connection_has_words_and_advice(reason):
    words = message(errors.Unreachable("", reason), DESK)
    assert words.title
    assert words.advice
    assert words.command == "docker --context desk version"


def test_missing_refused_and_forbidden_sockets_are_three_explanations():
    three = [
        message(errors.Unreachable("", errors.Reason.MISSING)),
        message(errors.Unreachable("", errors.Reason.REFUSED)),
        message(errors.NotPermitted("")),
    ]
    assert len({words.title for words in three}) == 3
    assert "equals root" in three[2].advice


def test_hostile_sentences_are_made_visible_and_cut():
    words = message(errors.Refused("\x1b[31m" + "x" * 10_000))
    assert "\x1b" not in words.reason
    assert len(words.reason) < 700


def test_one_line_is_the_servers_sentence_or_else_the_title():
    assert sentence(errors.Refused("name is taken")) == "name is taken"
    assert sentence(errors.Gone()) == "It no longer exists"


def test_a_lost_connection_is_stale_since_it_was_last_live():
    since = time.mktime((2026, 11, 24, 14, 2, 0, 0, 0, -1))
    state = ConnectionState(Phase.UNREACHABLE, since=since + 60, live_until=since, error=errors.Unreachable("gone"))
    assert phase_words(state) == ("Stale", "since 14:02")
    assert stale_words(since, state.error) == ("Stale since 14:02.", "gone")
    assert phase_words(ConnectionState(Phase.UNREACHABLE, since=since)) == ("Unreachable", "")


def test_the_countdown_to_the_next_attempt():
    state = ConnectionState(Phase.UNREACHABLE, since=0.0, attempt=4, retry_at=108.0)
    assert retry_words(state, 100.0) == "Attempt 4, next in 8 s"
    assert retry_words(ConnectionState(Phase.LIVE, since=0.0), 100.0) == ""
